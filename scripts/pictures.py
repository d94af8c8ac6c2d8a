"""Take the pictures of README.md: a run's report, and the explorer of the gold.

uv run --group test python scripts/pictures.py    ten seconds; needs chromium and Arabic fonts
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests import labelling
from tests.conftest import BIN, ROOT

PICTURES = ROOT / "docs" / "pages"
# What each shows: the page, what is after its #, and what must be there before it is taken.
REPORT = "run/report.html", "article=000&mention=gold/1354-1358/EVENT", "mark.chosen"
EXPLORER = "explorer/timeline.html", "event-damascus_talks_2025_11_16", ":target"


def take(browser: Browser, folder: Path, name: str, page: str, fragment: str, awaited: str) -> None:
    """Open a page from disk, and take what is on the screen."""
    tab = browser.new_page(viewport={"width": 1300, "height": 720})
    tab.goto(f"{(folder / page).as_uri()}#{fragment}")
    tab.locator(awaited).first.wait_for()
    tab.evaluate("document.fonts.ready")
    tab.screenshot(path=PICTURES / name, type="jpeg", quality=80)
    tab.close()


def main() -> None:
    """Make both pages anew, and take them."""
    with tempfile.TemporaryDirectory() as name, labelling.browsing() as browser:
        folder = Path(name)
        for command in (
            ["eval", "run", "--out", folder / "run"],
            ["annotate", "browse", "--no-serve", "--out", folder / "explorer"],
        ):
            subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        take(browser, folder, "report.jpg", *REPORT)
        take(browser, folder, "explorer.jpg", *EXPLORER)


if __name__ == "__main__":
    main()
