"""Documents as JSON lines: one object a line, UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson

from eval.columns import Columns
from eval.document import BadInput, Document
from eval.formats import parsed
from eval.formats.record import from_record, located, to_record
from eval.strings import Integers

# Lines are read so many, or so many bytes, at a time; and parsed so many at a time, so that what is parsed stays in the cache.
LINES, BYTES, PARSED = 5_000, 2_000_000, 100

Record = dict[str, Any]


def read(path: Path) -> Iterator[Columns]:
    """Yield the documents, some at a time. Blank lines are passed over. Raises BadInput, naming the line."""
    first = 1
    with path.open("rb") as file:
        while lines := _some(file):
            numbers: Integers = np.arange(first, first := first + len(lines))
            if any(map(bytes.isspace, lines)):
                numbers = numbers[[not line.isspace() for line in lines]]
                lines = [line for line in lines if not line.isspace()]
            try:
                yield parsed.columns(lines, numbers, f"{path}, line", PARSED)
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):  # one by one it will be seen what that is
                yield located(_documents(path, numbers, lines))


def write(path: Path, documents: Iterable[Document]) -> list[str]:
    """Write one line a document. It holds everything: the list of what was left out is empty."""
    with path.open("wb") as file:
        for document in documents:
            file.write(orjson.dumps(to_record(document), option=orjson.OPT_APPEND_NEWLINE))
    return []


def lines(columns: Columns, *, text: bool) -> Iterator[bytes]:
    """A line for each document, with or without its text, the same whatever the order of its mentions and relations."""
    mentions: list[list[Record]] = [[] for _ in range(len(columns))]
    relations: list[list[Record]] = [[] for _ in range(len(columns))]
    type, id, entity_id, attributes = columns.type.list, columns.id.list, columns.entity_id.list, columns.attribute_records()
    start, end, document = columns.start.tolist(), columns.end.tolist(), columns.document.tolist()
    order = np.lexsort((columns.type.ranks, -columns.end, columns.start, columns.document))
    for row in order.tolist():
        record: Record = {} if id[row] is None else {"id": id[row]}
        record |= {"start": start[row], "end": end[row], "type": type[row]}
        if entity_id[row] is not None:
            record["entity_id"] = entity_id[row]
        if attributes[row]:
            record["attributes"] = attributes[row]
        mentions[document[row]].append(record)
    ends = zip(columns.relation.list, columns.head.tolist(), columns.tail.tolist(), strict=True)
    for kind, first, second, head in sorted((kind, id[head], id[tail], head) for kind, head, tail in ends):
        relations[document[head]].append({"type": kind, "head": first, "tail": second})
    texts = columns.text.list if text else [None] * len(columns)
    for doc_id, own, found, related in zip(columns.doc_id.list, texts, mentions, relations, strict=True):
        line = {"doc_id": doc_id, **({} if own is None else {"text": own}), "mentions": found, "relations": related}
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _some(file: BinaryIO) -> list[bytes]:
    lines: list[bytes] = []
    size = 0
    while len(lines) < LINES and size < BYTES and (more := list(islice(file, PARSED))):
        lines += more
        size += sum(map(len, more))
    return lines


def _documents(path: Path, numbers: Integers, lines: Sequence[bytes]) -> Iterator[tuple[str, Document]]:
    for number, line in zip(numbers.tolist(), lines, strict=True):
        where = f"{path}, line {number}"
        try:
            yield where, from_record(orjson.loads(line))
        except orjson.JSONDecodeError as error:
            start = line[:40].decode("utf-8", "replace").strip()
            raise BadInput(f"{where}: not JSON ({error}); the line begins {start!r}") from None
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from None
