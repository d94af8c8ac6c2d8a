"""`documents`: an article a row, with its mentions and relations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotation.gold import Gold
from annotation.schema import Schema
from annotation.seeds import Article
from eval.document import Document

if TYPE_CHECKING:
    from datasets import Features


def features(schema: Schema) -> Features:
    """Offsets are code points, half-open; types are ClassLabels in the schema's order."""
    from datasets import ClassLabel, Features, List, Value

    string, number = Value("string"), Value("int32")
    mention = {
        "id": string,
        "start": number,
        "end": number,
        "type": ClassLabel(names=list(schema.types)),
        "text": string,
        "entity_id": string,
        "attributes": {name: string for name in schema.attributes if name != "entity_id"},
    }
    relation = {"type": ClassLabel(names=list(schema.relations)), "head": string, "tail": string}
    columns = dict.fromkeys(("doc_id", "title", "text", "sha256", "date", "date_source", "publisher", "fold"), string)
    return Features({**columns, "mentions": List(mention), "relations": List(relation)})


def rows(gold: Gold) -> list[dict[str, Any]]:
    """A row for each document; each is a fold of its own."""
    return [_row(document, *gold.articles[document.doc_id]) for document in gold.documents]


def with_text(row: dict[str, Any], text: str | None) -> dict[str, Any]:
    """The row with its article's text and the words of each mention; without them where the text is None."""
    mentions = [{**one, "text": None if text is None else text[one["start"] : one["end"]]} for one in row["mentions"]]
    return {**row, "text": text, "mentions": mentions}


def _row(document: Document, article: Article, text: str) -> dict[str, Any]:
    mentions = [
        {
            "id": mention.id,
            "start": mention.start,
            "end": mention.end,
            "type": mention.type,
            "entity_id": mention.entity_id,
            "attributes": dict(mention.attributes),
        }
        for mention in document.mentions
    ]
    row = {
        "doc_id": document.doc_id,
        "title": article.title,
        "sha256": article.sha256,
        "date": article.date,
        "date_source": article.date_source,
        "publisher": publisher(article),
        "fold": document.doc_id,
        "mentions": mentions,
        "relations": [{"type": r.type, "head": r.head, "tail": r.tail} for r in document.relations],
    }
    return with_text(row, text)


def publisher(article: Article) -> str | None:
    """A guess is not passed off as knowledge."""
    if article.outlet and (article.outlet_source or "").startswith("probable"):
        return f"probably {article.outlet}"
    return article.outlet
