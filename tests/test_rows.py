"""Rows that are kept once, with how often they stand, are those that came."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.counts import Counts
from eval.metrics.rows import Pile, rows

FIGURE = st.sampled_from([0.0, 1.0, 2.0, 0.5, 1 / 3, 0.1, 7.0])
BLOCK = st.lists(st.lists(FIGURE, min_size=8, max_size=8), max_size=12).map(lambda found: np.array(found).reshape(-1, 2, 4))


@given(st.lists(BLOCK, min_size=1, max_size=5))
def test_a_pile_has_what_came(blocks: list[np.ndarray]) -> None:
    """Each row as often as it came, in an order that depends on the rows alone; and sums to the last digit."""
    pile = Pile(rows(blocks[0]))
    for i, block in enumerate(blocks[1:]):
        if i % 2:
            pile.merge(Pile(rows(block)))
        else:
            pile.add(block)
    whole = np.concatenate(blocks)
    found = pile.rows
    assert len(found) == len(whole)
    assert sorted(found.each().tolist()) == sorted(whole.tolist())
    assert len(np.unique(found.distinct, axis=0)) == len(found.distinct) or not len(whole)
    assert found.distinct.tolist() == rows(whole[::-1]).distinct.tolist()
    nothing = np.zeros((len(whole), 0, 3))
    counted = Counts((), nothing, found.distinct, found.times)
    assert len(counted) == len(whole)
    assert not len(whole) or counted.micro() == Counts((), nothing, whole).micro()
