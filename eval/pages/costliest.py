"""The kinds of errors that cost most, each with examples in their sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eval.errors.table import costly
from eval.pages import links
from eval.pages.meanings import MEANINGS
from eval.pages.passages import Passages

Record = dict[str, Any]


def of(metric: str, errors: Mapping[str, Any], texts: Mapping[str, str]) -> Record:
    """`classes` with how many each side has in it, and the costliest `kinds` with what they cost and their `examples`.

    `texts` are those of the articles in the page, by doc_id; what is in another has offsets alone.
    """
    item = links.item(metric)
    classes = [
        {"name": name, "says": MEANINGS[item].get(name, ""), **counts, "href": links.filtered(metric, **{"class": name})}
        for name, counts in errors["classes"].items()
    ]
    shown = costly(errors)
    most = max((kind["gain"] for kind in shown), default=0) or 1
    named = {example["doc_id"] for kind in shown for example in kind["examples"]}
    articles = {doc_id: Passages(texts[doc_id]) for doc_id in named if doc_id in texts}
    kinds = [
        {
            **kind,
            "types": list(dict.fromkeys(type for type in (kind["gold_type"], kind["predicted_type"]) if type)),
            "href": links.filtered(metric, **{"class": kind["class"]}, **_types(kind)),
            "share": round(100 * kind["gain"] / most, 1),
            "examples": [_example(example, articles.get(example["doc_id"])) for example in kind["examples"]],
        }
        for kind in shown
    ]
    return {"metric": metric, "item": item, "classes": classes, "kinds": kinds}


def _types(kind: Mapping[str, Any]) -> dict[str, str]:
    return {side: kind[f"{side}_type"] for side in ("gold", "predicted") if kind[f"{side}_type"]}


def _example(example: Mapping[str, Any], article: Passages | None) -> Record:
    """`lines`, one for each mention or relation of each side."""
    lines = [line for side in ("gold", "predicted") for line in _lines(example, side, article)]
    return {"doc_id": example["doc_id"], "article": article, "lines": lines}


def _lines(example: Mapping[str, Any], side: str, article: Passages | None) -> Iterator[Record]:
    for item in example[side]:
        ends = [item["head"], item["tail"]] if "head" in item else [item]
        yield {
            "side": side,
            "type": item["type"],
            "ends": [
                {
                    **end,
                    "href": links.mention(example["doc_id"], side, end["start"], end["end"], end["type"]),
                    "words": article and article.words(end["start"], end["end"]),
                }
                for end in ends
            ],
            "passage": article.passage([(end["start"], end["end"]) for end in ends]) if article else [],
        }
