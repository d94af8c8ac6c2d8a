"""The page of two runs on the same gold: how far they differ, and what one gets and the other misses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import atomic, side_by_side
from eval.compare import compare
from eval.pages import differences, links, picked, runs, scored
from eval.pages.article import SCRIPTS, STYLES, Legend, Marked
from eval.pages.contrast import (
    CLASSES,
    ITEMS,
    MEANINGS,
    NEITHER,
    OF_A,
    OF_B,
    OF_GOLD,
    ONLY_A,
    ONLY_B,
    SHARED,
    SIDES,
    WRONG,
    Counted,
    counted,
    marked,
)
from eval.pages.examples import examples
from eval.pages.page import render
from eval.pages.picked import BYTES, MANY, Picks, Shown
from eval.progress import Progress, silent
from eval.saved import load
from eval.settings import Settings

# As many as eval compare draws unless it is told otherwise, so that both say the same.
SAMPLES, SEED = 10_000, 0
# So many articles are named as those in which the runs differ most.
NAMED = 10


@dataclass(frozen=True)
class Article(picked.Article):
    """With all three sides, and F1 of A and of B by metric."""

    sides: tuple[Marked, Marked, Marked]
    f1: Mapping[str, runs.Pair]

    @property
    def errors(self) -> tuple[int, int]:
        """Of A and of B: mentions and relations that are missed, and that are wrong."""
        gold, *predicted = (Counter(verdict.name for verdict in (*side.mentions, *side.relations)) for side in self.sides)
        of_a, of_b = (side[SHARED] + side[alone] for side, alone in zip(predicted, (OF_A, OF_B), strict=True))
        return gold[NEITHER] + gold[ONLY_B] + of_a, gold[NEITHER] + gold[ONLY_A] + of_b


def write(
    a: str,
    b: str,
    out: Path,
    gold: Path | None = None,
    progress: Progress = silent,
    *,
    many: int = MANY,
    room: int = BYTES,
) -> Shown:
    """Write the page of two runs, named by their folders, to `out`; `gold` is where the gold stands, if not where A says.

    Raises BadInput for runs that cannot be compared, and for a gold that is not theirs.
    """
    progress("resampling")
    record = compare([a, b], None, SAMPLES, SEED)
    both = load(a), load(b)
    gold, settings = gold or scored.gold_of(both[0]), scored.settings_of(both[0])
    figures = runs.Figures(both, [of["metric"] for of in record["differences"] if of["unit"] != "set"])
    counts, picks = Counted(), [Picks(figures.differences(), many, room) for _ in both]
    for own, of_a, of_b in runs.beside(*both, gold):
        counts += counted(own, of_a, of_b, settings)
        picks[0].add(own, of_a)
        picks[1].add(own, of_b)
        progress(f"reading {gold}", picks[0].documents, len(figures) or None)
    progress("drawing up the comparison")
    legend = Legend(SIDES, CLASSES, CLASSES)
    found = picked.held(_articles(picks, settings, figures, legend), legend, room, gold)
    shown = Shown(len(found), picks[0].documents, "those in which the runs differ most")
    atomic.write(out, _page(record, counts, found, legend, shown).encode())
    return shown


def names(paths: Sequence[str]) -> list[str]:
    """Short names of runs: those of their folders; the paths as they were given where these are the same."""
    short = [Path(path).name or path for path in paths]
    return short if len({*short}) == len({*paths}) else [*paths]


def _articles(picks: Sequence[Picks], settings: Settings, figures: runs.Figures, legend: Legend) -> Iterator[Article]:
    """The articles, those in which the runs differ most first. Both have picked the same."""
    of_a, of_b = (of_run.kept for of_run in picks)
    gold, a, b = [one.gold for one in of_a], [one.predicted for one in of_a], [one.predicted for one in of_b]
    for pick, sides in zip(of_a, marked(gold, a, b, settings), strict=True):
        yield Article(pick, legend.island(sides), sides, figures.f1(pick.gold.doc_id))


def _page(record: Mapping[str, Any], counts: Counted, found: Sequence[Article], legend: Legend, shown: Shown) -> str:
    strict = [of for of in record["differences"] if of["metric"] in ITEMS.values()]
    tables = {item: _table(item, counts) for item in ITEMS}
    has = "the table has the figures"
    return render(
        "comparison.html",
        ["page.css", *STYLES, "comparison.css"],
        SCRIPTS,
        record=record,
        names=names([run["run"] for run in record["runs"]]),
        strict=strict,
        floors=side_by_side.floors(record, 1),
        plot=differences.of_figures(
            {of["metric"]: of for of in record["differences"]}, f"The difference in F1 of each metric with its interval; {has}"
        ),
        plots={
            of["metric"]: differences.of_figures(
                of["types"], f"The difference in F1 of {of['metric']} for each type with its interval; {has}"
            )
            for of in strict
        },
        tables=tables,
        bars={
            item: differences.of_classes(table, f"How many {item} both runs get, one alone, or neither, by type; {has}")
            for item, table in tables.items()
        },
        items=ITEMS,
        examples=examples((one.sides[0] for one in found), (ONLY_A, ONLY_B)),
        classes={"gold": OF_GOLD, "wrong": WRONG, "only": (ONLY_A, ONLY_B)},
        meanings=MEANINGS,
        articles=found,
        greatest=sorted(found, key=lambda one: -abs(one.errors[1] - one.errors[0]))[:NAMED],
        shown=shown,
        legend=legend.record(hints=dict.fromkeys(ITEMS, MEANINGS)),
        figure=figure,
        interval=interval,
        chance=side_by_side.chance,
        filtered=links.filtered,
    )


def _table(item: str, counts: Counted) -> dict[str, Counter[str]]:
    """How many of each class there are, by type, the most frequent first."""
    table: dict[str, Counter[str]] = {}
    for (of_item, side, type, name), many in counts.items():
        # What is right is counted in the gold, and a shared error in A.
        if of_item == item and (side == "gold" or name in WRONG) and (side, name) != ("B", SHARED):
            table.setdefault(type, Counter())[name] += many
    return dict(sorted(table.items(), key=lambda row: (-sum(row[1][name] for name in OF_GOLD), row[0])))


def figure(value: float | None, form: str = ".3f") -> str:
    """A figure with the sign that is written, – for null."""
    return side_by_side.figure(value, form).replace("-", "−")


def interval(bounds: Sequence[float] | None, form: str = ".3f") -> str:
    """From bound to bound; nothing for none."""
    return side_by_side.interval(bounds, form).replace("-", "−")
