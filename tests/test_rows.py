"""Rows that are kept once, with how often they stand, are those that came."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.counts import Counts
from eval.metrics.rows import Pile, keys, rows

# Some differ in their last digit alone, which the key of a row rounds away.
FIGURE = st.sampled_from([0.0, 1.0, 2.0, 0.5, 1 / 3, 0.1, 7.0, 1000.0, 0.1 + 0.2, 0.3])
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
    assert not len(whole) or len(np.unique(found.distinct, axis=0)) == len(found.distinct)
    assert found.distinct.tolist() == rows(whole[::-1]).distinct.tolist()
    nothing = np.zeros((len(whole), 0, 3))
    counted = Counts((), nothing, found.distinct, found.times)
    assert len(counted) == len(whole)
    assert not len(whole) or counted.micro() == Counts((), nothing, whole).micro()


def test_rows_that_differ_in_their_last_digit_have_an_order_of_their_own() -> None:
    """Whatever order they come in, though they have one key."""
    few = np.array([[[1000.0, 1000.0, 1000.0, figure]] for figure in (0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2)])
    assert len(set(keys(few).tolist())) == 1
    assert [rows(few[order]).times.tolist() for order in ([0, 1, 2, 3], [1, 0, 3, 2], [0, 2, 1, 3])] == [[2, 2]] * 3
    assert {str(rows(few[order]).distinct.tolist()) for order in ([0, 1, 2, 3], [1, 0, 3, 2])} == {
        str([[[1e3, 1e3, 1e3, 0.3]], [[1e3, 1e3, 1e3, 0.1 + 0.2]]])
    }
