"""What bursty counts say of a rate: the posterior of a negative binomial rate and overdispersion, and exact intervals.

Document i of a group has k_i hits in n_i words, negative binomial with mean rate * n_i and variance
mean + overdispersion * mean ** 2.
"""

from typing import NamedTuple

import numpy as np
from scipy import special, stats

__all__ = ["Posterior", "exact_interval", "rate_posterior"]

_RATES = 241
_ALPHAS = np.geomspace(0.01, 10, 24)
_TYPICAL, _SPREAD = 1.0, 1.0
"""Median and spread of the log-normal prior of the overdispersion."""
_CELLS = 2_000_000


class Posterior(NamedTuple):
    """Draws of a group's rate per word, and the median of its overdispersion."""

    rates: np.ndarray
    overdispersion: float


def rate_posterior(k: np.ndarray, words: np.ndarray, n_draws: int, rng: np.random.Generator) -> Posterior:
    """Draw from the posterior of a rate under Jeffreys' prior, which for rare hits is the Poisson one, rate ** -1/2.

    The joint posterior with the overdispersion is evaluated on a grid; draws are spread evenly within its cells.
    """
    centre = np.log((k.sum() + 0.5) / words.sum())
    width = 8 * np.sqrt(1 / (k.sum() + 0.5) + 4 / len(k))
    logs = centre + np.linspace(-width, width, _RATES)
    logarithm = _log_likelihood(k, words, np.exp(logs)) + logs / 2
    logarithm -= np.log1p(_ALPHAS[:, None] * words.mean() * np.exp(logs)) / 2
    logarithm += stats.norm.logpdf(np.log(_ALPHAS), np.log(_TYPICAL), _SPREAD)[:, None]
    weights = np.exp(logarithm - logarithm.max())
    weights /= weights.sum()
    cells = rng.choice(weights.size, n_draws, p=weights.ravel()) % _RATES
    rates = np.exp(logs[cells] + (rng.random(n_draws) - 0.5) * (logs[1] - logs[0]))
    reached = np.searchsorted(weights.sum(axis=1).cumsum(), 0.5)
    return Posterior(rates, float(_ALPHAS[reached]))


def _log_likelihood(k: np.ndarray, words: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Log-likelihood, but for a constant, at every overdispersion and rate."""
    result = np.empty((len(_ALPHAS), len(rates)))
    step = max(1, _CELLS // len(rates))
    for row, alpha in enumerate(_ALPHAS):
        total = special.gammaln(k + 1 / alpha).sum() - len(k) * special.gammaln(1 / alpha) + k.sum() * np.log(alpha)
        loss = np.zeros(len(rates))
        for start in range(0, len(k), step):
            part = slice(start, start + step)
            loss += (k[part] + 1 / alpha) @ np.log1p(alpha * words[part, None] * rates)
        result[row] = total + k.sum() * np.log(rates) - loss
    return result


def exact_interval(
    k: np.ndarray, words: np.ndarray, overdispersion: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a rate per word that holds it at least `level` of the time, were the overdispersion known.

    Both tails of the negative binomial distribution are inverted, as Clopper and Pearson (1934, Biometrika 26, 404-413)
    did for the binomial; no hit gives the lower limit 0.
    """
    tail = (1 - level) / 2
    size = 1 / np.maximum(overdispersion, 1e-6)
    with np.errstate(divide="ignore"):
        lower = special.betaincinv(size, np.maximum(k, 1), 1 - tail)
        upper = special.betaincinv(size, k + 1, tail)
        low = np.where(k > 0, size * (1 - lower) / lower, 0.0)
        high = size * (1 - upper) / upper
    return low / words, high / words
