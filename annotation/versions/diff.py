"""What changed in the gold from one version to another, in words. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from annotation import changes
from annotation.facts import facts
from annotation.pairing import paired
from annotation.versions import entity_changes
from annotation.versions.edition import Edition
from annotation.versions.succession import Succession, ids, moves, succession
from eval.console import isolated
from eval.document import Document
from eval.segment import sentences

# The kinds of difference, in the order in which they are told, each with its plural.
KINDS = {
    "article added": "articles added",
    "article removed": "articles removed",
    **changes.KINDS,
    **entity_changes.KINDS,
    "fact added": "facts added",
    "fact removed": "facts removed",
    "contradiction added": "contradictions added",
    "contradiction removed": "contradictions removed",
}


@dataclass(frozen=True)
class Difference:
    """One difference, in words.

    Of an article it has the doc_id; of a place in it also start and end there (half-open code points), and, where the text is
    known, its sentence.
    """

    kind: str
    message: str
    doc_id: str | None = None
    start: int | None = None
    end: int | None = None
    sentence: str | None = None


def differences(old: Edition, new: Edition) -> list[Difference]:
    """What makes the new version of the old: by article and sentence, in order; then of entities and across articles.

    The order of documents, mentions and relations, and how mentions are numbered, make no difference. Where only one has the text
    of an article, it is the other's too. An entity that only has another id is one difference, and none of its mentions.
    """
    old, new = _with_texts(old, new), _with_texts(new, old)
    became = _succession(old, new)
    was = entity_changes.renamed(old, became.renamed)
    return [
        *_of_articles(was, new, became),
        *(Difference(kind, message) for kind, message in entity_changes.told(old, new, became)),
        *_of_facts(was, new),
        *_of_contradictions(was, new),
    ]


def counted(found: Iterable[Difference]) -> str:
    """How many there are of each kind: 2 mentions added, 1 type changed, 1 entity added. Nothing of none."""
    return changes.summary(Counter(one.kind for one in found), KINDS)


def record(old: tuple[str, Edition], new: tuple[str, Edition], found: Sequence[Difference]) -> dict[str, object]:
    """For JSON: the two versions, each with where it was read, every difference, and how many of each kind."""
    sides = {
        side: {"path": path, "version": edition.version, "digest": edition.digest, "articles": len(edition.documents)}
        for side, (path, edition) in (("old", old), ("new", new))
    }
    times = Counter(one.kind for one in found)
    counts = {kind: times[kind] for kind in KINDS if times[kind]}
    return {**sides, "differences": [asdict(one) for one in found], "counts": counts, "summary": counted(found) or "no change"}


def lines(found: Sequence[Difference]) -> Iterator[str]:
    """To read: by article and sentence, then entities and contradictions. Facts follow from the rest and are not listed."""
    heading: tuple[str, str | None] = ("", None)
    for one in found:
        group, part = one.doc_id or ("contradictions" if one.kind.startswith("contradiction") else "entities"), one.sentence
        if one.kind.startswith("fact"):
            continue
        if group != heading[0]:
            yield isolated(group)
        if part is not None and (group, part) != heading:
            yield f"  {isolated(part)}"
        heading = group, part
        yield f"{'    ' if part is not None else '  '}{one.kind}: {one.message}"


def _with_texts(edition: Edition, other: Edition) -> Edition:
    """The edition with the other's texts where it has none."""
    lent = {doc_id: document.text for doc_id, document in other.documents.items()}
    documents = {
        doc_id: replace(document, text=lent.get(doc_id)) if document.text is None else document
        for doc_id, document in edition.documents.items()
    }
    return replace(edition, documents=documents)


def _succession(old: Edition, new: Edition) -> Succession:
    both = [(document, new.documents[doc_id]) for doc_id, document in old.documents.items() if doc_id in new.documents]
    pairs = [pair for one, other in both if one.text == other.text for pair in paired(one.mentions, other.mentions)]
    had, have = ({id for d in edition.documents.values() for m in d.mentions for id in ids(m)} for edition in (old, new))
    return succession(pairs, had, have)


def _of_articles(old: Edition, new: Edition, became: Succession) -> Iterator[Difference]:
    for doc_id in sorted({*old.documents, *new.documents}):
        before, after = old.documents.get(doc_id), new.documents.get(doc_id)
        if before and after:
            yield from _of_article(_explained(before, after, became), after)
        elif only := before or after:
            holds = f"{len(only.mentions)} mention(s), {len(only.relations)} relation(s)"
            yield Difference("article added" if after else "article removed", holds, doc_id)


def _of_article(before: Document, after: Document) -> Iterator[Difference]:
    text, kinds = after.text or "", list(KINDS)
    whole = sentences(text, [(mention.start, mention.end) for d in (before, after) for mention in d.mentions])
    starts = [start for start, _ in whole]
    found = []
    for change in changes.changes(before, after):
        start, end = change.span or (None, None)
        at = -1 if start is None else bisect_right(starts, start) - 1
        found.append((at, kinds.index(change.kind), start or 0, end, change))
    for at, _, _, end, change in sorted(found, key=lambda one: one[:3]):
        sentence = text[slice(*whole[at])] if at >= 0 else None
        yield Difference(change.kind, change.sentence, after.doc_id, change.span and change.span[0], end, sentence)


def _explained(before: Document, after: Document, became: Succession) -> Document:
    """The document with the ids of now on mentions that have them because two entities were merged, or one was split."""
    told = {*became.merged.items()} | {(became.renamed.get(one, one), other) for other, one in became.split.items()}
    now = {}
    for old, new in paired(before.mentions, after.mentions) if before.text == after.text else ():
        moved = {(one, other) for one, other in moves(old, new) if one != other}
        if moved and moved <= told and len(ids(old)) == len(ids(new)):
            now[id(old)] = new.entity_id
    mentions = (replace(one, entity_id=now[id(one)]) if id(one) in now else one for one in before.mentions)
    return replace(before, mentions=tuple(mentions))


def _of_facts(old: Edition, new: Edition) -> Iterator[Difference]:
    """Only where all texts are known, since a fact may have words of theirs."""
    if any(document.text is None for edition in (old, new) for document in edition.documents.values()):
        return
    had, have = (facts(list(edition.documents.values())) for edition in (old, new))
    yield from (Difference("fact added", isolated(str(fact))) for fact in have if fact not in had)
    yield from (Difference("fact removed", isolated(str(fact))) for fact in had if fact not in have)


def _of_contradictions(old: Edition, new: Edition) -> Iterator[Difference]:
    if old.contradictions is None or new.contradictions is None:
        return
    for kind, ones, others in (("added", new, old), ("removed", old, new)):
        for (what, said), reason in sorted((ones.contradictions or {}).items(), key=str):
            if (what, said) not in (others.contradictions or {}):
                yield Difference(f"contradiction {kind}", f"{isolated(what)}: {isolated(reason)}")
