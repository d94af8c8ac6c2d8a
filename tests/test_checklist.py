"""What must hold before the dataset is published."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pyarrow.parquet as pq

from annotation import about, export, seeds
from annotation.publishing import checklist
from tests.conftest import ROOT


def test_each_thing_that_is_not_as_it_should_be_is_named(publishable: Path) -> None:
    """Not only the first: data/ (also by the sums of its croissant.json), the datasheet, the CHANGELOG."""
    mentions = publishable / "data" / "documents" / "test.parquet"
    table = pq.read_table(mentions)
    rows = table.to_pylist()
    rows[0]["mentions"][0]["end"] += 1
    pq.write_table(table.from_pylist(rows, schema=table.schema), mentions)
    (publishable / "data" / "more.txt").write_text("more", encoding="utf-8")
    (publishable / "data" / "facts" / "test.parquet").unlink()
    log = (publishable / "CHANGELOG.md").read_text(encoding="utf-8")
    (publishable / "CHANGELOG.md").write_text(log.replace(about.load().version, "0.0.9"), encoding="utf-8")
    (publishable / "DATASHEET.md").write_text("another", encoding="utf-8")
    found = checklist.faults(publishable)
    for says in (
        "data/documents/test.parquet: not what the build makes of the gold",
        "data/facts/test.parquet: not there",
        "data/more.txt: not of the build",
        "DATASHEET.md: not what its figures give",
    ):
        assert [fault for fault in found if fault.startswith(says)]
    assert [fault for fault in found if "data/documents/test.parquet" in fault and "croissant.json" in fault]
    assert [fault for fault in found if fault.startswith("CHANGELOG.md")]


def test_articles_that_were_edited_and_problems_of_the_gold_are_named(publishable: Path) -> None:
    """Every one of them; what is made of the gold is then not compared."""
    articles = seeds.manifest(publishable / "seeds")
    for article in articles[:2]:
        path = publishable / "seeds" / article.file
        path.write_bytes(path.read_bytes() + b" ")
    tasks = export.read(ROOT / "annotation" / "exports" / "gold.json")
    tasks[0]["annotations"][0]["result"][0]["value"]["labels"] = ["NOBODY"]
    (publishable / "annotation" / "exports" / "gold.json").write_text(export.dumps(tasks), encoding="utf-8")
    found = checklist.faults(publishable)
    for article in articles[:2]:
        assert [one for one in found if f"seeds/{article.file}: its sha256 is" in one]
    assert [one for one in found if "unknown-label" in one]
    assert [one for one in found if "not compared" in one]


def test_what_no_commit_has_is_said(tmp_path: Path) -> None:
    """In a git; elsewhere nothing is known."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert checklist.uncommitted(tmp_path) == []
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert checklist.uncommitted(tmp_path) == ["file"]
