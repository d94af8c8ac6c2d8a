"""The counts of a run, one batch of documents after another, and the figures that follow from their sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from eval import figures
from eval.columns import Columns
from eval.corpus import Corpus, Layout
from eval.errors import kinds
from eval.metrics import METRICS, Metric, bio, clusters, metrics_for
from eval.metrics.counts import Counts, Numbers, f1
from eval.metrics.meeting import Across
from eval.metrics.rows import Pile, Rows
from eval.resampling import intervals
from eval.settings import Settings
from eval.sides import lay
from eval.unit_counts import Batch

# scores.json has figures of each document up to so many.
MOST_DOCUMENTS = 10_000
# The metrics whose errors are taken apart.
ERRORS = {"ner.strict": kinds.of_mentions, "relations.strict": kinds.of_relations}

Sides = tuple[Corpus, Corpus]


class Tally:
    """What is counted of the batches that are added. Its memory grows with units that have other counts, and with entities.

    Tallies of different documents add up, as far as the rest of none has been counted.
    """

    def __init__(self, settings: Settings, documents: int = 0, tokens: int | None = None) -> None:
        """Of how many documents and tokens the whole gold will be, 0 and None where nobody knows."""
        self._settings = settings
        self._sums: dict[str, Sum] = {}
        self._units = {"document": 0, "sentence": 0}
        self._attributes: set[str] = set()  # the gold's
        self._either: set[str] = set()  # of either side, as the gold may have them in a later batch
        self._across = Across()
        self._errors = {name: of() for name, of in ERRORS.items() if name in (settings.metrics or METRICS)}
        self._documents: dict[str, dict[str, Any]] | None = {} if documents <= MOST_DOCUMENTS else None
        # Unless it is named, or the number of tokens is known, ner.bio is counted last, if they are not too many by then.
        self._for_bio: list[tuple[Sides, list[str]]] = []
        self._tokens, self._counts_tokens = tokens or 0, tokens is None
        self._bio_is_settled = bool(settings.metrics) or "ner.bio" in settings.gated  # by name, whatever the number of tokens

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Those that are counted, by name."""
        return self._chosen(self._attributes)

    def _chosen(self, attributes: set[str]) -> Mapping[str, Metric]:
        named = self._settings.metrics or ()
        known = metrics_for(attributes | {name.removeprefix("attributes.") for name in named if name.startswith("attributes.")})
        names = named or known
        return {name: known[name] for name in names if name != "ner.bio" or not self._bio_is_left_out}

    def add(self, gold: Columns, predicted: Columns) -> Batch:
        """Count a batch: the same documents on both sides."""
        marked = lay(gold, predicted, self._settings.unit)
        seen = view(marked[0], self._settings), view(marked[1], self._settings)
        doc_ids = [doc_id or "" for doc_id in gold.doc_id.list]
        self._attributes |= {name for name, values in gold.attributes.items() if values.used}
        # Attributes of the predictions too: the gold may have them in a later batch.
        self._either |= {*marked[0].layout.attributes}
        metrics = self._chosen(self._either)
        waits = "ner.bio" in metrics and not self._bio_is_settled and self._counts_tokens
        if waits:
            self._for_bio.append((marked, doc_ids))
            self._tokens += len(marked[0].layout.tokens)
            if self._bio_is_left_out:
                self._for_bio.clear()
        if any(metric.by == "set" for metric in metrics.values()):
            self._across.add(*seen)
        for errors in self._errors.values():
            errors.add(*seen, doc_ids)
        counted = {n: metric for n, metric in metrics.items() if metric.by != "set" and not (n == "ner.bio" and waits)}
        batch = self._count(counted, marked, seen, doc_ids)
        self._units["document"] += len(doc_ids)
        self._units["sentence"] += len(marked[0].layout.units)
        return batch

    def merge(self, other: Tally) -> None:
        """Add what another has counted of other documents, which come after these. It has been told the same of the whole."""
        assert not other._for_bio
        for name in {**self._sums, **other._sums}:
            unit = self._settings.unit if name not in METRICS or METRICS[name].by == "unit" else "document"
            own, more = (tally._sums.get(name) or Sum.nothing(tally._units[unit]) for tally in (self, other))
            own.merge(more)
            self._sums[name] = own
        self._attributes |= other._attributes
        self._either |= other._either
        self._across.merge(other._across)
        for name, errors in self._errors.items():
            errors.merge(other._errors[name])
        if self._documents is not None and other._documents is not None:
            self._documents |= other._documents
        for unit, units in other._units.items():
            self._units[unit] += units

    def rest(self) -> Iterator[Batch]:
        """Count what takes all batches."""
        if self._for_bio:
            self._sums["ner.bio"] = Sum()
        for marked, doc_ids in self._for_bio:
            yield self._count({"ner.bio": METRICS["ner.bio"]}, marked, marked, doc_ids)
        names = [name for name, metric in self.metrics.items() if metric.by == "set"]
        met = self._across.clusters()
        of_set = {name: clusters.over(clusters.MEASURES[name.rpartition(".")[2]](met)) for name in names}
        for name, counts in of_set.items():
            self._sums[name] = Sum()
            self._sums[name].add(counts)
        if of_set:
            yield Batch(of_set=of_set)

    def scores(self) -> dict[str, Any]:
        """What scores.json has of them: figures of metrics, of documents, and errors; and warnings."""
        metrics, settings = self.metrics, self._settings
        counts = {name: self._sums[name].counts() for name in metrics}
        bounds = intervals({n: c for n, c in counts.items() if metrics[n].by != "set"}, settings.samples, settings.seed)
        documents, of_documents = self._documents or {}, [name for name, metric in metrics.items() if metric.by != "set"]
        return {
            "metrics": {name: figures.of(of_metric, bounds.get(name)) for name, of_metric in counts.items()},
            "documents": {doc_id: {n: found.get(n, {"f1": None}) for n in of_documents} for doc_id, found in documents.items()},
            "errors": {name: errors.record() for name, errors in self._errors.items()},
            "warnings": [*self._left_out(), *figures.without_interval(counts, metrics, settings)],
        }

    def _count(self, metrics: Mapping[str, Metric], marked: Sides, seen: Sides, doc_ids: list[str]) -> Batch:
        layout = marked[0].layout
        by: dict[str, dict[str, Counts]] = {"document": {}, "sentence": {}}
        for name, metric in metrics.items():
            unit = self._settings.unit if metric.by == "unit" else "document"
            counts = metric.count(*(marked if metric.as_marked else seen))
            by[unit][name] = _of_documents(counts, layout) if unit == "document" else counts
            if name not in self._sums:
                self._sums[name] = Sum.nothing(self._units[unit])  # of an attribute that no document had so far
            self._sums[name].add(by[unit][name])
        self._note(doc_ids, by, layout)
        return Batch(doc_ids, by["document"], by["sentence"], layout.document_of_unit, {})

    def _note(self, doc_ids: list[str], by: Mapping[str, Mapping[str, Counts]], layout: Layout) -> None:
        """Keep the figures of documents, while there are not too many."""
        if self._documents is None or len({*self._documents, *doc_ids}) > MOST_DOCUMENTS:
            self._documents = None
            return
        self._documents |= {doc_id: {} for doc_id in doc_ids if doc_id not in self._documents}
        for counts in by.values():
            for name, of_metric in counts.items():
                for doc_id, figure in zip(doc_ids, f1(_of_documents(of_metric, layout).total).tolist(), strict=True):
                    self._documents[doc_id][name] = {"f1": None if figure != figure else figure}

    @property
    def _bio_is_left_out(self) -> bool:
        return self._tokens > bio.MOST_TOKENS and not self._bio_is_settled

    def _left_out(self) -> Iterator[str]:
        if self._bio_is_left_out:
            yield f"ner.bio left out: more than {bio.MOST_TOKENS:,} tokens; name it with --metrics to have it"
        if self._documents is None:
            yield f"figures of documents left out: more than {MOST_DOCUMENTS:,}; counts.parquet has what they follow from"


class Sum:
    """Counts of one metric: over all types those of each unit, equal ones together; of each type their sum."""

    def __init__(self) -> None:
        self._total = Pile()
        self._types: dict[str, Numbers] = {}

    @classmethod
    def nothing(cls, units: int) -> Sum:
        """Counts of so many units in which there is nothing to count."""
        found = cls()
        if units:
            found._total = Pile(Rows(np.zeros((1, 1, 4)), np.array([units])))
        return found

    def add(self, counts: Counts) -> None:
        """Counts of more units."""
        self._total.add(counts.total)
        self._add_types(counts)

    def merge(self, other: Sum) -> None:
        """Counts of more units, which another has."""
        self._total.merge(other._total)
        self._add_types(other.counts())

    def counts(self) -> Counts:
        """Of all units; those by type have one row for all units together."""
        types, rows = tuple(sorted(self._types)), self._total.rows
        return Counts(types, np.array([self._types[name] for name in types]).reshape(1, -1, 3), rows.distinct, rows.times)

    def _add_types(self, counts: Counts) -> None:
        for name, more in zip(counts.types, counts.by_type.sum(axis=0), strict=True):
            self._types[name] = self._types.get(name, np.zeros(3)) + more


def view(side: Corpus, settings: Settings) -> Corpus:
    """A side as it is compared: the mentions that count, as wide as they count."""
    if settings.nested != "all":
        side = side.outermost() if settings.nested == "outermost" else side.innermost()
    return side.widened() if settings.match == "token" else side


def _of_documents(counts: Counts, layout: Layout) -> Counts:
    documents = len(layout.documents)
    return counts if len(counts.total) == documents else counts.grouped(layout.document_of_unit, documents)
