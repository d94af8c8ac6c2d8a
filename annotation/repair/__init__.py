"""What Label Studio's page writes amiss, put right where it is certain what is meant; `annotate check` reports the rest.

A repair is a function of a Draft that changes it and yields a sentence for each thing that it does; its name, with hyphens, is
the repair's, and stays. A new one is such a function, in a module's REPAIRS. All are pure but for the Draft, which is a copy.
Nothing that a person meant goes: a region or a relation only where the same stands there once more, and never without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from annotation.repair import fields, regions, relations
from annotation.repair.draft import Draft, Repaired
from annotation.schema import Schema

# In the order in which they are made: a relation's types are those of regions that are put right.
REPAIRS: tuple[Callable[[Draft], Iterator[Repaired]], ...] = (*fields.REPAIRS, *regions.REPAIRS, *relations.REPAIRS)


def repaired(results: Sequence[Any], text: str, schema: Schema) -> tuple[list[Any], list[tuple[str, Repaired]]]:
    """The results of an annotation of `text`, put right, and what was done, with the repair's name. The results given stay.

    Results that nothing well-formed can be made of are passed on. A second time nothing is done.
    """
    draft = Draft(results, text, schema)
    done = [(name(one), what) for one in REPAIRS for what in one(draft)]
    return draft.results(), done


def name(repair: Callable[[Draft], Iterator[Repaired]]) -> str:
    """What a repair is called."""
    return repair.__name__.replace("_", "-")
