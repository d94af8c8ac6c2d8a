"""Measure how long large articles take to be opened and marked in Label Studio's page; print a table.

uv run --group test python scripts/large_articles.py    about three minutes; needs chromium
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect
from rich.console import Console
from rich.table import Column, Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotation.studio import address, environment, login, project, server, tasks
from eval import formats
from eval.document import Document, Mention
from tests import labelling
from tests.conftest import BIN

SENTENCE = "وصل وزير الدفاع السوري إلى موسكو.\n"
TITLE = slice(4, 22)
# (code points, regions)
SIZES = [(5_000, 0), (20_000, 500), (200_000, 5_000), (500_000, 0), (1_100_000, 0)]


def article(number: int, length: int, regions: int) -> Document:
    """Sentences of one kind, in as many of which a title is marked."""
    text = SENTENCE * (length // len(SENTENCE))
    starts = (TITLE.start + i * len(SENTENCE) for i in range(regions))
    mentions = (Mention(f"m{i}", start, start + 18, "TITLE", f"title:t{i}") for i, start in enumerate(starts))
    return Document(f"{number}", text, "2025-11-16", tuple(mentions))


def measure(browser: Browser, who: login.Login, task: int, regions: int) -> tuple[float, float]:
    """Seconds until the article with all its regions can be worked on, and until one more is marked."""
    page = labelling.Page(browser, who)
    page.browser_page.context.set_default_timeout(300_000)
    page.log_in()
    opened = timed(lambda: (page.open(1, task), expect(page.regions).to_have_count(regions, timeout=300_000)))
    marked = timed(lambda: page.mark(0, 3, "q"))
    page.browser_page.context.close()
    return opened, marked


def timed(what: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.monotonic()
    what()
    return time.monotonic() - start


def main() -> None:
    """Push each, open it, mark one region in it."""
    environment.install()
    columns = "regions", "MB", "opened, s", "marked, s"
    table = Table("code points", *(Column(name, justify="right") for name in columns))
    status = Console(stderr=True).status("")
    with tempfile.TemporaryDirectory() as name, status:
        folder = Path(name)
        articles = [article(number, *size) for number, size in enumerate(SIZES)]
        formats.write(folder / "articles.jsonl", articles)
        with server.running(folder / "studio", progress=status.update) as running, labelling.browsing() as browser:
            status.update("pushing")
            brought = ["--articles", "articles.jsonl", "--annotations", "articles.jsonl", "--folder", "studio"]
            subprocess.run([BIN / "annotate", "push", *brought], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            with project.reached(address.find(folder / "studio", None)) as http:
                numbers = {task["data"]["doc_id"]: task["id"] for task in tasks.listed(http, 1, with_annotators=False)}
            for document in articles:
                regions, text = len(document.mentions), document.text or ""
                status.update(f"{len(text):,} code points, {regions:,} regions")
                opened, marked = measure(browser, running.login, numbers[document.doc_id], regions)
                row = f"{regions:,}", f"{len(text.encode()) / 1e6:.2f}", f"{opened:.1f}", f"{marked:.1f}"
                table.add_row(f"{len(text):,}", *row)
    Console(highlight=False, width=100).print(table)


if __name__ == "__main__":
    main()
