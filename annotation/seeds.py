"""The articles byte for byte, and manifest.jsonl: what is known of each and how.

A text is its file, decoded as UTF-8 and otherwise untouched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from annotation import timex
from eval import atomic
from eval.document import BadInput

MANIFEST = "manifest.jsonl"


@dataclass(frozen=True)
class Article:
    """A line of the manifest. `outlet_source` and `date_source` say how these are known: stated, printed, inferred, probable."""

    doc_id: str
    file: str
    sha256: str
    outlet: str | None
    outlet_source: str | None
    date: str
    date_source: str
    title: str | None


Articles = Mapping[str, tuple[Article, str]]  # by doc_id, with their texts


def read(folder: Path) -> Articles:
    """The articles with their texts, by doc_id. Raises BadInput where a file is missing or is not what the manifest sums."""
    return {article.doc_id: (article, text(folder, article)) for article in manifest(folder)}


def text(folder: Path, article: Article) -> str:
    """The text of one article. Raises BadInput where its file is missing or is not what the manifest sums."""
    path = folder / article.file
    if not path.is_file():
        raise BadInput(f"{path}: named in {MANIFEST}, but there is no such file")
    content = path.read_bytes()
    if (sum_ := hashlib.sha256(content).hexdigest()) != article.sha256:
        raise BadInput(f"{path}: its sha256 is {sum_}, {MANIFEST} says {article.sha256}; an article is never edited, restore it")
    return content.decode("utf-8")


def manifest(folder: Path) -> list[Article]:
    """The lines of the manifest. Raises BadInput, naming the line, where one is not as it should be."""
    path = folder / MANIFEST
    if not path.is_file():
        raise BadInput(f"{path}: no such file; run this where the project's seeds/ is")
    articles: list[Article] = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line:
            continue
        try:
            article = Article(**json.loads(line))
            missing = [
                name
                for name in ("doc_id", "file", "sha256", "date", "date_source")
                if not isinstance(getattr(article, name), str)
            ]
            if missing or article.doc_id in (one.doc_id for one in articles):
                raise ValueError(f"{missing[0]} is no string" if missing else f"{article.doc_id} stands twice")
            articles.append(article)
        except (TypeError, ValueError) as error:
            raise BadInput(f"{path}, line {number}: not an article's record ({error})") from None
    return articles


def add(file: Path, folder: Path, date: str, outlet: str, sources: Mapping[str, str], titled: bool) -> Article:
    """Copy `file` into the folder as it is, under the next doc_id, and give it a line in the manifest.

    `sources` says how `date` and `outlet` are known; `titled`: its first line is its title.
    Raises BadInput for a text that is there already, is not UTF-8 or has nothing in it, and for a date that is none.
    """
    if not file.is_file():
        raise BadInput(f"{file}: no such file")
    content = file.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{file}: not UTF-8 (byte {error.start} is {content[error.start]:#04x}); convert it, e.g. with iconv"
        ) from None
    if not any(letter.isalnum() for letter in text):
        raise BadInput(f"{file}: no letter in it" if text else f"{file}: empty")
    if not timex.is_day(date):
        raise BadInput(f"--date {date}: not a date of the calendar as YYYY-MM-DD")
    first_line = text.removeprefix("\ufeff").splitlines()[0].strip()
    if titled and not first_line:
        raise BadInput(f"{file}: --titled, but its first line is blank")
    if not outlet.strip():
        raise BadInput("--outlet: empty; name the outlet, or unknown")
    articles = manifest(folder)
    sum_ = hashlib.sha256(content).hexdigest()
    for article in articles:
        if sum_ == article.sha256 or text.strip() == (folder / article.file).read_bytes().decode("utf-8").strip():
            raise BadInput(f"{file}: this text is here already, as {article.doc_id} ({folder / article.file})")
    doc_id = f"{max((int(article.doc_id) for article in articles if article.doc_id.isdecimal()), default=-1) + 1:03d}"
    known = outlet.strip().lower() != "unknown"
    article = Article(
        doc_id=doc_id,
        file=f"{doc_id}_{sum_[:16]}.txt",
        sha256=sum_,
        outlet=outlet.strip() if known else None,
        outlet_source=sources["outlet"] if known else None,
        date=date,
        date_source=sources["date"],
        title=first_line if titled else None,
    )
    # The text first: at no moment does the manifest name a file that is not there.
    atomic.write(folder / article.file, content)
    lines = [json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in (*articles, article)]
    atomic.write(folder / MANIFEST, "".join(lines).encode())
    return article
