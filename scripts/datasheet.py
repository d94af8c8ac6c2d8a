"""Write DATASHEET.md anew from annotation/datasheet.md and the figures of annotation/ and data/."""

from pathlib import Path
from string import Template

from annotation import figures, gold
from annotation.configs import CONFIGS

ROOT = Path(__file__).parent.parent


def rendered() -> str:
    """The whole page."""
    found = gold.read(ROOT)
    values = {**figures.of_gold(found), **figures.of_making(found, ROOT), "configs": ", ".join(CONFIGS)}
    return Template((ROOT / "annotation" / "datasheet.md").read_text(encoding="utf-8")).substitute(values)


if __name__ == "__main__":
    (ROOT / "DATASHEET.md").write_text(rendered(), encoding="utf-8")
    print(f"written: {ROOT / 'DATASHEET.md'}")
