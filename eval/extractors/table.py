"""The table of extractors: finding one by its name, and what it needs."""

from __future__ import annotations

import copy
import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eval.document import BadInput, Document
from eval.extractors import BUILT_IN, Extractor, Fittable, Labels, Request

GROUP = "wafd.extractors"  # of entry points


def find(name: str, options: Mapping[str, str]) -> Callable[[Labels], Extractor]:
    """What makes the extractor called `name`, given the gold's labels.

    It is one of the table, with what it takes after a colon, or a user's own `package.module:object`: a class, which is called
    with a Request if it needs an argument; an instance with `extract`; or a function of documents.

    Raises BadInput where there is none, where it lacks a module, and for an option that it does not have.
    """
    head, colon, argument = name.partition(":")
    known = table()
    if head in known:
        found, name = known[head](), head
        _check_argument(found, head, colon + argument)
    elif argument:
        if str(Path.cwd()) not in sys.path:
            sys.path.insert(0, str(Path.cwd()))
        found, argument = _load(name), ""
    else:
        file = f"; a file of predictions is predictions:{name}" if Path(name).exists() else ""
        raise BadInput(f"no extractor {name!r}; there are {', '.join(known)}, or your own as package.module:object{file}")
    _check(found, name, options)
    if isinstance(found, type):
        return lambda labels: found(Request(argument, options, labels)) if _takes_one(found) else found()
    if hasattr(found, "extract"):
        # a copy, so that no fold sees what another was fitted on
        return lambda labels: copy.deepcopy(found) if isinstance(found, Fittable) else found
    return lambda labels: _Function(found)


def table() -> dict[str, Callable[[], Any]]:
    """All extractors that have a name, by it: what loads each. One of ours is never replaced by another package's."""
    others = {point.name: point.value for point in points()}
    return {name: partial(_load, path) for name, path in {**BUILT_IN, **others, **BUILT_IN}.items()}


def points() -> Iterator[EntryPoint]:
    """What installed packages have registered, by name."""
    yield from sorted(entry_points(group=GROUP), key=lambda point: point.name)


def missing(extractor: object) -> list[str]:
    """The modules that an extractor needs and that are not installed."""
    return [module for module in getattr(extractor, "needs", ()) if not _is_there(module)]


def how_to_install(extractor: object) -> str:
    """What to type for the modules it needs."""
    extra = getattr(extractor, "extra", "")
    needs = " ".join(getattr(extractor, "needs", ()))
    return f"uv run --extra {extra} …, or pip install 'wafd[{extra}]'" if extra else f"pip install {needs}"


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package that it is in
        return False


class _Function:
    def __init__(self, function: Callable[[Sequence[Document]], Iterable[Document]]) -> None:
        self.extract = function


def _check_argument(found: object, name: str, argument: str) -> None:
    takes = getattr(found, "takes", "")
    if argument and not takes:
        raise BadInput(f"{name} takes nothing after its name, found {argument!r}")
    if takes and argument in ("", ":"):
        raise BadInput(f"{name} needs {takes} after a colon: {name}:{takes}")


def _check(found: object, name: str, options: Mapping[str, str]) -> None:
    """Raise BadInput unless it is an extractor that can work, and has these options."""
    if not (isinstance(found, type) or hasattr(found, "extract") or callable(found)):
        raise BadInput(f"{name} is {found!r}: neither a class, nor has it extract(documents), nor is it a function of documents")
    if lacks := missing(found):
        raise BadInput(f"{name} needs {', '.join(lacks)}, which is not installed: {how_to_install(found)}")
    own = getattr(found, "options", {})
    for option in options:
        if option not in own:
            raise BadInput(f"--option {option}: {name} has {'the options ' + ', '.join(own) if own else 'no options'}")


def _takes_one(made: type) -> bool:
    """Whether a class must be given an argument."""
    try:
        parameters = inspect.signature(made).parameters.values()
    except ValueError:  # some classes of C have no signature
        return False
    return any(one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) for one in parameters)


def _load(path: str) -> Any:
    module_name, _, attribute = path.partition(":")
    try:
        found = import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a user's own module does when it is imported
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f" ({frame.filename}, line {frame.lineno})" if frame.filename != __file__ else ""
        raise BadInput(f"extractor {path!r} cannot be loaded: {type(error).__name__}: {error}{where}") from None
    return found
