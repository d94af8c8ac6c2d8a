"""What is done in a project, and by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from annotation.label_studio import Task, user_number


@dataclass
class State:
    """How many articles there are, how many somebody has annotated, and of how many each account has done either.

    An article that an account has both skipped and annotated is annotated.
    """

    articles: int
    annotated: int = 0
    by: Counter[int | None] = field(default_factory=Counter)
    skipped_by: Counter[int | None] = field(default_factory=Counter)

    @classmethod
    def of(cls, articles: int, marked: Iterable[Task]) -> State:
        """From those that have annotations, which are gone through once."""
        state = cls(articles)
        for task in marked:
            made: dict[bool, set[int | None]] = {True: set(), False: set()}
            for one in task["annotations"]:
                made[bool(one.get("was_cancelled"))].add(user_number(one.get("completed_by")))
            state.annotated += bool(made[False])
            state.by.update(made[False])
            state.skipped_by.update(made[True] - made[False])
        return state

    def lines(self, emails: Mapping[int, str]) -> list[str]:
        """One for the whole and one for each account; `emails` are those of all accounts, by number."""
        names: dict[int | None, str] = dict(emails.items())
        for number in (*self.by, *self.skipped_by):
            names.setdefault(number, "an account that is gone")
        return [
            f"articles: {self.articles:,}, {self.annotated:,} of them annotated; annotate push brings more",
            *(f"          {name}: {self._done(number)}" for number, name in names.items()),
        ]

    def _done(self, number: int | None) -> str:
        skipped = f", {self.skipped_by[number]:,} skipped" if self.skipped_by[number] else ""
        return f"{self.by[number]:,} annotated{skipped}"
