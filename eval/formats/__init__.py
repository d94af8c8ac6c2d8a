"""The only readers and writers of documents. The format goes by the ending of a file's name; a folder of .ann files is brat's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from eval import atomic
from eval.columns import Columns, of_documents
from eval.document import BadInput, Document
from eval.formats import brat, conll, docbin, docred, jsonl, parquet
from eval.formats.record import located
from eval.join import join
from eval.tidy import tidy

# A reader yields documents some at a time. For predictions it is given the gold's documents, which lend what brat and spaCy may
# lack: text and doc_id.
Reader = Callable[[Path, Sequence[Document]], Iterator[Columns]]
# A writer returns what its format has no place for, a line a reason.
Writer = Callable[[Path, Iterable[Document]], list[str]]

# So many documents are taken at a time where they come one by one.
DOCUMENTS = 10_000


def by_document(read: Callable[[Path, Sequence[Document]], Iterator[tuple[str, Document]]]) -> Reader:
    """A reader from one that yields each document with where it stands."""

    def batches(path: Path, gold: Sequence[Document]) -> Iterator[Columns]:
        documents = read(path, gold)
        while batch := list(islice(documents, DOCUMENTS)):
            yield located(batch)

    return batches


READERS: Mapping[str, Reader] = {
    ".jsonl": lambda path, gold: jsonl.read(path),
    ".parquet": lambda path, gold: parquet.read(path),
    ".conll": by_document(lambda path, gold: conll.read(path)),
    ".spacy": by_document(docbin.read),
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


def gold(path: Path) -> Iterator[Columns]:
    """Gold documents, some at a time: from a file, a folder of Parquet (`path/documents/*.parquet`, as the dataset's), or brat's.

    Raises BadInput, naming file and line, for what is no document with a text, and where there is nothing to read.
    """
    if not _file(path).exists():
        raise BadInput(
            f"{_file(path)}: no such file or folder; --gold names the gold: a file of documents (.jsonl, .parquet, .conll,"
            " .spacy), a folder of brat's or a dataset's; none comes with the package"
        )
    empty = True
    for batch in part_of_gold(path):
        empty = False
        yield batch
    if empty:
        raise BadInput(f"{path}: no document in it")


def part_of_gold(path: Path) -> Iterator[Columns]:
    """Gold documents of one file, in which there may be none. Raises BadInput for what is no document with a text."""
    for batch in read(path):
        if batch.text.missing:
            row = batch.text.list.index(None)
            raise BadInput(
                f"{batch.place(row)}: document {batch.doc_id.list[row]!r} has no text; gold needs it. A dataset without texts"
                " (stand-off) is joined with them by annotate join STANDOFF TEXTS --out DIR"
            )
        yield batch


def predictions(path: Path, gold: Iterable[Columns], missing: list[str]) -> Iterator[tuple[Columns, Columns]]:
    """Batches of the gold's documents and their predictions at `path`, which get the gold's text; see join.

    Raises BadInput, naming file and line, also for a document that the gold has not and for a text that differs; that of tokens
    may differ in white space.
    """
    documents: list[Document] = []
    if any(part.is_dir() or part.suffix == ".spacy" for part in parts(path)):  # brat and DocBin may lack what the gold has
        gold = list(gold)
        documents = [document for batch in gold for document in batch.documents()]
    yield from beside(gold, read(path, documents), missing, of_tokens=tags(path) is not None)


def beside(
    gold: Iterable[Columns], predicted: Iterable[Columns], missing: list[str], *, of_tokens: bool = False
) -> Iterator[tuple[Columns, Columns]]:
    """The same of predictions that have been read; `of_tokens` if their text is but tokens."""
    hint = "; in .conll, # newdoc id = … before its tokens names a document" if of_tokens else ""
    for own, found in join(gold, predicted, missing, hint):
        yield own, _with_text(found, own, of_tokens)


def attributes(path: Path) -> set[str]:
    """The names of the attributes that mentions of the gold have."""
    return {name for batch in gold(path) for name, values in batch.attributes.items() if values.used}


def texts(path: Path, doc_ids: Collection[str]) -> dict[str, str]:
    """The texts of some documents of the gold."""
    found: dict[str, str] = {}
    for batch in gold(path):
        rows = [row for row, doc_id in enumerate(batch.doc_id.list) if doc_id in doc_ids]
        found |= {batch.doc_id.list[row] or "": batch.text.list[row] or "" for row in rows}
    return found


def titles(path: Path, doc_ids: Collection[str]) -> dict[str, str]:
    """The titles of some documents of the gold, where it is Parquet that has a column of them."""
    files = (part for part in parts(path) if part.suffix == ".parquet")
    return {doc_id: title for file in files for doc_id, title in parquet.titles(file) if doc_id in doc_ids}


def read_gold(path: Path) -> list[Document]:
    """All gold documents of `path`. Raises BadInput, naming file and line, also for what no scorer could count; see tidy."""
    documents: list[Document] = []
    for batch, _ in join(gold(path), (), []):
        tidy(batch, str(path), gold=True)
        documents += batch.documents()
    return documents


def read_predictions(path: Path, gold: Sequence[Document]) -> list[Document]:
    """The predictions of gold's documents at `path` in the gold's order, as far as they are there; see predictions and tidy."""
    documents: dict[str, Document] = {}
    missing: list[str] = []
    for _, found in predictions(path, [of_documents(gold)], missing):
        tidy(found, str(path), gold=False)
        documents |= {document.doc_id: document for document in found.documents()}
    return [document for doc_id, document in documents.items() if doc_id not in set(missing)]


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
        try:
            return writer(new, documents)
        except BadInput as error:
            raise BadInput(str(error).replace(str(new), str(path))) from None


def read(path: Path, gold: Sequence[Document] = ()) -> Iterator[Columns]:
    """Documents as they stand at `path`, some at a time; `gold` are those that they predict. Raises BadInput, saying where."""
    file = _file(path)
    if not file.exists() or (file.is_dir() and file != path):
        raise BadInput(f"{file}: no such file" if not file.exists() else f"{file}: a folder, not a file")
    if file != path:
        return by_document(lambda path, gold: conll.read(path, strict=True))(file, gold)
    batches = chain.from_iterable(
        by_document(brat.read)(part, gold) if part.is_dir() else _by_ending(READERS, part)(part, gold) for part in parts(file)
    )
    return filter(len, batches)


def parts(path: Path) -> list[Path]:
    """The files there are to read at `path`: those of the dataset in a folder, or what is there itself.

    Raises BadInput where there is nothing.
    """
    if not absolute(path).is_dir():
        return [path]
    files = sorted(path.glob("documents/*.parquet")) or sorted(path.glob("*.parquet"))
    if not files and not brat.annotated(path):
        raise BadInput(
            f"{path}: a folder of documents holds Parquet files, here or in documents/, or .ann files beside .txt (brat); "
            "this one has neither"
        )
    return files or [path]


def absolute(path: Path) -> Path:
    """The same place, whatever the working directory. Raises BadInput where there is nothing."""
    if not _file(path).exists():
        raise BadInput(f"{_file(path)}: no such file or folder")
    return rooted(path)


def rooted(path: Path) -> Path:
    """The same, whether anything is there or not."""
    found = _file(path).absolute()
    return found if _file(path) == path else Path(f"{STRICT}{found}")


def _file(path: Path) -> Path:
    return Path(str(path).removeprefix(STRICT))


def _by_ending(table: Mapping[str, Function], path: Path) -> Function:
    if path.suffix not in table:
        endings = " or ".join(ending or "nothing (a folder, for brat)" for ending in table)
        raise BadInput(f"{path}: a file of documents ends in {endings}, not in {path.suffix or 'nothing'!r}")
    return table[path.suffix]


def _with_text(predicted: Columns, gold: Columns, of_tokens: bool) -> Columns:
    """Predictions of the gold's documents with the gold's text. Raises BadInput for a text that differs."""
    if of_tokens:
        laid = [conll.laid_along(one, text or "") for one, text in zip(predicted.documents(), gold.text.list, strict=True)]
        predicted = of_documents(laid, [predicted.place(row) for row in range(len(predicted))])
    if predicted.text.missing < len(predicted) and predicted.text != gold.text:
        for row, texts in enumerate(zip(predicted.text.list, gold.text.list, strict=True)):
            if texts[0] is not None and texts[0] != texts[1]:
                found, expected = ("".join((one or "").split()) if of_tokens else one or "" for one in texts)
                apart = ", white space apart" if of_tokens else ""
                raise BadInput(
                    f"{predicted.place(row)}: the text of {predicted.doc_id.list[row]!r} is not the gold's{apart}:"
                    f" {_difference(found, expected)}"
                )
    return replace(predicted, text=gold.text)


def _difference(found: str, expected: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), min(len(found), len(expected)))
    return f"at code point {at} it has {found[at : at + 12]!r}, the gold {expected[at : at + 12]!r}"
