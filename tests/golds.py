"""Gold that is made up of documents."""

from __future__ import annotations

import hashlib

from annotation import schema, seeds
from annotation.entities import of_gold
from annotation.facts import facts
from annotation.gold import Gold
from eval.document import Document
from tests.conftest import ROOT

# Where nothing is kept of a making, so that no agreement is counted.
NO_PROJECT = ROOT / "tests"


def gold_of(*found: Document, title: str | None = None) -> Gold:
    """A gold of these documents alone."""
    articles = {}
    for one in found:
        text = one.text or ""
        sum_ = hashlib.sha256(text.encode()).hexdigest()
        article = seeds.Article(one.doc_id, f"{one.doc_id}.txt", sum_, None, None, "2025-10-01", "stated", title)
        articles[one.doc_id] = (article, text)
    return Gold(found, articles, schema.load(), of_gold({}, found), facts(found), [], {}, NO_PROJECT)
