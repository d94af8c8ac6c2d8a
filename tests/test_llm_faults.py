"""What goes wrong between a run and a model, over HTTP: what is tried again, what stops, what becomes a note."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from eval.document import BadInput, Document
from tests.chat_server import (
    FOUND,
    GOOD,
    TEXT,
    ChatServer,
    Fault,
    Make,
    cut,
    cut_in_the_middle,
    ends_early,
    making,
    marked,
    sends,
    serving,
    status,
    stuck,
)
from tests.conftest import Command, write_lines

server, make = pytest.fixture(serving), pytest.fixture(making)

ONE = Document("d", TEXT)


@pytest.mark.parametrize(
    "fault",
    [
        status(429, "slow down"),
        status(500, "oops"),
        status(502, "bad gateway"),
        status(503, "busy"),
        cut,
        cut_in_the_middle,
        ends_early,
        stuck,
        sends({"error": {"message": "upstream", "code": 502}}),
    ],
)
def test_what_may_pass_is_tried_again(server: ChatServer, make: Make, fault: Fault) -> None:
    """And leaves no trace in what is found."""
    server.faults = [fault]
    llm = make(timeout=1)
    (found,) = llm.extract([ONE])
    assert marked([found]) == FOUND
    assert found.notes == ()
    assert server.requests == [server.requests[0]] * 2
    assert llm.usage["requests"] == 2


def test_retry_after_is_honoured(server: ChatServer, make: Make) -> None:
    """A server that asks for two seconds is not asked again before; without a word the pause is well under one."""
    times: list[float] = []

    def timed(body: dict[str, Any]) -> Fault | None:
        times.append(time.monotonic())
        return status(429, "slow down", Retry_After="2") if len(times) == 1 else None

    server.rule = timed
    list(make().extract([ONE]))
    assert times[1] - times[0] >= 2


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(429, "slow down"), "429, 'slow down'; given up after up to 2 tries"),
        (status(429, "quota", Retry_After="3600"), "429, 'quota', Retry-After '3600'; given up"),
        (status(503, "busy\n\x1b[2J now"), r"503, 'busy \[2J now'"),
        (cut, "no connection"),
        (cut_in_the_middle, "no connection"),
        (stuck, "no answer within 0.5 seconds"),
        (ends_early, 'no chat completion but \'{"choices": '),
    ],
)
def test_after_the_last_retry_the_run_stops(server: ChatServer, make: Make, fault: Fault, words: str) -> None:
    """In one line that says what the server said and how often it was tried, or what to do."""
    server.rule = lambda body: fault
    with pytest.raises(BadInput, match=words) as caught:
        list(make(timeout=0.5).extract([ONE]))
    assert caught.match("given up after up to 2 tries" if fault is not ends_early else "--base-url")
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    server.rule = lambda body: None
    assert marked(make().extract([ONE])) == FOUND


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(401, "bad key"), "refuses the key: 401, 'bad key'; set OPENAI_API_KEY"),
        (status(403, "not yours"), "refuses the key: 403, 'not yours'; set OPENAI_API_KEY"),
        (status(404, "no m"), "does not know the model 'm', or is no such address: 404, 'no m'.*--base-url mostly ends in /v1"),
        (status(400, "odd"), "refuses the question: 400, 'odd'"),
        (lambda handler: handler.send(400, {"detail": [{"msg": "odd", "input": "temperature"}]}), "400, 'odd'"),
        (
            lambda handler: handler.send(422, {"detail": [{"loc": ["body", 0], "msg": "odd", "input": "json_schema"}]}),
            "422, 'body.0: odd'",
        ),
        (lambda handler: handler.send(400, {"error": "odd"}), "400, 'odd'"),
        (lambda handler: handler.send(400, {}), "400, ''"),
        (lambda handler: handler.send(400, "<html>odd</html>", "text/html"), "400, '<html>odd</html>'"),
        (sends("<html>hello</html>", "text/html"), "sends no chat completion but '<html>hello</html>'; --base-url"),
    ],
)
def test_what_will_not_pass_stops_at_once(server: ChatServer, make: Make, fault: Fault, words: str) -> None:
    """It is asked once, and the message says what to do."""
    server.rule = lambda body: fault
    with pytest.raises(BadInput, match=words):
        list(make(retries=6, concurrency=1).extract([ONE, Document("e", TEXT)]))
    assert len(server.requests) == 1


def test_a_wrong_path(server: ChatServer, make: Make) -> None:
    """An address without /v1 is a 404 that says so."""
    with pytest.raises(BadInput, match="mostly ends in /v1"):
        list(make(base_url=server.url.removesuffix("/v1")).extract([ONE]))


def test_no_server(make: Make) -> None:
    """Nobody listens: one line."""
    with pytest.raises(BadInput, match=r"no connection: .*refused"):
        list(make(base_url="http://127.0.0.1:9/v1").extract([ONE]))


def test_what_is_under_way_is_finished_and_yielded(server: ChatServer, make: Make) -> None:
    """One of four fails while three are under way: all three come before the error, and what had not begun is not asked for."""
    all_here = threading.Barrier(4, timeout=10)
    failed = threading.Event()

    def rule(body: dict[str, Any]) -> Fault | None:
        all_here.wait()
        if "bad" in body["messages"][-1]["content"]:
            return lambda handler: (status(401, "bad key")(handler), failed.set())
        # a while after, so that the failure has arrived
        return lambda handler: (failed.wait(10), time.sleep(1), handler.complete(GOOD))

    server.rule = rule
    names = ["bad", "1", "2", "3", "4", "5"]
    documents = iter(make(concurrency=4).extract([Document(name, f"{TEXT} {name}") for name in names]))
    found = [next(documents).doc_id for _ in range(3)]
    with pytest.raises(BadInput, match="bad key"):
        next(documents)
    assert sorted(found) == ["1", "2", "3"]
    assert len(server.requests) == 4


OPTIONS = [
    ("response_format", status(400, "'response_format' of type 'json_schema' is not supported with this model")),
    ("response_format", status(400, "Invalid parameter", param="response_format")),
    ("response_format", lambda handler: handler.send(422, {"detail": [{"loc": ["body", "response_format"], "msg": "extra"}]})),
    ("temperature", status(400, "Unsupported value: 'temperature' does not support 0 with this model.", param="temperature")),
]


@pytest.mark.parametrize(("name", "fault"), OPTIONS)
def test_what_a_server_refuses_it_is_asked_without(server: ChatServer, make: Make, name: str, fault: Fault) -> None:
    """Found out once, for the rest of the run and its other folds; and a second run asks nothing at all."""
    server.rule = lambda body: fault if name in body else None
    documents = [Document(str(i), f"{TEXT} {i}") for i in range(4)]
    llm = make(concurrency=1)
    assert marked(llm.extract(documents[:2])) == FOUND * 2
    assert marked(make().extract(documents[2:])) == FOUND * 2
    assert [name in body for body in server.requests] == [True, False, False, False, False]
    first, second, *_ = server.requests
    assert {key: value for key, value in first.items() if key != name} == second
    assert len(list(make().extract(documents))) == 4
    assert len(server.requests) == 5


def test_a_server_may_refuse_both(server: ChatServer, make: Make) -> None:
    """One after the other."""
    server.rule = lambda body: next((fault for name, fault in OPTIONS[::-1] if name in body), None)
    assert marked(make().extract([ONE])) == FOUND
    assert set(server.requests[-1]) == {"model", "messages"}


def test_a_run_that_stops_goes_on(server: ChatServer, tmp_path: Any, command: Command) -> None:
    """The command exits with 2 and one line; typed again, it asks only for what is not answered yet."""
    write_lines(
        tmp_path / "gold.jsonl",
        [{"doc_id": str(i), "text": f"{TEXT} {i}", "mentions": [{"start": 4, "end": 8, "type": "PER"}]} for i in range(3)],
    )
    line = [
        "eval",
        "run",
        "llm:m",
        "--base-url",
        server.url,
        "--gold",
        "gold.jsonl",
        "-o",
        "answers=kept",
        "-o",
        "retries=0",
        "-o",
        "concurrency=1",
    ]
    line += ["--protocol", "as-is", "--metrics", "ner.strict"]
    server.faults = [None, status(503, "busy")]
    done = command(*line, OPENAI_API_KEY="")
    assert done.returncode == 2
    (place,) = (folder.relative_to(tmp_path) for folder in tmp_path.glob("runs/*.unfinished"))
    assert done.stderr.splitlines() == [
        f"eval: llm: {server.url}: 503, 'busy'; given up after up to 1 tries; "
        f"1 of 3 documents are kept in {place}; the same command goes on after them"
    ]
    assert command(*line, OPENAI_API_KEY="").returncode == 0
    assert len(server.requests) == 2 + 2
