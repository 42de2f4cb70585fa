"""What an estimate is worth: documents are drawn again, and their labels come along with their probabilities."""

from typing import NamedTuple, Protocol

import numpy as np
from scipy import stats

__all__ = ["Estimator", "Resampled", "difference", "interval", "left_out", "per_word", "resample"]

_CELLS = 4_000_000
"""Weights held in memory at once."""


class Estimator(Protocol):
    """Rates per word from sums over documents.

    `table` (documents x sums) holds what is summed; `rates` turns sums (draws x sums) into rates (draws x codes);
    `shifts` draws what drawing documents again does not vary, to be handed to `rates` beside the draws.
    """

    table: np.ndarray

    def rates(self, sums: np.ndarray, shift: np.ndarray | None = None) -> np.ndarray: ...

    def shifts(self, n_boot: int, rng: np.random.Generator) -> np.ndarray: ...


class Resampled(NamedTuple):
    """Rates per word by code: the `estimate` in the sample, and those in the bootstrap `draws` (draws x codes)."""

    estimate: np.ndarray
    draws: np.ndarray


def per_word(sentences: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Divide sentences (draws x codes) by words (draws); missing where there are no words."""
    return sentences / np.where(words > 0, words, np.nan)[:, None]


def left_out(estimator: Estimator) -> np.ndarray:
    """Return the rates without each document in turn."""
    return estimator.rates(estimator.table.sum(axis=0) - estimator.table)


def resample(estimator: Estimator, n_boot: int, rng: np.random.Generator) -> Resampled:
    """Draw as many documents as there are, `n_boot` times."""
    table = estimator.table
    n_documents = len(table)
    sums = np.empty((n_boot, table.shape[1]))
    step = max(1, _CELLS // n_documents)
    for start in range(0, n_boot, step):
        size = min(step, n_boot - start)
        weights = rng.multinomial(n_documents, np.full(n_documents, 1 / n_documents), size)
        sums[start : start + size] = weights.astype(float) @ table
    estimate = estimator.rates(table.sum(axis=0)[None])[0]
    return Resampled(estimate, estimator.rates(sums, estimator.shifts(n_boot, rng)))


def interval(one: Resampled, n_documents: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Read an interval from the draws' percentiles, set wider for few labelled documents; missing for fewer than two.

    The percentiles are those at which a normal variable exceeds Student's t times sqrt(m / (m - 1)) for m documents
    (Hesterberg 2015, The American Statistician 69, 371-386).
    """
    if n_documents < 2:
        missing = np.full(len(one.estimate), np.nan)
        return missing, missing.copy()
    reach = np.sqrt(n_documents / (n_documents - 1)) * stats.t.ppf((1 + level) / 2, n_documents - 1)
    low, high = np.quantile(one.draws, stats.norm.cdf([-reach, reach]), axis=0)
    return np.minimum(low, one.estimate), np.maximum(high, one.estimate)


def difference(one: tuple, other: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Join two independent (estimate, low, high) to those of their difference.

    Method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27, 1693-1702).
    """
    (a, a_low, a_high), (b, b_low, b_high) = one, other
    return a - b, a - b - np.hypot(a - a_low, b_high - b), a - b + np.hypot(a_high - a, b - b_low)
