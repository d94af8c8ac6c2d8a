"""Which mention of one version of a document has become which of another. Pure.

A mention is the same in both where its span and type are; failing that, where its id is and the spans overlap, where its span is,
or where its type and entity id are and the spans overlap. It makes no difference which version is the older, so that what is
added one way is removed the other way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence

from eval.document import Mention


def paired(before: Sequence[Mention], after: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """Each mention with the one that it has become, where that is known; nobody twice."""
    ways: tuple[tuple[Callable[[Mention], Hashable], bool], ...] = (
        (lambda mention: (mention.span, mention.id), False),
        (lambda mention: mention.span, False),
        (lambda mention: mention.id, True),
        (lambda mention: (mention.start, mention.end), False),
        (lambda mention: (mention.type, mention.entity_id), True),
    )
    pairs: list[tuple[Mention, Mention]] = []
    old, new = (sorted(mentions, key=lambda mention: mention.span) for mentions in (before, after))
    for key, overlapping in ways:
        found = [
            pair
            for ones, others in _alike(old, new, key)
            for pair in (_overlapping(ones, others) if overlapping else zip(ones, others, strict=False))
        ]
        gone = {id(mention) for pair in found for mention in pair}
        old, new = ([mention for mention in mentions if id(mention) not in gone] for mentions in (old, new))
        pairs += found
    return pairs


def _alike(
    old: Sequence[Mention], new: Sequence[Mention], key: Callable[[Mention], Hashable]
) -> Iterator[tuple[list[Mention], list[Mention]]]:
    """Those of both that have one key. No key is nobody's."""
    found: dict[Hashable, tuple[list[Mention], list[Mention]]] = {}
    for side, mentions in enumerate((old, new)):
        for mention in mentions:
            found.setdefault(key(mention), ([], []))[side].append(mention)
    yield from (sides for key, sides in found.items() if key is not None and all(sides))


def _overlapping(ones: Sequence[Mention], others: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Pairs that overlap, those that have most in common first. Both are in order of place."""
    longest = max(one.end - one.start for one in ones)
    near = (
        (one, other)
        for other in others
        for one in ones[bisect_left(ones, other.start - longest, key=_start) : bisect_left(ones, other.end, key=_start)]
        if one.end > other.start
    )
    taken = set[int]()
    for one, other in sorted(near, key=lambda pair: _closeness(*pair)):
        if not {id(one), id(other)} & taken:
            taken |= {id(one), id(other)}
            yield one, other


def _closeness(one: Mention, other: Mention) -> tuple[object, ...]:
    """The most in common first, and the same whichever is the older."""
    return max(one.start, other.start) - min(one.end, other.end), *sorted((one.span, other.span))


def _start(mention: Mention) -> int:
    return mention.start
