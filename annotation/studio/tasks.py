"""The project's tasks in Label Studio, a page at a time.

By the server's own addresses and not the SDK's: it reads every page into models, and sends a request again whose answer is lost,
which would import the same tasks twice. Pages begin after a task's number, so that one that is deleted meanwhile shifts nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from annotation.label_studio import Task

if TYPE_CHECKING:
    import httpx

# So many tasks a page: with and without what is annotated in them.
_LISTED, _ANNOTATED = 250, 50

Filter = Mapping[str, Any]
_ANY: Filter = {"filter": "filter:tasks:annotations_ids", "operator": "empty", "type": "List", "value": False}


def listed(http: httpx.Client, project_id: int, with_annotators: bool) -> Iterator[Task]:
    """All tasks with id and data; `with_annotators` also the id, completed_by and was_cancelled of each annotation."""
    if with_annotators:
        return _pages(http, project_id, _LISTED, "all", "id,data,annotations,completed_by,was_cancelled")
    return _pages(http, project_id, _LISTED, "task_only", "id,data")


def marked(http: httpx.Client, project_id: int) -> Iterator[Task]:
    """The tasks that have annotations, skipped ones too, with no more than who has made them: completed_by, was_cancelled."""
    return _pages(http, project_id, _LISTED, "all", "id,annotations,completed_by,was_cancelled", _ANY)


def total(http: httpx.Client, project_id: int) -> int:
    """How many tasks there are."""
    asked = {"project": project_id, "page_size": 1, "fields": "task_only", "include": "id"}
    return int(checked(http.get("/api/tasks", params=asked)).json()["total"])


def annotated(http: httpx.Client, project_id: int) -> Iterator[Task]:
    """The tasks that have annotations, skipped ones too, with what an export takes of them.

    Which these are is asked of the annotations themselves: the server's counts are wrong after a kill in the midst of an import.
    """
    fields = "id,data,annotations,result,completed_by,was_cancelled"
    return _pages(http, project_id, _ANNOTATED, "all", fields, _ANY)


def every(http: httpx.Client, project_id: int) -> Iterator[Task]:
    """All tasks with what is annotated in them, when, and for how long the page was open; `draft_exists` tells of anybody's."""
    fields = "id,data,annotations,result,completed_by,was_cancelled,lead_time,created_at,updated_at,draft_exists"
    return _pages(http, project_id, _ANNOTATED, "all", fields)


def drafters(http: httpx.Client, task: int) -> set[str]:
    """The addresses of those who have a draft of a task. The task itself names only the drafts of who asks."""
    return {draft["user"] for draft in checked(http.get(f"/api/tasks/{task}/drafts")).json()}


def predicted(http: httpx.Client, project_id: int) -> Iterator[Task]:
    """All tasks as `listed` with annotators, and their predictions with id, model_version, score and result."""
    fields = "id,data,annotations,completed_by,was_cancelled,predictions,model_version,score,result"
    return _pages(http, project_id, _ANNOTATED, "all", fields)


def has(http: httpx.Client, project_id: int, doc_id: str) -> bool:
    """Whether there is a task of a document."""
    its = {"filter": "filter:tasks:data.doc_id", "operator": "equal", "type": "String", "value": doc_id}
    return bool(_page(http, project_id, 1, "task_only", "id", [its]))


def has_prediction(http: httpx.Client, project_id: int, task: int, version: str) -> bool:
    """Whether a task is there and has a prediction of this model_version."""
    its = {"filter": "filter:tasks:id", "operator": "equal", "type": "Number", "value": task}
    found = _page(http, project_id, 1, "all", "id,predictions,model_version", [its])
    return any(one["model_version"] == version for one_task in found for one in one_task["predictions"])


def add(http: httpx.Client, project_id: int, body: bytes) -> tuple[int, int, int]:
    """Import a JSON list of tasks with their annotations and predictions: all of them or, where it fails, none.

    Returns how many of the three came.
    """
    answer = http.post(f"/api/projects/{project_id}/import", content=body, headers={"Content-Type": "application/json"})
    counts = checked(answer).json()
    return counts["task_count"], counts["annotation_count"], counts["prediction_count"]


def predict(http: httpx.Client, project_id: int, body: bytes) -> None:
    """Import a JSON list of predictions of tasks that are there: all of them or, where it fails, none."""
    headers = {"Content-Type": "application/json"}
    checked(http.post(f"/api/projects/{project_id}/import/predictions", content=body, headers=headers))


def predict_anew(http: httpx.Client, prediction: int, found: Mapping[str, Any]) -> None:
    """Let a prediction have another model_version, score and result, in one go; annotations made from it stay as they are."""
    checked(http.patch(f"/api/predictions/{prediction}/", json=found))


def annotate(http: httpx.Client, task: int, annotation: Mapping[str, Any]) -> None:
    """Give a task an annotation. One whose unique_id is there already stays the only one."""
    answer = http.post(f"/api/tasks/{task}/annotations/", json=annotation)
    if answer.status_code != 409:  # what the server says where the unique_id is there
        checked(answer)


def checked(answer: httpx.Response) -> httpx.Response:
    """Raises HTTPStatusError, with what the server says, unless it did what it was asked."""
    import httpx

    if not answer.is_success:
        said = f"{answer.request.method} {answer.request.url.path}: status {answer.status_code}: {answer.text[:300]}"
        raise httpx.HTTPStatusError(said, request=answer.request, response=answer)
    return answer


def _pages(http: httpx.Client, project_id: int, size: int, fields: str, include: str, *filters: Filter) -> Iterator[Task]:
    last = 0
    while True:
        after = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": last}
        page = _page(http, project_id, size, fields, include, [*filters, after])
        if not page:
            return
        # a task of two annotations may come twice
        yield from {task["id"]: task for task in page}.values()
        last = page[-1]["id"]


def _page(
    http: httpx.Client, project_id: int, size: int, fields: str, include: str, filters: Sequence[Filter]
) -> list[dict[str, Any]]:
    asked = {
        "project": project_id,
        "page_size": size,
        "fields": fields,
        "include": include,
        "resolve_uri": "false",  # a text that looks like an address stays what it is
        "query": json.dumps({"filters": {"conjunction": "and", "items": list(filters)}}),
    }
    page: list[dict[str, Any]] = checked(http.get("/api/tasks", params=asked)).json()["tasks"]
    return page
