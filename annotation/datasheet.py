"""DATASHEET.md: datasheet.md, which a project keeps beside its exports, with the figures of the gold and of its making."""

from __future__ import annotations

from string import Template

from annotation import figures, making
from annotation.configs import CONFIGS
from annotation.gold import Gold


def render(gold: Gold) -> str:
    """The whole page. Raises BadInput where the passes or the claims are not kept, or cannot be read."""
    values = {**figures.of_gold(gold), **making.of_making(gold), "configs": ", ".join(CONFIGS)}
    return Template((gold.root / "annotation" / "datasheet.md").read_text(encoding="utf-8")).substitute(values)
