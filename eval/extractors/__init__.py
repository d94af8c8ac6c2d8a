"""What an extractor is, and the table of those that come with the project. Each lives in a file of its own.

docs/extractors.md shows how to bring one's own.
"""

from __future__ import annotations

import copy
import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from eval.document import BadInput, Document

GROUP = "wafd.extractors"  # of entry points


class Extractor(Protocol):
    """Finds mentions and relations in documents that come without any.

    A class of extractors may say more of itself, all optional: `takes`, what follows its name and a colon (`"PATH"`);
    `options`, the names of its options with what each is; `needs`, the modules without which it does not work; and `extra`, the
    extra of this project that installs them.
    """

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield the documents with what was found in them; one that is not yielded counts as empty.

        What is yielded is kept at once, so that a run that is stopped goes on after it. `notes` are shown to the user.
        """
        ...


@runtime_checkable
class Fittable(Extractor, Protocol):
    """An extractor that learns from gold documents before it extracts."""

    def fit(self, documents: Sequence[Document]) -> None: ...


@dataclass(frozen=True)
class Labels:
    """The names that a gold uses, each sorted."""

    types: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What an extractor's class is called with: what follows its name on the command line, --option, and the gold's labels."""

    argument: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = field(default_factory=Labels)

    def number(self, option: str, default: float, least: float = 0) -> float:
        """The option as a number. Raises BadInput for what is none, or less than `least`."""
        text = self.options.get(option, str(default))
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value < float("inf"):
            raise BadInput(f"--option {option}={text}: needs a number, at least {least:g}")
        return value

    def whole(self, option: str, default: int, least: int = 0) -> int:
        """The option as a whole number. Raises BadInput for what is none, or less than `least`."""
        value = self.number(option, default, least)
        if value != int(value):
            raise BadInput(f"--option {option}={self.options[option]}: needs a whole number")
        return int(value)


# name -> where its class is
BUILT_IN: Mapping[str, str] = {
    "lexicon": "eval.extractors.lexicon:Lexicon",
    "predictions": "eval.extractors.predictions:Predictions",
}


def find(name: str, options: Mapping[str, str]) -> Callable[[Labels], Extractor]:
    """What makes the extractor called `name`, given the gold's labels.

    It is one of the table, one that an installed package names under the entry point `wafd.extractors`, either with what it takes
    after a colon; or a user's own `package.module:object`: a class, which is called with a Request if it takes an argument; an
    instance with `extract`; or a function of documents.

    Raises BadInput where there is none, where it lacks a module, and for an option that it does not have.
    """
    head, _, argument = name.partition(":")
    known = table()
    if head in known:
        found = known[head]()
    elif argument:
        found, argument = _load(name), ""
    else:
        file = f"; a file of predictions is predictions:{name}" if Path(name).exists() else ""
        raise BadInput(f"no extractor {name!r}; there are {', '.join(known)}, or your own as package.module:object{file}")
    _check(found, name, argument, options)
    if isinstance(found, type):
        takes_request = bool(_parameters(found))
        return lambda labels: found(Request(argument, options, labels)) if takes_request else found()
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
    return [module for module in getattr(extractor, "needs", ()) if find_spec(module) is None]


def how_to_install(extractor: object) -> str:
    """What to type for the modules it needs."""
    extra = getattr(extractor, "extra", "")
    return f"uv run --extra {extra} …, or pip install 'wafd[{extra}]'" if extra else f"pip install {' '.join(missing(extractor))}"


class _Function:
    def __init__(self, function: Callable[[Sequence[Document]], Iterable[Document]]) -> None:
        self.extract = function


def _check(found: object, name: str, argument: str, options: Mapping[str, str]) -> None:
    """Raise BadInput unless it is an extractor that can take what it is given."""
    head = name.partition(":")[0]
    if not (isinstance(found, type) or hasattr(found, "extract") or callable(found)):
        raise BadInput(
            f"{name} is {found!r}: neither a class, nor an object with extract(documents), nor a function of documents"
        )
    if lacks := missing(found):
        raise BadInput(f"{head} needs {', '.join(lacks)}, which is not installed: {how_to_install(found)}")
    takes = getattr(found, "takes", "")
    if argument and not takes:
        raise BadInput(f"{head} takes nothing after a colon, found {argument!r}")
    if takes and not argument and found_by_name(head):
        raise BadInput(f"{head} needs {takes} after a colon: {head}:{takes}")
    own = getattr(found, "options", {})
    for option in options:
        if option not in own:
            raise BadInput(f"--option {option}: {head} has {'the options ' + ', '.join(own) if own else 'no options'}")


def found_by_name(head: str) -> bool:
    """Whether it is in the table."""
    return head in BUILT_IN or any(point.name == head for point in points())


def _parameters(made: type) -> list[inspect.Parameter]:
    """What a class must be given."""
    try:
        return [
            one
            for one in inspect.signature(made).parameters.values()
            if one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
        ]
    except ValueError:  # some classes of C have no signature
        return []


def _load(path: str) -> Any:
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    module_name, _, attribute = path.partition(":")
    try:
        found = import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (Exception, SystemExit) as error:  # whatever a user's own module does when it is imported
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f" ({frame.filename}, line {frame.lineno})" if frame.filename != __file__ else ""
        raise BadInput(f"extractor {path!r} cannot be loaded: {type(error).__name__}: {error}{where}") from None
    return found
