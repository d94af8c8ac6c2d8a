"""A report as a parser of HTML reads it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any


class Page(HTMLParser):
    """A page as a browser reads it: its elements with their attributes, its islands, what else is in scripts and styles."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.within: list[str] = []
        self.islands: dict[str, Any] = {}
        self.code: dict[str, list[str]] = {"script": [], "style": []}
        self._article = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.elements.append((tag, dict(attrs)))
        self.within.append(tag)
        if tag == "article":
            self._article = dict(attrs)["data-article"] or ""

    def handle_endtag(self, tag: str) -> None:
        """An element without an end tag ends with the one that it is in."""
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Text, or what is in a script or style."""
        tag = self.within[-1] if self.within else ""
        attributes = next((found for name, found in reversed(self.elements) if name == tag), {})
        if attributes.get("type") == "application/json":
            self.islands[attributes.get("id") or self._article] = json.loads(data)
        elif tag in self.code:
            self.code[tag].append(data)
        else:
            self.words.append(data)

    @property
    def articles(self) -> list[str]:
        """The doc_ids in their order."""
        return [found["data-article"] or "" for tag, found in self.elements if tag == "article"]
