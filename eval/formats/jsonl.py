"""Documents as JSON lines: one object a line, UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from eval.document import BadInput, Document
from eval.formats.record import from_record, to_record


def read(path: Path) -> Iterator[tuple[str, Document]]:
    """Yield each document with where it stands. Raises BadInput, naming the line. Blank lines are passed over."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{path}, line {number}"
            try:
                yield where, from_record(orjson.loads(line))
            except orjson.JSONDecodeError as error:
                start = line[:40].decode("utf-8", "replace").strip()
                raise BadInput(f"{where}: not JSON ({error}); the line begins {start!r}") from None
            except BadInput as error:
                raise BadInput(f"{where}: {error}") from None


def write(path: Path, documents: Iterable[Document]) -> list[str]:
    """Write one line a document. It holds everything: the list of what was left out is empty."""
    with path.open("wb") as file:
        for document in documents:
            file.write(orjson.dumps(to_record(document), option=orjson.OPT_APPEND_NEWLINE))
    return []
