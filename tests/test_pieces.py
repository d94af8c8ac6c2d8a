"""Texts cut and put together: nothing is lost, nothing is out of order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.extractors.pieces import pieces, together
from eval.segment import sentences
from tests.strategies import TEXTS


@given(TEXTS, st.integers(1, 12))
def test_pieces_make_up_the_text(text: str, most: int) -> None:
    """None is longer than it may be, but for a word with the white space behind it; no word is cut."""
    spans = list(pieces(text, most))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans) or spans == [(0, 0)]
    for start, end in spans:
        assert end - start <= most or len(text[start:end].split()) <= 1
        assert not start or text[start - 1].isspace() or start in {begin for begin, _ in sentences(text)}


def test_sentences_stay_whole() -> None:
    """As many as fit, and the words of one that does not."""
    text = "زار دمشق. ثم عاد. وقال الوزير إن الوفد وصل. نعم."
    assert [text[start:end] for start, end in pieces(text, 18)] == ["زار دمشق. ثم عاد. ", "وقال الوزير إن ", "الوفد وصل. نعم."]
    assert list(pieces(text, 1000)) == [(0, len(text))]
    assert list(pieces("ا" * 100, 10)) == [(0, 100)]


@given(st.lists(TEXTS), st.integers(1, 60))
def test_together_keeps_order(texts: list[str], most: int) -> None:
    """A lot holds one text, or as many as the letters allow, and the next would have been too many."""
    lots = list(together(enumerate(texts), most))
    assert [one for lot in lots for one in lot] == list(enumerate(texts))
    sizes = [sum(len(text) for _, text in lot) for lot in lots]
    assert all(size <= most or len(lot) == 1 for size, lot in zip(sizes, lots, strict=True))
    assert all(size + len(lot[0][1]) > most for size, lot in zip(sizes, lots[1:], strict=False))
