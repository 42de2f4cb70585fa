"""Rank comparison of two sets of documents by their rates, for every term of a sparse matrix at once."""

from typing import NamedTuple

import numpy as np
from scipy import sparse, stats

__all__ = ["RankComparison", "compare_ranks"]


class RankComparison(NamedTuple):
    """For each term: the chance that a target document has the higher rate (ties count half), and two-sided `p`."""

    superiority: np.ndarray
    p: np.ndarray


def compare_ranks(rates: sparse.csr_array, in_target: np.ndarray) -> RankComparison:
    """Mann-Whitney test of each row of `rates` (terms x documents), ties and continuity corrected.

    Documents without the term tie at the bottom, so that only the stored rates need sorting.
    """
    n_terms, n_documents = rates.shape
    n_target = int(in_target.sum())
    n_reference = n_documents - n_target
    used = np.diff(rates.indptr)
    absent = n_documents - used
    term = np.repeat(np.arange(n_terms), used)
    order = np.lexsort((rates.data, term))
    values, inside = rates.data[order], in_target[rates.indices[order]]
    new = np.ones(len(values), dtype=bool)
    new[1:] = (values[1:] != values[:-1]) | (term[1:] != term[:-1])
    starts = np.flatnonzero(new)
    sizes = np.diff([*starts, len(values)])
    first = starts - rates.indptr[term[starts]] + absent[term[starts]]
    rank = np.repeat(first + (sizes + 1) / 2, sizes)
    absent_in_target = n_target - np.bincount(term, inside, n_terms)
    rank_sum = np.bincount(term, rank * inside, n_terms) + absent_in_target * (absent + 1) / 2
    larger = rank_sum - n_target * (n_target + 1) / 2
    ties = np.bincount(term[starts], sizes**3.0 - sizes, n_terms) + (absent**3.0 - absent)
    pairs = n_target * n_reference
    variance = pairs / 12 * (n_documents + 1 - ties / (n_documents * (n_documents - 1)))
    gap = np.maximum(np.abs(larger - pairs / 2) - 0.5, 0)
    z = np.divide(gap, np.sqrt(variance), out=np.zeros(n_terms), where=variance > 0)
    return RankComparison(larger / pairs, np.minimum(2 * stats.norm.sf(z), 1))
