"""Articles, with annotations where there are some, brought into Label Studio: what is there already stays as it is.

What is there is asked first, each time anew, so that a push that was cut goes on with the same command.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from annotation import SEEDS, timex
from annotation.label_studio import Task, for_page, user_number
from annotation.spool import Spool
from annotation.studio import articles, brought, predictions, project, tasks
from annotation.studio.address import Address
from annotation.studio.batch import Batch, Underway
from annotation.studio.preannotation import Preannotation
from annotation.studio.predictions import Predictions
from eval.document import BadInput
from eval.progress import Progress

if TYPE_CHECKING:
    import httpx

_UNIQUE = uuid.UUID("8e5cbf0e-5b1c-5d0c-9d0a-3d1f6b1f1b5e")


@dataclass(frozen=True, slots=True)
class Held:
    """What the project has of an article: its task's number, its text's digest, and where these were asked for, its annotations,
    and its predictions.
    """

    id: int
    digest: bytes
    annotations: tuple[Mapping[str, Any], ...]
    predictions: predictions.Held = field(default_factory=dict)

    def annotated(self, user: int | None) -> bool:
        """Whether this user, or without one anybody, has annotated it; to skip it is not to annotate it."""
        kept = [one for one in self.annotations if not one.get("was_cancelled")]
        return bool(kept if user is None else [one for one in kept if user_number(one["completed_by"]) == user])


@dataclass(frozen=True)
class Cargo:
    """What is to be pushed: articles of a file (None: of seeds/), annotations of some of them, those of `annotator`, and what
    extractors find in all.
    """

    path: Path | None
    articles: articles.Articles
    annotations: Spool
    annotator: str | None
    preannotation: Preannotation | None

    def tasks(self) -> Iterator[Task]:
        """The articles in their order, with their annotations and predictions."""
        for task in articles.tasks(self.path):
            doc_id = task["data"]["doc_id"]
            if doc_id not in self.articles or self.articles[doc_id].digest != articles.digest(task["data"]["text"]):
                raise BadInput(f"{self.path or SEEDS}: document {doc_id!r} was changed meanwhile; push again")
            brought_along = self.annotations[doc_id]["annotations"] if doc_id in self.annotations else []
            found = self.preannotation.of(task) if self.preannotation else []
            yield {**task, "annotations": [{"result": for_page(one["result"])} for one in brought_along], "predictions": found}


def push(
    find: Callable[[], Address],
    path: Path | None,
    annotated: Path | None,
    annotator: str | None,
    progress: Progress,
    say: Callable[[str], object],
    preannotation: Preannotation | None = None,
) -> dict[str, str]:
    """Bring the articles at `path` (None: of seeds/) to the server, with annotations from the file `annotated`.

    `find` names the server; it is asked once the files are read, so that what is wrong in them is said first. The annotations
    become those of `annotator` (an e-mail address; the account is made where there is none), who may annotate beside
    others; without one, they are those of whoever is logged in, on tasks that nobody has annotated. What the extractors of the
    `preannotation` find becomes predictions, from which annotators start. Returns what was done, by
    doc_id. Raises BadInput, before anything is imported, for what `articles` and `brought` refuse and where the project holds
    another text under one of the ids; and where the server fails.
    """
    progress("reading the articles")
    known = articles.known(path)
    if undated := sum(not timex.is_day(one.date) for one in known.values()):
        without = f"{undated:,} of {len(known):,} articles have no date as YYYY-MM-DD"
        say(f"{without}; annotate check asks for one where they are annotated")
    with Spool() as spool:
        if annotated is not None:
            progress("checking the annotations")
            brought.fill(spool, annotated, known, str(path or SEEDS))
        if preannotation is not None:
            preannotation.fill(path, len(known), progress)
        address = find()
        try:
            with FileLock(address.notes / "push.lock", timeout=0):
                done = _push(address, Cargo(path, known, spool, annotator, preannotation), progress)
        except Timeout:
            raise BadInput(f"another annotate push to the Label Studio at {address.url} is under way") from None
    return {doc_id: done[doc_id] for doc_id in known}


def _push(address: Address, cargo: Cargo, progress: Progress) -> dict[str, str]:
    there: dict[str, Held] = {}
    done: dict[str, str] = {}

    def how_far() -> str:
        known = f"{len(there.keys() | done.keys()):,} of {len(cargo.articles):,} articles are known to be there"
        return f"; {known}, and the same command goes on with the others"

    with project.reached(address, how_far) as http:
        client = project.client(address, http)
        project_id = project.opened(client)
        user = None if cargo.annotator is None else project.user(client, cargo.annotator)
        underway, predicting = Underway(address), Underway(address, "predicting.json")
        progress("waiting for an import that is under way")
        underway.wait(project_id, lambda doc_id: tasks.has(http, project_id, doc_id))
        predicting.wait(project_id, lambda first: predictions.has(http, project_id, first))
        for number, (doc_id, held) in enumerate(_there(http, project_id, cargo), 1):
            there[doc_id] = held
            progress("looking what is there", number)
        batches = Batch(http, project_id, underway), Predictions(http, project_id, predicting)
        for states in _brought(*batches, cargo, there, user):
            done |= states
            progress("pushing", len(done), len(cargo.articles))
        if cargo.preannotation:
            uncertain_first = cargo.preannotation.uncertain_first
            project.preannotate(client, project_id, cargo.preannotation.version, uncertain_first=uncertain_first)
    return done


def _there(http: httpx.Client, project_id: int, cargo: Cargo) -> Iterator[tuple[str, Held]]:
    """What the project has of the articles. Raises BadInput where it holds another text under one of the ids."""
    listed = tasks.listed(http, project_id, with_annotators=len(cargo.annotations) > 0)
    for task in tasks.predicted(http, project_id) if cargo.preannotation else listed:
        doc_id = task["data"].get("doc_id")
        if isinstance(doc_id, str) and doc_id in cargo.articles:
            annotations = tuple({**one, "result": None} for one in task.get("annotations") or ())
            held = Held(task["id"], articles.digest(task["data"].get("text")), annotations, predictions.held(task))
            if held.digest != cargo.articles[doc_id].digest:
                raise BadInput(f"document {doc_id!r}: the project holds another text under this id")
            yield doc_id, held


def _brought(
    batch: Batch, predicted: Predictions, cargo: Cargo, there: Mapping[str, Held], user: int | None
) -> Iterator[dict[str, str]]:
    """Import what is not there, annotate and predict what is; yields what was done, some documents at a time."""
    by = {} if user is None else {"completed_by": user}
    for task in cargo.tasks():
        doc_id = task["data"]["doc_id"]
        annotations = [{**one, **by} for one in task["annotations"]]
        held = there.get(doc_id)
        if held is None:
            yield batch.add({**task, "annotations": annotations})
            continue
        done = []
        if annotations and not held.annotated(user):
            for number, annotation in enumerate(annotations):
                # The same as in a try whose answer was lost, so that the server refuses it the second time.
                seen = f"{held.id} {user} {sorted(one['id'] for one in held.annotations)} {number}"
                tasks.annotate(batch.http, held.id, {**annotation, "unique_id": str(uuid.uuid5(_UNIQUE, seen))})
            done.append("annotation added")
        done += predicted.bring(held.id, held.predictions, task["predictions"])
        yield {doc_id: ", ".join(done) or "there already"}
    yield batch.send()
    predicted.send()
