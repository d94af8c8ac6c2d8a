"""How far a command is: told by who does the work, shown on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
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
    from rich.console import Console, RenderableType
    from rich.markup import escape
    from rich.text import Text

    class Bar(progress.BarColumn):
        def render(self, task: progress.Task) -> RenderableType:  # type: ignore[override]
            return super().render(task) if task.total else Text()

    class Count(progress.ProgressColumn):
        def render(self, task: progress.Task) -> Text:
            done = f"{task.completed:,.0f}" if task.completed or task.total else ""
            left = f", {timedelta(seconds=round(task.time_remaining))} left" if task.time_remaining else ""
            return Text(f"{done} of {task.total:,.0f}" if task.total else done).append(
                f", {task.speed:.3g}/s{left}" if task.speed else ""
            )

    console = Console(stderr=True, emoji=False)
    columns = progress.SpinnerColumn(), progress.TextColumn("{task.description}"), Bar(), Count()
    with progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        doing_now: tuple[str, int | None, progress.TaskID] | None = None

        def show(doing: str, done: int = 0, total: int | None = None) -> None:
            nonlocal doing_now
            if doing_now is None or doing_now[:2] != (doing, total):  # anew, so that its rate is its own
                if doing_now:
                    bars.remove_task(doing_now[2])
                doing_now = doing, total, bars.add_task(escape(doing), completed=done, total=total)
            bars.update(doing_now[2], completed=done)

        yield show
