"""No annotation of an article reaches what is predicted in it, whatever learns; and what learns is repeatable."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval import formats
from eval.document import Document
from tests.conftest import ROOT, Command

LEARNERS = ["crf", "lexicon"]


def turned(document: Document) -> Document:
    """The document with the same types, ids and relation types, each on another mention or pair."""
    mentions, relations = document.mentions, document.relations
    others = zip(mentions, reversed(mentions), strict=True)
    kinds = zip(relations, reversed(relations), strict=True)
    return replace(
        document,
        mentions=tuple(replace(m, type=other.type, entity_id=other.entity_id, attributes={}) for m, other in others),
        relations=tuple(replace(relation, type=other.type) for relation, other in kinds),
    )


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_article_that_is_predicted_teaches_nothing(learner: str, command: Command, tmp_path: Path) -> None:
    """With one article annotated otherwise, it is predicted as before, in another process too; the others are not."""
    gold = formats.read_gold(ROOT / "data")
    other = [turned(document) if document.doc_id == "002" else document for document in gold]
    found = []
    for name, documents in (("gold", gold), ("other", other)):
        formats.write(tmp_path / f"{name}.jsonl", documents)
        done = command(
            "eval", "run", learner, "--gold", tmp_path / f"{name}.jsonl", "--out", tmp_path / name, "--metrics", "ner.strict"
        )
        assert done.returncode == 0, done.stderr
        lines = (tmp_path / name / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
        found.append({record["doc_id"]: record for record in map(json.loads, lines)})
    assert found[0]["002"]["mentions"]
    assert found[0]["002"]["relations"]
    assert found[0]["002"] == found[1]["002"]
    assert all(found[0][doc_id] != found[1][doc_id] for doc_id in ("000", "001", "003", "004"))
