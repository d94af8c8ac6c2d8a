"""What a pull does to a document, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from annotation import changes
from annotation.changes import Change
from annotation.label_studio import Task, by_annotator, to_document, verified_by
from eval.console import isolated
from eval.document import BadInput, Document

# So many changes of a kind, and repairs, are told of one annotation.
_FIRST = 3


def lines(before: Task | None, pulled: Task, after: Task, every: bool) -> Iterator[str]:
    """A line for each annotator whose annotation comes, goes or stays; below it, deeper, the first changes, or every one."""
    was, now = by_annotator(before or {}), by_annotator(pulled)
    stays = by_annotator(after).keys()
    replaced = sorted(was.keys() - stays)
    for who, new in now.items():
        # in the gold one annotation takes the place of another's: what a push has brought is whoever's it was given to
        old = was.get(who) or [one for other in replaced for one in was[other]]
        if before and old == new and before["data"] == pulled["data"] and not replaced:
            continue
        instead = f", in place of {', '.join(replaced)}'s, which .backup/ keeps" if replaced else ""
        yield f"{who}: {_summary(before, old, pulled, new)}{instead}"
        if before and len(old) == len(new) == 1:
            yield from _details(_of(before, old), _of(pulled, new), every)
            yield from _signature(old, new)
        yield from _some([f"repaired: {what}" for what in pulled.get("repairs", {}).get(who, [])], every)
    yield from (f"{who}: kept; nothing of theirs was pulled" for who in was if who in stays and who not in now)


def _summary(was: Task | None, old: Sequence[Task], pulled: Task, new: Sequence[Task]) -> str:
    if len(old) > 1 or len(new) > 1:
        return f"{len(new)} annotations, {len(old)} before"
    after = _of(pulled, new)
    if not isinstance(after, Document):
        return after
    if not was or not old:
        return f"new, {len(after.mentions)} mention(s), {len(after.relations)} relation(s)"
    before = _of(was, old)
    if not isinstance(before, Document):
        return f"{len(after.mentions)} mention(s), {len(after.relations)} relation(s); what was there {before}"
    return changes.counted(changes.changes(before, after)) or "the same mentions and relations"


def _details(before: Document | str, after: Document | str, every: bool) -> Iterator[str]:
    if not isinstance(before, Document) or not isinstance(after, Document):
        return
    kinds = defaultdict[str, list[Change]](list)
    for change in changes.changes(before, after):
        kinds[change.kind].append(change)
    for kind, found in kinds.items():
        yield from _some([f"{kind}: {change.sentence}" for change in found], every)


def _signature(old: Sequence[Task], new: Sequence[Task]) -> Iterator[str]:
    was, now = (verified_by({"annotations": list(annotated)}) for annotated in (old, new))
    if was != now:
        yield f"  signed by {isolated(now)}" if now else f"  no longer signed by {isolated(was or '')}"


def _some(said: Sequence[str], every: bool) -> Iterator[str]:
    shown = said if every or len(said) <= _FIRST + 1 else said[:_FIRST]
    yield from (f"  {line}" for line in shown)
    if len(shown) < len(said):
        yield f"  … and {len(said) - len(shown)} more; --dry-run shows all"


def _of(task: Task, own: Sequence[Task]) -> Document | str:
    """The Document of one annotation, or what is wrong."""
    try:
        return to_document({**task, "annotations": list(own)})
    except BadInput:
        return "is no document: annotate check says why"
