"""A command as a process of its own: how long it takes, and the memory that it and those that it starts have at most."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

EVERY = 0.1  # seconds


@dataclass(frozen=True)
class Watched:
    """Seconds, and bytes: the peak of the process, and of the largest of those that it started (0: there was none)."""

    seconds: float
    own: int
    others: int


def watch(command: list[str]) -> Watched:
    """Do it, its output apart. Ends the program where it fails, with what it said."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = psutil.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        own = others = 0
        try:
            while process.poll() is None:
                with suppress(psutil.NoSuchProcess):
                    own = max(own, peak(process.pid))
                    others = max([others, *(peak(child.pid) for child in process.children(recursive=True))])
                time.sleep(EVERY)
        finally:
            if process.poll() is None:  # we are stopped ourselves
                process.send_signal(signal.SIGINT)
                process.wait()
        seconds = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)}: {said.read().decode(errors='replace').strip()}")
    return Watched(seconds, own, others)


def peak(pid: int) -> int:
    """The most memory that a process had so far, in bytes, as Linux keeps it, so that none is missed; 0 where it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return 1024 * int(line.split()[1])
    return 0
