"""How the gold was made, in figures for datasheet and card: agreement, claims, findings, from what is kept beside the gold."""

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

# Pairs of exports that the datasheet compares, and what it calls them.
_PAIRS = (
    ("the first round, by the guidelines as they stood", "round-1/first.json", "round-1/second.json"),
    ("the final round", "first.json", "second.json"),
    ("articles 003 and 004, by guidelines without their examples", "held-out/first.json", "held-out/second.json"),
    ("the first pass, and fresh annotators by a short statement of the rules", "first.json", "short-rules/fresh.json"),
)


def of_making(gold: Gold) -> dict[str, object]:
    """How the gold was made and how far it can be trusted, by the names that the datasheet's template uses."""
    root = gold.root
    exports = root / "annotation" / "exports"
    first, fresh = agreement.read(*(exports / name for name in _PAIRS[-1][1:]))
    changed = [
        one
        for one in disagreements(*agreement.read(exports / "first.json", root / EXPORT))
        if one.label != "source_error"  # free text
    ]
    articles = figures.articles(gold)
    read = _claims(root, claims.READER)
    return {
        **of_trust(root),
        "n_printed": sum(article.date_source.startswith("printed") for article in articles),
        "n_inferred": sum(article.date_source.startswith("inferred") for article in articles),
        "n_with_outlet": sum(article.outlet is not None for article in articles),
        "n_probable": sum((article.outlet_source or "").startswith("probable") for article in articles),
        "n_passes": len(first),
        "n_read": len({claim.doc_id for claim in read}),
        "rare_agreement": "F1 {:.3f} of mentions and {:.3f} of relations".format(
            *strict(first, fresh, *figures.rare(gold.documents))
        ),
        "n_changed": len(changed),
        "changed_rate": _rate(len(changed), first),
        "n_differences": len(_claims(root, claims.ANNOTATOR)),
        "n_differences_accepted": sum(one.accepted for one in _claims(root, claims.ANNOTATOR)),
        "claims": figures.table(
            "kind of claim",
            {"made": Counter(one.kind for one in read), "accepted": Counter(one.kind for one in read if one.accepted)},
        ),
        "n_found": sum(
            len(list(checks.check(export.read(exports / "round-1" / f"{name}.json"), gold.schema)))
            for name in ("first", "second")
        ),
        "n_waivers": len(_waived(gold)),
    }


def is_kept(root: Path) -> bool:
    """Whether the project at `root` keeps how its gold was made: the claims, and the passes. One that only builds does not."""
    passes = {name for _, *names in _PAIRS for name in names}
    return (root / CLAIMS).is_file() and all((root / "annotation" / "exports" / name).is_file() for name in passes)


def of_trust(root: Path) -> dict[str, object]:
    """How far the gold can be trusted, for the card as well: agreement, and faults that were claimed.

    Raises BadInput where the passes or the claims are not kept, or cannot be read.
    """
    exports = root / "annotation" / "exports"
    read, differing, reread = (_claims(root, by) for by in (claims.READER, claims.ANNOTATOR, claims.SECOND_READER))
    pairs = [(name, *agreement.read(exports / one, exports / other)) for name, one, other in _PAIRS]
    first = pairs[-1][1]
    faults = sum(one.is_fault for one in read)
    return {
        "agreement": "\n".join(
            f"| {name} | {' | '.join(f'{figure:.3f}' for figure in strict(one, other))} |" for name, one, other in pairs
        ),
        "n_claims": len(read),
        "n_accepted": sum(one.accepted for one in read),
        "n_faults": faults,
        "fault_rate": _rate(faults, first),
        "fault_rate_both": _rate(faults + sum(one.is_fault for one in differing), first),
        "n_second_claims": len(reread),
        "n_second_accepted": sum(one.accepted for one in reread),
    }


def _claims(root: Path, by: str) -> list[claims.Claim]:
    return [one for one in claims.read(root / CLAIMS) if one.by == by]


def _rate(count: int, documents: Sequence[Document]) -> str:
    """How many that is for 100 mentions and relations."""
    size = sum(len(document.mentions) + len(document.relations) for document in documents)
    return f"{100 * count / max(size, 1):.1f}"


def _waived(gold: Gold) -> list[Problem]:
    """What annotate check finds in the gold, and waivers.jsonl waives."""
    found = checks.inconsistent(export.read(gold.root / EXPORT), gold.schema)
    return waivers.apply(found, waivers.read(gold.root / WAIVERS))[1]


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
