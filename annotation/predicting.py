"""Extractors at work on articles that are to be annotated, fitted on the gold that is there.

An article that the gold has, or whose text it has, is predicted by an extractor that was not fitted on it: else it would show the
annotator what is annotated already.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

from annotation import EXPORT, checks, export, label_studio
from annotation.schema import Schema
from eval import __version__
from eval.columns import Columns, of_documents
from eval.document import BadInput, Document, ordered
from eval.extraction import Extraction
from eval.extractors import Labels
from eval.extractors.table import find
from eval.folds import MOST_FOLDS
from eval.model import Model
from eval.settings import Settings
from eval.survey import survey

# So many articles are handed to an extractor at once.
_BATCH = 200
# Where more than MOST_FOLDS articles are in the gold, they are held out in so many parts.
_PARTS = 10


@dataclass(frozen=True)
class Gold:
    """The documents of an export that are sound, in order of their ids, and how many others it has."""

    documents: tuple[Document, ...] = ()
    unsound: int = 0

    @classmethod
    def read(cls, path: Path, schema: Schema) -> Gold:
        """Of the export at `path`; nothing where there is none. Raises BadInput where it is no export."""
        tasks = list(export.each(path)) if path.exists() else []
        sound = [task for task in tasks if not any(checks.unsound([task], schema))]
        documents = (ordered(label_studio.to_document(task)) for task in sound)
        return cls(tuple(sorted(documents, key=lambda one: one.doc_id)), len(tasks) - len(sound))

    def of(self, article: Document) -> frozenset[int]:
        """Which of the documents are this article: by its id or by its text."""
        return frozenset(self._places.get(("doc_id", article.doc_id), []) + self._places.get(("text", article.text), []))

    def without(self, some: frozenset[int]) -> Sequence[Document]:
        """The documents but these."""
        return [one for i, one in enumerate(self.documents) if i not in some]

    @cached_property
    def _places(self) -> Mapping[tuple[str, str | None], list[int]]:
        """Where documents of an id, or of a text, stand."""
        places = defaultdict[tuple[str, str | None], list[int]](list)
        for i, one in enumerate(self.documents):
            places["doc_id", one.doc_id].append(i)
            places["text", one.text].append(i)
        return places


class Predicting:
    """An extractor, by the name that `eval run` gives it; those of the `options` are its own that it has.

    `version` is its name and a digest of what it finds things by: its options, the gold that it is fitted on, a file that it
    reads. `warnings` and `usage` are there once it was asked.
    """

    def __init__(self, name: str, options: Mapping[str, str], gold: Gold, schema: Schema) -> None:
        """Raises BadInput where there is no such extractor, or it cannot be made."""
        own = {option: value for option, value in options.items() if has(name, option, value)}
        self.name, self._settings = name, Settings(options=tuple(sorted(own.items())))
        attributes = set(schema.attributes) - {"entity_id"}
        self._labels = Labels(*(tuple(sorted(names)) for names in (schema.types, schema.relations, attributes)))
        asked = Extraction(Model(name, self._settings, self._labels))
        self.is_fitted = asked.protocol == "leave-one-out"
        self._gold = gold if self.is_fitted else Gold()
        self.version = _version(name, asked.options, self._gold)
        self.warnings, self.usage = list[str](), Counter[str]()

    def documents(self, articles: Iterable[Document]) -> Iterator[Document]:
        """Yield each article with what is found in it, without its text, in any order; one may be missing, and has nothing.

        Raises BadInput for what fails in the extractor.
        """
        known: dict[frozenset[int], list[Document]] = defaultdict(list)

        def unknown() -> Iterator[Document]:
            for article in articles:
                if of_gold := self._gold.of(article):
                    known[of_gold].append(article)
                else:
                    yield article

        yield from self._asked(unknown(), frozenset())
        for held_out, of_gold in _folds(known).items():
            yield from self._asked(of_gold, held_out)

    def _asked(self, articles: Iterable[Document], held_out: frozenset[int]) -> Iterator[Document]:
        train = self._gold.without(held_out) if self.is_fitted else ()
        settings = Settings(protocol="as-is", options=self._settings.options)
        extraction = Extraction(Model(self.name, settings, self._labels, train))
        unfitted = f"{self.name} is not fitted: {EXPORT} has no other document" if self.is_fitted and not train else ""
        try:
            for number, document in enumerate(extraction.documents(_batches(articles))):
                if unfitted and not number:
                    self.warnings.append(unfitted)
                yield document
        except BadInput as error:
            if not unfitted:
                raise
            raise BadInput(f"{unfitted}; {error}") from None
        self.warnings += extraction.warnings
        self.usage += extraction.usage


def has(name: str, option: str, value: str) -> bool:
    """Whether an extractor has an option. Raises BadInput where there is no such extractor."""
    find(name, {})
    try:
        find(name, {option: value})
    except BadInput:
        return False
    return True


def check_options(names: Sequence[str], options: Mapping[str, str]) -> None:
    """Raise BadInput for an option that none of the extractors has, in the words of the first."""
    for option, value in options.items():
        if not any(has(name, option, value) for name in names):
            find(names[0], {option: value})


def _folds(known: Mapping[frozenset[int], list[Document]]) -> Mapping[frozenset[int], list[Document]]:
    """The articles of the gold by what is held out together."""
    if len(known) <= MOST_FOLDS:
        return known
    parts = [[*known.items()][i::_PARTS] for i in range(_PARTS)]
    return {
        frozenset(chain.from_iterable(of_gold for of_gold, _ in part)): [one for _, articles in part for one in articles]
        for part in parts
    }


def _batches(articles: Iterable[Document]) -> Iterator[Columns]:
    rest = iter(articles)
    while batch := list(islice(rest, _BATCH)):
        yield of_documents(batch)


def _version(name: str, options: Mapping[str, str], gold: Gold) -> str:
    """Short, and another where it may find other things; the folder of a file is no part of it."""
    head, _, argument = name.partition(":")
    file = Path(argument)
    content = hashlib.sha256(file.read_bytes()).hexdigest() if argument and file.is_file() else ""
    fitted = survey([of_documents(gold.documents)]).digest if gold.documents else ""
    parts = [__version__, name if not content else head, sorted(options.items()), fitted, content]
    readable = re.sub(r"[^\w.-]+", "-", f"{head}-{file.name}" if content else name).strip("-.")[:40]
    return f"{readable}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]}"
