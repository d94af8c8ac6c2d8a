"""What annotate pull takes from a real Label Studio, what it leaves there, and what it says of both."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotation import EXPORT, aside, checks, export, label_studio, schema
from annotation.label_studio import for_page
from annotation.spool import Spool
from annotation.studio import address, project
from annotation.studio.difference import lines
from annotation.studio.incoming import arranged
from annotation.studio.pull import Pulled, _sound
from eval import formats
from eval.document import BadInput, Document, Mention, Relation
from tests.conftest import Command, signature
from tests.serving import connected, serving

TEXT = "زار علي دمشق أمس\nثم بيروت"
MENTIONS = (
    Mention("m1", 0, 3, "EVENT", "event:v", {"event_type": "OTHER", "factuality": "asserted"}),
    Mention("m2", 4, 7, "PER", "per:ali"),
    Mention("m3", 8, 12, "GPE", "gpe:damascus", {"role": "place"}),
)
RELATIONS = (Relation("has_participant", "m1", "m2"), Relation("happens_at", "m1", "m3"), Relation("has_participant", "m1", "m3"))
FIRST, SECOND = (Document(doc_id, TEXT, "2025-11-16", MENTIONS, RELATIONS) for doc_id in ("a", "b"))
THIRD = Document("c", TEXT, "2025-11-16")


def task(document: Document, who: str) -> dict[str, Any]:
    """Of one annotator."""
    return label_studio.to_task(document, schema.load(), who)


def as_the_page_writes(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With what it adds, a careless drag, a note copied to each field of a region, and a field of another type left behind."""
    page = [
        copy.deepcopy(result) if result["type"] == "relation" else {**copy.deepcopy(result), "origin": "manual"}
        for result in results
    ]
    for result in page:
        if result.get("id") == "m2":
            result["value"] |= {"end": 8} | ({"text": "علي "} if result["type"] == "labels" else {})
        if result.get("id") == "m3":
            result["meta"] = {"text": ["which is meant?"], "lead_time": 1.5}
        if result["type"] == "choices":
            result["value"]["text"] = "the surface"
    role = {"id": "m2", "from_name": "role", "to_name": "text", "type": "choices", "origin": "manual"}
    return [*page, {**role, "value": {"start": 4, "end": 8, "text": "علي", "choices": ["place"]}}]


def everything(folder: Path) -> dict[Path, bytes]:
    """All files below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.label_studio
def test_what_is_pulled_replaces_repairs_and_loses_nothing(command: Command, tmp_path: Path) -> None:
    """The gold corrected under another account; a second annotator's broken, set aside, mended and taken; deleted and skipped."""
    studio, gold, me = tmp_path / "studio", tmp_path / EXPORT, "annotator@wafd.example"
    gold.parent.mkdir(parents=True)
    work = gold.parent
    gold.write_text(export.dumps([task(one, "adjudicator@wafd.example") for one in (FIRST, SECOND)]), encoding="utf-8")
    formats.write(tmp_path / "articles.jsonl", [one.bare() for one in (FIRST, SECOND, THIRD)])
    pull = ["annotate", "pull", "--folder", studio]

    with serving(studio, tmp_path), connected(studio) as client:
        pushed = command("annotate", "push", "--folder", studio, "--articles", "articles.jsonl", "--annotations", gold)
        assert pushed.returncode == 0, pushed.stderr
        project_id = project.found(client)

        def tasks() -> dict[str, Any]:
            return {one.data["doc_id"]: one for one in client.tasks.list(project=project_id, fields="all")}

        (mine,) = tasks()["a"].annotations
        relations = [(one["from_id"], one["to_id"]) for one in mine["result"] if one["type"] == "relation"]
        assert len(set(relations)) == len(relations) == 2  # the page would lose a second between the same two
        corrected = [one for one in mine["result"] if one.get("from_id") != "m1" or one["to_id"] != "m2"]
        client.annotations.update(id=mine["id"], result=as_the_page_writes(corrected))

        before = everything(work)
        dry = command(*pull, "--dry-run")
        assert (dry.returncode, everything(work)) == (0, before)
        done = command(*pull)
        assert (done.returncode, done.stderr) == (0, "")
        assert dry.stdout.splitlines()[:-1] == done.stdout.splitlines()[:-1]
        said = [line.strip() for line in done.stdout.splitlines()]
        assert "a: changed" in said
        assert f"{me}: 1 relation removed, in place of adjudicator@wafd.example's, which .backup/ keeps" in said
        assert "relation removed: has_participant from EVENT [0, 3) \u2068زار\u2069 to PER [4, 7) \u2068علي\u2069" in said
        assert [line.split(": ")[1] for line in said if line.startswith("repaired")] == [
            "copied-note", "misplaced-field", "edge-whitespace", "several-labels",
        ]  # fmt: skip
        assert "b: unchanged" in said  # nobody has touched it, so that it stays the adjudicator's
        found = {one["data"]["doc_id"]: one for one in export.read(gold)}
        assert [[one["completed_by"] for one in each["annotations"]] for each in found.values()] == [
            [me],
            ["adjudicator@wafd.example"],
        ]
        expected = task(replace(FIRST, relations=RELATIONS[1:]), me)
        (label,) = (one for one in expected["annotations"][0]["result"] if one.get("from_name") == "label" and one["id"] == "m3")
        label["meta"] = {"text": ["which is meant?"]}
        assert found == {"a": expected, "b": task(SECOND, "adjudicator@wafd.example")}
        assert [path.read_bytes() for path in work.glob(".backup/*")] == [before[gold]]

        after = everything(work)
        again = command(*pull)
        assert [line for line in again.stdout.splitlines() if line[0] in "abc "] == ["a: unchanged", "b: unchanged"]
        assert everything(work) == after

        # a second annotator, whom the page or a script has let write what nothing can be made of
        both = tmp_path / "exports" / "both.json"
        assert command(*pull, "--out", both).returncode == 0
        second = project.user(client, "second@wafd.example")
        broken = copy.deepcopy(task(FIRST, "x")["annotations"][0]["result"])
        next(one for one in broken if one.get("id") == "m3" and one["type"] == "labels")["value"]["labels"] = ["GPE", "LOC"]
        its = client.annotations.create(id=tasks()["a"].id, result=broken, completed_by=second)
        client.annotations.create(id=tasks()["c"].id, result=[], completed_by=second)
        before = everything(both.parent)
        theirs = [*pull, "--annotator", "second@wafd.example", "--out", both]
        dry = command(*theirs, "--dry-run")
        assert (dry.returncode, everything(both.parent)) == (1, before)
        left = command(*theirs)
        assert left.returncode == 1
        where = f"{address.find(studio, None).url}/projects/{project_id}/data?task={tasks()['a'].id}"
        first, told = left.stderr.splitlines()
        assert first.startswith("a, second@wafd.example: set aside: several-labels: the region has the labels GPE, LOC")
        assert first.endswith(f"correct it at {where} and pull again")
        aside = both.with_name("both.aside.json")
        assert told == f"1 annotation(s) set aside in {aside}; annotate check {aside} tells all"
        assert "a: set aside\n" in left.stdout
        assert "c: new\n" in left.stdout
        assert {one["data"]["doc_id"]: one for one in export.read(both)} == {
            "a": expected,
            "b": task(SECOND, me),
            "c": task(THIRD, "second@wafd.example"),
        }
        checked = command("annotate", "check", aside)
        assert (checked.returncode, "several-labels" in checked.stdout) == (1, True)
        after = everything(both.parent)
        assert command(*theirs).returncode == 1
        assert everything(both.parent) == after

        # mended; and the first annotator's of both is deleted there, or skipped
        client.annotations.update(id=its.id, result=for_page(task(FIRST, "x")["annotations"][0]["result"]))
        client.annotations.delete(id=mine["id"])
        (skipped,) = tasks()["b"].annotations
        client.annotations.update(id=skipped["id"], was_cancelled=True)
        done = command(*pull, "--out", both)
        assert (done.returncode, done.stderr) == (0, "")
        assert "a: changed, others' kept\n" in done.stdout
        assert f"  {me}: kept; nothing of theirs was pulled\n" in done.stdout
        assert "b: kept: nothing of it was pulled\n" in done.stdout
        (one, *others) = export.read(both)
        assert one["annotations"] == [*found["a"]["annotations"], *task(FIRST, "second@wafd.example")["annotations"]]
        assert others == [task(SECOND, me), task(THIRD, "second@wafd.example")]
        assert not aside.exists()
        assert after[aside] in [path.read_bytes() for path in both.parent.glob(".backup/both.aside-*.json")]
        several = command("annotate", "check", both)
        assert "several-annotations: the task has 2 annotations, by annotator@wafd.example, second@wafd.example" in several.stdout


def test_of_many_changes_the_first_are_told() -> None:
    """Three of a kind and how many more; a dry run shows all."""
    marked = tuple(Mention(f"m{i}", i, i + 1, "QUANTITY") for i in range(9))
    old, new = (task(Document("d", "123456789", mentions=mentions), "a") for mentions in ((), marked))
    short, whole = (list(lines(old, new, new, every)) for every in (False, True))
    assert short[0] == whole[0] == "a: 9 mentions added"
    assert (len(short), short[-1]) == (5, "  … and 6 more; --dry-run shows all")
    assert len(whole) == 10


def test_another_text_or_date_is_told() -> None:
    """Of another text only that: no place in it is the same; also where nothing else has changed."""
    old = task(FIRST, "a")
    for changed, says in (({"text": f"\n{TEXT}"}, "1 text changed"), ({"date": "2025-11-17"}, "1 date changed")):
        new = {**copy.deepcopy(old), "data": {**old["data"], **changed}}
        first, detail = lines(old, new, new, False)
        assert (first, detail.split(":")[0].strip()) == (f"a: {says}", *changed)


def test_a_signature_is_told() -> None:
    """And one that is gone."""
    plain = task(FIRST, "a")
    signed = copy.deepcopy(plain)
    signed["annotations"][0]["result"].append(signature("Salma Haddad"))
    assert list(lines(plain, signed, signed, False)) == [
        "a: the same mentions and relations",
        "  signed by \u2068Salma Haddad\u2069",
    ]
    assert list(lines(signed, plain, plain, False))[1:] == ["  no longer signed by \u2068Salma Haddad\u2069"]


def from_server(number: int, doc_id: str, *annotations: tuple[int, Any]) -> dict[str, Any]:
    """A task as the server's address gives it, with annotations of (annotator's number, result)."""
    own = [
        {"id": i, "completed_by": {"id": who}, "result": result, "was_cancelled": False}
        for i, (who, result) in enumerate(annotations)
    ]
    return {"id": number, "data": {"doc_id": doc_id, "text": TEXT, "date": None}, "annotations": own}


def test_what_comes_is_parted_by_annotator() -> None:
    """Whatever stands in it; two of one annotator are taken together or not at all, and an article without a date as well."""
    emails, known = {1: "a", 2: "b"}, schema.load()
    good = task(FIRST, "x")["annotations"][0]["result"]
    junk: list[Any] = [
        [5],
        [None, "x"],
        [{}],
        [{"type": "labels", "id": "m", "from_name": "label", "value": None}],
        [{"type": "relation"}],
    ]
    for result in junk:
        (one,) = arranged([from_server(7, "d", (1, good), (2, result))], emails, None, known)
        assert one.number == 7
        assert one.taken is not None
        assert one.aside is not None
        assert [each["completed_by"] for each in one.taken["annotations"]] == ["a"]
        assert [(who, problem.doc_id) for who, problem in one.reasons.items()] == [("b", "d")]
        assert one.aside["annotations"] == [{"completed_by": "b", "result": result}]
        assert list(checks.unsound([one.aside], known))
        (one,) = arranged([from_server(7, "d", (1, good), (1, result))], emails, None, known)
        assert one.taken is None
        assert one.aside is not None
        assert [each["completed_by"] for each in one.aside["annotations"]] == ["a", "a"]
    (empty,) = arranged([from_server(7, "d", (1, None))], emails, None, known)
    assert empty.taken is not None
    assert empty.taken["annotations"] == [{"completed_by": "a", "result": []}]
    with pytest.raises(BadInput, match="--annotator c: has annotated nothing there; a, b has"):
        list(arranged([from_server(7, "d", (1, good), (2, good))], emails, "c", known))


@pytest.mark.parametrize("taken", [{}, {"a": ("x",)}, {"a": ("y",), "b": ("x",)}, {"b": ("x", "y")}])
def test_what_is_set_aside_stays_until_it_is_taken(taken: dict[str, tuple[str, ...]], tmp_path: Path) -> None:
    """By document and annotator; the file goes with the last, and a copy is kept."""
    out = tmp_path / "gold.json"
    with Spool() as left:
        left.add(task(FIRST, "x"))
        left.add(task(SECOND, "x"))
        assert aside.update(out, left, {}) == 2
    kept = aside.path_of(out).read_bytes()
    with Spool() as none:
        assert aside.update(out, none, taken) == 2 - sum("x" in who for who in taken.values())
        found = [one["data"]["doc_id"] for one in export.read(aside.path_of(out))]
        assert found == [doc_id for doc_id in ("a", "b") if "x" not in taken.get(doc_id, ())]
        assert aside.update(out, none, {"a": ("x",), "b": ("x",)}) == 0
    assert not aside.path_of(out).exists()
    assert kept in [path.read_bytes() for path in tmp_path.glob(".backup/gold.aside-*.json")]


def test_a_task_of_no_document_is_passed_over_and_two_of_one_are_named(tmp_path: Path) -> None:
    """What somebody made by hand on the page keeps nobody's work from being pulled; of two tasks neither wins in silence."""
    emails, good = {1: "a"}, task(FIRST, "x")["annotations"][0]["result"]
    by_hand, first, second = (from_server(number, doc_id, (1, good)) for number, doc_id in ((7, ""), (8, "d"), (9, "d")))
    pulled, names = Pulled(), dict[str, tuple[str, ...]]()
    with Spool() as left:

        def taken(*found: dict[str, Any]) -> list[str]:
            sound = _sound(arranged(found, emails, None, schema.load()), left, names, pulled, "http://studio/?task=")
            return [one["data"]["doc_id"] for one in sound]

        assert taken(by_hand, first) == ["d"]
        assert names == {"d": ("a",)}
        assert pulled.not_taken_count == 1
        assert "no doc_id" in pulled.not_taken[0]
        assert pulled.not_taken[0].endswith("http://studio/?task=7")
        with pytest.raises(BadInput, match=r"document 'd'.*http://studio/\?task=8 and http://studio/\?task=9$"):
            taken(first, second)
