"""Tokens and their tags in columns, as CoNLL-2003 has them: the token first, its IOB2 tag last, a blank line after a sentence.

`-DOCSTART-`, or `# newdoc id = …` as in CoNLL-U, starts a document; one without an id is named by its number, from 0. Other
comments of CoNLL-U are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import regex

from eval.document import BadInput, Document, Mention

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
