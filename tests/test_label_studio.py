"""Exported task <-> Document, lossless both ways; and the stable form of an export."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation import checks, export, label_studio, merge, schema
from eval.document import BadInput, Document, Mention, Relation, ordered
from tests.conftest import ROOT, document, signature

SCHEMA = schema.load()
TYPES = sorted(SCHEMA.types)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Nested Arabic documents with emoji (also beyond the BMP and joined), tatweel, short vowels and line breaks."""
    pieces = st.sampled_from(["سوريا", "الـخـلاصـة", "أُنشئ", " ", "\n", "\r\n", "🔹", "👩‍👩‍👧", "🇸🇾", "\\n", "،", "X"])
    text = "".join(draw(st.lists(pieces, min_size=1, max_size=15)))
    spans: list[tuple[int, int]] = []
    for _ in range(draw(st.integers(0, 8))):
        start, end = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        if start < end and not any(start < a < end < b or a < start < b < end for a, b in spans):
            spans.append((start, end))
    marked = sorted({(start, end, draw(st.sampled_from(TYPES))) for start, end in spans}, key=lambda m: (m[0], -m[1], m[2]))
    values = st.text(alphabet="سوريا a:_\n🔹", min_size=1)
    mentions = []
    for i, (start, end, type) in enumerate(marked):
        names = draw(st.sets(st.sampled_from([name for name in SCHEMA.attributes if name != "entity_id"])))
        attributes = {name: draw(st.sampled_from(SCHEMA.attributes[name].values or [draw(values)])) for name in sorted(names)}
        mentions.append(Mention(f"r{i:02d}", start, end, type, draw(st.none() | values), attributes))
    ids = [mention.id or "" for mention in mentions]
    ends = [(r, h, t) for r in sorted(SCHEMA.relations)[:3] for h in ids for t in ids]
    relations = draw(st.lists(st.sampled_from(ends), max_size=4, unique=True)) if ends else []
    return Document("d", text, "2025-11-16", tuple(mentions), tuple(Relation(*r) for r in relations))


def in_order(one: Document) -> Document:
    """A document has no order of relations."""
    return Document(one.doc_id, one.text, one.date, one.mentions, tuple(sorted(one.relations, key=repr)))


@given(documents())
def test_a_document_survives_label_studio(original: Document) -> None:
    """Document -> task -> stable export as JSON -> Document."""
    task = label_studio.to_task(original, SCHEMA, "a@wafd.example")
    exported = {**task, "annotations": [{**task["annotations"][0], "completed_by": 1}]}
    (kept,) = json.loads(export.dumps([label_studio.stable(exported, {1: "a@wafd.example"})]))
    assert in_order(label_studio.to_document(kept)) == in_order(original)


@given(documents())
def test_a_task_survives_a_document(original: Document) -> None:
    """Task -> Document -> the same task, to the last result."""
    task = label_studio.to_task(original, SCHEMA)
    assert label_studio.to_task(label_studio.to_document(task), SCHEMA) == task


def test_code_points_not_utf_16() -> None:
    """An emoji before a mention shifts it by one."""
    (label, *_) = label_studio.to_task(document("🔹سوريا", (1, 6, "GPE")), SCHEMA)["annotations"][0]["result"]
    assert label["value"] == {"start": 1, "end": 6, "text": "سوريا", "labels": ["GPE"]}


def test_a_relation_drawn_to_the_left_is_turned() -> None:
    """Direction left: from the second end to the first."""
    task = label_studio.to_task(document("ab", (0, 1, "PER"), (1, 2, "TITLE")), SCHEMA)
    task["annotations"][0]["result"].append(
        {"type": "relation", "from_id": "m2", "to_id": "m1", "direction": "left", "labels": ["holds_title"]}
    )
    assert label_studio.to_document(task).relations == (Relation("holds_title", "m1", "m2"),)


def exported_task() -> dict[str, Any]:
    """A task as the server exports it, noise and all."""
    result = {
        "id": "r1", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual",
        "value": {"start": 0, "end": 3, "text": "a\nb", "labels": ["PER"], "globalOffsets": {"start": 0, "end": 3}}, "meta": {"lead_time": 2.5},
    }  # fmt: skip
    role = {
        "id": "r1", "from_name": "role", "to_name": "text", "type": "choices", "origin": "manual",
        "value": {"start": 0, "end": 3, "text": "a\nb", "choices": ["place"]}, "meta": {"lead_time": 1, "text": ["a note"]},
    }  # fmt: skip
    annotation = {
        "id": 7,
        "completed_by": 2,
        "result": [role, result],
        "lead_time": 9.1,
        "prediction": {"huge": 1},
        "was_cancelled": False,
    }
    data = {"doc_id": "d", "text": "a\nb", "date": "2025-01-01", "meta_info": "x"}
    return {
        "id": 5,
        "annotations": [annotation, {**annotation, "completed_by": 1, "was_cancelled": True}],
        "data": data,
        "drafts": [],
        "updated_at": "now",
    }


def test_stable_keeps_what_was_annotated_and_drops_what_the_server_adds() -> None:
    """No ids of the server, no times, no predictions, no skipped annotation, nor the surface that the page puts to choices."""
    assert label_studio.stable(exported_task(), {2: "b@wafd.example"}) == {
        "data": {"doc_id": "d", "text": "a\nb", "date": "2025-01-01"},
        "annotations": [
            {
                "completed_by": "b@wafd.example",
                "result": [
                    {
                        "id": "r1",
                        "from_name": "label",
                        "to_name": "text",
                        "type": "labels",
                        "value": {"start": 0, "end": 3, "text": "a\nb", "labels": ["PER"]},
                    },
                    {
                        "id": "r1",
                        "from_name": "role",
                        "to_name": "text",
                        "type": "choices",
                        "value": {"start": 0, "end": 3, "choices": ["place"]},
                        "meta": {"text": ["a note"]},
                    },
                ],
            }
        ],
    }


def test_stable_has_annotators_in_order_of_whom_one_can_be_taken() -> None:
    """Tasks without an annotation of theirs are left out; capital letters make no difference."""
    task = exported_task()
    task["annotations"][1]["was_cancelled"] = False
    both = label_studio.stable(task, {1: "a@wafd.example", 2: "b@wafd.example"})
    assert [one["completed_by"] for one in both["annotations"]] == ["a@wafd.example", "b@wafd.example"]
    (kept,) = label_studio.of_annotator([both], "A@wafd.example")
    assert [one["completed_by"] for one in kept["annotations"]] == ["a@wafd.example"]
    assert label_studio.of_annotator([both], "c@wafd.example") == []
    with pytest.raises(BadInput, match="has 2 annotations"):
        label_studio.to_document(both)


def test_merging_keeps_what_is_not_pulled_and_what_was_there(tmp_path: Path) -> None:
    """Other documents stay; a file that changes is kept in .backup/ first; the same again changes nothing."""
    path = tmp_path / "gold.json"
    first, second = (label_studio.to_task(document("ab", (0, 1, "PER"), doc_id=doc_id), SCHEMA, "a") for doc_id in ("a", "b"))
    assert merge.merge(path, [second]) == {"b": "new"}
    assert merge.merge(path, [first]) == {"a": "new", "b": "kept: nothing of it was pulled"}
    assert [task["data"]["doc_id"] for task in export.read(path)] == ["a", "b"]
    before = path.read_bytes()
    assert merge.merge(path, [first])["a"] == "unchanged"
    assert path.read_bytes() == before
    changed = copy.deepcopy(first)
    changed["annotations"][0]["result"][0]["value"]["end"] = 2
    assert merge.merge(path, [changed])["a"] == "changed"
    assert before in [backup.read_bytes() for backup in (tmp_path / ".backup").iterdir()]
    assert len(list((tmp_path / ".backup").iterdir())) == 2


def test_the_committed_exports_are_in_the_stable_form() -> None:
    """Written by annotate pull, not by hand."""
    paths = sorted((ROOT / "annotation" / "exports").glob("*.json"))
    assert paths
    for path in paths:
        assert export.dumps(export.read(path)) == path.read_text(encoding="utf-8"), path


def test_two_tasks_of_one_article_are_refused(tmp_path: Path) -> None:
    """Neither wins in silence; nor is a task taken that is of no article."""
    first, second = (label_studio.to_task(document("ab", (0, end, "PER"), doc_id="a"), SCHEMA, "a") for end in (1, 2))
    with pytest.raises(BadInput, match="two annotated tasks are of document 'a'"):
        merge.merge(tmp_path / "gold.json", [first, second])
    del first["data"]["doc_id"]
    with pytest.raises(BadInput, match="no doc_id"):
        merge.merge(tmp_path / "gold.json", [first])
    with pytest.raises(BadInput, match=r"^/dev/full: no file"):
        merge.merge(Path("/dev/full"), [])
    assert list(tmp_path.iterdir()) == []


def test_mentions_without_ids_get_one_each() -> None:
    """Ids may be left out of documents, and regions need them."""
    task = label_studio.to_task(
        Document("d", "ab", mentions=(Mention(None, 0, 1, "PER"), Mention("m1", 1, 2, "ORG"), Mention(None, 0, 2, "GPE"))), SCHEMA
    )
    assert {mention.id for mention in label_studio.to_document(task).mentions} == {"m1", "m2", "m3"}


def test_a_persons_signature_is_kept_and_is_no_region() -> None:
    """Through the stable export, past the checks, and into no Document; white space is no name."""
    (task,) = export.read(ROOT / "tests" / "exports" / "valid" / "small.json")
    signed = copy.deepcopy(task)
    signed["annotations"][0]["result"].append(signature("Salma Haddad"))
    signed["annotations"][0]["completed_by"] = 1
    (kept,) = json.loads(export.dumps([label_studio.stable(signed, {1: "a@wafd.example"})]))
    assert label_studio.verified_by(kept) == "Salma Haddad"
    assert label_studio.verified_by(task) is None
    assert list(checks.check([kept], SCHEMA)) == []
    assert ordered(label_studio.to_document(kept)) == ordered(label_studio.to_document(task))
    signed["annotations"][0]["result"][-1] = signature(" ")
    assert label_studio.verified_by(signed) is None
