"""What is going on in the annotating: counts, pace and agreement worked out by hand, and what other commands say of the same."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from annotation import agreement, checks, export, label_studio, schema
from annotation.agreement import figures
from annotation.checks.waivers import Waiver
from annotation.spool import Spool
from annotation.status import Ledger, table
from eval.document import Document, Mention, Relation
from tests.conftest import ROOT, Command
from tests.serving import serving, signed_up, task_numbers

TEXT = "زار الوزير أحمد دمشق أمس."
#       0   4      11   16   21

VISIT = Mention("e", 0, 3, "EVENT", "event:visit", {"event_type": "VISIT", "factuality": "asserted"})
NAME = Mention("p", 11, 15, "PER", "per:ahmad")
PLACE = Mention("g", 16, 20, "GPE", "gpe:damascus", {"role": "place"})
DATE = Mention("d", 21, 24, "DATE", None, {"value": "2025-10-01"})
FULL = Document(
    "a", TEXT, "2025-10-02", (VISIT, NAME, PLACE, DATE), (Relation("happens_at", "e", "g"), Relation("happens_on", "e", "d"))
)
# The date missed, and so what happens on it.
LESS = replace(FULL, mentions=FULL.mentions[:3], relations=FULL.relations[:1])

SCHEMA = schema.load()
EMAILS = {1: "first@wafd.example", 2: "second@wafd.example", 3: "third@wafd.example"}


def annotation(user: int, document: Document, lead_time: float | None = None, day: int = 1, **more: object) -> dict[str, Any]:
    """An annotation as the server gives it, begun at noon and changed at one."""
    (made,) = label_studio.to_task(document, SCHEMA)["annotations"]
    times = {"created_at": f"2026-03-{day:02}T12:00:00.5Z", "updated_at": f"2026-03-{day:02}T13:00:00Z"}
    return {**made, "completed_by": user, "was_cancelled": False, "lead_time": lead_time, **times, **more}


def task(doc_id: str, *annotations: Mapping[str, Any]) -> dict[str, Any]:
    """A task as the server gives it."""
    data = {"doc_id": doc_id, "text": TEXT, "date": "2025-10-02"}
    return {"id": 7, "data": data, "annotations": list(annotations)}


def recorded(tasks: Iterable[Mapping[str, Any]], waivers: tuple[Waiver, ...] = (), **drafters: set[str]) -> dict[str, Any]:
    """The record of tasks, and of who has a draft of which."""
    with Spool() as spool:
        ledger = Ledger(spool, EMAILS)
        for one in tasks:
            ledger.add(dict(one), drafters.get(one["data"]["doc_id"], ()))
        return ledger.record(SCHEMA, waivers)


def shown(record: Mapping[str, Any], width: int = 100) -> str:
    """What is printed of a record."""
    console = Console(width=width, file=io.StringIO(), record=True)
    table.show({"project": 1, "url": "http://127.0.0.1:8080/projects/1", **record}, console)
    return console.export_text()


# Both have the first article; of the second, the second annotator misses the date; the third, he skips and has a draft of the fourth.
TASKS = (
    task("a", annotation(1, FULL, 1800, 3), annotation(2, FULL, 600, 9)),
    task("b", annotation(1, FULL, 5400, 1), annotation(2, LESS, 1200, 8)),
    task("c", annotation(1, LESS, None, 2), annotation(2, LESS, 4000, 7, was_cancelled=True)),
    task("d"),
)


def test_work_by_hand() -> None:
    """First: 8 mentions and 4 relations in two timed articles, 2 hours, 3 and 1 more in one not timed. Second: 7 and 3, half an hour."""
    first, second = recorded(TASKS, d={EMAILS[2]})["annotators"]
    assert first == {
        "email": "first@wafd.example",
        "annotated": 3,
        "skipped": 0,
        "drafts": 0,
        "left": 1,
        "mentions": 11,
        "relations": 5,
        "timed": 2,
        "hours": 2,
        "articles_per_hour": 1,
        "mentions_per_hour": 4,
        "relations_per_hour": 2,
        "median_minutes": 60,
        "first": "2026-03-01T12:00:00.500000+00:00",
        "last": "2026-03-03T13:00:00+00:00",
        "problems": first["problems"],
    }
    assert (second["annotated"], second["skipped"], second["drafts"], second["left"]) == (2, 1, 1, 1)
    assert (second["mentions"], second["mentions_per_hour"], second["relations_per_hour"]) == (7, 14, 6)
    assert (second["articles_per_hour"], second["median_minutes"]) == (4, 15)
    assert (second["first"][:10], second["last"][:10]) == ("2026-03-07", "2026-03-09")


def test_agreement_by_hand() -> None:
    """Of 8 and 7 mentions 7 are agreed, of 2 dates and 1 one, of 4 relations and 3 three; the third article only one has annotated."""
    (pair,) = recorded(TASKS)["agreement"]
    assert (pair["first"], pair["second"], pair["documents"], pair["left_out"]) == (EMAILS[1], EMAILS[2], 2, [])
    assert {key: pair["mentions"][key] for key in ("agreed", "first", "second")} == {"agreed": 7, "first": 8, "second": 7}
    assert pair["mentions"]["f1"] == pytest.approx(14 / 15)
    assert pair["mentions"]["types"]["DATE"] == {"f1": pytest.approx(2 / 3), "agreed": 1, "first": 2, "second": 1}
    assert {name for name, figure in pair["mentions"]["types"].items() if figure["f1"] == 1} == {"EVENT", "PER", "GPE"}
    assert pair["relations"]["f1"] == pytest.approx(6 / 7)
    assert pair["relations"]["types"]["happens_on"]["f1"] == pytest.approx(2 / 3)
    assert pair["clusters"] == {"f1": pytest.approx(2 / 3)}  # MUC has no link to find, which counts 0; B³ and CEAFe are 1


def test_what_nobody_has_is_null_and_shown_so() -> None:
    """No article, no annotator, a draft alone, two who mark nothing: no figure is 0 where it has no denominator."""
    assert recorded(()) == {"articles": 0, "annotators": [], "agreement": [], "left_out": []}
    assert "nobody has annotated anything yet" in shown(recorded(TASKS[3:]))
    (drafter,) = recorded(TASKS[3:], d={EMAILS[2]})["annotators"]
    assert [drafter[key] for key in ("drafts", "left", "hours", "mentions_per_hour", "median_minutes", "first")] == [
        1,
        1,
        *[None] * 4,
    ]
    empty = replace(FULL, mentions=(), relations=())
    record = recorded([task("a", annotation(1, empty), annotation(2, empty))])
    assert [record["agreement"][0][family]["f1"] for family in ("mentions", "relations", "clusters")] == [None] * 3
    printed = shown(record)
    assert [line.split() for line in printed.splitlines() if "mentions" in line][-1] == ["mentions", "–", "0/0/0"]
    assert recorded(TASKS[2:])["agreement"] == []
    assert "agreement" not in shown(recorded(TASKS[2:]))


def test_what_is_not_sound_is_counted_and_not_compared() -> None:
    """Two annotations of one article by one annotator, a region of no type: named; the third article is compared."""
    broken = annotation(2, FULL)
    for result in broken["result"]:
        if result["type"] == "labels":
            result["value"]["labels"] = ["X"]
    record = recorded(
        [
            task("a", annotation(1, FULL), annotation(2, FULL), annotation(2, LESS)),
            task("b", annotation(1, FULL), broken),
            task("c", annotation(1, FULL), annotation(2, FULL)),
        ]
    )
    (pair,) = record["agreement"]
    assert (pair["documents"], pair["mentions"]["f1"]) == (1, 1)
    assert [(one["annotator"], one["doc_id"], one["code"]) for one in pair["left_out"]] == [
        (EMAILS[2], "a", "several-annotations"),
        (EMAILS[2], "b", "unknown-label"),
    ]
    problems = {one["code"]: one for one in record["annotators"][1]["problems"]}
    assert (problems["unknown-label"]["times"], problems["unknown-label"]["example"]["doc_id"]) == (4, "b")
    assert record["annotators"][1]["annotated"] == 3
    assert "not compared: 1 article(s) of second@wafd.example, for unknown-label" in shown(record)


def test_tasks_that_are_of_no_article_of_their_own_are_said() -> None:
    """One without doc_id and a second of one article: counted as work, not compared."""
    record = recorded([task("a", annotation(1, FULL)), task("a", annotation(1, LESS)), task("", annotation(1, LESS))])
    assert ["two annotated tasks are of document 'a'" in words or "no doc_id" in words for words in record["left_out"]] == [
        True
    ] * 2
    assert record["annotators"][0]["annotated"] == 3
    assert "not checked, not compared: task 7: two annotated tasks" in shown(record)


def test_the_checks_are_those_of_annotate_check() -> None:
    """As often as it counts them on that annotator's export, most often first; what is waived is none."""
    for name in ("first", "second"):
        tasks = export.read(ROOT / f"annotation/exports/held-out/{name}.json")
        problems = list(checks.check(tasks, SCHEMA))
        assert problems
        sent = [{**one, "annotations": [{**annotation(1, FULL), "result": one["annotations"][0]["result"]}]} for one in tasks]
        found = recorded(sent)["annotators"][0]["problems"]
        assert {one["code"]: one["times"] for one in found} == Counter(problem.code for problem in problems)
        assert [one["times"] for one in found] == sorted((one["times"] for one in found), reverse=True)
        waivers = tuple(Waiver(one.code, one.doc_id, *one.span, "none") for one in problems if one.span)
        assert sum(one["times"] for one in recorded(sent, waivers)["annotators"][0]["problems"]) == len(problems) - len(waivers)


def test_agreement_is_that_of_annotate_agree() -> None:
    """On two annotators' exports of our own, every figure."""
    paths = [ROOT / f"annotation/exports/held-out/{name}.json" for name in ("first", "second")]
    tasks = {}
    for user, path in enumerate(paths, 1):
        for one in export.read(path):
            made = {**annotation(user, FULL), "result": one["annotations"][0]["result"]}
            tasks.setdefault(one["data"]["doc_id"], {**one, "annotations": []})["annotations"].append(made)
    (pair,) = recorded(tasks.values())["agreement"]
    told = figures.agreement(*agreement.read(*paths), samples=0)
    assert told["mentions"]["strict"]["f1"] < 1
    for family in ("mentions", "relations"):
        assert pair[family]["f1"] == told[family]["strict"]["f1"]
        assert pair[family]["types"] == told[family]["strict"]["types"]
    assert pair["clusters"]["f1"] == told["clusters"]["within"]["conll"]["f1"]


@cache
def in_order() -> dict[str, Any]:
    """The record of TASKS as they stand there, with a draft of the fourth by a third."""
    return recorded(TASKS, d={EMAILS[3]})


@given(st.permutations(TASKS), st.randoms())
def test_the_order_of_tasks_and_annotations_does_not_matter(tasks: list[dict[str, Any]], random: Any) -> None:
    """The record is the same, to the last digit."""
    mixed = [{**one, "annotations": random.sample(one["annotations"], len(one["annotations"]))} for one in tasks]
    assert json.dumps(recorded(mixed, d={EMAILS[3]})) == json.dumps(in_order())


def test_the_tables_are_short_and_inert() -> None:
    """100 columns hold them, four annotators with long addresses too, and an address that is markup is an address."""
    hostile = "[red]x[/red]\x1b[2J@wafd.example"
    accounts = {**EMAILS, 4: hostile}
    with Spool() as spool:
        ledger = Ledger(spool, accounts)
        for doc_id in "abc":
            ledger.add(task(doc_id, *(annotation(user, FULL if user % 2 else LESS, 90000) for user in accounts)))
        printed = shown(ledger.record(SCHEMA, ()))
    assert "[red]x[/red]\\x1b[2J@wafd.example" in printed
    assert "\x1b" not in printed
    assert max(map(cell_len, printed.splitlines())) <= 100
    assert "…" not in "".join(line for line in printed.splitlines() if ": " not in line)
    assert printed.count("0.857") >= 4  # of 4 and 3 mentions 3


@pytest.mark.label_studio
def test_the_status_of_a_label_studio(command: Command, tmp_path: Path) -> None:
    """Two annotators at a real one: what is pushed, annotated, skipped and drafted, also by another account, as table and JSON."""
    studio, exports = tmp_path / "studio", [ROOT / f"annotation/exports/round-1/{name}.json" for name in ("first", "second")]
    status = ("annotate", "status", "--folder", studio)
    with serving(studio, ROOT):
        nobody = command(*status, cwd=ROOT)
        assert (nobody.returncode, "nobody has annotated anything yet" in nobody.stdout) == (0, True)
        push = ["push", "--folder", studio, "--annotations", exports[0], "--annotator", EMAILS[1]]
        assert command("annotate", *push, cwd=ROOT).returncode == 0
        ids = task_numbers(studio)
        theirs = {one["data"]["doc_id"]: one["annotations"][0]["result"] for one in export.read(exports[1])}
        with signed_up(studio, EMAILS[2]) as http:
            for doc_id, done in (
                ("002", {"result": theirs["002"], "lead_time": 1200}),
                ("004", {"result": theirs["004"], "lead_time": 2400}),
                ("000", {"result": [], "lead_time": 60, "was_cancelled": True}),
            ):
                assert http.post(f"/api/tasks/{ids[doc_id]}/annotations/", json=done).status_code == 201
            assert http.post(f"/api/tasks/{ids['001']}/drafts", json={"result": [], "lead_time": 5}).status_code == 201

        found = json.loads(command(*status, "--json", cwd=ROOT).stdout)
        shown = command(*status, cwd=ROOT)
        assert (shown.returncode, shown.stderr) == (0, "")
    stopped = command(*status, cwd=ROOT)
    assert (stopped.returncode, stopped.stdout, stopped.stderr.count("\n")) == (2, "", 1)
    assert "annotate serve" in stopped.stderr

    first, second = found["annotators"]
    assert (found["articles"], first["email"], second["email"]) == (5, EMAILS[1], EMAILS[2])
    keys = ("annotated", "skipped", "drafts", "left", "timed", "hours", "articles_per_hour", "median_minutes")
    assert [first[key] for key in keys] == [5, 0, 0, 0, 0, None, None, None]
    assert [second[key] for key in keys] == [2, 1, 1, 2, 2, 1, 2, 30]
    documents = {one.doc_id: one for one in map(label_studio.to_document, export.read(exports[1]))}
    assert second["mentions"] == second["mentions_per_hour"] == len(documents["002"].mentions) + len(documents["004"].mentions)
    assert [(one["code"], one["times"], one["example"]["doc_id"]) for one in first["problems"]] == [
        ("demonym-without-affiliation", 1, "004")
    ]
    pairs = zip(*agreement.read(*exports), strict=True)
    told = figures.agreement(*zip(*(pair for pair in pairs if pair[0].doc_id in ("002", "004")), strict=True), samples=0)
    (pair,) = found["agreement"]
    assert (pair["documents"], pair["left_out"]) == (2, [])
    assert pair["relations"]["f1"] == told["relations"]["strict"]["f1"] < 1
    assert pair["mentions"]["types"] == told["mentions"]["strict"]["types"]
    assert f"{pair['relations']['f1']:.3f}" in shown.stdout
