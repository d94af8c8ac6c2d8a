"""Files of JSON lines that are written by hand: each fault is named with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from eval.document import BadInput

T = TypeVar("T")


def read(path: Path, make: Callable[[dict[str, Any]], T], what: str) -> list[T]:
    """What `make` makes of each line's object; nothing where there is no file.

    Raises BadInput for the first line that is no JSON, that `make` fails on (then the message says it is not `what`), or that
    it refuses by raising BadInput.
    """
    found = []
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else [], 1):
        try:
            found.append(make(json.loads(line)))
        except BadInput as error:
            raise BadInput(f"{path}, line {number}: {error}") from None
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{path}, line {number}: not {what} ({error})") from None
    return found
