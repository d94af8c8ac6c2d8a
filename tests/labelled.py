"""A project in a real Label Studio for the tests of its page: articles and an entity table in which much can go wrong."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from playwright.sync_api import Browser

from annotation import ENTITIES, aside, entities, export, label_studio, schema
from annotation.entities import Entity
from annotation.studio.login import Login
from eval.document import Document
from tests import labelling
from tests.conftest import Command
from tests.labelling import Page
from tests.serving import serving, task_numbers

SCHEMA = schema.load()

# Emoji of several code points, tatweel, both directions, empty lines, a carriage return.
ARTICLE = (
    "🇸🇾👨‍👩‍👧 وصل الوزير الـــشرع 🕊\n"
    "أمس إلى قاعدة S-400 بسوريا (2025) Hmeimim.\r\n"
    "\n"
    "قال وزير الدفاع السوري إن أحمد الشرع سيزور موسكو غدا\n"
)
MARKUP = "<img src=x onerror=\"window.hurt='table'\">"
HOSTILE = (
    "<script>window.hurt='text'</script> <img src=x onerror=\"window.hurt='text'\"> {{constructor.constructor('window.hurt=1')()}} "
    '$text $doc_id ${window.hurt=1} <View><Text name="text" value="$text"/></View> &lt;b&gt; &amp; \\n قال وزير الدفاع\n'
)
WORD = "كلمة "
ARTICLES = {"marked": ARTICLE, "keys": WORD * len(SCHEMA.types), "hostile": HOSTILE, "draft": ARTICLE}
TABLE = [
    Entity("per:ahmad_al_sharaa", "PER", "أحمد الشرع", "Ahmed al-Sharaa"),
    Entity("per:other", "PER", "أحمد الشرع", "Ahmed al-Sharaa"),  # of the same names
    Entity("gpe:syria", "GPE", "سوريا", "Syria"),
    Entity("gpe:hostile", "GPE", f"{MARKUP} $text \"'&", "</Choice></Taxonomy><Style>body {display: none}</Style>"),
    Entity("event:nameless", "EVENT", "", ""),
]


class Studio:
    """A project that is served, with an entity table and articles."""

    def __init__(self, cwd: Path, stack: ExitStack) -> None:
        self.cwd, self.folder, self._stack = cwd, cwd / "studio", stack
        self.start()

    def start(self) -> None:
        """Serve, after what served before is stopped, or has ended since its server was killed."""
        self._stack.close()
        self._stack.enter_context(serving(self.folder, self.cwd))

    def open(self, browser: Browser, pictures: Path) -> AbstractContextManager[Page]:
        """The page, logged in."""
        return labelling.page(browser, Login.read(self.folder), pictures)

    def task(self, doc_id: str) -> int:
        """The number of a document's task."""
        return task_numbers(self.folder)[doc_id]


def write_table(cwd: Path, table: Iterable[Entity]) -> None:
    """Write the entity table."""
    (cwd / ENTITIES).write_text(entities.dumps({entity.entity_id: entity for entity in table}), encoding="utf-8")


def place(words: str) -> tuple[int, int]:
    """Where these words first stand in ARTICLE."""
    start = ARTICLE.index(words)
    return start, start + len(words)


def pulled(command: Command, studio: Studio, doc_id: str, out: Path) -> tuple[Document, str]:
    """A document as `annotate pull` brings it, or sets it aside since fields are not filled in, and what it prints."""
    done = command("annotate", "pull", "--folder", studio.folder, "--out", out, cwd=studio.cwd)
    assert done.returncode in (0, 1), done.stderr
    brought = [task for path in (out, aside.path_of(out)) if path.exists() for task in export.read(path)]
    (task,) = (task for task in brought if task["data"]["doc_id"] == doc_id)
    return label_studio.to_document(task), done.stdout
