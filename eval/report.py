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

from eval import formats
from eval.console import plain
from eval.document import BadInput
from eval.run import Result

FILES = ("predictions.jsonl", "scores.json")


def show(scores: Mapping[str, Any], console: Console) -> None:
    """Print a line a metric, and for the first metric of each family (`ner`, `relations`, …) a line a type."""
    metrics = scores["metrics"]
    metrics, empty = _with_anything(metrics)
    table = Table(Column("metric", no_wrap=True))
    for column in ("precision", "recall", "F1", "95% interval"):
        table.add_column(column, justify="right")
    families: dict[str, str] = {}
    for name, figures in metrics.items():
        family = name.partition(".")[0]
        if family not in families:
            table.add_section()
        families.setdefault(family, name)
        interval = " to ".join(_figure(bound) for bound in figures["interval"] or ())
        table.add_row(plain(name), *(_figure(figures[key]) for key in ("precision", "recall", "f1")), interval)
    console.print(table)
    if empty:
        console.print(plain(f"nothing to score on either side: {', '.join(empty)}", "dim"), soft_wrap=True)
    families.pop("attributes", None)  # none of them is the first among others
    for name in families.values():
        if not (types := metrics[name]["types"]):
            continue
        table = _table(name)
        for type, score in types.items():
            table.add_row(plain(type), *_row(score))
        table.add_section()
        table.add_row("micro", *_row(metrics[name]), style="bold")
        table.add_row("macro", "", "", _figure(metrics[name]["macro_f1"]))
        console.print(table)
    for warning in scores["warnings"]:
        console.print(plain(f"warning: {warning}", "yellow"), soft_wrap=True)
    console.print(plain(scores["signature"], "dim"), soft_wrap=True)


def _with_anything(metrics: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    """The metrics of families that have a figure (all, if none has), and the names of the other families."""
    families: dict[str, bool] = {}
    for name, figures in metrics.items():
        family = name.partition(".")[0]
        families[family] = families.get(family, False) or figures["f1"] is not None
    if not any(families.values()):
        return metrics, []
    kept = {name: figures for name, figures in metrics.items() if families[name.partition(".")[0]]}
    return kept, [family for family, has in families.items() if not has]


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
        out.mkdir(exist_ok=True)
        for file in FILES:
            os.replace(new / file, out / file)


def _is_run(out: Path) -> bool:
    try:
        scores = orjson.loads((out / FILES[1]).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(scores, dict) and {"signature", "metrics", "documents", "warnings"} <= set(scores)


def _table(first: str) -> Table:
    table = Table(first)
    for column in ("precision", "recall", "F1", "correct", "predicted", "gold"):
        table.add_column(column, justify="right")
    return table


def _row(score: Mapping[str, Any]) -> list[str]:
    return [
        *(_figure(score[key]) for key in ("precision", "recall", "f1")),
        *(str(score[key]) for key in ("correct", "predicted", "gold")),
    ]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
