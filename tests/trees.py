"""A page as a tree."""

from __future__ import annotations

from lxml import html
from lxml.html import HtmlElement


def tree(page: str) -> HtmlElement:
    """The page's element `html`."""
    return html.document_fromstring(page)


def text(element: HtmlElement) -> str:
    """All the words in an element."""
    return element.text_content()


def having(element: HtmlElement, name: str) -> list[HtmlElement]:
    """Every element in it that has this class."""
    return element.cssselect(f".{name}")


def by_id(element: HtmlElement, id: str) -> HtmlElement:
    """The one element that has this id."""
    (found,) = (one for one in element.iter() if one.get("id") == id)
    return found
