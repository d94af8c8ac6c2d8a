"""Rows of Arrow as columns, without an object for each mention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eval.columns import Columns
from eval.strings import NONE, Coded, Integers, Strings


class Unusual(Exception):
    """Something is not as it most often is; it may be bad, or only rare."""


def columns(batch: pa.RecordBatch, labels: Mapping[str, Sequence[str] | None], file: str, first: int) -> Columns:
    """The rows, the first of which has the number `first`. Raises Unusual.

    `labels` are the names that integer types of mentions and relations stand for.
    """
    if len(set(batch.schema.names)) < len(batch.schema.names):
        raise Unusual
    doc_id, text, date, fold = (
        _strings(batch[name] if name in batch.schema.names else None, len(batch)) for name in ("doc_id", "text", "date", "fold")
    )
    document, mentions = _items(batch, "mentions")
    row, relations = _items(batch, "relations")
    id = _strings(mentions.get("id"), len(document))
    head, tail = _ends(document, id, row, relations)
    return Columns(
        doc_id=Strings(_valid(_named(doc_id))),
        text=Strings(text, file),  # long: it is looked through when it is wanted
        date=Strings(_valid(date)),
        fold=Strings(_valid(fold)),
        file=Coded(np.zeros(len(batch), np.int64), [f"{file}, row"]),
        number=np.arange(first, first + len(batch)),
        document=document,
        id=_coded(_named(id, nullable=True)),
        start=_integers(mentions.get("start"), len(document)),
        end=_integers(mentions.get("end"), len(document)),
        type=_types(mentions.get("type"), labels["mentions"], len(document)),
        entity_id=_coded(_named(_strings(mentions.get("entity_id"), len(document)), nullable=True)),
        attributes=_attributes(mentions.get("attributes")),
        relation=_types(relations.get("type"), labels["relations"], len(row)),
        head=head,
        tail=tail,
    )


def _items(batch: pa.RecordBatch, column: str) -> tuple[Integers, dict[str, pa.Array]]:
    """The row of each item of a list of structs, and the structs' fields."""
    if column not in batch.schema.names or pa.types.is_null(batch[column].type):
        return np.empty(0, np.int64), {}
    lists = batch[column]
    if not (pa.types.is_list(lists.type) or pa.types.is_large_list(lists.type)) or not pa.types.is_struct(lists.type.value_type):
        raise Unusual
    items = lists.flatten()
    if items.null_count:
        raise Unusual
    sizes = lists.value_lengths()
    sizes = (sizes.fill_null(0) if lists.null_count else sizes).to_numpy()
    fields = [field.name for field in items.type]
    return np.repeat(np.arange(len(batch)), sizes), dict(zip(fields, items.flatten(), strict=True))


def _strings(array: pa.Array | None, rows: int) -> pa.Array:
    if array is None or pa.types.is_null(array.type):
        return pa.nulls(rows, pa.string())
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        raise Unusual
    return array


def _valid(array: pa.Array) -> pa.Array:
    """The strings, which are UTF-8; in Parquet they may be anything."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        raise Unusual from None
    return array


def _named(array: pa.Array, *, nullable: bool = False) -> pa.Array:
    """The strings, none of which is empty."""
    if nullable and array.null_count == len(array):
        return array
    if (array.null_count and not nullable) or pc.min(pc.binary_length(array)).as_py() == 0:
        raise Unusual
    return array


def _integers(array: pa.Array | None, rows: int) -> Integers:
    if array is None and not rows:
        return np.empty(0, np.int64)
    if array is None or array.null_count or not pa.types.is_integer(array.type) or pa.types.is_uint64(array.type):
        raise Unusual
    return np.asarray(array.to_numpy(zero_copy_only=False), np.int64)


def _types(array: pa.Array | None, names: Sequence[str] | None, rows: int) -> Coded:
    if array is None or not pa.types.is_integer(array.type):
        return _coded(_named(_strings(array, rows)))
    codes = _integers(array, rows)
    if names is None or not _distinct(names) or codes.min(initial=0) < 0 or codes.max(initial=-1) >= len(names):
        raise Unusual
    return Coded(codes, names)


def _distinct(names: Sequence[Any]) -> bool:
    """Whether these are names, each once; in JSON they may be anything."""
    try:
        return all(isinstance(name, str) and name.encode() for name in names) and len(set(names)) == len(names)
    except UnicodeEncodeError:
        return False


def _attributes(structs: pa.Array | None) -> dict[str, Coded]:
    """The attributes that any mention has."""
    if structs is None or pa.types.is_null(structs.type):
        return {}
    if not pa.types.is_struct(structs.type):
        raise Unusual
    fields = zip((field.name for field in structs.type), structs.flatten(), strict=True)
    return {name: _scalars(values) for name, values in fields if values.null_count < len(values)}


def _scalars(array: pa.Array) -> Coded:
    kinds = pa.types.is_string, pa.types.is_large_string, pa.types.is_floating, pa.types.is_boolean, pa.types.is_signed_integer
    if not any(of_kind(array.type) for of_kind in kinds) or pa.types.is_float16(array.type):
        raise Unusual
    return _coded(array)


def _coded(array: pa.Array) -> Coded:
    if array.null_count == len(array):
        return Coded.nothing(len(array))
    encoded = array.dictionary_encode()
    indices = encoded.indices.fill_null(NONE) if array.null_count else encoded.indices
    codes = np.asarray(indices.to_numpy(), np.int64)
    try:
        return Coded(codes, encoded.dictionary.to_pylist())
    except UnicodeDecodeError:
        raise Unusual from None


def _ends(document: Integers, id: pa.Array, row: Integers, relations: Mapping[str, Any]) -> tuple[Integers, Integers]:
    """The rows of the mentions that relations name by their ids."""
    if not len(row):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    ends = [_named(_strings(relations.get(name), len(row))) for name in ("head", "tail")]
    ids = _coded(pa.concat_arrays([array.cast(pa.large_string()) for array in (id, *ends)]))
    own, *wanted = np.split(ids.codes, np.cumsum([len(id), len(row)]))
    width = len(ids.names) + 1
    keys = document * width + own
    order = np.argsort(keys, kind="stable")
    found = []
    for codes in wanted:
        place = np.searchsorted(keys[order], row * width + codes)
        mention = order[np.minimum(place, max(len(order) - 1, 0))] if len(order) else place
        if not len(order) or (keys[mention] != row * width + codes).any():
            raise Unusual
        found.append(mention)
    return found[0], found[1]
