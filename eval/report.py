"""A run on the terminal, and as a folder on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from rich.console import Console
from rich.table import Column, Table

from eval import unit_counts
from eval.console import plain
from eval.document import BadInput
from eval.run import Run

FILES = ("predictions.jsonl", "scores.json", "counts.parquet")


def show(scores: Mapping[str, Any], console: Console) -> None:
    """Print a line a metric, and for the first metric of `ner` and of `relations` a line a type.

    Families (`ner`, `relations`, …) in which neither side has anything to score are named alone.
    """
    families: dict[str, dict[str, Any]] = {}
    for name, figures in scores["metrics"].items():
        families.setdefault(name.partition(".")[0], {})[name] = figures
    scored = {name: family for name, family in families.items() if any(figures["f1"] is not None for figures in family.values())}
    shown = scored or families
    table = Table(Column("metric", no_wrap=True))
    for column in ("precision", "recall", "F1", "95% interval"):
        table.add_column(column, justify="right")
    for family in shown.values():
        table.add_section()
        for name, figures in family.items():
            interval = " to ".join(_figure(bound) for bound in figures["interval"] or ())
            table.add_row(plain(name), *(_figure(figures[key]) for key in ("precision", "recall", "f1")), interval)
    console.print(table)
    if len(shown) < len(families):
        left_out = (name for name in families if name not in shown)
        console.print(plain(f"nothing to score on either side: {', '.join(left_out)}", "dim"), soft_wrap=True)
    for family in (shown[name] for name in ("ner", "relations") if name in shown):
        name, figures = next(iter(family.items()))
        if figures["types"]:
            console.print(_by_type(name, figures))
    for warning in scores["warnings"]:
        console.print(plain(f"warning: {warning}", "yellow"), soft_wrap=True)
    console.print(plain(scores["signature"], "dim"), soft_wrap=True)


def check_folder(out: Path) -> None:
    """Raise BadInput if `out` is no place for a run, or holds a file that a run would overwrite and that no run made."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"--out {out}: a file, not a folder")
    standing = [file for file in FILES if os.path.lexists(out / file)]
    if standing and not _is_run(out):
        raise BadInput(f"--out {out}: {standing[0]} stands there and is not from a run; move it, or name another folder")


def save(run: Run, out: Path | None) -> tuple[dict[str, Any], Path]:
    """Take all batches of a run and write its files into `out` (None: `runs/<extractor>-<digest of the signature>`).

    Returns what scores.json holds, and the folder. Each file is written beside its place and renamed, so that none is ever half
    there. Raises BadInput where files of the same name stand that no run of ours has made.
    """
    parent = out.parent if out else Path("runs")
    made = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=parent, prefix=f".{out.name if out else 'run'}-") as name:
            new = Path(name)
            with (new / FILES[0]).open("wb") as file:
                unit_counts.write(new / FILES[2], _kept(run, file))
            scores = run.scores()
            (new / FILES[1]).write_bytes(orjson.dumps(scores, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            out = out or parent / _name(run.name, scores["signature"])
            check_folder(out)
            out.mkdir(exist_ok=True)
            for written in FILES:
                os.replace(new / written, out / written)
    except BaseException:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    return scores, out


def _kept(run: Run, predictions: BinaryIO) -> Iterator[unit_counts.Batch]:
    for batch in run.batches():
        predictions.writelines(batch.predictions)
        yield batch.counts


def _name(extractor: str, signature: str) -> str:
    readable = re.sub(r"[^\w.-]+", "-", extractor).strip("-.")[:60]
    return f"{readable}-{hashlib.sha256(signature.encode()).hexdigest()[:8]}"


def _is_run(out: Path) -> bool:
    try:
        scores = orjson.loads((out / FILES[1]).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(scores, dict) and {"signature", "metrics", "documents", "warnings"} <= set(scores)


def _by_type(name: str, figures: Mapping[str, Any]) -> Table:
    table = Table(name)
    for column in ("precision", "recall", "F1", "correct", "predicted", "gold"):
        table.add_column(column, justify="right")
    for type, score in figures["types"].items():
        table.add_row(plain(type), *_row(score))
    table.add_section()
    table.add_row("micro", *_row(figures), style="bold")
    table.add_row("macro", "", "", _figure(figures["macro_f1"]))
    return table


def _row(score: Mapping[str, Any]) -> list[str]:
    return [
        *(_figure(score[key]) for key in ("precision", "recall", "f1")),
        *(str(score[key]) for key in ("correct", "predicted", "gold")),
    ]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
