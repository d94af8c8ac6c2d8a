"""Strings by the thousand: as Arrow or a list, and as numbers that stand for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, islice, pairwise
from operator import lt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from eval.document import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

Integers = npt.NDArray[np.int64]

NONE = -1  # no string
_LONG = 2_000  # bytes, on average, from which a look at each text pays


class Strings:
    """Strings or None, one a document: held as they were read, in Arrow or a list, until somebody wants Python's own.

    `file` is where they are from, for a message.
    """

    def __init__(self, held: list[str | None] | pa.Array, file: str = "") -> None:
        self._held, self._file = held, file

    def __len__(self) -> int:
        return len(self._held)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Strings):
            return NotImplemented
        if isinstance(self._held, list) or isinstance(other._held, list):
            return self.list == other.list
        return bool(self._held.equals(other._held))

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, row: int) -> str | None:
        return self._held[row] if isinstance(self._held, list) else self._held[row].as_py()

    @property
    def rising(self) -> bool:
        """Whether they are in order, each once, and none is None."""
        if self.missing:
            return False
        if isinstance(self._held, list):
            return all(map(lt, self._held, islice(self._held, 1, None)))
        import pyarrow.compute as pc

        return len(self) < 2 or bool(pc.all(pc.less(self._held[:-1], self._held[1:])).as_py())

    @cached_property
    def list(self) -> list[str | None]:
        """Python's own strings. Raises BadInput where Arrow holds bytes that are none."""
        if isinstance(self._held, list):
            return self._held
        try:
            return self._held.to_pylist()  # type: ignore[no-any-return]
        except UnicodeDecodeError as error:
            raise BadInput(
                f"{self._file}: damaged (a text is not UTF-8: {error.reason}, it begins {error.object[:40]!r})"
            ) from None

    @property
    def missing(self) -> int:
        """How many are None."""
        return self._held.count(None) if isinstance(self._held, list) else int(self._held.null_count)

    @cached_property
    def lengths(self) -> Integers:
        """Code points of each; None has none."""
        if isinstance(self._held, list):
            texts = [one or "" for one in self._held] if self.missing else self._held
            return np.fromiter(map(len, texts), np.int64, len(texts))
        import pyarrow.compute as pc

        if self.missing or self._held.nbytes < _LONG * len(self):
            return np.asarray(pc.utf8_length(self._held).fill_null(0).to_numpy(), np.int64)
        # A code point is a byte that continues none: several times as fast where texts are long.
        width = np.int64 if str(self._held.type) == "large_string" else np.int32
        offsets = np.frombuffer(self._held.buffers()[1], width)[self._held.offset :][: len(self) + 1]
        first = np.frombuffer(self._held.buffers()[2], np.int8)[offsets[0] : offsets[-1]] > -65
        bounds = (offsets - offsets[0]).tolist()
        return np.array([np.count_nonzero(first[start:end]) for start, end in pairwise(bounds)], np.int64)

    def take(self, rows: Integers) -> Strings:
        """Those of some rows."""
        if isinstance(self._held, list):
            return Strings([self._held[row] for row in rows.tolist()])
        return Strings(self._held.take(rows), self._file)

    def between(self, first: int, last: int) -> Strings:
        """Those from `first` to before `last`."""
        return Strings(self._held[first:last], self._file)

    @staticmethod
    def joined(parts: Sequence[Strings]) -> Strings:
        """One after the other."""
        return parts[0] if len(parts) == 1 else Strings([one for part in parts for one in part.list])


def _kind(value: object) -> type:
    """A string of a class of its own, as an enumeration's, is a string."""
    return str if isinstance(value, str) else value.__class__


@dataclass(frozen=True)
class Coded:
    """Strings (or other values) as `codes`: indices into `names`, in which each stands once; NONE for nothing."""

    codes: Integers
    names: Sequence[Any]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Coded:
        """The values as codes; None is NONE. Values of different kinds are different, though Python holds 1 and True equal."""
        if None.__class__ in (kinds := set(map(type, values))) and len(kinds) == 1:
            return cls.nothing(len(values))
        if kinds <= {str}:
            names = list(dict.fromkeys(values))
            number = dict(zip(names, count(), strict=False))
            return cls(np.fromiter(map(number.__getitem__, values), np.int64, len(values)), names)
        numbers: dict[Any, int] = {}
        codes = [NONE if one is None else numbers.setdefault((_kind(one), one), len(numbers)) for one in values]
        return cls(np.array(codes, np.int64), [name for _, name in numbers])

    @classmethod
    def nothing(cls, rows: int) -> Coded:
        """None, so many times."""
        return cls(np.full(rows, NONE), ())

    @property
    def list(self) -> list[Any]:
        """The values."""
        names = [*self.names, None]
        return [names[code] for code in self.codes.tolist()]

    @property
    def used(self) -> set[Any]:
        """The names that stand for something here."""
        return {self.names[code] for code in np.unique(self.codes).tolist() if code != NONE}

    @property
    def ranks(self) -> Integers:
        """The place of each among all names, in their order."""
        order = sorted(range(len(self.names)), key=self.names.__getitem__)
        return self.renumbered(np.argsort(order).tolist())

    def take(self, rows: npt.NDArray[Any] | slice) -> Coded:
        """Those of some rows, or of those that are flagged."""
        return Coded(self.codes[rows], self.names)

    def renumbered(self, numbers: Iterable[int]) -> Integers:
        """The codes with another number for each name, in the order of `names`."""
        return np.append(np.fromiter(numbers, np.int64, len(self.names)), NONE)[self.codes]

    @staticmethod
    def joined(parts: Sequence[Coded]) -> Coded:
        """One after the other."""
        if len(parts) == 1:
            return parts[0]
        numbers: dict[Any, int] = {}
        codes = [part.renumbered(numbers.setdefault((_kind(name), name), len(numbers)) for name in part.names) for part in parts]
        return Coded(np.concatenate(codes), [name for _, name in numbers])
