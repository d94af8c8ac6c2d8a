"""The record of the annotating on the terminal, in 100 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from eval.console import isolated, plain

Record = Mapping[str, Any]

_CHECKS = 5  # so many of those that fail are shown of each annotator


def show(found: Record, console: Console) -> None:
    """What there is: who has done what, the pace, the checks that fail, and the agreement of each two."""
    annotators = found["annotators"]
    console.print(plain(f"{found['url']}: {found['articles']:,} article(s), {len(annotators)} annotator(s)"), soft_wrap=True)
    for words in found["left_out"]:
        console.print(plain(f"not checked, not compared: {words}"), soft_wrap=True)
    if not annotators:
        console.print("nobody has annotated anything yet")
        return
    console.print(_work(annotators))
    if any(one["annotated"] for one in annotators):
        console.print(_pace(annotators))
        words = "Pace is by lead_time, the seconds that an article was open in the page: the work took no longer."
        console.print(f"{words}\nArticles that were brought by a push have none. Median: minutes of an article.", style="dim")
    if any(one["problems"] for one in annotators):
        console.print(_problems(annotators))
        console.print("annotate pull --annotator EMAIL --out FILE, then annotate check FILE lists each.", style="dim")
    _show_agreement(found["agreement"], [one["email"] for one in annotators], console)


def _work(annotators: Sequence[Record]) -> Table:
    keys = ("annotated", "skipped", "drafts", "left", "mentions", "relations")
    table = _table("articles", "done", *keys[1:])
    for number, one in enumerate(annotators, 1):
        table.add_row(plain(f"{number} {one['email']}"), *(f"{one[key]:,}" for key in keys))
    return table


def _pace(annotators: Sequence[Record]) -> Table:
    table = _table("pace", "first day", "last day", "timed", "hours", "articles/h", "mentions/h", "relations/h", "median")
    table.columns[0].no_wrap = True
    keys = ("hours", "articles_per_hour", "mentions_per_hour", "relations_per_hour", "median_minutes")
    for number, one in enumerate(annotators, 1):
        days = _day(one["first"]), _day(one["last"])
        table.add_row(str(number), *days, f"{one['timed']:,}", *(_pace_figure(one[key]) for key in keys))
    return table


def _problems(annotators: Sequence[Record]) -> Table:
    table = _table("checks that fail", "times")
    table.expand = True  # so that the example has what is left of the line
    table.add_column("for example", ratio=1, no_wrap=True)
    for number, one in enumerate(annotators, 1):
        for problem in one["problems"][:_CHECKS]:
            example = problem["example"]
            shown = plain(isolated(f"{example['doc_id']}: {example['message']}"))
            table.add_row(f"{number} {problem['code']}", f"{problem['times']:,}", shown)
        if more := one["problems"][_CHECKS:]:
            table.add_row(f"{number} {len(more)} more", f"{sum(problem['times'] for problem in more):,}", "")
        table.add_section()
    return table


def _show_agreement(pairs: Sequence[Record], emails: Sequence[str], console: Console) -> None:
    """Pairs beside each other, by the annotators' numbers, a row a type."""
    widest = max((len(_cells(pair["mentions"])[1]) for pair in pairs), default=0)
    beside = max(1, (console.width - 17) // (max(widest, 10) + 12))
    for start in range(0, len(pairs), beside):
        some = pairs[start : start + beside]
        numbers = [[emails.index(pair[side]) + 1 for side in ("first", "second")] for pair in some]
        table = _table("agreement", *(name for one, other in numbers for name in (f"F1 {one}–{other}", f"both/{one}/{other}")))
        table.add_row("documents", *(cell for pair in some for cell in ("", f"{pair['documents']:,}")))
        for name in sorted({name for pair in some for name in pair["mentions"]["types"]}):
            table.add_row(plain(f"  {name}"), *(cell for pair in some for cell in _cells(pair["mentions"]["types"].get(name))))
        for family in ("mentions", "relations", "clusters"):
            table.add_row(family, *(cell for pair in some for cell in _cells(pair[family])))
        console.print(table)
    faults = {(fault["annotator"], fault["doc_id"]): fault["code"] for pair in pairs for fault in pair["left_out"]}
    for (email, code), times in sorted(Counter((email, code) for (email, _), code in faults.items()).items()):
        console.print(plain(f"not compared: {times:,} article(s) of {email}, for {code}"), soft_wrap=True)


def _table(first: str, *others: str) -> Table:
    """Of numbers; where a line is too long for the terminal, what stands first is folded."""
    table = Table(Column(first, overflow="fold"), box=SIMPLE_HEAD)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _cells(figure: Record | None) -> tuple[str, str]:
    """F1, and how many are agreed and each has; nothing of what neither has, and of clusters no counts."""
    if figure is None:
        return "–", ""
    counts = "/".join(f"{figure[key]:,}" for key in ("agreed", "first", "second")) if "agreed" in figure else ""
    return "–" if figure["f1"] is None else f"{figure['f1']:.3f}", counts


def _pace_figure(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _day(time: str | None) -> str:
    """The day of a time, as it is where this is read."""
    return "–" if time is None else f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d}"
