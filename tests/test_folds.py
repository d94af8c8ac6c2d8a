"""Extractors at work: what they are fitted on, and what they may not do."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from eval.document import BadInput, Document, Mention
from eval.folds import MOST_FOLDS
from eval.run import Run, run
from eval.settings import Settings
from tests.conftest import document

TEXT = "زار الوزير دمشق"


GOLD = [document(TEXT, (0, 3, "EVENT"), (11, 15, "GPE"), doc_id=doc_id) for doc_id in ("a", "b", "c")]


class Remembers:
    """Notes what it was fitted on and what it was given, and finds nothing."""

    fitted: list[str] = []  # noqa: RUF012
    given: list[Document] = []  # noqa: RUF012

    def fit(self, documents: Sequence[Document]) -> None:
        """Note the documents."""
        self.seen = [one.doc_id for one in documents]
        Remembers.fitted.append(" ".join(self.seen))

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Find nothing."""
        Remembers.given += documents
        return documents


def test_leave_one_out_fits_on_the_others() -> None:
    """Each fold is predicted by an extractor fitted on the other folds, and is handed no mentions."""
    Remembers.fitted.clear()
    Remembers.given.clear()
    result = run(GOLD, "tests.test_folds:Remembers", Settings())
    assert Remembers.fitted == ["b c", "a c", "a b"]
    assert all(not one.mentions and one.text == TEXT for one in Remembers.given)
    assert "protocol:leave-one-out" in result["signature"]


def test_folds_are_the_golds_own_where_it_has_them() -> None:
    """Two documents of one fold are never split."""
    Remembers.fitted.clear()
    run([replace(one, fold="x" if one.doc_id < "c" else "y") for one in GOLD], "tests.test_folds:Remembers", Settings())
    assert Remembers.fitted == ["c", "a b"]


def test_as_is_fits_nothing() -> None:
    """The extractor is taken as it comes."""
    Remembers.fitted.clear()
    run(GOLD, "tests.test_folds:Remembers", Settings(protocol="as-is"))
    assert Remembers.fitted == []


def test_too_many_folds_name_the_way_out() -> None:
    """More than a hundred fits are refused."""
    many = [document(TEXT, doc_id=f"{i:03d}") for i in range(MOST_FOLDS + 1)]
    with pytest.raises(BadInput, match="as-is"):
        run(many, "tests.test_folds:Remembers", Settings())


def test_what_cannot_be_fitted_has_no_leave_one_out() -> None:
    """Asked for, it is refused rather than silently not done."""
    with pytest.raises(BadInput, match="has no fit"):
        run(GOLD, "tests.test_folds:marks_dates", Settings(protocol="leave-one-out"))


class Leaks:
    """Gives back what it was fitted on."""

    def fit(self, documents: Sequence[Document]) -> None:
        """Keep the others."""
        self.others = documents

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield documents that were not asked for."""
        return self.others


class Accumulates:
    """Never forgets what it was fitted on, and predicts it."""

    def __init__(self) -> None:
        self.known: dict[str, Document] = {}

    def fit(self, documents: Sequence[Document]) -> None:
        """Add them."""
        self.known |= {one.doc_id: one for one in documents}

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """What it knows of the documents asked for."""
        return [self.known.get(one.doc_id, one) for one in documents]


accumulates = Accumulates()


def test_no_gold_leaks_from_one_fold_into_another() -> None:
    """A document that is not held out is refused, and an instance begins each fold as it was."""
    with pytest.raises(BadInput, match="none of the documents it was given"):
        run(GOLD, "tests.test_folds:Leaks", Settings())
    for name in ("Accumulates", "accumulates"):
        assert run(GOLD, f"tests.test_folds:{name}", Settings())["metrics"]["ner.strict"]["f1"] == 0


class Locked:
    """Holds what cannot be copied, as clients and models do; it cannot be fitted, so it need not be."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Find nothing."""
        return documents


locked = Locked()


def test_an_instance_that_cannot_be_fitted_is_taken_as_it_is() -> None:
    """Without a copy."""
    assert run(GOLD, "tests.test_folds:locked", Settings())["metrics"]["ner.strict"]["predicted"] == 0


def marks_dates(documents: Sequence[Document]) -> Iterable[Document]:
    """A function for an extractor: it finds the GPE, and a type that the gold has not."""
    for one in documents:
        yield replace(one, mentions=(Mention(None, 11, 15, "GPE"), Mention(None, 4, 10, "ROLE")))


class Spends:
    """Says what it has used."""

    def __init__(self) -> None:
        self.usage = {"requests": 0}

    def fit(self, documents: Sequence[Document]) -> None:
        """Nothing to learn."""

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """A request a document."""
        for one in documents:
            self.usage["requests"] += 1
            yield one


@pytest.mark.parametrize("protocol", ["leave-one-out", "as-is"])
def test_what_is_used_is_summed_over_folds(protocol: str) -> None:
    """Also where a run is given up on the way."""
    whole = Run(GOLD, "tests.test_folds:Spends", Settings(protocol=protocol))
    documents = whole.predict()
    next(documents)
    documents.close()  # type: ignore[attr-defined]
    assert whole.usage == {"requests": 1}
    whole = Run(GOLD, "tests.test_folds:Spends", Settings(protocol=protocol))
    assert len(list(whole.predict())) == 3
    assert whole.usage == {"requests": 3}
