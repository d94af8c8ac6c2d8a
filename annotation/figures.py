"""The figures of the gold that the card and the datasheet quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from annotation.gold import Gold
from annotation.seeds import Article
from eval.document import Document
from eval.segment import sentences

RARE = 10  # the templates say ten in words


def of_gold(gold: Gold) -> dict[str, object]:
    """What is in the gold, by the names that the templates use."""
    documents = gold.documents
    seeds = articles(gold)
    texts = [document.text or "" for document in documents]
    mentions, relations = types(documents)
    rare_mentions, rare_relations = rare(documents)
    ids = {id: {d.doc_id for d in documents for m in d.mentions if id in (m.entity_id or "").split()} for id in gold.entities}
    said = {fact: {source.doc_id for source in sources} for fact, sources in gold.facts.items()}
    return {
        "n_articles": len(documents),
        "first_date": min((article.date for article in seeds), default=None),
        "last_date": max((article.date for article in seeds), default=None),
        "n_outlets": len({article.outlet for article in seeds if article.outlet}),
        "most_outlets": len({article.outlet or article.doc_id for article in seeds}),  # if those that are unknown all differ
        "n_types": len(gold.schema.types),
        "n_attributes": len(gold.schema.attributes) - 1,  # entity_id is counted apart
        "n_relation_types": len(gold.schema.relations),
        "n_words": sum(len(text.split()) for text in texts),
        "n_characters": sum(map(len, texts)),
        "n_sentences": sum(
            len(sentences(text, [(m.start, m.end) for m in document.mentions]))
            for document, text in zip(documents, texts, strict=True)
        ),
        "n_mentions": mentions.total(),
        "n_nested": sum(_is_nested(document, i) for document in documents for i in range(len(document.mentions))),
        "n_relations": relations.total(),
        "n_entities": len(ids),
        "n_shared": sum(len(where) > 1 for where in ids.values()),
        "n_facts": len(said),
        "n_facts_shared": sum(len(where) > 1 for where in said.values()),
        "n_contradictions": len(gold.contradictions),
        "contradiction_kinds": ", ".join(dict.fromkeys(one.kind for one in gold.contradictions)),
        "n_contradicted": len({fact for one in gold.contradictions for fact in (*one.one, *one.other)}),
        "n_two_ids": sum(" " in (m.entity_id or "") for document in documents for m in document.mentions),
        "n_source_errors": sum("source_error" in m.attributes for document in documents for m in document.mentions),
        "rare_mentions": len(rare_mentions),
        "rare_relations": len(rare_relations),
        "rare_types": ", ".join(rare_mentions + rare_relations),
        "n_people": sum(any(one.type == "PER" for one in entity.aliases) for entity in gold.entities.values()),
        "verified": _verified(gold),
    }


def types(documents: Sequence[Document]) -> tuple[Counter[str], Counter[str]]:
    """How many mentions there are of each type, and relations."""
    return (
        Counter(mention.type for document in documents for mention in document.mentions),
        Counter(relation.type for document in documents for relation in document.relations),
    )


def rare(documents: Sequence[Document]) -> tuple[list[str], list[str]]:
    """The types of mentions, and of relations, of which there are some, but fewer than RARE."""
    mentions, relations = ([name for name, count in sorted(counts.items()) if count < RARE] for counts in types(documents))
    return mentions, relations


def articles(gold: Gold) -> list[Article]:
    """Those of the seeds that are in the gold."""
    return [gold.articles[document.doc_id][0] for document in gold.documents if document.doc_id in gold.articles]


def _verified(gold: Gold) -> str:
    """How many articles a person has signed, in words."""
    signed = sum(document.doc_id in gold.verified_by for document in gold.documents)
    count = f"{signed} of {len(gold.documents)} articles are verified by a person"
    return count if signed else f"No person has reviewed the annotations: {count}"


def listed(counts: Mapping[str, int]) -> str:
    """Counts in one line, the most first."""
    return " · ".join(f"{name} {counts[name]}" for name in sorted(counts, key=lambda name: (-counts[name], name)))


def table(heading: str, columns: Mapping[str, Mapping[str, int]]) -> str:
    """A Markdown table of counts, by name in the rows, the most of the first column first."""
    first = next(iter(columns.values()))
    rows = [
        f"| {name} | {' | '.join(str(counts.get(name, 0)) for counts in columns.values())} |"
        for name in sorted(first, key=lambda name: (-first[name], name))
    ]
    return "\n".join([f"| {heading} | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}", *rows])


def _is_nested(document: Document, i: int) -> bool:
    """Whether another mention holds this one: a wider one, or one of the same span that stands before it."""
    inner = document.mentions[i]
    return any(
        outer.start <= inner.start and inner.end <= outer.end and ((outer.start, outer.end) != (inner.start, inner.end) or j < i)
        for j, outer in enumerate(document.mentions)
        if j != i
    )
