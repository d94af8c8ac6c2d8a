"""Spellings of one name that are one key, and those of two that stay two."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.extractors.arabic_spelling import folded, name


@pytest.mark.parametrize(
    ("written", "folded_as"),
    [
        ("مُحَمَّد", "محمد"),
        ("سـوريـا", "سوريا"),
        ("أنقرة إيران آسيا", "انقرة ايران اسيا"),
        ("ٱلله", "الله"),
        ("مصطفى علی", "مصطفي علي"),
        ("مسؤول رئيس", "مسوول رييس"),
        ("ا\u0653سيا", "اسيا"),
        ("الإخوا\u200bن\u200f", "الاخوان"),
        ("\ufefb\ufe8e", "لاا"),
        ("S-400 كوردستان", "s-400 كوردستان"),
        ("سورية", "سورية"),
    ],
)
def test_letters_are_folded(written: str, folded_as: str) -> None:
    """Vowels, tatweel, hamza, maksura, marks of direction and presentation forms go; ة stays."""
    assert folded(written) == folded_as


@pytest.mark.parametrize(
    ("surface", "words"),
    [
        ("الجيش السوري", ("جيش", "سوري")),
        ("مرهف أبو قصرة", ("مرهف", "ابو", "قصرة")),
        ("ألمانيا", ("مانيا",)),
        ("الل", ("الل",)),
        ("«S-400»", ("s", "400")),
        ("🔹%", ()),
    ],
)
def test_a_name_is_its_words_without_the_article(surface: str, words: tuple[str, ...]) -> None:
    """A word of at least two letters is left of each; what only looks like an article goes too, always alike."""
    assert name(surface) == words


@given(st.text(alphabet="اأىيٱل ـ\u064e\u0654🔹Aﻻ\u200f", max_size=12))
def test_folding_again_changes_nothing_and_composition_does_not_matter(text: str) -> None:
    """One key for one name, decomposed or composed."""
    assert folded(folded(text)) == folded(text)
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))
