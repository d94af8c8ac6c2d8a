"""What a format has no place for: counted, so that whoever writes it can say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from eval.document import Document

KINDS: Mapping[str, Callable[[Document], int]] = {
    "relation(s)": lambda document: len(document.relations),
    "entity id(s)": lambda document: sum(mention.entity_id is not None for mention in document.mentions),
    "attribute(s)": lambda document: sum(len(mention.attributes) for mention in document.mentions),
    "number(s)": lambda document: sum(not isinstance(v, str) for m in document.mentions for v in m.attributes.values()),
    "date(s)": lambda document: document.date is not None,
    "fold(s)": lambda document: document.fold is not None,
}


def of(documents: Sequence[Document], *kinds: str) -> dict[str, list[int]]:
    """How many of each kind (a key of KINDS) each of the documents has."""
    return {kind: [KINDS[kind](document) for document in documents] for kind in kinds}


def told(said: str, counts: Mapping[str, Sequence[int]]) -> list[str]:
    """A line: what happened to how many things, as `said`; none where there was nothing.

    `counts` has, for each kind of thing, how many each document has of it.
    """
    found = {what: each for what, each in counts.items() if any(each)}
    if not found:
        return []
    things = ", ".join(f"{sum(each)} {what}" for what, each in found.items())
    return [f"{said}: {things}, in {sum(map(any, zip(*found.values(), strict=True)))} document(s)"]
