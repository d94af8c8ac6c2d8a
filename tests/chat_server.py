"""A server on this machine that speaks OpenAI's chat completions, answers from gold, and fails as it is told to."""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from eval.document import Document
from eval.extractors import Labels, Request
from eval.extractors.llm import Llm

# What is done with one request instead of answering it.
Fault = Callable[["Handler"], object]

ARTICLE = re.compile(r"^<article (\w+)>\n(.*)\n</article \1>", re.DOTALL)


class ChatServer(ThreadingHTTPServer):
    """`requests` are the bodies it was sent, `headers` theirs; `faults` come one a request until there are none left."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.faults: list[Fault | None] = []
        self.rule: Callable[[dict[str, Any]], Fault | None] = lambda body: None
        self.model: Callable[[str], object] = lambda text: RIGHT
        self.over = threading.Event()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """What --base-url takes."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone away is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: ChatServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a question down, and answer it or fail."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            self.server.requests.append(body)
            self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
            told, fault = bool(self.server.faults), self.server.faults.pop(0) if self.server.faults else None
        fault = fault if told else self.server.rule(body)
        if self.path != "/v1/chat/completions":
            fault = status(404, "no such page")
        if fault:
            fault(self)
        else:
            self.complete(json.dumps(self.server.model(article(body)), ensure_ascii=False))

    def complete(self, content: object, reason: str = "stop", **message: object) -> None:
        """Send a chat completion."""
        choice = {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": reason}
        self.send(200, completion([choice]))

    def send(self, code: int, record: object, kind: str = "application/json", **headers: str) -> None:
        """Send JSON, or text as it is."""
        data = (record if isinstance(record, str) else json.dumps(record)).encode()
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


def completion(choices: Sequence[object]) -> dict[str, object]:
    """A chat completion with 100 tokens of question and 10 of answer."""
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": choices, "usage": usage}


def article(body: dict[str, Any]) -> str:
    """The article that a request asks for."""
    found = ARTICLE.match(body["messages"][-1]["content"])
    assert found
    return found[2]


def from_gold(gold: Sequence[Document]) -> Callable[[str], object]:
    """A model that knows the gold: it quotes every mention with three words before it, as a person would."""
    known = {document.text: document for document in gold}

    def answer(text: str) -> object:
        document = known[text]
        mentions = sorted(document.mentions, key=lambda m: (m.start, -m.end))
        quotes = [
            {"id": m.id, "before": " ".join(text[: m.start].split()[-3:]), "quote": text[m.start : m.end], "type": m.type}
            for m in mentions
        ]
        relations = [{"type": r.type, "head": r.head, "tail": r.tail} for r in document.relations]
        entities: dict[str, list[str | None]] = {}
        for m in mentions:
            for entity in (m.entity_id or "").split():
                entities.setdefault(entity, []).append(m.id)
        return {"mentions": quotes, "relations": relations, "entities": list(entities.values())}

    return answer


def status(code: int, message: str, **headers: str) -> Fault:
    """An error as OpenAI sends it. `param` is what it names."""
    param = headers.pop("param", None)
    return lambda handler: handler.send(
        code, {"error": {"message": message, "type": "e", "param": param, "code": None}}, **headers
    )


def says(content: object, reason: str = "stop", **message: object) -> Fault:
    """A chat completion with other words."""
    return lambda handler: handler.complete(content, reason, **message)


def sends(record: object, kind: str = "application/json") -> Fault:
    """Something else with status 200."""
    return lambda handler: handler.send(200, record, kind)


def cut(handler: Handler) -> None:
    """The connection ends before a word."""
    handler.close_connection = True
    handler.connection.shutdown(2)


def cut_in_the_middle(handler: Handler) -> None:
    """The connection ends in the body."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"mess')
    handler.wfile.flush()
    cut(handler)


def ends_early(handler: Handler) -> None:
    """The body ends in the middle, and no header tells."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"mess')
    handler.close_connection = True


def stuck(handler: Handler) -> None:
    """Nothing comes."""
    handler.server.over.wait(30)
    handler.close_connection = True


LABELS = Labels(("GPE", "PER"), ("lives_in",))
TEXT = "زار أحمد دمشق ثم عاد أحمد إلى دمشق"
RIGHT = {
    "mentions": [
        {"id": "m1", "before": "زار", "quote": "أحمد", "type": "PER"},
        {"id": "m2", "before": "أحمد", "quote": "دمشق", "type": "GPE"},
        {"id": "m3", "before": "ثم عاد", "quote": "أحمد", "type": "PER"},
        {"id": "m4", "before": "أحمد إلى", "quote": "دمشق", "type": "GPE"},
    ],
    "relations": [{"type": "lives_in", "head": "m1", "tail": "m2"}],
    "entities": [["m1", "m3"], ["m2", "m4"]],
}
GOOD = json.dumps(RIGHT, ensure_ascii=False)
FOUND = [("أحمد", "PER"), ("دمشق", "GPE"), ("أحمد", "PER"), ("دمشق", "GPE")]

Make = Callable[..., Llm]


def serving() -> Iterator[ChatServer]:
    """A fixture: a server that answers RIGHT."""
    with ChatServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


def making(server: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A fixture: makes extractors of that server, with their answers in a folder of the test's own, and no key."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    # A port may be given out again, and what one server refuses another does not.
    monkeypatch.setattr("eval.extractors.llm.server._REFUSED", defaultdict(set))

    def made(labels: Labels = LABELS, **options: object) -> Llm:
        full = {"base-url": server.url, "answers": tmp_path / "answers", "retries": 1, **options}
        return Llm(Request("m", {name.replace("_", "-"): str(value) for name, value in full.items()}, labels))

    return made


def marked(documents: Iterable[Document]) -> list[tuple[str, str]]:
    """(surface, type) of all mentions."""
    return [((d.text or "")[m.start : m.end], m.type) for d in documents for m in d.mentions]
