"""Whether one thing is annotated in one way everywhere: over all tasks of an export together."""

from __future__ import annotations

import bisect
import difflib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import regex

from annotation import WAIVERS
from annotation.checks.fields import bare
from annotation.checks.view import Problem, Region, View
from eval.segment import tokens

_PROCLITICS = ("", *"وفبلكس", *(first + second for first in "وف" for second in "بلكس"))
# Their mentions are names: one name is one thing. What other types describe, each article describes afresh.
_NAMES = ("PER", "GPE", "LOC", "FAC")
# After these a person's name is a family's, and no PER.
_FAMILY = regex.compile(r"(?:عائلة|أسرة|آل)\s+$")
# The ratio of difflib from which two names of as many words may be spellings of one (يفكيروف and يفكوروف have 0.86).
_ALIKE = 0.8


class _Words(NamedTuple):
    """What is looked for of a mention: its letters, and of a trigger the next word too, since its clause makes it an event."""

    surface: str
    type: str
    next_word: str | None


def unmarked_repeats(views: Sequence[View]) -> Iterator[Problem]:
    """unmarked-repeat: words that are marked in one place and not in another, nor there a part of a mention of that type."""
    marked = defaultdict[str, dict[_Words, str]](dict)  # by the first token, with one place where they are marked
    types = defaultdict[str, set[str]](set)
    for view in views:
        for region in view.regions:
            words = _Words(region.surface, region.type, _next_word(view.text, region.end) if region.type == "EVENT" else None)
            types[region.surface].add(region.type)
            if len(spans := tokens(region.surface)) and words.next_word != "":
                marked[region.surface[slice(*spans[0])]].setdefault(words, f"document {view.doc_id}, region {region.id}")
    for view in views:
        found = dict[tuple[int, int], tuple[str, str]]()
        spans = tokens(view.text).tolist()
        ends, reach = {end for _, end in spans}, _reach(view)
        for start, end in spans:
            for begin in (start + len(clitic) for clitic in _PROCLITICS if view.text.startswith(clitic, start)):
                for words, where in marked.get(view.text[begin:end], {}).items():
                    stop = begin + len(words.surface)
                    same = view.text.startswith(words.surface, begin) and stop in ends
                    same = same and words.next_word in (None, _next_word(view.text, stop))
                    family = words.type == "PER" and _FAMILY.search(view.text[:begin])
                    if same and not family and not _is_covered(reach, begin, stop, types[words.surface]):
                        found.setdefault((begin, stop), (words.type, where))
        for (begin, stop), (type, where) in found.items():
            place = f"{view.text[begin:stop]!r} [{begin}, {stop})"
            message = f"{place} is not marked, and is {type} in {where}; mark it, or waive it in {WAIVERS}"
            yield view.problem("unmarked-repeat", None, message, (begin, stop))


def two_types(views: Sequence[View]) -> Iterator[Problem]:
    """two-types: one surface with one type here and another there, unless both stand for one thing (سورية) or on one span."""
    found = defaultdict[str, list[tuple[View, Region]]](list)
    for view in views:
        for region in view.regions:
            found[bare(region.surface)].append((view, region))
    for regions in found.values():
        usual, _ = Counter(region.type for _, region in regions).most_common(1)[0]
        ids = {id for _, region in regions if region.type == usual for id in region.ids}
        doubled = Counter((view.doc_id, region.start, region.end) for view, region in regions)
        for view, region in regions:
            alone = doubled[view.doc_id, region.start, region.end] == 1
            if region.type != usual and alone and ids.isdisjoint(region.ids):
                yield view.problem("two-types", region, f"the same words are {usual} elsewhere in this export; which is it?")


def conflicting_types(views: Sequence[View]) -> Iterator[Problem]:
    """conflicting-types: one event id with two values of event_type."""
    found = defaultdict[str, list[tuple[View, Region]]](list)
    for view in views:
        for region in view.regions:
            if region.type == "EVENT" and region.fields.get("event_type"):
                for id in region.ids:
                    found[id].append((view, region))
    for id, regions in found.items():
        usual, _ = Counter(region.fields["event_type"] for _, region in regions).most_common(1)[0]
        for view, region in regions:
            if region.fields["event_type"] != usual:
                yield view.problem(
                    "conflicting-types", region, f"{id} is {region.fields['event_type']} here and {usual} elsewhere"
                )


def like_names(views: Sequence[View]) -> Iterator[Problem]:
    """like-names: names that are equal, nearly so, or one a part of the other, with different ids."""
    first = dict[tuple[str, str, str], tuple[View, Region]]()  # by type, name and id
    for view in views:
        for region in view.regions:
            id = region.fields.get("entity_id", "")
            if region.type in (*_NAMES, "NORP", "ORG") and id and " " not in id:
                first.setdefault((region.type, bare(region.surface), id), (view, region))
    alike = defaultdict[tuple[str, str], list[tuple[str, str, str]]](list)  # only names with words of one beginning are compared
    for key in first:
        type, name, _ = key
        for beginning in {regex.sub("^ال", "", word)[:2] for word in name.split()}:
            alike[type, beginning].append(key)
    pairs = {pair for keys in alike.values() for pair in itertools.combinations(keys, 2)}
    for one, other in sorted(pairs):
        if one[2] != other[2] and _may_be_one(one[0], one[1], other[1]):
            view, region = first[other]
            yield view.problem("like-names", region, f"is {other[2]}, and {one[1]!r} is {one[2]}; one thing has one id")


def _reach(view: View) -> dict[str, tuple[list[int], list[int]]]:
    """Of each type the starts of its regions, in order, and how far those up to each of them reach."""
    starts = defaultdict[str, list[int]](list)
    ends = defaultdict[str, list[int]](list)
    for region in view.regions:
        starts[region.type].append(region.start)
        ends[region.type].append(region.end)
    return {type: (starts[type], list(itertools.accumulate(ends[type], max))) for type in starts}


def _is_covered(reach: Mapping[str, tuple[list[int], list[int]]], start: int, end: int, types: set[str]) -> bool:
    """Whether a region of one of the types holds this span: one of those that start no later reaches as far."""
    for type in types & reach.keys():
        starts, ends = reach[type]
        if (number := bisect.bisect_right(starts, start)) and end <= ends[number - 1]:
            return True
    return False


def _may_be_one(type: str, one: str, other: str) -> bool:
    words = one.split(), other.split()
    if one == other or type not in _NAMES:
        return one == other
    if len(words[0]) != len(words[1]):
        return set(words[0]) <= set(words[1]) or set(words[1]) <= set(words[0])
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _next_word(text: str, end: int) -> str:
    """The word after a mention, if nothing but spaces stands between."""
    found = regex.match(r"[ \t]+([\p{L}\p{M}\p{N}]+)", text[end : end + 60])
    return found[1] if found else ""


CHECKS = (unmarked_repeats, two_types, conflicting_types, like_names)
