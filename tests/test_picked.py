"""What is picked on the page becomes what is typed, wherever an export is read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from annotation import checks, export, label_studio, picked, schema
from tests.conftest import Command

TEXT = "زار أحمد الشرع دمشق"
AT = {"start": 4, "end": 14, "text": TEXT[4:14]}


def result(name: str, kind: str, value: object, **more: object) -> dict[str, Any]:
    """As the page makes it, of one region."""
    held = {**AT, "text": value} if kind == "textarea" else {**AT, kind: value}
    return {"id": "r1", "from_name": name, "to_name": "text", "type": kind, "origin": "manual", "value": held, **more}


LABEL = result("label", "labels", ["PER"])
PICKED = result("entity", "taxonomy", [["per", "per:ahmad_al_sharaa"]])
TYPED = result("entity_id", "textarea", ["per:typed"])


def task(*results: object) -> dict[str, Any]:
    """With one annotation."""
    return {
        "data": {"doc_id": "a", "text": TEXT, "date": "2025-11-16"},
        "annotations": [{"completed_by": 1, "result": [*results]}],
    }


@pytest.mark.parametrize(
    ("results", "id", "replaced"),
    [
        ([LABEL, PICKED], "per:ahmad_al_sharaa", []),
        ([PICKED, TYPED, LABEL], "per:ahmad_al_sharaa", [("r1", "per:typed", "per:ahmad_al_sharaa")]),
        ([LABEL, result("entity_id", "textarea", ["per:ahmad_al_sharaa"]), PICKED], "per:ahmad_al_sharaa", []),
        ([LABEL, {**TYPED, "id": "r1"}], "per:typed", []),
    ],
)
def test_what_is_picked_is_the_entity_id_and_what_it_replaces_is_told(
    results: list[object], id: str, replaced: list[tuple[str, str, str]]
) -> None:
    """Alone, beside another that is typed, beside the same; and what is typed alone stays."""
    before = task(*results)
    untouched = copy.deepcopy(before)
    folded = picked.fold(before)
    assert before == untouched
    assert picked.folded(results) == (folded["annotations"][0]["result"], replaced)
    assert list(checks.unsound([folded], schema.load())) == []
    (mention,) = label_studio.to_document(folded).mentions
    assert (mention.start, mention.end, mention.type, mention.entity_id) == (4, 14, "PER", id)
    assert picked.fold(folded) == folded


def test_other_regions_and_annotations_keep_what_they_have() -> None:
    """A pick is its region's, in its annotation."""
    elsewhere = [{**LABEL, "id": "r2"}, {**TYPED, "id": "r2"}]
    one = task(LABEL, PICKED, *elsewhere)
    one["annotations"].append(task(LABEL, TYPED)["annotations"][0])
    folded = picked.fold(one)
    assert folded["annotations"][0]["result"][2:] == elsewhere
    assert folded["annotations"][1] == one["annotations"][1]


@pytest.mark.parametrize("value", [None, [], [[]], [["per"], ["gpe"]], [[7]], "per:x"])
def test_what_the_picker_does_not_make_is_left_for_the_check_to_name(value: object) -> None:
    """Nothing is guessed."""
    odd = task(LABEL, result("entity", "taxonomy", value))
    assert picked.fold(odd) == odd
    assert "malformed-result" in {problem.code for problem in checks.unsound([odd], schema.load())}


@pytest.mark.parametrize("odd", [{}, {"annotations": {}}, {"annotations": [1, {"result": 2}, {"result": [3, {"id": 4}]}]}])
def test_what_is_no_task_is_passed_on(odd: dict[str, Any]) -> None:
    """What is wrong with it is said elsewhere."""
    assert picked.fold(odd) == odd


def test_a_raw_export_is_read_like_what_is_pulled(command: Command, tmp_path: Path) -> None:
    """By all that read one: whole, task by task, and as an extractor's predictions."""
    path = tmp_path / "raw.json"
    path.write_text(json.dumps([task(LABEL, TYPED, PICKED)], ensure_ascii=False), encoding="utf-8")
    assert export.read(path) == list(export.each(path)) == [picked.fold(task(LABEL, TYPED, PICKED))]
    (tmp_path / "gold.jsonl").write_text(json.dumps({"doc_id": "a", "text": TEXT, "mentions": []}) + "\n", encoding="utf-8")
    done = command("eval", "run", "label-studio:raw.json", "--gold", "gold.jsonl", "--out", "run")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "run" / "predictions.jsonl").read_text())["mentions"][0]["entity_id"] == "per:ahmad_al_sharaa"
