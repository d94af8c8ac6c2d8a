"""How the gold was made, in figures for the datasheet: agreement, claims, findings, from what is kept beside the gold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from annotation import CLAIMS, EXPORT, WAIVERS, agreement, checks, claims, export, figures
from annotation.agreement import figures as agreed
from annotation.agreement.disagreement import disagreements
from annotation.checks import waivers
from annotation.checks.view import Problem
from annotation.gold import Gold
from eval.document import Document

RARE = 10
# Pairs of exports that the datasheet compares, and what it calls them.
_PAIRS = (
    ("the first round, by the guidelines as they stood", "round-1/first.json", "round-1/second.json"),
    ("the final round", "first.json", "second.json"),
    ("articles 003 and 004, by guidelines without their examples", "held-out/first.json", "held-out/second.json"),
    ("the first pass, and fresh annotators by a short statement of the rules", "first.json", "short-rules/fresh.json"),
)


def of_making(gold: Gold, root: Path) -> dict[str, object]:
    """How the gold was made and how far it can be trusted, by the names that the datasheet's template uses."""
    mentions, relations = figures.types(gold.documents)
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
    articles = figures.articles(gold)
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
        "claims": figures.table(
            "kind of claim",
            {"made": Counter(one.kind for one in read), "accepted": Counter(one.kind for one in read if one.accepted)},
        ),
        "n_found": sum(
            len(list(checks.check(export.read(exports / "round-1" / f"{name}.json"), gold.schema)))
            for name in ("first", "second")
        ),
        "n_waivers": len(_waived(gold, root)),
    }


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
