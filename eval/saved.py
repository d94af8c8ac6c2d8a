"""What a run has saved in its folder, read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from eval import signature, unit_counts
from eval.document import BadInput
from eval.unit_counts import Units


@dataclass(frozen=True)
class Run:
    """A run: its folder as the user named it, what its signature says, the version of each metric, and the metrics' figures."""

    path: str
    signature: str
    made: Mapping[str, str]
    versions: Mapping[str, int]
    figures: Mapping[str, Any]

    def units(self, metrics: Sequence[str]) -> dict[str, Units]:
        """The counts of these metrics' units. Raises BadInput where they are not those of the run."""
        found = unit_counts.read(Path(self.path) / "counts.parquet", metrics)
        for name in metrics:
            if name not in found:
                raise BadInput(f"{self.path}: counts.parquet has no {name}, which scores.json has; make the run again")
        return found


def load(path: str) -> Run:
    """Read what a run has written. Raises BadInput for a folder that is none, or that an older version has written."""
    try:
        scores = orjson.loads((Path(path) / "scores.json").read_bytes())
        signed, figures = scores["signature"], scores["metrics"]
        made, versions = signature.parts(signed, figures)
    except OSError:
        raise BadInput(f"{path}: no run folder, it has no scores.json; name folders that eval run has written") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadInput(f"{path}: scores.json is not from a run; name folders that eval run has written") from None
    if not (Path(path) / "counts.parquet").exists():
        raise BadInput(f"{path}: no counts.parquet, so it is of an older version; make it again with eval run")
    return Run(path, signed, made, versions, figures)
