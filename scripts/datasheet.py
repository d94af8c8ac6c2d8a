"""Write DATASHEET.md anew from annotation/datasheet.md and the figures of annotation/ and data/."""

from pathlib import Path
from string import Template

import click

from annotation import figures, gold, making
from annotation.configs import CONFIGS
from eval import atomic
from eval.console import run_command

ROOT = Path(__file__).parent.parent


def rendered() -> str:
    """The whole page."""
    found = gold.read(ROOT)
    values = {**figures.of_gold(found), **making.of_making(found, ROOT), "configs": ", ".join(CONFIGS)}
    return Template((ROOT / "annotation" / "datasheet.md").read_text(encoding="utf-8")).substitute(values)


@click.command(help=__doc__)
def main() -> None:
    """Write the page."""
    atomic.write(ROOT / "DATASHEET.md", rendered().encode())
    click.echo(f"written: {ROOT / 'DATASHEET.md'}")


if __name__ == "__main__":
    run_command(main, "datasheet.py")
