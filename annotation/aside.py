"""Annotations of which no Document can be made, kept beside the export that does not take them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from annotation import export, merge
from annotation.label_studio import Task, by_annotator
from annotation.spool import Spool


def path_of(out: Path) -> Path:
    """Where what an export does not take is kept: an export too, so that `annotate check` tells all that is wrong with it."""
    return out.with_name(f"{out.stem}.aside.json")


def update(out: Path, new: Spool, taken: Mapping[str, Collection[str]]) -> int:
    """Keep what is set aside of the tasks that came; what was kept of annotators who are `taken` by now, by doc_id, goes.

    A file that changes or goes is first kept in `.backup/`. Returns how many annotations are set aside then.
    """
    path = path_of(out)
    with Spool(path.parent, f"{path}: ") as before:
        for task in export.each(path) if path.exists() else ():
            before.add(task)
        count = sum(len(task["annotations"]) for task in _kept(before, new, taken))
        if count:
            merge.put(path, _kept(before, new, taken))
        elif path.exists():
            merge.keep(path)
            path.unlink()
    return count


def _kept(before: Spool, new: Spool, taken: Mapping[str, Collection[str]]) -> Iterator[Task]:
    for doc_id in sorted({*before, *new}):
        old, came = before.get(doc_id) or {}, new.get(doc_id) or {}
        together = {**by_annotator(old), **by_annotator(came)}
        annotations = [one for who in sorted(together) if who not in taken.get(doc_id, ()) for one in together[who]]
        if annotations:
            yield {"data": (came or old)["data"], "annotations": annotations}
