"""One contrast under many variants of the same documents at once: estimates, intervals, and the test by years.

A variant is a column: how many sentences and words of each document it counts; no words, no document. The interval is
that of `discourse.contrast` with the bootstrap's standard error in closed form.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from discourse.compare.contrast import _flip_years, _mover

__all__ = ["Estimates", "estimate", "strata", "year_p", "yearly_differences"]

_CELLS = 4_000_000
"""Permuted differences held in memory at once."""


class Estimates(NamedTuple):
    """Per variant, and per word: each side's rate, their difference and its interval."""

    target: np.ndarray
    reference: np.ndarray
    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray


def estimate(k: np.ndarray, words: np.ndarray, target: np.ndarray, level: float) -> Estimates:
    """Estimate the difference of two groups' rates for every variant.

    Parameters
    ----------
    k, words : ndarray of shape (n_documents, n_variants)
        Sentences and words counted; no words where the variant leaves the document out.
    target : ndarray of bool, shape (n_documents,)
        Documents of the target; the rest are the reference.
    level : float
        Confidence level.

    Returns
    -------
    Estimates
        Arrays of shape (n_variants,); missing where a side has no words, the interval where it has one document.
    """
    ends = [_rate(k[side], words[side], level) for side in (target, ~target)]
    low, high = _mover(*ends)
    return Estimates(ends[0][0], ends[1][0], ends[0][0] - ends[1][0], low, high)


def _rate(k: np.ndarray, words: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rate, low and high per word, as `rate_interval`, from the linear approximation to a ratio's variance."""
    size = (words > 0).sum(axis=0)
    total, length = k.sum(axis=0), words.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = total / length
        squares = (k**2).sum(axis=0) - 2 * rate * (k * words).sum(axis=0) + rate**2 * (words**2).sum(axis=0)
        error = np.sqrt(np.maximum(squares, 0) * size / (size - 1)) / total
        error = error * stats.t.ppf((1 + level) / 2, np.maximum(size - 1, 1))
        most = ((1 - level) ** (-1 / size) - 1) / (length / size)
        absent, alone = total == 0, size < 2
        low = np.where(absent, 0.0, np.where(alone, np.nan, rate * np.exp(-error)))
        high = np.where(absent, most, np.where(alone, np.nan, rate * np.exp(error)))
    return rate, np.where(size > 0, low, np.nan), np.where(size > 0, high, np.nan)


def strata(documents: pd.DataFrame) -> np.ndarray:
    """Number the years, within each venue, in which documents were spoken; -1 without a date."""
    if "date" not in documents:
        return np.full(len(documents), -1)
    years = documents["date"].dt.year
    venues = documents["venue"].astype("str").fillna("") if "venue" in documents else ""
    keys = pd.DataFrame({"year": years, "venue": venues})
    return keys.groupby(["venue", "year"], sort=True).ngroup().to_numpy()


def yearly_differences(k: np.ndarray, words: np.ndarray, target: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Differences in rate by year (years x variants), missing in years that only one side has words in."""
    numbers = np.unique(years[(years >= 0)])
    member = years == numbers[:, None]
    sides = [(member & side).astype(float) for side in (target, ~target)]
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [(side @ k) / (side @ words) for side in sides]
    return rates[0] - rates[1]


def year_p(differences: np.ndarray, n_permutations: int, random_state: int) -> np.ndarray:
    """Two-sided p by the sign flips of `discourse.contrast`; a year without a difference has no say."""
    shared = ~np.isnan(differences)
    differences = np.where(shared, differences, 0.0)[shared.any(axis=1)]
    if not len(differences):
        return np.full(shared.shape[1], np.nan)
    step = max(1, _CELLS // max(n_permutations, 2 ** min(len(differences) - 1, 13)))
    parts = [
        _flip_years(differences[:, start : start + step], n_permutations, random_state)
        for start in range(0, differences.shape[1], step)
    ]
    return np.where(shared.any(axis=0), np.concatenate(parts), np.nan)
