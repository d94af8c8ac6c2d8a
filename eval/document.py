"""What a person, an extractor and a check look at: one text with its mentions and relations.

Offsets are Unicode code points, half-open: `text[start:end]` is a mention's surface.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral


class BadInput(ValueError):
    """Something that a user gave us is wrong; the message says what, where, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A typed span `[start, end)`. `id` is needed only where a relation refers to the mention."""

    id: str | None
    start: int
    end: int
    type: str
    entity_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def span(self) -> tuple[int, int, str]:
        """What makes two mentions of a document the same: start, end and type."""
        return self.start, self.end, self.type


@dataclass(frozen=True, slots=True)
class Relation:
    """A directed relation between two mentions, named by their ids."""

    type: str
    head: str
    tail: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text with what is marked in it.

    `fold` names the part it falls in when extractors are fitted on the others; `notes` are what an extractor has to say of its
    work on it, such as what it could not place; `error` is how it failed on it.
    """

    doc_id: str
    text: str | None
    date: str | None = None
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    fold: str | None = None
    notes: tuple[str, ...] = ()
    error: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "mentions", tuple(self.mentions))
        object.__setattr__(self, "relations", tuple(self.relations))

    def bare(self) -> Document:
        """The document as an extractor gets it: without mentions and relations."""
        return replace(self, mentions=(), relations=(), notes=(), error="")


def check(document: Document, text: str) -> None:
    """Raise BadInput for the first thing in `document` that no scorer could count, `text` being the document's text."""
    check_form(document)
    first: dict[tuple[int, int, str], Mention] = {}
    by_id: dict[str, Mention] = {}
    for mention in document.mentions:
        where = f"mention {mention.id} at" if mention.id else "mention at"
        what = f"{where} [{mention.start}, {mention.end}) {mention.type}"
        if not 0 <= mention.start < mention.end <= len(text):
            raise BadInput(f"{what}: offsets must be 0 <= start < end <= {len(text)}, the text's length in code points")
        if len(_ids(mention.entity_id)) > 2:
            raise BadInput(f"{what}: entity_id {mention.entity_id!r} holds {len(_ids(mention.entity_id))} ids, and may hold two")
        other = first.setdefault(mention.span, mention)
        if _ids(other.entity_id) != _ids(mention.entity_id):
            raise BadInput(
                f"{what}: stands twice with different entity_id, {other.entity_id!r} and {mention.entity_id!r};"
                " write both into one entity_id with a space between"
            )
        if mention.id is not None and (other := by_id.setdefault(mention.id, mention)).span != mention.span:
            raise BadInput(f"{what}: its id is also that of the mention at [{other.start}, {other.end})")


def check_form(document: Document) -> None:
    """Raise BadInput where something is of the wrong kind, or a relation's head or tail is no mention of the document."""
    for mention in document.mentions:
        _check_kinds(mention)
    ids = {mention.id for mention in document.mentions}
    for relation in document.relations:
        if not isinstance(relation, Relation) or not all(
            _is_name(part) for part in (relation.type, relation.head, relation.tail)
        ):
            raise BadInput(f"{relation!r}: a relation is a Relation with type, head and tail, strings that are not empty")
        for end in (relation.head, relation.tail):
            if end not in ids:
                raise BadInput(f"relation {relation.type} {relation.head} → {relation.tail}: no mention here has the id {end!r}")


def check_nesting(document: Document) -> None:
    """Raise BadInput where two mentions cross: gold mentions nest or stay apart."""
    open_: list[Mention] = []
    for mention in sorted(document.mentions, key=lambda mention: (mention.start, -mention.end)):
        while open_ and open_[-1].end <= mention.start:
            open_.pop()
        if open_ and open_[-1].end < mention.end:
            other = open_[-1]
            raise BadInput(
                f"mention [{mention.start}, {mention.end}) {mention.type} crosses [{other.start}, {other.end}) {other.type};"
                " gold mentions may nest but not cross"
            )
        open_.append(mention)


def merge_duplicates(document: Document) -> tuple[Document, int]:
    """Let each mention (span and type) stand once; relations and attributes of a copy become those of the one that stays.

    Returns the document and how many copies went. Which copy stays, and whose value where they differ, does not depend on
    their order.
    """
    kept: dict[tuple[int, int, str], Mention] = {}
    for mention in sorted(document.mentions, key=_preference):
        first = kept.setdefault(mention.span, mention)
        if first is not mention:
            kept[mention.span] = replace(first, attributes={**mention.attributes, **first.attributes})
    copies = len(document.mentions) - len(kept)
    if not copies and len(set(document.relations)) == len(document.relations):
        return document, 0
    stays = {mention.id: kept[mention.span].id for mention in document.mentions if mention.id is not None}
    relations = dict.fromkeys(_redirect(document.relations, stays))
    return replace(document, mentions=tuple(kept.values()), relations=tuple(relations)), copies


def ordered(document: Document) -> Document:
    """The document with its mentions in order of place, the wider first, and its relations by type and ends."""
    mentions = sorted(document.mentions, key=lambda mention: (mention.start, -mention.end, mention.type))
    relations = sorted(document.relations, key=lambda relation: (relation.type, relation.head, relation.tail))
    return replace(document, mentions=tuple(mentions), relations=tuple(relations))


def _preference(mention: Mention) -> tuple[int, int, str, bool, str, str]:
    rest = repr((mention.entity_id, sorted(mention.attributes.items())))
    return *mention.span, mention.id is None, mention.id or "", rest


def _redirect(relations: Iterable[Relation], stays: Mapping[str, str | None]) -> Iterable[Relation]:
    for relation in relations:
        yield replace(relation, head=stays[relation.head] or relation.head, tail=stays[relation.tail] or relation.tail)


def _ids(entity_id: str | None) -> set[str]:
    """Two ids are the same two in either order."""
    return set((entity_id or "").split())


def _check_kinds(mention: Mention) -> None:
    if not isinstance(mention, Mention):
        raise BadInput(f"{mention!r}: a mention is a Mention, found {type(mention).__name__}")
    if not all(isinstance(offset, Integral) and not isinstance(offset, bool) for offset in (mention.start, mention.end)):
        raise BadInput(f"{mention!r}: offsets must be integers, found {mention.start!r} and {mention.end!r}")
    if not all(abs(int(offset)) < 2**63 for offset in (mention.start, mention.end)):
        raise BadInput(f"{mention!r}: offsets must be 0 <= start < end, within the text")
    if not _is_name(mention.type):
        raise BadInput(f"{mention!r}: a mention needs a type, a string that is not empty")
    if not all(value is None or _is_name(value) for value in (mention.id, mention.entity_id)):
        raise BadInput(f"{mention!r}: id and entity_id are strings that are not empty, or None")
    attributes = mention.attributes
    if not isinstance(attributes, Mapping) or not all(_is_text(name) and _is_scalar(value) for name, value in attributes.items()):
        raise BadInput(f"{mention!r}: attributes are a mapping of names to strings or numbers")


def _is_scalar(value: object) -> bool:
    """A string, or a number as JSON files hold them."""
    return _is_text(value) or type(value) is float or (isinstance(value, int) and abs(value) < 2**63)


def _is_name(value: object) -> bool:
    return _is_text(value) and bool(value)


def _is_text(value: object) -> bool:
    """Whether it is a string that can be written: a lone surrogate cannot."""
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value))
