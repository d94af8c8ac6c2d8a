"""Documents as columns: the quick roads say what the slow ones say."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.columns import joined, of_documents
from eval.document import BadInput, Document, check, check_nesting, merge_duplicates, ordered
from eval.formats import arrow, jsonl, parquet, parsed
from eval.formats.record import from_record, located
from eval.strings import NONE, Coded
from eval.tidy import tidy
from tests.strategies import TEXT, documents

CORPUS = st.lists(documents(), max_size=6).map(lambda found: [replace(one, doc_id=f"d{i}") for i, one in enumerate(found)])

SCALARS: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "a", "m1", "m2", "x y", 0, 1, 3, -1, 1.0, 2**63, True, [], {}, ["a"]]
)


@st.composite
def records(draw: st.DrawFn) -> Any:
    """A record of a document, now and then with something in it that is not as it should be."""

    def odd(usual: st.SearchStrategy[Any]) -> Any:
        return draw(usual if draw(st.integers(0, 30)) else SCALARS)

    def struct(**fields: Any) -> Any:
        return {name: value for name, value in fields.items() if draw(st.integers(0, 30))}

    names = st.sampled_from(["A", "B"])
    mentions = [
        struct(
            id=odd(st.sampled_from([f"m{i}", f"m{i}", None])),
            start=odd(st.integers(0, 3)),
            end=odd(st.integers(1, 5)),
            type=odd(names),
            entity_id=odd(st.sampled_from([None, "x", "y x"])),
            attributes=odd(st.dictionaries(names, st.sampled_from(["1", 1, 1.5, None]), max_size=2) | st.none()),
        )
        for i in range(draw(st.integers(0, 3)))
    ]
    ends = st.sampled_from(["m0", "m1"])
    relations = [struct(type=odd(names), head=odd(ends), tail=odd(ends)) for _ in range(draw(st.integers(0, 1)))]
    fields = {
        "doc_id": odd(st.just("d")),
        "text": odd(st.just("abcdef")),
        "date": odd(st.none()),
        "mentions": odd(st.just(mentions)),
    }
    return odd(st.just(struct(**fields, relations=odd(st.just(relations)), model="mine")))


def slowly(found: list[Any]) -> list[Document] | None:
    """The documents one by one; None where one is bad."""
    try:
        return list(located(("", from_record(record)) for record in found).documents())
    except BadInput:
        return None


@given(st.lists(records(), min_size=1, max_size=3))
def test_lines_are_read_in_bulk_as_they_are_one_by_one(found: list[Any]) -> None:
    """What the quick road takes, the slow one takes too, and as the same."""
    lines = [orjson.dumps(record) for record in found]
    try:
        quick = list(parsed.columns(lines, np.arange(len(lines)), "", 2).documents())
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return
    assert quick == slowly(found)


@given(st.lists(records(), min_size=1, max_size=3))
def test_rows_of_arrow_are_read_in_bulk_as_they_are_one_by_one(found: list[Any]) -> None:
    """Whatever types Arrow finds for them."""
    try:
        batch = pa.Table.from_pylist(found).combine_chunks().to_batches()[0]
        quick = list(arrow.columns(batch, {"mentions": None, "relations": None}, "", 1).documents())
    except (pa.ArrowException, AttributeError, IndexError, TypeError, OverflowError, arrow.Unusual):
        return
    labels = {"mentions": None, "relations": None}
    try:
        slow = [one for _, one in parquet._documents(batch, labels, Path(), 1)]
    except BadInput:
        slow = []
    assert quick == slow


@given(CORPUS)
def test_good_documents_take_the_quick_road(found: list[Document]) -> None:
    """Otherwise the tests above would say nothing."""
    lines = list(jsonl.lines(of_documents(found), text=True))
    quick = parsed.columns(lines, np.arange(len(lines)), "", 2).documents() if lines else []
    assert [ordered(one) for one in quick] == [ordered(one) for one in found]


@given(CORPUS, st.randoms(use_true_random=False), st.integers(0, 6))
def test_columns_are_taken_and_joined_as_documents_are(found: list[Document], order: random.Random, cut: int) -> None:
    """Some rows in another order; two parts one after the other."""
    columns = of_documents(found)
    assert list(columns.documents()) == found
    rows = order.sample(range(len(found)), k=min(cut, len(found)))
    assert list(columns.take(np.array(rows, np.int64)).documents()) == [found[row] for row in rows]
    assert list(columns.between(1, cut).documents()) == found[1:cut]
    assert list(joined([of_documents(found[:cut]), of_documents(found[cut:])]).documents()) == found
    assert list(columns.bare().documents()) == [one.bare() for one in found]


@given(documents(), st.booleans(), st.sampled_from([TEXT, TEXT, "aa", ""]), st.integers(0, 3), st.sampled_from(["c", "m0", None]))
def test_what_is_tidy_at_once_is_tidy_one_by_one(one: Document, gold: bool, text: str, copies: int, id: str | None) -> None:
    """The same is refused, and copies are merged."""
    doubled = (replace(mention, id=id and f"{id}{i}") for i, mention in enumerate(one.mentions[:copies]))
    one = replace(one, text=text, mentions=(*one.mentions, *doubled))
    try:
        check(one, text)
        if gold:
            check_nesting(one)
        expected, times = merge_duplicates(one)
    except BadInput:
        expected, times = None, 0  # type: ignore[assignment]
    try:
        found, warnings = tidy(of_documents([one]), "x", gold=gold)
    except BadInput:
        assert expected is None
        return
    assert len(warnings) == bool(times)
    assert list(found.documents()) == [expected]


def test_values_of_other_kinds_are_other_values() -> None:
    """Though Python holds 1, 1.0 and True equal; a string of a class of its own is a string. Joined as well."""

    class Name(str):
        pass

    values = [1, 1.0, True, None, "1", Name("1")]
    whole, parts = Coded.of(values), Coded.joined([Coded.of([value]) for value in values])
    assert whole.codes.tolist() == parts.codes.tolist() == [0, 1, 2, NONE, 3, 3]
    assert whole.list == parts.list == values


@pytest.mark.parametrize("name", ["gold.jsonl", "gold.parquet"])
def test_many_documents_are_read_some_at_a_time(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every batch knows its lines or rows."""
    from eval import formats

    monkeypatch.setattr(jsonl, "LINES", 2)
    monkeypatch.setattr(jsonl, "PARSED", 2)
    monkeypatch.setattr(parquet, "ROWS", 2)
    found = [Document(f"d{i}", "aa") for i in range(5)]
    formats.write(tmp_path / name, found)
    batches = list(formats.gold(tmp_path / name))
    assert [[one.doc_id for one in batch.documents()] for batch in batches] == [["d0", "d1"], ["d2", "d3"], ["d4"]]
    word = "line" if name.endswith("jsonl") else "row"
    assert [batch.place(0) for batch in batches] == [f"{tmp_path / name}, {word} {i}" for i in (1, 3, 5)]
