"""Fills and reads our project in a running Label Studio, by way of its SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from annotation.label_studio import Task, user_number
from annotation.server import Login, is_healthy
from eval.document import BadInput

if TYPE_CHECKING:
    from label_studio_sdk import LabelStudio

TITLE = "Wafd"


@contextmanager
def connected(login: Login) -> Iterator[LabelStudio]:
    """A client of the server. Raises BadInput if the SDK is not installed, and where the server fails or does not answer."""
    try:
        import httpx
        from label_studio_sdk import LabelStudio
        from label_studio_sdk.core.api_error import ApiError
    except ImportError:
        raise BadInput("this needs label-studio-sdk: uv run --extra label-studio annotate …") from None
    if not is_healthy(login.url):
        raise BadInput(f"no Label Studio answers at {login.url}; start it with annotate serve")
    try:
        with httpx.Client(trust_env=False, timeout=60) as direct:  # no proxy of the environment's: it is on this machine
            yield LabelStudio(base_url=login.url, api_key=login.token, httpx_client=direct)
    except (ApiError, httpx.HTTPError) as error:
        raise BadInput(f"Label Studio at {login.url} failed: {error}") from error


def opened(client: LabelStudio, label_config: str) -> int:
    """The id of our project, made if it is not there yet, and brought up to these labels."""
    for ours in _ours(client):
        if ours.label_config != label_config:
            client.projects.update(ours.id, label_config=label_config)
        return int(ours.id)
    return int(client.projects.create(title=TITLE, label_config=label_config, maximum_annotations=2).id)


def found(client: LabelStudio) -> int:
    """The id of our project. Raises BadInput if it is not there."""
    for ours in _ours(client):
        return int(ours.id)
    raise BadInput(f"no project {TITLE!r} in this Label Studio; annotate push makes it and brings the articles")


def push(
    client: LabelStudio,
    project_id: int,
    tasks: Sequence[Task],
    progress: Callable[[str], object],
    annotator: str | None = None,
) -> dict[str, str]:
    """Bring tasks into the project; what is there already stays as it is. Returns what was done, by doc_id.

    The annotations that tasks bring become those of `annotator` (an e-mail address; the account is made where there is none), who
    may annotate beside others; without one, they are those of whoever is logged in, on tasks that nobody has annotated.
    Raises BadInput, before anything is imported, where the project holds another text under one of the ids.
    """
    there = {task.data.get("doc_id"): task for task in client.tasks.list(project=project_id, fields="all")}
    for task in tasks:
        known = there.get(task["data"]["doc_id"])
        if known is not None and known.data.get("text") != task["data"]["text"]:
            raise BadInput(f"document {task['data']['doc_id']!r}: the project holds another text under this id")
    user = None if annotator is None else _user(client, annotator)
    by = {} if user is None else {"completed_by": user}
    done = {}
    for task in tasks:
        doc_id = task["data"]["doc_id"]
        progress(f"pushing {doc_id}")
        annotations = [{"result": one["result"], **by} for one in task.get("annotations", [])]
        if doc_id not in there:
            client.projects.import_tasks(project_id, request=[{"data": task["data"], "annotations": annotations}])
            done[doc_id] = "added" + (" with its annotation" if annotations else "")
        elif annotations and not _annotated(there[doc_id], user):
            for one in annotations:
                client.annotations.create(id=there[doc_id].id, **one)
            done[doc_id] = "annotation added"
        else:
            done[doc_id] = "there already"
    return done


def _annotated(task: Any, user: int | None) -> bool:
    """Whether this user, or without one anybody, has annotated the task; to skip it is not to annotate it."""
    kept = [one for one in task.annotations or [] if not one.get("was_cancelled")]
    return bool(kept if user is None else [one for one in kept if user_number(one["completed_by"]) == user])


def _user(client: LabelStudio, email: str) -> int:
    """The number of the account with this address."""
    for user in client.users.list():
        if user.email == email:
            return int(user.id)
    return int(client.users.create(email=email, username=email).id)


def pull(client: LabelStudio, project_id: int) -> tuple[list[Mapping[str, Any]], dict[int, str]]:
    """The project's annotated tasks as Label Studio exports them, and the annotators' e-mail addresses by number."""
    exported = b"".join(client.projects.exports.download_sync(project_id, export_type="JSON"))
    return json.loads(exported), {int(user.id): str(user.email) for user in client.users.list()}


def _ours(client: LabelStudio) -> Iterator[Any]:
    return (project for project in client.projects.list() if project.title == TITLE)
