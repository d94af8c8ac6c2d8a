"""The gold: the adjudicated documents with their articles, and what is written of them across articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotation import (
    CONTRADICTIONS,
    ENTITIES,
    EXPORT,
    SEEDS,
    WAIVERS,
    checks,
    contradictions,
    entities,
    export,
    facts,
    label_studio,
    seeds,
)
from annotation import schema as schemas
from annotation.checks import waivers
from annotation.checks.waivers import Waiver
from annotation.contradictions import Contradiction
from annotation.entities import Entity
from annotation.facts import Fact, Source
from annotation.label_studio import Task
from annotation.schema import Schema
from annotation.seeds import Articles
from eval.document import BadInput, Document, check_nesting
from eval.document import check as check_document


@dataclass(frozen=True)
class Gold:
    """Everything that data/ is made of."""

    documents: Sequence[Document]
    articles: Articles
    schema: Schema
    entities: Mapping[str, Entity]
    facts: Mapping[Fact, Sequence[Source]]
    contradictions: Sequence[Contradiction]
    verified_by: Mapping[str, str]  # the person who has signed an article, by doc_id
    root: Path = Path()  # of its project, which may also keep how the gold was made


def read(root: Path = Path()) -> Gold:
    """The gold of the project at `root`. Raises BadInput for the first thing in it that is not as it should be."""
    schema, articles = schemas.load(), seeds.read(root / SEEDS)
    tasks = export.read(root / EXPORT)
    found = documents(tasks, articles, schema, waivers.read(root / WAIVERS))
    table = entities.of_gold(entities.read(root / ENTITIES), found)
    said = facts.facts(found)
    contradicted = contradictions.read(root / CONTRADICTIONS, said)
    signed = {task["data"]["doc_id"]: name for task in tasks if (name := label_studio.verified_by(task))}
    return Gold(found, articles, schema, table, said, contradicted, signed, root)


def documents(tasks: Sequence[Task], articles: Articles, schema: Schema, waived: Sequence[Waiver] = ()) -> list[Document]:
    """The documents of an export, in order of their ids.

    Raises BadInput for the first problem that is not waived, and where a text or date is not the seeds'.
    """
    if not tasks:
        raise BadInput("the export has no document; annotate one and pull it")
    stand, _ = waivers.apply(checks.inconsistent(tasks, schema), waived)
    if problems := [*checks.unsound(tasks, schema), *stand]:
        first = problems[0]
        raise BadInput(
            f"the export has {len(problems)} problem(s), the first in document {first.doc_id}: "
            f"{first.code}: {first.message}; annotate check lists them all"
        )
    found = sorted((label_studio.to_document(task) for task in tasks), key=lambda document: document.doc_id)
    for document in found:
        _check_article(document, articles)
        check_document(document, document.text or "")
        check_nesting(document)
    return found


def _check_article(document: Document, articles: Articles) -> None:
    if document.doc_id not in articles:
        known = ", ".join(articles)
        raise BadInput(f"document {document.doc_id!r}: seeds/{seeds.MANIFEST} has no such article; it has {known}")
    article, text = articles[document.doc_id]
    if document.text != text:
        raise BadInput(f"document {document.doc_id!r}: its text is not that of seeds/{article.file}")
    if document.date != article.date:
        raise BadInput(f"document {document.doc_id!r}: its date is {document.date}, the manifest says {article.date}")
