"""The only readers and writers of Documents. The format goes by the ending of a file's name; a folder of .ann files is brat's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from eval import atomic
from eval.document import BadInput, Document, check, check_nesting
from eval.formats import brat, conll, docbin, docred, jsonl, parquet

Reader = Callable[[Path], Iterator[tuple[str, Document]]]

# A writer returns what its format has no place for, a line a reason.
Writer = Callable[[Path, Iterable[Document]], list[str]]

READERS: Mapping[str, Reader] = {
    ".jsonl": jsonl.read,
    ".parquet": parquet.read,
    ".conll": conll.read,
    ".spacy": docbin.read,
}
WRITERS: Mapping[str, Writer] = {
    ".jsonl": jsonl.write,
    ".parquet": parquet.write,
    ".conll": conll.write,
    ".spacy": docbin.write,
    ".json": docred.write,
    "": brat.write,
}
Function = TypeVar("Function")

# Before a file's name: an I- after O starts no mention.
STRICT = "conll-strict:"


def read_gold(path: Path) -> list[Document]:
    """Read gold documents from a file, from the dataset in a folder (`path/documents/*.parquet`), or from a folder of brat's.

    Raises BadInput, naming file and line, for what no scorer could count, and where there is nothing to read.
    """
    if not _file(path).exists():
        raise BadInput(f"{_file(path)}: no such file or folder; --gold names the gold, a dataset's folder or a file of documents")
    documents: dict[str, Document] = {}
    for where, document in _located(path):
        if document.text is None:
            raise BadInput(f"{where}: document {document.doc_id!r} has no text; gold needs it")
        _keep(documents, document, where, document.text)
        try:
            check_nesting(document)
        except BadInput as error:
            raise BadInput(f"{where}: document {document.doc_id!r}: {error}") from None
    if not documents:
        raise BadInput(f"{path}: no document in it")
    return list(documents.values())


def read_predictions(path: Path, gold: Sequence[Document]) -> list[Document]:
    """Read predictions of gold's documents; each gets the gold's text.

    Raises BadInput, naming file and line, also for a document that the gold has not and for a text that differs; that of tokens
    may differ in white space.
    """
    texts = {document.doc_id: document.text or "" for document in gold}
    tokens_alone = tags(path) is not None
    documents: dict[str, Document] = {}
    for where, document in _located(path, gold):
        text = texts.get(document.doc_id)
        if text is None:
            known = ", ".join(list(texts)[:5]) + (", …" if len(texts) > 5 else "")
            named = "; in .conll, # newdoc id = … before its tokens names a document" if tokens_alone else ""
            raise BadInput(f"{where}: the gold has no document {document.doc_id!r}; it has {known}{named}")
        if tokens_alone:
            document = conll.laid_along(document, text)
        if document.text is not None and document.text != text:
            found, expected = ("".join(one.split()) if tokens_alone else one for one in (document.text, text))
            apart = ", white space apart" if tokens_alone else ""
            raise BadInput(f"{where}: the text of {document.doc_id!r} is not the gold's{apart}: {_difference(found, expected)}")
        _keep(documents, replace(document, text=text), where, text)
    return list(documents.values())


def tags(path: Path) -> str | None:
    """How tags are read from `path`: `iob2`, or `iob2-strict`; None for a file that has no tags."""
    if str(path).startswith(STRICT):
        return "iob2-strict"
    return "iob2" if path.suffix == ".conll" else None


def write(path: Path, documents: Iterable[Document]) -> list[str]:
    """Write documents to `path`, whose ending says how; without one it is a folder for brat, which must be empty or not there.

    Returns what the format has no place for, a line a reason. Raises BadInput for what it cannot be made of; then, as after any
    error, `path` is as it was.
    """
    writer = _by_ending(WRITERS, path)
    if path.is_dir() and (path.suffix or any(path.iterdir())):
        raise BadInput(f"{path}: a folder stands there{'' if path.suffix else ' that is not empty'}; name another place")
    if path.is_file() and not path.suffix:
        raise BadInput(f"{path}: a file stands there, and a name without ending is a folder for brat; name another place")
    if not path.parent.is_dir():
        raise BadInput(f"{path}: there is no folder {path.parent}; make it first")
    with atomic.beside(path) as new:
        return writer(new, documents)


def _located(path: Path, gold: Sequence[Document] = ()) -> Iterator[tuple[str, Document]]:
    """The documents at `path` with where they stand. `gold` lends predictions what brat and spaCy may lack, text and doc_id."""
    file = _file(path)
    if not file.exists() or (file.is_dir() and file != path):
        raise BadInput(f"{file}: no such file" if not file.exists() else f"{file}: a folder, not a file")
    for part in _parts(file):
        if file != path:
            yield from conll.read(part, strict=True)
        elif part.is_dir():
            yield from brat.read(part, gold)
        elif part.suffix == ".spacy":
            yield from docbin.read(part, gold)
        else:
            yield from _by_ending(READERS, part)(part)


def _parts(path: Path) -> list[Path]:
    """What there is to read at `path`: the files of the dataset in a folder, or what is there itself."""
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("documents/*.parquet"))
    if not files and not brat.annotated(path):
        raise BadInput(
            f"{path}: a folder of documents holds documents/*.parquet, or .ann files beside .txt (brat); this one has neither"
        )
    return files or [path]


def _file(path: Path) -> Path:
    return Path(str(path).removeprefix(STRICT))


def _by_ending(table: Mapping[str, Function], path: Path) -> Function:
    if path.suffix not in table:
        endings = " or ".join(ending or "nothing (a folder, for brat)" for ending in table)
        raise BadInput(f"{path}: a file of documents ends in {endings}, not in {path.suffix or 'nothing'!r}")
    return table[path.suffix]


def _keep(documents: dict[str, Document], document: Document, where: str, text: str) -> None:
    try:
        check(document, text)
    except BadInput as error:
        raise BadInput(f"{where}: document {document.doc_id!r}: {error}") from None
    if document.doc_id in documents:
        raise BadInput(f"{where}: document {document.doc_id!r} stands here a second time")
    documents[document.doc_id] = document


def _difference(found: str, expected: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), min(len(found), len(expected)))
    return f"at code point {at} it has {found[at : at + 12]!r}, the gold {expected[at : at + 12]!r}"
