"""How our commands end: done, or with one clear line about what the user got wrong."""

from __future__ import annotations

import contextlib
import sys
import traceback
from typing import TYPE_CHECKING

import click

from eval.document import BadInput

if TYPE_CHECKING:
    from rich.console import Console


def output() -> Console:
    """Where tables are printed. A reader who goes away (`… | head`) ends the printing, and changes no exit status."""
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            with contextlib.suppress(SystemExit):  # rich's own way out, with 1
                super().on_broken_pipe()

    return Output(emoji=False, highlight=False)


def run_command(command: click.Command, name: str, arguments: list[str] | None = None) -> None:
    """Run a click command as the program `name`. Bad usage and bad input become one line on standard error and exit status 2."""
    try:
        command.main(args=arguments, prog_name=name, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except (click.ClickException, BadInput, OSError) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(f"{name}: {' '.join(message.split())}", err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except Exception as error:  # a fault of ours: still one line, and no exit status that means something else
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{frame.filename}, line {frame.lineno}"
        click.echo(f"{name}: internal error, please report it: {type(error).__name__}: {error} ({where})", err=True)
        sys.exit(2)
