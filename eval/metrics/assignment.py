"""Entities of one side to entities of the other, one to one, so that the sum of the weights is greatest."""

from __future__ import annotations

import numpy as np

from eval.corpus import Integers
from eval.metrics.counts import Numbers


def assigned(rows: Integers, columns: Integers, weights: Numbers) -> Integers:
    """Which of the pairs (rows[i], columns[i]) to take, by index, in order; weights are positive, and each pair stands once.

    The assignment problem (Kuhn 1955), by scipy: in each part of the graph by itself, so that many small problems never
    become one table of everything by everything. Of equal sums it is the same one for the same pairs.
    """
    if not len(rows):
        return np.empty(0, np.int64)
    from scipy.optimize import linear_sum_assignment  # here, because they are slow to import
    from scipy.sparse import coo_array
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
    for pairs in np.split(rest, 1 + np.flatnonzero(np.diff(part[rest]))):
        here, i = np.unique(row[pairs], return_inverse=True)
        there, j = np.unique(column[pairs], return_inverse=True)
        table, index = np.zeros((len(here), len(there))), np.full((len(here), len(there)), -1)
        table[i, j], index[i, j] = weights[pairs], pairs
        chosen = index[linear_sum_assignment(table, maximize=True)]
        taken.append(chosen[chosen >= 0])
    return np.sort(np.concatenate(taken))
