"""Tags of tokens in columns, as CoNLL-2003 has them: IOB2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.document import BadInput


def spans(tags: Sequence[str], *, strict: bool = False) -> Iterator[tuple[int, int, str]]:
    """The mentions that tags of one sequence stand for, as (first token, token after the last, type).

    An `I-` that goes on from nothing of its type starts a mention, as in conlleval; `strict` passes it over, with those that go
    on from it, as seqeval does in mode strict with IOB2. Raises BadInput for a tag that is none of `B-TYPE`, `I-TYPE` and `O`.
    """
    start, type = 0, None
    for token, tag in enumerate([*tags, "O"]):
        prefix, _, of = tag.partition("-")
        if tag != "O" and not (prefix in ("B", "I") and of):
            raise BadInput(f"tag {tag!r} of token {token + 1}: tags are B-TYPE, I-TYPE and O")
        if prefix == "I" and of == type:
            continue
        if type is not None:
            yield start, token, type
        start, type = token, of if prefix == "B" or (prefix == "I" and not strict) else None
