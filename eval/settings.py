"""How a run is made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """`metrics` None means all, the `gated` ones in any case; `protocol` None: the extractor's own default.

    `options` are the extractor's own, (name, value); `gold_tags` is how tags were read where the gold is a file of tags
    (`formats.tags`).
    """

    protocol: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    match: str = "token"
    nested: str = "all"
    metrics: tuple[str, ...] | None = None
    gated: tuple[str, ...] = ()
    unit: str = "document"
    samples: int = 1000
    seed: int = 0
    gold_tags: str | None = None
