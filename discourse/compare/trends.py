"""Trends: rates by year or over a moving window of years, with bands that hold for bursty speeches."""

import numpy as np
import pandas as pd

from discourse.compare._counting import Group, split
from discourse.compare._hits import Hits, count_hits, dated, years_of
from discourse.compare._posterior import exact_interval, rate_posterior
from discourse.compare._resample import generator
from discourse.errors import InputError

__all__ = ["trend"]

_DRAWS = 100
"""Draws of the rate, which the trend does not use."""


def trend(
    spans: pd.DataFrame | None,
    documents: pd.DataFrame,
    code: str,
    *,
    by: str | list[str] = "actor",
    window: int = 5,
    per: float = 10_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Follow a code through the years, group by group.

    Parameters
    ----------
    spans : DataFrame or None
        What `discourse.code` returned; only rows with `own` count. None: `code` is a column of counts in `documents`.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, `date`, and `text` or `n_words`.
    code : str
        A code, "stance", a construct (any of its codes), or the column of counts.
    by : str or list of str, default "actor"
        Column or columns that make the groups; ``[]`` for all documents together.
    window : int, default 5
        Years that are taken together, an odd number: each year with as many years before as after it; at the ends,
        with those there are.
    per : float, default 10_000
        Words that a rate refers to.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        One row per group and year from the group's first to its last: the grouping columns, `construct`, `code`,
        `year`, `n_documents`, `k`, `n_words` (of the window), `rate`, `low`, `high` (of this year's rate), `band_low`,
        `band_high` (a band that holds all years' rates at once). Years without words have no rate: draw a gap there.

    Raises
    ------
    InputError
        If no document has a date, or a setting is out of range.

    Notes
    -----
    The interval is of the rate at which the group speaks of it in such a year, not of what was said: one speech is one
    draw. It inverts both tails of the negative binomial distribution, so that years without a hit have an interval too
    (after Clopper and Pearson 1934, Biometrika 26, 404-413). The overdispersion is that of the group's documents around
    their common rate (posterior median, as in `rate_ratio`); a real trend is part of it and makes the band
    wider, never narrower. With a single bursty speech (``window=1`` in the UN debates) there is hardly an upper limit.
    The band is Sidak's (1967, Journal of the American Statistical Association 62, 626-633) for as many windows as fit
    side by side; simulated, it holds all years' rates more often than `level`.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abc"), "actor": "AVR", "date": ["2001", "2002", "2004"],
    ...                           "n_words": 1000, "rumour": [2, 0, 4]})
    >>> trend(None, documents, "rumour", window=1, per=1000)[["year", "n_documents", "k", "rate"]]
       year  n_documents  k  rate
    0  2001            1  2   2.0
    1  2002            1  0   0.0
    2  2003            0  0   NaN
    3  2004            1  4   4.0
    """
    _check(window, per, level)
    hits = dated(count_hits(spans, documents, code))
    columns, groups = split(hits.documents, by)
    parts = []
    for group in groups:
        part = _yearly(hits.part(group.rows), group, window, level)
        rates = ["rate", "low", "high", "band_low", "band_high"]
        part[rates] *= per
        names = dict(zip(columns, group.key, strict=True)) | {"construct": hits.construct, "code": hits.code}
        parts.append(pd.DataFrame({name: [value] * len(part) for name, value in names.items()}).join(part))
    table = pd.concat(parts, ignore_index=True)
    table.attrs = {
        "measure": "trend",
        "construct": hits.construct,
        "code": hits.code,
        "by": columns,
        "window": int(window),
        "per": per,
        "level": level,
        "interval": "negative binomial, exact tails",
        "counts_sha256": hits.fingerprint(),
    }
    return table


def _check(window: int, per: float, level: float) -> None:
    if window < 1 or window % 2 != 1:
        raise InputError(f"window is {window!r}; legal: an odd number of years, 1, 3, 5, ...")
    if not per > 0:
        raise InputError(f"per is {per!r}; legal: a positive number of words")
    if not 0 < level < 1:
        raise InputError(f"level is {level!r}; legal: between 0 and 1, as 0.95")


def _yearly(hits: Hits, group: Group, window: int, level: float) -> pd.DataFrame:
    """Rates per word of one group by year."""
    own = years_of(hits)
    years = np.arange(own.min(), own.max() + 1)
    member = np.abs(own - years[:, None]) <= window // 2
    k, words = member @ hits.k, member @ hits.words
    spoken = words > 0
    overdispersion = rate_posterior(hits.k, hits.words, _DRAWS, generator(group.key, 0)).overdispersion
    uneven = overdispersion * (member @ hits.words.astype(float) ** 2)[spoken] / words[spoken] ** 2
    n_windows = -(-spoken.sum() // window)
    ends = np.full((5, len(years)), np.nan)
    ends[0, spoken] = k[spoken] / words[spoken]
    ends[1:3, spoken] = exact_interval(k[spoken], words[spoken], uneven, level)
    ends[3:, spoken] = exact_interval(k[spoken], words[spoken], uneven, level ** (1 / n_windows))
    named = zip(["rate", "low", "high", "band_low", "band_high"], ends, strict=True)
    return pd.DataFrame({"year": years, "n_documents": member.sum(axis=1), "k": k, "n_words": words} | dict(named))
