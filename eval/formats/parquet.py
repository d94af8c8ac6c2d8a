"""Documents as Parquet: the columns of the JSON lines, with nested lists.

Labels may be strings, or integers whose names stand in the Hugging Face schema metadata (ClassLabel).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.columns import Columns
from eval.document import BadInput, Document
from eval.formats import losses
from eval.formats.record import from_record, located, to_record

if TYPE_CHECKING:
    import pyarrow as pa

# Rows are read so many, or so many bytes of them, at a time.
ROWS, BYTES = 8_192, 6_000_000


def read(path: Path) -> Iterator[Columns]:
    """Yield the documents, some at a time. Raises BadInput, naming the row (from 1)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # In buffers of 1 MB, so that a row group of any size is never held whole.
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"{path}: not Parquet ({error})") from None
    labels = {column: _label_names(file.schema_arrow.metadata or {}, column) for column in ("mentions", "relations")}
    try:
        yield from _ahead(_columns(file, labels, path))
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{path}: damaged ({error})") from None


def titles(path: Path) -> Iterator[tuple[str, str]]:
    """The doc_id and the title of each document that has one; nothing where there is no column of strings called `title`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, pre_buffer=False) as file:
        fields = {field.name: field.type for field in file.schema_arrow}
        if not all(fields.get(name) in (pa.string(), pa.large_string()) for name in ("doc_id", "title")):
            return
        for batch in file.iter_batches(columns=["doc_id", "title"], use_threads=False):
            yield from ((doc_id, title) for doc_id, title in zip(*map(pa.Array.to_pylist, batch.columns), strict=True) if title)


def write(path: Path, documents: Iterable[Document]) -> list[str]:
    """Write one row a document, labels as strings; attributes become a struct of the names that occur, with strings.

    Returns what was changed, a line a reason.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    documents = list(documents)
    records = [to_record(document) for document in documents]
    for attributes in (mention["attributes"] for record in records for mention in record["mentions"] if "attributes" in mention):
        attributes.update({name: str(value) for name, value in attributes.items()})
    names = sorted({name for record in records for mention in record["mentions"] for name in mention.get("attributes", {})})
    mention = [("id", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("type", pa.string()), ("entity_id", pa.string())]
    if names:  # Parquet has no struct without fields
        mention.append(("attributes", pa.struct([(name, pa.string()) for name in names])))
    relation = [("type", pa.string()), ("head", pa.string()), ("tail", pa.string())]
    schema = pa.schema(
        [(name, pa.string()) for name in ("doc_id", "text", "date", "fold")]
        + [("mentions", pa.list_(pa.struct(mention))), ("relations", pa.list_(pa.struct(relation)))]
    )
    # Texts in LZ4 are read twice as fast as in Snappy, pyarrow's default, and no dictionary of them needs memory.
    labels = [f"{items}.list.element.type" for items in ("mentions", "relations")]
    pq.write_table(pa.Table.from_pylist(records, schema=schema), path, compression="lz4", use_dictionary=labels)
    return losses.told("written as words, since a value is a string here", losses.of(documents, "number(s)"))


def _columns(file: Any, labels: Mapping[str, Sequence[str] | None], path: Path) -> Iterator[Columns]:
    from eval.formats import arrow

    metadata, row = file.metadata, 1
    size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)) // max(metadata.num_rows, 1)
    # Arrow's own threads would only be in the way of the one that reads ahead.
    for batch in file.iter_batches(batch_size=max(min(ROWS, BYTES // max(size, 1)), 1), use_threads=False):
        try:
            columns = arrow.columns(batch, labels, str(path), row)
        except arrow.Unusual:  # one by one it will be seen what that is
            columns = located(_documents(batch, labels, path, row))
        yield columns
        row += len(batch)


def _ahead(batches: Iterator[Columns]) -> Iterator[Columns]:
    """The batches, the next two read by a thread of its own while one is scored."""
    with ThreadPoolExecutor(1) as reader:
        coming = deque(reader.submit(next, batches, None) for _ in range(2))
        while (batch := coming.popleft().result()) is not None:
            coming.append(reader.submit(next, batches, None))
            yield batch


def _documents(
    batch: pa.RecordBatch, labels: Mapping[str, Sequence[str] | None], path: Path, first: int
) -> Iterator[tuple[str, Document]]:
    try:
        records = batch.to_pylist()
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: damaged ({error})") from None
    for row, record in enumerate(records, first):
        where = f"{path}, row {row}"
        try:
            for column, names in labels.items():
                _plain(record, column, names)
            yield where, from_record(record)
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from None


def _label_names(metadata: dict[bytes, bytes], column: str) -> list[str] | None:
    """The names behind a column's integer types, as Hugging Face writes them; None where it writes none."""
    try:
        element = json.loads(metadata[b"huggingface"])["info"]["features"][column]
        element = element[0] if isinstance(element, list) else element.get("feature", element)
        label = element["type"]
        return list(label["names"]) if label["_type"] == "ClassLabel" else None
    except (KeyError, IndexError, TypeError, AttributeError, ValueError):
        return None


def _plain(record: dict[str, Any], column: str, names: Sequence[str] | None) -> None:
    """Let the column be a list of objects with named types, as in JSON."""
    items = record.get(column)
    if isinstance(items, dict):  # `Sequence` of older `datasets`: a struct of lists
        try:
            items = record[column] = [dict(zip(items, values, strict=True)) for values in zip(*items.values(), strict=True)]
        except (TypeError, ValueError):
            raise BadInput(f"{column} are a struct, and not one of lists of the same length") from None
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue  # from_record says what is wrong with it
        if isinstance(item.get("attributes"), list):  # an Arrow map
            try:
                item["attributes"] = dict(item["attributes"])
            except (TypeError, ValueError):
                raise BadInput(f"{column}: attributes must be a struct or a map, found {item['attributes']!r}") from None
        if isinstance(label := item.get("type"), int):
            if names is None:
                raise BadInput(f"{column} have integers for types, and the file's Hugging Face metadata names none")
            if not 0 <= label < len(names):
                raise BadInput(f"{column} have the type {label}, the file's metadata names 0 to {len(names) - 1}")
            item["type"] = names[label]
