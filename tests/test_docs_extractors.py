"""What docs/extractors.md shows is what happens."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import ROOT, Command

TEXT = (ROOT / "docs/extractors.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", TEXT, re.DOTALL))
COMMANDS = re.findall(r"^uv run (eval run (?:capitals|commonest|word):.*)$", TEXT, re.MULTILINE)


def test_there_are_examples() -> None:
    """A file each, and a command each."""
    assert len(FILES) == len(COMMANDS) == TEXT.count("```python")


@pytest.mark.parametrize("words", COMMANDS)
def test_examples_run(words: str, command: Command, tmp_path: Path) -> None:
    """From the working directory, on the dataset, and something is found."""
    for name, code in FILES.items():
        (tmp_path / name).write_text(code, encoding="utf-8")
    done = command(*shlex.split(words), "--gold", ROOT / "data", "--out", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "out/scores.json").read_bytes())["metrics"]["ner.strict"]["predicted"] > 0
