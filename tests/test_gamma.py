"""γ of `annotate agree --gamma`, in an environment of its own, with the extra that brings it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotation import export, label_studio, schema
from tests import meanwhile
from tests.conftest import BIN, ROOT
from tests.test_agreement import FIRST, write_exports


def make(folder: Path) -> None:
    """What the command prints of two exports: `gamma.json`."""
    write_exports(folder)
    for name in ("first", "second"):
        tasks = [*export.read(folder / f"{name}.json"), label_studio.to_task(replace(FIRST, date="2025-10-02"), schema.load())]
        (folder / f"{name}.json").write_text(export.dumps(tasks), encoding="utf-8")
    program = ["uv", "run", "--quiet", "--project", str(ROOT), "--isolated", "--extra", "gamma", "annotate", "agree"]
    done = subprocess.run(
        [*program, "first.json", "second.json", "--gamma", "--json", "--samples", "0"],
        cwd=folder,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    (folder / "gamma.json").write_text(done.stdout, encoding="utf-8")


@pytest.mark.gamma
@pytest.mark.skipif(not os.environ.get("CI"), reason="installs 700 MB: CI=1 uv run --group test pytest -k gamma")
def test_gamma_in_an_environment_of_its_own() -> None:
    """1 for an annotation against itself; less, and above chance, where a mention is gone."""
    found = json.loads((meanwhile.made("gamma") / "gamma.json").read_text(encoding="utf-8"))["gamma"]
    assert found["documents"]["x"] == pytest.approx(1)
    assert 0 < found["documents"]["000"] < 1
    assert found["mean"] == pytest.approx(sum(found["documents"].values()) / 2)


def test_a_solver_that_writes_past_python_spoils_no_json() -> None:
    """What comes before and after is printed."""
    code = (
        "import os; from annotation.agreement.gamma import silent; os.write(1, b'before ')\n"
        "with silent(): os.write(1, b'chatter')\n"
        "print('after')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "before after\n"
