"""What scripts/bench.py measures of eval: the way from two files to counts, its memory, and how long the files take to read."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from eval import formats
from eval.columns import Columns
from eval.metrics import METRICS
from eval.metrics.counts import Score
from eval.sides import lay
from eval.tidy import tidy


def counted(gold: Path, predicted: Path, metrics: list[str]) -> dict[str, Score]:
    """The counts of predictions in a file, read, checked and joined as `eval run --match char` does it."""
    sums = dict.fromkeys(metrics, Score(0, 0, 0))
    for one, other in formats.predictions(predicted, formats.gold(gold), []):
        corpora = lay(tidy(one, "the gold", gold=True)[0], tidy(other, "the predictions", gold=False)[0])
        for name, sum_ in sums.items():
            more: Any = METRICS[name].count(*corpora).micro()
            sums[name] = Score(sum_.correct + more.correct, sum_.predicted + more.predicted, sum_.gold + more.gold)
    return sums


def read(*files: Path) -> None:
    """Only read the files, by the libraries that eval reads them with."""
    for file in files:
        if file.suffix == ".parquet":
            import pyarrow.parquet as pq

            for _ in pq.ParquetFile(file).iter_batches(batch_size=500):
                pass
        else:
            import orjson

            with file.open("rb") as lines:
                for line in lines:
                    orjson.loads(line)


def stages(gold: Path, predicted: Path) -> dict[str, float]:
    """The least seconds of some runs of each stage on the way from two files to the F1 of `ner.strict`."""
    least: dict[str, float] = {}
    for _ in range(5):
        marks = [("", time.perf_counter())]

        def mark(name: str) -> None:
            marks.append((name, time.perf_counter()))  # noqa: B023

        read(gold, predicted)
        mark("reading both by the library alone")
        sides = list(formats.predictions(predicted, formats.gold(gold), []))
        mark("reading both as columns, and joining them")
        for one, other in sides:
            tidy(one, "the gold", gold=True), tidy(other, "the predictions", gold=False)
        mark("checking offsets, ids, nesting; lengths of texts")
        corpora = [lay(*both) for both in sides]
        mark("laying both on one axis")
        for both in corpora:
            METRICS["ner.strict"].count(*both).micro()
        mark("counting")
        for (_, before), (name, after) in pairwise(marks):
            least[name] = min(least.get(name, after - before), after - before)
    # What columns take is what is left when the library has had its part.
    library = least["reading both by the library alone"]
    return {
        **least,
        "reading both as columns, and joining them": max(least["reading both as columns, and joining them"] - library, 0),
    }


def growth(gold: Path, predicted: Path) -> tuple[int, int]:
    """Bytes by which memory grew at most while `ner.strict` was counted, and bytes of the inputs as arrays."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        peak = process.submit(_growth, gold, predicted).result()
    return peak, sum(_size(batch) for file in (gold, predicted) for batch in formats.read(file))


def _growth(gold: Path, predicted: Path) -> int:
    # What is loaded and set up on the way is no input.
    small = Path(__file__).parent.parent / "data" / "documents" / "test.parquet"
    counted(small, small, ["ner.strict"])
    before = _peak()
    counted(gold, predicted, ["ner.strict"])
    return _peak() - before


def _peak() -> int:
    """Of this process alone, which getrusage would mix with that of its parent."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return 1024 * int(line.split()[1])


def _size(batch: Columns) -> int:
    texts = sum(len(text.encode()) for strings in (batch.doc_id, batch.text) for text in strings.list if text)
    columns = batch.document, batch.start, batch.end, batch.type.codes
    return texts + sum(column.nbytes for column in columns)
