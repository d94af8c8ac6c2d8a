"""The options of llm, what they may be, and what is spent."""

from __future__ import annotations

import re
from typing import Any

import pytest

from eval.document import BadInput, Document
from eval.extractors import Labels
from eval.extractors.llm import Llm
from eval.extractors.table import find
from tests.chat_server import TEXT, ChatServer, Make, making, serving

server, make = pytest.fixture(serving), pytest.fixture(making)


def test_usage(server: ChatServer, make: Make) -> None:
    """What was asked and what it cost; answers from disk cost nothing again."""
    documents = [Document(str(i), f"{TEXT} {i}") for i in range(3)]
    first = make(price="2.5,10")
    list(first.extract(documents[:2]))
    assert first.usage == {
        "requests": 2,
        "answers from disk": 0,
        "prompt tokens": 200,
        "completion tokens": 20,
        "cost": pytest.approx(200 * 2.5e-6 + 20 * 10e-6),
    }
    second = make()
    list(second.extract(documents))
    assert second.usage == {"requests": 1, "answers from disk": 2, "prompt tokens": 100, "completion tokens": 10}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"base_url": "http://user:geheim12@host/v1"}, "before @"),
        ({"base_url": "https://geheim12@host/v1"}, "before @"),
        ({"base_url": "user:geheim12@host/v1"}, "before @"),
        ({"base_url": "https://host/v1?api-key=geheim12"}, "OPENAI_API_KEY"),
        ({"base_url": "https://host/v1#geheim12"}, "OPENAI_API_KEY"),
        ({"base_url": "localhost:8000/v1"}, "http://localhost:8000/v1"),
        ({"base_url": "http://host:geheim12/v1"}, "http://localhost:8000/v1"),
        ({"base_url": "http://[geheim12/v1"}, "http://localhost:8000/v1"),
        ({"price": "3"}, "IN,OUT"),
        ({"price": "3,nan"}, "IN,OUT"),
        ({"price": "3,x"}, "IN,OUT"),
        ({"concurrency": 0}, "at least 1"),
        ({"shots": 1.5}, "whole number"),
        ({"timeout": 0}, "at least 0.001"),
        ({"temperature": "warm"}, "number"),
    ],
)
def test_options_that_will_not_do(make: Make, options: dict[str, Any], words: str) -> None:
    """Are refused before anything is asked, with what to do, and without repeating a secret."""
    with pytest.raises(BadInput, match=re.escape(words)) as caught:
        make(**options)
    assert "geheim12" not in str(caught.value)


def test_a_key_is_needed_for_openai_alone(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address it is OpenAI's own; what is no key is not sent."""
    with pytest.raises(BadInput, match="OPENAI_API_KEY is not set"):
        make(base_url="")
    monkeypatch.setenv("OPENAI_API_KEY", "two words")
    with pytest.raises(BadInput, match="no key has") as caught:
        make()
    assert "two words" not in str(caught.value)


def test_an_address_is_not_taken_from_the_environment(server: ChatServer, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be in no signature, and a run that goes on could mix two servers' answers; named, it is asked."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    with pytest.raises(BadInput, match=r"OPENAI_BASE_URL is not read.*--base-url"):
        make(base_url="")
    assert len(list(make().extract([Document("d", TEXT)]))) == 1


def test_a_gold_without_mentions(make: Make) -> None:
    """Has nothing to ask for."""
    with pytest.raises(BadInput, match="no mention"):
        make(Labels())


def test_options_are_those_it_reads() -> None:
    """Each is documented in a phrase, and no other is taken."""
    assert all(Llm.options.values())
    with pytest.raises(BadInput, match="has the options base-url"):
        find("llm:m", {"top-p": "1"})
    with pytest.raises(BadInput, match="llm:MODEL"):
        find("llm", {})
