"""Which pages are ours: they say so, and no other file is written over."""

from __future__ import annotations

import os
from pathlib import Path

from eval import __version__
from eval.document import BadInput

GENERATOR = f"wafd {__version__}"
_MARK, _WITHIN = b'<meta name="generator" content="wafd ', 1_000


def is_ours(path: Path) -> bool:
    """Whether a file is a page that we have made, of whatever version. What cannot be read is not."""
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return False
        with path.open("rb") as file:
            return _MARK in file.read(_WITHIN)
    except OSError:
        return False


def refuse_other(path: Path) -> None:
    """Raise BadInput unless a page can be written to `path` without harm."""
    if os.path.lexists(path) and not is_ours(path):
        raise BadInput(f"{path} stands there and is no page of ours; move it, or name another place with --out")
    if not path.parent.is_dir():
        raise BadInput(f"{path}: there is no folder {path.parent}; make it first")
