"""label-studio:EXPORT: one annotator's work as predictions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval import formats
from eval.document import BadInput, ordered
from eval.extractors import Labels
from eval.extractors.table import find
from tests.conftest import ROOT

EXPORTS = ROOT / "annotation/exports"
DOCUMENTS = formats.read_gold(ROOT / "data")
FIRST, SECOND = ("first@wafd.example", "second@wafd.example")


def tasks(name: str) -> Any:
    """The tasks of one of the project's exports."""
    return json.loads((EXPORTS / f"{name}.json").read_text(encoding="utf-8"))


def found(path: Path, **options: str) -> list[Any]:
    """What it yields for all articles."""
    return [ordered(one) for one in find(f"label-studio:{path}", options)(Labels()).extract([d.bare() for d in DOCUMENTS])]


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """An export in which two annotators have each article but the last, which only the first has."""
    first, second = tasks("first"), tasks("second")
    for one, other in list(zip(first, second, strict=True))[:-1]:
        one["annotations"] += other["annotations"]
    (tmp_path / "both.json").write_text(json.dumps(first), encoding="utf-8")
    return tmp_path / "both.json"


def test_one_annotators_work_is_picked(both: Path) -> None:
    """As their own export has it; an article that they have not annotated is not yielded."""
    assert found(both, annotator=FIRST) == found(EXPORTS / "first.json")
    assert found(both, annotator=SECOND) == found(EXPORTS / "second.json")[:-1]
    assert found(EXPORTS / "first.json") != found(EXPORTS / "second.json")


def test_what_is_no_ones_or_several_annotators_is_refused(both: Path) -> None:
    """With whose annotations there are."""
    with pytest.raises(BadInput, match=f"several-annotations.*by {FIRST}, {SECOND}"):
        found(both)
    with pytest.raises(BadInput, match=f"nothing by 'third'; it has {FIRST}, {SECOND}$"):
        found(both, annotator="third")


def test_an_unsound_export_is_refused(tmp_path: Path) -> None:
    """With file, document, and the problem as `annotate check` names it."""
    first = tasks("first")
    region = next(result for result in first[2]["annotations"][0]["result"] if "labels" in result.get("value", {}))
    region["value"]["end"] = 10**6
    (tmp_path / "x.json").write_text(json.dumps(first), encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.json: document 002: [a-z-]+: .*annotate check lists all problems"):
        found(tmp_path / "x.json")


def test_what_label_studio_never_makes_is_refused(tmp_path: Path) -> None:
    """An annotation that is a number, whoever is asked for."""
    (tmp_path / "x.json").write_text(json.dumps([{"data": {"doc_id": "a", "text": "x"}, "annotations": [5]}]), encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.json: nothing by 'third'; it has nobody"):
        found(tmp_path / "x.json", annotator="third")
