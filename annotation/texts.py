"""The articles' texts, where a user has them: known by their bytes, and where one is not there, what comes near it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from eval.console import isolated
from eval.document import BadInput

_TOLD = 5  # so many articles that are not there are told of, each with what comes near it
_NEAR, _BYTES = 1000, 200_000  # so many files are looked at for that, of so many bytes at most

# What may happen to a text on its way to a user: what is then true of the file, and what would undo it.
_EDITS: Sequence[tuple[str, Callable[[str], str]]] = (
    ("begins with a byte order mark", lambda text: text.removeprefix("\ufeff")),
    ("has no byte order mark, which the article has", lambda text: f"\ufeff{text}"),
    ("ends its lines in CRLF, the article in LF", lambda text: text.replace("\r\n", "\n")),
    ("ends its lines in LF, the article in CRLF", lambda text: re.sub("\r?\n", "\r\n", text)),
    ("ends in white space, the article does not", str.rstrip),
    ("does not end in just one newline, as the article does", lambda text: text.rstrip() + "\n"),
    ("is not in Unicode's form NFC, as the article is", lambda text: unicodedata.normalize("NFC", text)),
    ("is not in Unicode's form NFD, as the article is", lambda text: unicodedata.normalize("NFD", text)),
)


@dataclass(frozen=True)
class Article:
    """One that is wanted; `sha256` is of its text in UTF-8."""

    doc_id: str
    title: str | None
    sha256: str


def find(source: Path, articles: Sequence[Article]) -> Mapping[str, str]:
    """The texts by their sha256, from the files of a folder and its sub-folders, or from one file.

    Raises BadInput for those that are not there byte for byte, and says of each which file comes near it and how it differs.
    """
    if not source.exists():
        raise BadInput(f"{source}: no such file or folder; name where the articles' texts are")
    if not (source.is_dir() or source.is_file()):
        raise BadInput(f"{source}: neither a file nor a folder, as a pipe or a device; name where the articles' texts are")
    wanted, found = {article.sha256 for article in articles}, {}
    for path in _files(source):
        with path.open("rb") as file:
            sum_ = hashlib.file_digest(file, "sha256").hexdigest()
        if sum_ in wanted:
            found[sum_] = path.read_bytes().decode("utf-8")
    if missing := [article for article in articles if article.sha256 not in found]:
        raise BadInput(_refusal(source, missing, len(articles)))
    return found


def _files(source: Path) -> Iterator[Path]:
    yield from sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]


def _refusal(source: Path, missing: Sequence[Article], count: int) -> str:
    """One line that says which articles are not there, and what may help."""
    told = missing[:_TOLD]
    near, not_utf8 = _near(source, told)
    said = [f"{_name(one)} (sha256 {one.sha256}): {near.get(one, 'no file is like it')}" for one in told]
    if len(missing) > len(told):
        said.append(f"and {len(missing) - len(told)} more")
    if not_utf8:
        said.append(f"{len(not_utf8)} file(s) there are not UTF-8, as the articles are, one of them {not_utf8[0]}")
    return (
        f"{source}: {len(missing)} of {count} articles are not there byte for byte, so nothing is written: {'; '.join(said)}."
        " An article must be the very file that was annotated, since every offset counts in it"
    )


def _name(article: Article) -> str:
    return f"{article.doc_id} {isolated(article.title)}" if article.title else article.doc_id


def _near(source: Path, articles: Sequence[Article]) -> tuple[Mapping[Article, str], Sequence[Path]]:
    """What comes near each article: a file that would be it but for an edit, or else one with its title.

    And the files that are not UTF-8.
    """
    by_sum = {article.sha256: article for article in articles}
    edited, alike, not_utf8 = dict[Article, str](), dict[Article, str](), []
    for path in islice((path for path in _files(source) if path.stat().st_size <= _BYTES), _NEAR):
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            not_utf8.append(path)
            continue
        for variant, differs in _variants(text).items():
            if article := by_sum.get(hashlib.sha256(variant.encode()).hexdigest()):
                edited.setdefault(article, f"{path} would be it, but it {' and '.join(differs)}")
        for article in articles:
            if article.title and article.title in text:
                alike.setdefault(article, f"{path} has its title, but is another text")
    return alike | edited, not_utf8


def _variants(text: str) -> Mapping[str, Sequence[str]]:
    """What any edits make of the text, with what they undo."""
    found: dict[str, tuple[str, ...]] = {text: ()}
    for differs, edit in _EDITS:
        for one, before in list(found.items()):
            found.setdefault(edit(one), (*before, differs))
    return found
