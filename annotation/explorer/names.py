"""What files are called that are of an id, and how pages lead to a mention."""

from __future__ import annotations

import hashlib
import re

from eval.document import Mention
from eval.pages import links

_PLAIN = re.compile(r"(?:[a-z]+:)?[a-z0-9_]{1,100}")
SIDE = "gold"  # the one side of an article in the explorer


def stem(id: str) -> str:
    """A name for a file of an id, without its ending: readable, the same each time, no other id's, and safe everywhere.

    `per:ali_al_naasan` is `per-ali_al_naasan`. An id that is not written like this has the rest of its name from its SHA-256.
    """
    if _PLAIN.fullmatch(id):
        return id.replace(":", "-")
    readable = re.sub("[^a-z0-9_]+", "-", id.lower()).strip("-")[:60]
    return f"{readable}--{hashlib.sha256(id.encode()).hexdigest()[:16]}"


def article(doc_id: str) -> str:
    """The page of an article, from the folder's root."""
    return f"articles/{stem(doc_id)}.html"


def entity(id: str) -> str:
    """The page of an entity, from the folder's root."""
    return f"entities/{stem(id)}.html"


def event(id: str) -> str:
    """The place of an event on the time line."""
    return f"timeline.html#{stem(id)}"


def mention(doc_id: str, one: Mention) -> str:
    """The place of a mention in its article, from the folder's root."""
    return article(doc_id) + links.mention(doc_id, SIDE, *one.span)
