"""Run the command that made README's results table, and put what it prints in its place."""

import re
import subprocess
import tempfile
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
TABLE = re.compile(r"(<!-- made by: uv run (?P<command>.*?) -->\n```\n).*?(?=```)", re.DOTALL)


def results(made_by: re.Match[str]) -> str:
    """The comment and the fence as they were, then what its command prints now."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*made_by["command"].split(), "--out", folder]
        printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=README.parent).stdout
    lines = [line.rstrip() for line in printed.partition("written to")[0].rstrip().splitlines()]
    return made_by[1] + "\n".join(lines) + "\n"


README.write_text(TABLE.sub(results, README.read_text(encoding="utf-8")), encoding="utf-8")
print(f"written: {README}")
