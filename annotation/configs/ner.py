"""`ner`: a sentence a row, as tokens.

Tags are those that `ner.bio` scores; mentions, the nested ones too, are widened to their tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotation.gold import Gold
from annotation.schema import Schema
from eval import iob2
from eval.document import Document
from eval.segment import sentences
from eval.sides import pair

if TYPE_CHECKING:
    from datasets import Features


def features(schema: Schema) -> Features:
    """`token_starts` and `token_ends` are code points of the article, mentions count tokens of the sentence, half-open."""
    from datasets import ClassLabel, Features, List, Value

    number = Value("int32")
    tags = ["O", *(f"{prefix}-{type}" for type in schema.types for prefix in "BI")]
    mention = {"start_token": number, "end_token": number, "type": ClassLabel(names=list(schema.types))}
    return Features(
        {
            "doc_id": Value("string"),
            "sentence": number,
            "tokens": List(Value("string")),
            "token_starts": List(number),
            "token_ends": List(number),
            "ner_tags": List(ClassLabel(names=tags)),
            "mentions": List(mention),
        }
    )


def rows(gold: Gold) -> list[dict[str, Any]]:
    """A row for each sentence, in order."""
    return [row for document in gold.documents for row in _of_document(document)]


def with_text(row: dict[str, Any], text: str | None) -> dict[str, Any]:
    """The row with its tokens as they stand in the article's text; without them where that is None."""
    spans = zip(row["token_starts"], row["token_ends"], strict=True)
    return {**row, "tokens": None if text is None else [text[start:end] for start, end in spans]}


def _of_document(document: Document) -> list[dict[str, Any]]:
    text = document.text or ""
    corpus, _ = pair([document], [document])
    spans, tags, wide = corpus.layout.tokens.tolist(), iob2.tags(corpus)[0], corpus.widened()
    types = [corpus.layout.types[type] for type in wide.type]
    found = []
    for number, (start, end) in enumerate(sentences(text, [(m.start, m.end) for m in document.mentions])):
        inside = [i for i, (token_start, _) in enumerate(spans) if start <= token_start < end]
        starts, ends = [spans[i][0] for i in inside], [spans[i][1] for i in inside]
        mentions = [
            {"start_token": starts.index(a), "end_token": ends.index(b) + 1, "type": type}
            for a, b, type in zip(wide.start.tolist(), wide.end.tolist(), types, strict=True)
            if start <= a < end
        ]
        row = {
            "doc_id": document.doc_id,
            "sentence": number,
            "token_starts": starts,
            "token_ends": ends,
            "ner_tags": [tags[i] for i in inside],
            "mentions": mentions,
        }
        found.append(with_text(row, text))
    return found
