"""Print the guidelines without their examples from some articles: what annotators had for annotation/exports/held-out/.

    uv run python scripts/hold_out.py 003 004 > guidelines.md

Sentences and list items that quote those articles go, and lines of which nothing is left.
"""

import re
import sys
from pathlib import Path

GUIDELINES = Path(__file__).parent.parent / "annotation" / "guidelines.md"
IN_TABLES, IN_TEXT = re.compile(r"(?<=[;,.])\s"), re.compile(r"(?<=[;,.:])\s")


def without(line: str, held: re.Pattern[str]) -> str | None:
    """The line without what quotes the held-out articles; None if nothing useful is left."""
    if not held.search(line):
        return line
    if line.startswith("|"):
        cells = [_kept(cell, held, IN_TABLES) for cell in line.strip("|").split("|")]
        return f"|{'|'.join(cells)}|" if cells[0].strip() and any("`" in cell for cell in cells) else None
    kept = _kept(line, held, IN_TEXT)
    is_item = line.startswith("- ")
    empty = not kept.strip("- ") or kept in ("- **Not:**", "- **Examples:**")
    return None if empty or (is_item and (not kept.startswith("- ") or ("`" not in kept and len(kept) < 60))) else kept


def _kept(text: str, held: re.Pattern[str], pieces: re.Pattern[str]) -> str:
    return " ".join(piece for piece in pieces.split(text) if not held.search(piece))


if __name__ == "__main__":
    held = re.compile(rf"\((?:{'|'.join(map(re.escape, sys.argv[1:]))})\)")
    lines = (without(line, held) for line in GUIDELINES.read_text(encoding="utf-8").splitlines())
    print("\n".join(line for line in lines if line is not None))
