"""Write data/ as release files into a new folder: columns (.conll), spaCy's DocBin (.spacy), brat, DocRED, and SHA256SUMS.

    uv run --extra spacy python scripts/release.py release

scripts/export.py writes any gold in one of these formats.
"""

from pathlib import Path

import click

from annotation import release_files
from eval.console import run_command

DATA = Path(__file__).parent.parent / "data"


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
def files(out: Path) -> None:
    """Write the dataset to OUT, a folder that is not there yet, as columns, for spaCy, for brat, as DocRED.

    SHA256SUMS stands beside them. What a format has no place for is said on standard error, with counts.
    """
    for name, lines in release_files.release(out, DATA).items():
        for line in lines:
            click.echo(f"release: {name}: {line}", err=True)
    click.echo(f"written: {out}: {', '.join(sorted(path.name for path in out.iterdir()))}")
    click.echo("They hold the articles' texts, and are for whoever has a right to these: scripts/publish.py pushes none of them.")


if __name__ == "__main__":
    run_command(files, "release")
