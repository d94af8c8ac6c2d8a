"""Whether titles stand as the guidelines say: whole, beside the name of whoever bears them, and not in its place."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from annotation.checks.relations import labelled, name
from annotation.checks.view import SPACE, Problem, View

# A TITLE may stand in the place of an actor only where no name is given; these relations are about the TITLE itself.
_OF_TITLES = ("holds_title", "affiliated_with")
_COMMA = regex.compile(r"[^\S\n]*[،,][^\S\n]+")


def nested_titles(view: View) -> Iterator[Problem]:
    """nested-title: a TITLE inside a TITLE."""
    titles = [region for region in view.regions if region.type == "TITLE"]
    for region in titles:
        for other in titles:
            if other.start <= region.start and region.end <= other.end and (other.start, other.end) != (region.start, region.end):
                yield view.problem("nested-title", region, f"lies in {other}; contiguous titles are one, delete the inner one")


def holders(view: View) -> Iterator[Problem]:
    """title-without-holder: a TITLE beside a name, or with a comma between and one id, and no holds_title."""
    held = {tail for _, label, _, tail in labelled(view) if label == "holds_title"}
    people = [region for region in view.regions if region.type == "PER"]
    for title in view.regions:
        if title.type != "TITLE" or title.id in held:
            continue
        for person in people:
            first, second = (title, person) if title.start < person.start else (person, title)
            between = view.text[first.end : second.start]
            same = title.fields.get("entity_id") == person.fields.get("entity_id")
            if SPACE.fullmatch(between) or (same and _COMMA.fullmatch(between)):
                yield view.problem("title-without-holder", title, f"stands beside {person}; draw holds_title from the name")
                break


def title_for_name(view: View) -> Iterator[Problem]:
    """title-for-name: a TITLE stands as an actor though the document gives its holder's name beside it."""
    by_id = {region.id: region for region in view.regions}
    holder = {tail: head for _, label, head, tail in labelled(view) if label == "holds_title"}
    for result, label, head, tail in labelled(view):
        for end in (head, tail):
            if label not in _OF_TITLES and end in holder and end in by_id and holder[end] in by_id:
                yield view.problem(
                    "title-for-name",
                    name(result),
                    f"{label} goes through {by_id[end]}; its holder is named, {by_id[holder[end]]}: draw it there",
                    (by_id[end].start, by_id[end].end),
                )


CHECKS = (nested_titles, holders, title_for_name)
