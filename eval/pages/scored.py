"""The gold that a run was scored on, beside what it predicted, read again for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from eval import formats, recipe, remarks
from eval.columns import Columns
from eval.digest import Digest
from eval.document import BadInput
from eval.folder import PREDICTIONS
from eval.formats.jsonl import lines
from eval.metrics.counts import Numbers
from eval.saved import Run
from eval.settings import Settings
from eval.survey import tidied
from eval.tally import ERRORS
from eval.tidy import tidy
from eval.unit_counts import Units

# Where the gold is of runs that do not say it: the default of eval run.
GOLD = Path("data")


def gold_of(run: Run) -> Path:
    """Where the run says that its gold stood."""
    return Path((recipe.read(Path(run.path)) or {}).get(recipe.PLACE) or GOLD)


def settings_of(run: Run) -> Settings:
    """How the run compared."""
    return Settings(match=run.made["match"], nested=run.made["nested"])


def beside(run: Run, gold: Path) -> Iterator[tuple[Columns, Columns]]:
    """Batches of the gold's documents and their predictions; those without any are empty.

    Raises BadInput where the gold is not there, or not what the run was scored on: that may be known at the end alone.
    """
    digest, whole = Digest(), False

    def read() -> Iterator[Columns]:
        nonlocal whole
        for batch in tidied(formats.gold(gold)):
            digest.add(lines(batch, text=True))
            yield batch
        whole = True

    try:
        predictions = Path(run.path) / PREDICTIONS
        for own, found in formats.predictions(predictions, read(), []):
            yield own, tidy(found, str(predictions), gold=False)[0]
    except BadInput:  # such as a prediction of a document that is no more
        if whole:
            _check(run, gold, digest)
        raise
    _check(run, gold, digest)


def remarks_of(run: Run) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The doc_id of each document on which the extractor had something to say, or failed; and its `notes` and `error`."""
    with (Path(run.path) / PREDICTIONS).open("rb") as file:
        for line in file:
            if any(f'"{field}"'.encode() in line for field in remarks.FIELDS):
                record = orjson.loads(line)
                if found := remarks.of(record):
                    yield record["doc_id"], found


def counts(run: Run) -> dict[str, Units]:
    """The counts of the metrics whose errors are taken apart, as far as the run has them."""
    names = [name for name in ERRORS if name in run.figures]
    return run.units(names) if names else {}


def errors(counted: Mapping[str, Units]) -> dict[str, int]:
    """How many gold and predicted items of each document are not correct, by the first of these metrics."""
    if not counted:
        return {}
    units = next(counted[name] for name in ERRORS if name in counted).by_document()
    return dict(zip(units.doc_ids, incorrect(units).astype(int).tolist(), strict=True))


def incorrect(units: Units) -> Numbers:
    """How many gold and predicted items of each unit are not correct."""
    correct, predicted, gold = units.counts.total[:, 0, :3].T
    return np.asarray(predicted + gold - 2 * correct)


def _check(run: Run, gold: Path, digest: Digest) -> None:
    then, now = run.made["gold"], str(digest)[:12]
    if now != then:
        raise BadInput(f"{gold}: not the gold that {run.path} was scored on (gold {then}, now {now}); name that with --gold")
