"""Gold and predictions made up for scripts/bench.py.

Sentences of 25 tokens, 9 types, 12% of the tokens in mentions, a fifth of the predictions corrupted: a third of these each are
dropped, of another type, and too long.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

Integers = npt.NDArray[np.int64]

TYPES = ("DATE", "EVENT", "FAC", "GPE", "LOC", "NORP", "ORG", "PER", "TITLE")
SENTENCE = 25  # tokens
SLOT = 4  # tokens in which there is a mention or none
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


@dataclass(frozen=True)
class Side:
    """Mentions as columns, in order: document, first token in it, token after the last, and type."""

    document: Integers
    first: Integers
    after: Integers
    type: Integers


@dataclass(frozen=True)
class Shard:
    """Documents of the same number of tokens; `starts` and `ends` are offsets of tokens, shape (documents, tokens)."""

    doc_ids: list[str]
    texts: list[str]
    starts: Integers
    ends: Integers
    gold: Side
    predicted: Side


def shard(number: int, documents: int, sentences: int) -> Shard:
    """The shard of this number: so many documents of so many sentences, a line each."""
    generator = np.random.default_rng(number)
    words = _words()
    length, tokens = np.array([len(word) for word in words]), SENTENCE * sentences
    chosen = generator.integers(len(words), size=(documents, tokens))
    ends = np.cumsum(length[chosen] + 1, axis=1) - 1
    starts = ends - length[chosen]
    separators = ([" "] * (SENTENCE - 1) + ["\n"]) * sentences
    texts = ["".join(x for pair in zip(row, separators, strict=True) for x in pair)[:-1] for row in words[chosen].tolist()]
    slots = np.arange(0, SENTENCE - SLOT + 1, SLOT) + np.arange(sentences)[:, None] * SENTENCE
    document, slot = np.nonzero(generator.random((documents, slots.size)) < 0.25)
    first = slots.ravel()[slot]
    gold = Side(document, first, first + generator.integers(1, SLOT, size=len(first)), generator.integers(9, size=len(first)))
    fate = generator.integers(15, size=len(first))  # 0: dropped, 1: another type, 2: too long
    type = np.where(fate == 1, (gold.type + 1) % len(TYPES), gold.type)
    there = fate != 0
    predicted = Side(document[there], first[there], (gold.after + (fate == 2))[there], type[there])
    return Shard([f"{number:04d}-{i:06d}" for i in range(documents)], texts, starts, ends, gold, predicted)


def spans(shard: Shard, side: Side) -> tuple[Integers, Integers]:
    """Start and end of mentions in code points, half-open."""
    return shard.starts[side.document, side.first], shard.ends[side.document, side.after - 1]


def table(shard: Shard, side: Side, *, text: bool) -> pa.Table:
    """The documents as formats.md has them, a row each."""
    start, end = spans(shard, side)
    type = pa.DictionaryArray.from_arrays(side.type.astype(np.int8), list(TYPES)).cast(pa.string())
    bounds = np.searchsorted(side.document, np.arange(len(shard.doc_ids) + 1))
    mentions = pa.ListArray.from_arrays(
        bounds.astype(np.int32), pa.StructArray.from_arrays([pa.array(start), pa.array(end), type], ["start", "end", "type"])
    )
    return pa.table({"doc_id": shard.doc_ids, **({"text": shard.texts} if text else {}), "mentions": mentions})


def write(folder: Path, shards: Iterable[Shard], endings: tuple[str, ...], compression: str = "lz4") -> None:
    """Write gold and predictions (without texts) as `gold` and `predicted` with each ending, .parquet or .jsonl."""
    with ExitStack() as files:
        open_: dict[str, Any] = {}
        for made in shards:
            for name, side in (("gold", made.gold), ("predicted", made.predicted)):
                rows = table(made, side, text=name == "gold")
                if ".parquet" in endings:
                    path, key = folder / f"{name}.parquet", f"{name}.parquet"
                    if key not in open_:
                        labels = ["mentions.list.element.type"]  # as eval.formats.parquet writes it
                        writer = pq.ParquetWriter(path, rows.schema, compression=compression, use_dictionary=labels)
                        open_[key] = files.enter_context(writer)
                    open_[key].write_table(rows)
                if ".jsonl" in endings:
                    key = f"{name}.jsonl"
                    if key not in open_:
                        open_[key] = files.enter_context((folder / key).open("wb"))
                    open_[key].writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows.to_pylist())


def tags(shard: Shard, side: Side) -> list[list[str]]:
    """IOB2 tags, a list a sentence."""
    flat = np.full(shard.starts.shape, "O", dtype=object)
    for i, type in enumerate(TYPES):
        own = side.type == i
        for ahead in range(1, SLOT):
            inside = own & (side.first + ahead < side.after)
            flat[side.document[inside], side.first[inside] + ahead] = f"I-{type}"
        flat[side.document[own], side.first[own]] = f"B-{type}"
    return flat.reshape(-1, SENTENCE).tolist()


def inclusive(shard: Shard, side: Side, tokens: int = SENTENCE) -> list[list[dict[str, Any]]]:
    """Mentions as nervaluate takes them, whose ends are inclusive, a list for so many tokens of a document (or all of them)."""
    start, end = spans(shard, side)
    parts = shard.starts.shape[1] // tokens
    found: list[list[dict[str, Any]]] = [[] for _ in range(len(shard.starts) * parts)]
    part = side.document * parts + side.first // tokens
    for i, a, b, type in zip(part.tolist(), start.tolist(), (end - 1).tolist(), side.type.tolist(), strict=True):
        found[i].append({"label": TYPES[type], "start": a, "end": b})
    return found


def _words() -> npt.NDArray[np.object_]:
    generator = np.random.default_rng(0)
    return np.array(
        ["".join(generator.choice(list(LETTERS), size=n)) for n in generator.integers(2, 10, size=20_000)], dtype=object
    )
