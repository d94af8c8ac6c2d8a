"""Our project in a running Label Studio: how it is reached, found and made, and who annotates there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from annotation.server import Login, is_healthy
from eval.document import BadInput

if TYPE_CHECKING:
    import httpx
    from label_studio_sdk import LabelStudio

TITLE = "Wafd"
_SECONDS = 120  # for one answer


@contextmanager
def connected(login: Login) -> Iterator[LabelStudio]:
    """The SDK's client of the server. Raises BadInput as `reached` does."""
    with reached(login) as http:
        yield client(login, http)


@contextmanager
def reached(login: Login, then: Callable[[], str] = lambda: "") -> Iterator[httpx.Client]:
    """The server's addresses, below `login.url`, for what the SDK does not do well; see annotation.tasks.

    Raises BadInput if the SDK is not installed, and where the server fails or does not answer; `then` says how to go on.
    """
    try:
        import httpx
        from label_studio_sdk.core.api_error import ApiError
    except ImportError:
        raise BadInput("this needs label-studio-sdk: uv run --extra label-studio annotate …") from None
    if not is_healthy(login.url):
        raise BadInput(f"no Label Studio answers at {login.url}; start it with annotate serve")
    headers = {"Authorization": f"Token {login.token}"}
    try:
        # no proxy of the environment's: it is on this machine
        with httpx.Client(base_url=login.url, headers=headers, trust_env=False, timeout=_SECONDS) as http:
            yield http
    except (ApiError, httpx.HTTPError) as error:
        said = f"status {error.status_code}: {error.body}" if isinstance(error, ApiError) else str(error) or type(error).__name__
        raise BadInput(f"Label Studio at {login.url} failed: {said[:500]}{then()}") from error


def client(login: Login, http: httpx.Client) -> LabelStudio:
    """The SDK's client, over the same connections."""
    from label_studio_sdk import LabelStudio

    return LabelStudio(base_url=login.url, api_key=login.token, httpx_client=http)


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


def user(client: LabelStudio, email: str) -> int:
    """The number of the account with this address, which is made where there is none."""
    for number, address in emails(client).items():
        if address == email:
            return number
    return int(client.users.create(email=email, username=email).id)


def emails(client: LabelStudio) -> dict[int, str]:
    """The addresses of all accounts, by number."""
    return {int(user.id): str(user.email) for user in client.users.list()}


def _ours(client: LabelStudio) -> Iterator[Any]:
    return (project for project in client.projects.list() if project.title == TITLE)
