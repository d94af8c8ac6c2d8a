"""What holds of every repair: what is sound stays, and nothing goes without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation import export, repair, schema
from tests.conftest import ROOT, signature
from tests.test_repair import NOTE

SCHEMA = schema.load()
EXPORTS = sorted(path for path in (ROOT / "annotation" / "exports").rglob("*.json") if ".backup" not in path.parts)

Results = list[dict[str, Any]]


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: str(path.relative_to(ROOT / "annotation" / "exports")))
def test_a_sound_export_is_left_as_it_is(path: Path) -> None:
    """Byte for byte, with a signature as well; nor is anything said."""
    tasks = export.read(path)
    tasks[0]["annotations"][0]["result"].append(signature("Salma Haddad"))
    before = export.dumps(tasks)
    for one in tasks:
        for annotation in one["annotations"]:
            annotation["result"], done = repair.repaired(annotation["result"], one["data"]["text"], SCHEMA)
            assert done == []
    assert export.dumps(tasks) == before


TEXT = " زار علي\nدمشق  أمس، 🕊 "


@st.composite
def results(draw: st.DrawFn) -> Results:
    """What a page, or whoever has the server's address, may have written: much of it amiss, some of it nothing at all."""
    notes = st.sampled_from([None, None, {}, {"text": [""]}, NOTE, {"lead_time": 2.5}])
    ids = st.sampled_from(["a", "b", "c", "d"])
    found: Results = []
    for id in draw(st.lists(ids, max_size=5)):
        start, end = sorted(draw(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))))
        surface = draw(st.sampled_from([TEXT[start:end]] * 4 + [TEXT[start:end].replace("\n", "\\n"), "x", None]))
        where, common = (
            {"start": start, "end": end},
            {"id": id, "to_name": "text"} | draw(st.sampled_from([{}, {"origin": "manual"}])),
        )
        types = draw(st.sampled_from([["PER"], ["GPE"], ["EVENT"], ["DATE"], ["TITLE"], [], ["PER", "GPE"], ["NONE"]]))
        meta = draw(notes)
        found.append(
            {**common, "from_name": "label", "type": "labels", "value": {**where, "text": surface, "labels": types}, "meta": meta}
        )
        for name in draw(st.lists(st.sampled_from(["entity_id", "role", "event_type", "norm", "value"]), max_size=3)):
            values = draw(st.lists(st.sampled_from(["", " ", "place", "per:x", " per:x\n"]), max_size=2))
            kind, key = ("choices", "choices") if SCHEMA.attributes[name].values else ("textarea", "text")
            found.append(
                {
                    **common,
                    "from_name": name,
                    "type": kind,
                    "value": {**where, key: values},
                    "meta": draw(st.sampled_from([meta, None])),
                }
            )
    for _ in range(draw(st.integers(0, 5))):
        labels = draw(
            st.sampled_from(
                [None, [], ["happens_on"], ["has_participant"], ["supports"], ["happens_at", "supports"], ["no such"]]
            )
        )
        ends = {"from_id": draw(ids), "to_id": draw(ids), "direction": draw(st.sampled_from(["right", "right", "left", "bi"]))}
        found.append({"type": "relation", **ends, **({} if labels is None else {"labels": labels})})
    junk = st.sampled_from([5, None, "x", {}, {"type": "labels"}, {"type": "taxonomy", "id": "a", "value": {}}])
    return [{key: value for key, value in result.items() if value is not None} if isinstance(result, dict) else result for result in [*found, *draw(st.lists(junk, max_size=2))]]  # fmt: skip


def places(found: Results) -> dict[str, set[tuple[int, int]]]:
    """Where each region is."""
    where: dict[str, set[tuple[int, int]]] = {}
    for result in found:
        if isinstance(result, dict) and isinstance(value := result.get("value"), dict) and "start" in value:
            where.setdefault(result["id"], set()).add((value["start"], value["end"]))
    return where


@given(results())
def test_repairing_is_safe(given_: Results) -> None:
    """Done once it is done; only white space moves an offset; each region and relation that goes, or changes, is named; junk stays."""
    found, done = repair.repaired(given_, TEXT, SCHEMA)
    assert repair.repaired(found, TEXT, SCHEMA) == (found, [])
    assert json.loads(json.dumps(found)) == found
    named = {what.region for _, what in done}
    was, now = places(given_), places(found)
    for id, spans in was.items():
        assert id in now or id in named
        for start, end in now.get(id, set()) - spans:
            assert any(TEXT[s:e].strip() == TEXT[start:end] for s, e in spans)
            assert ("edge-whitespace", id) in {(name, what.region) for name, what in done}
    of_region = {id: [one for one in given_ if isinstance(one, dict) and one.get("id") == id] for id in was}
    for id in was.keys() - named:
        kept = [one for one in found if isinstance(one, dict) and one.get("id") == id]
        assert [{**one, "origin": None} for one in kept] == [{**one, "origin": None} for one in of_region[id]]
    moved = any(name == "same-region" for name, _ in done)
    relations = [[one for one in side if isinstance(one, dict) and one.get("type") == "relation"] for side in (given_, found)]
    for one in relations[0]:
        assert one in relations[1] or f"{one['from_id']}→{one['to_id']}" in named or moved
    assert [one for one in given_ if not isinstance(one, dict)] == [one for one in found if not isinstance(one, dict)]
