"""A Dask cluster: one on this machine, or one that runs already."""

from __future__ import annotations

import contextlib
import logging
import signal
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, TypeVar

from eval import __version__
from eval.document import BadInput

if TYPE_CHECKING:
    from distributed import Client

Item = TypeVar("Item")
Result = TypeVar("Result")
Task = Callable[[Item, Callable[[int], object]], Result]  # is given what to tell how much is done

_HERE = "127.0.0.1"
_SECONDS = 10  # for a scheduler to answer
_EVERY = 0.5  # seconds between two words of a worker on how far it is


@contextmanager
def connected(address: str, tell: Callable[[str], object]) -> Iterator[Cluster]:
    """The cluster whose scheduler has this address; "": one of this machine's cores. `tell` is told where its dashboard is.

    Raises BadInput where Dask is not installed, no scheduler answers, or workers have another version of this package, or none.
    """
    try:
        from distributed import Client, LocalCluster
        from distributed.comm import resolve_address
        from distributed.gc import disable_gc_diagnosis
    except ImportError:
        raise BadInput("--engine dask needs distributed: uv run --extra dask …, or pip install 'wafd[dask]'") from None
    for name in [*logging.root.manager.loggerDict]:
        if name.startswith("distributed"):  # what goes wrong is said in our own words
            logging.getLogger(name).setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Port .* is already in use")  # then the dashboard has another
        if not address:
            with _deaf():
                # No limit of memory: a worker that Dask pauses, since its model is large, would wait without a word.
                own = {"threads_per_worker": 1, "memory_limit": 0, "host": _HERE, "dashboard_address": f"{_HERE}:8787"}
                cluster = LocalCluster(**own, silence_logs=logging.CRITICAL)
                disable_gc_diagnosis(force=True)  # whose callback, the first to run after a collection, would swallow Ctrl-C
            with cluster, Client(cluster, set_as_default=False) as client:
                yield _ready(client, "", tell)
            return
        try:
            resolve_address(address)  # a client that could not even be made says so for twenty seconds
            client = Client(address, timeout=_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError) as error:
            why = " ".join(str(error).split()) or type(error).__name__
            raise BadInput(f"--engine dask:{address}: no scheduler of Dask's answers there ({why})") from None
        with client:
            yield _ready(client, address, tell)


class Cluster:
    """Workers, each of which does a task at a time, or as many as it has threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def each(
        self, task: Task[Item, Result], items: Sequence[Item], progress: Callable[[int, int], object] = lambda number, done: None
    ) -> Iterator[tuple[int, Result]]:
        """Do the task with each item, and yield its number with what came of it, as it is done.

        A task whose worker is lost is done by another. `progress` is told how much of which item is done. Raises BadInput where
        the cluster is lost, or workers are, over and over, with the same item.
        """
        from distributed import CancelledError, KilledWorker, as_completed

        client = self._client
        topic = uuid.uuid4().hex  # others may be at work on the same cluster
        client.subscribe_topic(topic, lambda event: progress(*event[1]))
        futures = client.map(partial(_done, task, topic), range(len(items)), items, pure=False)
        number = {future.key: i for i, future in enumerate(futures)}
        completed = as_completed(futures, with_results=True, loop=client.loop)
        del futures  # results that have been taken are kept no longer
        try:
            for future, result in completed:
                if isinstance(result, CancelledError):  # given as a result where the connection is lost
                    break
                i = number.pop(future.key)
                future.release()
                yield i, result
        except KilledWorker as error:
            lost = items[number[str(error.task)]]
            why = f"{error.allowed_failures + 1} workers died over it, one after the other"
            raise BadInput(f"{lost}: {why}: of too little memory, or a crash of the extractor's") from None
        except CancelledError:
            pass
        finally:
            with contextlib.suppress(Exception):  # of a client that is closed by now
                client.unsubscribe_topic(topic)
                client.cancel([*completed.futures], force=True)
        if number:
            raise BadInput("the cluster was lost: its scheduler answers no more")


@contextmanager
def _deaf() -> Iterator[None]:
    """Threads and processes that begin meanwhile, and all that they begin later, do not hear Ctrl-C.

    A terminal sends it to all processes; it is ours to end them. One that comes meanwhile is heard afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    resource_tracker.ensure_running()  # which else is begun with the first process, and then lets the signal through again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _ready(client: Client, address: str, tell: Callable[[str], object]) -> Cluster:
    where = f"Dask at {address}" if address else "Dask on this machine"
    try:
        versions = client.run(_version)
    except ImportError as error:
        raise BadInput(f"{where}: a worker has no wafd ({error}); install wafd {__version__} where workers run") from None
    except Exception as error:  # whatever goes wrong between two versions of Dask
        raise BadInput(f"{where}: workers could not be asked ({type(error).__name__}: {error})") from None
    for worker, version in versions.items():
        if version != __version__:
            raise BadInput(f"{where}: worker {worker} has wafd {version}, here it is {__version__}; they must be the same")
    workers = f"{len(versions)} worker(s)" if versions else f"no worker yet; dask worker {address} adds one"
    tell(f"{where}, {workers}; dashboard: {client.dashboard_link}")
    return Cluster(client)


def _version() -> str:
    return __version__


def _done(task: Task[Item, Result], topic: str, number: int, item: Item) -> Result:
    """On a worker: do it, and say now and then how far it is. What it raises can be sent, and ends no worker."""
    from distributed import get_worker

    worker, last = get_worker(), time.monotonic()

    def progress(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > _EVERY:
            worker.log_event(topic, (number, done))
            last = time.monotonic()

    try:
        return task(item, progress)
    except (BadInput, KeyboardInterrupt) as error:  # of whatever class of its own
        raise BadInput(str(error) or type(error).__name__) from None
    except OSError as error:
        raise BadInput(f"{item}: {error}") from None
