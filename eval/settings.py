"""How a run is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.document import BadInput


@dataclass(frozen=True)
class Settings:
    """`metrics` None means all, the `gated` ones in any case; `protocol` None: the extractor's own default.

    `options` are the extractor's own, (name, value); `train` is where documents stand that it is fitted on instead of the gold's
    other folds; unless it is to `fail_fast`, a document that it fails on is recorded with its error. `gold_tags` is how tags were
    read where the gold is a file of tags (`formats.tags`).
    """

    protocol: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    train: Path | None = None
    fail_fast: bool = True
    match: str = "token"
    nested: str = "all"
    metrics: tuple[str, ...] | None = None
    gated: tuple[str, ...] = ()
    unit: str = "document"
    samples: int = 1000
    seed: int = 0
    gold_tags: str | None = None


def options(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name, value) of each --option NAME=VALUE, by name. Raises BadInput for one that is none, or is given twice."""
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not (name and sign):
            raise BadInput(f"--option {text}: needs NAME=VALUE")
        if found.setdefault(name, value) != value:
            raise BadInput(f"--option {name}: given twice, as {found[name]!r} and {value!r}")
    return tuple(sorted(found.items()))


def names_of(metrics: str | None) -> tuple[str, ...] | None:
    """The metrics that --metrics NAME,NAME… names, each once; None where it is not given."""
    return tuple(dict.fromkeys(name.strip() for name in metrics.split(","))) if metrics is not None else None
