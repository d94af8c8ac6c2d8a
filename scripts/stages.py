"""Where the time of `--engine dask` goes: each stage of crf and of scoring alone, one after the other in one process.

uv run --group test python scripts/stages.py                                                       two minutes
uv run --group test python scripts/stages.py --metrics ner.strict,relations.strict --samples 0     with less to count

Seconds are those that the processor is at work, so that others on the machine disturb little; waiting for disks is not in them.
"""

from __future__ import annotations

import pickle
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import orjson
from rich.console import Console
from rich.table import Column, Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from eval import formats, shard, unit_counts
from eval.extraction import Extraction
from eval.formats.record import to_record
from eval.metrics.counts import Counts
from eval.model import Model, training
from eval.remarks import Remarks
from eval.resampling import intervals
from eval.scoring import Scoring, written
from eval.settings import Settings
from eval.survey import Survey, merged, tidied, unchanged
from scripts import news
from scripts.scale import METRICS

SHARD = 2_000
WORKERS, CLIENT = "workers", "client"
# Of a gold of more than 10,000 documents scores.json has no figures of each, and so it is here with fewer.
MANY = 1_000_000

console = Console(highlight=False, width=120)
status = Console(stderr=True).status("")


class Stages:
    """Seconds of each stage, by who does it, and bytes of what is made."""

    def __init__(self) -> None:
        self.seconds: dict[tuple[str, str], float] = defaultdict(float)
        self.bytes: Counter[str] = Counter()

    @contextmanager
    def of(self, who: str, what: str) -> Iterator[None]:
        """Time what is done in the block."""
        start = time.process_time()
        yield
        self.seconds[who, what] += time.process_time() - start

    def total(self, who: str) -> float:
        """Seconds of all stages of one."""
        return sum(seconds for (whose, _), seconds in self.seconds.items() if whose == who)


def timed(gold: Path, folder: Path, extraction: Extraction | None, settings: Settings) -> Stages:
    """What workers do with each file, and the client with what comes of it. Without an extraction, `folder` has predictions."""
    stages, parts = Stages(), list[shard.Part]()
    files = formats.parts(gold)
    with stages.of(WORKERS, "looking through the gold"):
        surveys = [shard.look(None, file, lambda done: None) for file in files]
    whole = replace(merged(surveys), documents=MANY)
    for file, seen in zip(files, surveys, strict=True):
        status.update(f"{'crf' if extraction else 'scoring alone'}: {file.name}")
        parts.append(_work(stages, file, folder, extraction, settings, (seen, whole)))
        stages.bytes["gold"] += file.stat().st_size
    _put_together(stages, parts, folder, settings, whole)
    return stages


def _work(
    stages: Stages, file: Path, folder: Path, extraction: Extraction | None, settings: Settings, surveys: tuple[Survey, Survey]
) -> shard.Part:
    """As eval.shard.work does it, on a worker; `surveys` are of the file and of the whole."""
    with stages.of(WORKERS, "reading the gold"):
        held = list(unchanged(tidied(formats.part_of_gold(file)), surveys[0].parts))
    predicted = folder / file.name
    if extraction:
        predicted = predicted.with_suffix(".jsonl")
        with stages.of(WORKERS, "extraction"):
            found = list(extraction.documents(held))
        with stages.of(WORKERS, "writing predictions"):
            predicted.write_bytes(b"".join(orjson.dumps(to_record(one), option=orjson.OPT_APPEND_NEWLINE) for one in found))
    with stages.of(WORKERS, "reading predictions, joining"):
        sides = list(formats.predictions(predicted, held, []))
    scoring, absent = (Scoring("crf", settings, surveys[1]) for _ in range(2))
    with stages.of(WORKERS, "scoring"), (folder / f"{file.stem}.scored").open("wb") as scored:
        counts = list(written(scoring.add(sides, []), scored))
    with stages.of(WORKERS, "writing counts"):
        unit_counts.write(folder / f"{file.stem}.counts", counts)
    with stages.of(WORKERS, "packing"):
        packed = pickle.dumps(shard.Part(scoring, absent, Remarks(), {}, ()), protocol=5)
    stages.bytes["from a worker to the client"] += len(packed)
    stages.bytes["predictions"] += predicted.stat().st_size
    with stages.of(CLIENT, "unpacking"):
        return pickle.loads(packed)


def _put_together(stages: Stages, parts: list[shard.Part], folder: Path, settings: Settings, whole: Survey) -> None:
    """As eval.sharded and eval.folder do it, on the client."""
    total = Scoring("crf", settings, whole)
    with stages.of(CLIENT, "adding up"):
        for part in parts:
            total.merge(part.scoring)
    with stages.of(CLIENT, "counts.parquet"):
        unit_counts.write(folder / "counts", sorted(folder.glob("*.counts")))
    with stages.of(CLIENT, "predictions.jsonl"), (folder / "all.jsonl").open("wb") as together:
        for scored in sorted(folder.glob("*.scored")):
            together.write(scored.read_bytes())
            scored.unlink()
    for _ in total.rest():
        pass
    with stages.of(CLIENT, "figures, intervals"):
        total.scores()
    stages.bytes["predictions.jsonl"] += (folder / "all.jsonl").stat().st_size
    stages.bytes["counts.parquet"] += (folder / "counts").stat().st_size


def unlike(units: int) -> float:
    """Seconds for the intervals of one metric where no two documents have the same counts, which takes longest."""
    total = np.random.default_rng(0).random((units, 1, 4))
    start = time.process_time()
    intervals({"": Counts((), np.empty((1, 0, 3)), total)}, 1000, 0)
    return time.process_time() - start


@click.command(help=__doc__)
@click.option("--documents", type=click.IntRange(min=1), default=20_000, show_default=True, help="How many.")
@click.option("--metrics", default=",".join(METRICS), help="Which metrics.  [default: all but ner.bio]")
@click.option("--samples", default=1_000, show_default=True, help="How many resamples; 0: no intervals.")
def main(documents: int, metrics: str, samples: int) -> None:
    """Print the tables."""
    settings = Settings(metrics=tuple(metrics.split(",")), samples=samples, train=news.ARTICLES)
    with tempfile.TemporaryDirectory() as name, status:
        status.update("making up documents")
        gold, found, again, cut = (Path(name, part) for part in ("gold", "crf", "again", "cut"))
        for _ in news.write(gold, documents, SHARD):
            pass
        articles, surveyed = training(news.ARTICLES)
        extraction = Extraction(Model("crf", settings, surveyed.labels, articles))
        found.mkdir(), again.mkdir()
        timed(news.ARTICLES, again, extraction, settings)  # what is fitted and loaded once is in no row
        of = {"crf": timed(gold, found, extraction, settings)}
        news.cut(found / "all.jsonl", cut, SHARD)
        of["scoring alone"] = timed(gold, cut, None, settings)
        status.update("intervals")
        longest = unlike(documents)
    console.print(f"{documents:,} documents, {SHARD:,} a file; {len(settings.metrics or ())} metrics, {samples:,} resamples")
    show(of, documents)
    console.print(f"1,000 resamples of one metric, no two documents alike: {longest / documents * 1e6:,.1f} seconds a million")


def show(found: dict[str, Stages], documents: int) -> None:
    """Seconds a million documents, bytes a document, and how many workers one client keeps up with."""
    table = Table("who", "stage", *(Column(f"{name}, seconds a million", justify="right") for name in found))
    for who in (WORKERS, CLIENT):
        rows = dict.fromkeys(what for stages in found.values() for whose, what in stages.seconds if whose == who)
        for what in rows:
            cells = (stages.seconds.get((who, what)) for stages in found.values())
            table.add_row(who, what, *("" if one is None else f"{one / documents * 1e6:,.1f}" for one in cells))
        table.add_row(who, "all", *(f"{stages.total(who) / documents * 1e6:,.1f}" for stages in found.values()))
        table.add_section()
    ratios = (f"{stages.total(WORKERS) / stages.total(CLIENT):,.0f}" for stages in found.values())
    table.add_row("", "workers that one client keeps up with", *ratios)
    console.print(table)
    sizes = Table("what", *(Column(f"{name}, bytes a document", justify="right") for name in found))
    for what in dict.fromkeys(what for stages in found.values() for what in stages.bytes):
        sizes.add_row(what, *(f"{stages.bytes[what] / documents:,.0f}" for stages in found.values()))
    console.print(sizes)


if __name__ == "__main__":
    main()
