"""An article as an island of JSON, and the legend that its numbers refer to. Both are as compact as a thousand articles need."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from eval.characters import ARABIC
from eval.document import Document, Mention
from eval.segment import sentences

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_LETTER = re.compile(r"[^\W\d_]")
NOTHING = -1

# What a page with articles names, after its own, in this order.
STYLES = ("article.css", "panel.css", "filters.css")
SCRIPTS = (
    "wafd.js",
    "island.js",
    "address.js",
    "spans.js",
    "labels.js",
    "article.js",
    "arcs.js",
    "panel.js",
    "words.js",
    "matching.js",
    "found.js",
    "filters.js",
    "keys.js",
)


@dataclass(frozen=True)
class Verdict:
    """What became of a mention or relation: its class (None: it was not compared), and, on any side but the first, which is the
    gold, its counterparts there, by their place in the gold's mentions or relations.
    """

    name: str | None = None
    gold: Sequence[int] = ()


@dataclass(frozen=True)
class Marked:
    """A side's document, with a verdict on each of its mentions and each of its relations; none where nothing was compared."""

    document: Document
    mentions: Sequence[Verdict] = ()
    relations: Sequence[Verdict] = ()


@dataclass
class Numbers:
    """Each value once, in the order in which they first came."""

    known: dict[Hashable, int] = field(default_factory=dict)
    size: int = 0  # of the values, in bytes, about

    def of(self, value: Hashable | None) -> int:
        """The number of a value; NOTHING for None."""
        if value is None:
            return NOTHING
        if value not in self.known:
            self.known[value] = len(self.known)
            self.size += len(escape(str(value)).encode()) + 20
        return self.known[value]


class Legend:
    """Names that islands refer to by number. Make all islands before its record."""

    def __init__(self, sides: Sequence[str], classes: Sequence[str] = (), relation_classes: Sequence[str] = ()) -> None:
        """Classes are in the order in which a reader is to find them."""
        self._sides = sides
        self._classes, self._relation_classes = ({name: i for i, name in enumerate(of)} for of in (classes, relation_classes))
        self._types, self._relations, self._entities, self._attributes = (Numbers() for _ in range(4))

    def island(self, sides: Sequence[Marked]) -> dict[str, Any]:
        """An article: `text`, `sentences` (half-open code points), and for each side its `mentions` and `relations`.

        A mention is [start, end, type, class, entity, attributes], a relation [type, head, tail, class], head and tail by their
        place in `mentions`; names are numbers of the legend, NOTHING for none. The places of counterparts in the gold come after
        these. No sentence ends inside a mention.
        """
        text = sides[0].document.text or ""
        spans = [(mention.start, mention.end) for side in sides for mention in side.document.mentions]
        return {
            "text": text,
            "sentences": sentences(text, spans),
            "sides": [{"mentions": self._mentions(side), "relations": self._related(side)} for side in sides],
        }

    def record(
        self,
        colours: Mapping[str, str] | None = None,
        entities: Mapping[str, Mapping[str, str]] | None = None,
        hints: Mapping[str, Mapping[str, str]] | None = None,
    ) -> dict[str, Any]:
        """`sides`, `classes` and `relationClasses` by name; `hints`, what the classes of `mentions` and of `relations` mean;
        `types` (`name`, and `colour`, #rrggbb, where they have colours of their own); `relations` by name; `entities` (`id`, and
        what is known of them: `name`, `href`); `attributes`, objects.
        """
        return {
            "sides": list(self._sides),
            "classes": list(self._classes),
            "relationClasses": list(self._relation_classes),
            "hints": dict(hints or {}),
            "types": [{"name": name, "colour": (colours or {}).get(str(name))} for name in self._types.known],
            "relations": list(self._relations.known),
            "entities": [{"id": id, **(entities or {}).get(str(id), {})} for id in self._entities.known],
            "attributes": [dict(pairs) for pairs in self._attributes.known],  # type: ignore[call-overload]
        }

    @property
    def size(self) -> int:
        """How many bytes its record takes up in a page, about."""
        return sum(numbers.size for numbers in (self._types, self._relations, self._entities, self._attributes))

    def _mentions(self, side: Marked) -> list[list[Any]]:
        verdicts = side.mentions or [Verdict()] * len(side.document.mentions)
        return [
            [
                mention.start,
                mention.end,
                self._types.of(mention.type),
                self._class(verdict, self._classes),
                self._entities.of(mention.entity_id),
                self._attributes.of(_attributes(mention)),
                *verdict.gold,
            ]
            for mention, verdict in zip(side.document.mentions, verdicts, strict=True)
        ]

    def _related(self, side: Marked) -> list[list[Any]]:
        place = {mention.id: i for i, mention in enumerate(side.document.mentions)}
        verdicts = side.relations or [Verdict()] * len(side.document.relations)
        return [
            [
                self._relations.of(relation.type),
                place[relation.head],
                place[relation.tail],
                self._class(verdict, self._relation_classes),
                *verdict.gold,
            ]
            for relation, verdict in zip(side.document.relations, verdicts, strict=True)
        ]

    def _class(self, verdict: Verdict, classes: Mapping[str, int]) -> int:
        return NOTHING if verdict.name is None else classes[verdict.name]


def direction(text: str) -> str:
    """`rtl` where most letters are written so, else `ltr`: by its first letter, an Arabic article may be a Latin one."""
    letters = _LETTER.findall(text)
    return "rtl" if 2 * len(_RIGHT_TO_LEFT.findall("".join(letters))) > len(letters) else "ltr"


def language(text: str) -> Markup:
    """The attribute `lang` of an element that has words with Arabic letters; nothing for others, of which we know nothing."""
    return Markup(' lang="ar"') if ARABIC.search(text) else Markup()


def written(text: str) -> Markup:
    """The attributes `dir` and `lang` of an element that has these words, behind its name."""
    return Markup(' dir="{}"{}').format(direction(text), language(text))


def _attributes(mention: Mention) -> Hashable | None:
    return tuple(sorted(mention.attributes.items())) or None
