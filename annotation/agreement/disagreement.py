"""What two annotators of a text do not agree on, one by one, each with its sentence."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np

from eval.document import Document, Mention
from eval.metrics.assignment import assigned
from eval.segment import sentences

Span = tuple[int, int, str]
Triple = tuple[str, Span, Span]

RELATION = "relation"
OF_MENTION = "relation of a mention that one has not"
# In the order in which they are listed.
KINDS = ("type", "boundary", "mention", "attribute", "entity", RELATION, OF_MENTION)


@dataclass(frozen=True)
class Disagreement:
    """One difference. `first` and `second` say what each annotator has there; None is nothing."""

    kind: str
    label: str  # the type of the mention or the relation, or the attribute's name
    doc_id: str
    start: int  # of the sentence, in code points
    sentence: str
    first: str | None
    second: str | None
    spans: tuple[Span, ...]  # of the mentions that it is about, as whoever has them has them; of a relation, head and tail


def disagreements(firsts: Sequence[Document], seconds: Sequence[Document]) -> Iterator[Disagreement]:
    """The differences of two annotations of the same texts, in the same order."""
    same = same_entities(firsts, seconds)
    for first, second in zip(firsts, seconds, strict=True):
        yield from _of_document(first, second, same)


def _of_document(first: Document, second: Document, same: Set[tuple[str, str]]) -> Iterator[Disagreement]:
    text = first.text or ""
    whole = sentences(text, [(mention.start, mention.end) for mention in (*first.mentions, *second.mentions)])

    def found(kind: str, label: str, spans: Sequence[Span], one: str | None, other: str | None) -> Disagreement:
        at = spans[0][0]
        start, end = next((span for span in whole if span[0] <= at < span[1]), (at, len(text)))
        return Disagreement(kind, label, first.doc_id, start, text[start:end], one, other, tuple(spans))

    ones, others = ({mention.span: mention for mention in document.mentions} for document in (first, second))
    for pair in _paired([ones[key] for key in ones.keys() - others], [others[key] for key in others.keys() - ones]):
        marked = [mention for mention in pair if mention]
        kind = "mention" if len(marked) == 1 else "boundary" if marked[0].type == marked[1].type else "type"
        shown = [f"{mention.type} {text[mention.start : mention.end]}" if mention else None for mention in pair]
        yield found(kind, marked[0].type, [mention.span for mention in marked], *shown)
    for span in sorted(ones.keys() & others):
        sides = ones[span].attributes, others[span].attributes
        for name in sorted({*sides[0], *sides[1]}):
            values = [side.get(name) for side in sides]
            if values[0] != values[1]:
                yield found("attribute", name, [span], *(value and f"{text[slice(*span[:2])]}: {value}" for value in values))
        ids = [(side[span].entity_id or "").split() for side in (ones, others)]
        if len(ids[0]) != len(ids[1]) or any(not any((one, other) in same for other in ids[1]) for one in ids[0]):
            named = [f"{text[slice(*span[:2])]}: {' '.join(own)}" if own else None for own in ids]
            yield found("entity", span[2], [span], *named)
    left, right = triples(first), triples(second)
    for triple in sorted(left ^ right):
        relation, head, tail = triple
        agreed = all(end in ones and end in others for end in (head, tail))
        said = f"{text[slice(*head[:2])]} → {text[slice(*tail[:2])]}"
        there = (said, None) if triple in left else (None, said)
        yield found(RELATION if agreed else OF_MENTION, relation, [head, tail], *there)


def same_entities(firsts: Sequence[Document], seconds: Sequence[Document]) -> Set[tuple[str, str]]:
    """The pairs of ids, first's and second's, that stand for one thing, matched by the mentions that they share.

    Names of ids are each annotator's own; only where two would do as well does the same name decide.
    """
    shared: Counter[tuple[str, str]] = Counter()
    for first, second in zip(firsts, seconds, strict=True):
        ids = {mention.span: (mention.entity_id or "").split() for mention in second.mentions}
        for mention in first.mentions:
            shared.update(itertools.product((mention.entity_id or "").split(), ids.get(mention.span, ())))
    pairs = sorted(shared)
    ones, one = np.unique([pair[0] for pair in pairs], return_inverse=True)
    _, other = np.unique([pair[1] for pair in pairs], return_inverse=True)
    # Of equal counts, equal names go first: all of them together weigh less than one mention.
    weights = np.array([shared[pair] * (len(ones) + 1) + (pair[0] == pair[1]) for pair in pairs], dtype=np.float64)
    return {pairs[i] for i in assigned(one, other, weights)}


def _paired(ones: list[Mention], others: list[Mention]) -> Iterator[tuple[Mention | None, Mention | None]]:
    """Mentions that stand for each other: on the same span first, then overlapping ones of the same type; the rest alone."""
    left, right = sorted(ones, key=lambda mention: mention.span), sorted(others, key=lambda mention: mention.span)
    for same_span in (True, False):
        for one in left[:]:
            for other in right:
                equal = (one.start, one.end) == (other.start, other.end)
                overlap = one.type == other.type and one.start < other.end and other.start < one.end
                if equal if same_span else overlap:
                    yield one, other
                    left.remove(one)
                    right.remove(other)
                    break
    yield from ((one, None) for one in left)
    yield from ((None, other) for other in right)


def triples(document: Document) -> set[Triple]:
    """A document's relations, with the spans of their ends, since two annotators' ids are each their own."""
    span = {mention.id: mention.span for mention in document.mentions}
    return {(relation.type, span[relation.head], span[relation.tail]) for relation in document.relations}
