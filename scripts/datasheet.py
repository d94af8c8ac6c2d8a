"""Write DATASHEET.md anew from annotation/datasheet.md and the figures of annotation/ and data/."""

from pathlib import Path

import click

from annotation import datasheet, gold
from eval import atomic
from eval.console import run_command

ROOT = Path(__file__).parent.parent


@click.command(help=__doc__)
def main() -> None:
    """Write the page."""
    atomic.write(ROOT / "DATASHEET.md", datasheet.render(gold.read(ROOT)).encode())
    click.echo(f"written: {ROOT / 'DATASHEET.md'}")


if __name__ == "__main__":
    run_command(main, "datasheet.py")
