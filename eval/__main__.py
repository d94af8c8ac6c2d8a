"""The program `eval`, which is also `wafd`, and `run`, which is its subcommand."""

from __future__ import annotations

import sys

import click

from eval import __version__
from eval.commands.compare import compare
from eval.commands.report import report
from eval.commands.run import run
from eval.console import output, run_command


@click.group()
@click.version_option(__version__, prog_name="eval")
def cli() -> None:
    """Score extractors of mentions against a gold corpus.

    `eval run` makes data and a model into figures; `wafd` is the same program under a name that no shell takes.
    """


@cli.command("list")
def list_() -> None:
    """List all extractors: what each does, its options, and what it needs installed."""
    from eval import catalogue

    catalogue.show(output())


for _command in (run, compare, report):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """The program `eval`, which is also `wafd`."""
    run_command(cli, "eval", arguments)


def run_main() -> None:
    """`run …` is `eval run …`: what a shell executes that has an `eval` of its own."""
    main(["run", *sys.argv[1:]])


if __name__ == "__main__":
    main()
