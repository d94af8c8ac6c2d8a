"""Tokens and sentences."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from eval.segment import sentences, tokens


def surfaces(text: str) -> list[str]:
    """The tokens as strings."""
    return [text[start:end] for start, end in tokens(text)]


def test_letters_marks_and_numbers_are_one_token_and_all_else_stands_alone() -> None:
    """Short vowels and tatweel stay in their word; marks and emoji do not join it."""
    assert surfaces("أكتوبر/تشرين،S-400 الـخـلاصـة أُنشئ 90%🔹x") == [
        "أكتوبر", "/", "تشرين", "،", "S", "-", "400", "الـخـلاصـة", "أُنشئ", "90", "%", "🔹", "x",
    ]  # fmt: skip


def test_sentences_end_at_marks_and_line_breaks() -> None:
    """A dot inside a link ends nothing."""
    text = 'قال "نعم." ثم ذهب؟ pic.twitter.com/a\nعنوان\n\n'
    assert [text[start:end] for start, end in sentences(text)] == ['قال "نعم."', "ثم ذهب؟", "pic.twitter.com/a", "عنوان"]


def test_no_sentence_ends_inside_a_mention() -> None:
    """A mention lies whole in one sentence."""
    text = "زار د. أحمد دمشق. ثم عاد"
    assert len(sentences(text)) == 3
    assert [text[start:end] for start, end in sentences(text, [(4, 11)])] == ["زار د. أحمد دمشق.", "ثم عاد"]


@given(st.text(alphabet="اب .؟\n،1🔹\u064e", max_size=60))
def test_tokens_and_sentences_cover_all_that_is_not_white_space(text: str) -> None:
    """Nothing is lost between tokens, and every token lies in one sentence."""
    inside = {i for start, end in tokens(text) for i in range(start, end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in inside)
    spans = sentences(text)
    assert all(any(a <= start and end <= b for a, b in spans) for start, end in tokens(text))
    assert all(a < b <= c < d for (a, b), (c, d) in itertools.pairwise(spans))
