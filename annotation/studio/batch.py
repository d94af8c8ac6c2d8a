"""Articles that are imported some a request, none of them twice.

A push that is killed, or loses an answer, leaves the server at work: to look what is there, and import what is not there yet,
would then import the same articles again. So the import that is under way is noted on disk, and the next push waits for it.
Each is carried out whole or not at all.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from annotation.label_studio import Task
from annotation.studio import tasks
from annotation.studio.address import Address
from eval import atomic
from eval.document import BadInput

if TYPE_CHECKING:
    import httpx

# A request brings so many articles, or about so many bytes. Larger ones are hardly quicker, and the server, whose own limit is
# 250 MB, holds several copies of one.
ARTICLES, BYTES = 500, 4_000_000
# An import takes about a second. One that has not come in the time that an answer may take never reached the server, or failed.
SECONDS = 120.0


class Underway:
    """The note in the server's folder, or in that which is kept for one elsewhere."""

    def __init__(self, address: Address, note: str = "pushing.json") -> None:
        self._note, self._started = address.notes / note, address.started

    @contextmanager
    def sending(self, project_id: int, doc_id: str) -> Iterator[None]:
        """While an import is sent, and after where it may still be carried out; `doc_id` is an article of it."""
        import httpx

        atomic.write(self._note, json.dumps({"project": project_id, "doc_id": doc_id}).encode())
        try:
            yield
        except (httpx.HTTPStatusError, httpx.ConnectError):  # answered, or never sent
            self._note.unlink()
            raise
        self._note.unlink()

    def wait(self, project_id: int, has: Callable[[str], bool]) -> None:
        """Return once nothing is under way any more; `has` tells whether the server has an article."""
        if not self._note.exists():
            return
        try:
            note = json.loads(self._note.read_bytes())
            noted = note["project"], note["doc_id"]
        except (ValueError, TypeError, LookupError):
            raise BadInput(f"{self._note} cannot be read; where no annotate push is under way, delete it") from None
        # A server that was started since knows nothing of it.
        since = self._started.stat().st_mtime_ns if self._started else 0
        if noted[0] == project_id and self._note.stat().st_mtime_ns > since:
            end = time.monotonic() + SECONDS
            while not has(noted[1]) and time.monotonic() < end:
                time.sleep(0.5)
        self._note.unlink()


class Batch:
    """Tasks that are imported in one request."""

    def __init__(self, http: httpx.Client, project_id: int, underway: Underway) -> None:
        self.http, self._project_id, self._underway = http, project_id, underway
        self._begin()

    def add(self, task: Task) -> dict[str, str]:
        """Add one; where it fills the request, that is sent, and what was done returned."""
        self._lines.append(json.dumps(task, ensure_ascii=False).encode())
        self._bytes += len(self._lines[-1])
        self._annotations += len(task["annotations"])
        self._predictions += len(task.get("predictions", ()))
        along = [what for what in ("annotation", "prediction") if task.get(f"{what}s")]
        self._states[task["data"]["doc_id"]] = "added" + (f" with its {' and '.join(along)}" if along else "")
        return self.send() if len(self._lines) >= ARTICLES or self._bytes >= BYTES else {}

    def send(self) -> dict[str, str]:
        """Import them; returns what was done, by doc_id. Raises BadInput where the server did not take all of it."""
        states, wanted = self._states, (len(self._lines), self._annotations, self._predictions)
        if not states:
            return {}
        with self._underway.sending(self._project_id, next(iter(states))):
            came = tasks.add(self.http, self._project_id, b"[" + b",".join(self._lines) + b"]")
        if came != wanted:  # as where its database was locked: it then tries again, and has forgotten the annotations
            raise BadInput(
                f"Label Studio took {came[0]} of {wanted[0]} articles, {came[1]} of {wanted[1]} annotations and {came[2]} of"
                f" {wanted[2]} predictions; the same command brings the others"
            )
        self._begin()
        return states

    def _begin(self) -> None:
        self._lines: list[bytes] = []
        self._bytes = self._annotations = self._predictions = 0
        self._states: dict[str, str] = {}
