"""A version of the gold, from wherever it is: a dataset's folder, an export, a file of documents."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from annotation import card, export
from annotation.facts import Fact
from annotation.label_studio import to_document
from eval import formats
from eval.document import BadInput, Document, check, check_form


class Names(NamedTuple):
    """What an entity is called: by hand, and in the articles."""

    name_ar: str | None
    name_en: str | None
    aliases: frozenset[str]


@dataclass(frozen=True)
class Edition:
    """The documents of a version by doc_id, some or all without a text; beside them what is known of it, None: nothing."""

    documents: Mapping[str, Document]
    names: Mapping[str, Names] | None = None
    contradictions: Mapping[tuple[str, frozenset[Fact]], str] | None = None  # the reason, by kind and facts
    version: str | None = None
    digest: str | None = None


def read(path: Path) -> Edition:
    """The version at `path`: a dataset's folder, an export (.json), or documents in any format that eval reads, gold or not.

    Raises BadInput, naming the file, where there is none, it is no such thing, a document stands twice, or nothing is annotated.
    """
    exported = path.suffix == ".json" and not path.is_dir()
    if path.is_file() and not exported and path.suffix not in formats.READERS:
        endings = " or ".join((*formats.READERS, ".json (an export of Label Studio)"))
        raise BadInput(f"{path}: a version of the gold is a dataset's folder, or a file that ends in {endings}")
    documents: dict[str, Document] = {}
    for document in _exported(path) if exported else _documents(path):
        if documents.setdefault(document.doc_id, document) is not document:
            raise BadInput(f"{path}: document {document.doc_id!r} stands twice; delete one")
        try:
            check_form(document) if document.text is None else check(document, document.text)
        except BadInput as error:
            raise BadInput(f"{path}: document {document.doc_id!r}: {error}") from None
    if not any(document.mentions for document in documents.values()):
        raise BadInput(f"{path}: no mention in any document; a version of the gold is annotated")
    if not path.is_dir():
        return Edition(documents)
    try:
        return Edition(documents, _names(path), _contradictions(path), *card.named(path))
    except (LookupError, TypeError, AttributeError) as error:
        what = f"not as annotate build writes them ({type(error).__name__}: {error})"
        raise BadInput(f"{path}: entities/ or facts/ are {what}; get the dataset again") from None


def called(edition: Edition) -> str:
    """Its version and digest, where they are known, as they stand behind its name."""
    return f" (version {edition.version}, digest {edition.digest})" if edition.version else ""


def _documents(path: Path) -> Iterable[Document]:
    for batch in formats.read(path):
        yield from batch.documents()


def _exported(path: Path) -> Iterable[Document]:
    """Not held to the schema, which may have been another then."""
    for task in export.read(path):
        data = task.get("data")
        if not isinstance(data, dict) or not all(isinstance(data.get(key), str) for key in ("doc_id", "text")):
            raise BadInput(f"{path}: a task's data need doc_id and text, strings, found {data!r:.200}; annotate check says more")
        try:
            yield to_document(task)
        except BadInput as error:
            raise BadInput(f"{path}: {error}") from None


def _names(folder: Path) -> dict[str, Names] | None:
    rows, _ = _rows(folder / "entities", "type")
    if rows is None:
        return None
    return {
        row["entity_id"]: Names(
            row.get("name_ar") or None,
            row.get("name_en") or None,
            frozenset(alias["text"] if isinstance(alias, dict) else alias for alias in row.get("aliases") or ()),
        )
        for row in rows
    }


def _contradictions(folder: Path) -> dict[tuple[str, frozenset[Fact]], str] | None:
    rows, relations = _rows(folder / "facts", "relation")
    if not rows or "contradicts" not in rows[0] or not relations:
        return None

    def fact(row: Mapping[str, Any]) -> Fact:
        return Fact(relations[row["relation"]], row["head"], row["tail"], row["value"])

    found = defaultdict[tuple[str, str], set[Fact]](set)
    for row in rows:
        for one in row["contradicts"] or ():
            found[one["kind"], one["reason"]] |= {fact(row), fact(one)}
    return {(kind, frozenset(facts)): reason for (kind, reason), facts in found.items()}


def _rows(folder: Path, column: str) -> tuple[Sequence[dict[str, Any]] | None, Sequence[str] | None]:
    """The rows of a config, and the names that a column's integers stand for; None of what is not there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not (files := sorted(folder.glob("*.parquet"))):
        return None, None
    try:
        tables = [pq.read_table(file) for file in files]
        rows = [row for table in tables for row in table.to_pylist()]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadInput(f"{folder}: damaged ({error})") from None
    written = json.loads((tables[0].schema.metadata or {}).get(b"huggingface", b"{}"))  # as `datasets` does, which loads slowly
    return rows, written.get("info", {}).get("features", {}).get(column, {}).get("names")
