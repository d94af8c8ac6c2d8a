"""What the articles say of entities: the relations between mentions, projected over entity ids across documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from eval.document import Document, Mention

# Of these an entity has one.
_ONE_EACH = ("affiliated_with", "located_in")


class Fact(NamedTuple):
    """A relation of an entity to another, or to a value: a DATE's, a QUANTITY's, a title's words. One of the two is None."""

    relation: str
    head: str
    tail: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        return f"{self.relation}({self.head}, {self.tail or self.value})"


class Source(NamedTuple):
    """Where a fact is said: a document, and the ids of two mentions in it. `factuality` is that of a head that is an event."""

    doc_id: str
    head: str
    tail: str
    factuality: str | None


def facts(documents: Sequence[Document]) -> Mapping[Fact, Sequence[Source]]:
    """Each fact once, in order, with every place where it is said.

    A mention of two ids gives a fact of each; but where it lies in, or is affiliated with, as many as it has ids, each id has its
    own, in order: in `القيادتين في دمشق وموسكو` the first leadership is in Damascus, the second in Moscow.
    """
    found: dict[Fact, list[Source]] = {}
    for document in documents:
        for relation, head, tail, heads in _related(document):
            source = Source(document.doc_id, str(head.id), str(tail.id), head.attributes.get("factuality"))
            for fact in _facts(relation, heads, tail, document.text or ""):
                found.setdefault(fact, []).append(source)
    return {fact: sorted(found[fact]) for fact in sorted(found, key=str)}


def _related(document: Document) -> Iterator[tuple[str, Mention, Mention, Sequence[str]]]:
    """Each relation's type, head and tail, and those of the head's ids that it is of."""
    by_id = {mention.id: mention for mention in document.mentions}
    tails = defaultdict[tuple[str, str], list[Mention]](list)
    for relation in document.relations:
        tails[relation.type, relation.head].append(by_id[relation.tail])
    for (type, head), of_head in tails.items():
        ids = (by_id[head].entity_id or "").split()
        in_order = sorted(of_head, key=lambda tail: tail.start)
        for i, tail in enumerate(in_order):
            yield type, by_id[head], tail, [ids[i]] if type in _ONE_EACH and len(ids) == len(in_order) > 1 else ids


def _facts(relation: str, heads: Sequence[str], tail: Mention, text: str) -> Iterator[Fact]:
    for head in heads:
        # A TITLE's id is its holder's, so that what is held is the title's words.
        if relation == "holds_title" or not tail.entity_id:
            yield Fact(relation, head, None, _value(tail, text))
        else:
            yield from (Fact(relation, head, other, None) for other in tail.entity_id.split())


def _value(mention: Mention, text: str) -> str:
    """A DATE's TIMEX3 value or the words of anything else, then MOD if there is one: `P3W APPROX`."""
    given = mention.attributes
    words = given.get("value") or given.get("norm") or text[mention.start : mention.end]
    return f"{words} {given['mod']}" if "mod" in given else words
