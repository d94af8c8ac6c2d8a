"""How far the annotating is: what each annotator has done, how fast, what is wrong in it, and how far two of them agree."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from annotation import label_studio, picked
from annotation.checks.waivers import Waiver
from annotation.label_studio import Task
from annotation.schema import Schema
from annotation.spool import Spool
from annotation.status import agreeing
from annotation.status.failing import Failing
from annotation.status.work import Work
from eval.document import BadInput
from eval.progress import Progress, silent

Count = Callable[[int, int], object]  # is told how many are done, of how many


class Ledger:
    """Takes a project's tasks one by one, and makes the record of them at the end.

    What is annotated lies in `spool`; in memory are counts, doc_ids, and the regions of one annotator at a time. `emails` are the
    addresses of all accounts, by number.
    """

    def __init__(self, spool: Spool, emails: Mapping[int, str]) -> None:
        self._spool, self._emails = spool, emails
        self._articles = 0
        self._work = defaultdict[str, Work](Work)
        self._documents = defaultdict[str, set[str]](set)  # whose annotations lie in the spool
        self._left_out: list[str] = []

    def add(self, task: Task, drafters: Collection[str] = ()) -> None:
        """Add a task of the server's: data, and its annotations with result, completed_by, was_cancelled, lead_time, created_at
        and updated_at. `drafters` are the addresses of those who have a draft of it.
        """
        self._articles += 1
        task = picked.fold(task)
        annotations = defaultdict[str, list[Mapping[str, Any]]](list)
        for one in task["annotations"]:
            annotations[label_studio.email_of(one["completed_by"], self._emails)].append(one)
        for email, own in annotations.items():
            self._work[email].add(own)
        for email in set(drafters) - annotations.keys():
            self._work[email].drafts += 1
        kept = label_studio.stable(task, self._emails)
        if not kept["annotations"]:
            return
        try:
            self._spool.add(kept)
        except BadInput as error:  # of no document, or of one that another task is of
            self._left_out.append(f"task {task['id']}: {error}")
            return
        for one in kept["annotations"]:
            self._documents[one["completed_by"]].add(kept["data"]["doc_id"])

    def record(self, schema: Schema, waivers: Sequence[Waiver], progress: Progress = silent) -> dict[str, Any]:
        """All of it, for JSON: `articles`, `annotators` and `agreement` of each two who share articles, in order of address.

        `left_out` are messages on annotated tasks that are counted, and neither checked nor compared.
        """
        annotators, unsound = [], {}
        for email in sorted(self._work):
            tasks = self._tasks(email, self._documents[email], partial(progress, f"checking what {email} has annotated"))
            failing = Failing.of(tasks, schema, waivers)
            annotators.append({"email": email, **self._work[email].record(self._articles), "problems": failing.record()})
            unsound[email] = [{"annotator": email, **asdict(problem)} for problem in failing.unsound]
        agreement = []
        for pair in itertools.combinations(sorted(self._work), 2):
            if both := self._documents[pair[0]] & self._documents[pair[1]]:
                faults = [fault for email in pair for fault in unsound[email] if fault["doc_id"] in both]
                sound = both - {fault["doc_id"] for fault in faults}
                compared = self._compared(pair, sound, partial(progress, f"comparing {pair[0]} and {pair[1]}"))
                agreement.append({**compared, "left_out": faults})
        return {"articles": self._articles, "annotators": annotators, "agreement": agreement, "left_out": self._left_out}

    def _compared(self, pair: tuple[str, str], doc_ids: Collection[str], progress: Count) -> dict[str, Any]:
        first, second = (map(label_studio.to_document, self._tasks(email, doc_ids, progress)) for email in pair)
        return {"first": pair[0], "second": pair[1], **agreeing.figures(zip(first, second, strict=True))}

    def _tasks(self, email: str, doc_ids: Collection[str], progress: Count) -> Iterator[Task]:
        """An annotator's tasks of these documents, with that annotation alone, by doc_id."""
        for number, doc_id in enumerate(sorted(doc_ids), 1):
            yield from label_studio.of_annotator([self._spool[doc_id]], email)
            progress(number, len(doc_ids))
