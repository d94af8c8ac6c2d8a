"""Errors taken apart: every mention and relation in one class, what mending a kind would win, and how they are printed."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scipy.optimize import linear_sum_assignment

from eval.corpus import NONE
from eval.document import Document, Mention, Relation
from eval.errors import kinds, mentions, relations, table
from eval.metrics import ner
from eval.metrics import relations as relation_metrics
from eval.sides import pair
from tests.conftest import Command, document, taken_apart, write_lines
from tests.strategies import TEXT, Marked, documents, marked

Span = tuple[int, int, str]


def named(rows: np.ndarray, classes: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """How many gold and predicted items are in each class that has any."""
    found = {}
    for code in np.unique(rows[0]):
        sides = (np.unique(side[(rows[0] == code) & (side != NONE)]) for side in rows[1:])
        gold, predicted = map(len, sides)
        found[classes[code]] = gold, predicted
    return found


@given(gold=documents(), predicted=documents())
def test_everything_is_in_one_class(gold: Document, predicted: Document) -> None:
    """Each item of either side once; what is correct is what the strict metric counts."""
    sides = pair([gold], [predicted])
    for module, metric, sizes in (
        (mentions, ner.strict, [len(side.start) for side in sides]),
        (relations, relation_metrics.strict, [len(side.head) for side in sides]),
    ):
        rows = module.classify(*sides)
        for index, size in zip(rows[1:], sizes, strict=True):
            assert set(index[index != NONE].tolist()) == set(range(size))
            classes = [set(rows[0][index == item].tolist()) for item in range(size)]
            assert all(len(one) == 1 for one in classes)
        counts = named(rows, module.CLASSES)
        assert counts.get("correct", (0, 0))[0] == metric(*sides).micro().correct


def by_the_book(gold: Marked, predicted: Marked) -> dict[str, tuple[int, int]]:
    """The classes of mentions, step by step on sets."""
    ones, others = set(gold), set(predicted)
    found = {}

    def take(name: str, some: set[Span], more: set[Span]) -> None:
        if some or more:
            found[name] = (found.get(name, (0, 0))[0] + len(some), found.get(name, (0, 0))[1] + len(more))
        ones.difference_update(some)
        others.difference_update(more)

    take("correct", ones & others, ones & others)
    for span in {m[:2] for m in ones} & {m[:2] for m in others}:
        pairs = list(zip(sorted(m for m in ones if m[:2] == span), sorted(m for m in others if m[:2] == span), strict=False))
        take("type", {g for g, _ in pairs}, {p for _, p in pairs})

    def near(one: Span, other: Span) -> float:
        return (min(one[1], other[1]) - max(one[0], other[0])) / (max(one[1], other[1]) - min(one[0], other[0]))

    def in_pieces(wholes: set[Span], pieces: set[Span]) -> list[tuple[Span, set[Span]]]:
        held: dict[Span, set[Span]] = {}
        for piece in pieces:
            met = sorted(w for w in wholes if w[2] == piece[2] and near(w, piece) > 0)
            nearest = max(met, key=lambda w: near(w, piece), default=None)
            if nearest and nearest[0] <= piece[0] and piece[1] <= nearest[1]:
                held.setdefault(nearest, set()).add(piece)
        apart = {whole: all(near(p, q) <= 0 for p, q in itertools.combinations(some, 2)) for whole, some in held.items()}
        return [(whole, some) for whole, some in held.items() if len(some) > 1 and apart[whole]]

    for whole, some in in_pieces(ones, others):
        take("split", {whole}, some)
    for whole, some in in_pieces(others, ones):
        take("merged", some, {whole})
    for name, same_type in (("boundary", True), ("boundary and type", False)):
        left, right = sorted(ones), sorted(others)
        meets = np.array(
            [[g[0] < p[1] and p[0] < g[1] and (not same_type or g[2] == p[2]) for p in right] for g in left], dtype=float
        ).reshape(len(left), len(right))
        nearness = np.array([[near(g, p) for p in right] for g in left]).reshape(meets.shape)
        worth = meets * (100 + nearness)
        pairs = [(left[i], right[j]) for i, j in zip(*linear_sum_assignment(worth, maximize=True), strict=True) if meets[i, j]]
        take(name, {g for g, _ in pairs}, {p for _, p in pairs})
    take("missed", set(ones), set())
    take("spurious", set(), set(others))
    return found


@given(gold=marked(types="AB"), predicted=marked(types="AB"))
def test_classes_of_mentions_are_what_the_definitions_say(gold: Marked, predicted: Marked) -> None:
    """Against the definitions, one after the other; nested and crossing, with copies of a span of another type."""
    rows = mentions.classify(*pair([document(TEXT, *gold)], [document(TEXT, *predicted)]))
    assert named(rows, mentions.CLASSES) == by_the_book(gold, predicted)


def relations_by_the_book(gold: Document, predicted: Document) -> dict[str, tuple[int, int]]:
    """The classes of relations, step by step on lists of (type, head, tail); those of equal keys are paired in their order."""
    ones, others = (
        sorted((relation.type, at[relation.head], at[relation.tail]) for relation in side.relations)
        for side in (gold, predicted)
        for at in [{mention.id: mention.span for mention in side.mentions}]
    )
    found = {}

    def take(name: str, pairs: list[tuple[int, int]]) -> None:
        if pairs:
            found[name] = (len(pairs), len(pairs))
        for items, index in ((ones, {i for i, _ in pairs}), (others, {j for _, j in pairs})):
            items[:] = [item for at, item in enumerate(items) if at not in index]

    for name, key, other_key in (
        ("correct", lambda g: g, lambda p: p),
        ("wrong type", lambda g: g[1:], lambda p: p[1:]),
        ("wrong direction", lambda g: g, lambda p: (p[0], p[2], p[1])),
        ("argument type", lambda g: (g[0], g[1][:2], g[2][:2]), lambda p: (p[0], p[1][:2], p[2][:2])),
    ):
        pairs, free = [], [other_key(p) for p in others]
        for i, g in enumerate(ones):
            if key(g) in free:
                pairs.append((i, free.index(key(g))))
                free[pairs[-1][1]] = None
        take(name, pairs)
    meets = [
        [g[0] == p[0] and all(a[0] < b[1] and b[0] < a[1] for a, b in zip(g[1:], p[1:], strict=True)) for p in others]
        for g in ones
    ]
    table = np.array(meets, dtype=float).reshape(len(ones), len(others))
    take("argument boundary", [(i, j) for i, j in zip(*linear_sum_assignment(table, maximize=True), strict=True) if table[i, j]])
    return found | ({"missed": (len(ones), 0)} if ones else {}) | ({"spurious": (0, len(others))} if others else {})


@given(gold=documents(), predicted=documents())
def test_classes_of_relations_are_what_the_definitions_say(gold: Document, predicted: Document) -> None:
    """Against the definitions, one after the other; turned round, to themselves, through nested and crossing mentions."""
    rows = relations.classify(*pair([gold], [predicted]))
    assert named(rows, relations.CLASSES) == relations_by_the_book(gold, predicted)


def test_the_nearest_relation_is_paired_by_both_its_arguments() -> None:
    """One head; of the tails [3, 6) and [3, 7) the second is nearer to [3, 8), though it comes later."""
    gold = replace(document("aa bbbbb", (0, 2, "A"), (3, 8, "A")), relations=(Relation("r", "m1", "m2"),))
    predicted = replace(
        document("aa bbbbb", (0, 2, "A"), (3, 6, "A"), (3, 7, "A")),
        relations=(Relation("r", "m1", "m2"), Relation("r", "m1", "m3")),
    )
    rows = relations.classify(*pair([gold], [predicted])).T.tolist()
    assert rows == [[relations.BOUNDARY, 0, 1], [relations.SPURIOUS, NONE, 0]]


@given(gold=documents(), predicted=documents(), data=st.data())
def test_gain_is_what_f1_wins_when_a_kind_is_mended(gold: Document, predicted: Document, data: st.DataObject) -> None:
    """Its predictions taken away and its gold mentions put in, and F1 counted again."""
    sides = pair([gold], [predicted])
    found = [kind for kind in taken_apart(kinds.of_mentions, *sides)["kinds"] if "gain" in kind]
    if not found:
        return
    kind = data.draw(st.sampled_from(found))
    rows = mentions.classify(*sides)
    names = [*sides[0].layout.types, None]
    of_kind = [
        row
        for row in rows.T.tolist()
        if mentions.CLASSES[row[0]] == kind["class"]
        and names[sides[0].type[row[1]] if row[1] != NONE else -1] == kind["gold_type"]
        and names[sides[1].type[row[2]] if row[2] != NONE else -1] == kind["predicted_type"]
    ]
    spans = [list(zip(side.start.tolist(), side.end.tolist(), side.type.tolist(), strict=True)) for side in sides]
    wrong = {spans[1][row[2]] for row in of_kind if row[2] != NONE}
    right = {spans[0][row[1]] for row in of_kind if row[1] != NONE}
    assert (kind["gold"], kind["predicted"]) == (len(right), len(wrong))
    types = sides[0].layout.types
    mended = [Mention(None, start, end, types[type]) for start, end, type in (set(spans[1]) - wrong) | right]
    before, after = (
        ner.strict(*pair([gold], [one])).micro().f1 for one in (predicted, replace(gold, mentions=tuple(mended), relations=()))
    )
    assert kind["gain"] == pytest.approx((after or 0) - (before or 0))


def printed(gold: Document, predicted: Document, metric: str = "ner.strict") -> str:
    """What --errors prints, at the width of a narrow terminal."""
    console = Console(record=True, width=80, file=io.StringIO(), emoji=False, highlight=False)
    of = {"ner.strict": kinds.of_mentions, "relations.strict": kinds.of_relations}[metric]
    table.show(metric, taken_apart(of, *pair([gold], [predicted]), gold.doc_id), {gold.doc_id: gold.text or ""}, console)
    return console.export_text()


def test_an_example_shows_the_mention_in_its_line_and_in_an_isolate() -> None:
    """Arabic between U+2068 and U+2069, so that what stands to the left of it stays there; cut at words and at the line."""
    text = "سطر أول\nقال إن رئيس هيئة الأركان العامة للجيش السوري زار العاصمة الروسية موسكو في زيارة رسمية\nسطر ثالث"
    at = text.index("السوري")
    shown = printed(document(text, (at, at + 6, "NORP"), doc_id="003"), document(text, doc_id="003"))
    assert (
        f"003 gold      NORP [{at}, {at + 6}) \u2068…هيئة الأركان العامة للجيش [السوري] زار العاصمة الروسية موسكو في…\u2069\n"
        in shown
    )
    assert " 1. missed NORP: 1 in the gold, +1.0000" in shown


def test_words_of_a_text_steer_nothing() -> None:
    """No markup, no escape, no mark of direction that reaches beyond; a line break inside a mention is a space."""
    text = "[red]a\u202e\x1b[2J\u2069\nb[/red] c"
    shown = printed(document(text, (0, len(text), "[/x]"), doc_id="[/d]"), document(text, doc_id="[/d]"))
    assert "[/d] gold      [/x] [0, 22) \u2068[[red]a\\x1b[2J b[/red] c]\u2069" in shown
    assert "\x1b" not in shown


def test_examples_differ_in_their_words() -> None:
    """Five of a kind, none twice, as offsets alone; what is split or merged with all its pieces."""
    text = "aa aa bb cc dd ee ff gg"
    words = document(text, *((3 * i, 3 * i + 2, "A") for i in range(8)))
    (missed,) = taken_apart(kinds.of_mentions, *pair([words], [document(text)]))["kinds"]
    assert [[m["start"] for m in one["gold"]] for one in missed["examples"]] == [[0], [6], [9], [12], [15]]
    assert missed["examples"][0] == {"doc_id": "d", "gold": [{"start": 0, "end": 2, "type": "A"}], "predicted": []}
    (spurious,) = taken_apart(kinds.of_mentions, *pair([document(text)], [words]))["kinds"]
    assert [[m["start"] for m in one["predicted"]] for one in spurious["examples"]] == [[0], [6], [9], [12], [15]]
    whole, pieces = document(text, (0, 8, "A")), document(text, (0, 2, "A"), (3, 5, "A"), (6, 8, "A"))
    for gold, predicted, name, starts in (
        (whole, pieces, "split", ([0], [0, 3, 6])),
        (pieces, whole, "merged", ([0, 3, 6], [0])),
    ):
        (kind,) = taken_apart(kinds.of_mentions, *pair([gold], [predicted]))["kinds"]
        (example,) = kind["examples"]
        assert (kind["class"], kind["gold"], kind["predicted"]) == (name, *map(len, starts))
        assert ([m["start"] for m in example["gold"]], [m["start"] for m in example["predicted"]]) == starts


def test_ten_kinds_are_printed_the_costliest_first() -> None:
    """Of twelve types missed, those with most mentions."""
    text = " ".join("x" * 78)
    gold = document(text, *((2 * i, 2 * i + 1, f"T{n:02}") for i, n in enumerate(n for n in range(12) for _ in range(n + 1))))
    lines = [line for line in printed(gold, document(text)).splitlines() if "missed T" in line]
    assert [line.split(":")[0] for line in lines] == [f"{i + 1:2}. missed T{11 - i:02}" for i in range(10)]


def test_relations_are_shown_with_both_ends() -> None:
    """Type, head, tail and their places."""
    gold = replace(document("aa بب", (0, 2, "A"), (3, 5, "B")), relations=(Relation("leads", "m1", "m2"),))
    shown = printed(gold, replace(gold, relations=()), "relations.strict")
    assert "d gold      leads: A [0, 2) \u2068aa\u2069 → B [3, 5) \u2068بب\u2069" in shown


def test_errors_of_a_run(command: Command, tmp_path: Path) -> None:
    """--errors prints confusions by type and the costliest kinds; without it they are in scores.json alone."""
    text = "aa bb cc"
    lines = [
        {"doc_id": "a", "text": text, "mentions": [{"start": 0, "end": 2, "type": "A"}, {"start": 3, "end": 5, "type": "B"}]}
    ]
    gold = write_lines(tmp_path / "gold.jsonl", lines)
    found = [{"doc_id": "a", "mentions": [{"start": 0, "end": 2, "type": "B"}, {"start": 6, "end": 8, "type": "A"}]}]
    predicted = write_lines(tmp_path / "p.jsonl", found)
    run = ("eval", "run", f"predictions:{predicted}", "--gold", gold, "--out", "run")
    done = command(*run, "--errors")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "A 0 0 1 B 1" in lines  # right type, missed, spurious, predicted as
    assert "B 0 1 0" in lines
    assert "1. type A as B: 1 in the gold and 1 predicted, +0.5000" in lines
    assert "confusions" not in command(*run).stdout
    refused = command(*run, "--errors", "--metrics", "ner.bio")
    assert (refused.returncode, refused.stderr) == (
        2,
        "eval: --errors takes ner.strict and relations.strict apart; name one of them with --metrics\n",
    )
