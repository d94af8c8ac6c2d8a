"""Reads brat's standoff, as the specification has it and as brat's own parser takes it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.document import BadInput, Document
from eval.formats.brat.standoff import FORMS, Line, Standoff


def annotated(path: Path) -> list[Path]:
    """The .ann files in a folder and in those below it, hidden ones apart, in order of their names."""
    files = sorted(file for file in path.rglob("*.ann") if file.is_file())
    return [file for file in files if not any(part.startswith(".") for part in file.relative_to(path).parts)]


def read(path: Path, gold: Sequence[Document] = ()) -> Iterator[tuple[str, Document]]:
    """Yield each document of a folder with where it stands. Predictions without .txt have gold's text.

    Raises BadInput, naming file and line, for what is no line of brat's, and for what a Document cannot hold.
    """
    texts = {document.doc_id: document.text for document in gold}
    for file in annotated(path):
        doc_id, beside = file.relative_to(path).with_suffix("").as_posix(), file.with_suffix(".txt")
        text = _content(beside) if beside.is_file() else texts.get(doc_id)
        if text is not None:
            yield str(file), Standoff(_lines(file), text).document(doc_id)
        elif gold:
            yield str(file), Document(doc_id, None)  # of no document of the gold's: whoever has the gold says so
        else:
            raise BadInput(f"{file}: there is no {beside.name} beside it; brat keeps the text there, and gold needs it")


def _lines(file: Path) -> dict[str, list[Line]]:
    """The lines by the first letter of their ids."""
    lines: dict[str, list[Line]] = defaultdict(list)
    seen: set[str] = set()
    for number, content in enumerate(_content(file).removeprefix("\ufeff").split("\n"), 1):
        where, content = f"{file}, line {number}", content.removesuffix("\r")
        if not content.strip() or content.startswith("#"):
            continue
        id, _, rest = content.partition("\t")
        data, _, text = rest.partition("\t")
        pattern, form = FORMS.get(id[:1], (None, ""))
        if pattern is None or not re.fullmatch(r"\*|[A-Za-z]+\d+\S*", id):
            raise BadInput(
                f"{where}: {content[:40]!r} is no annotation of brat's; a line begins with T1, R1, E1, A1, M1, N1, * or #1"
                " (letter and number) and a tab"
            )
        if not (match := pattern.fullmatch(data)):
            raise BadInput(f"{where}: after {id} and a tab stands {form}; found {data!r}")
        if id in seen:
            raise BadInput(f"{where}: {id} stands in this file a second time; give one of them another number")
        seen |= {id} - {"*"}
        lines[id[0]].append(Line(where, id, tuple(field or "" for field in match.groups()), text))
    return lines


def _content(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")  # as it is: with \r\n made one, offsets would not be the file's
    except UnicodeDecodeError as error:
        raise BadInput(f"{file}, byte {error.start}: not UTF-8 ({error.reason}); convert the file to UTF-8") from None
