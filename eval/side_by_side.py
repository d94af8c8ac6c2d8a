"""Runs that are compared, on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from string import ascii_uppercase
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from eval.console import plain

# The metrics whose types are shown where two runs are compared.
BY_TYPE = ("ner.strict", "relations.strict")
LEVEL_OF_TESTS = 0.05


def show(record: Mapping[str, Any], console: Console) -> None:
    """Print the runs, the F1 of each, and the differences of each pair; of two runs also those of types."""
    runs = record["runs"]
    letters = [ascii_uppercase[i % 26] * (i // 26 + 1) for i in range(len(runs))]
    console.print(_runs(runs, letters))
    every = list(runs[0]["metrics"])
    shown = [name for name in every if any(run["metrics"][name]["f1"] is not None for run in runs)] or every
    console.print(_figures(runs, letters, shown))
    pairs = list(combinations(letters, 2))
    of_pairs = iter(record["differences"])
    for pair in pairs:
        differences = [next(of_pairs) for _ in every]
        console.print(_differences(pair, [of for of in differences if of["metric"] in shown], len(pairs)))
    for difference in record["differences"] if len(pairs) == 1 else ():
        if difference["metric"] in BY_TYPE and any(any(of["f1"]) for of in difference["types"].values()):
            console.print(_types(pairs[0], difference))
    if left_out := [name for name in every if name not in shown]:
        console.print(plain(f"nothing to score on any side: {', '.join(left_out)}", "dim"), soft_wrap=True)
    if len({run["unit"] for run in runs}) > 1:
        console.print(plain("the runs differ in unit, so they are compared by document"), soft_wrap=True)
    for sentence in floors(record, len(pairs)):
        console.print(plain(sentence, "yellow"), soft_wrap=True)


def _runs(runs: Sequence[Mapping[str, str]], letters: Sequence[str]) -> Table:
    table = Table("", "run", "extractor", "protocol", "predictions")
    for letter, run in zip(letters, runs, strict=True):
        table.add_row(letter, *(plain(run[key]) for key in ("run", "extractor", "protocol", "predictions")))
    return table


def _figures(runs: Sequence[Mapping[str, Any]], letters: Sequence[str], metrics: Sequence[str]) -> Table:
    table = Table(Column("F1 (95% interval)", no_wrap=True))
    for letter in letters:
        table.add_column(letter, justify="right")
    for name in metrics:
        figures = [run["metrics"][name] for run in runs]
        bounds = [f" ({interval(of['interval'], '.3f')})" if of["interval"] else "" for of in figures]
        table.add_row(plain(name), *(figure(of["f1"], ".3f") + bound for of, bound in zip(figures, bounds, strict=True)))
    return table


def _differences(pair: tuple[str, str], differences: Sequence[Mapping[str, Any]], pairs: int) -> Table:
    corrected = ["p (Holm)"] if pairs > 1 else []
    table = _table(pair, ["p", *corrected, "p_min"])
    for of in differences:
        tests = [chance(of[key]) for key in ("p", *(["p_holm"] if corrected else []), "p_min")]
        table.add_row(plain(of["metric"]), *_row(of), *tests)
    return table


def _types(pair: tuple[str, str], difference: Mapping[str, Any]) -> Table:
    table = _table(pair, [], difference["metric"])
    for type, of in difference["types"].items():
        table.add_row(plain(type), *_row(of))
    return table


def _table(pair: tuple[str, str], more: Sequence[str], first: str = "metric") -> Table:
    a, b = pair
    table = Table(Column(first, no_wrap=True))
    for column in (a, b, f"{b} − {a}", "95% interval", *more):
        table.add_column(column, justify="right")
    return table


def _row(difference: Mapping[str, Any]) -> list[str]:
    f1 = [figure(one, ".3f") for one in difference["f1"]]
    return [*f1, figure(difference["delta"], "+.3f"), interval(difference["interval"], "+.3f")]


def floors(record: Mapping[str, Any], pairs: int) -> list[str]:
    """Where no difference, however great, could reach the level of tests."""
    sentences = []
    for units, unit, least in dict.fromkeys((of["units"], of["unit"], of["p_min"]) for of in record["differences"]):
        if least is None or min(1, pairs * least) <= LEVEL_OF_TESTS:
            continue
        few = f"{units} {unit}{'s' * (units != 1)}" if 2.0 ** (1 - units) == least else f"{record['samples']} samples"
        corrected = f", nor after Holm's correction over {pairs} pairs below {chance(min(1, pairs * least))}" if pairs > 1 else ""
        sentences.append(
            f"with {few} p is never below {chance(least)}{corrected}: no difference can reach {LEVEL_OF_TESTS}, however great"
        )
    return sentences


def figure(value: float | None, form: str) -> str:
    """A figure in a format of Python's; – for null."""
    return "–" if value is None else f"{value:{form}}"


def interval(bounds: Sequence[float] | None, form: str) -> str:
    """From bound to bound; nothing for none."""
    return " to ".join(figure(bound, form) for bound in bounds or ())


def chance(value: float | None) -> str:
    """A p; nothing for null."""
    return "" if value is None else f"{value:.4f}" if value >= 0.0001 else "< 0.0001"
