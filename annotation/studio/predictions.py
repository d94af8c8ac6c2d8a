"""Predictions of articles that are in Label Studio already: what is there and the same stays, what differs is replaced.

New ones are imported some a request, whole or not at all, and none twice: see annotation.studio.batch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from annotation.label_studio import Task
from annotation.studio import articles, batch, tasks
from annotation.studio.batch import Underway
from annotation.studio.predicted import Prediction, extractor_of

if TYPE_CHECKING:
    import httpx

# The number and digest of a task's prediction by each extractor.
Held = Mapping[str, tuple[int, bytes]]


def held(task: Task) -> Held:
    """What the server has of a task."""
    return {extractor_of(one["model_version"] or ""): (one["id"], _digest(one)) for one in task.get("predictions") or ()}


class Predictions:
    """Brings predictions to tasks; what is new is there once it is sent."""

    def __init__(self, http: httpx.Client, project_id: int, underway: Underway) -> None:
        self._http, self._project_id, self._underway = http, project_id, underway
        self._lines: list[bytes] = []
        self._first = ""

    def bring(self, task: int, held: Held, predictions: Sequence[Prediction]) -> list[str]:
        """Bring a task its predictions; returns what was done."""
        done = {}
        for prediction in predictions:
            number, digest = held.get(extractor_of(prediction["model_version"]), (0, b""))
            if not number:
                self._add(task, prediction)
                done["prediction added"] = True
            elif digest != _digest(prediction):
                tasks.predict_anew(self._http, number, prediction)
                done["prediction replaced"] = True
        return list(done)

    def send(self) -> None:
        """Import what was not sent yet."""
        if self._lines:
            with self._underway.sending(self._project_id, self._first):
                tasks.predict(self._http, self._project_id, b"[" + b",".join(self._lines) + b"]")
            self._lines = []

    def _add(self, task: int, prediction: Prediction) -> None:
        if not self._lines:
            self._first = f"{task} {prediction['model_version']}"
        self._lines.append(json.dumps({**prediction, "task": task}, ensure_ascii=False).encode())
        if len(self._lines) >= batch.ARTICLES or sum(map(len, self._lines)) >= batch.BYTES:
            self.send()


def has(http: httpx.Client, project_id: int, first: str) -> bool:
    """Whether an import that was noted by its first prediction was carried out."""
    task, version = first.split(" ", 1)
    return tasks.has_prediction(http, project_id, int(task), version)


def _digest(prediction: Mapping[str, Any]) -> bytes:
    return articles.digest(json.dumps([prediction[key] for key in ("model_version", "score", "result")], sort_keys=True))
