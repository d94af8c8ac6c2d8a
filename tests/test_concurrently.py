"""Some things at a time: how many, what comes when, and what an error ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest

from eval.concurrently import concurrently


@pytest.mark.parametrize("at_once", [1, 3, 20])
def test_all_that_is_yielded_comes_once(at_once: int) -> None:
    """Whatever the number of tasks to that of threads."""
    tasks = [partial(range, i) for i in range(10)]
    assert sorted(concurrently(tasks, at_once)) == sorted(n for i in range(10) for n in range(i))


def test_what_is_done_comes_while_others_are_under_way() -> None:
    """From the midst of a task, too."""
    go_on = threading.Event()

    def slow() -> Iterator[str]:
        yield "first"
        go_on.wait(10)
        yield "last"

    found = concurrently([slow, lambda: ["quick"]], 2)
    assert {next(found), next(found)} == {"first", "quick"}
    go_on.set()
    assert list(found) == ["last"]


@pytest.mark.parametrize("at_once", [1, 2])
def test_an_error_ends_it_after_what_is_under_way(at_once: int) -> None:
    """No further task is begun; an error of the tasks' own maker counts like one of theirs."""
    begun: list[int] = []

    def task(number: int) -> Iterable[int]:
        begun.append(number)
        if number == 2:
            raise ValueError("no")
        return [number]

    found: list[int] = []
    with pytest.raises(ValueError, match="no"):
        found.extend(concurrently((partial(task, i) for i in range(100)), at_once))
    assert len(begun) < 10

    def maker() -> Iterator[Callable[[], Iterable[int]]]:
        yield lambda: [1]
        raise ValueError("none left")

    with pytest.raises(ValueError, match="none left"):
        list(concurrently(maker(), at_once))
