"""The figures that the card and the datasheet quote, from the gold and what is kept beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from annotation import CLAIMS, EXPORT, WAIVERS, agreement, checks, claims, export
from annotation.agreement import figures as agreed
from annotation.agreement.disagreement import disagreements
from annotation.checks import waivers
from annotation.checks.view import Problem
from annotation.gold import Gold
from annotation.seeds import Article
from eval.document import Document
from eval.segment import sentences

RARE = 10
# Pairs of exports that the datasheet compares, and what it calls them.
_PAIRS = (
    ("the first round, by the guidelines as they stood", "round-1/first.json", "round-1/second.json"),
    ("the final round", "first.json", "second.json"),
    ("articles 003 and 004, by guidelines without their examples", "held-out/first.json", "held-out/second.json"),
    ("the first pass, and fresh annotators by a short statement of the rules", "first.json", "short-rules/fresh.json"),
)


def of_gold(gold: Gold) -> dict[str, object]:
    """What is in the gold, by the names that the templates use."""
    documents = gold.documents
    articles = _articles(gold)
    texts = [document.text or "" for document in documents]
    mentions, relations = types(documents)
    ids = {id: {d.doc_id for d in documents for m in d.mentions if id in (m.entity_id or "").split()} for id in gold.entities}
    said = {fact: {source.doc_id for source in sources} for fact, sources in gold.facts.items()}
    return {
        "n_articles": len(documents),
        "first_date": min((article.date for article in articles), default=None),
        "last_date": max((article.date for article in articles), default=None),
        "n_outlets": len({article.outlet for article in articles if article.outlet}),
        "most_outlets": len({article.outlet or article.doc_id for article in articles}),  # if those that are unknown all differ
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
        "n_people": sum(any(one.type == "PER" for one in entity.aliases) for entity in gold.entities.values()),
        "verified": _verified(gold),
    }


def types(documents: Sequence[Document]) -> tuple[Counter[str], Counter[str]]:
    """How many mentions there are of each type, and relations."""
    return (
        Counter(mention.type for document in documents for mention in document.mentions),
        Counter(relation.type for document in documents for relation in document.relations),
    )


def of_making(gold: Gold, root: Path) -> dict[str, object]:
    """How the gold was made and how far it can be trusted, by the names that the datasheet's template uses."""
    mentions, relations = types(gold.documents)
    rare = [[name for name, count in sorted(counts.items()) if count < RARE] for counts in (mentions, relations)]
    exports = root / "annotation" / "exports"
    made = claims.read(root / CLAIMS)
    read, differing, reread = (
        [one for one in made if one.by == by] for by in (claims.READER, claims.ANNOTATOR, claims.SECOND_READER)
    )
    faults = [one for one in read if one.is_fault]
    first, fresh = agreement.read(*(exports / name for name in _PAIRS[-1][1:]))
    size = sum(len(document.mentions) + len(document.relations) for document in first)
    changed = [
        one
        for one in disagreements(*agreement.read(exports / "first.json", root / EXPORT))
        if one.label != "source_error"  # free text
    ]
    articles = _articles(gold)
    claimed = {claim.doc_id for claim in read}
    return {
        "rare_mentions": len(rare[0]),
        "rare_relations": len(rare[1]),
        "rare_types": ", ".join(rare[0] + rare[1]),
        "n_printed": sum(article.date_source.startswith("printed") for article in articles),
        "n_inferred": sum(article.date_source.startswith("inferred") for article in articles),
        "n_with_outlet": sum(article.outlet is not None for article in articles),
        "n_probable": sum((article.outlet_source or "").startswith("probable") for article in articles),
        "n_passes": len(first),
        "n_read": len(claimed),
        "agreement": "\n".join(
            f"| {name} | {' | '.join(f'{figure:.3f}' for figure in strict(*agreement.read(exports / one, exports / other)))} |"
            for name, one, other in _PAIRS
        ),
        "rare_agreement": "F1 {:.3f} of mentions and {:.3f} of relations".format(*strict(first, fresh, *rare)),
        "n_changed": len(changed),
        "changed_rate": f"{100 * len(changed) / size:.1f}",
        "n_claims": len(read),
        "n_accepted": sum(one.accepted for one in read),
        "n_faults": len(faults),
        "fault_rate": f"{100 * len(faults) / size:.1f}",
        "n_differences": len(differing),
        "n_differences_accepted": sum(one.accepted for one in differing),
        "fault_rate_both": f"{100 * sum(one.is_fault for one in (*read, *differing)) / size:.1f}",
        "n_second_claims": len(reread),
        "n_second_accepted": sum(one.accepted for one in reread),
        "claims": table(
            "kind of claim",
            {"made": Counter(one.kind for one in read), "accepted": Counter(one.kind for one in read if one.accepted)},
        ),
        "n_found": sum(
            len(list(checks.check(export.read(exports / "round-1" / f"{name}.json"), gold.schema)))
            for name in ("first", "second")
        ),
        "n_waivers": len(_waived(gold, root)),
    }


def _articles(gold: Gold) -> list[Article]:
    return [gold.articles[document.doc_id][0] for document in gold.documents if document.doc_id in gold.articles]


def _verified(gold: Gold) -> str:
    """How many articles a person has signed, in words."""
    signed = sum(document.doc_id in gold.verified_by for document in gold.documents)
    count = f"{signed} of {len(gold.documents)} articles are verified by a person"
    return count if signed else f"No person has reviewed the annotations: {count}"


def _waived(gold: Gold, root: Path) -> list[Problem]:
    """What annotate check finds in the gold, and waivers.jsonl waives."""
    return waivers.apply(checks.inconsistent(export.read(root / EXPORT), gold.schema), waivers.read(root / WAIVERS))[1]


def strict(
    first: Sequence[Document],
    second: Sequence[Document],
    mentions: Collection[str] | None = None,
    relations: Collection[str] | None = None,
) -> tuple[float, float]:
    """Strict F1 of mentions and of relations, of the given types together or of all."""
    found = agreed.agreement(first, second, samples=0)
    pooled = []
    for part, kept in (("mentions", mentions), ("relations", relations)):
        types = [counts for name, counts in found[part]["strict"]["types"].items() if kept is None or name in kept]
        both, one, other = (sum(counts[of] for counts in types) for of in ("agreed", "first", "second"))
        pooled.append(2 * both / max(one + other, 1))
    return pooled[0], pooled[1]


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
