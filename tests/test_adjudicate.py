"""Two annotators' documents become tasks in which what both have stands, and what differs is noted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation import checks, export, label_studio, schema
from annotation.adjudicate import adjudication
from annotation.label_studio import Task
from eval.document import Document, Mention, Relation, ordered
from tests.conftest import ROOT, Command

SCHEMA = schema.load()
TEXT = "قال وزير الدفاع السوري مرهف أبو قصرة إن دمشق هادئة."
EVENT = {"event_type": "STATEMENT", "factuality": "asserted"}
SAY = Mention("say", 0, 3, "EVENT", "event:said", EVENT)
TITLE = Mention("title", 4, 22, "TITLE", "per:murhaf")
SHORT = Mention("short", 4, 15, "TITLE", "per:murhaf")
NAME = Mention("name", 23, 36, "PER", "per:murhaf")
CITY = Mention("city", 40, 44, "GPE", "gpe:damascus", {"role": "place"})
HOLDS = Relation("holds_title", "name", "title")
SAID_BY = Relation("has_participant", "say", "name")
ALL = Document("d", TEXT, "2025-10-02", (SAY, TITLE, NAME, CITY), (HOLDS, SAID_BY))


def adjudicated(first: Document, second: Document) -> Task:
    """The one task of two documents."""
    tasks, _ = adjudication([first], [second], ("a@x", "b@x"), SCHEMA)
    return tasks[0]


def notes(task: Task) -> dict[str, list[str]]:
    """The notes on each region."""
    return {result["id"]: result["meta"]["text"] for result in task["annotations"][0]["result"] if result.get("meta") is not None}


def test_what_both_agree_on_is_in_place_without_a_note() -> None:
    """The ids are the first's."""
    ids = {"event:said": "event:x", "per:murhaf": "per:y", "gpe:damascus": "gpe:z"}
    renamed = replace(ALL, mentions=tuple(replace(one, entity_id=ids[one.entity_id or ""]) for one in ALL.mentions))
    task = adjudicated(ALL, renamed)
    assert notes(task) == {}
    assert ordered(label_studio.to_document(task)).mentions == ordered(ALL).mentions
    assert set(label_studio.to_document(task).relations) == set(ALL.relations)


def test_two_boundaries_stand_both_with_their_relations() -> None:
    """And each has the note with who says what."""
    second = replace(ALL, mentions=(SAY, SHORT, NAME, CITY), relations=(replace(HOLDS, tail="short"), SAID_BY))
    task = adjudicated(ALL, second)
    said = "undecided: boundary TITLE: a@x: TITLE وزير الدفاع السوري; b@x: TITLE وزير الدفاع"
    assert notes(task) == {"title": [said], "short": [said]}
    assert set(label_studio.to_document(task).relations) == {HOLDS, replace(HOLDS, tail="short"), SAID_BY}


def test_a_relation_of_one_between_mentions_of_both_is_only_noted() -> None:
    """On its head."""
    task = adjudicated(ALL, replace(ALL, relations=(HOLDS,)))
    assert notes(task) == {"say": ["undecided: relation has_participant: a@x: قال → مرهف أبو قصرة; b@x: nothing"]}
    assert label_studio.to_document(task).relations == (HOLDS,)


def test_an_attribute_and_an_entity_stay_as_the_first_has_them() -> None:
    """Two notes, on two regions."""
    other = replace(CITY, attributes={"role": "actor"})
    second = replace(ALL, mentions=(SAY, replace(TITLE, entity_id="per:other"), NAME, other))
    task = adjudicated(ALL, second)
    assert {id: len(of_region) for id, of_region in notes(task).items()} == {"title": 1, "city": 1}
    assert ordered(label_studio.to_document(task)).mentions == ordered(ALL).mentions


def test_a_mention_of_the_seconds_alone_gets_the_firsts_entity_and_an_id_of_its_own() -> None:
    """Though both number their mentions alike, and name things differently."""
    second = Document(
        "d", TEXT, "2025-10-02", (Mention("say", 4, 22, "TITLE", "per:m"), Mention("title", 23, 36, "PER", "per:m"))
    )
    task = adjudicated(replace(ALL, mentions=(SAY, NAME), relations=()), second)
    by_id = {mention.id: mention for mention in label_studio.to_document(task).mentions}
    assert by_id["second-say"].entity_id == "per:murhaf"
    assert by_id["second-say"].span == TITLE.span
    assert set(notes(task)) == {"say", "second-say"}  # the trigger, which only the first has, and the title


def test_what_crosses_is_noted_on_what_it_crosses() -> None:
    """Gold mentions may not cross, so both cannot stand."""
    crossing = Mention("x", 16, 36, "PER", "per:murhaf")
    first = replace(ALL, mentions=(TITLE,), relations=())
    task = adjudicated(first, replace(ALL, mentions=(crossing,), relations=()))
    assert [mention.span for mention in label_studio.to_document(task).mentions] == [TITLE.span]
    crosses, own = sorted(notes(task)["title"])
    assert own.endswith("a@x: TITLE وزير الدفاع السوري; b@x: nothing")
    assert crosses.endswith("b@x: PER السوري مرهف أبو قصرة; it has entity_id per:murhaf")


def test_the_relations_of_what_crosses_are_noted_on_the_end_that_stands() -> None:
    """And counted: nothing that one of the two has is lost without a word."""
    crossing = Mention("x", 16, 36, "PER", "per:murhaf")
    first = replace(ALL, mentions=(SAY, TITLE), relations=())
    second = replace(ALL, mentions=(SAY, crossing), relations=(replace(SAID_BY, tail="x"),))
    tasks, undecided = adjudication([first], [second], ("a@x", "b@x"), SCHEMA)
    assert notes(tasks[0])["say"] == [
        "undecided: relation of a mention that one has not has_participant: a@x: nothing; b@x: قال → السوري مرهف أبو قصرة"
    ]
    assert len(undecided) == sum(map(len, notes(tasks[0]).values()))


def test_an_id_that_each_uses_for_something_else_becomes_two() -> None:
    """The second's gpe:one is not the first's."""
    first = replace(ALL, mentions=(replace(CITY, entity_id="gpe:one"),), relations=())
    other = Mention("other", 4, 15, "GPE", "gpe:two gpe:one", {"role": "place"})
    second = replace(first, mentions=(replace(CITY, entity_id="gpe:two"), other))
    ids = {mention.span: mention.entity_id for mention in label_studio.to_document(adjudicated(first, second)).mentions}
    assert ids == {CITY.span: "gpe:one", other.span: "gpe:one gpe:one_second"}


@given(kept=st.lists(st.booleans(), min_size=6, max_size=6), others=st.lists(st.booleans(), min_size=6, max_size=6))
def test_tasks_are_sound_and_unclean_as_long_as_something_differs(kept: Sequence[bool], others: Sequence[bool]) -> None:
    """Whatever each has: the tasks can be pushed, and `annotate check` reports what is undecided, if anything is."""

    def part(flags: Sequence[bool]) -> Document:
        mentions = tuple(one for one, flag in zip((SAY, TITLE, SHORT, NAME, CITY), flags, strict=False) if flag)
        ids = {mention.id for mention in mentions}
        relations = tuple(one for one in (HOLDS, SAID_BY) if {one.head, one.tail} <= ids)
        return replace(ALL, mentions=mentions, relations=relations if flags[5] else ())

    task = adjudicated(part(kept), part(others))
    assert list(checks.unsound([task], SCHEMA)) == []
    codes = {problem.code for problem in checks.check([task], SCHEMA)}
    assert ("undecided" in codes) == (part(kept) != part(others))


def results(path: Path) -> list[Mapping[str, Any]]:
    """All results of an export."""
    return [result for task in export.read(path) for one in task["annotations"] for result in one["result"]]


def test_annotate_adjudicate_on_the_command_line(command: Command, tmp_path: Path) -> None:
    """The first round of this project's passes: as many notes as annotate agree lists, and no decision is overwritten."""
    pair = [ROOT / "annotation" / "exports" / "round-1" / f"{name}.json" for name in ("first", "second")]
    done = command("annotate", "adjudicate", *pair, "--out", "tasks.json")
    assert (done.returncode, done.stderr) == (0, "")
    noted = [note for result in results(tmp_path / "tasks.json") for note in result.get("meta", {}).get("text", [])]
    listed = json.loads(command("annotate", "agree", *pair, "--json", "--samples", "0").stdout)["disagreements"]
    assert f"5 document(s), {len(listed)} to decide" in done.stdout
    assert len(noted) == len(listed) > 0
    assert all("first@wafd.example: " in note and "second@wafd.example: " in note for note in noted)
    refused = (
        ((*pair, "--out", "tasks.json"), "is there already"),
        ((*pair, "--out", "tasks.jsonl"), "ends in .json"),
        ((pair[0], pair[0], "--out", "same.json"), "are one file"),
    )
    for arguments, says in refused:
        again = command("annotate", "adjudicate", *arguments)
        assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
        assert says in again.stderr


def test_two_exports_of_one_account_are_told_apart_by_their_files(command: Command, tmp_path: Path) -> None:
    """In a folder that is made; documents that only one has are named."""
    exports = ROOT / "annotation" / "exports"
    pair = [exports / "first.json", exports / "held-out" / "first.json"]
    done = command("annotate", "adjudicate", *pair, "--out", "new/tasks.json")
    assert done.returncode == 0
    assert f"only {pair[0]} has 000, 001, 002, not in new/tasks.json" in done.stderr
    noted = [note for result in results(tmp_path / "new" / "tasks.json") for note in result.get("meta", {}).get("text", [])]
    assert noted
    assert all(f"{pair[0]}: " in note and f"{pair[1]}: " in note for note in noted)


@pytest.mark.parametrize("meta", [None, 5, [], {}, {"text": 5}, {"text": [None, "a remark"]}, {"text": "a remark"}])
def test_other_notes_are_the_annotators_own(meta: object) -> None:
    """Whatever stands there, nothing but ours is reported."""
    (task,) = export.read(ROOT / "tests" / "exports" / "valid" / "small.json")
    task["annotations"][0]["result"][0]["meta"] = meta
    assert list(checks.check([task], SCHEMA)) == []
