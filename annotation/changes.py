"""What differs between two versions of a document, in words. Pure.

Mentions that are paired have changed; the others were added or removed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotation.pairing import paired
from eval.console import isolated
from eval.document import Document, Mention, Relation

# The kinds of change, in the order in which they are told, each with its plural.
KINDS = {
    "text": "texts",
    "date": "dates",
    "mention added": "mentions added",
    "mention removed": "mentions removed",
    "type": "types",
    "span": "spans",
    "field": "fields",
    "relation added": "relations added",
    "relation removed": "relations removed",
}


@dataclass(frozen=True)
class Change:
    """One change of a document. `span` is where it is now, or was; half-open code points; None: the document's."""

    kind: str
    sentence: str
    span: tuple[int, int] | None = None


def changes(before: Document, after: Document) -> list[Change]:
    """What makes `after` of `before`, by kind, then by place. Of another text only that, since no place in it is the same."""
    if before.text != after.text:
        had = f"{len(before.mentions)} mentions and {len(before.relations)} relations before"
        return [Change("text", f"the text is another; {had}, {len(after.mentions)} and {len(after.relations)} now")]
    pairs = paired(before.mentions, after.mentions)
    found = [*_dates(before, after), *_mentions(before, after, pairs), *_relations(before, after, pairs)]
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.span or (0, 0)))


def counted(found: Sequence[Change]) -> str:
    """How many changes of each kind: 2 mentions added, 1 type changed."""
    return summary(Counter(one.kind for one in found), KINDS)


def summary(times: Mapping[str, int], kinds: Mapping[str, str]) -> str:
    """The same of any kinds with their plurals. A kind of one word is what changed; others say themselves what became of it."""
    words = (f"{times[kind]} {kind if times[kind] == 1 else plural}" for kind, plural in kinds.items() if times.get(kind))
    return ", ".join(said if said.count(" ") > 1 else f"{said} changed" for said in words)


def _dates(before: Document, after: Document) -> Iterator[Change]:
    if before.date != after.date:
        yield Change("date", f"the date is {after.date}, was {before.date}")


def _mentions(before: Document, after: Document, pairs: Sequence[tuple[Mention, Mention]]) -> Iterator[Change]:
    text = after.text or ""
    paired = {id(mention) for pair in pairs for mention in pair}
    for kind, document in (("mention added", after), ("mention removed", before)):
        for mention in document.mentions:
            if id(mention) not in paired:
                yield Change(kind, _shown(mention, text), (mention.start, mention.end))
    for old, new in pairs:
        place, shown = (new.start, new.end), _shown(new, text)
        if old.type != new.type:
            yield Change("type", f"{shown}: was {old.type}", place)
        if (old.start, old.end) != (new.start, new.end):
            yield Change("span", f"{shown}: was {_where(old, text)}", place)
        was, now = _fields(old), _fields(new)
        for name in sorted(was.keys() | now.keys()):
            if was.get(name) != now.get(name):
                said = [isolated(fields[name]) if name in fields else "none" for fields in (now, was)]
                yield Change("field", f"{shown}: {name} is {said[0]}, was {said[1]}", place)


def _relations(before: Document, after: Document, pairs: Sequence[tuple[Mention, Mention]]) -> Iterator[Change]:
    now_called = {old.id: new.id for old, new in pairs}
    was: Counter[tuple[str, str | None, str | None]]
    was = Counter((one.type, now_called.get(one.head), now_called.get(one.tail)) for one in before.relations)
    now: Counter[tuple[str, str | None, str | None]] = Counter((one.type, one.head, one.tail) for one in after.relations)
    removed, added = was - now, now - was
    for kind, document, left in (("relation added", after, added), ("relation removed", before, removed)):
        by_id = {mention.id: mention for mention in document.mentions}
        for one in document.relations:
            ends = (one.head, one.tail) if document is after else (now_called.get(one.head), now_called.get(one.tail))
            if left[one.type, *ends] > 0:
                left[one.type, *ends] -= 1
                yield Change(kind, _related(one, by_id, document.text or ""), _place(by_id.get(one.head)))


def _fields(mention: Mention) -> dict[str, str]:
    """What it carries beside its type; what is null is not there."""
    fields = {"entity_id": mention.entity_id, **mention.attributes}
    return {name: str(value) for name, value in fields.items() if value is not None}


def _shown(mention: Mention, text: str) -> str:
    return f"{mention.type} {_where(mention, text)}"


def _where(mention: Mention, text: str) -> str:
    """The offsets, and the words where the text is known."""
    place = f"[{mention.start}, {mention.end})"
    return f"{place} {isolated(text[mention.start : mention.end])}" if text else place


def _related(relation: Relation, by_id: dict[str | None, Mention], text: str) -> str:
    ends = (by_id.get(relation.head), by_id.get(relation.tail))
    head, tail = (_shown(end, text) if end else "a mention that is not there" for end in ends)
    return f"{relation.type} from {head} to {tail}"


def _place(mention: Mention | None) -> tuple[int, int] | None:
    return (mention.start, mention.end) if mention else None
