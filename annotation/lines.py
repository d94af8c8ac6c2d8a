"""Files of JSON lines that are written by hand: each fault is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError, with_config

from eval.document import BadInput

T = TypeVar("T")

Words = Annotated[str, StringConstraints(pattern=r"\S")]  # not blank
closed = with_config(ConfigDict(extra="forbid"))  # a dataclass that is read here and has no other fields


def read(path: Path, kind: type[T], check: Callable[[T], object] = lambda _: None) -> list[T]:
    """A dataclass of each line that is not blank, by the types of its fields; nothing where there is no file.

    Raises BadInput for the first line that is no JSON or no such dataclass, or that `check` refuses by raising BadInput.
    """
    adapter, found = TypeAdapter(kind), []
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else [], 1):
        if not line.strip():
            continue
        try:
            one = adapter.validate_json(line, strict=True)
            check(one)
        except ValidationError as error:
            fields = ", ".join(kind.__annotations__)
            raise BadInput(f"{path}, line {number}: {fault(error)}; the fields are {fields}") from None
        except BadInput as error:
            raise BadInput(f"{path}, line {number}: {error}") from None
        found.append(one)
    return found


def fault(error: ValidationError) -> str:
    """The first that pydantic has found, with its field."""
    first = error.errors(include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where and where + ': '}{first['msg']}"
