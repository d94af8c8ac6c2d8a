"""What an extractor is, and the table of those that come with the project. Each lives in a file of its own."""

from __future__ import annotations

import copy
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable

from eval.document import BadInput, Document


class Extractor(Protocol):
    """Finds mentions and relations in documents that come without any."""

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield the documents with what was found in them; a document that is not yielded counts as empty."""
        ...


@runtime_checkable
class Fittable(Extractor, Protocol):
    """An extractor that learns from gold documents before it extracts."""

    def fit(self, documents: Sequence[Document]) -> None: ...


# name -> where its class is; it is called with what follows the colon on the command line, and what tells the gold's types
BUILT_IN: Mapping[str, str] = {
    "lexicon": "eval.extractors.lexicon:Lexicon",
    "predictions": "eval.extractors.predictions:Predictions",
}


def find(name: str, types: Callable[[], frozenset[str]]) -> Callable[[], Extractor]:
    """What makes the extractor called `name`: `lexicon`, `predictions:FILE`, or a user's own `package.module:object`.

    The object may be a class, an instance with `extract`, or a function of documents. Raises BadInput where there is none.
    """
    head, _, argument = name.partition(":")
    if head in BUILT_IN:
        made = _load(BUILT_IN[head])
        return lambda: made(argument, types)
    if not argument:
        file = f"; a file of predictions is predictions:{name}" if Path(name).exists() else ""
        raise BadInput(f"no extractor {name!r}; there are {', '.join(BUILT_IN)}, or your own as package.module:object{file}")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    own = _load(name)
    if isinstance(own, type):
        return own
    if hasattr(own, "extract"):
        # a copy, so that no fold sees what another was fitted on
        return lambda: copy.deepcopy(own) if isinstance(own, Fittable) else own
    if callable(own):
        return lambda: _Function(own)
    raise BadInput(f"{name} is {own!r}: neither a class, nor an object with extract(documents), nor a function of documents")


class _Function:
    def __init__(self, function: Callable[[Sequence[Document]], Iterable[Document]]) -> None:
        self.extract = function


def _load(path: str):  # type: ignore[no-untyped-def]
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
