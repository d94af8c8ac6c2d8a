"""Lines of JSON as columns, without an object for each mention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter
from types import NoneType
from typing import Any

import numpy as np
import orjson

from eval.columns import Columns
from eval.strings import Coded, Integers, Strings

_NAMES = ("doc_id", "type", "id", "entity_id")  # none is empty
_OPTIONAL = {str, NoneType}
_KINDS: dict[str, set[type]] = {
    "doc_id": {str}, "text": _OPTIONAL, "date": _OPTIONAL, "fold": _OPTIONAL,
    "id": _OPTIONAL, "start": {int}, "end": {int}, "type": {str}, "entity_id": _OPTIONAL,
}  # fmt: skip


def columns(lines: Sequence[bytes], numbers: Integers, file: str, together: int) -> Columns:
    """The lines, which have these numbers in a file, parsed so many together.

    Raises KeyError, TypeError, ValueError, AttributeError or OverflowError where anything is not as it most often is; it may be
    bad, or only rare.
    """
    documents: dict[str, list[Any]] = {field: [] for field in ("doc_id", "text", "date", "fold")}
    mentions: dict[str, list[Any]] = {field: [] for field in ("id", "start", "end", "type", "entity_id")}
    sizes: list[int] = []
    attributes: list[Any] = []
    relations: list[tuple[int, str, str, str]] = []
    for first in range(0, len(lines), together):
        records = list(map(orjson.loads, lines[first : first + together]))
        for field, values in documents.items():
            values += [record.get(field) for record in records]
        marked = [record.get("mentions") for record in records]
        _of_kinds(marked, {list, NoneType})
        sizes += [len(own) if own else 0 for own in marked]
        own = list(chain.from_iterable(filter(None, marked)))
        for field in ("start", "end", "type"):
            mentions[field] += map(itemgetter(field), own)
        bare = set(map(len, own)) <= {3}
        for field, values in (("id", mentions["id"]), ("entity_id", mentions["entity_id"]), ("attributes", attributes)):
            values += [None] * len(own) if bare else [mention.get(field) for mention in own]
        for row, record in enumerate(records, first):
            if related := record.get("relations"):
                _of_kinds([related], {list})
                relations += [(row, one["type"], one["head"], one["tail"]) for one in related]
            elif related is not None and related != []:
                raise TypeError
    for field, values in (*documents.items(), *mentions.items()):
        _of_kinds(values, _KINDS[field])
        if field in _NAMES and "" in values:
            raise ValueError
    ends = [name for relation in relations for name in relation[1:]]
    _of_kinds(ends, {str})
    if "" in ends:
        raise ValueError
    document = np.repeat(np.arange(len(lines)), sizes)
    head, tail = _ends(document, mentions["id"], relations)
    return Columns(
        doc_id=Strings(documents["doc_id"]),
        text=Strings(documents["text"]),
        date=Strings(documents["date"]),
        fold=Strings(documents["fold"]),
        file=Coded(np.zeros(len(lines), np.int64), [file]),
        number=numbers,
        document=document,
        id=Coded.of(mentions["id"]),
        start=np.array(mentions["start"], np.int64),
        end=np.array(mentions["end"], np.int64),
        type=Coded.of(mentions["type"]),
        entity_id=Coded.of(mentions["entity_id"]),
        attributes=_attributes(attributes),
        relation=Coded.of([type for _, type, _, _ in relations]),
        head=head,
        tail=tail,
    )


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
