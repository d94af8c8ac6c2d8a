"""Cases worked out by hand, as YAML: in the files here, and in the documents that show one.

A case is a text, or `documents` of which each has one, with what is `gold` and what is `predicted`: `mentions` by id as
[start, end, type, entity id, attributes] of which the last two may be left out, and `relations` as "type head tail". For clusters alone a
side is a line of letters: each letter a mention, each word a cluster. `settings` are those of a run, `expected` what scores.json holds of
each metric, fractions as "2/5", and `errors` how many (gold, predicted) are in each class; a class that is not named holds nothing but
what is correct.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from eval import formats
from eval.run import run
from eval.settings import Settings
from tests.conftest import write_lines

Case = Mapping[str, Any]

FOLDER = Path(__file__).parent
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def cases() -> Iterator[Any]:
    """Every case of the files here, under the name of its file and its own."""
    for file in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{file.stem}: {case['case']}")


def check(case: Case, folder: Path) -> None:
    """Run a case as `eval run predictions:…` would, from files in `folder`, and compare."""
    documents = case.get("documents", [case])
    gold, predicted = (
        write_lines(folder / f"{side}.jsonl", [_record(str(i), one, side) for i, one in enumerate(documents)])
        for side in ("gold", "predicted")
    )
    settings = Settings(samples=0, **case.get("settings", {}))
    scores = run(formats.read_gold(gold), f"predictions:{predicted}", settings)
    assert case.get("expected") or case.get("errors"), "a case expects something"
    for metric, figures in case.get("expected", {}).items():
        found = {name: _at(scores["metrics"][metric], name) for name in figures}
        assert found == {name: _figure(figure) for name, figure in figures.items()}, metric
    for metric, classes in case.get("errors", {}).items():
        found = scores["errors"][metric]["classes"]
        assert {
            name: [counts["gold"], counts["predicted"]]
            for name, counts in found.items()
            if name in classes or (any(counts.values()) and name != "correct")
        } == classes


def _at(scores: Mapping[str, Any], name: str) -> Any:
    """A figure, also that of a type: `A.f1`."""
    type, _, figure = name.rpartition(".")
    return scores["types"][type][figure] if type else scores[figure]


def _figure(figure: Any) -> Any:
    return pytest.approx(float(Fraction(figure))) if figure is not None else None


def _record(doc_id: str, document: Case, side: str) -> dict[str, Any]:
    """The document's line of JSON, as a user would write it."""
    marked = document[side]
    if isinstance(marked, str):
        text = " ".join(LETTERS)
        mentions = {
            letter: [text.index(letter), text.index(letter) + 1, "T", f"e{i}"]
            for i, word in enumerate(marked.split())
            for letter in word
        }
    else:
        text, mentions = document["text"], marked.get("mentions", {})
    keys = ("start", "end", "type", "entity_id", "attributes")
    relations = marked.get("relations", []) if isinstance(marked, dict) else []
    return {
        "doc_id": doc_id,
        "text": text,
        "mentions": [{"id": id, **dict(zip(keys, mention, strict=False))} for id, mention in mentions.items()],
        "relations": [dict(zip(("type", "head", "tail"), relation.split(), strict=True)) for relation in relations],
    }
