"""Bring annotation/entities.jsonl up to the gold: aliases anew, a row for each new id. Names stay as they are written."""

from pathlib import Path

import click

from annotation import ENTITIES, EXPORT, SEEDS, WAIVERS, entities, export, gold, schema, seeds
from annotation.checks import waivers
from eval import atomic
from eval.console import run_command

ROOT = Path(__file__).parent.parent


@click.command(help=__doc__)
def main() -> None:
    """Write the table, and say what needs names."""
    known = schema.load(), waivers.read(ROOT / WAIVERS)
    documents = gold.documents(export.read(ROOT / EXPORT), seeds.read(ROOT / SEEDS), *known)
    before = entities.read(ROOT / ENTITIES)
    after = entities.refreshed(before, documents)
    atomic.write(ROOT / ENTITIES, entities.dumps(after).encode())
    click.echo(f"{ROOT / ENTITIES}: {len(after)} entities, {len(after.keys() - before.keys())} of them new")
    for id, entity in sorted(after.items()):
        if not entities.is_named(entity):
            click.echo(f"{id}: write its names")


if __name__ == "__main__":
    run_command(main, "entities.py")
