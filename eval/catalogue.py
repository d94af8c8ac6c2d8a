"""All extractors that have a name, on the terminal."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from eval.console import plain
from eval.document import BadInput
from eval.extractors import BUILT_IN
from eval.extractors.table import how_to_install, missing, points, table


@dataclass(frozen=True)
class Entry:
    """What is said of an extractor. `installed` is how its needs come, empty if it has none; `lacks` what is not there."""

    name: str
    does: str
    options: dict[str, str]
    installed: str
    lacks: str


def entries() -> Iterator[Entry]:
    """Those of the project in their order, then those of installed packages by name."""
    whose = {point.name: point.dist.name if point.dist else "?" for point in points()}
    for name, load in table().items():
        own = "" if name in BUILT_IN or whose[name] == "wafd" else f" (of the package {whose[name]})"
        try:
            yield _entry(name, load(), own)
        except Exception as error:  # a package's own, which stops no list
            why = str(error) if isinstance(error, BadInput) else f"{type(error).__name__}: {error}"
            yield Entry(name, own.strip(), {}, "", why)


def _entry(name: str, found: Any, own: str) -> Entry:
    takes = getattr(found, "takes", "")
    does = (inspect.getdoc(found) or "").partition("\n")[0] + own
    options = {option: str(what) for option, what in dict(getattr(found, "options", {})).items()}
    installed = how_to_install(found) if getattr(found, "needs", ()) else ""
    return Entry(f"{name}:{takes}" if takes else name, does, options, installed, ", ".join(missing(found)))


def show(console: Console) -> None:
    """Print a row an extractor, then the options of those that have any."""
    grid = Table(Column("extractor", no_wrap=True), "what it is", "installed")
    options = Table("extractor", "--option", "what it is")
    for entry in entries():
        ready = plain(f"no: {entry.lacks}", "yellow") if entry.lacks else plain("yes")
        grid.add_row(plain(entry.name), plain(entry.does), ready.append(f"\n{entry.installed}" if entry.installed else ""))
        grid.add_section()
        for option, what in entry.options.items():
            options.add_row(plain(entry.name), plain(f"{option}=…"), plain(what))
        options.add_section()
    console.print(grid)
    console.print(options)
    own = "your own: package.module:object, a function of documents or a class with extract(documents); see docs/extractors.md"
    console.print(plain(own), soft_wrap=True)
