"""How our commands end: done, or with one clear line about what the user got wrong."""

from __future__ import annotations

import contextlib
import re
import sys
import traceback
import unicodedata
from typing import TYPE_CHECKING

import click

from eval.document import BadInput

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# Marks, embeddings, overrides and isolates.
_STEERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Embeddings and overrides: they reach to the end of the line, and no Arabic text needs them.
_OVERRIDING = "\u202a\u202b\u202c\u202d\u202e"


class Stopped(Exception):
    """The user has stopped the program; the message says how to go on."""


def output() -> Console:
    """Where tables are printed. A reader who goes away (`… | head`) ends the printing, and changes no exit status."""
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            with contextlib.suppress(SystemExit):  # rich's own way out, with 1
                super().on_broken_pipe()

    return Output(emoji=False, highlight=False)


def plain(words: str, style: str = "") -> Text:
    """Words of texts and names of users: no markup is read in them, and what would steer the terminal is shown, not sent."""
    from rich.text import Text

    controls = {letter for letter in words if unicodedata.category(letter) == "Cc" or letter in _OVERRIDING}
    return Text(words.translate({ord(letter): ascii(letter)[1:-1] for letter in controls}), style=style)


def isolated(words: str) -> str:
    """Words in one line whose direction is their own and reorders nothing around them (Unicode's bidirectional algorithm, UAX 9).

    Marks of direction in them, which could reach beyond, are left away.
    """
    first_strong_isolate, pop = "\u2068", "\u2069"
    return first_strong_isolate + _STEERING.sub("", " ".join(words.split())) + pop


def run_command(command: click.Command, name: str, arguments: list[str] | None = None) -> None:
    """Run a click command as the program `name`. Bad usage and bad input become one line on standard error and exit status 2."""
    try:
        command.main(args=arguments, prog_name=name, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except (click.ClickException, BadInput, OSError) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(plain(f"{name}: {' '.join(message.split())}").plain, err=True)
        sys.exit(2)
    except (click.Abort, Stopped) as error:
        if str(error):
            click.echo(f"{name}: {error}", err=True)
        sys.exit(130)
    except Exception as error:  # a fault of ours: still one line, and no exit status that means something else
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{frame.filename}, line {frame.lineno}"
        said = f"{name}: internal error, please report it: {type(error).__name__}: {error} ({where})"
        click.echo(plain(said).plain, err=True)
        sys.exit(2)
