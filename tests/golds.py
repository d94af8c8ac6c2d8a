"""Gold that is made up of documents."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from annotation import schema, seeds
from annotation.contradictions import Contradiction
from annotation.entities import of_gold
from annotation.facts import facts
from annotation.gold import Gold
from eval.document import Document, Mention, Relation
from tests.conftest import ROOT

# Where nothing is kept of a making, so that no agreement is counted.
NO_PROJECT = ROOT / "tests"

HOSTILE = """<script>alert(1)</script> "><img src=x onerror=alert(1)> </script> {{ 6 * 7777 }} \u202e'"""
IDS = (
    'per:"><img/src=x/onerror=alert(1)>',
    "per:../../../etc/passwd",
    "per:a",
    "per:A",
    "per-a",
    "per_a",
    "per:" + "x" * 500,
    "per:أحمد",
    "con:",
    "<b>:</script>",
    "a:b:c",
)


def gold_of(*found: Document, title: str | None = None) -> Gold:
    """A gold of these documents alone."""
    articles = {}
    for one in found:
        text = one.text or ""
        sum_ = hashlib.sha256(text.encode()).hexdigest()
        article = seeds.Article(one.doc_id, f"{one.doc_id}.txt", sum_, None, None, "2025-10-01", "stated", title)
        articles[one.doc_id] = (article, text)
    return Gold(found, articles, schema.load(), of_gold({}, found), facts(found), [], {}, NO_PROJECT)


def hostile() -> Gold:
    """What would be a script, a path or a template, in every place that a user can write to."""
    words = f"قال {HOSTILE} أحمد في 2025."
    whole = len(words)
    mentions = [Mention(f"m{i}", i, whole, "PER", id, {"factuality": HOSTILE}) for i, id in enumerate(IDS)]
    event = Mention("e", whole - 6, whole - 1, "EVENT", "event:<i>", {"event_type": HOSTILE, "factuality": HOSTILE})
    day = Mention("d", whole - 5, whole - 1, "DATE", None, {"value": HOSTILE})
    relations = [Relation("happens_on", "e", "d"), Relation("knows", "m0", "m1"), Relation("has_participant", "e", "m0")]
    documents = [
        Document(doc_id, words, "2025-10-01", (*mentions, event, day), tuple(relations)) for doc_id in ("../x", HOSTILE, "X", "x")
    ]
    found = gold_of(*documents, title=HOSTILE)
    one, other = list(found.facts)[:2]
    article = replace(found.articles["x"][0], outlet=HOSTILE, outlet_source=HOSTILE, date_source=HOSTILE, date=HOSTILE)
    entities = {id: replace(entity, name_ar=HOSTILE, name_en=HOSTILE) for id, entity in found.entities.items()}
    return replace(
        found,
        articles={**found.articles, "x": (article, words)},
        entities=entities,
        contradictions=[Contradiction(HOSTILE, (one,), (other,), HOSTILE)],
    )
