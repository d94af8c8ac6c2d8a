"""What is annotated in Label Studio, brought into an export a page at a time.

A pull that was cut begins anew: which annotations have changed the server can only tell by reading all of them, which is what
takes its time, and only what it says now is certain to hold what was annotated meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annotation import EXPORT, aside, merge, schema
from annotation.label_studio import Task, by_annotator
from annotation.spool import Spool
from annotation.studio import difference, project, tasks
from annotation.studio.address import Address
from annotation.studio.incoming import Incoming, arranged
from eval.document import BadInput
from eval.progress import Progress

# Of so many documents it is kept what changes in them, and of so many annotations why they were not taken.
_KEPT = 20


@dataclass
class Pulled:
    """What was done: `done` by doc_id in a few words, `details` of the first that change, line by line.

    `not_taken` says of the first annotations that were not taken why, and what to do; `not_taken_count` counts all, and `aside`
    those that are kept aside by now, of earlier pulls too.
    """

    done: dict[str, str] = field(default_factory=dict)
    details: dict[str, list[str]] = field(default_factory=dict)
    not_taken: list[str] = field(default_factory=list)
    not_taken_count: int = 0
    aside: int = 0


def pull(address: Address, out: Path, annotator: str | None, progress: Progress, dry_run: bool = False) -> Pulled:
    """Bring the annotations, or one annotator's, from the server into the export `out`; with `dry_run` only say what would be.

    They are merged as `merge` says; the gold, of which the dataset is made, has one annotation of a document. What no Document
    can be made of is kept aside. Raises BadInput, with the export as it was, where the server fails or there is nothing of that
    annotator.
    """
    pulled, names = Pulled(), dict[str, tuple[str, ...]]()

    def seen(before: Task | None, new: Task, after: Task) -> None:
        if after is before or len(pulled.details) >= _KEPT:
            return
        if told := list(difference.lines(before, new, after, every=dry_run)):
            pulled.details[after["data"]["doc_id"]] = told

    with Spool() as set_aside:
        with project.reached(address, lambda: "; nothing is changed, and the same command begins again") as http:
            client = project.client(address, http)
            project_id = project.found(client)
            found = arranged(tasks.annotated(http, project_id), project.emails(client), annotator, schema.load())
            sound = _sound(_counted(found, progress), set_aside, names, pulled, f"{address.url}/projects/{project_id}/data?task=")
            pulled.done = merge.merge(out, sound, alone=_is_gold(out), write=not dry_run, seen=seen)
        if not dry_run:
            pulled.aside = aside.update(out, set_aside, names)
        for doc_id, what in pulled.done.items():
            if what == merge.OTHER_TEXT:
                _leave(pulled, f"{doc_id}: {what}; pull it into a new file with --out")
        for doc_id in set_aside:
            pulled.done[doc_id] = f"{pulled.done[doc_id]}, some set aside" if doc_id in names else "set aside"
    return pulled


def _sound(
    found: Iterable[Incoming], set_aside: Spool, names: dict[str, tuple[str, ...]], pulled: Pulled, where: str
) -> Iterator[Task]:
    """What an export takes; the rest is set aside, with a line of why in `pulled`; `where` begins its address."""
    numbers: dict[str, int] = {}
    for one in found:
        if not one.doc_id:
            by_hand = "has no doc_id, so that annotate push has not brought it"
            _leave(pulled, f"task {one.number} {by_hand}: not taken; look at it and delete it, at {where}{one.number}")
            continue
        if (first := numbers.setdefault(one.doc_id, one.number)) != one.number:
            two = f"two annotated tasks are of document {one.doc_id!r}"
            raise BadInput(f"{two}; look at both and delete one, at {where}{first} and {where}{one.number}")
        if one.aside is not None:
            set_aside.add(one.aside)
        for who, problem in one.reasons.items():
            mend = f"correct it at {where}{one.number} and pull again"
            _leave(pulled, f"{problem.doc_id}, {who}: set aside: {problem.code}: {problem.message}; {mend}")
        if one.taken is not None:
            names[one.doc_id] = tuple(by_annotator(one.taken))
            yield one.taken


def _leave(pulled: Pulled, line: str) -> None:
    pulled.not_taken_count += 1
    if len(pulled.not_taken) < _KEPT:
        pulled.not_taken.append(line)


def _is_gold(out: Path) -> bool:
    """Whether this is the export of which the dataset is made."""
    return out.resolve() == EXPORT.resolve()


def _counted(found: Iterable[Incoming], progress: Progress) -> Iterator[Incoming]:
    done = 0
    for done, one in enumerate(found, 1):
        progress("pulling", done)
        yield one
    progress("writing the export", done)
