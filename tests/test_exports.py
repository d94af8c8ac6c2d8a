"""The exports that are kept: clean, in their stable form, and of texts that are the articles'."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation import checks, export, label_studio, schema, seeds
from tests.conftest import ROOT

EXPORTS = sorted((ROOT / "annotation" / "exports").rglob("[!.]*.json"))
PASSES = [path for path in EXPORTS if path.stem in ("first", "second")]


def named(path: Path) -> str:
    """A test's id."""
    return str(path.relative_to(ROOT / "annotation" / "exports"))


@pytest.mark.parametrize("path", EXPORTS, ids=named)
def test_every_export_is_clean(path: Path) -> None:
    """No problem (offsets and surfaces are among the checks), the articles' own texts, and the form that pull writes."""
    tasks, articles = export.read(path), seeds.read(ROOT / "seeds")
    assert list(checks.check(tasks, schema.load())) == []
    assert {task["data"]["doc_id"]: task["data"]["text"] for task in tasks}.items() <= {
        id: text for id, (_, text) in articles.items()
    }.items()
    assert export.dumps(tasks) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PASSES, ids=named)
def test_a_pass_has_one_annotator(path: Path) -> None:
    """All its annotations are one account's, named after the pass."""
    by = {annotation["completed_by"] for task in export.read(path) for annotation in label_studio.submitted(task)}
    assert by == {f"{path.stem}@wafd.example"}


def test_both_passes_have_all_five_articles() -> None:
    """In the final round and in the first."""
    for folder in (".", "round-1"):
        for name in ("first", "second"):
            tasks = export.read(ROOT / "annotation" / "exports" / folder / f"{name}.json")
            assert [task["data"]["doc_id"] for task in tasks] == ["000", "001", "002", "003", "004"]
