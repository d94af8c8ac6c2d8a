"""Examples of what one run gets and the other misses: where they stand, in their sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.document import Mention
from eval.pages import links
from eval.pages.article import Marked
from eval.pages.passages import Passages

EACH = 3


@dataclass(frozen=True)
class Example:
    """A mention or relation of the gold: its article, an address that leads to it, and pieces of its text, each marked or not."""

    doc_id: str
    article: Passages
    href: str
    passage: Sequence[tuple[str, bool]]


def examples(gold: Iterable[Marked], classes: Sequence[str]) -> dict[tuple[str, str, str], list[Example]]:
    """The first few of each item, type and class, in the order of the articles."""
    found: dict[tuple[str, str, str], list[Example]] = defaultdict(list)
    for side in gold:
        doc_id, article = side.document.doc_id, Passages(side.document.text or "")
        for item, type, name, ends in _items(side):
            if name in classes and len(some := found[item, type, name]) < EACH:
                href = links.mention(doc_id, "gold", *ends[0].span)
                some.append(Example(doc_id, article, href, article.passage([(mention.start, mention.end) for mention in ends])))
    return found


def _items(side: Marked) -> Iterator[tuple[str, str, str, list[Mention]]]:
    """Item, type, class, and the mention, or head and tail."""
    mentions = side.document.mentions
    for mention, verdict in zip(mentions, side.mentions, strict=True):
        yield "mentions", mention.type, verdict.name or "", [mention]
    by_id = {mention.id: mention for mention in mentions}
    for relation, verdict in zip(side.document.relations, side.relations, strict=True):
        yield "relations", relation.type, verdict.name or "", [by_id[relation.head], by_id[relation.tail]]
