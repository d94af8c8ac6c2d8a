"""A pipeline of spaCy's: a folder, or an installed package by its name.

Mentions are the labelled spans of `doc.ents` and of every key of `doc.spans`, each span and type once; the id that an entity
linker gives (`kb_id_`) is the entity's. A long text is read in pieces of whole sentences: spaCy's own rule is a gigabyte of
memory for 100,000 letters.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from eval.document import BadInput, Document, Mention
from eval.extractors import Request, label_map
from eval.extractors.pieces import pieces, together

LETTERS = 100_000  # in a piece, and in a batch of them
MARKS = {"doc.ents", "doc.spans"}


class SpacyPipeline:
    """Any pipeline of spaCy's that marks spans: a folder, or an installed package."""

    takes = "PATH"
    options = label_map.OPTIONS
    needs = ("spacy",)
    extra = "spacy"

    def __init__(self, request: Request) -> None:
        """Raises BadInput for what is no pipeline, or none that marks spans, and for a file of labels that does not fit it."""
        self.name = f"spacy:{request.argument}"
        self.nlp = load(request.argument)
        self.labels = label_map.read(request, _labels(self.nlp, self.name))
        self.most = min(LETTERS, self.nlp.max_length)
        self.nlp.max_length = sys.maxsize  # a word may be longer than a piece

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield each document with the mentions found; they may nest and cross."""
        for number, docs in groupby(self._docs(documents), key=lambda found: found[0]):
            yield self._marked(documents[number], [(start, doc) for _, start, doc in docs])

    def _docs(self, documents: Sequence[Document]) -> Iterator[tuple[int, int, Any]]:
        """Yield (document's number, offset, Doc) of each piece, in order."""
        for lot in together(_pieces(documents, self.most), LETTERS):
            texts = [text for _, text in lot]
            for ((number, start), text), doc in zip(lot, self.nlp.pipe(texts, batch_size=len(texts)), strict=True):
                if doc.text != text:
                    where = f"{self.name}: document {documents[number].doc_id!r}"
                    raise BadInput(f"{where}: its tokenizer changes the text, so that its offsets would mean nothing")
                yield number, start, doc

    def _marked(self, document: Document, docs: Iterable[tuple[int, Any]]) -> Document:
        found: dict[tuple[int, int, str], str | None] = {}
        labels: Counter[str] = Counter()
        for start, end, label, entity in sorted({one for at, doc in docs for one in _spans(at, doc)}):
            labels[label] += 1
            if label and (type := self.labels.type_of(label)):
                found[start, end, type] = found.get((start, end, type)) or entity or None
        unlabelled = labels.pop("", 0)
        notes = [f"{unlabelled} span(s) without a label are no mentions"] if unlabelled else []
        mentions = tuple(Mention(f"m{i}", *span, entity) for i, (span, entity) in enumerate(sorted(found.items()), 1))
        return replace(document, mentions=mentions, notes=(*notes, *self.labels.notes(labels)))


def load(path: str) -> Any:
    """The pipeline. Raises BadInput, in one line, for what is none."""
    import spacy

    try:
        return spacy.load(path)
    except Exception as error:  # of the file system, of the config, of a component or its library
        best = Path(path) / "model-best"  # what `spacy train` writes stands one folder deeper
        hint = f"; did you mean spacy:{best}?" if best.is_dir() else ""
        why = " ".join(str(error).split())
        raise BadInput(f"spacy:{path}: neither a pipeline's folder nor an installed package that loads ({why}){hint}") from None


def _labels(nlp: Any, name: str) -> set[str] | None:
    """The labels of the components that mark spans, None where one does not tell. Raises BadInput where none marks any."""
    marking = [part for part in nlp.pipe_names if _marks(nlp, part)]
    if not marking:
        has = f"it has {', '.join(nlp.pipe_names) or 'no components'}"
        raise BadInput(f"{name}: nothing in it marks spans, as ner, spancat, entity_ruler and span_ruler do; {has}")
    told = [nlp.get_pipe(part) for part in marking]
    return {label for one in told for label in one.labels} if all(hasattr(one, "labels") for one in told) else None


def _marks(nlp: Any, part: str) -> bool:
    """Whether a component sets `doc.ents` or `doc.spans`; one that is not spaCy's own may, if it says nothing of what it sets."""
    assigns = set(nlp.get_pipe_meta(part).assigns)
    component = nlp.get_pipe(part)
    foreign = not getattr(component, "__module__", type(component).__module__).startswith("spacy.")
    return bool(assigns & MARKS) or (foreign and not assigns)


def _pieces(documents: Sequence[Document], most: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield ((document's number, offset), text) of each piece."""
    for number, document in enumerate(documents):
        text = document.text or ""
        for start, end in pieces(text, most):
            yield (number, start), text[start:end]


def _spans(at: int, doc: Any) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, label, entity) of what is marked in a piece that starts at `at`."""
    for group in (doc.ents, *doc.spans.values()):
        for span in group:
            if span.text.strip():  # not empty, and not white space alone
                entity = "" if span.kb_id_ == "NIL" else "_".join(span.kb_id_.split())  # NIL: the linker knows none
                yield at + span.start_char, at + span.end_char, span.label_, entity
