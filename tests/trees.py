"""A page as a tree, by Python's own parser of HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

_VOID = ("meta", "link", "input", "br", "hr", "img")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.builder = ET.TreeBuilder()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """A tag that nothing can be in ends at once."""
        self.builder.start(tag, {name: value or "" for name, value in attributes})
        if tag in _VOID:
            self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        """As it stands."""
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        """As it stands."""
        self.builder.data(data)


def tree(page: str) -> ET.Element:
    """The page's element `html`. Its tags must be in order."""
    parser = _Builder()
    parser.feed(page)
    return parser.builder.close()


def text(element: ET.Element) -> str:
    """All the words in an element."""
    return "".join(element.itertext())


def having(element: ET.Element, name: str) -> list[ET.Element]:
    """Every element in it that has this class."""
    return [one for one in element.iter() if name in one.get("class", "").split()]


def by_id(element: ET.Element, id: str) -> ET.Element:
    """The one element that has this id."""
    (found,) = (one for one in element.iter() if one.get("id") == id)
    return found
