"""Whatever the text, its words go out of the dataset and come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotation import build, schema, standoff
from annotation.configs import CONFIGS
from eval import segment
from eval.document import Document, Mention
from tests.conftest import document, files
from tests.golds import gold_of
from tests.strategies import documents

SCHEMA = schema.load()

# Marks of direction, combining marks, emoji of several code points, line ends of every kind, the null character.
ANY_TEXT = st.text(
    alphabet="اب ج.#\n\r\t🔹𝕊ـ\u064e\u0301\u00a0\u2028\u0085\u200f\u202e\u2066\ufeff\u200d👩\U0001f1f8\x00", max_size=40
)


def as_gold(found: Document, doc_id: str = "d") -> Document:
    """The document as the checks let it pass: types, relations and ids of the schema; no mention crosses one or ends in a space."""
    types, relations = dict(zip("AB", SCHEMA.types, strict=False)), dict(zip("pq", SCHEMA.relations, strict=False))
    words = {place for start, end in segment.tokens(found.text or "").tolist() for place in range(start, end)}
    kept: list[Mention] = []
    for one in found.mentions:
        if {one.start, one.end - 1} <= words and not any(crosses(one, other) for other in kept):
            ids = " ".join(f"per:{id}" for id in (one.entity_id or "").split()) or None
            kept.append(replace(one, type=types[one.type], entity_id=ids))
    there = {one.id for one in kept}
    said = [replace(one, type=relations[one.type]) for one in found.relations if {one.head, one.tail} <= there]
    return replace(found, doc_id=doc_id, mentions=tuple(kept), relations=tuple(said))


def crosses(one: Mention, other: Mention) -> bool:
    """Whether they overlap and neither holds the other."""
    first, second = sorted(((one.start, one.end), (other.start, other.end)))
    return first[0] < second[0] < first[1] < second[1]


@given(documents(ANY_TEXT))
@example(document("\ufeff👩\u200d🔹 e\u0301\r\nب\u064e \u200fج.", (0, 4, "A"), (1, 2, "B"), (5, 9, "A"), (9, 14, "B")))
def test_words_that_are_taken_from_a_row_come_back_from_its_text(found: Document) -> None:
    """Of every config that has words at places, whatever the text; the row that was given is not changed."""
    gold = gold_of(as_gold(found))
    for config in CONFIGS.values():
        for row in config.rows(gold) if config.with_text else ():
            assert config.with_text is not None
            before = repr(row)
            bare = config.with_text(row, None)
            assert repr(row) == before
            assert config.with_text(bare, found.text) == row
            assert bare.keys() == row.keys()


@settings(max_examples=3)
@given(found=st.lists(documents(ANY_TEXT), min_size=1, max_size=3))
def test_any_dataset_comes_back_through_its_files(tmp_path_factory: pytest.TempPathFactory, found: Sequence[Document]) -> None:
    """Built without texts and joined, it is byte for byte what is built with them; two articles may be of one text."""
    folder = tmp_path_factory.mktemp("any")
    gold = gold_of(*(as_gold(one, f"{i:03}") for i, one in enumerate(found)))
    (folder / "texts").mkdir()
    for i, one in enumerate(found):
        (folder / "texts" / f"{i}").write_bytes((one.text or "").encode())
    build.build(gold, folder / "full")
    build.build(gold, folder / "bare", standoff=True)
    standoff.join(folder / "bare", folder / "texts", folder / "joined")
    assert files(folder / "joined") == files(folder / "full")
