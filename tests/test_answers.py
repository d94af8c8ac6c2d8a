"""An extractor that fails on some documents: those are recorded, each once, and no other is lost."""

from __future__ import annotations

import pickle
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.answers import MOST_FAILURES, Answers, Failure
from eval.document import BadInput, Document, Mention
from tests.conftest import document

ALL = [document("زار الوزير دمشق", doc_id=f"d{i:02}") for i in range(16)]


class Picky:
    """Fails on some documents, in one of several manners; finds a mention in the others, in an order of its own."""

    def __init__(self, bad: set[str], manner: str, seed: int = 0) -> None:
        self.bad, self.manner, self.seed = bad, manner, seed
        self.asked: Counter[str] = Counter()

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """One by one, some at a time, or all at once."""
        size = {"one by one": 1, "in threes": 3}.get(self.manner, len(documents))
        order = random.Random(self.seed).sample(documents, len(documents)) if self.seed else documents
        batches = [order[at : at + size] for at in range(0, len(order), size)]
        return [*self._found(batches)] if self.manner == "a list" else self._found(batches)

    def _found(self, batches: Sequence[Sequence[Document]]) -> Iterator[Document]:
        for batch in batches:
            self.asked.update(one.doc_id for one in batch)
            if self.manner not in ("beyond", "strangers", "twice") and any(one.doc_id in self.bad for one in batch):
                raise ValueError("no")
            for one in batch:
                if one.doc_id in self.bad and self.manner == "twice":
                    yield one  # which is no fault of the other documents
                if one.doc_id in self.bad and self.manner == "strangers":
                    yield replace(one, doc_id="z")
                else:
                    yield replace(
                        one, mentions=[Mention(None, 0, 99 if self.manner == "beyond" and one.doc_id in self.bad else 3, "EVENT")]
                    )


@given(
    st.sets(st.sampled_from([one.doc_id for one in ALL]), max_size=9),
    st.sampled_from(["one by one", "in threes", "all at once", "a list", "beyond", "strangers", "twice"]),
    st.integers(0, 3),
)
def test_each_document_is_there_once(bad: set[str], manner: str, seed: int) -> None:
    """With its error if the extractor fails on it, and what was found in it if not, however the extractor goes about it."""
    found = [*Answers("mine", fail_fast=False).of(Picky(bad, manner, seed), ALL)]
    assert sorted(one.doc_id for one in found) == [one.doc_id for one in ALL]
    if manner == "twice":
        assert not any(one.error for one in found)
    else:
        assert {one.doc_id for one in found if one.error} == bad
        assert {one.doc_id for one in found if one.mentions} == {one.doc_id for one in ALL} - bad


def test_only_what_was_not_answered_is_asked_for_again() -> None:
    """One bad document of sixteen, one by one: no good one before it is asked twice, and few after it."""
    picky = Picky({"d08"}, "one by one")
    assert len([*Answers("mine", fail_fast=False).of(picky, ALL)]) == 16
    assert all(picky.asked[f"d{i:02}"] == 1 for i in range(16) if i != 8)
    assert picky.asked["d08"] <= 5


@pytest.mark.parametrize("manner", ["one by one", "beyond", "strangers"])
def test_to_fail_fast_is_to_raise(manner: str) -> None:
    """What came before is there."""
    answers = Answers("mine", fail_fast=True).of(Picky({"d03"}, manner), ALL)
    assert [next(answers).doc_id for _ in range(3)] == ["d00", "d01", "d02"]
    with pytest.raises(Failure, match=r"ValueError: no|mention at \[0, 99\)|yielded 'z'"):
        next(answers)


def test_one_that_fails_on_all_is_at_fault_itself() -> None:
    """It is not asked for a million documents; one that has done any before may fail on as many as it likes."""
    picky = Picky({one.doc_id for one in ALL}, "one by one")
    with pytest.raises(
        BadInput, match=f"mine failed: ValueError: no .*; it failed on each of the first {MOST_FAILURES} documents"
    ):
        _ = [*Answers("mine", fail_fast=False).of(picky, ALL)]
    answers = Answers("mine", fail_fast=False)
    assert len([*answers.of(Picky({one.doc_id for one in ALL[1:]}, "one by one"), ALL)]) == 16


def test_what_it_raises_as_bad_input_is_no_documents_fault() -> None:
    """A key that is missing, a server that does not answer: no document is blamed."""

    class Unready:
        def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
            raise BadInput("no key")

    with pytest.raises(BadInput, match=r"^no key$"):
        _ = [*Answers("mine", fail_fast=False).of(Unready(), ALL)]


def test_a_failure_may_come_from_another_process() -> None:
    """With all that it says."""
    found = pickle.loads(pickle.dumps(Failure("mine failed: no", "no")))
    assert (str(found), found.why) == ("mine failed: no", "no")


def test_a_failure_when_all_is_answered_is_told_and_costs_nothing() -> None:
    """As of what is closed in the end."""

    class Closing:
        def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
            yield from documents
            raise OSError("closed already")

    answers = Answers("mine", fail_fast=False)
    assert [one.error for one in answers.of(Closing(), ALL)] == [""] * len(ALL)
    assert "mine, when it had answered: OSError: closed already" in answers.warnings[0]


def test_an_error_that_cannot_say_what_it_is_is_named() -> None:
    """By its class."""

    class Silent(Exception):
        def __str__(self) -> str:
            raise ValueError

    class Raises:
        def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
            raise Silent

    with pytest.raises(Failure, match=r"mine failed: Silent \(.*test_answers\.py"):
        _ = [*Answers("mine", fail_fast=True).of(Raises(), ALL)]
