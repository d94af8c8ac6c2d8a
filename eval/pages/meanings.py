"""What the classes of errors mean, in words for a reader of a page; eval.errors says it exactly."""

from __future__ import annotations

_MENTIONS = {
    "correct": "the same words, the same type",
    "type": "the same words, another type",
    "split": "one mention of the gold, predicted as several",
    "merged": "several mentions of the gold, predicted as one",
    "boundary": "the same type, other words, which overlap",
    "boundary and type": "words that overlap, another type",
    "missed": "in the gold, with nothing predicted for it",
    "spurious": "predicted, with nothing in the gold for it",
}
_RELATIONS = {
    "correct": "the same relation between the same mentions",
    "wrong type": "another relation between the same mentions",
    "wrong direction": "the same relation, the other way round",
    "argument type": "the same relation and words, a mention of another type",
    "argument boundary": "the same relation, a mention of other words, which overlap",
    "missed": "in the gold, with nothing predicted for it",
    "spurious": "predicted, with nothing in the gold for it",
}

MEANINGS = {"mentions": _MENTIONS, "relations": _RELATIONS}
