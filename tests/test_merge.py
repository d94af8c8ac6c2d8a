"""Exports that are read, merged and written a task at a time."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation import export, json_list, merge
from eval.document import BadInput
from tests.conftest import ROOT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)  # fmt: skip
RESULTS = st.lists(st.fixed_dictionaries({"type": st.sampled_from(["labels", "relation"]), "value": JSON}), max_size=3)
ANNOTATIONS = st.lists(st.fixed_dictionaries({"completed_by": st.sampled_from(["a", "b"]), "result": RESULTS}), max_size=2)


def tasks(doc_ids: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Tasks of some documents, each once, in any order."""
    made = st.builds(
        lambda doc_id, text, annotations: {"data": {"doc_id": doc_id, "text": text}, "annotations": annotations},
        doc_ids,
        st.text(),
        ANNOTATIONS,
    )
    return st.lists(made, max_size=6, unique_by=lambda task: task["data"]["doc_id"])


IDS = st.sampled_from(["a", "b", "c", "d", "ا", "é", "é", "10", "9"])


def joined(old: dict[str, Any] | None, new: dict[str, Any] | None, alone: bool) -> tuple[dict[str, Any] | None, str]:
    """What a document has after a merge, and what is said of it; by the rule, in as few words as there are."""
    if old is None or new is None:
        return new or old, "new" if new else "kept: nothing of it was pulled"
    if alone and old["data"] == new["data"] and len(old["annotations"]) == len(new["annotations"]) == 1:
        (was,), (now,) = old["annotations"], new["annotations"]
        if was["result"] == now["result"]:
            return old, "unchanged"
    who = {one["completed_by"] for one in new["annotations"]}
    others = [one for one in old["annotations"] if one["completed_by"] not in who and not (alone and len(who) == 1)]
    if others and old["data"]["text"] != new["data"]["text"]:
        return old, merge.OTHER_TEXT
    annotations = sorted([*others, *new["annotations"]], key=lambda one: one["completed_by"]) if others else new["annotations"]
    task = {"data": new["data"], "annotations": annotations}
    return task, ("unchanged" if task == old else "changed") + (", others' kept" if others else "")


@given(before=tasks(IDS), pulled=tasks(IDS), alone=st.booleans(), indent=st.sampled_from([None, 1]))
def test_a_merge_is_what_it_would_be_in_memory(
    before: list[dict[str, Any]],
    pulled: list[dict[str, Any]],
    alone: bool,
    indent: int | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Byte for byte, with what is said of each document, whatever the order and the spacing; a second time, and dry, nothing."""
    path = tmp_path_factory.mktemp("merge") / "gold.json"
    path.write_text(json.dumps(before, indent=indent), encoding="utf-8")
    was = path.read_bytes()
    old, new = ({task["data"]["doc_id"]: task for task in side} for side in (before, pulled))
    expected = {doc_id: joined(old.get(doc_id), new.get(doc_id), alone) for doc_id in sorted(old | new)}
    dry = merge.merge(path, iter(pulled), alone, write=False)
    assert (path.read_bytes(), list(path.parent.iterdir())) == (was, [path])
    done = merge.merge(path, iter(pulled), alone)
    assert path.read_text(encoding="utf-8") == export.dumps([task for task, _ in expected.values() if task])
    assert done == dry == {doc_id: what for doc_id, (_, what) in expected.items()}
    assert [found.name for found in path.parent.iterdir() if found.name != ".backup"] == ["gold.json"]
    after, kept = path.read_bytes(), sorted(path.parent.glob(".backup/*"))
    again = merge.merge(path, iter(pulled), alone)
    assert (path.read_bytes(), sorted(path.parent.glob(".backup/*"))) == (after, kept)
    assert not {"new", "changed"} & {what.partition(",")[0] for what in again.values()}


def annotated(doc_id: str, *who: str, text: str = "x", said: str = "") -> dict[str, Any]:
    """A task with an annotation of each."""
    return {
        "data": {"doc_id": doc_id, "text": text},
        "annotations": [{"completed_by": one, "result": [{"id": said}]} for one in who],
    }


@pytest.mark.parametrize(
    ("before", "pulled", "alone", "after", "did"),
    [
        ("a", "a", False, "A", "changed"),
        ("a", "b", False, "aB", "changed, others' kept"),
        ("ab", "b", False, "aB", "changed, others' kept"),
        ("ac", "b", False, "aBc", "changed, others' kept"),
        ("ab", "ab", False, "AB", "changed"),
        ("a", "b", True, "B", "changed"),
        ("ab", "c", True, "C", "changed"),
        ("a", "bc", True, "aBC", "changed, others' kept"),
        ("", "b", True, "B", "changed"),
    ],
)
def test_whose_annotation_stays(before: str, pulled: str, alone: bool, after: str, did: str, tmp_path: Path) -> None:
    """Capitals are what came; of those who did not come all stay, but where a document has one annotation."""
    path = tmp_path / "gold.json"
    path.write_text(export.dumps([annotated("d", *before)]), encoding="utf-8")
    assert merge.merge(path, [annotated("d", *pulled, said="new")], alone) == {"d": did}
    (task,) = export.read(path)
    found = (one["completed_by"].upper() if one["result"][0]["id"] else one["completed_by"] for one in task["annotations"])
    assert "".join(found) == after
    (backup,) = tmp_path.glob(".backup/*.json")
    assert export.read(backup) == [annotated("d", *before)]


def test_an_annotation_of_another_text_is_not_put_beside_others(tmp_path: Path) -> None:
    """Their places are those of the text that they read."""
    path = tmp_path / "x.json"
    path.write_text(export.dumps([annotated("d", "a")]), encoding="utf-8")
    before = path.read_bytes()
    assert merge.merge(path, [annotated("d", "b", text="y")]) == {"d": merge.OTHER_TEXT}
    assert path.read_bytes() == before
    assert merge.merge(path, [annotated("d", "a", text="y")]) == {"d": "changed"}


@given(values=st.lists(JSON, max_size=5), ascii=st.booleans(), indent=st.sampled_from([None, 0, 2]), held=st.integers(1, 40))
def test_values_of_a_list_are_those_of_json(
    values: list[Any], ascii: bool, indent: int | None, held: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However few characters are held at a time. Only a number may not be cut in two, and an export has none outside a task."""
    path = tmp_path_factory.mktemp("values") / "x.json"
    wrapped = [{"x": value} for value in values]
    path.write_text(json.dumps(wrapped, ensure_ascii=ascii, indent=indent), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_list, "_CHARACTERS", held)
        assert list(json_list.values(path)) == wrapped


def test_numbers_and_encodings_that_only_python_reads(tmp_path: Path) -> None:
    """NaN, integers beyond 64 bits, a byte order mark and UTF-16 are read as json.loads reads them."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32-le"):
        (tmp_path / "x.json").write_text(f'[{{"a": NaN, "b": {2**70}, "c": "ب"}}]', encoding=encoding)
        (found,) = json_list.values(tmp_path / "x.json")
        assert math.isnan(found["a"])
        assert (found["b"], found["c"]) == (2**70, "ب")


@pytest.mark.parametrize(
    "content",
    ["", " ", "{}", "3", "[", "[{}", "[{},", "[{}, ]", "[{}] x", "[{} {}]", "[3]", '[{"a": "\\ud800"}]', '[{"a": 1', "[{}, [] ]", "nonsense"],
)  # fmt: skip
def test_what_is_no_export_is_refused_as_when_it_is_read_whole(content: str, tmp_path: Path) -> None:
    """In the same words, and a merge leaves it as it is."""
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput) as whole:
        export.read(path)
    with pytest.raises(BadInput) as one_by_one:
        list(export.each(path))
    assert str(one_by_one.value) == str(whole.value)
    with pytest.raises(BadInput):
        merge.merge(path, [])
    assert [(found.name, found.read_text(encoding="utf-8")) for found in tmp_path.iterdir()] == [("x.json", content)]


def test_what_says_the_same_stays_who_first_said_it(tmp_path: Path) -> None:
    """In the gold: what a push has brought and nobody has touched is no work of who was logged in."""
    path = tmp_path / "gold.json"
    merge.merge(path, [annotated("d", "a", said="same")])
    before = path.read_bytes()
    assert merge.merge(path, [annotated("d", "b", said="same")], alone=True) == {"d": "unchanged"}
    assert (path.read_bytes(), (tmp_path / ".backup").exists()) == (before, False)
    assert merge.merge(path, [annotated("d", "b", said="same")]) == {"d": "changed, others' kept"}


def test_an_annotation_that_is_none_is_refused(tmp_path: Path) -> None:
    """As somebody may have written one by hand; the file stays."""
    path = tmp_path / "out.json"
    path.write_text('[{"data": {"doc_id": "a", "text": "x"}, "annotations": [7]}]', encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(BadInput, match="a task has an annotation that is no object; annotate check"):
        merge.merge(path, [])
    assert path.read_bytes() == before


def test_tasks_that_stop_coming_change_nothing(tmp_path: Path) -> None:
    """A server that fails in the midst leaves the export as it was, and no backup."""
    path = tmp_path / "gold.json"
    merge.merge(path, export.read(ROOT / "annotation" / "exports" / "gold.json"))
    before = path.read_bytes()

    def failing() -> Any:
        yield {"data": {"doc_id": "new"}, "annotations": []}
        raise BadInput("the server is gone")

    with pytest.raises(BadInput, match="the server is gone"):
        merge.merge(path, failing())
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("gold.json", before)]


def test_an_export_keeps_its_permissions_and_a_link_stays_one(tmp_path: Path) -> None:
    """As with any file that is replaced."""
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "gold.json", tmp_path / "gold.json"
    real.write_text("[]", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    merge.merge(link, [{"data": {"doc_id": "a"}, "annotations": []}])
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert len(export.read(real)) == 1


MERGE = """
import sys
from pathlib import Path
from annotation import merge
text = "نص " * 2000
merge.merge(Path("gold.json"), ({"data": {"doc_id": f"{i:04d}", "text": text}, "annotations": []} for i in range(2000)))
"""


def test_a_merge_that_is_killed_leaves_the_old_export_or_the_new(tmp_path: Path) -> None:
    """At any moment; the next one ends as if nothing had happened, and leaves nothing beside it."""
    path = tmp_path / "gold.json"
    old = export.dumps([{"data": {"doc_id": "0001", "text": "old"}, "annotations": []}])
    path.write_text(old, encoding="utf-8")
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", MERGE], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    whole = time.monotonic() - start
    new = path.read_bytes()
    for share in (0.5, 0.7, 0.8, 0.9, 0.95):
        path.write_text(old, encoding="utf-8")
        merging = subprocess.Popen([sys.executable, "-c", MERGE], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
        time.sleep(share * whole)
        merging.kill()
        merging.wait()
        assert path.read_bytes() in (old.encode(), new)
        assert {copy.read_text(encoding="utf-8") for copy in (tmp_path / ".backup").glob("*.json")} == {old}
    subprocess.run([sys.executable, "-c", MERGE], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    assert path.read_bytes() == new
    assert sorted(found.name for found in tmp_path.iterdir()) == [".backup", "gold.json"]
    assert {copy.suffix for copy in (tmp_path / ".backup").iterdir()} == {".json"}
