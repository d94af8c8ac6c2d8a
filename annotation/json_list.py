"""The values of a JSON list in a file, one by one.

By the standard library's own decoder, so that what is read is what `json.loads` makes of the whole: numbers of any size, NaN,
escapes that stand for half a character, files that are not UTF-8.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

_CHARACTERS = 1 << 18
_WHITE_SPACE = " \t\n\r"


def values(path: Path) -> Iterator[Any]:
    """Yield them; no more than one is held at a time. Raises ValueError where the file is no JSON list, after those before."""
    with path.open("rb") as file:
        encoding = json.detect_encoding(file.read(4))
    with path.open(encoding=encoding, errors="surrogatepass", newline="") as text:
        reader = _Reader(text)
        if reader.sign() != "[":
            raise ValueError("not a list")
        reader.step()
        if reader.sign() == "]":
            reader.step()
        else:
            sign = ","
            while sign == ",":
                reader.sign()
                yield reader.value()
                sign = reader.sign()
                reader.step()
            if sign != "]":
                raise ValueError("a list goes on with a comma, or ends")
        if reader.sign():
            raise ValueError("something stands after the list")


class _Reader:
    """A place in a text, of which a part is held."""

    def __init__(self, text: TextIO) -> None:
        self._text, self._held, self._at = text, "", 0
        self._decode = json.JSONDecoder().raw_decode

    def sign(self) -> str:
        """The next character that is no white space, which is not passed; none at the end."""
        while True:
            while self._at < len(self._held):
                if (sign := self._held[self._at]) not in _WHITE_SPACE:
                    return sign
                self._at += 1
            if not self._more():
                return ""

    def step(self) -> None:
        """Pass one character."""
        self._at += 1

    def value(self) -> Any:
        """The value that begins here. One that goes on beyond what is held cannot be told from a broken one: more is read."""
        while True:
            try:
                value, self._at = self._decode(self._held, self._at)
                return value
            except json.JSONDecodeError:
                if not self._more():
                    raise

    def _more(self) -> bool:
        """Hold as much again, so that a long value is not begun anew too often."""
        self._held, self._at = self._held[self._at :], 0
        more = self._text.read(max(_CHARACTERS, len(self._held)))
        self._held += more
        return bool(more)
