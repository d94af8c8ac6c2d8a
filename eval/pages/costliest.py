"""The kinds of errors that cost most, each with examples in their sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from eval.errors.table import COSTLIEST
from eval.pages import links
from eval.pages.article import direction, language
from eval.segment import sentences

Record = dict[str, Any]

# So many code points are shown on either side of a mention, and between two; so many of a mention's own.
AROUND, WORDS = 60, 80
SAYS = {
    "correct": "same span and type",
    "type": "same span, another type",
    "split": "one gold mention, marked as two or more of its type inside it",
    "merged": "two or more gold mentions, marked as one of their type",
    "boundary": "same type, and the spans overlap",
    "boundary and type": "another type, and the spans overlap",
    "missed": "in the gold, and nothing predicted that fits",
    "spurious": "predicted, and nothing in the gold that fits",
    "wrong type": "both arguments right, another type of relation",
    "wrong direction": "turned round",
    "argument type": "right but for the type of an argument",
    "argument boundary": "right but for the span of an argument",
}


def of(metric: str, errors: Mapping[str, Any], texts: Mapping[str, str]) -> Record:
    """`classes` with how many each side has in it, and the costliest `kinds` with what they cost and their `examples`.

    `texts` are those of the articles in the page, by doc_id; what is in another has offsets alone.
    """
    classes = [
        {"name": name, "says": SAYS.get(name, ""), **counts, "href": links.filtered(metric, **{"class": name})}
        for name, counts in errors["classes"].items()
    ]
    costly = [kind for kind in errors["kinds"] if "gain" in kind][:COSTLIEST]
    most = max((kind["gain"] for kind in costly), default=0) or 1
    named = {example["doc_id"] for kind in costly for example in kind["examples"]}
    articles = {doc_id: Article(texts[doc_id]) for doc_id in named if doc_id in texts}
    kinds = [
        {
            **kind,
            "types": list(dict.fromkeys(type for type in (kind["gold_type"], kind["predicted_type"]) if type)),
            "href": links.filtered(metric, **{"class": kind["class"]}, **_types(kind)),
            "share": round(100 * kind["gain"] / most, 1),
            "examples": [_example(example, articles.get(example["doc_id"])) for example in kind["examples"]],
        }
        for kind in costly
    ]
    return {"metric": metric, "classes": classes, "kinds": kinds}


class Article:
    """An article in the page, of which passages are shown."""

    def __init__(self, text: str) -> None:
        """`text` is the whole of it."""
        self._text = text
        self.direction, self.language = direction(text), language(text)
        self._sentences = cache(lambda: sentences(text))

    def words(self, mention: Mapping[str, Any]) -> str:
        """Those of a mention, cut where they are many."""
        found = self._text[mention["start"] : mention["end"]]
        return found if len(found) <= WORDS else f"{found[:WORDS]}…"

    def passage(self, mentions: Sequence[Mapping[str, Any]]) -> list[tuple[str, bool]]:
        """Pieces of text, and whether a mention holds them: the sentences of the mentions, as far as they are near."""
        marked = [(mention["start"], mention["end"]) for mention in mentions]
        first, last = min(start for start, _ in marked), max(end for _, end in marked)
        met = [one for one in self._sentences() if one[0] < last and first < one[1]] or [(first, last)]
        bounds = sorted({min(first, met[0][0]), max(last, met[-1][1]), *(place for span in marked for place in span)})
        return [
            (self._cut(start, end, first, last), any(one <= start and end <= other for one, other in marked))
            for start, end in pairwise(bounds)
        ]

    def _cut(self, start: int, end: int, first: int, last: int) -> str:
        """The text between two places; of what is far from the mentions, which go from `first` to `last`, the near end alone."""
        text = self._text[start:end]
        if len(text) <= (AROUND if end <= first or last <= start else 2 * AROUND):
            return text
        before, after = text[-AROUND:].partition(" ")[2], text[:AROUND].rpartition(" ")[0]
        if end <= first:
            return f"…{before}"
        return f"{after}…" if last <= start else f"{after} … {before}"


def _types(kind: Mapping[str, Any]) -> dict[str, str]:
    return {side: kind[f"{side}_type"] for side in ("gold", "predicted") if kind[f"{side}_type"]}


def _example(example: Mapping[str, Any], article: Article | None) -> Record:
    """`lines`, one for each mention or relation of each side."""
    lines = [line for side in ("gold", "predicted") for line in _lines(example, side, article)]
    return {"doc_id": example["doc_id"], "article": article, "lines": lines}


def _lines(example: Mapping[str, Any], side: str, article: Article | None) -> Iterator[Record]:
    for item in example[side]:
        ends = [item["head"], item["tail"]] if "head" in item else [item]
        yield {
            "side": side,
            "type": item["type"],
            "ends": [
                {**end, "href": links.mention(example["doc_id"], side, end), "words": article and article.words(end)}
                for end in ends
            ],
            "passage": article.passage(ends) if article else [],
        }
