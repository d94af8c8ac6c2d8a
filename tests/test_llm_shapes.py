"""Answers of any shape, damaged in any way: all are read, and what is marked can be scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eval.document import Document, check
from eval.extractors import Labels
from eval.extractors.llm.marking import mark
from eval.extractors.llm.question import answer
from eval.extractors.llm.reading import read
from tests.chat_server import (
    GOOD,
    LABELS,
    RIGHT,
    TEXT,
)
from tests.strategies import documents

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
