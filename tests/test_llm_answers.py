"""What llm:MODEL writes: every answer on disk, so that none is paid for twice, and the key nowhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from eval.document import BadInput, Document
from eval.extractors import Labels
from eval.extractors.llm.answers import Answers
from tests.chat_server import (
    FOUND,
    LABELS,
    TEXT,
    ChatServer,
    Make,
    making,
    marked,
    serving,
    stuck,
)
from tests.conftest import BIN, ROOT, Command, write_lines

server, make = pytest.fixture(serving), pytest.fixture(making)

MANY = [Document(str(i), f"{TEXT} {i}") for i in range(6)]


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


def test_a_record_survives_any_string(tmp_path: Path) -> None:
    """Half a surrogate pair too, which JSON can say and UTF-8 cannot."""
    answers = Answers(tmp_path / "new" / "folder")
    answers.keep({"a": "\ud800 دمشق"}, {"b": "\udc00"})
    assert answers.get({"a": "\ud800 دمشق"}) == {"b": "\udc00"}
    assert answers.get({"a": "another"}) is None
