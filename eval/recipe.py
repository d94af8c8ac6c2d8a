"""How a run is made, as `settings.json` in its folder says: two runs with the same recipe can be one, others are not mixed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from eval import __version__, formats
from eval.document import BadInput
from eval.run import BaseRun

NAME = "settings.json"
# In settings.json too: how many documents were predicted before `sources` changed; not there if none.
EARLIER = "predicted before sources changed"
# Where the gold stood, an absolute path; "" for documents in memory. Whoever moves it makes no other run.
PLACE = "gold at"
Recipe = Mapping[str, Any]


def of(run: BaseRun) -> Recipe:
    """The recipe of a run: versions, extractor, gold and options. `sources` is another when the extractor's code or files are."""
    settings = run.settings
    return {
        "wafd": __version__,
        "engine": run.engine,
        "extractor": run.name,
        "options": run.options,
        "protocol": run.protocol,
        "gold": run.survey.digest,
        PLACE: str(formats.rooted(run.gold)) if run.gold else "",
        "train": run.train.digest if settings.train else "",
        "match": settings.match,
        "nested": settings.nested,
        "metrics": sorted(settings.metrics or ["all"]),
        "unit": settings.unit,
        "samples": settings.samples,
        "seed": settings.seed,
        "sources": _sources(run.name, run.options.values()),
    }


def read(folder: Path) -> Recipe | None:
    """The recipe of the run in a folder; None where there is no run."""
    try:
        found = orjson.loads((folder / NAME).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return found if isinstance(found, dict) and {"wafd", "extractor", "gold"} <= set(found) else None


def write(folder: Path, recipe: Recipe) -> None:
    """Write it into a folder, which no other run does at the same time. What a kill leaves, the next time overwrites."""
    new = folder / f".{NAME}.new"
    new.write_bytes(orjson.dumps(recipe, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    os.replace(new, folder / NAME)


def differences(standing: Recipe, own: Recipe) -> list[str]:
    """What two recipes differ in, `sources` and the gold's place apart, and what is None in the second."""
    apart = "sources", PLACE
    return [key for key, value in own.items() if key not in apart and value not in (None, standing.get(key, ""))]


def refuse_other(folder: Path, standing: Recipe, own: Recipe) -> None:
    """Raise BadInput unless the run that stands in a folder was made by the same recipe.

    A run of predictions in a file may always be made anew: nothing is in it that is not in that file.
    """
    keys = differences(standing, own)
    if keys and not str(standing["extractor"]).startswith("predictions:"):
        differ = "; ".join(f"{key} {_words(standing.get(key))}, now {_words(own.get(key))}" for key in keys)
        raise BadInput(f"{folder}: a run with other settings is there ({differ}); move it away, or name another with --out")


def _words(value: Any) -> str:
    if isinstance(value, dict):
        value = [f"{name}={one}" for name, one in value.items()]
    words = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return (words[:12] if len(words) == 64 else words) or "none"


def _sources(name: str, options: Iterable[str]) -> str:
    """A digest of the names, sizes and times of the files that an extractor is made of.

    They are a user's module, and the files that its name and options point to; of a folder after the colon, all that is in it.
    """
    head, _, argument = name.partition(":")
    spec = importlib.util.find_spec(head) if argument and importlib.util.find_spec(head.partition(".")[0]) else None
    folder = Path(argument) if argument else Path()
    inside = folder.rglob("*") if argument and folder.is_dir() else ()
    files = {*inside, *(Path(one) for one in (argument, spec and spec.origin, *options) if one)}
    found = sorted(file for file in files if file.is_file())
    states = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in found]
    return hashlib.sha256(orjson.dumps(states)).hexdigest()[:12] if states else ""
