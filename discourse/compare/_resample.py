"""Intervals for the rates of a group by drawing its documents again; words within a document are not independent."""

import hashlib

import numpy as np
from scipy import stats

from discourse.errors import InputError

__all__ = ["check_settings", "draw_documents", "draw_sums", "generator", "rate_interval"]

_CELLS = 4_000_000
"""Weights held in memory at once."""


def check_settings(per: float, level: float, n_boot: int) -> None:
    """Refuse a base that is none, a level that is no share, and too few draws for a standard error."""
    if not per > 0:
        raise InputError(f"per is {per!r}; legal: a positive number of words")
    if not 0 < level < 1:
        raise InputError(f"level is {level!r}; legal: between 0 and 1, as 0.95")
    if n_boot < 100:
        raise InputError(f"n_boot is {n_boot!r}; legal: 100 draws or more")


def draw_sums(table: np.ndarray, n_boot: int, rng: np.random.Generator) -> np.ndarray:
    """Draw as many rows as there are, `n_boot` times, and return their sums (draws x columns).

    Whole numbers are added, so that no order of adding them up can change a digit.
    """
    n_rows = len(table)
    sums = np.empty((n_boot, table.shape[1]))
    step = max(1, _CELLS // n_rows)
    for start in range(0, n_boot, step):
        size = min(step, n_boot - start)
        weights = rng.multinomial(n_rows, np.full(n_rows, 1 / n_rows), size)
        sums[start : start + size] = weights.astype(float) @ table.astype(float)
    return sums


def draw_documents(hits: np.ndarray, words: np.ndarray, n_boot: int, rng: np.random.Generator) -> np.ndarray:
    """Draw as many documents as there are, `n_boot` times, and return the rate of each code among them."""
    sums = draw_sums(np.column_stack([hits, words]), n_boot, rng)
    return sums[:, :-1] / sums[:, -1:]


def rate_interval(
    hits: np.ndarray, words: np.ndarray, rng: np.random.Generator, *, level: float, n_boot: int
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end of the rate per word of each code, as `discourse.rates` explains them.

    Parameters
    ----------
    hits : ndarray of shape (n_documents, n_codes)
        Sentences with the code.
    words : ndarray of shape (n_documents,)
        Documents without words are left out.
    rng : Generator
    level : float
    n_boot : int

    Returns
    -------
    tuple of ndarray of shape (n_codes,)
        NaN where there are too few documents with words: none, or one that has the code.
    """
    hits, words = hits[words > 0], words[words > 0]
    n_documents = len(words)
    low, high = np.full((2, hits.shape[1]), np.nan)
    if not n_documents:
        return low, high
    absent = ~hits.any(axis=0)
    low[absent] = 0.0
    high[absent] = ((1 - level) ** (-1 / n_documents) - 1) / words.mean()
    if n_documents > 1 and not absent.all():
        found = hits[:, ~absent]
        rate = found.sum(axis=0) / words.sum()
        error = draw_documents(found, words, n_boot, rng).std(axis=0, ddof=1) / rate
        error *= np.sqrt(n_documents / (n_documents - 1)) * stats.t.ppf((1 + level) / 2, n_documents - 1)
        low[~absent], high[~absent] = rate * np.exp(-error), rate * np.exp(error)
    return low, high


def generator(key: tuple, random_state: int) -> np.random.Generator:
    """Return a generator that depends on the group's name and the seed alone, not on what else is in the table."""
    digest = hashlib.sha256(repr(tuple(map(str, key))).encode()).digest()
    return np.random.default_rng([int(random_state), int.from_bytes(digest[:8], "big")])
