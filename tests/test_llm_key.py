"""The key comes from the environment, and is in nothing that is made or written."""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path

import pytest

from eval.document import BadInput, Document
from tests.chat_server import (
    FOUND,
    GOOD,
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
)
from tests.conftest import Command, write_lines

server, make = pytest.fixture(serving), pytest.fixture(making)


ONE = Document("0", f"{TEXT} 0")
KEY = "sk-proj-0123456789abcdefGEHEIM"


def kept(folder: Path) -> list[Path]:
    """The answers in a folder."""
    return sorted(folder.glob("*.json"))


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
        made += map(repr, llm.extract([ONE]))
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
    assert marked(make().extract([ONE])) == FOUND
