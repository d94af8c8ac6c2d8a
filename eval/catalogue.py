"""All extractors that have a name, on the terminal."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Column, Table

from eval.console import plain
from eval.document import BadInput
from eval.extractors import BUILT_IN
from eval.extractors.table import how_to_install, missing, points, table


@dataclass(frozen=True)
class Entry:
    """What is said of an extractor; `lacks` is empty where it is ready."""

    name: str
    does: str
    options: dict[str, str]
    lacks: str


def entries() -> Iterator[Entry]:
    """Those of the project in their order, then those of installed packages by name."""
    whose = {point.name: point.dist.name if point.dist else "?" for point in points()}
    for name, load in table().items():
        own = "" if name in BUILT_IN or whose[name] == "wafd" else f" (of the package {whose[name]})"
        try:
            found = load()
        except BadInput as error:
            yield Entry(name, own.strip(), {}, str(error))
            continue
        takes = getattr(found, "takes", "")
        does = (inspect.getdoc(found) or "").partition("\n")[0] + own
        lacks = f"needs {', '.join(missing(found))}: {how_to_install(found)}" if missing(found) else ""
        yield Entry(f"{name}:{takes}" if takes else name, does, dict(getattr(found, "options", {})), lacks)


def show(console: Console) -> None:
    """Print a row an extractor, with its options, and what it needs that is not installed."""
    grid = Table(Column("extractor", no_wrap=True), "what it does", "ready")
    for entry in entries():
        does = plain(entry.does)
        for option, what in entry.options.items():
            does.append(f"\n--option {option}=…  {what}", style="dim")
        grid.add_row(plain(entry.name), does, plain(entry.lacks, "yellow") if entry.lacks else "yes")
        grid.add_section()
    console.print(grid)
    own = (
        "Your own: package.module:object, a function of documents or a class with extract(documents), from the working directory."
    )
    console.print(plain(own), soft_wrap=True)
