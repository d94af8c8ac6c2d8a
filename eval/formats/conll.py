"""Tokens and their tags in columns, as CoNLL-2003 has them: the token first, its IOB2 tag last, a blank line after a sentence.

`-DOCSTART-`, or `# newdoc id = …` as in CoNLL-U, starts a document; one without an id is named by its number, from 0. Other
comments of CoNLL-U are passed over.

What is written is one layer: the tags of `eval.iob2`, which are those that ner.bio scores. Offsets survive white space apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import regex

from eval import iob2
from eval.corpus import Corpus
from eval.document import BadInput, Document, Mention
from eval.formats import losses
from eval.segment import sentences, tokens
from eval.sides import pair

_NEW_DOCUMENT = regex.compile(r"-DOCSTART-(\s.*)?|# newdoc( id = (?P<doc_id>.+))?")
_COMMENT = regex.compile(r"# (\S+ = .*|newpar.*)")
_TAG = regex.compile(r"O|[BI]-.+")

Tagged = list[tuple[str, str]]  # a sentence: tokens with their tags


def read(path: Path, *, strict: bool = False) -> Iterator[tuple[str, Document]]:
    """Yield each document with where it stands; its text is its tokens with spaces between, a line a sentence.

    `strict`: see spans. Raises BadInput, naming the line, for one that is no token with a tag.
    """
    where, doc_id, started, sentences, documents = f"{path}, line 1", None, False, [Tagged()], 0
    for number, line in _lines(path):
        if start := _NEW_DOCUMENT.fullmatch(line):
            if started or any(sentences):
                yield where, _document(doc_id or str(documents), sentences, strict)
                documents += 1
            where, doc_id, started, sentences = f"{path}, line {number}", start["doc_id"], True, [[]]
        elif not line:
            sentences.append([])
        elif not _COMMENT.fullmatch(line):
            sentences[-1].append(_token(line, f"{path}, line {number}"))
    if started or any(sentences):
        yield where, _document(doc_id or str(documents), sentences, strict)


def write(path: Path, documents: Iterable[Document]) -> list[str]:
    """Write tokens with the tags of the outermost mentions, a tab between; returns what had no place, a line a reason.

    Raises BadInput for a type that a tab or a line break would cut, and for a doc_id with a line break.
    """
    documents = list(documents)
    for document in documents:
        _check_names(document)
    marked, _ = pair(documents, documents)
    tagged = iob2.tags(marked)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document, tags in zip(documents, tagged, strict=True):
            file.write(f"# newdoc id = {document.doc_id}\n")
            file.writelines(_lines_of(document, tags))
    return _left_out(documents, marked, tagged)


def laid_along(document: Document, text: str) -> Document:
    """The document with its offsets in `text`, if that differs in white space between its tokens alone; else as it is."""
    own = document.text or ""
    places, others = ([i for i, letter in enumerate(one) if not letter.isspace()] for one in (own, text))
    if [own[i] for i in places] != [text[i] for i in others]:
        return document
    at = dict(zip(places, others, strict=True))
    mentions = (replace(one, start=at[one.start], end=at[one.end - 1] + 1) for one in document.mentions)
    return replace(document, text=text, mentions=tuple(mentions))


def spans(tags: Sequence[str], *, strict: bool = False) -> Iterator[tuple[int, int, str]]:
    """The mentions that tags of one sentence stand for, as (first token, token after the last, type).

    An `I-` that goes on from nothing of its type starts a mention, as in conlleval; `strict` passes it over, with those that go
    on from it, as seqeval does in mode strict with IOB2.
    """
    start, type = 0, None
    for token, tag in enumerate([*tags, "O"]):
        prefix, _, of = tag.partition("-")
        if prefix == "I" and of == type:
            continue
        if type is not None:
            yield start, token, type
        start, type = token, of if prefix == "B" or (prefix == "I" and not strict) else None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    with path.open(encoding="utf-8-sig") as lines:
        try:
            for line in lines:
                number += 1
                yield number, line.rstrip("\r\n") if line.strip() else ""
        except UnicodeDecodeError as error:
            raise BadInput(f"{path}, after line {number}: not UTF-8 ({error.reason}); convert the file to UTF-8") from None


def _lines_of(document: Document, tags: Sequence[str]) -> Iterator[str]:
    """A line a token, an empty one after a sentence. No sentence ends inside a mention."""
    text = document.text or ""
    spans = tokens(text)
    starts = np.array([start for start, _ in sentences(text, [(m.start, m.end) for m in document.mentions])], dtype=np.int64)
    own = np.searchsorted(starts, spans[:, 0], side="right")
    for _, sentence in itertools.groupby(zip(own.tolist(), spans.tolist(), tags, strict=True), key=lambda token: token[0]):
        for _, (start, end), tag in sentence:
            if not text[start:end].isspace():  # U+001C to U+001F: no white space in Unicode, but to Python
                yield f"{text[start:end]}\t{tag}\n"
        yield "\n"


def _left_out(documents: Sequence[Document], marked: Corpus, tagged: Sequence[Sequence[str]]) -> list[str]:
    outer, (starts, ends) = marked.outermost(), marked.layout.tokens.T
    on_tokens = np.searchsorted(ends, outer.start, side="right") < np.searchsorted(starts, outer.end)
    wider = on_tokens & ~(np.isin(outer.start, starts) & np.isin(outer.end, ends))
    of_document = (marked.document, outer.document, outer.document[wider])
    every, flat, widened = (np.bincount(mentions, minlength=len(documents)) for mentions in of_document)
    kept = np.array([sum(tag.startswith("B-") for tag in tags) for tags in tagged], dtype=np.int64)
    sharing = "mention(s) that share a token or have none"
    return [
        *losses.told("left out, since tags have one layer", {"nested mention(s)": (every - flat).tolist()}),
        *losses.told("left out, since a token has one tag", {sharing: (flat - kept).tolist()}),
        *losses.told("widened, since a tag is a whole token's", {"mention(s)": widened.tolist()}),
        *losses.told(
            "left out, since columns are tokens and tags",
            losses.of(documents, "relation(s)", "entity id(s)", "attribute(s)", "date(s)", "fold(s)"),
        ),
    ]


def _check_names(document: Document) -> None:
    if regex.search(r"[\r\n]", document.doc_id):
        raise BadInput(f"document {document.doc_id!r}: its id has a line break, which ends a line of columns; rename it")
    for mention in document.mentions:
        if regex.search(r"[\t\r\n]", mention.type):
            raise BadInput(
                f"document {document.doc_id!r}, mention [{mention.start}, {mention.end}): type {mention.type!r} has a tab or a"
                " line break, which ends a column; rename it"
            )


def _token(line: str, where: str) -> tuple[str, str]:
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) < 2 or not columns[0].strip() or not _TAG.fullmatch(columns[-1]):
        raise BadInput(
            f"{where}: a token and its tag stand in the first and the last column, found {line!r};"
            " tags are B-TYPE, I-TYPE and O (of BIOES, S- is B- and E- is I-)"
        )
    return columns[0], columns[-1]


def _document(doc_id: str, sentences: Sequence[Tagged], strict: bool) -> Document:
    text, mentions = "", []
    for sentence in filter(None, sentences):
        starts = []
        for token, _ in sentence:
            starts.append(len(text))
            text += token + " "
        for first, after, type in spans([tag for _, tag in sentence], strict=strict):
            mentions.append(Mention(None, starts[first], starts[after - 1] + len(sentence[after - 1][0]), type))
        text = text[:-1] + "\n"
    return Document(doc_id, text.removesuffix("\n"), mentions=tuple(mentions))
