"""A server that speaks OpenAI's chat completions: asked through their client, tried again, and never told of by its key.

The client tries again what may pass (429, 5xx, a lost connection, a time-out) with growing pauses, and waits as long as
Retry-After says, up to its limit of two minutes; beyond that it gives up, which is right for a quota that is used up.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from eval.document import BadInput
from eval.extractors.llm.reading import said

# What a server may refuse, and is then asked without, with how it speaks of it. A run has an extractor for each fold: what one
# has found out, the others know.
OPTIONAL = {
    "temperature": re.compile("temperature"),
    "response_format": re.compile("response.?format|json.?schema|structured|guided|grammar", re.IGNORECASE),
}
_REFUSED: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
_ASKING: dict[tuple[str, str, int], threading.BoundedSemaphore] = {}

# Said of one question, not of all: it is too long, or may not be answered.
_THIS_ONE = re.compile(
    r"context.{0,20}(length|size|window)|too (long|large)|too many tokens|content.?(filter|policy)", re.IGNORECASE
)
_SECRET = 8  # characters of a key, at least: a shorter one is a word for a server that needs none, and may stand anywhere


class Unanswered(Exception):
    """The server refuses this question, and may answer others."""


class Server:
    """One model at one address."""

    def __init__(
        self, address: str, model: str, key: str, timeout: float, retries: int, at_once: int, counted: Callable[[], None]
    ) -> None:
        """`timeout` is in seconds; `counted` is called before each request.

        No more than `at_once` questions are under way, with those of the run's other folds. Raises BadInput for an address that
        will not do.
        """
        _check(address)
        self.address, self.model = address.strip().rstrip("/"), model
        self._key, self._timeout, self._retries, self._counted = key, timeout, retries, counted
        self._refused = _REFUSED[self.address, model]
        self._asking = _ASKING.setdefault((self.address, model, at_once), threading.BoundedSemaphore(at_once))
        self._client: Any = None
        self._lock = threading.Lock()

    def ask(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Ask without what the server refuses. Returns the request as it was made, and the chat completion.

        Raises Unanswered; and BadInput, saying what to do, where asking on is of no use.
        """
        while True:
            asked = {name: value for name, value in body.items() if name not in self._refused}
            try:
                return asked, self._completion(asked)
            except _Refused as error:
                self._refused.add(error.name)

    def _completion(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A body that breaks off with no sign of it in the headers is tried again here, as the client does with all else."""
        for tried in range(self._retries + 1):
            if tried:
                time.sleep(min(2.0 ** (tried - 2), 8))
            kind, text = self._sent(body)
            try:
                # Masked when its escapes are read: they could hide a key.
                found = json.loads(self._masked(json.dumps(json.loads(text))))
            except (ValueError, RecursionError):
                found = None
                if "json" not in kind:
                    break
            if isinstance(found, dict) and isinstance(found.get("choices"), list):
                return found
        raise BadInput(
            f"llm: what answers at {self.address} sends no chat completion but {said(self._masked(text))};"
            " --base-url is the address that /chat/completions is appended to, and mostly ends in /v1"
        )

    def _sent(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """The content type and the text of the answer to a request."""
        import openai

        try:
            with self._asking:
                raw = self._connected().chat.completions.with_raw_response.create(model=self.model, **body)
            return raw.headers.get("content-type", ""), raw.http_response.text
        except openai.APIError as error:
            problem = error
        # Raised here, where no traceback shows what led to it: a server may repeat the key.
        if isinstance(problem, openai.APIStatusError):
            self._refuse(problem.status_code, problem.body, problem.response.headers.get("retry-after"), body)
        if isinstance(problem, openai.APITimeoutError):
            self._give_up(f"no answer within {self._timeout:g} seconds; --option timeout=SECONDS waits longer")
        self._give_up(f"no connection: {said(self._masked(str(problem.__cause__ or problem)))}")

    def _connected(self) -> Any:
        """The client, made when first needed: where all answers are on disk, it never is."""
        import openai

        with self._lock:
            if self._client is None:
                http = openai.DefaultHttpxClient(event_hooks={"request": [lambda request: self._counted()]})
                self._client = openai.OpenAI(
                    api_key=self._key, base_url=self.address, timeout=self._timeout, max_retries=self._retries, http_client=http
                )
            return self._client

    def _refuse(self, status: int, error: object, wait: str | None, body: Mapping[str, Any]) -> NoReturn:
        """Raise what a status that is an error means."""
        words = _message(error)
        what = f"{status}, {said(self._masked(words))}"
        if status in (400, 422):
            named = error.get("param") if isinstance(error, Mapping) else None
            for name, speaks in OPTIONAL.items():
                if name in body and (name == named or speaks.search(words)):
                    raise _Refused(name)
        if status == 413 or (status in (400, 422) and _THIS_ONE.search(words)):
            raise Unanswered(what)
        where = f"llm: {self.address}"
        if status in (401, 403):
            raise BadInput(f"{where} refuses the key: {what}; set OPENAI_API_KEY to one that it takes")
        if status == 404:
            raise BadInput(
                f"{where} does not know the model {self.model!r}, or is no such address: {what};"
                " the model's name follows llm:, and --base-url mostly ends in /v1"
            )
        if status in (408, 409, 429) or status >= 500:
            self._give_up(f"{what}, Retry-After {said(self._masked(wait))}" if wait else what)
        raise BadInput(f"{where} refuses the question: {what}")

    def _give_up(self, why: str) -> NoReturn:
        raise BadInput(f"llm: {self.address}: {why}; given up after up to {self._retries + 1} tries")

    def _masked(self, text: str) -> str:
        """Servers repeat keys in what they say."""
        return text.replace(self._key, "***") if len(self._key) >= _SECRET else text


class _Refused(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


def _check(address: str) -> None:
    """Raise BadInput for what is no address of a server or holds a secret, which the message does not repeat."""
    try:
        parts = urlsplit(address)
        at_home = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise BadInput("--base-url: no address; it reads like http://localhost:8000/v1") from None
    if "@" in (parts.netloc or address):
        raise BadInput("--base-url: holds a user name or password before @; leave it out, and set OPENAI_API_KEY to the key")
    if parts.query or parts.fragment:
        raise BadInput("--base-url: holds ? or #; leave out what follows, and set OPENAI_API_KEY to the key")
    if not at_home:
        raise BadInput(f"--base-url {address}: no address; it reads like http://localhost:8000/v1")


def _message(error: object) -> str:
    """What an error's body says, which is differently made from server to server; never what was sent, which some repeat."""
    while isinstance(error, Mapping):
        place = error.get("loc")
        if isinstance(place, list):
            return f"{'.'.join(map(str, place))}: {error.get('msg')}"
        error = next((error[key] for key in ("message", "detail", "error", "msg") if error.get(key)), "")
    return ", ".join(map(_message, error)) if isinstance(error, list) else str(error)
