"""A Document as the plain record (dicts, lists, strings, integers) that JSON lines and Parquet both hold, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eval.columns import Columns, of_documents
from eval.document import BadInput, Document, Mention, Relation, check_form


def from_record(record: Any) -> Document:
    """Raises BadInput where a field is missing or not of its kind. Fields that are not known are ignored."""
    if not isinstance(record, dict):
        raise BadInput(f"a document is an object with doc_id and mentions, found {type(record).__name__}")
    doc_id = _string(record, "doc_id", "the document")
    where = f"document {doc_id!r}"
    return Document(
        doc_id=doc_id,
        text=_optional_string(record, "text", where),
        date=_optional_string(record, "date", where),
        mentions=tuple(_mention(item, f"{where}, mention {i}") for i, item in enumerate(_items(record, "mentions", where), 1)),
        relations=tuple(
            Relation(*(_string(item, key, f"{where}, relation {i}") for key in ("type", "head", "tail")))
            for i, item in enumerate(_items(record, "relations", where), 1)
        ),
        fold=_optional_string(record, "fold", where),
        notes=_notes(record, where),
    )


def to_record(document: Document) -> dict[str, Any]:
    """The record of a document, without the fields that it does not have."""
    record: dict[str, Any] = {"doc_id": document.doc_id, "text": document.text, "date": document.date, "fold": document.fold}
    record = {key: value for key, value in record.items() if value is not None}
    record["mentions"] = [_mention_record(mention) for mention in document.mentions]
    record["relations"] = [{"type": r.type, "head": r.head, "tail": r.tail} for r in document.relations]
    if document.notes:
        record["notes"] = list(document.notes)
    if document.error:
        record["error"] = document.error
    return record


def _mention(item: dict[str, Any], where: str) -> Mention:
    attributes = item.get("attributes")
    if not isinstance(attributes, dict | None):
        raise BadInput(f"{where}: attributes must be an object, found {attributes!r}")
    for key in ("start", "end"):
        if not isinstance(item.get(key), int) or isinstance(item[key], bool):
            raise BadInput(f"{where}: {key} must be an integer, found {item.get(key)!r}")
    return Mention(
        id=_optional_string(item, "id", where),
        start=item["start"],
        end=item["end"],
        type=_string(item, "type", where),
        entity_id=_optional_string(item, "entity_id", where),
        attributes={key: value for key, value in (attributes or {}).items() if value is not None},
    )


def _mention_record(mention: Mention) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": mention.id, "start": mention.start, "end": mention.end, "type": mention.type, "entity_id": mention.entity_id,
    }  # fmt: skip
    record = {key: value for key, value in record.items() if value is not None}
    if mention.attributes:
        record["attributes"] = dict(mention.attributes)
    return record


def _items(record: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    items = record.get(key)
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadInput(f"{where}: {key} must be a list of objects")
    return items


def _notes(record: dict[str, Any], where: str) -> tuple[str, ...]:
    notes = record.get("notes") or []
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise BadInput(f"{where}: notes must be a list of strings, found {notes!r}")
    return tuple(notes)


def _string(record: dict[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise BadInput(f"{where}: {key} must be a string that is not empty, found {value!r}")
    return value


def _optional_string(record: dict[str, Any], key: str, where: str) -> str | None:
    value = record.get(key)
    if value is None or isinstance(value, str):
        return value
    raise BadInput(f"{where}: {key} must be a string or null, found {value!r}")


def located(documents: Iterable[tuple[str, Document]]) -> Columns:
    """Documents with their places as columns. Raises BadInput for what `document.check_form` refuses."""
    found = list(documents)
    for where, document in found:
        try:
            check_form(document)
        except BadInput as error:
            raise BadInput(f"{where}: document {document.doc_id!r}: {error}") from None
    return of_documents([document for _, document in found], [where for where, _ in found])
