"""The exports that are kept: clean, in their stable form, and of texts that are the articles'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotation import WAIVERS, checks, export, label_studio, schema, seeds
from annotation.agreement import read
from annotation.agreement.figures import agreement
from annotation.checks import waivers
from tests.conftest import ROOT

EXPORTS = sorted(path for path in (ROOT / "annotation" / "exports").rglob("*.json") if ".backup" not in path.parts)
FINAL = [path for path in EXPORTS if path.parent.name == "exports"]
PASSES = [path for path in EXPORTS if path.stem in ("first", "second")]


def named(path: Path) -> str:
    """A test's id."""
    return str(path.relative_to(ROOT / "annotation" / "exports"))


@pytest.mark.parametrize("path", EXPORTS, ids=named)
def test_every_export_is_sound(path: Path) -> None:
    """Offsets and surfaces are among the checks; the articles' own texts, and the form that pull writes."""
    tasks, articles = export.read(path), seeds.read(ROOT / "seeds")
    assert list(checks.unsound(tasks, schema.load())) == []
    assert {task["data"]["doc_id"]: task["data"]["text"] for task in tasks}.items() <= {
        id: text for id, (_, text) in articles.items()
    }.items()
    assert export.dumps(tasks) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FINAL, ids=named)
def test_the_final_exports_are_clean(path: Path) -> None:
    """Consistent too, but for what is waived."""
    problems, _ = waivers.apply(checks.check(export.read(path), schema.load()), waivers.read(ROOT / WAIVERS))
    assert problems == []


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


def test_the_summary_of_agreement_is_what_the_exports_give() -> None:
    """Each row of the table in agreement.md: two exports, and six figures."""
    rows = re.findall(
        r"\| `(exports/\S+) (exports/\S+)` \|((?: [\d.]+ \|)+)",
        (ROOT / "annotation" / "agreement.md").read_text(encoding="utf-8"),
    )
    assert len(rows) == 6
    for first, second, written in rows:
        found = agreement(*read(ROOT / "annotation" / first, ROOT / "annotation" / second), samples=0)
        strict, related = found["mentions"]["strict"], found["relations"]
        values = (
            strict["f1"],
            strict["types"]["EVENT"]["f1"],
            found["tokens"]["kappa"],
            related["strict"]["f1"],
            related["strict.unnested"]["f1"],
            found["clusters"]["across"]["conll"]["f1"],
        )
        assert [f"{value:.3f}" for value in values] == written.replace("|", " ").split(), first
