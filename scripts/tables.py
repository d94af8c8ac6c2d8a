"""Run the commands that made the tables in our documents, and put what they print in their place."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "annotation/agreement.md")
TABLE = re.compile(r"(<!-- made by: uv run (?P<command>.*?) -->\n```\n).*?(?=```)", re.DOTALL)


def printed(command: str, out: str) -> str:
    """What a command prints; a run of `eval` goes to the folder `out`, and says so in a line that is left away."""
    program, *arguments = command.split()
    where = ["--out", out] if program == "eval" else []
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments, *where], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return "\n".join(line.rstrip() for line in done.stdout.partition("written to")[0].rstrip().splitlines()) + "\n"


def refreshed(text: str) -> str:
    """The document with each table as its command prints it now."""
    with tempfile.TemporaryDirectory() as out:
        return TABLE.sub(lambda made_by: made_by[1] + printed(made_by["command"], out), text)


if __name__ == "__main__":
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(refreshed(path.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"written: {path}")
