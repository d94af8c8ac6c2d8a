"""A run on the terminal, and as a folder on disk."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Column, Table

from eval import formats, unit_counts
from eval.console import plain
from eval.document import BadInput
from eval.run import Result

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


def folder(out: Path | None, name: str, signature: str) -> Path:
    """The run's folder: `out`, or `runs/<extractor>-<digest of the signature>`.

    Raises BadInput where files of the same name stand that no run of ours has made.
    """
    if out is None:
        readable = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60]
        out = Path("runs") / f"{readable}-{hashlib.sha256(signature.encode()).hexdigest()[:8]}"
    check_folder(out)
    return out


def check_folder(out: Path) -> None:
    """Raise BadInput if `out` is no place for a run, or holds a file that a run would overwrite and that no run made."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"--out {out}: a file, not a folder")
    standing = [file for file in FILES if os.path.lexists(out / file)]
    if standing and not _is_run(out):
        raise BadInput(f"--out {out}: {standing[0]} stands there and is not from a run; move it, or name another folder")


def save(result: Result, out: Path) -> None:
    """Write the run's files into `out`. Each is written beside its place and renamed, so that none is ever half there."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as name:
        new = Path(name)
        # Without the texts: whoever scores them has these, and they may not be ours to hand on.
        bare = (replace(document, text=None, date=None, fold=None) for document in result.predictions)
        formats.write(new / FILES[0], bare)
        (new / FILES[1]).write_bytes(orjson.dumps(result.scores, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        unit_counts.write(new / FILES[2], result.counts)
        out.mkdir(exist_ok=True)
        for file in FILES:
            os.replace(new / file, out / file)


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
