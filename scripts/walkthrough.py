"""Do what docs/annotating.md tells, in a copy of the project, and write anew what its commands print and its pictures.

uv run --group test python scripts/walkthrough.py    about two minutes; needs chromium and Arabic fonts

Every `$ …` in a console block is typed as it stands there; `<!-- in the browser: NAME -->` between two is a person at work in a
real one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
from playwright.sync_api import Browser, expect

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotation import export, label_studio
from annotation.label_studio import Result
from annotation.studio.login import Login
from eval import atomic
from tests import labelling
from tests.conftest import BIN
from tests.labelling import Page
from tests.serving import serving, task_numbers

ROOT = Path(__file__).parent.parent
DOC = ROOT / "docs" / "annotating.md"
PICTURES = ROOT / "docs" / "annotating"
STUDIO = Path(".home", "wafd", "label-studio")  # in the copy
ARTICLE = "005"
TEXT = (PICTURES / "invented.txt").read_text(encoding="utf-8")

_STEP = re.compile(r"```console\n\$ (?P<command>.*)\n(?P<said>[^`]*)```|<!-- in the browser: (?P<name>\w+) -->")


@dataclass
class Walk:
    """A copy of the project, its Label Studio, and a browser. `pictures` is where these go; None: nowhere."""

    folder: Path
    browser: Browser
    stack: ExitStack
    pictures: Path | None = None
    passwords: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> str:
        """What a command prints, in order; what is another each time is left out."""
        program = re.sub(r"^uv run( --extra \S+)* ", "", command)
        if program == "annotate serve":
            return self._without_secrets(self.stack.enter_context(serving(self.studio, self.folder)))
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", program],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise click.ClickException(f"{command}: exit status {done.returncode}\n{done.stdout}")
        if added := re.search(r"e-mail: +(\S+)\npassword: (\S+)", done.stdout):
            self.passwords[added[1]] = added[2]
        return self._without_secrets(done.stdout)

    @property
    def studio(self) -> Path:
        """Where `annotate` keeps Label Studio's data, if no other folder is named."""
        return self.folder / STUDIO

    @property
    def environment(self) -> Mapping[str, str]:
        """Of a person with a home of their own, whose terminal is 100 columns wide."""
        home = {"XDG_DATA_HOME": str(self.folder / ".home"), "HF_HOME": str(self.folder / ".home" / "hub"), "HF_HUB_OFFLINE": "1"}
        quiet = {"HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
        return {**home, **quiet, "COLUMNS": "100", "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}

    @contextmanager
    def page(self, email: str) -> Iterator[Page]:
        """The page of a person who has logged in."""
        login = replace(Login.read(self.studio), email=email, password=self.passwords[email])
        with labelling.page(self.browser, login, self.folder) as one:
            yield one

    def task(self) -> int:
        """The number of the article's task."""
        return task_numbers(self.studio)[ARTICLE]

    def picture(self, page: Page, name: str) -> None:
        """What the page shows now."""
        if self.pictures:
            page.browser_page.screenshot(path=self.pictures / f"{name}.jpg", type="jpeg", quality=60)

    def submit(self, page: Page, results: list[Result]) -> None:
        """Submit, and then, to spare the reader forty more drags, all of the person's annotation as the page would send it."""
        page.submit()
        task = self.task()
        session = page.browser_page.request
        cookies = {cookie["name"]: cookie["value"] for cookie in page.browser_page.context.cookies()}
        me = session.get("/api/current-user/whoami").json()["id"]
        own = [one for one in session.get(f"/api/tasks/{task}/annotations/").json() if one["completed_by"] == me]
        sent = session.patch(
            f"/api/annotations/{own[-1]['id']}/", data={"result": results}, headers={"X-CSRFToken": cookies["csrftoken"]}
        )
        assert sent.ok, sent.text()

    def _without_secrets(self, said: str) -> str:
        said = re.sub(r"(?m)^(password: |log in: .*, password )\S+", r"\1…", said).replace(
            f"{self.studio}", "~/.local/share/wafd/label-studio"
        )
        return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8080", said)


def first(walk: Walk) -> None:
    """Looks at what the extractor has found, marks a name, says who a group is, and relates two."""
    with walk.page("first@example.org") as page:
        page.open(walk.task())
        walk.picture(page, "page")
        page.mark(*place("سامر الحلواني"), "1")
        page.type_in("entity_id", "per:samer_al_halwani")
        walk.picture(page, "mark")
        page.choose_region(place("الجانب الروسي")[0])
        expect(page.search("الجانب").filter(has_text="the Russian side")).to_be_visible()
        walk.picture(page, "pick")
        page.browser_page.keyboard.press("Escape")
        page.pick("الجانب الروسي", "الجانب الروسي — the Russian side")
        page.relate(place("سامر الحلواني")[0], place("العميد")[0], "holds_title")
        walk.picture(page, "relate")
        walk.submit(page, results_of("first"))


def second(walk: Walk) -> None:
    """Marks a name; and, so that there is something to decide, says otherwise of two things than the first."""
    with walk.page("second@example.org") as page:
        page.open(walk.task())
        page.begin()
        page.mark(*place("إيغور لازاريف"), "1")
        page.type_in("entity_id", "per:igor_lazarev")
        results = results_of("second")
        moscow = place("موسكو")[0]
        role = next(one for one in results if one.get("from_name") == "role" and one["value"]["start"] == moscow)
        role["value"]["choices"] = ["government"]
        walk.submit(page, [one for one in results if one.get("labels") != ["after"]])


def third(walk: Walk) -> None:
    """Decides: looks at a region with a note, draws the relation that the second has not, and takes what else the first said."""
    with walk.page("third@example.org") as page:
        page.open(walk.task())
        page.choose_annotation("third@example.org")
        page.choose_region(place("موسكو")[0])
        walk.picture(page, "decide")
        page.relate(place("زار موسكو")[0], place("سلمت")[0], "after")
        walk.submit(page, results_of("first"))


BROWSING: Mapping[str, Callable[[Walk], None]] = {"first": first, "second": second, "third": third}


def place(words: str) -> tuple[int, int]:
    """Where these words first stand in the article, in code points, half-open."""
    start = TEXT.index(words)
    return start, start + len(words)


def results_of(name: str) -> list[Result]:
    """What one of two language models, which did not know of each other, has annotated in the article."""
    (task,) = export.read(PICTURES / f"{name}.json")
    return label_studio.for_page(json.loads(json.dumps(task["annotations"][0]["result"])))


def walked(text: str, folder: Path, pictures: Path | None = None) -> str:
    """The text with what its commands print now, done in `folder`, which becomes a copy of the project."""
    for name in ("seeds", "annotation", "scripts", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".backup"))
    with labelling.browsing() as browser, ExitStack() as stack:
        walk = Walk(folder, browser, stack, pictures)

        def step(found: re.Match[str]) -> str:
            if found["name"]:
                BROWSING[found["name"]](walk)
                return found[0]
            return f"```console\n$ {found['command']}\n{walk.run(found['command'])}```"

        return _STEP.sub(step, text)


@click.command(help=__doc__)
def main() -> None:
    """Write the document and its pictures."""
    with tempfile.TemporaryDirectory() as folder:
        text = walked(DOC.read_text(encoding="utf-8"), Path(folder), PICTURES)
    atomic.write(DOC, text.encode())
    click.echo(f"written: {DOC}, and pictures in {PICTURES}")


if __name__ == "__main__":
    main()
