"""Measure `--engine dask` beside `--engine local` on a gold of many files, news made up; check that both find the same.

uv run --group test python scripts/scale.py                                    half an hour on two cores
uv run --group test python scripts/scale.py --documents 4000 --shard 500       two minutes

Each figure is of the whole command `eval run` as a process of its own, for a hundredth of the documents and for all.
"""

from __future__ import annotations

import filecmp
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
from dask.system import CPU_COUNT
from rich.console import Console
from rich.table import Column, Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from eval import formats
from eval.metrics import metrics_for
from eval.survey import survey
from scripts import news
from scripts.watched import Watched, watch

EVAL = Path(sys.executable).with_name("eval")
ENGINES = ("local", "dask")
WHAT = {"lexicon": "lexicon", "crf": "crf", "scoring": "scoring alone"}
# ner.bio is seqeval's own, and left out of any large run that does not name it: here of small ones as well.
METRICS = [name for name in metrics_for(formats.attributes(news.ARTICLES)) if name != "ner.bio"]

console = Console(highlight=False, width=130)
status = Console(stderr=True).status("")


@dataclass(frozen=True)
class Measured:
    """A gold of so many documents, by one engine: time and memory."""

    documents: int
    watched: Watched


class Bench:
    """Golds of a hundredth of the documents and of all, in a folder, and what is run with them."""

    def __init__(self, folder: Path, documents: int, shard: int) -> None:
        self.folder, self.shard = folder, shard
        self.sizes = [max(documents // 100, 1), documents]
        for size in self.sizes:
            for done in news.write(self.gold(size), size, shard):
                status.update(f"making up {size:,} documents: {done:,}")

    def gold(self, size: int) -> Path:
        """Where the gold of so many documents is."""
        return self.folder / f"gold-{size}"

    def measure(self, what: str) -> dict[str, list[Measured]]:
        """By engine, of a hundredth and of all. Stops where engines differ."""
        found: dict[str, list[Measured]] = {engine: [] for engine in ENGINES}
        for size in self.sizes:
            arguments = self._scoring(size) if what == "scoring" else [what, "--train", str(news.ARTICLES)]
            for engine in ENGINES:
                found[engine].append(Measured(size, self._run(arguments, what, size, engine)))
            self.same(what, size)
        return found

    def _run(self, arguments: list[str], what: str, size: int, engine: str) -> Watched:
        status.update(f"{WHAT[what]}, {size:,} documents, --engine {engine}")
        options = [
            "--gold",
            self.gold(size),
            "--engine",
            engine,
            "--metrics",
            ",".join(METRICS),
            "--out",
            self._out(what, size, engine),
        ]
        done = watch([str(one) for one in (EVAL, "run", *arguments, *options)])
        status.console.print(f"{WHAT[what]}, {size:,} documents, {engine}: {done.seconds:.1f} s")
        return done

    def _scoring(self, size: int) -> list[str]:
        """Score what crf has found, cut into files as the gold is, so that each worker has its own."""
        folder, found = self.folder / f"predicted-{size}", self._out("crf", size, "dask")
        if not found.exists():
            self._run(["crf", "--train", str(news.ARTICLES)], "crf", size, "dask")
        news.cut(found / "predictions.jsonl", folder, self.shard)
        return [f"predictions:{folder}"]

    def same(self, what: str, size: int) -> None:
        """Stop where two engines differ."""
        for name in ("scores.json", "predictions.jsonl"):
            files = [self._out(what, size, engine) / name for engine in ENGINES]
            if not filecmp.cmp(*files, shallow=False):
                sys.exit(f"{what}, {size:,} documents: {name} of the two engines differ")

    def _out(self, what: str, size: int, engine: str) -> Path:
        return self.folder / f"{what}-{size}-{engine}"


def speeds(found: dict[str, dict[str, list[Measured]]]) -> Table:
    """Of all documents; without the start, the documents beyond the first hundredth by the seconds that these take longer."""
    names = ("documents", "seconds", "documents/s", "without the start", "times as fast", "client MB", "worker MB")
    table = Table("what", "engine", *(Column(name, justify="right") for name in names))
    for what, by_engine in found.items():
        for engine, (few, whole) in by_engine.items():
            seconds = whole.watched.seconds
            later = (whole.documents - few.documents) / max(seconds - few.watched.seconds, 1e-9)
            ratio = f"{by_engine['local'][1].watched.seconds / seconds:.2f}" if engine != "local" else ""
            rates = f"{whole.documents / seconds:,.0f}", f"{later:,.0f}", ratio
            table.add_row(WHAT[what], engine, f"{whole.documents:,}", f"{seconds:.1f}", *rates, *_megabytes(whole))
        table.add_section()
    return table


def memories(found: dict[str, dict[str, list[Measured]]], sizes: list[int]) -> Table:
    """Peaks with a hundredth of the documents and with all."""
    columns = [f"{who} MB, {size:,} documents" for who in ("client", "worker") for size in sizes]
    table = Table("peak memory", "engine", *(Column(name, justify="right") for name in (*columns, "client's bytes a document")))
    for what, by_engine in found.items():
        for engine, (few, whole) in by_engine.items():
            pairs = zip(_megabytes(few), _megabytes(whole), strict=True)
            grown = (whole.watched.own - few.watched.own) / max(whole.documents - few.documents, 1)
            table.add_row(WHAT[what], engine, *(one for pair in pairs for one in pair), f"{grown:,.0f}")
        table.add_section()
    return table


def _megabytes(measured: Measured) -> tuple[str, str]:
    others = measured.watched.others
    return f"{measured.watched.own / 1e6:.0f}", f"{others / 1e6:.0f}" if others else ""


def _names(context: click.Context, parameter: click.Parameter, value: str) -> list[str]:
    names = value.split(",")
    if unknown := set(names) - set(WHAT):
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: there are {', '.join(WHAT)}")
    return names


@click.command(help=__doc__)
@click.option("--documents", type=click.IntRange(min=2), default=200_000, show_default=True, help="How many.")
@click.option("--shard", type=click.IntRange(min=1), default=2_000, show_default=True, help="How many of them a file.")
@click.option("--only", callback=_names, default=",".join(WHAT), show_default=True, help="Only these.")
def main(documents: int, shard: int, only: list[str]) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name, status:
        bench = Bench(Path(name), documents, shard)
        found = {what: bench.measure(what) for what in WHAT if what in only}
        status.update("counting tokens")
        tokens = survey(formats.gold(bench.gold(documents))).tokens
    console.print(
        f"{documents:,} documents of {tokens / documents:.0f} tokens, {shard:,} a file; {CPU_COUNT} workers;"
        f" {len(METRICS)} metrics; scores.json and predictions.jsonl of both engines are equal"
    )
    console.print(speeds(found))
    console.print(memories(found, bench.sizes))


if __name__ == "__main__":
    main()
