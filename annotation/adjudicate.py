"""Two annotators' documents -> tasks for a third, who decides: what both have is in place, what differs is noted.

A mention that only one has, or that both have otherwise, stands as each has it, with its relations; a relation of mentions
that both have, which only one has, does not stand, nor does what crosses. Every difference is a note on a region, with who
says what. The one who decides corrects the region or leaves it, and deletes the note; `annotate check` reports the notes
that are left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from annotation.agreement.disagreement import (
    OF_MENTION,
    RELATION,
    Disagreement,
    Span,
    disagreements,
    same_entities,
    triples,
)
from annotation.label_studio import UNDECIDED, Task, to_task
from annotation.schema import Schema
from eval.document import Document, Mention, Relation


def adjudication(
    firsts: Sequence[Document], seconds: Sequence[Document], annotators: tuple[str, str], schema: Schema
) -> tuple[list[Task], list[Disagreement]]:
    """The tasks of two annotations of the same documents, in the same order, and all that is undecided in them.

    Entities bear the first's ids; an id of the second's alone that the first uses for something else ends in `_second`. A
    mention of the second's that crosses one of the first's, and so could not stand beside it, is only noted, with its fields,
    and so are its relations.
    """
    same = {other: one for one, other in same_entities(firsts, seconds)}
    taken = set(same.values())
    differences = defaultdict[str, list[Disagreement]](list)
    for difference in disagreements(firsts, seconds):
        differences[difference.doc_id].append(difference)
    tasks, undecided = [], []
    for first, second in zip(firsts, seconds, strict=True):
        seconds_own = [replace(one, entity_id=_renamed(one.entity_id, same, taken)) for one in second.mentions]
        union = _union(first, replace(second, mentions=tuple(seconds_own)))
        stands = {mention.span for mention in union.mentions}
        crossing = {mention.span: mention for mention in seconds_own if mention.span not in stands}
        found = [one for one in differences[first.doc_id] if one.kind != OF_MENTION or not stands.issuperset(one.spans)]
        task = to_task(union, schema)
        _note(task, union, crossing, found, annotators)
        tasks.append(task)
        undecided += found
    return tasks, undecided


def _renamed(entity_id: str | None, same: Mapping[str, str], taken: Container[str]) -> str | None:
    """The first's ids for the second's; an id without a match stays, unless it is matched with another (`taken`)."""
    ids = [same.get(id) or (f"{id}_second" if id in taken else id) for id in (entity_id or "").split()]
    return " ".join(dict.fromkeys(ids)) or None


def _union(first: Document, second: Document) -> Document:
    """Both documents' mentions, the first's where both have one; the relations of both, but for those that are disputed."""
    mine = {mention.span: mention for mention in first.mentions}
    taken = {mention.id for mention in first.mentions}
    added = dict[Span, Mention]()
    for mention in second.mentions:
        if mention.span not in mine and not any(_cross(mention, other) for other in first.mentions):
            id = str(mention.id)
            while id in taken:
                id = f"second-{id}"
            taken.add(id)
            added[mention.span] = replace(mention, id=id)
    stands = mine | added
    both = mine.keys() & {mention.span for mention in second.mentions}
    ones, others = triples(first), triples(second)
    relations = []
    for type, head, tail in sorted(ones | others):
        disputed = {head, tail} <= both and (type, head, tail) not in ones & others
        if head in stands and tail in stands and not disputed:
            relations.append(Relation(type, str(stands[head].id), str(stands[tail].id)))
    return replace(first, mentions=tuple(stands.values()), relations=tuple(relations))


def _cross(one: Mention, other: Mention) -> bool:
    return one.start < other.start < one.end < other.end or other.start < one.start < other.end < one.end


def _note(
    task: Task, union: Document, crossing: Mapping[Span, Mention], found: Sequence[Disagreement], annotators: tuple[str, str]
) -> None:
    """Write each disagreement on the regions it is about, of a relation on one end; on what crosses it, where none stands."""
    labels = {result["id"]: result for result in task["annotations"][0]["result"] if result.get("type") == "labels"}
    for one in found:
        said = "; ".join(f"{who}: {what or 'nothing'}" for who, what in zip(annotators, (one.first, one.second), strict=True))
        about = [mention for mention in union.mentions if mention.span in one.spans]
        if one.kind in (RELATION, OF_MENTION):
            about = sorted(about, key=lambda mention: mention.span != one.spans[0])[:1]
        else:
            said += "".join(f"; it has {_fields(crossing[span])}" for span in one.spans if span in crossing)
        about = about or [mention for mention in union.mentions if any(_overlap(mention, span) for span in one.spans)][:1]
        for mention in about:
            labels[mention.id].setdefault("meta", {"text": []})["text"].append(f"{UNDECIDED} {one.kind} {one.label}: {said}")


def _fields(mention: Mention) -> str:
    """What an annotator has filled in of a mention."""
    return ", ".join(f"{name} {value}" for name, value in {"entity_id": mention.entity_id, **mention.attributes}.items())


def _overlap(mention: Mention, span: Span) -> bool:
    return mention.start < span[1] and span[0] < mention.end
