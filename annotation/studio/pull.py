"""What is annotated in Label Studio, brought into an export a page at a time.

A pull that was cut begins anew: which annotations have changed the server can only tell by reading all of them, which is what
takes its time, and only what it says now is certain to hold what was annotated meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from annotation import export, label_studio
from annotation.label_studio import Task
from annotation.studio import project, tasks
from annotation.studio.address import Address
from eval.document import BadInput
from eval.progress import Progress


def pull(address: Address, out: Path, annotator: str | None, progress: Progress) -> dict[str, str]:
    """Bring the annotations, or one annotator's, from the server into the export `out`.

    Returns what was done, by doc_id. Raises BadInput, with the export as it was, where the server fails or there is nothing of
    that annotator.
    """
    with project.reached(address, lambda: "; nothing is changed, and the same command begins again") as http:
        client = project.client(address, http)
        project_id = project.found(client)
        found = tasks.annotated(http, project_id)
        done = export.merge(out, _counted(of_annotator(found, project.emails(client), annotator), progress))
    return done


def of_annotator(found: Iterable[Task], emails: Mapping[int, str], annotator: str | None) -> Iterator[Task]:
    """Tasks of the server in the stable form, without those that the annotator has not annotated; None: anybody.

    Raises BadInput at the end if there are none, naming who has annotated.
    """
    others: set[str] = set()
    nothing = True
    for task in found:
        for kept in label_studio.stable([task], emails):
            others.update(one["completed_by"] for one in kept["annotations"])
            for own in [kept] if annotator is None else label_studio.of_annotator([kept], annotator):
                nothing = False
                yield own
    if annotator is not None and nothing:
        raise BadInput(f"--annotator {annotator}: has annotated nothing there; {', '.join(sorted(others)) or 'nobody'} has")


def _counted(found: Iterable[Task], progress: Progress) -> Iterator[Task]:
    done = 0
    for done, task in enumerate(found, 1):
        progress("pulling", done)
        yield task
    progress("writing the export", done)
