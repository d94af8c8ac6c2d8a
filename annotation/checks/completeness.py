"""Whether everything is decided and there, and a mention has the relations that its neighbours ask for: only what is certain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import regex

from annotation.checks.relations import labelled
from annotation.checks.view import SPACE, Problem, Region, View, label_results
from annotation.label_studio import UNDECIDED, notes, regions

# Someone always takes part in these; of others (a war, a withdrawal) a text may name nobody.
_NEVER_ALONE = ("MEETING", "VISIT", "STATEMENT")
# A definite plural (هذه اللقاءات) takes up several events at once, and need not say whose they are.
_TAKES_UP_SEVERAL = regex.compile("ال.*ات")


def undecided(view: View) -> Iterator[Problem]:
    """undecided: a note of `annotate adjudicate` still stands on a region."""
    by_id = {region.id: region for region in view.regions}
    for result in label_results(list(view.results)):
        for note in notes(result):
            if any(line.strip().startswith(UNDECIDED) for line in note.splitlines()):
                said = " ".join(note.split()).removeprefix(UNDECIDED).strip()
                message = f"{said}; correct it or leave it, and delete this note (or write another in its place)"
                yield view.problem("undecided", by_id.get(result["id"], result["id"]), message)


def surfaces(view: View) -> Iterator[Problem]:
    """missing-surface: a region without its words, which its offsets are held against."""
    results = regions(view.results)
    for region in view.regions:
        for result in label_results(results[region.id]):
            if result["value"].get("text") is None:
                message = "its words are not with it, so that nothing shows whether the offsets are right; mark it again"
                yield view.problem("missing-surface", region, message)


def participants(view: View) -> Iterator[Problem]:
    """event-without-participant: a meeting, visit or statement of nobody in this document; a trigger alone before an actor."""
    linked, taking_part = set[tuple[str, str]](), set[str]()
    for _, label, head, tail in labelled(view):
        linked |= {(head, tail), (tail, head)}
        taking_part |= {head} if label == "has_participant" else set()
    events = [region for region in view.regions if region.type == "EVENT" and region.id not in taking_part]
    known = {id for region in view.regions if region.id in taking_part for id in region.ids}
    actors = defaultdict[int, list[Region]](list)
    for region in view.regions:
        if region.type in view.schema.relations["has_participant"].tail:
            actors[region.start].append(region)
    for event in events:
        space = SPACE.match(view.text, event.end)
        beside = [actor for start in range(event.end + 1, space.end() + 1) for actor in actors.get(start, [])] if space else []
        never_alone = event.fields.get("event_type") in _NEVER_ALONE and not _TAKES_UP_SEVERAL.fullmatch(event.surface)
        if never_alone and known.isdisjoint(event.ids):
            what = event.fields["event_type"]
            yield view.problem(
                "event-without-participant",
                event,
                f"a {what} of nobody: neither it nor another trigger of its id has has_participant; draw it",
            )
        elif beside and not any((event.id, actor.id) in linked for actor in beside):
            yield view.problem(
                "event-without-participant", event, f"stands before {beside[0]} and no relation joins them; draw has_participant"
            )


def demonyms(view: View) -> Iterator[Problem]:
    """demonym-without-affiliation: a NORP nested in a mention that no affiliated_with joins to it."""
    affiliated = defaultdict[str, set[str]](set)
    for _, label, head, tail in labelled(view):
        if label == "affiliated_with":
            affiliated[tail].add(head)
    heads = [region for region in view.regions if region.type in view.schema.relations["affiliated_with"].head]
    for demonym, holding in _around([region for region in view.regions if region.type == "NORP"], heads):
        around = [region for region in holding if region.fields.get("entity_id") != demonym.fields.get("entity_id")]
        if around and not any(region.id in affiliated[demonym.id] for region in around):
            inner = min(around, key=lambda region: region.end - region.start)
            yield view.problem("demonym-without-affiliation", demonym, f"lies in {inner}; draw affiliated_with from that to it")


def _around(inner: Sequence[Region], outer: Sequence[Region]) -> Iterator[tuple[Region, list[Region]]]:
    """Each of the inner regions with the outer ones that hold it, by one walk along the text; both are in order of place."""
    open_: list[Region] = []
    coming = 0
    for region in inner:
        while coming < len(outer) and outer[coming].start <= region.start:
            open_.append(outer[coming])
            coming += 1
        open_ = [other for other in open_ if other.end > region.start]
        yield region, [other for other in open_ if region.end <= other.end]


CHECKS = (undecided, surfaces, participants, demonyms)
