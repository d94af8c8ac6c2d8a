"""The counts of units on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eval.document import BadInput
from eval.metrics.counts import Counts
from eval.unit_counts import Batch, read, write


def counts(units: int, types: str, parts: int = 1, seed: int = 0) -> Counts:
    """Counts at random, often zero."""
    generator = np.random.default_rng(seed)
    by_type = generator.integers(3, size=(units, len(types), 3)) * generator.integers(2, size=(units, len(types), 1)) / 2
    return Counts(tuple(types), by_type, generator.random((units, parts, 4)))


def joined(types: str, *some: Counts) -> Counts:
    """One after the other."""
    aligned = [one.of_types(types) for one in some]
    return Counts(tuple(types), *(np.concatenate([getattr(one, name) for one in aligned]) for name in ("by_type", "total")))


def same(one: Counts, other: Counts) -> bool:
    """Equal to the last digit."""
    return one.types == other.types and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("by_type", "total")
    )


def batches() -> list[Batch]:
    """Two documents with three sentences, then one with two and other types; of the whole set, one unit."""
    return [
        Batch(
            ["a", "c"],
            {"m": counts(2, "XY"), "mean": counts(2, "", parts=3)},
            {"s": counts(3, "XZ", seed=1)},
            np.array([0, 1, 1]),
        ),
        Batch(
            ["b"],
            {"m": counts(1, "W", seed=1), "mean": counts(1, "", parts=3, seed=3)},
            {"s": counts(2, "", seed=4)},
            np.array([0, 0]),
        ),
        Batch(of_set={"cross": counts(1, "", parts=2, seed=5)}),
    ]


def at(rows: Sequence[int], some: Counts) -> Counts:
    """The same units in another order."""
    return Counts(some.types, some.by_type[list(rows)], some.total[list(rows)])


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """By document, by sentence and of the whole set, in the order of documents; types are those that any batch has something of."""
    one, two, last = batches()
    write(tmp_path / "counts.parquet", [one, two, last])
    found = read(tmp_path / "counts.parquet")
    assert sorted(found) == ["cross", "m", "mean", "s"]
    assert same(found["m"].counts, at([0, 2, 1], joined("WXY", one.by_document["m"], two.by_document["m"])))
    assert same(found["mean"].counts, at([0, 2, 1], joined("", one.by_document["mean"], two.by_document["mean"])))
    assert same(found["s"].counts, at([0, 3, 4, 1, 2], joined("XZ", one.by_sentence["s"], two.by_sentence["s"])))
    assert same(found["cross"].counts, last.of_set["cross"])
    assert [found[name].unit for name in ("m", "s", "cross")] == ["document", "sentence", "set"]
    assert (found["m"].doc_ids, found["cross"].doc_ids) == (("a", "b", "c"), ())
    assert found["s"].document.tolist() == [0, 1, 1, 2, 2]
    assert found["s"].by_document().counts.total == pytest.approx(found["s"].counts.grouped(found["s"].document, 3).total)
    assert found["m"].by_document() is found["m"]
    assert list(read(tmp_path / "counts.parquet", ["s"])) == ["s"]


def test_anyone_can_read_it(tmp_path: Path) -> None:
    """With pandas: each unit has a row without metric and its totals, a type has a row only where there is something."""
    write(tmp_path / "counts.parquet", batches())
    table = pd.read_parquet(tmp_path / "counts.parquet")
    assert list(table) == ["doc_id", "sentence", "metric", "part", "type", "correct", "predicted", "gold", "precise"]
    units, table = table[table["metric"].isna()], table[table["metric"].notna()]
    assert len(units) == 3 + 5
    assert units["doc_id"].notna().all()
    assert set(map(type, table["metric"])) == {str}
    totals = table[table["type"].isna()]
    assert len(totals) == 3 * (1 + 3) + 5 + 2
    assert totals["precise"].notna().all()
    types = table[table["type"].notna()]
    assert (types[["correct", "predicted", "gold"]].sum(axis=1) > 0).all()
    assert types["precise"].isna().all()
    micro = totals[totals["metric"] == "s"][["correct", "predicted", "gold", "precise"]].sum().to_numpy()
    assert micro == pytest.approx(sum(batch.by_sentence["s"].total.sum(axis=(0, 1)) for batch in batches()[:2]))


def test_a_batch_without_metrics_has_no_rows(tmp_path: Path) -> None:
    """And a table may be of such alone."""
    write(tmp_path / "some.parquet", [Batch(["a"]), *batches()])
    assert sorted(read(tmp_path / "some.parquet")) == ["cross", "m", "mean", "s"]
    write(tmp_path / "none.parquet", [Batch(["a"])])
    assert read(tmp_path / "none.parquet") == {}


@pytest.mark.parametrize("content", [b"", b"no table", b"PAR1"])
def test_another_file(content: bytes, tmp_path: Path) -> None:
    """Is named, with what to do."""
    (tmp_path / "counts.parquet").write_bytes(content)
    with pytest.raises(BadInput, match=r"counts\.parquet: not a table of counts .*; make the run again"):
        read(tmp_path / "counts.parquet")


def test_another_table(tmp_path: Path) -> None:
    """Of other columns, or of columns of another kind."""
    names = ("doc_id", "metric", "type", "sentence", "part")
    for table in (pd.DataFrame({"metric": ["m"]}), pd.DataFrame([[1] * 5], columns=names)):
        table.to_parquet(tmp_path / "counts.parquet")
        with pytest.raises(BadInput, match="not a table of counts"):
            read(tmp_path / "counts.parquet")
