"""What an extractor yields, returns, raises or notes that it may not, and what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from eval.document import BadInput, Document, Mention
from eval.run import Run, run
from eval.settings import Settings
from tests.conftest import document

TEXT = "زار الوزير دمشق"


GOLD = [document(TEXT, (0, 3, "EVENT"), (11, 15, "GPE"), doc_id=doc_id) for doc_id in ("a", "b", "c")]


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
        run([document(text, doc_id="a")], "tests.test_extraction:Broken", Settings())
    assert says in str(raised.value)


@pytest.mark.parametrize("name", ["nonsense", "no.such.module:x", "tests.test_extraction:nothing", "tests.test_extraction:GOLD"])
def test_what_is_no_extractor_is_refused(name: str) -> None:
    """An unknown name, module, attribute, and an object that extracts nothing."""
    with pytest.raises(BadInput, match=name.split(":")[0].split(".")[-1]):
        run(GOLD, name, Settings())


def leaves(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that ends the program, as if all were well."""
    raise SystemExit(0)


def test_an_extractor_cannot_end_the_program() -> None:
    """A gate in CI would pass."""
    with pytest.raises(BadInput, match="SystemExit"):
        run(GOLD, "tests.test_extraction:leaves", Settings())


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
    monkeypatch.setattr(
        "tests.test_extraction.nobody", lambda documents: [replace(one, mentions=(mention,)) for one in documents]
    )
    with pytest.raises(BadInput, match="document 'a'"):
        run(GOLD, "tests.test_extraction:nobody", Settings())


def test_offsets_may_be_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    """They come from data frames and tokenizers."""
    monkeypatch.setattr(
        "tests.test_extraction.nobody",
        lambda documents: [replace(one, mentions=(Mention(None, *np.array([11, 15]), "GPE"),)) for one in documents],
    )
    assert run(GOLD, "tests.test_extraction:nobody", Settings())["metrics"]["ner.strict"]["correct"] == 3


@pytest.mark.parametrize("error", [asyncio.CancelledError(), BaseException("no"), GeneratorExit()])
def test_no_error_of_an_extractor_ends_the_program(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are no Exception, as asyncio's are none, would come out as a traceback and as exit status 1, a missed --min."""

    def failing(documents: Sequence[Document]) -> Iterable[Document]:
        raise error

    monkeypatch.setattr("tests.test_extraction.nobody", failing)
    with pytest.raises(BadInput, match=f"nobody failed: {type(error).__name__}: "):
        run(GOLD, "tests.test_extraction:nobody", Settings())


@pytest.mark.parametrize("what", [None, 5, GOLD[0]])
def test_what_is_returned_in_place_of_documents_is_named(what: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a place in our own code."""
    monkeypatch.setattr("tests.test_extraction.nobody", lambda documents: what)
    with pytest.raises(BadInput, match=r"nobody returned .*: it is to yield documents, or return a list of them"):
        run(GOLD, "tests.test_extraction:nobody", Settings())


def test_a_class_without_extract_is_refused() -> None:
    """Before anything is predicted."""
    with pytest.raises(BadInput, match=r"tests\.test_extraction:Barren has no extract\(documents\)"):
        Run(GOLD, "tests.test_extraction:Barren", Settings())


class Barren:
    """No extractor."""


def test_what_is_no_document_is_shown_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of all documents in place of each would be all their texts."""
    monkeypatch.setattr("tests.test_extraction.nobody", lambda documents: [list(documents)] * 2)
    with pytest.raises(BadInput, match=r"yielded .*: that is none of the documents") as raised:
        run([replace(one, text=TEXT * 100) for one in GOLD], "tests.test_extraction:nobody", Settings())
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("notes", ["no place", None, 5, [5], (str(i) for i in range(2))])
def test_notes_are_checked_by_kind(notes: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A string is no list of its letters."""
    monkeypatch.setattr("tests.test_extraction.nobody", lambda documents: [replace(one, notes=notes) for one in documents])
    with pytest.raises(BadInput, match="document 'a': notes are a list of strings"):
        run(GOLD, "tests.test_extraction:nobody", Settings())


def test_notes_can_always_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a surrogate pair, as a model's JSON may have it, becomes a question mark."""
    monkeypatch.setattr("tests.test_extraction.nobody", lambda documents: [replace(one, notes=["a\ud83d"]) for one in documents])
    (found, *_) = Run(GOLD, "tests.test_extraction:nobody", Settings()).predict()
    assert found.notes == ("a?",)


def nobody(documents: Sequence[Document]) -> Iterable[Document]:
    """An extractor that yields nothing at all."""
    return []
