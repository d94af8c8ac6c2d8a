"""Measure what reports of many articles weigh, and how long they take to be made and opened; print a table.

uv run --group test python scripts/large_reports.py    about two minutes; needs chromium

The articles are the five of the gold, again and again; the predictions are the lexicon's, fitted on them.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Column, Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from eval import formats
from eval.document import Document
from tests import labelling
from tests.conftest import BIN, ROOT

SIZES = 5, 100, 1000, 5000


def gold(documents: int) -> Iterator[Document]:
    """So many articles, each with an id of its own."""
    articles = islice(cycle(formats.read_gold(ROOT / "data")), documents)
    return (replace(article, doc_id=f"{i:05d}", fold=None) for i, article in enumerate(articles))


def made(folder: Path, documents: int) -> tuple[Path, float]:
    """The report, and the seconds that `eval report` takes."""
    formats.write(folder / "gold.parquet", gold(documents))
    run = ["run", "--train", ROOT / "data", "--gold", "gold.parquet", "--out", "run"]
    subprocess.run([BIN / "eval", *run], cwd=folder, check=True, capture_output=True)
    start = time.monotonic()
    subprocess.run([BIN / "eval", "report", "run"], cwd=folder, check=True, capture_output=True)
    return folder / "run" / "report.html", time.monotonic() - start


def opened(browser: Browser, report: Path) -> tuple[float, float]:
    """Seconds until the page is loaded, and until the first article is drawn when one goes there."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    start = time.monotonic()
    page.goto(report.as_uri(), wait_until="load")
    loaded = time.monotonic() - start
    page.locator("article.article").first.scroll_into_view_if_needed()
    page.locator("article.article .text > *").first.wait_for()
    drawn = time.monotonic() - start
    page.close()
    return loaded, drawn


def main() -> None:
    """Make each, and open it."""
    table = Table(
        *(Column(name, justify="right") for name in ("articles", "MB", "made, s", "loaded, s", "first article drawn, s"))
    )
    with labelling.browsing() as browser, Console(stderr=True).status("") as status:
        for documents in SIZES:
            status.update(f"{documents:,} articles")
            with tempfile.TemporaryDirectory() as folder:
                report, seconds = made(Path(folder), documents)
                times = (seconds, *opened(browser, report))
                table.add_row(f"{documents:,}", f"{report.stat().st_size / 1e6:.2f}", *(f"{one:.1f}" for one in times))
    Console(highlight=False, width=100).print(table)


if __name__ == "__main__":
    main()
