"""Annotator against annotator: how far two annotations of the same articles agree, and where they do not.

What agreement measures is how repeatable the guidelines are, not how right either annotator is.
"""

from __future__ import annotations

from pathlib import Path

from annotation import export, sound
from eval.document import BadInput, Document


def read(first: Path, second: Path) -> tuple[list[Document], list[Document]]:
    """The documents that two exports both have, by doc_id, in the same order.

    Raises BadInput where there is none, where `annotate check` finds a problem, where a document has not exactly one
    annotation, and where the two have different texts.
    """
    ones, others = (sound.documents(path) for path in (first, second))
    both = sorted(ones.keys() & others.keys())
    if not both:
        raise BadInput(
            f"{first} has {', '.join(ones) or 'nothing'} and {second} {', '.join(others) or 'nothing'}: nothing to compare"
        )
    for doc_id in both:
        if ones[doc_id].text != others[doc_id].text:
            raise BadInput(f"document {doc_id!r}: {first} and {second} hold different texts")
    return [ones[doc_id] for doc_id in both], [others[doc_id] for doc_id in both]


def only_one_has(first: Path, second: Path) -> list[str]:
    """What `read` leaves out, in words: for each export, the documents that the other has not."""
    has = {path: {task["data"]["doc_id"] for task in export.read(path)} for path in (first, second)}
    pairs = ((first, has[first] - has[second]), (second, has[second] - has[first]))
    return [f"only {path} has {', '.join(sorted(alone))}" for path, alone in pairs if alone]
