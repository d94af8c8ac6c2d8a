"""What one annotator has done, and how fast."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Work:
    """Counts of one annotator's work, an article at a time.

    Pace is of what has a lead_time: the seconds that the page was open, of all visits to an annotation together. So it is the
    most that the work can have taken. Annotations that were brought by a push or an import have none.
    """

    drafts: int = 0  # articles of which the annotator has nothing but a draft
    _annotated: int = 0
    _skipped: int = 0
    _mentions: int = 0
    _relations: int = 0
    _seconds: list[float] = field(default_factory=list)  # of each timed article
    _timed_mentions: int = 0
    _timed_relations: int = 0
    _times: tuple[datetime, datetime] | None = None  # of the first and the last thing done

    def add(self, annotations: Sequence[Mapping[str, Any]]) -> None:
        """The annotator's annotations of one article, skipped ones among them."""
        for one in annotations:
            at = [datetime.fromisoformat(one[key]) for key in ("created_at", "updated_at")]
            self._times = min(at + list(self._times or ())), max(at + list(self._times or ()))
        submitted = [one for one in annotations if not one.get("was_cancelled")]
        if not submitted:
            self._skipped += 1
            return
        self._annotated += 1
        mentions, relations = (sum(_count(one["result"], kind) for one in submitted) for kind in ("labels", "relation"))
        self._mentions, self._relations = self._mentions + mentions, self._relations + relations
        if all(one.get("lead_time") for one in submitted):
            self._seconds.append(sum(one["lead_time"] for one in submitted))
            self._timed_mentions, self._timed_relations = self._timed_mentions + mentions, self._timed_relations + relations

    def record(self, articles: int) -> dict[str, Any]:
        """The counts and the pace, of so many articles in the project; null where nothing is timed. Times are UTC, ISO 8601."""
        hours = math.fsum(self._seconds) / 3600 if self._seconds else None
        first, last = (at.isoformat() for at in self._times) if self._times else (None, None)
        return {
            "annotated": self._annotated,
            "skipped": self._skipped,
            "drafts": self.drafts,
            "left": articles - self._annotated - self._skipped,
            "mentions": self._mentions,
            "relations": self._relations,
            "timed": len(self._seconds),
            "hours": hours,
            "articles_per_hour": hours and len(self._seconds) / hours,
            "mentions_per_hour": hours and self._timed_mentions / hours,
            "relations_per_hour": hours and self._timed_relations / hours,
            "median_minutes": statistics.median(self._seconds) / 60 if self._seconds else None,
            "first": first,
            "last": last,
        }


def _count(results: Sequence[Mapping[str, Any]], kind: str) -> int:
    return sum(result.get("type") == kind for result in results)
