"""An entity's page: what it is called and where, what is said of it, and every mention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotation.explorer import dates
from annotation.explorer.atlas import Atlas, Called
from annotation.facts import Fact


@dataclass(frozen=True)
class Stated:
    """A fact as a page shows it: of whom, to whom or with what value, where it is said, and what contradicts it, by number."""

    relation: str
    head: Called
    tail: Called | None
    value: str | None
    mod: str | None
    places: Sequence[tuple[str, str]]  # doc_id, address
    factuality: Sequence[str]
    contradicted: Sequence[int]


def stated(atlas: Atlas, fact: Fact) -> Stated:
    """A fact with all that is known of it."""
    value, mod = (None, None) if fact.value is None else dates.parted(fact.value)
    if fact.relation == "happens_on" and fact.value is not None:
        value, mod = dates.words(fact.value), None
    sources = atlas.gold.facts[fact]
    return Stated(
        relation=fact.relation,
        head=atlas.entities[fact.head],
        tail=atlas.entities[fact.tail] if fact.tail else None,
        value=value,
        mod=mod,
        places=list(dict.fromkeys((source.doc_id, atlas.head(source)) for source in sources)),
        factuality=sorted({source.factuality for source in sources if source.factuality}),
        contradicted=atlas.contradicted.get(fact, []),
    )


def facts(atlas: Atlas, id: str) -> tuple[Mapping[str, Sequence[Stated]], Mapping[str, Sequence[Stated]]]:
    """What is said of an entity, by relation, and what is said of others in which it stands. One of it to itself is in both."""
    of_it, with_it = defaultdict[str, list[Stated]](list), defaultdict[str, list[Stated]](list)
    for fact in atlas.facts[id]:
        if fact.head == id:
            of_it[fact.relation].append(stated(atlas, fact))
        if fact.tail == id:
            with_it[fact.relation].append(stated(atlas, fact))
    return of_it, with_it


def by_type(atlas: Atlas, called: Sequence[Called]) -> dict[str, list[Called]]:
    """Entities by type, in the schema's order, the most mentioned first."""
    found = defaultdict[str, list[Called]](list)
    for one in sorted(called, key=lambda one: (-one.mentions, one.id)):
        found[one.type].append(one)
    return {
        type: found[type] for type in (*atlas.gold.schema.types, *sorted(found.keys() - atlas.gold.schema.types)) if type in found
    }
