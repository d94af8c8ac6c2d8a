"""Small golds, and projects that state a version of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from annotation import ABOUT, RELEASES, build, schema
from annotation.entities import of_gold
from annotation.facts import facts
from annotation.gold import Gold
from annotation.seeds import Article
from eval import formats
from eval.document import Document, Mention, Relation
from tests.conftest import ROOT

MENTIONS = (Mention("m1", 11, 14, "PER", "per:ali"), Mention("m2", 4, 10, "TITLE", "per:ali"), Mention("m3", 15, 19, "GPE", "gpe:damascus", {"role": "place"}))  # fmt: skip
TEXT = "زار الوزير علي دمشق أمس"


def made(*documents: Document) -> Gold:
    """The gold of these documents."""
    articles = {
        one.doc_id: (Article(one.doc_id, "", "", None, None, "2025-11-16", "", None), one.text or "") for one in documents
    }
    return Gold(documents, articles, schema.load(), of_gold({}, documents), facts(documents), [], {})


def article(doc_id: str, *mentions: Mention) -> Document:
    """An article with one relation."""
    return Document(doc_id, TEXT, "2025-11-16", mentions or MENTIONS, (Relation("holds_title", "m1", "m2"),))


GOLD = made(article("000"))
CORRECTED = made(article("000", MENTIONS[0], MENTIONS[1], replace(MENTIONS[2], attributes={"role": "government"})))
DIGEST, OTHER = (build.digest(build.datasets(gold)) for gold in (GOLD, CORRECTED))
FIRST = f"- 0.1.0 (digest `{DIGEST}`): the first; 1 articles, 3 mentions, 1 relations, 2 entities, 1 facts."

Project = Callable[..., Path]


def stated(tmp_path: Path) -> Project:
    """A fixture: a project that states a version in each place, as far as it is not told otherwise."""

    def write(version: str = "0.1.0", digest: str = DIGEST, entries: str = FIRST, **released: Gold) -> Path:
        (tmp_path / RELEASES).mkdir(parents=True)
        (tmp_path / "data").mkdir()
        about = (ROOT / ABOUT).read_text(encoding="utf-8")
        for path, text in (
            (ABOUT, re.sub("(?m)^date: .*", "date: 2026-11-27", re.sub("(?m)^version: .*", f"version: {version}", about))),
            ("CHANGELOG.md", f"# Changelog\n\n## [Unreleased]\n\n### Data\n{entries}\n\n### Added\n- All.\n"),
            ("CITATION.cff", f"title: Wafd\nversion: {version}\ndate-released: 2026-11-27\n"),
            ("data/README.md", f"Of two\narticles. Version {version}\n(digest `{digest}`): 1\n"),
        ):
            (tmp_path / path).write_text(text, encoding="utf-8")
        for name, gold in released.items():
            file = tmp_path / RELEASES / f"{name.removeprefix('of_').replace('_', '.')}.jsonl"
            formats.write(file, [replace(document, text=None) for document in gold.documents])
        return tmp_path

    return write
