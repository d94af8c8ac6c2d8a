"""Articles in which much is hard to draw, as a page that a browser opens, and where things are in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from eval.document import Document, Mention, Relation
from eval.errors import mentions, relations
from eval.pages.article import Legend, Marked
from eval.pages.meanings import MEANINGS
from eval.pages.verdicts import verdicts
from eval.settings import Settings
from tests import pages

TEXT = "😀 قال 𝒳 وزير الدفاع السوري مرهف أبو قصرة للجيش العربي السوري في دمشق أمس.\nثم عاد إلى موسكو مع وفد كبير."
ENGLISH = "The Syrian minister met CNN in Damascus. Then he left."
MARKUP = "<img src=x onerror=hurt=1>"
LONG = "LONG_" * 30
FILLERS = 24


def of(text: str, doc_id: str, *marked: tuple[str, str], related: Sequence[tuple[str, int, int]] = ()) -> Document:
    """Mentions by their words, the first that are not marked yet with that type; relations by their places."""
    found: list[Mention] = []
    for words, type in marked:
        taken = {(one.start, one.type) for one in found}
        start = next(at.start() for at in re.finditer(re.escape(words), text) if (at.start(), type) not in taken)
        found.append(Mention(f"m{len(found)}", start, start + len(words), type, "gpe:x" if type == "GPE" else None))
    return Document(doc_id, text, "2025-11-16", tuple(found), tuple(Relation(t, f"m{h}", f"m{e}") for t, h, e in related))


TITLE, PERSON, ARMY = ("وزير الدفاع السوري", "TITLE"), ("مرهف أبو قصرة", "PER"), ("لجيش العربي السوري", "ORG")
GOLD = [
    of(
        TEXT,
        "nested",
        TITLE, ("السوري", "NORP"), PERSON, ARMY, (ARMY[0], "GROUP"), ("السوري", "NORP"), ("دمشق", "GPE"), ("موسكو", "GPE"),
        related=[("holds", 2, 0), ("leads", 2, 3), ("in", 0, 7), ("self", 2, 2)],
    ),
    of(ENGLISH, "english", ("Syrian minister", "TITLE"), ("Syrian", "-"), ("CNN", LONG), ("in", LONG), ("Damascus", "GPE")),
    Document(MARKUP, f"<script>hurt=1</script> قال {MARKUP}", None, (
        Mention("a", 0, 23, MARKUP, "gpe:hostile", {MARKUP: MARKUP}), Mention("b", 1, 7, LONG), Mention("c", 24, 27, "PER"),
    ), (Relation(MARKUP, "a", "b"),)),
    *(of("التقى الوفد في دمشق. عاد مِن القاهرة إلى الأردن. " * 12, f"{i:03}", ("الوفد", "ORG"), ("دمشق", "GPE"), ("القاهرة", "GPE")) for i in range(FILLERS)),
]  # fmt: skip
PREDICTED = [
    of(
        TEXT,
        "nested",
        TITLE, PERSON, ("السوري مرهف", "ORG"), ("دمشق", "ORG"), ("موسكو مع", "LOC"), ("كبير", "PER"),
        related=[("holds", 0, 1), ("in", 0, 4)],
    ),
    GOLD[1],
    Document(MARKUP, None, None, (Mention("a", 24, 27, "PER"),)),
    *(of(one.text or "", one.doc_id, *[("الوفد", "ORG"), ("دمشق", "GPE"), ("القاهرة", "LOC")][: 1 + number % 3]) for number, one in enumerate(GOLD[3:])),
]  # fmt: skip
MARKED = list(verdicts(GOLD, PREDICTED, Settings()))
ENTITIES = {"gpe:x": {"name": "دمشق", "href": "x.html"}, "gpe:hostile": {"name": MARKUP, "href": " java\tscript:hurt=1"}}


def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fixture of a module: the page of gold and predicted."""
    legend = Legend(["gold", "predicted"], mentions.CLASSES, relations.CLASSES)
    islands = [legend.island(sides) for sides in MARKED]
    record = legend.record(entities=ENTITIES, hints=MEANINGS)
    return pages.write(tmp_path_factory.mktemp("run") / "report.html", GOLD, islands, record)


def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fixture of a module: the page of the gold alone, its types in colours of their own, of which one is none."""
    legend = Legend(["gold"])
    islands = [legend.island([Marked(one)]) for one in GOLD]
    colours = {"GPE": "#ffff00", "PER": "#000000", "ORG": "url(http://127.0.0.1:9/)"}
    return pages.write(tmp_path_factory.mktemp("gold") / "gold.html", GOLD, islands, legend.record(colours, ENTITIES))


def link(doc_id: str, side: str, mention: Mention) -> str:
    """The address of a mention in a page."""
    return f"#article={quote(doc_id, safe='')}&mention={side}/{mention.start}-{mention.end}/{quote(mention.type, safe='')}"


def counted(page: Page) -> str:
    """What the filters say is found, once all is counted."""
    expect(page.locator("#filters")).to_have_attribute("aria-busy", "false")
    return page.locator("#filters output").inner_text()


def article(page: Page, doc_id: str) -> Locator:
    """An article, by its id."""
    return page.locator(f"article[data-article='{doc_id}']")


def mark(page: Page, words: str, side: int = 0) -> Locator:
    """The mention of these words in the first article."""
    return page.locator(f"article:not([hidden]) .cell:nth-child({side + 1}) mark").filter(has_text=re.compile(f"^{words}$")).first


def box(of: Locator) -> dict[str, float]:
    """Where it stands on the screen, with its right and bottom."""
    at = of.bounding_box()
    assert at
    return {**at, "right": at["x"] + at["width"], "bottom": at["y"] + at["height"]}
