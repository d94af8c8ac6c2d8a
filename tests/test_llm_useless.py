"""Answers that cannot be used as they are: what is taken from them, asked for again, or becomes a note."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from eval.document import Document
from tests.chat_server import (
    FOUND,
    GOOD,
    RIGHT,
    TEXT,
    ChatServer,
    Fault,
    Make,
    completion,
    making,
    marked,
    says,
    sends,
    serving,
    status,
)

server, make = pytest.fixture(serving), pytest.fixture(making)


ONE = Document("d", TEXT)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"```json\n{GOOD}\n```", {}),
        (f"Here it is:\n\n{GOOD}\n\nI hope that {{this}} helps.", {}),
        (f'<think>a draft: {{"mentions": []}}, then</think> {GOOD}', {}),
        (f'```\n{{"why": "so", {GOOD[1:]}\n```', {}),
        ([{"type": "text", "text": GOOD[:50]}, {"type": "text", "text": GOOD[50:]}], {}),
        (GOOD, {"refusal": None, "reasoning_content": "…"}),
    ],
)
def test_json_is_taken_from_what_stands_around_it(
    server: ChatServer, make: Make, content: object, message: dict[str, Any]
) -> None:
    """Code fences, prose, drafts, parts: nothing to ask again for."""
    server.faults = [says(content, **message)]
    (found,) = make().extract([ONE])
    assert marked([found]) == FOUND
    assert found.notes == ()
    assert len(server.requests) == 1


FAULTS: list[tuple[Fault, str, int]] = [
    (says(GOOD[: GOOD.index('"m3"') + 4], "length"), "cut off at the limit of its length", 2),
    (says(GOOD.replace("},", "}", 2).replace("]}", "]")), "breaks off, or is no valid JSON", 1),
    (says("I found nothing."), "holds no JSON object with a list of mentions", 0),
    (says('{"mentions": "none"}'), "its mentions are no list", 0),
    (says('{"entities": []}'), "holds no JSON object", 0),
    (says('{"mentions": ["أحمد", "دمشق"]}'), "none of its mentions is an object", 0),
    (says("[" * 100_000), "holds no JSON object", 0),
    (says('{"mentions": ' + '[{"a": ' * 20_000), "is no valid JSON|holds no JSON object", 0),
    (says(None, refusal="I cannot\nhelp"), r"the model refuses \('I cannot help'\)", 0),
    (says("", "content_filter"), "a content filter stopped it", 0),
    (says(None), "it is empty", 0),
    (says({"mentions": []}), "it is empty", 0),
    (sends(completion([])), "it is empty", 0),
    (sends(completion([None])), "it is empty", 0),
    (sends({"choices": [{"message": None, "finish_reason": 3}], "usage": "none"}), "it is empty", 0),
]


@pytest.mark.parametrize(("fault", "words", "kept"), FAULTS)
def test_an_answer_of_no_use_is_asked_for_again(server: ChatServer, make: Make, fault: Fault, words: str, kept: int) -> None:
    """Otherwise than before, so that the kept answer is not taken; a good one then stands alone."""
    server.faults = [fault]
    (found,) = make().extract([ONE])
    assert marked([found]) == FOUND
    assert found.notes == ()
    first, second = server.requests
    assert first["messages"][:-1] == second["messages"][:-1]
    assert second["messages"][-1]["content"].startswith(first["messages"][-1]["content"])
    assert "could not be used" in second["messages"][-1]["content"]
    assert "cannot\nhelp" not in json.dumps(second)
    list(make().extract([ONE]))
    assert len(server.requests) == 2


@pytest.mark.parametrize(("fault", "words", "kept"), FAULTS)
def test_at_last_what_can_be_saved_is_yielded(server: ChatServer, make: Make, fault: Fault, words: str, kept: int) -> None:
    """With a note that says why; a second run asks no more."""
    server.rule = lambda body: fault
    (found,) = make().extract([ONE])
    assert marked([found]) == FOUND[:kept]
    (note, *_) = found.notes
    assert note.startswith("no answer that can be used in 3 attempt(s): ")
    assert note.endswith(f"kept are {kept} mention(s) of it")
    assert re.search(words, note)
    assert len(server.requests) == 3
    assert list(make().extract([ONE])) == [found]
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "fault",
    [
        status(400, "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens"),
        status(413, "Payload Too Large"),
        status(400, "The response was filtered due to the prompt triggering content_filter"),
    ],
)
def test_a_question_that_will_not_be_answered(server: ChatServer, make: Make, fault: Fault) -> None:
    """Is a note on its document, and the others go on."""
    server.rule = lambda body: fault if "long" in body["messages"][-1]["content"] else None
    first, second = sorted(make().extract([Document("a", f"{TEXT} long"), Document("b", TEXT)]), key=lambda d: d.doc_id)
    assert marked([second]) == FOUND
    assert first.mentions == ()
    assert "does not answer this question" in first.notes[0]


def test_what_has_no_place_is_noted(server: ChatServer, make: Make) -> None:
    """Nothing of an answer is dropped in silence."""
    mentions = [
        *RIGHT["mentions"],
        {"id": "m5", "before": "", "quote": "دمشق", "type": "GPE"},
        {"id": 6, "before": None, "quote": "حلب\n\ud800", "type": "GPE"},
        {"id": "m1", "before": "", "quote": "زار", "type": "PER"},
        {"id": "m8", "quote": "عاد", "type": "EVENT"},
        {"id": "m9", "quote": 3, "type": "GPE"},
        "عاد",
    ]
    relations = [*RIGHT["relations"], RIGHT["relations"][0], {"type": "likes", "head": "m1", "tail": "m2"}, {"head": "m1"}, 7]  # type: ignore[index]
    entities = [["m1", "m3", "m5"], ["m1"], ["m1"], "m2", [6, None]]
    server.faults = [says(json.dumps({"mentions": mentions, "relations": relations, "entities": entities}))]
    (found,) = make().extract([ONE])
    assert marked([found]) == [*FOUND, ("زار", "PER")]
    assert [mention.entity_id for mention in found.mentions] == ["d:e1 d:e2", None, "d:e1", None, None]
    assert len(found.relations) == 1
    assert found.notes == (
        "type not in the gold: 'عاد' 'EVENT'",
        "no mention with quote and type: '{'id': 'm9', 'quote': 3, 'type': 'GPE'}'",
        "no mention with quote and type: 'عاد'",
        "quoted more often than it occurs: 'دمشق' GPE",
        "quote not found: 'حلب \\ud800' GPE",
        "two mentions have the id 'm1': taken for the first of them",
        "stands twice: relation 'lives_in' from 'm1' to 'm2'",
        "type not in the gold: relation 'likes' from 'm1' to 'm2'",
        "no relation with type, head and tail: '{'head': 'm1'}'",
        "no relation with type, head and tail: '7'",
        "no such mention: 'm5' in an entity",
        "'m1' is in more than 2 entities: only the first 2 count",
        "no list of ids: entity 'm2'",
        "no such mention: '6' in an entity",
        "no such mention: '' in an entity",
    )
