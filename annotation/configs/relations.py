"""`relations`: a candidate pair of mentions a row, for relation classifiers."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from annotation.gold import Gold
from annotation.schema import Schema
from eval.document import Document, Mention, ordered
from eval.segment import sentences

if TYPE_CHECKING:
    from datasets import Features

NO_RELATION = "no_relation"


def features(schema: Schema) -> Features:
    """Offsets are code points of `text`, the whole article; `context` is their sentence, or from one's to the other's."""
    from datasets import ClassLabel, Features, Value

    string, number = Value("string"), Value("int32")
    mention = {"id": string, "start": number, "end": number, "type": ClassLabel(names=list(schema.types)), "text": string}
    return Features(
        {
            "doc_id": string,
            "text": string,
            "context": {"start": number, "end": number},
            "head": mention,
            "tail": mention,
            "relation": ClassLabel(names=[NO_RELATION, *schema.relations]),
        }
    )


def rows(gold: Gold) -> list[dict[str, Any]]:
    """Every ordered pair in one sentence whose types some relation allows, and every gold relation: a row each."""
    return [row for document in gold.documents for row in _of_document(ordered(document), gold.schema)]


def with_text(row: dict[str, Any], text: str | None) -> dict[str, Any]:
    """The row with its article's text and the words of head and tail; without them where the text is None."""
    ends = {
        end: {**row[end], "text": None if text is None else text[row[end]["start"] : row[end]["end"]]} for end in ("head", "tail")
    }
    return {**row, "text": text, **ends}


def _of_document(document: Document, schema: Schema) -> Iterator[dict[str, Any]]:
    text = document.text or ""
    spans = sentences(text, [(mention.start, mention.end) for mention in document.mentions])
    context = {m.id: span for span in spans for m in document.mentions if span[0] <= m.start < span[1]}
    related = defaultdict[tuple[str | None, str | None], list[str]](list)
    for relation in document.relations:
        related[relation.head, relation.tail].append(relation.type)
    allowed = {pair for one in schema.relations.values() for pair in itertools.product(one.head, one.tail)}

    def end(mention: Mention) -> dict[str, Any]:
        return {"id": mention.id, "start": mention.start, "end": mention.end, "type": mention.type}

    for head, tail in itertools.permutations(document.mentions, 2):
        types = related.get((head.id, tail.id), [])
        if types or (context[head.id] == context[tail.id] and (head.type, tail.type) in allowed):
            start, stop = zip(context[head.id], context[tail.id], strict=True)
            for type in types or [NO_RELATION]:
                row = {
                    "doc_id": document.doc_id,
                    "context": {"start": min(start), "end": max(stop)},
                    "head": end(head),
                    "tail": end(tail),
                    "relation": type,
                }
                yield with_text(row, text)
