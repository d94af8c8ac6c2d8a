"""Quotes and their places: which occurrence is meant, however a model spells it, and how much of the gold quotes can tell."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.extractors.llm.folding import Folded, fold
from eval.extractors.llm.quotes import Quote, align, occurs, quote
from eval.formats import read_gold
from tests.strategies import TEXTS, Marked

# What an article may hold, and more: marks, tatweel, forms of alef, digits, zero-width characters, ligatures, letters beyond
# the first plane; few letters, so that words come again and again.
TEXT = st.one_of(
    TEXTS,
    st.text(alphabet="اأةهوبل كِـ1١ﻻ\u200c🕊️\n«.", max_size=40),
    st.text(max_size=30),
    st.sampled_from(["ا " * 30, "ab" * 30]),
)


@st.composite
def quoted(draw: st.DrawFn) -> tuple[str, Marked]:
    """A text, and spans of it in order that hold more than white space and marks and part no letter from its marks."""
    text = draw(TEXT)
    folded, offsets = Folded(text), st.integers(0, len(text))
    spans = st.tuples(offsets, offsets, st.sampled_from("AB")).map(lambda m: (min(m[:2]), folded.with_marks(max(m[:2])), m[2]))
    meant = spans.filter(lambda m: fold(text[m[0] : m[1]]) != "")
    marked = draw(st.lists(meant, max_size=12, unique=True)) if fold(text) else []
    return text, sorted(marked, key=lambda m: (m[0], -m[1], m[2]))


def aligned(text: str, *quotes: tuple[str, str] | str, type: str = "T") -> list[str]:
    """What is found for quotes, each a surface or (before, surface), with < > around it in the text."""
    made = [Quote(*((one, "")[::-1] if isinstance(one, str) else one), type) for one in quotes]
    return [f"{text[: s[0]]}<{text[slice(*s)]}>{text[s[1] :]}" if s else "" for s in align(Folded(text), made)]


@given(quoted())
def test_spans_come_back(case: tuple[str, Marked]) -> None:
    """Spans quoted in order are found again exactly, whatever the text repeats."""
    text, spans = case
    folded = Folded(text)
    assert align(folded, [quote(folded, *span) for span in spans]) == [span[:2] for span in spans]


def plainer(text: str) -> str:
    """As many models write: no vowels, no tatweel, one form of alef, Latin digits."""
    kept = "".join(letter for letter in text if unicodedata.category(letter) != "Mn" and letter not in "ـ\u200c")
    return kept.translate(str.maketrans("أإآى١", "اااي1"))


@given(quoted())
def test_spans_come_back_from_plainer_quotes(case: tuple[str, Marked]) -> None:
    """Without vowels and tatweel, and with other alefs, the same spans are found."""
    text, spans = case
    folded = Folded(text)
    # White space and marks at a span's start cannot be told from a quote without them.
    whole = [(*folded.span(folded.place(s), folded.place(e)), t) for s, e, t in spans]
    spans = list(dict.fromkeys(whole))
    spans.sort(key=lambda m: (m[0], -m[1], m[2]))
    quotes = [quote(folded, *span) for span in spans]
    changed = [Quote(plainer(one.before), plainer(one.surface), one.type) for one in quotes]
    assert align(folded, changed) == [span[:2] for span in spans]


@given(TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_any_quotes_give_spans_of_the_text(text: str, quotes: list[tuple[str, str]]) -> None:
    """Whatever is quoted: spans within the text, no two of a type alike, the same each time."""
    made = [Quote(before, surface, "A") for before, surface in quotes]
    spans = align(Folded(text), made)
    found = [span for span in spans if span]
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert len(set(found)) == len(found)
    assert all(occurs(Folded(text), one.surface) for one, span in zip(made, spans, strict=True) if span)
    assert align(Folded(text), made) == spans


@pytest.mark.parametrize(
    ("text", "surface", "expected"),
    [
        ("زار دِمَشْقَ أمس", "دمشق", "زار <دِمَشْقَ> أمس"),
        ("زار دمشق أمس", "دِمَشْقَ", "زار <دمشق> أمس"),
        ("الـخـلاصـة", "الخلاصة", "<الـخـلاصـة>"),
        ("قال أحمد", "احمد", "قال <أحمد>"),
        ("قال احمد", "أحمد", "قال <احمد>"),
        ("قال احمد", "ا\u0654حمد", "قال <احمد>"),
        ("مسؤول", "مسوول", "<مسؤول>"),
        ("في مستشفى", "مستشفي", "في <مستشفى>"),
        ("في القاهرة", "القاهره", "في <القاهرة>"),
        ("عام ٢٠١٥", "عام 2015", "<عام ٢٠١٥>"),
        ("عام 2015", "عام ٢٠١٥", "<عام 2015>"),
        ("وزارة \n الدفاع", "وزارة الدفاع", "<وزارة \n الدفاع>"),
        ("«سانا» قالت", '"سانا"', "<«سانا»> قالت"),
        ("دم\u200cشق\u200f،", "دمشق", "<دم\u200cشق>\u200f،"),
        ("ﻻ أحد", "لا أحد", "<ﻻ أحد>"),
        ("وبدمشق", "دمشق", "وب<دمشق>"),
        ("في دمشق", "ودمشق", "في <دمشق>"),
        ("في دمشق", "وبدمشق", "في <دمشق>"),
        ("بدمشق", "ودمشق", "ب<دمشق>"),
        ("قال للجيش", "الجيش", "قال ل<لجيش>"),
        ("قال وللجيش", "الجيش", "قال ول<لجيش>"),
        ("قال الجيش", "للجيش", "قال <الجيش>"),
        ("قال الجيش", "لجيش", "قال <الجيش>"),
        ("قال الجيش", "وللجيش", "قال <الجيش>"),
        ("قال للواء", "اللواء", "قال ل<لواء>"),
        ("قال وللواء", "اللواء", "قال ول<لواء>"),
        ("قال اللواء", "وللواء", "قال <اللواء>"),
        ("قال اللواء", "للواء", "قال <اللواء>"),
        ("بيلوروسيا وروسيا", "روسيا", "بيلوروسيا و<روسيا>"),
        ("السورية", "سوري", "ال<سوري>ة"),
        ("قال أحمد ثم احمد", "احمد", "قال أحمد ثم <احمد>"),
        ("في دمشق", "حلب", ""),
        ("في دمشق", "", ""),
        ("في دمشق", " ـ\u064e", ""),
        ("", "دمشق", ""),
    ],
)
def test_spelling(text: str, surface: str, expected: str) -> None:
    """What models change in a quote does not matter; a span is the text's own."""
    assert aligned(text, surface) == [expected]


@pytest.mark.parametrize(
    ("text", "quotes", "expected"),
    [
        # the context says which
        ("في دمشق ثم في دمشق", [("ثم في", "دمشق")], ["في دمشق ثم في <دمشق>"]),
        ("من دمشق إلى دمشق", [("إلي", "دمشق"), ("من", "دمشق")], ["من دمشق إلى <دمشق>", "من <دمشق> إلى دمشق"]),
        # also when the proclitic between is forgotten, or its first words are wrong
        ("قال بدمشق ثم مر بدمشق", [("ثم مر", "دمشق")], ["قال بدمشق ثم مر ب<دمشق>"]),
        ("قال دمشق ثم مر دمشق", [("كان قد مر", "دمشق")], ["قال دمشق ثم مر <دمشق>"]),
        # as often as it is listed
        ("دمشق ودمشق", ["دمشق", "دمشق", "دمشق"], ["<دمشق> ودمشق", "دمشق و<دمشق>", ""]),
        # the order says which: after حلب, and nested in what comes next
        ("دمشق حلب دمشق", ["حلب", "دمشق"], ["دمشق <حلب> دمشق", "دمشق حلب <دمشق>"]),
        ("سوري وفد سوري", ["وفد سوري", "سوري"], ["سوري <وفد سوري>", "سوري وفد <سوري>"]),
        ("سوري وفد سوري", ["وفد", "سوري", "وفد سوري"], ["سوري <وفد> سوري", "سوري وفد <سوري>", "سوري <وفد سوري>"]),
        # one out of order does not mislead the others
        ("ا ب ج ا ب", ["ج", "ا", "ب"], ["ا ب <ج> ا ب", "ا ب ج <ا> ب", "ا ب ج ا <ب>"]),
        ("د ا ب ج ا ب", ["ج", "د", "ا", "ب"], ["د ا ب <ج> ا ب", "<د> ا ب ج ا ب", "د <ا> ب ج ا ب", "د ا <ب> ج ا ب"]),
        # a surer quote is served first, though it is listed later
        ("في دمشق", ["دمشق", ("في", "دمشق")], ["", "في <دمشق>"]),
    ],
)
def test_which_occurrence(text: str, quotes: list[tuple[str, str] | str], expected: list[str]) -> None:
    """Context first, then order, one to one."""
    assert aligned(text, *quotes) == expected


def test_two_types_may_share_a_span() -> None:
    """One to one holds among quotes of a type."""
    text = Folded("في دمشق")
    assert align(text, [Quote("في", "دمشق", "GPE"), Quote("في", "دمشق", "ORG")]) == [(3, 7), (3, 7)]


def test_quotes_tell_every_mention_of_the_gold_apart(root: Path) -> None:
    """All mentions of the five articles come back from their quotes, and hardly any needs more than a few words."""
    words: Counter[int] = Counter()
    for article in read_gold(root / "data"):
        text = Folded(article.text or "")
        mentions = sorted(article.mentions, key=lambda m: (m.start, -m.end))
        quotes = [quote(text, *mention.span) for mention in mentions]
        assert align(text, quotes) == [(m.start, m.end) for m in mentions]
        words.update(len(one.before.split()) for one in quotes)
    assert words.total() == 750
    assert max(words) <= 12


def test_a_long_text_with_thousands_of_quotes() -> None:
    """Two million letters of few words, ten thousand quotes: with their context each is found where it was, without it none is lost."""
    generator = random.Random(0)
    names = ["دمشق", "السوري", "موسكو", "وزارة الدفاع", "روسيا"]
    text = " ".join(
        generator.choice(names) if i % 9 == 0 else "".join(generator.choices("ابتجدهوزحطي", k=4)) for i in range(400_000)
    )
    spans = [match.span() for match in re.finditer("|".join(names), text)][::5][:10_000]
    assert len(text) > 1_900_000
    assert len(spans) > 8_000
    folded = Folded(text)
    quotes = [quote(folded, *span, "T") for span in spans]
    assert align(folded, quotes) == spans
    assert None not in align(folded, [Quote("", one.surface, "T") for one in quotes])
