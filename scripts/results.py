"""The results table: the extractors that learn from the gold, each article predicted from what the others teach.

uv run --extra crf --extra spacy python scripts/results.py
"""

import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from eval import folder
from eval.compare import compare
from eval.run import Run
from eval.settings import Settings

EXTRACTORS = ("lexicon", "crf", "spacy-train")
METRICS = ("ner.strict", "ner.exact", "ner.bio", "relations.strict", "relations.entity", "clusters.conll", "clusters.cross.conll")
SAMPLES = 10_000


def main() -> None:
    """Print the tables, and the signatures of the runs."""
    status = Console(stderr=True).status("training")
    with tempfile.TemporaryDirectory() as place, status, ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        list(pool.map(partial(scored, place), reversed(EXTRACTORS)))  # the longest first
        status.update("resampling")
        record = compare([str(Path(place, name)) for name in EXTRACTORS], METRICS, SAMPLES, seed=0)
    runs = dict(zip(EXTRACTORS, record["runs"], strict=True))
    figures = Table(Column("F1 (95% interval)", no_wrap=True), *(Column(name, justify="right") for name in EXTRACTORS))
    for metric in METRICS:
        found = [run["metrics"][metric] for run in runs.values()]
        figures.add_row(metric, *(f"{of['f1']:.3f}{_interval(of['interval'], '.3f')}" for of in found))
    pairs = list(combinations(EXTRACTORS, 2))
    headings = [f"{later} − {earlier}" for earlier, later in pairs]
    differences = Table(Column("difference", no_wrap=True), *(Column(heading, justify="right") for heading in headings))
    deltas = {(one["metric"], one["a"], one["b"]): one for one in record["differences"]}
    for metric in METRICS:
        found = [deltas[metric, runs[earlier]["run"], runs[later]["run"]] for earlier, later in pairs]
        differences.add_row(metric, *(f"{of['delta']:+.3f}{_interval(of['interval'], '+.3f')}" for of in found))
    console = Console(width=130, highlight=False)
    console.print(figures)
    console.print(differences)
    floor = max(one["p_min"] for one in record["differences"] if one["p_min"] is not None)
    console.print(f"over so few documents p is never below {floor:g}, so that no difference here can be significant at 0.05")
    for run in runs.values():
        console.print(run["signature"], soft_wrap=True)


def scored(place: str, name: str) -> None:
    """Score an extractor, in a process of its own."""
    folder.save(Run(Path("data"), name, Settings(metrics=METRICS)), Path(place, name))


def _interval(bounds: list[float] | None, form: str) -> str:
    return f" ({bounds[0]:{form}} to {bounds[1]:{form}})" if bounds else ""


if __name__ == "__main__":
    main()
