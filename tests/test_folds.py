"""Extractors at work: what they are fitted on, and what they may not do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
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


class Broken:
    """What an extractor may get wrong, chosen by the gold's text."""

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield or raise something bad."""
        for one in documents:
            if one.text == "crash":
                raise KeyError("no such word")
            yield {
                "stranger": replace(one, doc_id="z"),
                "beyond": replace(one, mentions=(Mention(None, 0, 99, "X"),)),
                "none": None,
            }[one.text or ""]  # type: ignore[misc]


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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("crash", "KeyError: 'no such word' ("),
        ("stranger", "yielded 'z': that is none"),
        ("beyond", "document 'a': mention at [0, 99)"),
        ("none", "yielded None"),
    ],
)
def test_what_an_extractor_gets_wrong_is_said(text: str, says: str) -> None:
    """A crash names its line; documents that were not given and offsets past the end are refused."""
    with pytest.raises(BadInput) as raised:
        run([document(text, doc_id="a")], "tests.test_folds:Broken", Settings())
    assert says in str(raised.value)


@pytest.mark.parametrize("name", ["nonsense", "no.such.module:x", "tests.test_folds:nothing", "tests.test_folds:GOLD"])
def test_what_is_no_extractor_is_refused(name: str) -> None:
    """An unknown name, module, attribute, and an object that extracts nothing."""
    with pytest.raises(BadInput, match=name.split(":")[0].split(".")[-1]):
        run(GOLD, name, Settings())


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


def leaves(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that ends the program, as if all were well."""
    raise SystemExit(0)


def test_an_extractor_cannot_end_the_program() -> None:
    """A gate in CI would pass."""
    with pytest.raises(BadInput, match="SystemExit"):
        run(GOLD, "tests.test_folds:leaves", Settings())


@pytest.mark.parametrize(
    "mention",
    [
        {"start": 0},
        Mention(None, 0, 1, 5),
        Mention(["x"], 0, 1, "X"),
        Mention(None, "0", 1, "X"),
        Mention(None, 0, 1, "X", attributes=None),
        Mention(None, 0, 1, "X", 5),
    ],  # type: ignore[arg-type]
)
def test_what_an_extractor_yields_is_checked_by_kind(mention: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused with its document, whatever it is."""
    monkeypatch.setattr("tests.test_folds.nobody", lambda documents: [replace(one, mentions=(mention,)) for one in documents])
    with pytest.raises(BadInput, match="document 'a'"):
        run(GOLD, "tests.test_folds:nobody", Settings())


def test_offsets_may_be_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    """They come from data frames and tokenizers."""
    monkeypatch.setattr(
        "tests.test_folds.nobody",
        lambda documents: [replace(one, mentions=(Mention(None, *np.array([11, 15]), "GPE"),)) for one in documents],
    )
    assert run(GOLD, "tests.test_folds:nobody", Settings())["metrics"]["ner.strict"]["correct"] == 3


@pytest.mark.parametrize("error", [asyncio.CancelledError(), BaseException("no"), GeneratorExit()])
def test_no_error_of_an_extractor_ends_the_program(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are no Exception, as asyncio's are none, would come out as a traceback and as exit status 1, a missed --min."""

    def failing(documents: Sequence[Document]) -> Iterable[Document]:
        raise error

    monkeypatch.setattr("tests.test_folds.nobody", failing)
    with pytest.raises(BadInput, match=f"nobody failed: {type(error).__name__}: "):
        run(GOLD, "tests.test_folds:nobody", Settings())


@pytest.mark.parametrize("what", [None, 5, GOLD[0]])
def test_what_is_returned_in_place_of_documents_is_named(what: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a place in our own code."""
    monkeypatch.setattr("tests.test_folds.nobody", lambda documents: what)
    with pytest.raises(BadInput, match=r"nobody returned .*: it is to yield documents, or return a list of them"):
        run(GOLD, "tests.test_folds:nobody", Settings())


def test_a_class_without_extract_is_refused() -> None:
    """Before anything is predicted."""
    with pytest.raises(BadInput, match=r"tests\.test_folds:Barren has no extract\(documents\)"):
        Run(GOLD, "tests.test_folds:Barren", Settings())


class Barren:
    """No extractor."""


def test_what_is_no_document_is_shown_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of all documents in place of each would be all their texts."""
    monkeypatch.setattr("tests.test_folds.nobody", lambda documents: [list(documents)] * 2)
    with pytest.raises(BadInput, match=r"yielded .*: that is none of the documents") as raised:
        run([replace(one, text=TEXT * 100) for one in GOLD], "tests.test_folds:nobody", Settings())
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("notes", ["no place", None, 5, [5], (str(i) for i in range(2))])
def test_notes_are_checked_by_kind(notes: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A string is no list of its letters."""
    monkeypatch.setattr("tests.test_folds.nobody", lambda documents: [replace(one, notes=notes) for one in documents])
    with pytest.raises(BadInput, match="document 'a': notes are a list of strings"):
        run(GOLD, "tests.test_folds:nobody", Settings())


def test_notes_can_always_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a surrogate pair, as a model's JSON may have it, becomes a question mark."""
    monkeypatch.setattr("tests.test_folds.nobody", lambda documents: [replace(one, notes=["a\ud83d"]) for one in documents])
    (found, *_) = Run(GOLD, "tests.test_folds:nobody", Settings()).predict()
    assert found.notes == ("a?",)


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


def nobody(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that yields nothing at all."""
    return []


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
