"""The folder of the explorer, which is written as a whole, and never over anything that is not one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from eval.document import BadInput
from eval.pages.ours import is_ours
from eval.progress import Progress, silent


def check(out: Path) -> None:
    """Raise BadInput if `out` is a file, or a folder with anything in it that is no page of ours."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"--out {out}: a file, not a folder")
    for path in sorted(out.rglob("*")) if out.exists() else ():
        if path.is_symlink() or not (path.is_dir() or is_ours(path)):
            raise BadInput(
                f"--out {out}: holds {path.relative_to(out)}, which is not from annotate browse; name another folder, or move it"
            )


def write(pages: Iterable[tuple[str, str]], total: int, out: Path, progress: Progress = silent) -> None:
    """Write pages, of which there are `total`, each at its path in `out`; an explorer that stands there goes.

    Raises BadInput as `check` does. Where it is stopped, what stood there still does.
    """
    check(out)
    target = Path(os.path.realpath(out))  # a link stays one
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as name:
        new, old = Path(name, "new"), Path(name, "old")
        for done, (path, content) in enumerate(pages):
            progress("writing pages", done, total)
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_text(content, encoding="utf-8", newline="\n")
        check(out)  # again: what was put there meanwhile is not ours either
        if target.exists():
            os.replace(target, old)
        try:
            os.replace(new, target)
        except BaseException:  # Ctrl-C too: the old one would go with its folder
            if old.exists():
                os.replace(old, target)
            raise
