"""Write gold in another format: columns (.conll), spaCy's DocBin (.spacy), DocRED (.json), brat (a folder), .jsonl, .parquet.

    uv run python scripts/export.py --gold data out.conll
    uv run --extra spacy python scripts/export.py --gold my_gold.jsonl out.spacy

scripts/release.py writes our gold in all formats that others read, as files of a release.

What the format has no place for is said on standard error, with counts.
"""

import os
from pathlib import Path

import click

from eval import formats
from eval.console import run_command
from eval.document import BadInput


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--gold", type=click.Path(path_type=Path), default=Path("data"), show_default=True, help="As in eval run --gold.")
@click.option("--force", is_flag=True, help="Write over a file that stands there.")
def export(out: Path, gold: Path, force: bool) -> None:
    """Write gold to OUT, whose ending says how: .conll, .spacy, .json (DocRED), .jsonl, .parquet; without one, a folder for brat.

    What the format has no place for is said on standard error, with counts.
    """
    if os.path.lexists(out) and not out.is_dir() and not force:
        raise BadInput(f"{out}: stands there already; --force writes over it")
    for line in formats.write(out, formats.read_gold(gold)):
        click.echo(f"export: {line}", err=True)
    click.echo(f"written: {out}")


if __name__ == "__main__":
    run_command(export, "export")
