"""Publish the dataset on the Hugging Face Hub: look everything through, list what would be pushed, and with --yes push it.

    uv run python scripts/publish.py ORG/NAME          nothing is sent
    uv run python scripts/publish.py ORG/NAME --yes

The texts of the articles stay here: they are their publishers'. Offsets and sums stand for them, and annotate join puts
them back where a user has them.
"""

import tempfile
from pathlib import Path

import click
from rich.table import Column, Table

from annotation import RELEASES, gold, publishing
from annotation.publishing import checklist, hub
from eval.console import output, plain, run_command
from eval.document import BadInput

ROOT = Path(__file__).parent.parent


@click.command()
@click.argument("repository", metavar="ORG/NAME")
@click.option("--yes", is_flag=True, help="Push. Without it nothing is sent.")
@click.option("--with-texts", is_flag=True, help="Push the texts too. They are their publishers': you say that you may.")
def publish(repository: str, yes: bool, with_texts: bool) -> None:
    """Push this version of the dataset to ORG/NAME on the Hugging Face Hub, under the tag vVERSION.

    All is looked through first; with a fault nothing is pushed, and the exit status is 2.
    """
    hub.check_name(repository)
    if faults := checklist.faults(ROOT):
        for fault in faults:
            click.echo(plain(fault).plain, err=True)
        raise BadInput("nothing was pushed; mend what is named above first")
    found = gold.read(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        release = publishing.release(found, Path(folder), repository, with_texts)
        show(release)
        if paths := checklist.uncommitted(ROOT):
            click.echo(f"not committed, so that no commit has this version: {', '.join(paths)}", err=True)
        kept = ROOT / RELEASES / f"{release.version}.jsonl"
        if not yes:
            click.echo("Nothing was pushed. The same command with --yes pushes it.")
            return
        commit = hub.push(release, hub.connect(), recorded=kept.exists())
    click.echo(f"published: commit {commit}, tag {release.tag}: {hub.url(repository, release.tag)}")
    click.echo(f"written: {publishing.record(found, release.version, ROOT)}; commit it: later versions are compared with it")


def show(release: publishing.Release) -> None:
    """What would be pushed."""
    table = Table("file", Column("bytes", justify="right"), Column("sha256", overflow="fold"))
    for file in release.files:
        table.add_row(file.path, f"{file.size:,}", file.sha256)
    click.echo(
        f"repository: {release.repository}, a dataset; made if it is not there, public unless its owner's default is private"
    )
    click.echo(f"tag: {release.tag}")
    click.echo(f"commit: {release.message}")
    there = "in it; they are their publishers', and by pushing them you say that you may"
    click.echo(f"texts: {there if release.with_texts else 'not in it'}")
    output().print(table)


if __name__ == "__main__":
    run_command(publish, "publish.py")
