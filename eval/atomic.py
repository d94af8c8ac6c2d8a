"""Writing a file or a folder so that it is never half there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write `content` to a file of its own beside `path` and rename it into place.

    It has the permissions `mode` from the start; None: those of the file that stands there, else what open() would give.
    """
    target = Path(os.path.realpath(path))  # a link stays one
    if mode is None:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, mode)
            file.write(content)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Yield a name, in a folder of its own beside `path`, for the file or folder that is then renamed to `path`.

    Where the block raises, nothing is renamed and nothing stays.
    """
    target = Path(os.path.realpath(path))  # a link stays one
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
        new = Path(folder) / target.name
        yield new
        os.replace(new, target)


def _umask() -> int:
    """Only setting it tells what it is."""
    current = os.umask(0)
    os.umask(current)
    return current
