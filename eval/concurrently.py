"""Some things at a time, for work that waits for others more than it computes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import TypeVar

Answer = TypeVar("Answer")


def concurrently(tasks: Iterable[Callable[[], Iterable[Answer]]], at_once: int) -> Iterator[Answer]:
    """Yield what the tasks yield, as it comes, so many tasks at once, each in a thread; one at once needs none.

    After an error no task is begun any more; what those under way yield comes first, then the error is raised.
    """
    if at_once == 1:
        for task in tasks:
            yield from task()
        return
    waiting, lock, stopped = iter(tasks), threading.Lock(), threading.Event()
    done = SimpleQueue[tuple[Answer] | Exception | None]()

    def work() -> None:
        try:
            while not stopped.is_set():
                with lock:
                    task = next(waiting, None)
                if task is None:
                    break
                for answer in task():
                    done.put((answer,))
        except Exception as error:
            stopped.set()
            done.put(error)
        done.put(None)

    # Threads that a user who interrupts need not wait for.
    threads = [threading.Thread(target=work, daemon=True) for _ in range(at_once)]
    failures: list[Exception] = []
    try:
        for thread in threads:
            thread.start()
        for _ in threads:
            while (found := done.get()) is not None:
                if isinstance(found, Exception):
                    failures.append(found)
                else:
                    yield found[0]
    finally:
        stopped.set()
    if failures:
        raise failures[0]
