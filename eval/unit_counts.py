"""The counts of every unit, as a table on disk from which runs are compared: nothing is scored again.

A row is a unit, a metric, a part of it and a type: columns doc_id (null for the whole set), sentence (from 0; null for a whole
document), metric, part, type (null for all types together), correct, predicted, gold, and, over all types, precise, the numerator
of precision. Each unit has a row without metric, so that one in which nothing is counted is a unit too, and rows by type where
something is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from eval.corpus import Flags, Integers
from eval.document import BadInput
from eval.metrics.counts import Counts, Numbers

NAMES = ("doc_id", "metric", "type")
FIGURES = ("correct", "predicted", "gold", "precise")


@dataclass(frozen=True)
class Batch:
    """Counts of some documents, by metric. A metric has a document in one batch alone.

    `document` has the index of each sentence's document, in rising order; of the whole set there is one unit.
    """

    doc_ids: Sequence[str] = ()
    by_document: Mapping[str, Counts] = field(default_factory=dict)
    by_sentence: Mapping[str, Counts] = field(default_factory=dict)
    document: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    of_set: Mapping[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True)
class Units:
    """Counts of one metric over all documents, in the order of their ids.

    `unit` is `document`, `sentence`, or `set`, which has no ids and one unit. `document` is the index into `doc_ids` of each
    unit's document, shape (units,).
    """

    unit: str
    doc_ids: tuple[str, ...]
    document: Integers
    counts: Counts

    def by_document(self) -> Units:
        """The counts of sentences summed by document; others as they are."""
        if self.unit != "sentence":
            return self
        documents = len(self.doc_ids)
        return Units("document", self.doc_ids, np.arange(documents), self.counts.grouped(self.document, documents))


def write(path: Path, batches: Iterable[Batch | Path]) -> None:
    """Write the table, one row group a batch. Types may differ from batch to batch. A file is one that was written elsewhere."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema(
        [("doc_id", name), ("sentence", pa.int32()), ("metric", name), ("part", pa.int8()), ("type", name)]
        + [(figure, pa.float64()) for figure in FIGURES]
    )
    # Without Arrow's schema of dictionaries, so that names are read back as plain strings.
    with pq.ParquetWriter(path, schema, store_schema=False, compression="zstd") as writer:
        for batch in batches:
            for table in _tables(batch, schema):
                writer.write_table(table, row_group_size=table.num_rows)


def read(path: Path, metrics: Sequence[str] | None = None) -> dict[str, Units]:
    """The counts of metrics by name (None: all), units in the order of documents and sentences.

    Raises BadInput for what is no such table.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        filters = None if metrics is None else pc.field("metric").isin(list(metrics)) | pc.field("metric").is_null()
        table = pq.read_table(path, filters=filters, read_dictionary=list(NAMES)).unify_dictionaries()
        names = {name: _names(table.column(name)) for name in NAMES}
        columns = {name: table.column(name).fill_null(-1).to_numpy() for name in ("sentence", "part", *FIGURES)}
    except (pa.ArrowException, AttributeError, KeyError, OSError) as error:
        raise BadInput(f"{path}: not a table of counts ({' '.join(str(error).split())}); make the run again") from None
    codes = {name: coded for name, (_, coded) in names.items()}
    columns |= codes
    without = {name: column[codes["metric"] < 0] for name, column in columns.items()}
    found = {}
    for code in np.unique(codes["metric"][codes["metric"] >= 0]):
        of_metric = {name: column[codes["metric"] == code] for name, column in columns.items()}
        found[names["metric"][0][code]] = _units(of_metric, without, names["doc_id"][0], names["type"][0])
    return found


def _tables(batch: Batch | Path, schema: Any) -> Iterator[Any]:
    """The table of a batch, or the row groups of one that was written elsewhere."""
    import pyarrow.parquet as pq

    if isinstance(batch, Batch):
        if batch.by_document or batch.by_sentence or batch.of_set:
            yield _table(batch, schema)
        return
    with pq.ParquetFile(batch, read_dictionary=list(NAMES)) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group)


def _table(batch: Batch, schema: Any) -> Any:
    import pyarrow as pa

    metrics = sorted({*batch.by_document, *batch.by_sentence, *batch.of_set})
    types = sorted({name for counts in _all(batch) for name in counts.types})
    rows = [*_units_alone(batch), *(part for i, metric in enumerate(metrics) for part in _rows(batch, metric, i, types))]
    # For each column of the table, the parts of all metrics one after the other.
    doc, sentence, metric, part, type, *figures = (np.concatenate(column) for column in zip(*rows, strict=True))

    # Made from their bytes: to look at any list or array, pyarrow would import pandas, for most of a second.
    def column(values: Numbers, there: Flags, type: Any, width: str) -> Any:
        valid = pa.py_buffer(np.packbits(there, bitorder="little"))
        return pa.Array.from_buffers(type, len(values), [valid, pa.py_buffer(values.astype(width))])

    def named(codes: Integers, names: Sequence[str]) -> Any:
        words = [name.encode() for name in names]
        ends = np.cumsum([0, *map(len, words)]).astype("i4")
        strings = pa.Array.from_buffers(pa.string(), len(words), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(words))])
        return pa.DictionaryArray.from_arrays(column(codes, codes >= 0, pa.int32(), "i4"), strings)

    arrays = [
        named(doc, batch.doc_ids),
        column(sentence, sentence >= 0, pa.int32(), "i4"),
        named(metric, metrics),
        column(part, part >= 0, pa.int8(), "i1"),
        named(type, types),
        *(column(figure, ~np.isnan(figure), pa.float64(), "f8") for figure in figures),
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _all(batch: Batch) -> Iterator[Counts]:
    for counts in (batch.by_document, batch.by_sentence, batch.of_set):
        yield from counts.values()


def _units_alone(batch: Batch) -> Iterator[tuple[Numbers, ...]]:
    """The columns of rows without metric, for documents and for sentences."""
    documents = np.arange(len(batch.doc_ids))
    sentence = np.arange(len(batch.document)) - np.searchsorted(batch.document, batch.document)
    by = ((batch.by_document, documents, np.full(len(documents), -1)), (batch.by_sentence, batch.document, sentence))
    for counts, doc, place in by:
        if counts:
            nothing = np.full(len(doc), -1)
            yield doc, place, nothing, nothing, nothing, *np.full((4, len(doc)), np.nan)


def _rows(batch: Batch, metric: str, code: int, types: Sequence[str]) -> Iterator[tuple[Numbers, ...]]:
    """The columns of a metric: first of its totals, then of its types. -1 and not-a-number stand for null."""
    if metric in batch.by_sentence:
        counts, doc = batch.by_sentence[metric], batch.document
        sentence = np.arange(len(doc)) - np.searchsorted(doc, doc)
    else:
        counts = batch.by_document[metric] if metric in batch.by_document else batch.of_set[metric]
        units = len(counts.total)
        doc = np.arange(units) if metric in batch.by_document else np.full(units, -1)
        sentence = np.full(units, -1)
    units, parts, _ = counts.total.shape
    unit, part = np.repeat(np.arange(units), parts), np.tile(np.arange(parts), units)
    yield doc[unit], sentence[unit], np.full(len(unit), code), part, np.full(len(unit), -1), *counts.total.reshape(-1, 4).T
    unit, type = np.nonzero(counts.by_type.any(axis=2))
    own = np.array([types.index(name) for name in counts.types], dtype=np.int64)
    zeros = np.zeros(len(unit), dtype=np.int64)
    figures = (*counts.by_type[unit, type].T, np.full(len(unit), np.nan))
    yield doc[unit], sentence[unit], zeros + code, zeros, own[type], *figures


def _names(column: Any) -> tuple[list[str], Integers]:
    """The names of a column, and the code of each row, -1 for null."""
    whole = column.combine_chunks()
    return whole.dictionary.to_pylist(), whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _units(columns: Mapping[str, Numbers], without: Mapping[str, Numbers], doc_ids: Sequence[str], types: Sequence[str]) -> Units:
    """The counts of one metric; `without` are the rows without metric."""
    by_sentence = (columns["sentence"] >= 0).any()
    own = (without["sentence"] >= 0) == by_sentence
    if not (columns["doc_id"] >= 0).any():  # of the set
        own &= False
    columns = {name: np.concatenate([column, without[name][own]]) for name, column in columns.items()}
    present = np.unique(columns["doc_id"])
    ids = sorted(doc_ids[i] for i in present if i >= 0)
    place = {doc_id: i for i, doc_id in enumerate(ids)}
    rank = np.array([*(place.get(doc_id, -1) for doc_id in doc_ids), -1])  # the last is that of no document, -1
    width = int(columns["sentence"].max(initial=-1)) + 2
    key = rank[columns["doc_id"]] * width + columns["sentence"] + 1
    whole = columns["type"] < 0
    units = np.unique(key[whole])
    unit = np.searchsorted(units, key)
    figures = np.stack([columns[name] for name in FIGURES], axis=1)
    total = np.zeros((len(units), int(columns["part"].max(initial=0)) + 1, 4))
    counted = whole & (columns["part"] >= 0)
    total[unit[counted], columns["part"][counted]] = figures[counted]
    own = sorted(types[i] for i in np.unique(columns["type"][~whole]))
    column = np.array([own.index(name) if name in own else -1 for name in types], dtype=np.int64)
    by_type = np.zeros((len(units), len(own), 3))
    by_type[unit[~whole], column[columns["type"][~whole]]] = figures[~whole, :3]
    unit_name = "set" if not ids else "sentence" if width > 1 else "document"
    return Units(unit_name, tuple(ids), units // width, Counts(tuple(own), by_type, total))
