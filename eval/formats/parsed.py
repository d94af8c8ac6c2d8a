"""Lines of JSON as columns, without an object for each mention."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, repeat
from types import NoneType
from typing import Any

import numpy as np
import orjson

from eval.columns import Columns
from eval.strings import Coded, Integers, Strings

_NAMES = ("doc_id", "type", "id", "entity_id")  # none is empty
_OPTIONAL: set[type] = {str, NoneType}
_KINDS: dict[str, set[type]] = {
    "doc_id": {str}, "text": _OPTIONAL, "date": _OPTIONAL, "fold": _OPTIONAL,
    "id": _OPTIONAL, "start": {int}, "end": {int}, "type": {str}, "entity_id": _OPTIONAL,
}  # fmt: skip


def columns(lines: Sequence[bytes], numbers: Integers, file: str, together: int) -> Columns:
    """The lines, which have these numbers in a file, parsed so many together.

    Raises KeyError, TypeError, ValueError, AttributeError or OverflowError where anything is not as it most often is; it may be
    bad, or only rare.
    """
    documents = Fields("doc_id", "text", "date", "fold", "mentions", "relations")
    mentions = Fields("id", "start", "end", "type", "entity_id", "attributes")
    relations: list[tuple[int, str, str, str]] = []
    sizes: list[int] = []
    for first in range(0, len(lines), together):
        with _uncollected():
            documents.add(list(map(orjson.loads, lines[first : first + together])))
            marked, related = documents.pop("mentions"), documents.pop("relations")
            _of_kinds((*marked, *related), {list, NoneType})
            marked = [own or [] for own in marked] if None in marked else marked
            sizes += map(len, marked)
            mentions.add(list(chain.from_iterable(marked)))
            for row, own in enumerate(related if any(related) else (), first):
                relations += [(row, one["type"], one["head"], one["tail"]) for one in own or ()]
            del marked, related
    documents.check()
    mentions.check()
    ends = [name for relation in relations for name in relation[1:]]
    _of_kinds(ends, {str})
    if "" in ends:
        raise ValueError
    document = np.repeat(np.arange(len(lines)), sizes)
    head, tail = _ends(document, mentions.values["id"], relations)
    return Columns(
        doc_id=Strings(documents.values["doc_id"]),
        text=Strings(documents.values["text"]),
        date=Strings(documents.values["date"]),
        fold=Strings(documents.values["fold"]),
        file=Coded(np.zeros(len(lines), np.int64), [file]),
        number=numbers,
        document=document,
        id=mentions.coded("id"),
        start=np.array(mentions.values["start"], np.int64),
        end=np.array(mentions.values["end"], np.int64),
        type=mentions.coded("type"),
        entity_id=mentions.coded("entity_id"),
        attributes=_attributes(mentions.values["attributes"]) if "attributes" in mentions.there else {},
        relation=Coded.of([type for _, type, _, _ in relations]),
        head=head,
        tail=tail,
    )


class Fields:
    """The values of some fields of records, each a list; None where a record has none. `there` are fields that any record has."""

    def __init__(self, *names: str) -> None:
        self.values: dict[str, list[Any]] = {name: [] for name in names}
        self.there: set[str] = set()

    def add(self, records: list[dict[str, Any]]) -> None:
        """The values of more records."""
        there = set().union(*records)
        for name, values in self.values.items():
            values += map(dict.get, records, repeat(name)) if name in there else [None] * len(records)
        self.there |= there

    def pop(self, name: str) -> list[Any]:
        """The values of a field that has not been popped; then it has none."""
        found, self.values[name] = self.values[name], []
        return found

    def coded(self, name: str) -> Coded:
        """The values as codes."""
        return Coded.of(self.values[name]) if name in self.there else Coded.nothing(len(self.values[name]))

    def check(self) -> None:
        """Raises TypeError where a value is of another kind than its field's, ValueError where it is empty and must not be."""
        for name, kinds in _KINDS.items():
            if name in self.values and (name in self.there or NoneType not in kinds):
                _of_kinds(self.values[name], kinds)
                if name in _NAMES and "" in self.values[name]:
                    raise ValueError


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of garbage, which would look through all parsed objects again and again; none is in a cycle."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _of_kinds(values: Iterable[Any], kinds: set[type]) -> None:
    """Raises TypeError where a value is of another kind."""
    if not set(map(type, values)) <= kinds:
        raise TypeError


def _attributes(records: Sequence[dict[str, Any] | None]) -> dict[str, Coded]:
    """The values by their names. Raises TypeError or OverflowError for what is no value."""
    _of_kinds(records, {dict, NoneType})
    there = [(row, record) for row, record in enumerate(records) if record]
    found = {}
    for name in dict.fromkeys(name for _, record in there for name in record):
        values: list[Any] = [None] * len(records)
        for row, record in there:
            values[row] = record.get(name)
        _of_kinds(values, {str, int, float, bool, NoneType})
        found[name] = Coded.of(values)
        if any(isinstance(one, int) and abs(one) >= 2**63 for one in found[name].names):
            raise OverflowError
    return found


def _ends(
    document: Integers, ids: Sequence[str | None], relations: Sequence[tuple[int, str, str, str]]
) -> tuple[Integers, Integers]:
    """The rows of heads and tails. Raises KeyError where there is no such mention."""
    row = {key: i for i, key in enumerate(zip(document.tolist(), ids, strict=True))} if relations else {}
    heads, tails = [row[own, head] for own, _, head, _ in relations], [row[own, tail] for own, _, _, tail in relations]
    return np.array(heads, np.int64), np.array(tails, np.int64)
