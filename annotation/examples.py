"""The card's examples: a sentence, an entity, a fact and a contradiction of the gold, each picked by what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from annotation.facts import Fact
from annotation.gold import Gold
from eval.characters import ARABIC
from eval.console import isolated
from eval.document import BadInput, Document, Mention, ordered

# What is picked: short, of several articles, with a mention in another, a date in words, an event that has not happened.
ARTICLE, SENTENCE = "000", "تأتي هذه المباحثات بعد زيارة وزير الدفاع السوري إلى موسكو."
ENTITY = "per:murhaf_abu_qasra"
FACT = Fact("happens_on", "event:russia_arab_summit_2025_10_15", value="2025-10-15")
CONTRADICTED = Fact("holds_title", "per:ali_al_naasan", value="اللواء")

_MARKS = re.compile(r"[\\`*_\[\]<>|&~$]")  # Markdown reads these as its own


def of_gold(gold: Gold) -> dict[str, object]:
    """The examples in Markdown, by the names that the card's template uses.

    Arabic words are isolated, so that a number in them stands where Arabic has it, and what is around them stays in its place.
    Raises BadInput for the first example that the gold no longer has.
    """
    return {**_sentence(gold), **_entity(gold), **_fact(gold), **_contradiction(gold)}


def gone(gold: Gold) -> list[str]:
    """A line on the first example that the gold no longer has; none where it has all."""
    try:
        of_gold(gold)
    except BadInput as error:
        return [f"the card has no examples: {error}; annotation/examples.py picks them"]
    return []


def _sentence(gold: Gold) -> dict[str, object]:
    article = next((ordered(one) for one in gold.documents if one.doc_id == ARTICLE), None)
    if article is None or (article.text or "").count(SENTENCE) != 1:
        raise BadInput(f"document {ARTICLE} has no sentence {SENTENCE}, or has it twice")
    start = (article.text or "").index(SENTENCE)
    mentions = [one for one in article.mentions if start <= one.start < start + len(SENTENCE)]
    number = {one.id: i for i, one in enumerate(mentions, 1)}
    within = {one.id: _within(one, mentions) for one in mentions}
    relations = [one for one in article.relations if one.head in number and one.tail in number]
    if not relations or not any(within.values()):
        raise BadInput(f"the sentence {SENTENCE} of document {ARTICLE} has no relation or no mention in another")
    words = {one.id: _words(article, one) for one in mentions}
    rows = []
    for one in mentions:
        outer = within[one.id]
        place = (one.start, one.end, number[outer.id] if outer else "")
        rows.append((number[one.id], words[one.id], one.type, *place, f"`{one.entity_id}`", _given(one)))
    return {
        "example_article": ARTICLE,
        "example_sentence": SENTENCE,
        "example_mentions": _table(("", "mention", "type", "start", "end", "in", "`entity_id`", "attributes"), rows),
        "example_relations": _table(
            ("head", "relation", "tail"),
            (
                (words[one.head], f"`{one.type}`", words[one.tail])
                for one in sorted(relations, key=lambda one: (number[one.head], number[one.tail], one.type))
            ),
        ),
    }


def _within(inner: Mention, mentions: Iterable[Mention]) -> Mention | None:
    """The narrowest mention that holds another."""
    around = (one for one in mentions if one is not inner and one.start <= inner.start and inner.end <= one.end)
    return min(around, key=lambda outer: outer.end - outer.start, default=None)


def _entity(gold: Gold) -> dict[str, object]:
    entity = gold.entities.get(ENTITY)
    if entity is None or len({where for alias in entity.aliases for where in alias.documents}) < 2:
        raise BadInput(f"{ENTITY} is in none or one of the articles")
    return {
        "example_entity": f"`{ENTITY}`, {isolated(_inert(entity.name_ar))}, {_inert(entity.name_en)}",
        "example_aliases": _table(
            ("words", "type", "articles"), ((_inert(one.text), one.type, ", ".join(one.documents)) for one in entity.aliases)
        ),
    }


def _fact(gold: Gold) -> dict[str, object]:
    sources = gold.facts.get(FACT, ())
    if len({source.doc_id for source in sources}) < 2:
        raise BadInput(f"{FACT} is said by none or one of the articles")
    documents = {document.doc_id: document for document in gold.documents}
    rows = []
    for source in sources:
        document = documents[source.doc_id]
        head, tail = (next(one for one in document.mentions if one.id == end) for end in (source.head, source.tail))
        rows.append((source.doc_id, _words(document, head), source.factuality, f"`{FACT.value}`", _words(document, tail)))
    return {
        "example_fact": f"`{FACT}`",
        "example_sources": _table(("article", "event", "`factuality`", "`value`", "date"), rows),
    }


def _contradiction(gold: Gold) -> dict[str, object]:
    found = next((one for one in gold.contradictions if CONTRADICTED in (*one.one, *one.other)), None)
    if found is None:
        raise BadInput(f"{CONTRADICTED} is in no contradiction")
    sides = [(name, fact) for name, side in (("one", found.one), ("other", found.other)) for fact in side]
    return {
        "example_kind": _inert(found.kind),
        "example_reason": ARABIC.sub(lambda words: isolated(words[0]), _inert(found.reason)),
        "example_sides": _table(
            ("side", "relation", "head", "articles", "tail or value"),
            (
                (name, f"`{fact.relation}`", f"`{fact.head}`", ", ".join(_articles(gold, fact)), _end(fact))
                for name, fact in sides
            ),
        ),
    }


def _articles(gold: Gold, fact: Fact) -> Sequence[str]:
    return sorted({source.doc_id for source in gold.facts[fact]})


def _words(document: Document, mention: Mention) -> str:
    return _inert((document.text or "")[mention.start : mention.end])


def _end(fact: Fact) -> str:
    return _inert(fact.tail or fact.value or "")


def _given(mention: Mention) -> str:
    return ", ".join(f"`{name}` {_inert(value)}" for name, value in mention.attributes.items())


def _inert(words: str) -> str:
    """The words as Markdown shows them, whatever is in them: no cell ends, no markup begins."""
    return _MARKS.sub(r"\\\g<0>", " ".join(words.split()))


def _table(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = (headings, ("---",) * len(headings), *rows)
    return "\n".join(f"| {' | '.join(_in_place(str(cell)) for cell in line)} |" for line in lines)


def _in_place(words: str) -> str:
    return isolated(words) if ARABIC.search(words) else words
