"""A run's folder: what is kept of a run while it goes on, and what it leaves when it is done.

`settings.json` says how the run is made. `predictions.jsonl` grows by a line a document, or `shards` by a file a shard. In the
end the first has all, in the gold's order. `counts.parquet` and `scores.json` come last: a folder with scores.json is done. Its
`report.html`, and other pages that say `report` in their names, are made of these: they go when the run is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from eval import recipe, unit_counts
from eval.console import Stopped
from eval.document import BadInput
from eval.pages.ours import is_ours
from eval.run import JOURNAL, SHARDS, BaseKept, BaseRun
from eval.scoring import written

PREDICTIONS, COUNTS, SCORES = JOURNAL, "counts.parquet", "scores.json"
REPORT, REPORTS = "report.html", "report-against-*.html"
FILES = (recipe.NAME, PREDICTIONS, COUNTS, SCORES)
UNFINISHED = "unfinished"
LOCK = ".run.lock"


def check(out: Path) -> None:
    """Raise BadInput if `out` is no place for a run, or holds a file that a run would overwrite and that no run made."""
    if out.exists() and not out.is_dir():
        raise BadInput(f"--out {out}: a file, not a folder")
    standing = [file for file in (*FILES, REPORT, SHARDS) if os.path.lexists(out / file)]
    if standing and recipe.read(out) is None:
        raise BadInput(f"--out {out}: {standing[0]} stands there and is not from a run; move it, or name another folder")
    if os.path.lexists(out / REPORT) and not is_ours(out / REPORT):
        raise BadInput(f"--out {out}: {REPORT} stands there and is no page of ours; move it, or name another folder")


def save(run: BaseRun, out: Path | None, tell: Callable[[str], object] = lambda message: None) -> tuple[dict[str, Any], Path]:
    """Make a run in the folder `out` (None: `runs/<extractor>-<digest of the signature>`), or go on where it was stopped.

    Returns what scores.json holds, and the folder. Until it is done, a run without `out` is kept beside its place, in a folder
    that ends in `.unfinished`; one that is to stand where another is done, in a folder `unfinished` in it, so that the same disk
    has both. `tell` is told where a run goes on.

    Raises BadInput where a run with other settings stands, or another is at work, or files of the same names that are no run's;
    and Stopped, saying how to go on, when the user stops it.
    """
    own = recipe.of(run)
    place = out or Path("runs", f"{_name(run.name, repr({**own, 'sources': '', recipe.PLACE: ''}))}.{UNFINISHED}")
    check(place)
    if out and (place / SCORES).exists():
        recipe.refuse_other(place, recipe.read(place) or {}, {**own, "gold": None, "engine": None})
        place = out / UNFINISHED
        check(place)
    with _held(place, passing=place != out):
        scores = _made(run, place, own, tell)
        done = out or place.with_name(_name(run.name, scores["signature"]))
        if done != place:
            check(done)
            _move(place, done)
    return scores, done


@contextmanager
def _held(place: Path, *, passing: bool) -> Iterator[None]:
    """Make the folder, and let no other run into it. If it is empty in the end, it goes again, unless it is a user's own."""
    made = [folder for folder in (place, *place.parents) if not folder.exists()]
    place.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BadInput(f"{place}: another eval run is at work there; wait for it, or name another folder with --out") from None
    try:
        yield
    finally:
        (place / LOCK).unlink(missing_ok=True)
        lock.release()
        for folder in made or [place] * passing:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _made(run: BaseRun, place: Path, own: recipe.Recipe, tell: Callable[[str], object]) -> dict[str, Any]:
    """Predict what is not predicted yet, and score all."""
    standing = recipe.read(place) or own
    recipe.refuse_other(place, standing, own)
    if recipe.differences(standing, own):  # predictions in a file, which may be scored in another way
        _clear(place)
        standing = own
    if not (place / recipe.NAME).exists():
        recipe.write(place, own)
    kept = run.kept(place)
    with _going_on(place, kept, run.survey.documents):
        already, warnings = len(kept), list[str]()
        if already:
            tell(f"going on after {already} of {run.survey.documents} documents, kept in {place}")
        if standing.get("sources") != own["sources"]:
            standing = {**own, recipe.EARLIER: already} if already else own
            recipe.write(place, standing)
        elif standing.get(recipe.PLACE) != own[recipe.PLACE]:
            standing = {**standing, recipe.PLACE: own[recipe.PLACE]}
            recipe.write(place, standing)
        if earlier := standing.get(recipe.EARLIER):
            warnings = [f"{earlier} document(s) were predicted before the extractor's code or files were changed"]
        scores = _scored(run, kept, place, warnings)
    _clear_shards(place)
    return scores


@contextmanager
def _going_on(place: Path, kept: BaseKept, documents: int) -> Iterator[None]:
    """Where the block ends early, say what is kept and how to go on; where nothing is, leave nothing."""
    try:
        yield
    except (KeyboardInterrupt, BadInput, OSError) as error:
        why = "stopped" if isinstance(error, KeyboardInterrupt) else str(error)
        done = f"{len(kept)} of {documents} documents are kept in {place}; the same command goes on after them"
        raised = Stopped if isinstance(error, KeyboardInterrupt) else BadInput
        raise raised(f"{why}; {done}" if len(kept) else why) from error
    finally:
        if not len(kept) and not (place / SCORES).exists():
            _clear(place)


def _scored(run: BaseRun, kept: BaseKept, place: Path, warnings: list[str]) -> dict[str, Any]:
    """Predict and score, and put the files into their place one by one, scores.json last."""
    new = {name: place / f".{name}.new" for name in (COUNTS, PREDICTIONS, SCORES)}
    try:
        with new[PREDICTIONS].open("wb") as file:
            unit_counts.write(new[COUNTS], written(kept.scored(), file))
        scores = run.scores()
        remarks = kept.remarks.warnings(run.name, f"kept in {PREDICTIONS}")
        scores["warnings"] = [*warnings, *remarks, *scores["warnings"]]
        new[SCORES].write_bytes(orjson.dumps(scores, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        _clear_reports(place)
        for name, file_of in new.items():
            os.replace(file_of, place / name)
    finally:
        for file_of in new.values():
            file_of.unlink(missing_ok=True)
    return scores


def _move(place: Path, done: Path) -> None:
    """Put the files of a run that is done where they are to stand. A kill on the way leaves what the same command mends."""
    done.mkdir(exist_ok=True)
    _clear_reports(done)
    recipe.write(done, recipe.read(place) or {})
    for name in (COUNTS, SCORES, PREDICTIONS):
        os.replace(place / name, done / name)
    _clear(place)
    _clear_shards(done)  # left there by a kill


def _clear(place: Path) -> None:
    for name in FILES:
        (place / name).unlink(missing_ok=True)
    _clear_shards(place)
    _clear_reports(place)


def _clear_reports(place: Path) -> None:
    """Pages of a run that is no more, and what a kill left of one: its beginning, or an empty file."""
    begun = [*place.glob(f".{REPORT}-*"), *place.glob(f".{REPORTS}-*")]
    empty = (page for page in begun if page.is_file() and not page.stat().st_size)
    ours = filter(is_ours, (place / REPORT, *place.glob(REPORTS), *begun))
    for page in (*empty, *ours):
        page.unlink(missing_ok=True)


def _clear_shards(place: Path) -> None:
    gone = place / f".{SHARDS}.gone"
    shutil.rmtree(gone, ignore_errors=True)
    if (place / SHARDS).exists():
        os.replace(place / SHARDS, gone)  # a worker that is still at one then finds no place to write to
    shutil.rmtree(gone, ignore_errors=True)


def _name(extractor: str, signature: str) -> str:
    readable = re.sub(r"[^\w.-]+", "-", extractor).strip("-.")[:60]
    return f"{readable}-{hashlib.sha256(signature.encode()).hexdigest()[:8]}"
