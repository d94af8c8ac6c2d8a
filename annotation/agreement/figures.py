"""The figures of agreement, by eval's own metrics: offsets as they are marked, intervals by sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from eval import corpus, iob2, sides
from eval.corpus import Corpus
from eval.document import Document
from eval.metrics import attributes, clusters, ner, relations
from eval.metrics.counts import Counts, Numbers
from eval.metrics.matching import equal
from eval.resampling import interval, percentiles, resampled

MENTIONS = {"strict": ner.strict, "exact": ner.exact, "partial": ner.partial}
RELATIONS = {
    "strict": relations.strict,
    "strict.unnested": relations.strict_unnested,
    "boundary": relations.boundary,
    "entity": relations.entity,
}


def agreement(first: Sequence[Document], second: Sequence[Document], samples: int = 1000, seed: int = 0) -> dict[str, Any]:
    """Every figure of two annotations of the same documents, in the same order.

    A figure is F1 (it has no direction), its 95% interval, how many are agreed and how many each has, and that by type.
    Clusters are resampled by document, everything else by sentence. `strict.given` has only relations between mentions that
    both have.
    """
    one, other = sides.pair(first, second, "sentence", cut_none=True)
    shared = _shared(one, other)

    def figures(counts: Counts, *, by_document: bool = False) -> dict[str, Any]:
        if by_document:
            counts = counts.grouped(one.layout.document_of_unit, len(first))
        types = {name: _score(score) for name, score in counts.scores().items()}
        return {**_score(counts.micro()), "interval": interval(counts, samples, seed), **({"types": types} if types else {})}

    within = {
        name: figures(clusters.within(one, other, measure), by_document=True) for name, measure in clusters.MEASURES.items()
    }
    across = {name: _score(clusters.across(one, other, measure).micro()) for name, measure in clusters.MEASURES.items()}
    return {
        "documents": [document.doc_id for document in first],
        "sentences": len(one.layout.units),
        "mentions": {name: figures(count(one, other)) for name, count in MENTIONS.items()},
        "tokens": kappa(one, other, samples, seed),
        "relations": {
            **{name: figures(count(one, other)) for name, count in RELATIONS.items()},
            "strict.given": figures(relations.strict(*shared)),
        },
        "clusters": {"within": within, "across": across},
        "attributes": {name: figures(attributes.agreement(one, other, name)) for name in one.layout.attributes},
    }


def kappa(one: Corpus, other: Corpus, samples: int, seed: int) -> dict[str, Any]:
    """Cohen's kappa (1960) on tokens, as Wojood reports it (Jarrar et al. 2022): over all tags of a token, and by type.

    A token's tag of a type is B, I or O in the outermost mentions of that type; its tag over all is the tags of all types
    together, so that nested mentions count.
    """
    layout = one.layout
    by_type = {name: tuple(_tags(side, code) for side in (one, other)) for code, name in enumerate(layout.types)}
    nothing = [""] * len(layout.tokens)  # what a token's tags are where neither has any mention
    together = tuple([*map("".join, zip(*(tags[i] for tags in by_type.values()), strict=True))] or nothing for i in (0, 1))
    unit = np.searchsorted(layout.units, layout.tokens[:, 0], side="right") - 1
    figure = partial(_kappa, unit, len(layout.units))
    over_all, low_and_high = figure(*together, samples=samples, seed=seed)
    return {
        "tokens": len(unit),
        "kappa": over_all,
        "interval": low_and_high,
        "types": {name: {"kappa": figure(*sides, samples=0, seed=seed)[0]} for name, sides in by_type.items()},
    }


def _shared(one: Corpus, other: Corpus) -> tuple[Corpus, Corpus]:
    """Both sides reduced to the mentions that both have, and to the relations between those."""
    kept = []
    for side, matched in zip((one, other), equal(one, other), strict=True):
        flags = np.zeros(len(side.start), dtype=bool)
        flags[matched] = True
        kept.append(side.only(flags))
    return kept[0], kept[1]


def _tags(side: Corpus, type: int) -> list[str]:
    """B, I or O of every token, for one type."""
    return [tag[0] for sequence in iob2.tags(side.only(side.type == type)) for tag in sequence]


def _kappa(
    unit: corpus.Integers, units: int, first: list[str], second: list[str], *, samples: int, seed: int
) -> tuple[float | None, tuple[float, float] | None]:
    """Kappa of two tag sequences, and its interval by unit, from one confusion matrix a unit."""
    if not first:
        return None, None
    tags, codes = np.unique([*first, *second], return_inverse=True)
    cells = codes[: len(first)] * len(tags) + codes[len(first) :]
    confusions = np.zeros((units, len(tags) ** 2))
    np.add.at(confusions, (unit, cells), 1)
    figure = _kappa_of(confusions.sum(axis=0, keepdims=True), len(tags))[0]
    bounds = percentiles(_kappa_of(resampled([confusions], samples, seed)[0], len(tags))) if samples and units > 1 else None
    return (None if np.isnan(figure) else float(figure)), bounds


def _kappa_of(confusions: Numbers, tags: int) -> Numbers:
    """(observed - expected) / (1 - expected), of each confusion matrix; not a number where all tags are one."""
    tables = confusions.reshape(-1, tags, tags)
    total = tables.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = np.trace(tables, axis1=1, axis2=2) / total
        expected = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / total**2
        return np.asarray((observed - expected) / (1 - expected))


def _score(score: Any) -> Mapping[str, float | None]:
    return {"f1": score.f1, "agreed": score.correct, "first": score.gold, "second": score.predicted}
