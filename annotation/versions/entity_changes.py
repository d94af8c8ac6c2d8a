"""What became of the entities from one version of the gold to another, in words. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from annotation.versions.edition import Edition
from annotation.versions.succession import Succession, ids
from eval.console import isolated
from eval.document import Document, Mention

KINDS = {
    "entity added": "entities added",
    "entity removed": "entities removed",
    "entity renamed": "entities renamed",
    "entity merged": "entities merged",
    "entity split off": "entities split off",
    "name": "names",
    "alias added": "aliases added",
    "alias removed": "aliases removed",
}
_Places = Mapping[str, Sequence[tuple[Document, Mention]]]


def told(old: Edition, new: Edition, became: Succession) -> Iterator[tuple[str, str]]:
    """Each difference's kind, and the difference in words."""
    before, after = _places(old), _places(new)
    for id in became.added:
        yield "entity added", _shown(id, new, after)
    for id in became.removed:
        yield "entity removed", _shown(id, old, before)
    for one, other in became.renamed.items():
        yield "entity renamed", f"{_shown(other, new, after)}; was {isolated(one)}"
    for one, other in became.merged.items():
        yield "entity merged", f"{_shown(one, old, before)}; is {isolated(other)} now"
    for other, one in became.split.items():
        yield "entity split off", f"{_shown(other, new, after)}; was {isolated(one)}"
    yield from _names(renamed(old, became.renamed), new)


def renamed(edition: Edition, new: Mapping[str, str]) -> Edition:
    """The same version with other ids; those that `new` has not stay."""

    def of(mention: Mention) -> Mention:
        if not any(id in new for id in ids(mention)):
            return mention
        return replace(mention, entity_id=" ".join(new.get(id, id) for id in (mention.entity_id or "").split()))

    documents = {
        doc_id: replace(document, mentions=tuple(map(of, document.mentions))) for doc_id, document in edition.documents.items()
    }
    names, contradictions = edition.names, edition.contradictions
    return replace(
        edition,
        documents=documents,
        names=names and {new.get(id, id): name for id, name in names.items()},
        contradictions=contradictions
        and {
            (
                kind,
                frozenset(
                    fact._replace(head=new.get(fact.head, fact.head), tail=fact.tail and new.get(fact.tail, fact.tail))
                    for fact in said
                ),
            ): reason
            for (kind, said), reason in contradictions.items()
        },
    )


def _names(old: Edition, new: Edition) -> Iterator[tuple[str, str]]:
    """What is called otherwise, where both versions have a table of entities with it."""
    before, after = old.names or {}, new.names or {}
    for id in sorted(before.keys() & after.keys()):
        was, now = before[id], after[id]
        for field in ("name_ar", "name_en"):
            said = [isolated(name) if name else "none" for name in (getattr(now, field), getattr(was, field))]
            if said[0] != said[1]:
                yield "name", f"{isolated(id)}: {field} is {said[0]}, was {said[1]}"
        for kind, words in (("alias added", now.aliases - was.aliases), ("alias removed", was.aliases - now.aliases)):
            yield from ((kind, f"{isolated(id)}: {isolated(one)}") for one in sorted(words))


def _places(edition: Edition) -> _Places:
    """Each id's mentions, with their documents, in order of doc_id and place."""
    found = defaultdict[str, list[tuple[Document, Mention]]](list)
    for _, document in sorted(edition.documents.items()):
        for mention in sorted(document.mentions, key=lambda mention: mention.span):
            for id in ids(mention):
                found[id].append((document, mention))
    return found


def _shown(id: str, edition: Edition, places: _Places) -> str:
    """An id with what it is called, or words that stand for it, and where it is."""
    document, mention = places[id][0]
    names = (edition.names or {}).get(id)
    words = (names and (names.name_ar or names.name_en)) or (document.text or "")[mention.start : mention.end]
    where = ", ".join(dict.fromkeys(isolated(document.doc_id) for document, _ in places[id]))
    return f"{isolated(id)}{f' {isolated(words)}' if words else ''}, {len(places[id])} mention(s) in {where}"
