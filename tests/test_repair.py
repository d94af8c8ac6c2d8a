"""What the page writes amiss: put right where it is certain, said in words, and left for annotate check where it is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotation import checks, export, label_studio, repair, schema
from tests.conftest import ROOT, Command

SCHEMA = schema.load()
SMALL = ROOT / "tests" / "exports" / "valid" / "small.json"

Results = list[dict[str, Any]]


def small() -> tuple[str, Results]:
    """The text and the results of a sound annotation."""
    (task,) = export.read(SMALL)
    return task["data"]["text"], task["annotations"][0]["result"]


def of(results: Results, id: str, name: str = "label") -> dict[str, Any]:
    """A region's label, or one of its fields."""
    return next(result for result in results if (result.get("id"), result.get("from_name")) == (id, name))


def drawn(results: Results, head: str, tail: str) -> dict[str, Any]:
    """The relation between two regions."""
    return next(result for result in results if (result.get("from_id"), result.get("to_id")) == (head, tail))


def names(done: list[tuple[str, repair.Repaired]]) -> list[str]:
    """Which repairs were made."""
    return [name for name, _ in done]


def written_by_page(results: Results) -> Results:
    """As the page writes them: a region's note at each of its results, and where each comes from."""
    return [result if result["type"] == "relation" else {**result, "origin": "manual"} for result in results]


def widened(results: Results) -> None:
    """A careless drag, which takes the space before a word along."""
    for result in results:
        if result.get("id") == "city":
            result["value"]["start"] -= 1
    of(results, "city")["value"]["text"] = " دمشق"


def emptied(results: Results) -> None:
    """A text area and choices that were cleared."""
    for name, kind, value in (
        ("norm", "textarea", {"text": [""]}),
        ("mod", "choices", {"choices": []}),
        ("source_error", "textarea", {"text": " "}),
    ):
        results.append(
            {**of(results, "date", "value"), "from_name": name, "type": kind, "value": {"start": 46, "end": 58, **value}}
        )


def copied(results: Results) -> None:
    """A region that was duplicated, with its relation drawn from the copy."""
    results += [{**copy.deepcopy(result), "id": "copy"} for result in results if result.get("id") == "per"]
    drawn(results, "per", "title")["from_id"] = "copy"


def retyped(results: Results) -> None:
    """A country's name whose type was changed before the field of another was cleared."""
    results.append({**of(results, "city", "role"), "id": "syrian", "value": {"start": 16, "end": 22, "choices": ["government"]}})


CERTAIN: dict[str, Callable[[Results], object]] = {
    "edge-whitespace": widened,
    "empty-field": emptied,
    "field-whitespace": lambda results: of(results, "city", "entity_id")["value"].update(text=["gpe:damascus \n"]),
    "stacked-field": lambda results: results.append(copy.deepcopy(of(results, "city", "role"))),
    "misplaced-field": retyped,
    "same-region": copied,
    "same-relation": lambda results: results.append({**drawn(results, "say", "per"), "from_id": "per", "to_id": "say", "direction": "left"}),
    "missing-label": lambda results: drawn(results, "say", "per").pop("labels"),
    "impossible-direction": lambda results: drawn(results, "say", "per").update(direction="left"),
}  # fmt: skip


@pytest.mark.parametrize("name", CERTAIN)
def test_what_is_certain_is_put_right(name: str) -> None:
    """To the sound annotation it was made of, and told in words."""
    text, sound = small()
    results = copy.deepcopy(sound)
    CERTAIN[name](results)
    given_ = copy.deepcopy(results)
    found, done = repair.repaired(results, text, SCHEMA)
    assert set(names(done)) == {name}
    assert all(len(what.sentence) > 30 and "\n" not in what.sentence for _, what in done)
    assert results == given_
    assert label_studio.to_document(task(text, found)) == label_studio.to_document(task(text, sound))
    assert list(checks.check([task(text, found)], SCHEMA)) == []


def task(text: str, results: Results) -> dict[str, Any]:
    """A task of one annotation, in the stable form."""
    raw = {"data": {"doc_id": "d", "text": text, "date": "2025-10-02"}, "annotations": [{"completed_by": 1, "result": results}]}
    return label_studio.stable(raw, {1: "a@wafd.example"})


def test_both_directions_become_the_one_that_can_be() -> None:
    """An arrow with two heads, on a relation that has but one direction."""
    text, results = small()
    drawn(results, "say", "per")["direction"] = "bi"
    found, done = repair.repaired(results, text, SCHEMA)
    assert (names(done), drawn(found, "say", "per")["direction"]) == (["impossible-direction"], "right")


def test_a_relation_of_several_labels_is_one_of_each_and_goes_to_the_page_as_one() -> None:
    """The page holds no second between the same two in the same direction."""
    text, results = small()
    more = {**drawn(results, "title", "syrian"), "labels": ["supports"]}
    sound = [*results, more]
    on_page = label_studio.for_page(sound)
    assert drawn(on_page, "title", "syrian")["labels"] == ["affiliated_with", "supports"]
    assert len(on_page) == len(sound) - 1
    found, done = repair.repaired(on_page, text, SCHEMA)
    assert names(done) == ["several-labels"]
    assert task(text, found) == task(text, sound)


def test_line_breaks_are_written_as_they_are() -> None:
    """The page escapes them in a region's words; a backslash and an n of the text's own stay."""
    text, label = "نص\nثم \\n", {"id": "a", "from_name": "label", "to_name": "text", "type": "labels"}
    results = [
        {**label, "value": {"start": 0, "end": 4, "text": "نص\\nث", "labels": ["PER"]}},
        {**label, "id": "b", "value": {"start": 6, "end": 8, "text": "\\n", "labels": ["PER"]}},
    ]
    found, done = repair.repaired(results, text, SCHEMA)
    assert ([result["value"]["text"] for result in found], names(done)) == (["نص\nث", "\\n"], ["escaped-line-break"])


NOTE = {"text": ["undecided: who is meant"]}


def test_a_note_stands_once_and_one_that_was_deleted_is_gone() -> None:
    """The page copies it to every field; deleted, it stays at the label alone, which says nothing where the page wrote no field."""
    text, sound = small()
    noted = [{**result, "meta": NOTE} if result.get("id") == "city" else result for result in sound]
    found, done = repair.repaired(written_by_page(noted), text, SCHEMA)
    assert names(done) == ["copied-note"]
    assert [result["from_name"] for result in found if "meta" in result] == ["label"]
    assert repair.repaired(found, text, SCHEMA) == (found, [])

    deleted = copy.deepcopy(sound)
    of(deleted, "city")["meta"] = NOTE
    found, done = repair.repaired(written_by_page(deleted), text, SCHEMA)
    assert (names(done), task(text, found)) == (["deleted-note"], task(text, sound))
    assert repair.repaired(deleted, text, SCHEMA) == (deleted, [])  # as annotate adjudicate writes it, and nobody has opened it
    alone = [result for result in deleted if result.get("id") != "city" or result["from_name"] == "label"]
    found, done = repair.repaired(written_by_page(alone), text, SCHEMA)
    assert (names(done), of(found, "city")["meta"]) == ([], NOTE)


UNCERTAIN: dict[str, Callable[[Results], object]] = {
    "text-mismatch": lambda results: of(results, "city")["value"].update(text="حلب"),
    "missing-surface": lambda results: of(results, "city")["value"].pop("text"),
    "relation-without-label": lambda results: drawn(results, "per", "title").pop("labels"),
    "relation-types": lambda results: drawn(results, "per", "title").update(direction="left"),
    "duplicate-span": lambda results: (copied(results), of(results, "copy", "entity_id")["value"].update(text=["per:another"])),
    "relation-direction": lambda results: results.append({"type": "relation", "from_id": "title", "to_id": "per", "direction": "bi", "labels": ["supports"]}),
    "relation-to-nowhere": lambda results: drawn(results, "say", "per").update(to_id="gone"),
    "unknown-value": lambda results: of(results, "city", "role")["value"].update(choices=["capital"]),
    "several-values": lambda results: of(results, "city", "role")["value"].update(choices=["place", "government"]),
    "region-without-label": lambda results: of(results, "city")["value"].update(labels=[]),
    "edge-punctuation": lambda results: (of(results, "city")["value"].update(end=83, text="دمشق.")),
}  # fmt: skip


@pytest.mark.parametrize("code", UNCERTAIN)
def test_what_is_not_certain_stays_and_is_reported(code: str) -> None:
    """As it is, to the last byte; and annotate check says so."""
    text, results = small()
    UNCERTAIN[code](results)
    assert repair.repaired(results, text, SCHEMA) == (results, [])
    assert code in {problem.code for problem in checks.check([task(text, results)], SCHEMA)}


@pytest.mark.parametrize(
    ("text", "spans"), [("\n\n علي", [(0, 2)]), ("علي  ", [(0, 4), (0, 3)])], ids=["nothing left", "marked already"]
)
def test_white_space_stays_where_nothing_would_be_left_or_the_rest_is_marked(text: str, spans: list[tuple[int, int]]) -> None:
    """And annotate check reports it."""
    label = {"from_name": "label", "to_name": "text", "type": "labels"}
    results = [
        {**label, "id": f"m{i}", "value": {"start": s, "end": e, "text": text[s:e], "labels": ["PER"]}}
        for i, (s, e) in enumerate(spans)
    ]
    assert repair.repaired(results, text, SCHEMA) == (results, [])
    assert "edge-whitespace" in {problem.code for problem in checks.check([task(text, results)], SCHEMA)}


def test_every_repair_has_a_name_of_its_own() -> None:
    """Kebab-case, and tried above."""
    named = [repair.name(one) for one in repair.REPAIRS]
    assert len(set(named)) == len(named)
    assert set(named) == {*CERTAIN, "several-labels", "escaped-line-break", "copied-note", "deleted-note"}


def test_annotate_check_says_what_a_pull_would_mend(command: Command, tmp_path: Path) -> None:
    """Of a file that was saved from the page; it is not changed."""
    (task,) = export.read(SMALL)
    widened(task["annotations"][0]["result"])
    of(task["annotations"][0]["result"], "city", "role")["value"]["choices"] = ["capital"]
    (tmp_path / "raw.json").write_text(json.dumps([task]), encoding="utf-8")
    before = (tmp_path / "raw.json").read_bytes()
    done = command("annotate", "check", "raw.json")
    assert done.returncode == 1
    assert (
        done.stdout.splitlines()[-1]
        == "annotate pull repairs what is certain of what comes from Label Studio; of these: edge-whitespace 1"
    )
    assert (tmp_path / "raw.json").read_bytes() == before
