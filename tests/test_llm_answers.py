"""What llm:MODEL writes: every answer on disk, so that none is paid for twice, and the key nowhere."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.document import BadInput, Document, check
from eval.extractors import Labels
from eval.extractors.llm.answers import Answers
from eval.extractors.llm.marking import mark
from eval.extractors.llm.question import answer
from eval.extractors.llm.reading import read
from tests.chat_server import (
    FOUND,
    GOOD,
    LABELS,
    RIGHT,
    TEXT,
    ChatServer,
    Fault,
    Make,
    making,
    marked,
    says,
    sends,
    serving,
    status,
    stuck,
)
from tests.conftest import BIN, ROOT, Command, write_lines
from tests.strategies import documents

server, make = pytest.fixture(serving), pytest.fixture(making)

MANY = [Document(str(i), f"{TEXT} {i}") for i in range(6)]
KEY = "sk-proj-0123456789abcdefGEHEIM"


def kept(folder: Path) -> list[Path]:
    """The answers in a folder."""
    return sorted(folder.glob("*.json"))


def test_a_second_run_asks_nothing(server: ChatServer, make: Make, tmp_path: Path) -> None:
    """A record holds what was asked and what was answered, with its usage."""
    first = sorted(make().extract(MANY), key=lambda d: d.doc_id)
    assert len(server.requests) == 6
    assert sorted(make().extract(MANY), key=lambda d: d.doc_id) == first
    assert len(server.requests) == 6
    assert len(kept(tmp_path / "answers")) == 6
    record = json.loads(kept(tmp_path / "answers")[0].read_text(encoding="utf-8"))
    asked = record["request"]
    assert {key: asked[key] for key in ("address", "model", "attempt")} == {"address": server.url, "model": "m", "attempt": 1}
    assert {key: asked[key] for key in server.requests[0] if key in ("temperature", "response_format")} == {
        key: server.requests[0][key] for key in ("temperature", "response_format")
    }
    assert record["response"]["usage"]["total_tokens"] == 110


@pytest.mark.parametrize(
    "other", [{"temperature": 1}, {"shots": 1}, {"model": "other"}, {"labels": True}, {"text": True}, {"address": True}]
)
def test_another_question_is_asked(server: ChatServer, make: Make, other: dict[str, Any]) -> None:
    """Whatever of it differs: parameters, examples, the model, the schema, the text, the address."""
    example = Document("x", "حلب")
    first = make()
    first.fit([example, Document("y", "حمص")])
    list(first.extract([MANY[0]]))
    options = {name: value for name, value in other.items() if name in ("temperature", "shots")}
    if "labels" in other:
        options["labels"] = Labels(("GPE", "ORG", "PER"), LABELS.relations)
    if "address" in other:
        options["base_url"] = server.url.replace("127.0.0.1", "localhost")
    second = make(**options)
    if "model" in other:
        second._server.model = "other"
    second.fit([example, Document("y", "حمص")])
    list(second.extract([MANY[1] if "text" in other else MANY[0]]))
    assert len(server.requests) == 2


@pytest.mark.parametrize("how", ["torn", "empty", "foreign", "other", "list", "deep", "folder"])
def test_a_torn_or_foreign_file_is_not_trusted(server: ChatServer, make: Make, tmp_path: Path, how: str) -> None:
    """It is asked again, and the file replaced by the answer."""
    list(make().extract(MANY[:2]))
    one, two = kept(tmp_path / "answers")
    whole = one.read_bytes()
    if how == "folder":
        one.unlink()
        one.mkdir()
        with pytest.raises(BadInput, match="cannot be kept there"):
            list(make().extract(MANY[:2]))
        return
    foreign = {"request": {}, "response": json.loads(whole)["response"]}
    broken = {
        "torn": whole[:-20],
        "empty": b"",
        "foreign": json.dumps(foreign).encode(),
        "other": two.read_bytes(),
        "list": b"[1]",
    }
    one.write_bytes({**broken, "deep": b"[" * 100_000}[how])
    assert marked(make().extract(MANY[:2])) == FOUND * 2
    assert len(server.requests) == 3
    assert one.read_bytes() == whole
    assert [path.name for path in (tmp_path / "answers").iterdir() if path.suffix != ".json"] == []


def test_where_answers_cannot_be_kept(make: Make, tmp_path: Path) -> None:
    """One line that names the place and the option."""
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=r"file: an answer cannot be kept there: .*--option answers=DIR"):
        list(make(answers=tmp_path / "file").extract(MANY))


def test_by_default_answers_are_in_the_users_own_data(server: ChatServer, tmp_path: Path, command: Command) -> None:
    """Not in the working directory."""
    write_lines(tmp_path / "gold.jsonl", [{"doc_id": "d", "text": TEXT, "mentions": [{"start": 4, "end": 8, "type": "PER"}]}])
    data = tmp_path / "data"
    line = ("eval", "run", "llm:m", "--base-url", server.url, "--gold", "gold.jsonl", "--metrics", "ner.strict", "--out", "run")
    assert command(*line, XDG_DATA_HOME=str(data), HOME=str(tmp_path), OPENAI_API_KEY="").returncode == 0
    assert len(kept(data / "wafd" / "answers")) == 1


SCRIPT = """
import sys
from eval.document import Document
from eval.extractors import Labels, Request
from eval.extractors.llm import Llm
url, folder, text = sys.argv[1:]
llm = Llm(Request("m", {"base-url": url, "answers": folder, "concurrency": "2"}, Labels(("GPE", "PER"), ("lives_in",))))
for document in llm.extract([Document(str(i), f"{text} {i}") for i in range(6)]):
    print(document.doc_id, flush=True)
"""


def test_killed_between_only_answers_under_way_are_lost(server: ChatServer, make: Make, tmp_path: Path) -> None:
    """kill -9 while two of six are under way: the four before stay whole, and only the two are asked for again."""
    server.rule = lambda body: stuck if len(server.requests) > 4 else None
    line = [sys.executable, "-c", SCRIPT, server.url, str(tmp_path / "answers"), TEXT]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI")}
    with subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        done = {process.stdout.readline().strip() for _ in range(4)}
        deadline = time.monotonic() + 30
        while len(server.requests) < 6 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert len(done) == 4
    assert len(kept(tmp_path / "answers")) == 4
    server.rule = lambda body: None
    assert marked(make().extract(MANY)) == FOUND * 6
    assert len(server.requests) == 6 + 2


def test_one_interrupt_ends_a_run(server: ChatServer, tmp_path: Path) -> None:
    """Though two answers are under way and do not come; what was answered is kept."""
    lines = [{"doc_id": one.doc_id, "text": one.text, "mentions": [{"start": 4, "end": 8, "type": "PER"}]} for one in MANY]
    write_lines(tmp_path / "gold.jsonl", lines)
    server.rule = lambda body: stuck if len(server.requests) > 4 else None
    line = [str(BIN / "eval"), "run", "llm:m", "--base-url", server.url, "--gold", "gold.jsonl", "--protocol", "as-is"]
    line += ["-o", "answers=kept", "-o", "concurrency=2"]
    with subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while len(server.requests) < 6 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)  # the server is stuck for longer
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert len(kept(tmp_path / "kept")) == 4


ECHO = f"Incorrect API key provided: {KEY}. Bearer {KEY}"
ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in KEY)
ECHOES = [
    says(GOOD),
    status(401, ECHO),
    status(403, ECHO),
    status(404, ECHO),
    status(400, ECHO),
    status(429, ECHO, Retry_After=f"9999{KEY}"),
    status(500, ECHO),
    status(413, ECHO),
    says(ECHO),
    says(None, refusal=ECHO),
    says(GOOD.replace("أحمد", KEY)),
    says(GOOD.replace('"PER"', f'"{KEY}"')),
    sends({"error": ECHO}),
    sends(ECHO, "text/html"),
    sends({"choices": [], "headers": {"authorization": f"Bearer {KEY}"}}),
    sends(json.dumps({"choices": [], "key": KEY}).replace(KEY, ESCAPED)),
]


@pytest.mark.parametrize("fault", ECHOES)
def test_the_key_is_in_nothing_that_is_made(
    server: ChatServer,
    make: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    """Whatever a server sends back: not in answers, notes, errors and what led to them, logs, or what objects show of themselves."""
    caplog.set_level(logging.DEBUG, "openai")
    caplog.set_level(logging.DEBUG, "httpx2")
    monkeypatch.setenv("OPENAI_API_KEY", f" {KEY}\n")
    server.rule = lambda body: fault
    llm = make(retries=0)
    made = [repr(llm), repr(vars(llm)), repr(llm._server)]
    try:
        made += map(repr, llm.extract([MANY[0]]))
    except BadInput as error:
        made += traceback.format_exception(error)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    written = [path.read_text(encoding="utf-8") for path in kept(tmp_path / "answers")]
    assert len(made) > 3
    everything = "\n".join([*made, *written, caplog.text, repr(llm.usage)])
    assert [key for key in (KEY, "GEHEIM", "0123456789abcdef", ESCAPED) if key in everything] == []


@pytest.mark.parametrize("fault", [says(GOOD), says(None, refusal=ECHO), status(401, ECHO)])
def test_the_key_is_in_nothing_that_a_run_writes(server: ChatServer, tmp_path: Path, command: Command, fault: Fault) -> None:
    """Neither in a file nor on the terminal, with the client's own log turned on."""
    write_lines(tmp_path / "gold.jsonl", [{"doc_id": "d", "text": TEXT, "mentions": [{"start": 4, "end": 8, "type": "PER"}]}])
    server.rule = lambda body: fault
    line = ("eval", "run", "llm:m", "--base-url", server.url, "--gold", "gold.jsonl", "-o", "answers=kept", "-o", "retries=0")
    done = command(*line, "--out", "run", OPENAI_API_KEY=KEY, OPENAI_LOG="debug")
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert done.returncode in (0, 2)
    assert "HTTP Request" in done.stderr
    assert "Traceback" not in done.stderr
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= (1 if done.returncode else 5)  # the gold, an answer, the run's three
    everything = b"\n".join([*written, done.stdout.encode(), done.stderr.encode()])
    assert b"GEHEIM" not in everything
    assert b"0123456789abcdef" not in everything


def test_a_short_key_is_a_word(server: ChatServer, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What people set for a server that needs none must not tear holes into answers."""
    monkeypatch.setenv("OPENAI_API_KEY", "m")
    assert marked(make().extract([MANY[0]])) == FOUND


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["m1", "m2", "PER", "دمشق"])
)
KEYS = st.sampled_from(["id", "quote", "before", "type", "head", "tail", "mentions", "relations", "entities"])
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20)
SHAPES = st.fixed_dictionaries({}, optional={name: JSON | st.lists(JSON, max_size=5) for name in RIGHT})


@given(SHAPES)
def test_any_shape_is_marked_and_can_be_scored(shape: Mapping[str, Any]) -> None:
    """Whatever JSON a model answers, what is yielded can be scored, and notes are strings that can be written."""
    found = mark(Document("d", TEXT), shape, LABELS)
    check(found, TEXT)
    assert all(note.encode() and "\n" not in note for note in found.notes)


@given(
    st.one_of(
        JSON, st.fixed_dictionaries({"choices": JSON | st.lists(st.fixed_dictionaries({"message": JSON, "finish_reason": JSON}))})
    )
)
def test_any_response_is_read(response: Any) -> None:
    """Whatever a server sends: an object, with or without a fault, never an exception."""
    reading = read(response if isinstance(response, dict) else {"choices": response})
    assert isinstance(reading.answer, Mapping)
    assert reading.fault or isinstance(reading.answer["mentions"], list)


@given(st.integers(0, len(GOOD)), st.sampled_from(["", "}", "]}", '"', ", ,", "\\", "\ud800", "{"]), st.booleans())
def test_any_damage_is_read(at: int, instead: str, goes_on: bool) -> None:
    """An answer cut or broken at any place is marked with mentions that the whole one has, or has a fault."""
    content = GOOD[:at] + instead + (GOOD[at + 1 :] if goes_on else "")
    reading = read({"choices": [{"message": {"content": content}, "finish_reason": "stop"}]})
    found = mark(Document("d", TEXT), reading.answer, LABELS)
    check(found, TEXT)
    whole = {"choices": [{"message": {"content": GOOD}}]}
    assert not read(whole).fault
    if not goes_on:
        assert {(m.start, m.end) for m in found.mentions} <= {(4, 8), (9, 13), (21, 25), (30, 34)}


@given(documents())
def test_the_right_answer_to_a_document_marks_it(document: Document) -> None:
    """As examples give it: mentions, relations, and which mentions stand for the same, whatever their ids were."""
    labels, text = Labels(("A", "B"), ("p", "q")), document.text or ""
    # White space at the edges of a quote is a slip of the model's.
    mentions = [m for m in document.mentions if text[m.start : m.end] == text[m.start : m.end].strip()]
    ids = {m.id for m in mentions}
    document = replace(document, mentions=mentions, relations=[r for r in document.relations if {r.head, r.tail} <= ids])
    found = mark(document.bare(), answer(document, labels), labels)
    assert {m.span for m in found.mentions} == {m.span for m in document.mentions}
    assert related(found) == related(document)
    assert groups(found) == groups(document)
    assert found.notes == ()


def related(document: Document) -> set[tuple[object, ...]]:
    """Relations by the spans of their ends."""
    spans = {mention.id: mention.span for mention in document.mentions}
    return {(relation.type, spans[relation.head], spans[relation.tail]) for relation in document.relations}


def groups(document: Document) -> set[frozenset[tuple[int, int, str]]]:
    """Which mentions stand for the same."""
    ids = {id for mention in document.mentions for id in (mention.entity_id or "").split()}
    return {frozenset(m.span for m in document.mentions if id in (m.entity_id or "").split()) for id in ids}


def test_a_record_survives_any_string(tmp_path: Path) -> None:
    """Half a surrogate pair too, which JSON can say and UTF-8 cannot."""
    answers = Answers(tmp_path / "new" / "folder")
    answers.keep({"a": "\ud800 دمشق"}, {"b": "\udc00"})
    assert answers.get({"a": "\ud800 دمشق"}) == {"b": "\udc00"}
    assert answers.get({"a": "another"}) is None
