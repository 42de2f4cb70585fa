"""Measures on the frequencies of a term in two collections, for whole columns of terms at once.

Throughout, a term stands `k1` times among `n1` words of the target and `k2` times among `n2` words of the reference.
Signed measures are positive where the target uses the term more. They take the words for independent draws, which
words of one speech are not: they rank terms and test nothing.
"""

import numpy as np
from scipy import special, stats

__all__ = ["CORRECTIONS", "bayes_information", "chi2", "expected", "g2", "log10_p", "log_odds", "log_ratio"]
__all__ += ["log_ratio_interval", "odds_ratio", "percent_difference", "pointwise_information", "simple_maths"]

CORRECTIONS = ("none", "yates", "williams", "quanteda")


def expected(k1: np.ndarray, n1: np.ndarray, k2: np.ndarray, n2: np.ndarray) -> np.ndarray:
    """Expected frequencies under equal rates: term in target and reference, all else in target and reference."""
    rate = (k1 + k2) / (n1 + n2)
    return np.stack(np.broadcast_arrays(n1 * rate, n2 * rate, n1 * (1 - rate), n2 * (1 - rate)))


def _observed(k1: np.ndarray, n1: np.ndarray, k2: np.ndarray, n2: np.ndarray) -> np.ndarray:
    """Observed frequencies, in the order of `expected`."""
    return np.stack(np.broadcast_arrays(*map(np.asarray, (k1, k2, n1 - k1, n2 - k2)))).astype(float)


def _sign(k1: np.ndarray, n1: np.ndarray, k2: np.ndarray, n2: np.ndarray) -> np.ndarray:
    """1 where the target's rate is higher, -1 where it is lower."""
    return np.sign(k1 / n1 - k2 / n2)


def _williams(observed: np.ndarray) -> np.ndarray:
    """Divisor of Williams (1976), Biometrika 63, 33-37, for two-by-two tables."""
    total = observed.sum(axis=0)
    columns = (observed[0] + observed[2], observed[1] + observed[3])
    rows = (observed[0] + observed[1], observed[2] + observed[3])
    parts = [total / first + total / second - 1 for first, second in (columns, rows)]
    return 1 + parts[0] * parts[1] / (6 * total)


def g2(k1, n1, k2, n2, *, cells: int = 4, correction: str = "none") -> np.ndarray:
    """Signed log-likelihood ratio: of all four cells (Dunning 1993), or of the term's two (Rayson and Garside 2000).

    Williams' correction, where asked for, leaves tables with an empty cell alone, as quanteda does.
    """
    observed = _observed(k1, n1, k2, n2)
    excess = k1 - expected(k1, n1, k2, n2)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.stack([excess, -excess, -excess, excess]) / observed
    terms = np.where(observed > 0, -observed * np.log1p(-np.where(observed > 0, share, 0)), 0)
    value = 2 * np.maximum(terms[:cells].sum(axis=0), 0)
    if correction == "williams":
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where((observed > 0).all(axis=0), value / _williams(observed), value)
    return _sign(k1, n1, k2, n2) * value


def chi2(k1, n1, k2, n2, *, correction: str = "none") -> np.ndarray:
    """Signed chi-square of the two-by-two table (Pearson 1900), corrected or not.

    "yates" takes N/2 off the determinant, but never below 0 (as R and scipy do); "williams" divides by Williams' q;
    "quanteda" is quanteda's rule: Yates' correction where an expected frequency is below 5 and the determinant is at
    least N/2, nothing otherwise.
    """
    observed, fitted = _observed(k1, n1, k2, n2), expected(k1, n1, k2, n2)
    total = observed.sum(axis=0)
    determinant = np.abs(observed[0] * observed[3] - observed[1] * observed[2])
    smaller = np.maximum(determinant - total / 2, 0)
    if correction == "yates":
        determinant = smaller
    elif correction == "quanteda":
        applies = (fitted.min(axis=0) < 5) & (determinant >= total / 2)
        determinant = np.where(applies, smaller, determinant)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total * determinant**2 / (fitted[0] * fitted[3] * total**2)
        if correction == "williams":
            value = value / _williams(observed)
    return _sign(k1, n1, k2, n2) * np.nan_to_num(value)


def log10_p(statistic: np.ndarray) -> np.ndarray:
    """Decimal logarithm of the p-value of a chi-square with one degree of freedom; never minus infinity."""
    return (stats.norm.logsf(np.sqrt(np.abs(statistic))) + np.log(2)) / np.log(10)


def log_ratio(k1, n1, k2, n2) -> np.ndarray:
    """Binary logarithm of the ratio of the rates (Hardie 2014); no use at all counts as half a use."""
    return np.log2(np.maximum(k1, 0.5) / n1) - np.log2(np.maximum(k2, 0.5) / n2)


def log_ratio_interval(k1, n1, k2, n2, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the log ratio from the exact binomial interval of k1 among k1 + k2 (Evert 2022: conservative LRC)."""
    k1, k2 = np.asarray(k1, dtype=float), np.asarray(k2, dtype=float)
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(k1 > 0, special.betaincinv(k1, k2 + 1, tail), 0)
        high = np.where(k2 > 0, special.betaincinv(k1 + 1, k2, 1 - tail), 1)
        shift = np.log2(n2) - np.log2(n1)
        return np.log2(low / (1 - low)) + shift, np.log2(high / (1 - high)) + shift


def percent_difference(k1, n1, k2, n2) -> np.ndarray:
    """Difference of the rates in per cent of the reference's (Gabrielatos and Marchi 2011); infinite if that is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * ((k1 / n1) / (k2 / n2) - 1)


def odds_ratio(k1, n1, k2, n2) -> np.ndarray:
    """Ratio of the odds (Pojanapunya and Watson Todd 2018); infinite where the reference has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (k1 / (n1 - k1)) / (k2 / (n2 - k2))


def simple_maths(k1, n1, k2, n2, *, constant: float = 100) -> np.ndarray:
    """Ratio of the rates per million words, `constant` added to both (Kilgarriff 2009)."""
    return (k1 / n1 * 1e6 + constant) / (k2 / n2 * 1e6 + constant)


def bayes_information(k1, n1, k2, n2) -> np.ndarray:
    """Two-cell log-likelihood less the logarithm of the number of words (Wilson 2013: BIC)."""
    return np.abs(g2(k1, n1, k2, n2, cells=2)) - np.log(n1 + n2)


def pointwise_information(k1, n1, k2, n2) -> np.ndarray:
    """Natural logarithm of observed over expected frequency in the target (Church and Hanks 1990)."""
    with np.errstate(divide="ignore"):
        return np.log(k1) - np.log(expected(k1, n1, k2, n2)[0])


def log_odds(k1, n1, k2, n2, *, prior: np.ndarray, prior_total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds ratio with a Dirichlet prior, and its z (Monroe, Colaresi and Quinn 2008, equations 16, 20 and 22)."""
    y1, y2 = k1 + prior, k2 + prior
    delta = np.log(y1) - np.log(n1 + prior_total - y1) - np.log(y2) + np.log(n2 + prior_total - y2)
    return delta, delta / np.sqrt(1 / y1 + 1 / y2)
