"""The time line: each event, when it was, and what each article says of it, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from annotation.explorer import dates, names
from annotation.explorer.atlas import Atlas, Called, Told
from annotation.explorer.quotes import Quote
from annotation.facts import Fact, Source

ON, WITH, AT = "happens_on", "has_participant", "happens_at"


@dataclass(frozen=True)
class Given:
    """A date as an article gives it: in our words and in its own, and where."""

    value: str
    words: str
    said: str
    href: str


@dataclass(frozen=True)
class Telling:
    """What one article says of an event."""

    told: Told
    quotes: Sequence[Quote]
    factuality: Sequence[str]
    dates: Sequence[Given]
    participants: Sequence[Called]
    places: Sequence[Called]


@dataclass(frozen=True)
class Event:
    """An event, its date in words (None: no article gives one), what each article says of it, and which say nothing.

    `differ` has what they give differently, `alone` the participants and places that only one of several articles names, each as
    (doc_id, entity id). `first` is the day by which it stands on the line; None where it has none.
    """

    called: Called
    kind: str | None
    when: str | None
    first: dates.Period | None
    tellings: Sequence[Telling]
    silent: Sequence[Told]
    differ: Mapping[str, str]
    alone: frozenset[tuple[str, str]]


def events(atlas: Atlas) -> list[Event]:
    """Those on the calendar first, the oldest before all; then those of a duration or a vague date, then those without one, each
    by mentions.
    """
    found = [_event(atlas, called) for called in atlas.entities.values() if called.type == "EVENT"]
    return sorted(found, key=_place)


def _place(event: Event) -> tuple[object, ...]:
    by_mentions = (-event.called.mentions, event.called.id)
    if event.first:
        return 0, event.first, *by_mentions
    return 1 if event.when else 2, *by_mentions


def _event(atlas: Atlas, called: Called) -> Event:
    said = defaultdict[str, dict[tuple[str, str], list[tuple[Fact, Source]]]](lambda: defaultdict(list))
    for fact in atlas.facts[called.id]:
        for source in atlas.gold.facts[fact] if fact.head == called.id else ():
            said[source.doc_id][fact.relation, fact.tail or fact.value or ""].append((fact, source))
    tellings = [_telling(atlas, told, quotes, called.id, said[told.doc_id]) for told, quotes in atlas.quotes(called.id)]
    values = [one.value for telling in tellings for one in telling.dates]
    finest = dates.finest(values)
    silent = [told for doc_id, told in atlas.articles.items() if doc_id not in called.articles]
    return Event(
        called=called,
        kind=atlas.event_type(called.id),
        when=dates.words(finest) if finest else " or ".join(dict.fromkeys(map(dates.words, values))) or None,
        first=dates.period(finest) if finest else None,
        tellings=tellings,
        silent=silent,
        differ=_differ(tellings),
        alone=frozenset(
            chain(_alone([one.participants for one in tellings], tellings), _alone([one.places for one in tellings], tellings))
        ),
    )


def _telling(
    atlas: Atlas, told: Told, quotes: Sequence[Quote], id: str, said: Mapping[tuple[str, str], Sequence[tuple[Fact, Source]]]
) -> Telling:
    def those(relation: str) -> list[Called]:
        return [atlas.entities[tail] for of, tail in said if of == relation]

    given = []
    for (relation, value), sources in said.items():
        for tail in dict.fromkeys(source.tail for _, source in sources if relation == ON):
            mention = told.mentions[tail]
            words = told.quoted.text[mention.start : mention.end]
            given.append(Given(value, dates.words(value), words, names.mention(told.doc_id, mention)))
    factuality = (mention.attributes.get("factuality") for doc_id, mention in atlas.mentions[id] if doc_id == told.doc_id)
    return Telling(told, quotes, sorted({one for one in factuality if one}), given, those(WITH), those(AT))


def _differ(tellings: Sequence[Telling]) -> dict[str, str]:
    """What the articles that say something of it give differently, each with how."""
    found = {}
    values = [{one.value for one in telling.dates} for telling in tellings if telling.dates]
    if dates.at_odds(chain.from_iterable(values)):
        found["date"] = "dates at odds"
    elif len(set(map(frozenset, values))) > 1:
        found["date"] = "dates of different grain"
    for name, words, sets in (
        ("factuality", "factuality differs", [telling.factuality for telling in tellings]),
        ("participants", "participants differ", [_ids(telling.participants) for telling in tellings]),
        ("places", "places differ", [_ids(telling.places) for telling in tellings]),
    ):
        if len({frozenset(one) for one in sets if one}) > 1:
            found[name] = words
    return found


def _alone(named: Sequence[Sequence[Called]], tellings: Sequence[Telling]) -> Iterable[tuple[str, str]]:
    """What only one of several articles that name any names."""
    naming = [(telling.told.doc_id, set(_ids(called))) for telling, called in zip(tellings, named, strict=True) if called]
    for doc_id, ids in naming if len(naming) > 1 else ():
        others = set().union(*(of for other, of in naming if other != doc_id))
        yield from ((doc_id, id) for id in sorted(ids - others))


def _ids(called: Iterable[Called]) -> list[str]:
    return [one.id for one in called]
