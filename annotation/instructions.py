"""The guidelines as Label Studio shows them behind the button Instructions: HTML of guidelines.md and guidelines.ar.md.

Label Studio keeps neither styles nor anchors of what it is given, so that sections are folded, and page.css styles them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from annotation.page import HOW_TO
from annotation.schema import Schema

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def html(schema: Schema) -> str:
    """How to work on the page, which relations are allowed, and the guidelines in both languages.

    The class of its first element changes with what it holds, by which `version` knows it again.
    """
    how_to = "".join(f"<li>{escape(line)}</li>" for line in HOW_TO)
    whole = (
        f"<ol>{how_to}</ol>{_folded('Relations: from which types to which', _relations(schema))}"
        f"{_folded('Guidelines', _sections('guidelines.md'))}"
        f'<div dir="rtl" lang="ar">{_folded("إرشادات الوسم", _sections("guidelines.ar.md"))}</div>'
    )
    digest = hashlib.blake2b(whole.encode(), digest_size=8).hexdigest()
    return f'<div class="wafd-guidelines v{digest}">{whole}</div>'


def version(instructions: str) -> str | None:
    """What tells these instructions from others, also once Label Studio has written their HTML anew in its own way."""
    found = re.search(r"wafd-guidelines v[0-9a-f]{16}", instructions)
    return found[0] if found else None


def _sections(name: str) -> str:
    """A Markdown file, each section of the second level folded under its heading."""
    # Raw HTML is not taken over; the div that turns the Arabic file round on GitHub is not needed here.
    text = (files("annotation") / name).read_text(encoding="utf-8").replace('<div dir="rtl">', "").replace("</div>", "")
    tokens = _MARKDOWN.parse(text)
    starts = [i for i, token in enumerate(tokens) if (token.type, token.tag) == ("heading_open", "h2")]
    sections = [
        _folded(_rendered([tokens[i + 1]]), _rendered(tokens[i + 3 : end])) for i, end in pairwise([*starts, len(tokens)])
    ]
    return _rendered(tokens[: starts[0]]) + "".join(sections)


def _rendered(tokens: Sequence[Token]) -> str:
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _relations(schema: Schema) -> str:
    rows = "".join(
        f"<tr><td>{name}</td><td>{', '.join(one.head)}</td><td>{', '.join(one.tail)}</td></tr>"
        for name, one in schema.relations.items()
    )
    return f"<table><tr><th>relation</th><th>from</th><th>to</th></tr>{rows}</table>"


def _folded(heading: str, body: str) -> str:
    return f"<details><summary>{heading}</summary>{body}</details>"
