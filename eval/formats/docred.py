"""DocRED's JSON (Yao et al. 2019), written only: for each document its sentences of tokens, its entities and their relations.

    {"title": …, "sents": [[token, …], …], "vertexSet": [[{"name", "sent_id", "pos": [first, after the last], "type"}, …], …],
     "labels": [{"r", "h", "t", "evidence": [sentence, …]}, …]}

An entity is the list of its mentions; `h` and `t` are entities by their place, `evidence` the sentences of the two mentions.
Tokens and sentences are those of `eval.segment`; no sentence ends inside a mention. A mention without entity_id is an entity of
its own, one of two ids is a mention of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from eval.document import Document, ordered
from eval.formats import losses
from eval.segment import sentences, tokens

Record = dict[str, Any]
Counted = dict[str, int]
Place = tuple[list[str | int], int]  # a mention's entities, and its sentence

# What is counted.
BLANK, RELATION_OF_BLANK, WIDENED, ITSELF = "blank", "relation of blank", "widened", "itself"


def write(path: Path, documents: Iterable[Document]) -> list[str]:
    """Write one JSON array; returns what had no place, a line a reason."""
    documents = list(documents)
    made = [_record(ordered(document)) for document in documents]
    path.write_bytes(orjson.dumps([record for record, _ in made], option=orjson.OPT_APPEND_NEWLINE))
    found = {kind: [counts[kind] for _, counts in made] for kind in (BLANK, RELATION_OF_BLANK, WIDENED, ITSELF)}
    blank = {"mention(s)": found[BLANK], "relation(s) of these": found[RELATION_OF_BLANK]}
    itself = {"relation(s) of an entity with itself": found[ITSELF]}
    return [
        *losses.told("left out, since they are white space alone", blank),
        *losses.told("widened, since positions count tokens", {"mention(s)": found[WIDENED]}),
        *losses.told("left out, since DocRED's readers take pairs of two entities", itself),
        *losses.told(
            "left out, since DocRED has no field for them",
            losses.of(documents, "entity id(s)", "attribute(s)", "date(s)", "fold(s)"),
        ),
    ]


def _record(document: Document) -> tuple[Record, Counted]:
    """The document's record, and how many of its things have no place there."""
    text, counts = document.text or "", dict.fromkeys((BLANK, RELATION_OF_BLANK, WIDENED, ITSELF), 0)
    words = [word for word in tokens(text).tolist() if not text[slice(*word)].isspace()]  # U+001C is none to Unicode
    starts, ends = np.array(words, dtype=np.int64).reshape(-1, 2).T
    begins = [start for start, _ in sentences(text, [(mention.start, mention.end) for mention in document.mentions])]
    sentence = np.searchsorted(np.array(begins, dtype=np.int64), starts, side="right") - 1
    sents: list[list[str]] = [[] for _ in begins]
    for word, own in zip(words, sentence.tolist(), strict=True):
        sents[own].append(text[slice(*word)])
    before = np.searchsorted(sentence, np.arange(len(begins)))  # how many tokens stand before each sentence

    entities: dict[str | int, list[Record]] = {}
    places: dict[str | None, Place] = {}
    for number, mention in enumerate(document.mentions):
        first, after = int(np.searchsorted(ends, mention.start, side="right")), int(np.searchsorted(starts, mention.end))
        if first == after:
            counts[BLANK] += 1
            continue
        counts[WIDENED] += (starts[first], ends[after - 1]) != (mention.start, mention.end)
        own = int(sentence[first])
        position = [int(token - before[own]) for token in (first, after)]
        ids: list[str | int] = [*dict.fromkeys((mention.entity_id or "").split())] or [number]
        for id in ids:
            name = text[mention.start : mention.end]
            entities.setdefault(id, []).append({"name": name, "sent_id": own, "pos": position, "type": mention.type})
        places[mention.id] = ids, own
    labels = _labels(document, {id: place for place, id in enumerate(entities)}, places, counts)
    return {"title": document.doc_id, "sents": sents, "vertexSet": list(entities.values()), "labels": labels}, counts


def _labels(
    document: Document, places: Mapping[str | int, int], mentions: Mapping[str | None, Place], counts: Counted
) -> list[Record]:
    """Relations of two entities, each once, with the sentences of all its mentions."""
    evidence: dict[tuple[str, int, int], set[int]] = {}
    for relation in document.relations:
        if relation.head not in mentions or relation.tail not in mentions:
            counts[RELATION_OF_BLANK] += 1
            continue
        (heads, of_head), (tails, of_tail) = mentions[relation.head], mentions[relation.tail]
        pairs = [(places[head], places[tail]) for head in heads for tail in tails if head != tail]
        counts[ITSELF] += not pairs
        for head, tail in pairs:
            evidence.setdefault((relation.type, head, tail), set()).update((of_head, of_tail))
    return [{"r": type, "h": head, "t": tail, "evidence": sorted(found)} for (type, head, tail), found in evidence.items()]
