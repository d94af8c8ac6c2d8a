"""Arabic names as they are compared: one spelling for the several that news uses of one name.

The folding is that of light stemmers (Larkey, Ballesteros & Connell 2002) without their suffixes. What comes out is a key, and no
text: it has other offsets.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

# Short vowels, tanwin, shadda, sukun, dagger alef and the Quran's signs; hamza and madda where they are marks; tatweel; and what
# has no width, as the marks of direction that pages are full of. None of them tells two names apart.
_UNWRITTEN = regex.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]|\p{Cf}")
# Alef wasla and alef maksura are written as alef and ya as often, ya and kaf as Persian keyboards have them.
_LETTERS = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك"})
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ARTICLE = "ال"


def folded(text: str) -> str:
    """The text with one spelling of each name.

    Compatibility forms are their letters (NFKD: ﻻ, full-width digits), and hamza goes from its seat (أ, إ, آ are ا; ؤ is و; ئ is
    ي), since texts leave it out. ة stays: it is seldom written as ه in news, and سورية is no سوريه. Latin letters are lower case.
    """
    plain = _UNWRITTEN.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    return unicodedata.normalize("NFC", plain).casefold()


@lru_cache(10_000)  # the same names come again and again
def name(text: str) -> tuple[str, ...]:
    """The folded words of a name, each without the article, as far as a word of two letters or more is left."""
    return tuple(_without_article(word) for word in _WORD.findall(folded(text)))


def _without_article(word: str) -> str:
    return word[2:] if word.startswith(_ARTICLE) and len(word) >= 4 else word
