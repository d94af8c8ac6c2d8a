"""A page of ours in a real browser, opened from disk; it may ask for nothing and complain of nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from eval.document import Document
from eval.pages import article
from eval.pages.page import render

WIDE, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
_MILLISECONDS = 120_000  # others may be at work on the machine
_VIOLATIONS = {"resultTypes": ["violations"], "iframes": False}


@contextmanager
def watched(browser: Browser, *, viewport: Any = WIDE, dark: bool = False) -> Iterator[tuple[Page, list[str]]]:
    """An empty page, and what it asks for, from then on. At the end it must have written and raised no error."""
    context = browser.new_context(viewport=viewport, color_scheme="dark" if dark else "light", reduced_motion="reduce")
    context.set_default_timeout(_MILLISECONDS)
    expect.set_options(timeout=_MILLISECONDS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        yield page, asked
        assert complaints == []
    finally:
        context.close()


@contextmanager
def opened(browser: Browser, path: Path, fragment: str = "", *, viewport: Any = WIDE, dark: bool = False) -> Iterator[Page]:
    """The page at a path, watched; it must have asked for nothing but itself."""
    address = path.as_uri()
    with watched(browser, viewport=viewport, dark=dark) as (page, asked):
        page.goto(address + fragment)
        yield page
        assert {url.partition("#")[0] for url in asked if not url.startswith("data:")} == {address}


def serious(page: Page, **options: Any) -> list[tuple[str, str]]:
    """What axe-core, with these options, finds serious or critical: each rule with the first element that breaks it."""
    found = Axe().run(page, options={**_VIOLATIONS, **options}).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


def write(path: Path, documents: Sequence[Document], islands: Sequence[Any], record: Any) -> Path:
    """Articles by themselves, as a page."""
    path.write_text(
        render(
            "articles.html",
            ["page.css", *article.STYLES],
            article.SCRIPTS,
            package="tests",
            articles=list(zip(documents, islands, strict=True)),
            record=record,
        ),
        encoding="utf-8",
    )
    return path
