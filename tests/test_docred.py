"""DocRED's JSON, as its readers take it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from eval import formats
from eval.document import BadInput, Document, Mention, Relation
from eval.segment import tokens
from tests.conftest import ROOT, document
from tests.strategies import TEXTS, documents


def written(path: Path, *documents: Document) -> list[dict[str, Any]]:
    """What stands in the file."""
    formats.write(path / "out.json", documents)
    return json.loads((path / "out.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def loaded(samples: list[dict[str, Any]], relations: list[str]) -> None:
    """Raise where a loader would: positions in their sentences, a row for every ordered pair of two entities, known relations."""
    for sample in samples:
        assert set(sample) == {"title", "sents", "vertexSet", "labels"}
        assert all(sample["sents"])
        bounds = []  # of each sentence's tokens in the document, the end of the last too
        for sentence in sample["sents"]:
            first = bounds[-1][-1] if bounds else 0
            bounds.append(list(range(first, first + len(sentence) + 1)))
        for entity in sample["vertexSet"]:
            assert entity
            for mention in entity:
                first, after = mention["pos"]
                assert bounds[mention["sent_id"]][first] < bounds[mention["sent_id"]][after]
        entities = len(sample["vertexSet"])
        rows = {(label["h"], label["t"]): relations.index(label["r"]) for label in sample["labels"]}
        others = {(h, t) for h in range(entities) for t in range(entities) if h != t} - set(rows)
        assert len(rows) + len(others) == entities * (entities - 1)
        assert all(0 <= sentence < len(sample["sents"]) for label in sample["labels"] for sentence in label["evidence"])


def test_a_document_by_hand(tmp_path: Path) -> None:
    """Entities are their mentions, nested ones too; relations of mentions are of their entities, once, with all sentences."""
    text = "وزار الوزير دمشق. ثم زار\nدمشق"
    mentions = (
        Mention("m1", 1, 4, "EVENT", "e:1"),
        Mention("m2", 5, 11, "TITLE"),
        Mention("m3", 12, 16, "GPE", "gpe:damascus"),
        Mention("m4", 21, 24, "EVENT", "e:1"),
        Mention("m5", 25, 29, "GPE", "gpe:damascus gpe:syria"),
        Mention("m6", 5, 16, "GROUP", None, {"n": "1"}),
    )
    related = (("happens_at", "m1", "m3"), ("happens_at", "m4", "m5"), ("after", "m4", "m1"), ("has", "m6", "m2"))
    gold = Document("a", text, "2025-01-01", mentions, tuple(Relation(*one) for one in related))
    assert formats.write(tmp_path / "a.json", [gold]) == [
        "widened, since positions count tokens: 1 mention(s), in 1 document(s)",
        "left out, since DocRED's readers take pairs of two entities: 1 relation(s) of an entity with itself, in 1 document(s)",
        "left out, since DocRED has no field for them: 4 entity id(s), 1 attribute(s), 1 date(s), in 1 document(s)",
    ]
    (sample,) = written(tmp_path, gold)
    assert sample == {
        "title": "a",
        "sents": [["وزار", "الوزير", "دمشق", "."], ["ثم", "زار"], ["دمشق"]],
        "vertexSet": [
            [
                {"name": "زار", "sent_id": 0, "pos": [0, 1], "type": "EVENT"},
                {"name": "زار", "sent_id": 1, "pos": [1, 2], "type": "EVENT"},
            ],
            [{"name": "الوزير دمشق", "sent_id": 0, "pos": [1, 3], "type": "GROUP"}],
            [{"name": "الوزير", "sent_id": 0, "pos": [1, 2], "type": "TITLE"}],
            [
                {"name": "دمشق", "sent_id": 0, "pos": [2, 3], "type": "GPE"},
                {"name": "دمشق", "sent_id": 2, "pos": [0, 1], "type": "GPE"},
            ],
            [{"name": "دمشق", "sent_id": 2, "pos": [0, 1], "type": "GPE"}],
        ],
        "labels": [
            {"r": "happens_at", "h": 0, "t": 3, "evidence": [0, 1, 2]},
            {"r": "happens_at", "h": 0, "t": 4, "evidence": [1, 2]},
            {"r": "has", "h": 1, "t": 2, "evidence": [0]},
        ],
    }


@given(marked=documents(TEXTS))
def test_what_is_written_is_what_is_marked(marked: Document, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every mention but of white space, at the tokens that it touches, in each of its entities; a loader's logic holds."""
    text = marked.text or ""
    (sample,) = samples = written(tmp_path_factory.mktemp("docred"), marked)
    loaded(samples, ["p", "q"])
    assert [token for sentence in sample["sents"] for token in sentence] == [
        text[start:end] for start, end in tokens(text).tolist()
    ]
    found = sorted(
        (mention["name"], mention["type"], tuple(sample["sents"][mention["sent_id"]][slice(*mention["pos"])]))
        for entity in sample["vertexSet"]
        for mention in entity
    )
    expected = []
    for mention in marked.mentions:
        touched = tuple(text[a:b] for a, b in tokens(text).tolist() if a < mention.end and b > mention.start)
        copies = max(1, len(set((mention.entity_id or "").split())))
        expected += [(text[mention.start : mention.end], mention.type, touched)] * copies if touched else []
    assert found == sorted(expected)


def test_our_own_gold(tmp_path: Path) -> None:
    """A loader's logic holds, and no relation is lost but those that are said to be."""
    gold = formats.read_gold(ROOT / "data")
    samples = written(tmp_path, *gold)
    loaded(samples, sorted({relation.type for one in gold for relation in one.relations}))
    for one, sample in zip(gold, samples, strict=True):
        ids = {mention.id: (mention.entity_id or mention.id or "").split() for mention in one.mentions}
        facts = {(r.type, head, tail) for r in one.relations for head in ids[r.head] for tail in ids[r.tail] if head != tail}
        assert len(sample["labels"]) == len(facts)


def test_documents_of_nothing(tmp_path: Path) -> None:
    """No document, no text, white space, signs that are white space to Python alone."""
    assert written(tmp_path) == []
    empty = {"sents": [], "vertexSet": [], "labels": []}
    assert written(
        tmp_path, document("", doc_id="a"), document(" \n", (0, 1, "X"), doc_id="b"), document("\x1c", (0, 1, "X"), doc_id="c")
    ) == [{"title": doc_id, **empty} for doc_id in "abc"]


def test_it_is_not_read(tmp_path: Path) -> None:
    """DocRED's JSON has no offsets; what is read is named."""
    written(tmp_path, document("a"))
    with pytest.raises(
        BadInput, match=r"out\.json: a file of documents ends in \.jsonl or \.parquet or \.conll or \.spacy, not in '\.json'"
    ):
        formats.read_gold(tmp_path / "out.json")
