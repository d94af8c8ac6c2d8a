"""News made up for scripts/scale.py: sentences drawn at random from the five articles, with all that is marked in them.

Words, mentions and relations are those of real Arabic news, and so is what an extractor has to do with them; but sentences recur.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

import numpy as np

from eval import formats
from eval.document import Document, Mention, Relation
from eval.segment import sentences

ARTICLES = Path(__file__).parent.parent / "data"
FEWEST, MOST = 1, 2  # sentences a document


@dataclass(frozen=True)
class Sentence:
    """Its words, its article's date, and what is marked in it; offsets are its own."""

    text: str
    date: str | None
    mentions: Sequence[Mention]
    relations: Sequence[Relation]


def drawn(articles: Path = ARTICLES) -> list[Sentence]:
    """The sentences of articles. Relations between two sentences are left."""
    return [sentence for article in formats.read_gold(articles) for sentence in _of(article)]


def document(number: int, known: Sequence[Sentence]) -> Document:
    """The document of this number, whatever others there are: some sentences, a line each."""
    generator = np.random.default_rng(number)
    chosen = [known[i] for i in generator.integers(len(known), size=generator.integers(FEWEST, MOST + 1))]
    mentions: list[Mention] = []
    relations: list[Relation] = []
    start = 0
    for i, one in enumerate(chosen):
        name = f"s{i}:{{}}".format  # the same sentence may come twice
        mentions += [replace(m, id=name(m.id), start=m.start + start, end=m.end + start) for m in one.mentions]
        relations += [Relation(r.type, name(r.head), name(r.tail)) for r in one.relations]
        start += len(one.text) + 1
    return Document(f"{number:09d}", "\n".join(one.text for one in chosen), chosen[0].date, mentions, relations)


def write(folder: Path, documents: int, shard: int) -> Iterator[int]:
    """Write a gold of so many documents, `shard` of them a file; yields how many there are after each file."""
    known = drawn()
    (folder / "documents").mkdir(parents=True)
    for first, after in bounds(documents, shard):
        formats.write(_file(folder / "documents", first // shard), (document(i, known) for i in range(first, after)))
        yield after


def cut(predicted: Path, folder: Path, shard: int) -> None:
    """Write a run's predictions into files as those of its gold are, of the same names."""
    folder.mkdir()
    found = (one for batch in formats.read(predicted) for one in batch.documents())
    for number in count():
        if not (some := list(islice(found, shard))):
            return
        formats.write(_file(folder, number), some)


def bounds(documents: int, shard: int) -> Iterable[tuple[int, int]]:
    """The first document of each shard, and the one after its last."""
    return ((first, min(first + shard, documents)) for first in range(0, documents, shard))


def _of(article: Document) -> Iterator[Sentence]:
    text = article.text or ""
    for start, end in sentences(text, [(mention.start, mention.end) for mention in article.mentions]):
        inside = [mention for mention in article.mentions if start <= mention.start and mention.end <= end]
        ids = {mention.id for mention in inside}
        relations = [relation for relation in article.relations if {relation.head, relation.tail} <= ids]
        moved = [replace(mention, start=mention.start - start, end=mention.end - start) for mention in inside]
        yield Sentence(text[start:end], article.date, moved, relations)


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:06d}.parquet"
