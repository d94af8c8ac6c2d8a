"""`facts`: what the articles say of entities, a relation of the whole set a row, and what contradicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotation.gold import Gold
from annotation.schema import Schema

if TYPE_CHECKING:
    from datasets import Features


def features(schema: Schema) -> Features:
    """Head and tail are entity ids; where the tail is a date, a quantity or a title, it is null and `value` holds it.

    `factuality` has what the articles say of a head that is an event: asserted, planned, negated, hypothetical.
    """
    from datasets import ClassLabel, Features, List, Value

    string = Value("string")
    fact = {
        "relation": ClassLabel(names=list(schema.relations)),
        "head": string,
        "tail": string,
        "value": string,
        "documents": List(string),
    }
    return Features(
        {
            **fact,
            "mentions": List({"doc_id": string, "head": string, "tail": string}),
            "factuality": List(string),
            "contradicted": Value("bool"),
            "contradicts": List({**fact, "kind": string, "reason": string}),
        }
    )


def rows(gold: Gold) -> list[dict[str, Any]]:
    """A row for each fact, in order."""
    plain = {
        fact: {**fact._asdict(), "documents": sorted({source.doc_id for source in sources})}
        for fact, sources in gold.facts.items()
    }
    found = []
    for fact, sources in gold.facts.items():
        contradicts = [
            {**plain[opposite], "kind": one.kind, "reason": one.reason}
            for one in gold.contradictions
            for side, opposites in ((one.one, one.other), (one.other, one.one))
            if fact in side
            for opposite in opposites
        ]
        found.append(
            {
                **plain[fact],
                "mentions": [{"doc_id": source.doc_id, "head": source.head, "tail": source.tail} for source in sources],
                "factuality": sorted({source.factuality for source in sources if source.factuality}),
                "contradicted": bool(contradicts),
                "contradicts": contradicts,
            }
        )
    return found
