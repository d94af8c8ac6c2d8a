"""How far a command is: told by who does the work, shown on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Is told what is being done, how much of it is done, and of how much, where that is known."""

    def __call__(self, doing: str, done: int = 0, total: int | None = None) -> object: ...


def silent(doing: str, done: int = 0, total: int | None = None) -> None:
    """Progress that nobody follows."""


@contextmanager
def shown() -> Iterator[Progress]:
    """Progress on standard error, where that is a terminal: a bar with rate and time left where there is a total."""
    from rich import progress
    from rich.console import Console
    from rich.markup import escape
    from rich.text import Text

    class Rate(progress.ProgressColumn):
        def render(self, task: progress.Task) -> Text:
            return Text(f"{task.speed:.3g}/s" if task.speed else "")

    console = Console(stderr=True, emoji=False)
    words = progress.SpinnerColumn(), progress.TextColumn("{task.description}")
    counted = progress.BarColumn(), progress.MofNCompleteColumn(), Rate(), progress.TimeRemainingColumn()
    with progress.Progress(*words, *counted, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("")

        def show(doing: str, done: int = 0, total: int | None = None) -> None:
            bars.update(task, description=escape(doing), completed=done, total=total)

        yield show
