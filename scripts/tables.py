"""Run the commands that made the tables in our documents, and put what they print in their place."""

import functools
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "annotation/agreement.md", "annotation/card.md", "docs/statistics.md")
TABLE = re.compile(r"(<!-- made by: uv run (?P<commands>.*?) -->\n```\n)(?P<table>.*?)(?=```)", re.DOTALL)
EXTRA = re.compile(r"--extra \S+ ")  # what is installed already


@functools.cache
def printed(commands: str) -> str:
    """What the last of some commands prints (`… && uv run …`), but the line that says where a run of `eval` went.

    They run in a folder that has what they read, so that what they write goes nowhere; once, however many tables they make.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in ("annotation", "data", "scripts"):
            (Path(folder) / name).symlink_to(ROOT / name)
        for command in commands.split(" && uv run "):
            program, *arguments = EXTRA.sub("", command).split()
            done = subprocess.run(
                [Path(sys.executable).with_name(program), *arguments], capture_output=True, text=True, check=True, cwd=folder
            )
    return "\n".join(line.rstrip() for line in done.stdout.partition("written to")[0].rstrip().splitlines()) + "\n"


def both(text: str) -> Iterator[tuple[str, str, str]]:
    """The commands of each table in a document, the table, and what they print now."""
    for made_by in TABLE.finditer(text):
        yield made_by["commands"], made_by["table"], printed(made_by["commands"])


def refreshed(text: str) -> str:
    """The document with each table as its command prints it now."""
    return TABLE.sub(lambda made_by: made_by[1] + printed(made_by["commands"]), text)


if __name__ == "__main__":
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(refreshed(path.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"written: {path}")
