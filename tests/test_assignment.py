"""The assignment of entities, by a table and without one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import assignment

Pairs = dict[tuple[int, int], int]


@given(pairs=st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 6)), st.integers(1, 9)))
def test_large_parts_are_solved_as_small_ones_are(pairs: Pairs) -> None:
    """One to one, and of the same sum; entities that nobody takes stay alone."""
    rows, columns = np.array([*pairs], dtype=np.int64).reshape(-1, 2).T
    weights = np.array([*pairs.values()], dtype=float)
    sums = []
    for cells in (assignment._CELLS, 0):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(assignment, "_CELLS", cells)
            taken = assignment.assigned(rows, columns, weights)
        for side in (rows, columns):
            assert len(np.unique(side[taken])) == len(taken)
        sums.append(weights[taken].sum())
    assert sums[0] == sums[1]
