"""What two annotators of a text do not agree on, one by one, each with its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eval.document import Document, Mention
from eval.segment import sentences

Span = tuple[int, int, str]
Triple = tuple[str, Span, Span]

# In the order in which they are listed.
KINDS = ("type", "boundary", "mention", "attribute", "relation", "relation of a mention that one has not")


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


def disagreements(first: Document, second: Document) -> Iterator[Disagreement]:
    """The differences of two annotations of one text. Entity ids are names of each annotator's own, so they are not compared."""
    text = first.text or ""
    whole = sentences(text, [(mention.start, mention.end) for mention in (*first.mentions, *second.mentions)])

    def found(kind: str, label: str, at: int, one: str | None, other: str | None) -> Disagreement:
        start, end = next((span for span in whole if span[0] <= at < span[1]), (at, len(text)))
        return Disagreement(kind, label, first.doc_id, start, text[start:end], one, other)

    ones, others = ({mention.span: mention for mention in document.mentions} for document in (first, second))
    for pair in _paired([ones[key] for key in ones.keys() - others], [others[key] for key in others.keys() - ones]):
        marked = [mention for mention in pair if mention]
        kind = "mention" if len(marked) == 1 else "boundary" if marked[0].type == marked[1].type else "type"
        shown = [f"{mention.type} {text[mention.start : mention.end]}" if mention else None for mention in pair]
        yield found(kind, marked[0].type, marked[0].start, *shown)
    for span in sorted(ones.keys() & others):
        sides = ones[span].attributes, others[span].attributes
        for name in sorted({*sides[0], *sides[1]}):
            values = [side.get(name) for side in sides]
            if values[0] != values[1]:
                yield found("attribute", name, span[0], *(value and f"{text[slice(*span[:2])]}: {value}" for value in values))
    left, right = _triples(first), _triples(second)
    for triple in sorted(left ^ right):
        relation, head, tail = triple
        agreed = all(end in ones and end in others for end in (head, tail))
        said = f"{text[slice(*head[:2])]} → {text[slice(*tail[:2])]}"
        there = (said, None) if triple in left else (None, said)
        yield found("relation" if agreed else KINDS[-1], relation, head[0], *there)


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


def _triples(document: Document) -> set[Triple]:
    span = {mention.id: mention.span for mention in document.mentions}
    return {(relation.type, span[relation.head], span[relation.tail]) for relation in document.relations}
