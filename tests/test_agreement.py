"""Two annotators: figures worked out by hand, disagreements by kind, and what cannot be compared."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sklearn.metrics import cohen_kappa_score

from annotation import export, label_studio, schema
from annotation.agreement import table
from annotation.agreement.disagreement import KINDS, Disagreement, disagreements, same_entities
from annotation.agreement.figures import _kappa, agreement
from eval.document import Document, Mention, Relation
from tests.conftest import BIN, ROOT, Command

TEXT = "زار الوزير أحمد دمشق أمس. وقال إن اللقاء تم."
#       0   4      11   16   21   26   31 34

VISIT = Mention("e", 0, 3, "EVENT", "event:visit", {"event_type": "VISIT", "factuality": "asserted"})
NAME = Mention("p", 11, 15, "PER", "per:ahmad")
PLACE = Mention("g", 16, 20, "GPE", "gpe:damascus", {"role": "place"})
DATE = Mention("d", 21, 24, "DATE", None, {"value": "2025-10-01"})
SAID = Mention("s", 27, 30, "EVENT", "event:said", {"event_type": "STATEMENT", "factuality": "asserted"})

FIRST = Document(
    "x",
    TEXT,
    mentions=(VISIT, NAME, PLACE, DATE, SAID),
    relations=(Relation("has_participant", "e", "p"), Relation("happens_at", "e", "g"), Relation("happens_on", "e", "d")),
)
# The name one word wider, the city a government, the date as a QUANTITY, no statement, and the visit's place not related.
SECOND = Document(
    "x",
    TEXT,
    mentions=(VISIT, replace(NAME, start=4), replace(PLACE, attributes={"role": "government"}), Mention("q", 21, 24, "QUANTITY")),
    relations=(Relation("has_participant", "e", "p"),),
)


def test_figures_by_hand() -> None:
    """Mentions: agreed are the visit and the city, of 5 and 4; the date's span besides; half the name for an overlap.

    Relations: none of 3 and 1; between mentions that both have, none of 1 and 0. `role` differs on the one city.
    """
    figures = agreement([FIRST], [SECOND], samples=0)
    assert {name: (figure["agreed"], figure["first"], figure["second"]) for name, figure in figures["mentions"].items()} == {
        "strict": (2, 5, 4),
        "exact": (3, 5, 4),
        "partial": (3.5, 5, 4),
    }
    assert figures["mentions"]["strict"]["f1"] == pytest.approx(4 / 9)
    assert figures["mentions"]["strict"]["types"]["EVENT"] == {"f1": pytest.approx(2 / 3), "agreed": 1, "first": 2, "second": 1}
    strict, given_mentions = (figures["relations"][name] for name in ("strict", "strict.given"))
    assert (strict["agreed"], strict["first"], strict["second"]) == (0, 3, 1)
    assert (given_mentions["agreed"], given_mentions["first"], given_mentions["second"]) == (0, 1, 0)
    assert (figures["attributes"]["role"]["f1"], figures["attributes"]["event_type"]["f1"]) == (0, 1)
    # MUC: no entity has two mentions; B³: 2 of 4 and 3 mentions have an id on both sides
    assert figures["clusters"]["within"]["muc"]["f1"] is None
    assert figures["clusters"]["within"]["b3"]["f1"] == pytest.approx(2 * (2 / 4) * (2 / 3) / (2 / 4 + 2 / 3))


def test_an_annotation_agrees_with_itself() -> None:
    """Every figure that can be is 1, and there is no disagreement, on our own export."""
    documents = [label_studio.to_document(task) for task in export.read(ROOT / "annotation/exports/gold.json")]
    figures = agreement(documents, documents, samples=100)
    families = [figures[name] for name in ("mentions", "relations", "attributes")] + [*figures["clusters"].values()]
    found = {figure["f1"] for family in families for figure in family.values()}
    assert found - {None} == {1}
    assert figures["tokens"]["kappa"] == 1
    assert figures["mentions"]["strict"]["interval"] == (1, 1)
    assert list(disagreements(documents, documents)) == []


def test_disagreements_by_kind() -> None:
    """Each difference once, with its sentence and what each annotator has."""

    def by_kind(one: Disagreement) -> tuple[int, str]:
        return KINDS.index(one.kind), f"{one.label}{one.start}{one.second is None}"

    here, there = "زار الوزير أحمد دمشق أمس.", "وقال إن اللقاء تم."
    unagreed = "relation of a mention that one has not"
    assert [
        (one.kind, one.label, one.first, one.second, one.sentence)
        for one in sorted(disagreements([FIRST], [SECOND]), key=by_kind)
    ] == [
        ("type", "DATE", "DATE أمس", "QUANTITY أمس", here),
        ("boundary", "PER", "PER أحمد", "PER الوزير أحمد", here),
        ("mention", "EVENT", "EVENT قال", None, there),
        ("attribute", "role", "دمشق: place", "دمشق: government", here),
        ("relation", "happens_at", "زار → دمشق", None, here),
        (unagreed, "happens_on", "زار → أمس", None, here),
        (unagreed, "has_participant", None, "زار → الوزير أحمد", here),
        (unagreed, "has_participant", "زار → أحمد", None, here),
    ]


def test_ids_are_matched_by_the_mentions_that_they_share() -> None:
    """Other names for the same things are no difference; the one who splits a thing differs where the smaller part is."""
    names = {"per:ahmad": "per:a", "gpe:damascus": "gpe:d", "event:visit": "event:v", "event:said": "event:s"}
    renamed = replace(FIRST, mentions=tuple(replace(m, entity_id=m.entity_id and names[m.entity_id]) for m in FIRST.mentions))
    assert list(disagreements([FIRST], [renamed])) == []
    twice = replace(FIRST, doc_id="y")
    split = replace(
        renamed, doc_id="y", mentions=(*renamed.mentions[:2], replace(PLACE, entity_id="gpe:other"), *renamed.mentions[3:])
    )
    thrice = replace(FIRST, doc_id="z"), replace(renamed, doc_id="z")
    (found,) = disagreements([FIRST, twice, thrice[0]], [renamed, split, thrice[1]])
    assert (found.kind, found.label, found.doc_id) == ("entity", "GPE", "y")
    assert (found.first, found.second) == ("دمشق: gpe:damascus", "دمشق: gpe:other")


def test_equal_counts_are_decided_by_equal_names() -> None:
    """One id here is two there, each with as many mentions: the one of the same name is the same thing, in either order."""
    first = Document("x", "a b", mentions=(Mention("1", 0, 1, "PER", "per:b"), Mention("2", 2, 3, "PER", "per:b")))
    second = Document("x", "a b", mentions=(Mention("1", 0, 1, "PER", "per:a"), Mention("2", 2, 3, "PER", "per:b")))
    assert same_entities([first], [second]) == same_entities([second], [first]) == {("per:b", "per:b")}


@given(st.permutations(("a", "b")), st.integers(0, 12), st.integers(13, 24))
def test_neither_annotator_counts_more(order: tuple[str, str], start: int, end: int) -> None:
    """Swapped, the figures, their intervals and the number of sentences stay, also where one marks across a sentence's end."""
    wide = replace(FIRST, mentions=(*FIRST.mentions, Mention("w", start, len(TEXT) - end // 2, "ORG", "org:w")))
    sides = {"a": FIRST, "b": wide}
    one, other = (agreement([sides[x]], [sides[y]], samples=50) for x, y in (order, order[::-1]))
    assert one["sentences"] == other["sentences"]
    for family in ("mentions", "relations"):
        for name, figure in one[family].items():
            assert figure["f1"] == pytest.approx(other[family][name]["f1"], nan_ok=True)
            assert figure["interval"] == pytest.approx(other[family][name]["interval"], nan_ok=True)
    assert one["tokens"]["kappa"] == pytest.approx(other["tokens"]["kappa"])


@pytest.mark.parametrize("text", [TEXT, ""])
def test_where_neither_has_a_mention_there_is_no_figure(text: str) -> None:
    """Null, and no fault."""
    empty = Document("x", text)
    found = agreement([empty], [empty], samples=10)
    assert found["mentions"]["strict"]["f1"] is found["tokens"]["kappa"] is found["clusters"]["within"]["conll"]["f1"] is None


@given(st.lists(st.tuples(st.sampled_from("BIO"), st.sampled_from("BIO")), min_size=2, max_size=30))
def test_kappa_is_scikit_learns(tags: list[tuple[str, str]]) -> None:
    """Cohen's kappa of two tag sequences; None where both have one tag alone."""
    first, second = ([side[i] for side in tags] for i in (0, 1))
    ours, interval = _kappa(np.zeros(len(tags), np.int64), 1, first, second, samples=10, seed=0)
    assert interval is None
    if len({*first, *second}) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(cohen_kappa_score(first, second))


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A folder with two exports."""
    write_exports(tmp_path)
    return tmp_path


def write_exports(folder: Path) -> None:
    """first.json and second.json: our export, and the same with one mention less."""
    tasks = export.read(ROOT / "annotation/exports/gold.json")
    known = schema.load()
    document = label_studio.to_document(tasks[0])
    linked = {end for relation in document.relations for end in (relation.head, relation.tail)}
    gone = next(mention for mention in document.mentions if mention.id not in linked)
    less = replace(document, mentions=tuple(mention for mention in document.mentions if mention is not gone))
    for name, one in (("first", document), ("second", less)):
        (folder / f"{name}.json").write_text(export.dumps([label_studio.to_task(one, known)]), encoding="utf-8")


def test_the_command_prints_figures_and_disagreements(exports: Path, command: Command) -> None:
    """As a table, as a list, and as JSON with the same figures."""
    shown = command("annotate", "agree", "first.json", "second.json", "--list")
    assert shown.returncode == 0, shown.stderr
    assert "mentions.strict" in shown.stdout
    assert "mention: 1" in shown.stdout
    assert "how repeatable the guidelines are, not that either annotator is right" in shown.stdout
    told = json.loads(command("annotate", "agree", "first.json", "second.json", "--json").stdout)
    strict = told["mentions"]["strict"]
    assert (strict["first"] - strict["second"], len(told["disagreements"])) == (1, 1)
    assert f"{strict['f1']:.3f}" in shown.stdout


def test_what_cannot_be_compared_is_said_in_one_line(exports: Path, command: Command) -> None:
    """Another text, no document in common, a faulty export: exit status 2."""
    tasks = json.loads((exports / "second.json").read_text(encoding="utf-8"))
    doc_id = tasks[0]["data"]["doc_id"]
    tasks[0]["data"]["doc_id"] = "other"
    (exports / "other.json").write_text(json.dumps(tasks), encoding="utf-8")
    tasks[0]["data"]["doc_id"] = doc_id
    tasks[0]["data"]["text"] += "."
    (exports / "text.json").write_text(json.dumps(tasks), encoding="utf-8")
    (exports / "none.json").write_text("{}", encoding="utf-8")
    for name, says in (("other", "nothing to compare"), ("text", "different texts"), ("none", "not a Label Studio export")):
        done = command("annotate", "agree", "first.json", f"{name}.json")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert says in done.stderr


def test_documents_that_only_one_has_are_named(exports: Path, command: Command) -> None:
    """On standard error; the others are compared."""
    tasks = json.loads((exports / "first.json").read_text(encoding="utf-8"))
    extra = {**tasks[0], "data": {**tasks[0]["data"], "doc_id": "extra"}}
    (exports / "more.json").write_text(json.dumps([*tasks, extra]), encoding="utf-8")
    done = command("annotate", "agree", "more.json", "second.json", "--json", "--samples", "0")
    assert (done.returncode, done.stderr) == (0, "only more.json has extra, not compared\n")
    assert len(json.loads(done.stdout)["documents"]) == 1


def test_words_of_an_article_are_printed_as_they_are() -> None:
    """What looks like markup is shown, and what would steer the terminal is shown and not sent."""
    hostile = "a [/b] [red]x[/red] \x1b[2J"
    console = Console(record=True, width=200, file=io.StringIO())
    table.show_list([Disagreement("mention", "PER", "[/doc]", 0, hostile, None, hostile, ())], console)
    table.show(agreement([replace(FIRST, doc_id="[/doc]")], [replace(SECOND, doc_id="[/doc]")], samples=0), console)
    printed = console.export_text()
    assert "[/b] [red]x[/red] \\x1b[2J" in printed
    assert "([/doc])" in printed
    assert "\x1b[2J" not in printed


def test_a_reader_that_goes_away_is_no_error(exports: Path) -> None:
    """`annotate agree … | head -1`."""
    agree = subprocess.Popen(
        [BIN / "annotate", "agree", "first.json", "second.json", "--samples", "0"],
        cwd=exports,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert agree.stdout
    assert agree.stderr
    agree.stdout.close()
    assert (agree.wait(timeout=60), agree.stderr.read()) == (0, b"")
