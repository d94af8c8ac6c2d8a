"""Gold and predictions side by side, whatever order they come in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.columns import Columns, of_documents
from eval.document import BadInput, Document
from eval.join import join
from tests.conftest import document


def batches(doc_ids: list[str], size: int, type: str) -> Iterator[Columns]:
    """A document for each id, with a mention of a type, so many in a batch."""
    for first in range(0, len(doc_ids), size):
        own = doc_ids[first : first + size]
        yield of_documents([document("aa", (0, 2, type), doc_id=doc_id) for doc_id in own], [f"{type} {i}" for i in own])


SIZES = st.integers(1, 4)


@given(st.permutations("abcdefgh"), st.permutations("abcdefgh"), st.sets(st.sampled_from("abcdefgh")), SIZES, SIZES)
def test_each_document_comes_once_beside_its_own(
    gold: list[str], predicted: list[str], left_out: set[str], a: int, b: int
) -> None:
    """In any order, in batches of any size, and with some missing."""
    missing: list[str] = []
    there = [doc_id for doc_id in predicted if doc_id not in left_out]
    pairs = [
        (list(one.documents()), list(other.documents()))
        for one, other in join(batches(gold, a, "G"), batches(there, b, "P"), missing)
    ]
    assert sorted(missing) == sorted(left_out)
    ones, others = ([doc for pair in pairs for doc in pair[side]] for side in (0, 1))
    assert [one.doc_id for one in ones] == [other.doc_id for other in others]
    assert sorted(one.doc_id for one in ones) == sorted(gold)
    assert all(one.mentions[0].type == "G" for one in ones)
    assert all(bool(other.mentions) == (other.doc_id not in left_out) for other in others)


@pytest.mark.parametrize("size", [1, 9])
@pytest.mark.parametrize(
    ("gold", "predicted", "says"),
    [
        ("aba", "ab", "G a: document 'a' stands here a second time"),
        ("ab", "bab", "P b: document 'b' stands here a second time"),
        ("ab", "xab", "P x: the gold has no document 'x'; it has a, b"),
        ("abcdef", "x", "P x: the gold has no document 'x'; it has a, b, c, d, e, …"),
    ],
)  # fmt: skip
def test_what_stands_twice_or_is_unknown_is_refused(gold: str, predicted: str, says: str, size: int) -> None:
    """With its place, whether it comes in the same batch or in another."""
    with pytest.raises(BadInput) as raised:
        list(join(batches([*gold], size, "G"), batches([*predicted], size, "P"), []))
    assert str(raised.value) == says


def test_what_waits_is_only_what_has_no_counterpart_yet() -> None:
    """Two sides in the same order, in batches of different sizes, with the first prediction missing: memory stays flat."""
    taken = {"G": 0, "P": 0}

    def counted(side: str, doc_ids: list[str], size: int) -> Iterator[Columns]:
        for batch in batches(doc_ids, size, side):
            taken[side] += len(batch)
            yield batch

    doc_ids = [f"{i:04d}" for i in range(1000)]
    for gold, _ in join(counted("G", doc_ids, 10), counted("P", doc_ids[1:], 70), []):
        assert abs(taken["G"] - taken["P"]) <= 80 or len(gold) == 1


def test_empty_sides() -> None:
    """Nobody predicts anything; the gold has nothing."""
    none: list[Columns] = []
    missing: list[str] = []
    assert [len(one) for one, _ in join(batches(["a", "b"], 1, "G"), none, missing)] == [2]
    assert missing == ["a", "b"]
    assert list(join(none, none, [])) == []
    with pytest.raises(BadInput, match="the gold has no document"):
        list(join(none, [of_documents([Document("x", "aa")], ["P"])], []))
