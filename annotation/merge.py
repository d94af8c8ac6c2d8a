"""Annotations that are put into an export, by document and annotator. Nothing that is there goes without a copy of it."""

from __future__ import annotations

import datetime
import filecmp
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from annotation import export
from annotation.label_studio import Task, by_annotator, submitted
from annotation.spool import Spool
from eval import atomic
from eval.document import BadInput

OTHER_TEXT = "kept: the export has another text of it than Label Studio, and others' annotations of that"

# Called with a document's task as it is in the export (None: not there), as it comes, and as it becomes.
Seen = Callable[[Task | None, Task, Task], object]


def merge(path: Path, tasks: Iterable[Task], alone: bool = False, write: bool = True, seen: Seen | None = None) -> dict[str, str]:
    """Put annotations into the export at `path`, each in place of the same annotator's of the same document; all others stay.

    With `alone` a document of which one annotator's come has these alone afterwards, whoever's were there, unless they say the
    same: then it stays. Without `write` no
    file changes. Nothing is held in memory, and the export is as it was until the new one is whole. Returns what was done, by
    doc_id. Raises BadInput where two tasks are of one document, or one of none.
    """
    if path.exists() and not path.is_file():
        raise BadInput(f"{path}: no file; name one that annotate pull may write")
    folder = path.parent if write else None
    if write:
        path.parent.mkdir(parents=True, exist_ok=True)
    with Spool(folder) as pulled, Spool(folder, f"{path}: ") as before:
        for task in tasks:
            pulled.add(task)
        for task in export.each(path) if path.exists() else ():
            if not all(isinstance(one, dict) for one in submitted(task)):
                raise BadInput(f"{path}: a task has an annotation that is no object; annotate check {path} says which")
            before.add(task)
        done = dict.fromkeys(sorted(pulled), "") | {
            doc_id: "kept: nothing of it was pulled" for doc_id in before if doc_id not in pulled
        }
        merged = _merged(before, pulled, done, alone, seen)
        if write:
            put(path, merged)
        for _ in merged:  # all of it, where it was not written
            pass
    return done


def put(path: Path, tasks: Iterable[Task]) -> None:
    """Write an export. A file that changes is first kept in `.backup/` beside it, with the time in its name."""
    _sweep(Path(os.path.realpath(path)))
    with atomic.beside(path) as new:
        with new.open("wb") as file:
            file.writelines(part.encode() for part in export.parts(tasks))
        if path.exists():
            new.chmod(path.stat().st_mode & 0o777)
            if not filecmp.cmp(path, new, shallow=False):
                keep(path)


def keep(path: Path) -> None:
    """Copy a file into `.backup/` beside it."""
    backup = path.parent / ".backup" / f"{path.stem}-{datetime.datetime.now():%Y%m%dT%H%M%S.%f}.json"
    backup.parent.mkdir(exist_ok=True)
    with atomic.beside(backup) as copy:
        shutil.copyfile(path, copy)


def _merged(before: Spool, pulled: Spool, done: dict[str, str], alone: bool, seen: Seen | None) -> Iterator[Task]:
    """The tasks of both in order of doc_id; `done` gets what that does."""
    for doc_id in sorted(done):
        old = before.get(doc_id)
        if doc_id not in pulled:
            assert old is not None
            yield old
            continue
        new = pulled[doc_id]
        task, done[doc_id] = _joined(old, new, alone)
        if seen:
            seen(old, new, task)
        yield task


def _joined(before: Task | None, pulled: Task, alone: bool) -> tuple[Task, str]:
    """What a document has then, and in words what that does."""
    new = {"data": pulled["data"], "annotations": pulled["annotations"]}
    if before is None:
        return new, "new"
    if alone and _is_same(before, pulled):
        return before, "unchanged"
    names = by_annotator(pulled).keys()
    others = {} if alone and len(names) == 1 else {who: of for who, of in by_annotator(before).items() if who not in names}
    if others and before["data"].get("text") != pulled["data"].get("text"):
        return before, OTHER_TEXT
    if others:
        together = {**others, **by_annotator(pulled)}
        new["annotations"] = [one for who in sorted(together) for one in together[who]]
    did = "unchanged" if new == before else "changed"
    return new, f"{did}, others' kept" if others else did


def _is_same(before: Task, pulled: Task) -> bool:
    """Whether both have one annotation, and it says the same, whoever's it is: a push gives what it brings to who logs in."""
    said = [[one.get("result") for one in task["annotations"]] for task in (before, pulled)]
    return before["data"] == pulled["data"] and len(said[0]) == 1 and said[0] == said[1]


def _sweep(path: Path) -> None:
    """Remove what a merge that was killed left of a new export or of a copy."""
    for folder, name in ((path.parent, path.name), (path.parent / ".backup", f"{path.stem}-*.json")):
        for left in folder.glob(f".{name.replace('[', '[[]')}-????????"):
            shutil.rmtree(left, ignore_errors=True)
