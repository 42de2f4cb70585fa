"""Power: the smallest difference a comparison could have found, and how many documents a study needs."""

import itertools

import numpy as np
import pandas as pd
from scipy import optimize, stats

from discourse.compare._counting import DocumentCounts, Group, count_by_document, split
from discourse.compare._hits import group_name
from discourse.compare._posterior import rate_posterior
from discourse.compare._resample import generator
from discourse.errors import InputError

__all__ = ["minimum_detectable_ratio", "plan_power"]

_LARGEST = 1000


def plan_power(
    ratio: float,
    *,
    rate: float,
    n_documents: int | tuple[int, int],
    n_words: float = 2500,
    overdispersion: float = 0.5,
    per: float = 10_000,
    level: float = 0.95,
) -> float:
    """Return how probably a study finds a given ratio of rates between two groups.

    Parameters
    ----------
    ratio : float
        Rate of the second group to that of the first.
    rate : float
        Rate of the first group, per `per` words.
    n_documents : int or (int, int)
        Documents of each group.
    n_words : float, default 2500
        Words of a document.
    overdispersion : float, default 0.5
        Of counts between documents of a group: variance = mean + overdispersion * mean ** 2.
    per : float, default 10_000
        Words that the rate refers to.
    level : float, default 0.95
        Confidence level of the two-sided test, 1 - level its error.

    Returns
    -------
    float
        Probability of a p below ``1 - level``.

    Raises
    ------
    InputError
        If a number is out of range or a group has fewer than two documents.

    Notes
    -----
    Wald test of the log rate ratio of negative binomial counts with t quantiles (Zhu and Lakkis 2014, Statistics in
    Medicine 33, 376-387). For the permutation test of `contrast` it is a few points too high below one hit per
    document.

    Examples
    --------
    >>> round(plan_power(2, rate=2, n_documents=33, n_words=3000, overdispersion=0.6), 2)
    0.53
    """
    sizes = (n_documents, n_documents) if isinstance(n_documents, (int, np.integer)) else tuple(n_documents)
    if len(sizes) != 2 or min(sizes) < 2:
        raise InputError(f"n_documents is {n_documents!r}; legal: two documents or more in each of two groups")
    for name, value in {"ratio": ratio, "rate": rate, "n_words": n_words, "per": per}.items():
        if not value > 0:
            raise InputError(f"{name} is {value!r}; legal: a positive number")
    if overdispersion < 0:
        raise InputError(f"overdispersion is {overdispersion!r}; legal: a number from 0")
    _check_share(level, "level")
    words = np.array(sizes) * n_words
    return float(_power(np.log(ratio), rate / per, words, overdispersion / np.array(sizes), (sum(sizes) - 2, level)))


def minimum_detectable_ratio(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    by: str | list[str] = "actor",
    *,
    power: float = 0.8,
    per: float = 10_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Tell for every two groups and code the smallest ratio of rates that would probably have been found.

    To be printed beside every null result: "no difference" means little where only a tenfold one could have been seen.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned; only rows with `own` count.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`; those without words are left out.
    by : str or list of str, default "actor"
        Column or columns that make the groups.
    power : float, default 0.8
        Probability with which the ratio is found.
    per : float, default 10_000
        Words that a rate refers to.
    level : float, default 0.95
        Confidence level of the two-sided test.

    Returns
    -------
    DataFrame
        A row per pair of groups (`group_a`, `group_b` in sorted order) and code: `construct`, `code`,
        `n_documents_a`, `n_documents_b`, `rate` (of both together, with half a sentence added), `overdispersion`,
        `detectable_ratio` (how many times as often b would have to use the code as a, a at `rate`; infinite where no
        ratio up to a thousand would do), `detectable_difference` (the same per `per` words), `detectable_ratio_a`
        (with a and b exchanged).

    Raises
    ------
    InputError
        If there are fewer than two groups, a group has fewer than two documents with words, or a setting is out of
        range.

    Notes
    -----
    As `plan_power`, with the documents' own numbers and lengths; the overdispersion is that of the documents around
    their groups' rates (see `rate_ratio`), the larger of the two groups'. It is computed from what was to be expected
    before the comparison, not from the difference found (Hoenig and Heisey 2001, The American Statistician 55, 19-24).

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcdef"), "actor": ["AVR"] * 3 + ["BEL"] * 3, "n_words": 1000})
    >>> spans = pd.DataFrame({"doc_id": list("aabe"), "sentence": [0, 1, 0, 2], "own": True,
    ...                       "construct": "contested_claims", "code": "label"})
    >>> table = minimum_detectable_ratio(spans, documents)
    >>> bool((table["detectable_ratio"] > 5).all())
    True
    """
    _check_share(power, "power")
    _check_share(level, "level")
    if not per > 0:
        raise InputError(f"per is {per!r}; legal: a positive number of words")
    counts = count_by_document(spans, documents)
    columns, groups = split(counts.documents, by)
    if len(groups) < 2:
        raise InputError(f"by is {by!r}, which makes {len(groups)} group; legal: columns that make two groups or more")
    spreads = {group.key: _overdispersion(counts, group) for group in groups}
    rows = []
    for one, two in itertools.combinations(groups, 2):
        names = {"group_a": group_name(one.key), "group_b": group_name(two.key)}
        sides = (counts.words[one.rows], counts.words[two.rows])
        for place, (construct, code) in enumerate(counts.codes):
            hits = counts.sentences[one.rows, place].sum() + counts.sentences[two.rows, place].sum()
            rate = (hits + 0.5) / sum(side.sum() for side in sides)
            spread = max(spreads[one.key][place], spreads[two.key][place])
            found = [_detectable(rate, pair, spread, power, level) for pair in (sides, sides[::-1])]
            rows.append(
                names
                | {"construct": construct, "code": code}
                | {"n_documents_a": len(one.rows), "n_documents_b": len(two.rows)}
                | {"rate": rate * per, "overdispersion": spread, "detectable_ratio": found[0]}
                | {"detectable_difference": (found[0] - 1) * rate * per, "detectable_ratio_a": found[1]}
            )
    table = pd.DataFrame(rows)
    table.attrs = {"measure": "minimum_detectable_ratio", "by": columns, "power": power, "per": per, "level": level}
    table.attrs["counts_sha256"] = counts.fingerprint()
    return table


def _check_share(value: float, name: str) -> None:
    if not 0 < value < 1:
        raise InputError(f"{name} is {value!r}; legal: between 0 and 1, as 0.8 or 0.95")


def _overdispersion(counts: DocumentCounts, group: Group) -> list[float]:
    """Overdispersion of each code between the documents of a group."""
    rows = group.rows[counts.words[group.rows] > 0]
    if len(rows) < 2:
        raise InputError(f"{group_name(group.key)!r} has fewer than two documents with words; leave that group out")
    rng = generator(group.key, 0)
    return [rate_posterior(column, counts.words[rows], 1, rng).overdispersion for column in counts.sentences[rows].T]


def _power(logarithm, rate, words, unevenness, test) -> np.ndarray:
    """Power for a log ratio: words and unevenness (overdispersion by documents) of both groups, df and level."""
    df, level = test
    variance = 1 / (rate * words[0]) + unevenness[0] + 1 / (rate * np.exp(logarithm) * words[1]) + unevenness[1]
    reach = stats.t.ppf((1 + level) / 2, df)
    distance = np.abs(logarithm) / np.sqrt(variance)
    return stats.t.cdf(distance - reach, df) + stats.t.cdf(-distance - reach, df)


def _detectable(rate: float, sides: tuple, spread: float, power: float, level: float) -> float:
    """Smallest ratio above 1 that is found with the given power."""
    spoken = [side[side > 0].astype(float) for side in sides]
    words = [side.sum() for side in spoken]
    unevenness = [spread * (side**2).sum() / side.sum() ** 2 for side in spoken]
    test = (sum(map(len, spoken)) - 2, level)

    def missing(logarithm: float) -> float:
        return float(_power(logarithm, rate, words, unevenness, test)) - power

    if missing(np.log(_LARGEST)) < 0:
        return float("inf")
    return float(np.exp(optimize.brentq(missing, 0, np.log(_LARGEST)))) if missing(0) < 0 else 1.0
