"""Drawing documents anew, for every term of a matrix of counts at once: permutation p-values and variances of rates.

A set of draws is a matrix of weights, documents x draws, and the sums of all draws are one product with the counts.
Sums are of whole numbers, hence exact, and each term is reckoned by itself: neither how many terms are taken at a time
nor the number of threads can change a digit.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from scipy import sparse, special

__all__ = ["Units", "by_turns", "group_g2", "omnibus_p", "permutation_p", "rate_variance", "sums"]

_CELLS = 2_000_000
"""Sums (terms x draws) held at once by each thread."""
_SPARSE = 0.1
"""Share of documents in a draw below which the weights are kept as a sparse matrix."""
_BLOCK = 128
"""Draws in one product: as many as a processor's cache holds beside the documents."""
_EXACT = 2**22
"""Frequency up to which sums of draws are exact in single precision, draws of fourfold size included."""
FEW, AGAIN = 10, 10
_SAME = 1e-9
"""Difference of statistics that is rounding."""


class Units(NamedTuple):
    """Counts of documents or speakers: `matrix` (terms x units), `exposure` (units x spans), each term's `spans`."""

    matrix: sparse.csr_array
    exposure: np.ndarray
    spans: np.ndarray


def sums(units: Units) -> tuple[np.ndarray, np.ndarray]:
    """Return each term's frequency, and the number of places where it could have stood."""
    return units.matrix.sum(axis=1).astype(np.int64), units.exposure.sum(axis=0)[units.spans - 1]


def by_turns(n_terms: int, step: int, work: Callable[[slice], np.ndarray]) -> np.ndarray:
    """Run `work` on slices of `step` terms, on threads, and put the results together along the last axis."""
    slices = [slice(start, start + step) for start in range(0, n_terms, step)] or [slice(0, 0)]
    if len(slices) == 1:
        return work(slices[0])
    return np.concatenate(Parallel(n_jobs=-1, prefer="threads")(map(delayed(work), slices)), axis=-1)


def _multiply(matrix: sparse.csr_array, weights: sparse.csr_array | np.ndarray) -> np.ndarray:
    """Return the sums of all draws, terms x draws."""
    exact = matrix.sum(axis=1).max(initial=0) < _EXACT
    matrix = matrix.astype(np.float32 if exact else np.float64)
    if sparse.issparse(weights):
        return (matrix @ weights.astype(matrix.dtype)).toarray().astype(float)
    drawn = np.empty((matrix.shape[0], weights.shape[1]))
    for start in range(0, weights.shape[1], _BLOCK):
        block = slice(start, start + _BLOCK)
        drawn[:, block] = matrix @ np.ascontiguousarray(weights[:, block], dtype=matrix.dtype)
    return drawn


def draw_members(n_units: int, size: int, n_draws: int, rng: np.random.Generator) -> sparse.csr_array | np.ndarray:
    """Draw `size` of the units without replacement, `n_draws` times: weights of 0 and 1, units x draws."""
    members = [rng.choice(n_units, size, replace=False, shuffle=False) for _ in range(n_draws)]
    places = np.concatenate(members), np.repeat(np.arange(n_draws), size)
    weights = sparse.csr_array((np.ones(size * n_draws, dtype=np.float32), places), shape=(n_units, n_draws))
    return weights if size < _SPARSE * n_units else weights.toarray()


def permutation_p(units: Units, in_target: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Two-sided p of each term's log ratio when units change sides at random."""
    smaller = in_target if in_target.sum() * 2 <= len(in_target) else ~in_target
    return _staged_p(units, n_draws, lambda some: _count_far(some, smaller, n_draws, rng))


def omnibus_p(units: Units, groups: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return p of each term's `group_g2` when units change groups (numbers from 0) at random."""
    return _staged_p(units, n_draws, lambda some: _count_uneven(some, groups, n_draws, rng))


def _staged_p(units: Units, n_draws: int, count: Callable[[Units], np.ndarray]) -> np.ndarray:
    """Return (b + 1) / (n + 1), which is never 0, from counts b of draws as extreme as the data.

    Terms with fewer than `FEW` of `n_draws` such draws are drawn `AGAIN` times as often on top, or p could not get
    small enough to outlast a correction for thousands of terms. That keeps p valid: whatever the limit, p is below it
    only where one of the stages, taken alone, is.
    """
    extreme = count(units)
    drawn = np.full(len(extreme), n_draws)
    rare = np.flatnonzero(extreme < FEW)
    if len(rare):
        few = Units(units.matrix[rare], units.exposure, units.spans[rare])
        for _ in range(AGAIN):
            extreme[rare] += count(few)
        drawn[rare] += AGAIN * n_draws
    return (extreme + 1) / (drawn + 1)


def _count_far(units: Units, side: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Count for each term the draws whose rates are at least as far apart as those of the data."""
    weights = draw_members(len(side), int(side.sum()), n_draws, rng)
    places = np.asarray(units.exposure.T @ weights)
    frequency, place = sums(units)
    observed = np.asarray(units.matrix @ side.astype(np.int64))
    own_ratio = _ratio(observed, units.exposure[side].sum(axis=0)[units.spans - 1], frequency, place)
    limit = np.exp(np.abs(np.log(own_ratio)) - _SAME)

    def count(some: slice) -> np.ndarray:
        inside = places[units.spans[some] - 1]
        drawn = _ratio(_multiply(units.matrix[some], weights), inside, frequency[some, None], place[some, None])
        return np.count_nonzero((drawn >= limit[some, None]) | (drawn <= 1 / limit[some, None]), axis=1)

    return by_turns(len(frequency), max(1, _CELLS // n_draws), count)


def _count_uneven(units: Units, groups: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Count for each term the draws whose groups differ at least as much as those of the data."""
    limit = group_g2(units, groups)[:, None] - _SAME
    drawn = np.stack([rng.permutation(groups) for _ in range(n_draws)], axis=1).astype(np.int16)
    weights = [(drawn == group).astype(np.float32) for group in range(groups.max() + 1)]
    places = [units.exposure.T @ weight for weight in weights]
    frequency, place = sums(units)

    def count(some: slice) -> np.ndarray:
        statistic = np.zeros((len(frequency[some]), n_draws))
        for weight, inside in zip(weights, places, strict=True):
            expected = frequency[some, None] * inside[units.spans[some] - 1] / place[some, None]
            statistic += 2 * special.rel_entr(_multiply(units.matrix[some], weight), expected)
        return np.count_nonzero(statistic >= limit[some], axis=1)

    return by_turns(len(frequency), max(1, _CELLS // n_draws), count)


def group_g2(units: Units, groups: np.ndarray) -> np.ndarray:
    """Log-likelihood ratio of each term's frequencies in several groups, one cell each (Rayson and Garside 2000)."""
    frequency, place = sums(units)
    statistic = np.zeros(len(frequency))
    for group in range(groups.max() + 1):
        inside = groups == group
        expected = frequency * units.exposure[inside].sum(axis=0)[units.spans - 1] / place
        statistic += 2 * special.rel_entr(units.matrix @ inside.astype(float), expected)
    return statistic


def _ratio(inside: np.ndarray, places: np.ndarray, frequency: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Ratio of the two sides' rates; no use at all counts as half a use."""
    ratio = np.maximum(inside, 0.5)
    ratio /= np.maximum(frequency - inside, 0.5)
    ratio *= (total - places) / places
    return ratio


def rate_variance(units: Units, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Variance of each term's log rate: of bootstrap draws of the units, or the linear approximation's where larger.

    Few draws of a rare term can differ, so that the bootstrap alone would take a word in a single document for certain.
    """
    n_units = len(units.exposure)
    weights = rng.multinomial(n_units, np.full(n_units, 1 / n_units), n_draws).T.astype(np.float32, order="C")
    places = np.asarray(units.exposure.T @ weights)

    def spread(some: slice) -> np.ndarray:
        drawn = np.maximum(_multiply(units.matrix[some], weights), 0.5)
        return np.log(drawn / places[units.spans[some] - 1]).var(axis=1, ddof=1)

    return np.maximum(by_turns(len(units.spans), max(1, _CELLS // n_draws), spread), linear_variance(units))


def linear_variance(units: Units) -> np.ndarray:
    """Linear approximation to the variance of each term's log rate over units (Cochran 1977, ratio estimator)."""
    frequency, place = sums(units)
    n_units = len(units.exposure)
    matrix = units.matrix.astype(float)
    squares = sparse.csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape).sum(axis=1)
    products = np.empty(len(frequency))
    for span in np.unique(units.spans):
        own = units.spans == span
        products[own] = (matrix @ units.exposure[:, span - 1].astype(float))[own]
    rate = frequency / place
    lengths = (units.exposure.astype(float) ** 2).sum(axis=0)[units.spans - 1]
    residual = np.maximum(squares - 2 * rate * products + rate**2 * lengths, 0)
    return residual * n_units / (n_units - 1) / np.maximum(frequency, 0.5) ** 2
