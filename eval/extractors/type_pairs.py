"""Relations by the types of two mentions and how they lie in a sentence, learnt as shares."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from eval.document import Document, Mention, Relation, merge_duplicates
from eval.segment import sentences, tokens

# A relation is predicted if at least this share of the pairs that lie alike have it.
LEAST_SHARE = 0.5
# A mention is paired with so many that follow it in its sentence, in order of place.
REACH = 10
# Where distances, in tokens between the two, are told apart: 0, 1 to 2, 3 to 7, more.
DISTANCES = (1, 3, 8)

# Head type, tail type, how the tail lies to the head, distance, and whether a mention of the head's type, of the tail's, starts
# between them.
Configuration = tuple[str, str, str, int, bool, bool]


class TypePairs:
    """Predicts a relation for two mentions of one sentence where at least half of the learnt pairs that lie alike have it."""

    def __init__(self) -> None:
        self.types_of: dict[Configuration, tuple[str, ...]] = {}

    def fit(self, documents: Sequence[Document]) -> None:
        """Learn the relations of the documents; what was learnt before is forgotten."""
        seen: Counter[Configuration] = Counter()
        related: Counter[tuple[Configuration, str]] = Counter()
        for document in documents:
            document, _ = merge_duplicates(document)
            types: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
            for relation in document.relations:
                types[relation.head, relation.tail].append(relation.type)
            for head, tail, configuration in _pairs(document):
                seen[configuration] += 1
                related.update((configuration, type) for type in types.get((head.id, tail.id), ()))
        believed: dict[Configuration, list[str]] = defaultdict(list)
        for (configuration, type), times in sorted(related.items()):
            if times >= LEAST_SHARE * seen[configuration]:
                believed[configuration].append(type)
        self.types_of = {configuration: tuple(types) for configuration, types in believed.items()}

    def relations(self, document: Document) -> tuple[Relation, ...]:
        """The relations of a document's mentions, each of which has an id if it may take part in one."""
        if not self.types_of:
            return ()
        return tuple(
            Relation(type, head.id, tail.id)
            for head, tail, configuration in _pairs(document)
            for type in self.types_of.get(configuration, ())
            if head.id is not None and tail.id is not None
        )


def _pairs(document: Document) -> Iterator[tuple[Mention, Mention, Configuration]]:
    """Head, tail and configuration of each ordered pair of mentions that are in one sentence and within reach."""
    mentions = sorted(document.mentions, key=lambda mention: (mention.start, -mention.end, mention.type))
    text, spans = document.text or "", [(mention.start, mention.end) for mention in mentions]
    starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    token = tokens(text)[:, 0]
    sentence = np.searchsorted([start for start, _ in sentences(text, spans)], starts, side="right").tolist()
    first, after = (np.searchsorted(token, starts, side="right") - 1).tolist(), np.searchsorted(token, ends).tolist()
    for i, one in enumerate(mentions):
        between: set[str] = set()
        for j in range(i + 1, min(i + 1 + REACH, len(mentions))):
            if sentence[j] != sentence[i]:
                break
            other = mentions[j]
            nested = other.end <= one.end
            distance = bisect_right(DISTANCES, first[j] - after[i])
            flags = one.type in between, other.type in between
            yield one, other, (one.type, other.type, "inside" if nested else "behind", distance, *flags)
            yield other, one, (other.type, one.type, "around" if nested else "ahead", distance, *flags[::-1])
            between.add(other.type)
