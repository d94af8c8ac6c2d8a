"""Which entity id of one version of the gold has become which of another, told from the mentions that both have. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from eval.document import Mention


@dataclass(frozen=True)
class Succession:
    """What became of ids that only one version has; the other way round, merged is split and added is removed."""

    renamed: Mapping[str, str]  # the new id by the old
    merged: Mapping[str, str]  # the id that has its mentions now, by the old
    split: Mapping[str, str]  # the id that had its mentions, by the new
    added: Sequence[str]
    removed: Sequence[str]


def succession(pairs: Iterable[tuple[Mention, Mention]], old: Set[str], new: Set[str]) -> Succession:
    """What became of the ids `old` of one version, `new` being those of the other, by pairs of the mentions that both have.

    An id goes where more than half of its mentions go, and comes from where more than half of them were: both, renamed.
    """
    became, had, have = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    for one, other in pairs:
        had.update(ids(one))
        have.update(ids(other))
        became.update(moves(one, other))
    goes = {one: other for (one, other), times in became.items() if 2 * times > had[one]}
    comes = {other: one for (one, other), times in became.items() if 2 * times > have[other]}
    gone, came = sorted(old - new), sorted(new - old)
    renamed = {one: goes[one] for one in gone if one in goes and goes[one] not in old and comes.get(goes[one]) == one}
    merged = {one: goes[one] for one in gone if one in goes and one not in renamed}
    split = {other: comes[other] for other in came if other in comes and other not in renamed.values()}
    return Succession(
        renamed,
        merged,
        split,
        added=[other for other in came if other not in {*renamed.values(), *split, *merged.values()}],
        removed=[one for one in gone if one not in {*renamed, *merged, *split.values()}],
    )


def ids(mention: Mention) -> list[str]:
    """The ids that a mention has, none, one or two, each once."""
    return list(dict.fromkeys((mention.entity_id or "").split()))


def moves(one: Mention, other: Mention) -> Iterator[tuple[str, str]]:
    """Each id of the one with that of the other which it has become: itself where both have it, else by its place."""
    before, after = ids(one), ids(other)
    yield from ((id, id) for id in before if id in after)
    left, come = [id for id in before if id not in after], [id for id in after if id not in before]
    if len(left) == len(come):
        yield from zip(left, come, strict=True)
    else:
        yield from ((old, new) for old in left for new in come)
