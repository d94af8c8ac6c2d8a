"""How often intervals hold the true figure, and how often the test finds a difference, in documents made at random.

A document has about fifty mentions in the gold. Two systems find a share of them that differs from document to document, and a
little from system to system, and some mentions that are not there. Prints a table.
"""

import sys
from collections.abc import Iterator

import numpy as np
from rich.console import Console
from rich.progress import track

from eval.metrics.counts import Counts, Numbers, f1, totalled
from eval.resampling import paired, percentiles
from eval.significance import p_min, p_values

DOCUMENTS = (5, 10, 20, 50, 100)
BETTER = 0.04  # what the second system finds more, where there is a difference
SAMPLES = 999
TOGETHER = 50  # trials that share what is drawn

Pair = tuple[Numbers, Numbers]
ROWS = (
    "the 95% interval of an F1 holds the true F1",
    "the 95% interval of a difference holds the true one",
    "p ≤ 0.05 where there is no difference",
    "p ≤ 0.05 where there is one",
)


def systems(generator: np.random.Generator, documents: int, better: float) -> Pair:
    """The totals of two systems over some documents, shape (documents, 1, 4); the second finds `better` more of the mentions."""
    gold = 1 + generator.poisson(generator.gamma(4, 12.5, documents))
    easy = generator.normal(0.7, 0.08, documents)
    sides = []
    for more in (0, better):
        correct = generator.binomial(gold, np.clip(easy + more + generator.normal(0, 0.05, documents), 0, 1))
        sides.append(totalled(correct, correct + generator.poisson(0.2 * gold), gold))
    return sides[0], sides[1]


def shares(documents: int, trials: int) -> list[float]:
    """Of so many trials (whole groups of TOGETHER), the share in which each of ROWS is so."""
    # The true figures are those of very many documents.
    a, b = (float(f1(side.sum(axis=0))) for side in systems(np.random.default_rng(0), 200_000, BETTER))
    found: list[tuple[bool, ...]] = []
    for group in range(trials // TOGETHER):
        generator = np.random.default_rng([documents, group])
        none, one = ([systems(generator, documents, better) for _ in range(TOGETHER)] for better in (0, BETTER))
        resampled = (total for total, _ in paired([[_counts(side) for side in pair] for pair in one], SAMPLES, group))
        tests = (p_values(pairs, SAMPLES, group) for pairs in (none, one))
        found += [
            (_holds(total[:, 0], a), _holds(total[:, 1] - total[:, 0], b - a), *(p is not None and p <= 0.05 for p in both))
            for total, *both in zip(resampled, *tests, strict=True)
        ]
    return [sum(flags) / len(flags) for flags in zip(*found, strict=True)]


def lines(trials: int) -> Iterator[str]:
    """The table: a column for each number of documents."""
    columns = [shares(documents, trials) for documents in track(DOCUMENTS, "trials", console=Console(stderr=True))]
    yield f"{'documents':52}" + "".join(f"{documents:8}" for documents in DOCUMENTS)
    for says, row in zip(ROWS, zip(*columns, strict=True), strict=True):
        yield f"{says:52}" + "".join(f"{share:8.3f}" for share in row)
    yield f"{'the least p (p_min)':52}" + "".join(f"{p_min(documents, SAMPLES):8.4f}" for documents in DOCUMENTS)


def _counts(total: Numbers) -> Counts:
    return Counts((), np.zeros((len(total), 0, 3)), total)


def _holds(resampled: Numbers, true: float) -> bool:
    low, high = percentiles(resampled) or (np.nan, np.nan)
    return low <= true <= high


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]) if sys.argv[1:] else 1000):
        print(line)
