"""Measure eval beside seqeval and nervaluate on the same made-up data, in one run; check that all find the same; print ratios.

uv run --group test python scripts/bench.py                     two minutes
uv run --group test python scripts/bench.py --scale 1,10,100    so many million tokens through eval run: minutes and gigabytes
"""

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Column, Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from scripts import generated, measured

EVAL = Path(sys.executable).with_name("eval")
MODES = {"ner.strict": "strict", "ner.exact": "exact", "ner.partial": "partial", "ner.type": "ent_type"}
SENTENCES = 40  # a document

console = Console(highlight=False, width=120)
status = Console(stderr=True).status("")


def best(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The least of some times in seconds, and what the work found."""
    seconds, found = [], None
    for _ in range(times):
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), found


def same(what: str, ours: object, theirs: object) -> None:
    """Stop where two tools differ."""
    if ours != theirs:
        sys.exit(f"{what}: eval counts {ours}, the other {theirs}")


def peers(folder: Path, sentences: int) -> None:
    """The table of seqeval, nervaluate and eval, each the best of some times, with everything imported."""
    whole, tokens = generated.shard(0, sentences // SENTENCES, SENTENCES), sentences * generated.SENTENCE
    for compression in ("none", "lz4", "snappy"):
        (folder / compression).mkdir()
        generated.write(folder / compression, [whole], (".parquet",), compression)
    generated.write(folder, [whole], (".jsonl",))
    table = Table(
        Column("what", no_wrap=True), *(Column(n, justify="right") for n in ("seconds", "million tokens/s", "times as fast"))
    )

    def row(what: str, seconds: float, peer: float | None = None) -> None:
        ratio = "" if peer is None else f"{peer / seconds:.0f}"
        table.add_row(what, f"{seconds:.3f}", f"{tokens / seconds / 1e6:.2f}", ratio)

    (strict, f1), (four, theirs) = seqeval(whole), nervaluate(whole, generated.SENTENCE)
    row("seqeval, strict IOB2, from tags in memory", strict)
    row("nervaluate, its four modes, from spans in memory, a list a sentence", four)
    row("the same, a list a document", nervaluate(whole, generated.SENTENCE * SENTENCES)[0])
    # What the others have read is looked through by Python's collector of garbage no more.
    gc.collect()
    gc.freeze()
    table.add_section()
    files = {
        "Parquet": ("none", ".parquet"),
        "Parquet (LZ4, as eval writes it)": ("lz4", ".parquet"),
        "Parquet (Snappy)": ("snappy", ".parquet"),
        "JSON lines": (".", ".jsonl"),
    }
    for name, (where, ending) in files.items():
        gold, predicted = (folder / where / f"{side}{ending}" for side in ("gold", "predicted"))
        status.update(name)
        seconds, counts = best(lambda: measured.counted(gold, predicted, ["ner.strict"]), 9)  # noqa: B023
        same("ner.strict and seqeval", round(counts["ner.strict"].f1, 12), round(f1, 12))
        row(f"eval, ner.strict, from {name}", seconds, strict)
        seconds, counts = best(lambda: measured.counted(gold, predicted, list(MODES)), 5)  # noqa: B023
        for metric, mode in MODES.items():
            found = counts[metric]
            expected = theirs[mode].correct + theirs[mode].partial / 2, theirs[mode].actual, theirs[mode].possible
            same(f"{metric} and nervaluate", (found.correct, found.predicted, found.gold), expected)
        row(f"eval, the four ner metrics, from {name}", seconds, four)
        row(f"only reading both, {name}", best(lambda: measured.read(gold, predicted), 9)[0])  # noqa: B023
        table.add_section()
    console.print(
        f"{sentences:,} sentences, {tokens:,} tokens; in files {sentences // SENTENCES:,} documents; --match char; all agree"
    )
    console.print(table)
    generated.write(folder, [whole], (".parquet",))
    stages(folder)
    memories(folder, sentences)


def memories(folder: Path, sentences: int) -> None:
    """The table of peak memory, for the same data and for ten times as much."""
    table = Table("peak memory beside the inputs as arrays", *(Column(n, justify="right") for n in ("MB", "inputs", "ratio")))
    for times in (1, 10):
        status.update(f"memory, {times} times the data")
        shards = (generated.shard(i, sentences // SENTENCES, SENTENCES) for i in range(times))
        generated.write(folder, shards, (".parquet", ".jsonl"))
        for ending in (".parquet", ".jsonl"):
            peak, inputs = measured.growth(*(folder / f"{side}{ending}" for side in ("gold", "predicted")))
            what = f"eval, ner.strict, from {ending}, {times * sentences:,} sentences"
            table.add_row(what, f"{peak / 1e6:.0f}", f"{inputs / 1e6:.0f}", f"{peak / inputs:.2f}")
    console.print(table)


def seqeval(whole: generated.Shard) -> tuple[float, float]:
    """Seconds and F1, of a sequence a sentence."""
    from seqeval.metrics import f1_score
    from seqeval.scheme import IOB2

    status.update("seqeval")
    tags = [generated.tags(whole, side) for side in (whole.gold, whole.predicted)]
    return best(lambda: f1_score(*tags, mode="strict", scheme=IOB2), 2)


def nervaluate(whole: generated.Shard, tokens: int) -> tuple[float, Any]:
    """Seconds and results, of a list for so many tokens."""
    from nervaluate import Evaluator

    status.update("nervaluate")
    spans = [generated.inclusive(whole, side, tokens) for side in (whole.gold, whole.predicted)]
    return best(lambda: Evaluator(*spans, tags=list(generated.TYPES), loader="dict").evaluate()["overall"], 2)


def stages(folder: Path) -> None:
    """Where the time goes from two files to F1, a stage after the other instead of side by side as `eval run` has them."""
    for ending in (".parquet", ".jsonl"):
        files = [folder / f"{side}{ending}" for side in ("gold", "predicted")]
        table = Table(f"ner.strict from {ending}, alone", *(Column(name, justify="right") for name in ("seconds", "share")))
        timed = measured.stages(*files)
        for name, seconds in timed.items():
            table.add_row(name, f"{seconds:.3f}", f"{seconds / sum(timed.values()):.0%}")
        console.print(table)


def bootstrap() -> None:
    """A paired bootstrap of two systems from their counts."""
    from eval.metrics.counts import Counts, totalled
    from eval.resampling import paired

    generator = np.random.default_rng(0)
    shape = 10_000, len(generated.TYPES)
    gold = generator.poisson(2, shape).astype(float)

    def system() -> Counts:
        correct = generator.binomial(gold.astype(int), 0.8).astype(float)
        by_type = np.stack([correct, correct + generator.poisson(0.5, shape), gold], axis=2)
        return Counts(generated.TYPES, by_type, totalled(*by_type.sum(axis=1).T))

    systems = [system(), system()]
    seconds, _ = best(lambda: paired([systems], 1000, 0), 5)
    console.print(f"paired bootstrap, 1,000 samples, 10,000 documents, two systems, nine types: {seconds:.2f} s")


def start_up() -> None:
    """The command on the five articles, as a process of its own."""
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as out:
        for what, arguments, times in (("eval --help", ["--help"], 5), ("eval run, the five articles", ["run", "--out", out], 3)):
            seconds, _ = best(lambda: subprocess.run([EVAL, *arguments], cwd=root, check=True, stdout=subprocess.DEVNULL), times)  # noqa: B023
            console.print(f"{what}: {seconds:.2f} s")


def scale(millions: list[int], folder: Path) -> None:
    """So many million tokens through `eval run`, as a process of its own: time, peak memory, tokens a second."""
    table = Table(
        "million tokens", "documents", "from", "metrics", *(Column(n, justify="right") for n in ("seconds", "MB", "tokens/s"))
    )
    every = {"ner.strict, --match char": ["--match", "char", "--metrics", "ner.strict"], "all": []}
    for million in millions:
        status.update(f"making up {million} million tokens")
        shards = (generated.shard(i, 1_000_000 // SENTENCES // generated.SENTENCE, SENTENCES) for i in range(million))
        generated.write(folder, shards, (".parquet", ".jsonl"), "lz4")
        for ending in (".parquet", ".jsonl"):
            for metrics, options in every.items():
                status.update(f"eval run, {million} million tokens, {ending}, {metrics}")
                files = [f"predictions:{folder / 'predicted'}{ending}", "--gold", f"{folder / 'gold'}{ending}"]
                seconds, peak = process([str(EVAL), "run", *files, *options, "--out", str(folder / "run")])
                speed = f"{million * 1e6 / seconds:,.0f}"
                table.add_row(f"{million}", f"{million * 1000:,}", ending, metrics, f"{seconds:.1f}", f"{peak / 1e6:.0f}", speed)
        table.add_section()
    console.print(table)


def process(command: list[str]) -> tuple[float, int]:
    """Seconds and peak memory, in bytes, of a process."""
    start = time.perf_counter()
    # By way of a small process, since a peak is told of a process and of what it was split off from.
    done = subprocess.run([sys.executable, "-c", _PEAK, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return time.perf_counter() - start, int(done.stdout) * 1024


_PEAK = """
import os, subprocess, sys
_, code, usage = os.wait4(subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL).pid, 0)
print(usage.ru_maxrss)
sys.exit(code and 1)
"""


def _millions(context: click.Context, parameter: click.Parameter, value: str | None) -> list[int]:
    return [int(one) for one in (value or "").split(",") if one]


@click.command(help=__doc__)
@click.option("--sentences", default=100_000, show_default=True, help="How many, for the tables beside the others.")
@click.option("--scale", "millions", metavar="N,N…", callback=_millions, help="Only the table of so many million tokens.")
def main(sentences: int, millions: list[int]) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name, status:
        if millions:
            scale(millions, Path(name))
            return
        peers(Path(name), sentences)
        bootstrap()
        start_up()


if __name__ == "__main__":
    main()
