"""Versions of the dataset that were released: the documents of each, without texts, in annotation/releases/VERSION.jsonl."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from pathlib import Path

from annotation import RELEASES
from annotation.schema import Schema
from annotation.versions.edition import Edition
from eval.document import Document

Version = tuple[int, int, int]

MAJOR, MINOR, PATCH = "major", "minor", "patch"


def parsed(version: object) -> Version | None:
    """The three numbers of a semantic version, MAJOR.MINOR.PATCH; None of anything else."""
    number = r"(0|[1-9][0-9]{0,8})"
    found = re.fullmatch(rf"{number}\.{number}\.{number}", str(version))
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def released(root: Path) -> dict[Version, Path]:
    """The files of the project's releases, the oldest first. What is not named by a version is none."""
    files = {version: path for path in (root / RELEASES).glob("*.jsonl") if (version := parsed(path.stem))}
    return dict(sorted(files.items()))


def step(old: Edition, new: Edition, schema: Schema) -> tuple[str, str]:
    """What kind of step it is at least from one version to another that is not the same, and why.

    What goes from the schema, or an article that goes, makes readers of the old wrong; what comes does not.
    """
    had, have, allowed = _labels(old.documents.values()), _labels(new.documents.values()), _allowed(schema)
    articles = [{("article", doc_id) for doc_id in edition.documents} for edition in (old, new)]
    for kind, found, became in (
        (MAJOR, (had - allowed - have) | (articles[0] - articles[1]), "gone"),
        (MINOR, (have - had) | (articles[1] - articles[0]), "new"),
    ):
        if found:
            what, name = min(found)
            return kind, f"{what} {name} is {became}"
    return PATCH, "corrections alone"


def least(version: Version, kind: str) -> Version:
    """The least version after one by such a step. Before 1.0.0 a minor step may take away, too (https://semver.org/#spec-item-4)."""
    major, minor, patch = version
    if kind == MAJOR and major:
        return major + 1, 0, 0
    return (major, minor, patch + 1) if kind == PATCH else (major, minor + 1, 0)


def _labels(documents: Iterable[Document]) -> Set[tuple[str, str]]:
    """The types, attributes and relations that are used."""
    found = set[tuple[str, str]]()
    for document in documents:
        for mention in document.mentions:
            found |= {("type", mention.type), *(("attribute", name) for name in mention.attributes)}
        found |= {("relation", relation.type) for relation in document.relations}
    return found


def _allowed(schema: Schema) -> Set[tuple[str, str]]:
    named = (("type", schema.types), ("attribute", schema.attributes), ("relation", schema.relations))
    return {(kind, name) for kind, names in named for name in names}
