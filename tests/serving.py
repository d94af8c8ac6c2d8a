"""A real Label Studio, for the tests of what is done with one."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import BIN


@contextmanager
def serving(folder: Path, cwd: Path) -> Iterator[str]:
    """`annotate serve` until the block is left, then Ctrl-C; yields what it prints once it is ready."""
    process = subprocess.Popen(
        [str(BIN / "annotate"), "serve", "--folder", str(folder)],
        cwd=cwd,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield "".join(printed)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert process.returncode == 0


def kill_server(folder: Path) -> None:
    """kill -9 of the Label Studio that `annotate serve` has started over the folder, with all that it started."""
    for one in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"LABEL_STUDIO_BASE_DATA_DIR={folder}\0".encode() in (one / "environ").read_bytes()
        except OSError:
            continue
        if ours and int(one.name) == os.getpgid(int(one.name)):
            os.killpg(int(one.name), signal.SIGKILL)
            return
    raise AssertionError(f"no Label Studio runs over {folder}")
