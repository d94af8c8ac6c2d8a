"""Entities of one side to entities of the other, one to one, so that the sum of the weights is greatest."""

from __future__ import annotations

import numpy as np

from eval.corpus import Integers
from eval.metrics.counts import Numbers

# A part of more rows by columns is solved without a table of them.
_CELLS = 1_000_000


def assigned(rows: Integers, columns: Integers, weights: Numbers) -> Integers:
    """Which of the pairs (rows[i], columns[i]) to take, by index, in order; weights are positive, and each pair stands once.

    The assignment problem (Kuhn 1955), by scipy: in each part of the graph by itself, so that many small problems never
    become one large one. Of equal sums it is the same one for the same pairs.
    """
    if not len(rows):
        return np.empty(0, np.int64)
    from scipy.sparse import coo_array  # here, because it is slow to import
    from scipy.sparse.csgraph import connected_components

    names, row = np.unique(rows, return_inverse=True)
    others, column = np.unique(columns, return_inverse=True)
    nodes = len(names) + len(others)
    graph = coo_array((np.ones(len(row), np.int8), (row, len(names) + column)), shape=(nodes, nodes))
    part = connected_components(graph, directed=False)[1][row]
    alone = np.bincount(part)[part] == 1
    rest = np.flatnonzero(~alone)
    rest = rest[np.argsort(part[rest], kind="stable")]
    taken = [np.flatnonzero(alone)]
    for pairs in np.split(rest, 1 + np.flatnonzero(np.diff(part[rest]))) if len(rest) else ():
        i, j = (np.unique(ends[pairs], return_inverse=True)[1] for ends in (row, column))
        solve = _dense if (1 + i.max()) * (1 + j.max()) <= _CELLS else _sparse
        taken.append(pairs[solve(i, j, weights[pairs])])
    return np.sort(np.concatenate(taken))


def _dense(i: Integers, j: Integers, weights: Numbers) -> Integers:
    """By a table of everything by everything: quick where that is small."""
    from scipy.optimize import linear_sum_assignment

    table, index = np.zeros((1 + i.max(), 1 + j.max())), np.full((1 + i.max(), 1 + j.max()), -1)
    table[i, j], index[i, j] = weights, np.arange(len(weights))
    chosen = index[linear_sum_assignment(table, maximize=True)]
    return chosen[chosen >= 0]


def _sparse(i: Integers, j: Integers, weights: Numbers) -> Integers:
    """By the pairs alone: each row may take one, or a column of its own that is worth nothing."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    rows, columns = 1 + i.max(), 1 + j.max()
    own = np.arange(rows)
    # One more for all, since a weight of 0 would be no pair.
    worth = np.concatenate([weights + 1, np.ones(rows)])
    graph = csr_array((worth, (np.append(i, own), np.append(j, columns + own))), shape=(rows, columns + rows))
    partner = min_weight_full_bipartite_matching(graph, maximize=True)[1]
    return np.flatnonzero(partner[i] == j)
