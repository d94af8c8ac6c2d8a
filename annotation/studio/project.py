"""Our project in a running Label Studio: how it is reached, found and made, and who annotates there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from annotation import instructions, page, schema
from annotation.studio.address import KEY, Address
from eval.document import BadInput

if TYPE_CHECKING:
    import httpx
    from label_studio_sdk import LabelStudio

TITLE = "Wafd"
_SECONDS = 120  # for one answer
# The columns that the list of articles does not show; beside an open article there is room for two. Never the texts: with long
# ones in it, no article opens within a quarter of a minute. The others are Label Studio's own choice.
_HIDDEN = "data.text inner_id annotations_results annotations_ids predictions_score predictions_model_versions"
_HIDDEN += " predictions_results file_upload storage_filename created_at updated_at updated_by avg_lead_time draft_exists"
_BESIDE = "id completed_at annotators cancelled_annotations total_predictions data.date"
_LIST: Any = {
    "title": "Default",
    "type": "list",
    "target": "tasks",
    "hiddenColumns": {
        "explore": [f"tasks:{name}" for name in _HIDDEN.split()],
        "labeling": [f"tasks:{name}" for name in f"{_HIDDEN} {_BESIDE}".split()],
    },
}


@contextmanager
def reached(address: Address, then: Callable[[], str] = lambda: "") -> Iterator[httpx.Client]:
    """The server's addresses, below `address.url`, for what the SDK does not do well; see annotation.studio.tasks.

    Raises BadInput if the SDK is not installed, where the server fails or does not answer, and where it refuses the key; `then`
    says how to go on.
    """
    try:
        import httpx
        from label_studio_sdk.core.api_error import ApiError
    except ImportError:
        raise BadInput(
            "this needs label-studio-sdk: uv run --extra label-studio annotate …, or pip install 'wafd[label-studio]'"
        ) from None
    # Ours is on this machine: no proxy of the environment's leads to it.
    settings: dict[str, Any] = {"base_url": address.url, "trust_env": not address.is_ours, "timeout": _SECONDS}
    try:
        with httpx.Client(**settings, auth=_auth(address)) as http:
            _check_healthy(address, http)
            yield http
    except (ApiError, httpx.HTTPError, json.JSONDecodeError) as error:
        status = getattr(getattr(error, "response", error), "status_code", None)
        if status in (401, 403) and not address.is_ours:
            raise BadInput(f"Label Studio at {address.url} refuses the access token in {KEY}") from None
        said = f"status {status}: {error.body}" if isinstance(error, ApiError) else str(error) or type(error).__name__
        # Label Studio's API speaks JSON; what the SDK cannot read it reports with the status that it had
        if not address.is_ours and ("<html" in said or isinstance(error, json.JSONDecodeError) or status == 200):
            raise BadInput(
                f"what answers at {address.url} is no Label Studio; --url is the address of its first page, without /projects/…"
            ) from None
        raise BadInput(f"Label Studio at {address.url} failed: {said[:500]}{then()}") from error


def client(address: Address, http: httpx.Client) -> LabelStudio:
    """The SDK's client, over the same connections."""
    from label_studio_sdk import LabelStudio

    return LabelStudio(base_url=address.url, api_key=address.key, httpx_client=http)


def opened(client: LabelStudio) -> int:
    """The id of our project, made if it is not there yet, and brought up to the schema, the entity table and the guidelines.

    Where there is no table, a page that has one stays: Label Studio lets no picker go that was used.
    """
    known = schema.load()
    label_config, expert_instruction = page.config(known), instructions.html(known)
    for ours in _ours(client):
        changed: dict[str, Any] = {}
        if ours.label_config != label_config and page.has_picker(label_config) >= page.has_picker(ours.label_config):
            changed["label_config"] = label_config
        if instructions.version(expert_instruction) != instructions.version(ours.expert_instruction or ""):
            changed["expert_instruction"] = expert_instruction
        if changed:
            client.projects.update(int(ours.id), **changed)
        return int(ours.id)
    made = {"title": TITLE, "label_config": label_config, "maximum_annotations": 2, "show_instruction": False}
    id = int(client.projects.create(**made, expert_instruction=expert_instruction).id)
    client.views.create(project=id, data=_LIST)
    return id


def preannotate(client: LabelStudio, project_id: int, version: str, *, uncertain_first: bool) -> None:
    """Let annotators start from the predictions of this version; with `uncertain_first`, on those with the lowest score.

    That is the order of Label All Tasks. Where that is not asked for, the order stays as it is.
    """
    order = {"sampling": "Uncertainty sampling"} if uncertain_first else {}
    client.projects.update(project_id, model_version=version, show_collab_predictions=True, **order)


def found(client: LabelStudio) -> int:
    """The id of our project. Raises BadInput if it is not there."""
    for ours in _ours(client):
        return int(ours.id)
    raise BadInput(f"no project {TITLE!r} in this Label Studio; annotate push makes it and brings the articles")


def user(client: LabelStudio, email: str) -> int:
    """The number of the account with this address, which is made where there is none.

    Raises BadInput for what is no address.
    """
    email = email_address(email)
    for number, address in emails(client).items():
        if address.lower() == email:
            return number
    return int(client.users.create(email=email, username=email).id)


def email_address(words: str) -> str:
    """In small letters: so Label Studio reads what a person logs in with, while its API takes an address as it is.

    It takes ASCII alone. Raises BadInput for what is no e-mail address.
    """
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+\.[!-\-/-?A-~]+", words):
        raise BadInput(f"{words!r} is no e-mail address; one is like name@example.org")
    return words.lower()


def emails(client: LabelStudio) -> dict[int, str]:
    """The addresses of all accounts, by number."""
    return {int(user.id): str(user.email) for user in client.users.list()}


def _ours(client: LabelStudio) -> Iterator[Any]:
    return (project for project in client.projects.list() if project.title == TITLE)


def _check_healthy(address: Address, http: httpx.Client) -> None:
    import httpx

    try:
        if http.get("/health", auth=None, timeout=30).is_success:
            return
    except httpx.HTTPError:
        pass
    start = "; start it with annotate serve" if address.is_ours else ""
    raise BadInput(f"no Label Studio answers at {address.url}{start}")


def _auth(address: Address) -> httpx.Auth:
    """How requests are signed with the key: a legacy token as it is, a personal one by what it is exchanged for."""
    import httpx

    class Key(httpx.Auth):  # type: ignore[misc]
        requires_response_body = True
        signature = f"Token {address.key}"

        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            request.headers["Authorization"] = self.signature
            answer = yield request
            if answer.status_code == 401 and address.key.count(".") == 2:  # a personal token, whose short-lived one ran out
                exchanged = yield httpx.Request("POST", f"{address.url}/api/token/refresh/", json={"refresh": address.key})
                if exchanged.is_success:
                    self.signature = f"Bearer {exchanged.json()['access']}"
                    request.headers["Authorization"] = self.signature
                    yield request

    return Key()
