"""Runs the tests of in_transformers/ where torch is: in an environment of their own, made once and kept in the user's cache.

torch is in no group of this project: with uv, Linux takes a build for CUDA of several gigabytes. pip takes what its own settings
say. Under CI these tests run; elsewhere they run on request, since torch is large.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
import uv

from tests import meanwhile
from tests.conftest import ROOT

TORCH = "torch==2.13.0"
COMMAND = "WAFD_TORCH=1 uv run --group test pytest tests/test_transformers.py"


def environment() -> Path:
    """The Python of an environment with this project, its extra `transformers`, and pytest; what is missing is installed."""
    folder = platformdirs.user_cache_path("wafd") / f"torch-{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / "bin" / "python"
    if not python.exists() or run(python, "-c", "import torch").returncode:
        for step in (
            (uv.find_uv_bin(), "venv", "--clear", "--seed", "--python", sys.executable, folder),
            (python, "-m", "pip", "install", TORCH),
        ):
            assert_done(run(*step))
    # uv, so that [tool.uv] exclude-newer pins all the rest; torch it leaves as it is
    more = ("--editable", f"{ROOT}[transformers]", "pytest", "hypothesis")
    assert_done(run(uv.find_uv_bin(), "pip", "install", "--python", python, *more))
    return python


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """A program's end, in the project's root; tiny models are slower on several threads than on one."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run([*map(str, arguments)], cwd=ROOT, env=environment, capture_output=True, text=True)


def assert_done(done: subprocess.CompletedProcess[str]) -> None:
    """Shows all that it printed where it failed."""
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"


def make(folder: Path) -> None:
    """Prints how its tests went; fails where one does."""
    done = run(environment(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/in_transformers")
    assert_done(done)
    print(done.stdout)


@pytest.mark.transformers
@pytest.mark.skipif(not {"CI", "WAFD_TORCH"} & set(os.environ), reason=f"installs torch; enable it with {COMMAND}")
def test_transformers() -> None:
    """All tests of in_transformers/ pass, and none is skipped."""
    printed = (meanwhile.made("transformers") / "log").read_text(encoding="utf-8")
    assert " passed" in printed
    assert "skipped" not in printed
    print(printed)
