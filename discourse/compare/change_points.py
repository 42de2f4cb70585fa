"""Change points: years in which a group's rate changes, looked for in the data, with how sure their places are."""

import numpy as np
import pandas as pd
import ruptures
from scipy import special

from discourse.compare._counting import split
from discourse.compare._hits import Hits, count_hits, dated, years_of
from discourse.compare._posterior import rate_posterior
from discourse.compare._resample import check_settings, generator
from discourse.errors import InputError, one_of

__all__ = ["change_points"]

_PER, _LEVEL = 10_000, 0.95
_SHORTEST = 3
"""Years that a stretch between two changes has at least."""
_FEWEST = 8
"""Years with words without which a group is left out."""
_MULTIPLES = np.arange(1, 41) / 4
_REACH = 6
"""Logarithms of the rate on either side of the common one that are integrated over."""
_ROUNDING = 1e-9


def change_points(
    spans: pd.DataFrame | None,
    documents: pd.DataFrame,
    code: str,
    *,
    by: str | list[str] = "actor",
    method: str = "pelt",
    n_draws: int = 1999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Find the years in which a group's rate changes.

    Parameters
    ----------
    spans : DataFrame or None
        What `discourse.code` returned; only rows with `own` count. None: `code` is a column of counts in `documents`.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, `date`, and `text` or `n_words`.
    code : str
        A code, "stance", a construct (any of its codes), or the column of counts.
    by : str or list of str, default "actor"
        Column or columns that make the groups; ``[]`` for all documents together. Groups with fewer than eight years
        are left out.
    method : {"pelt", "binseg"}, default "pelt"
        Search: exact (Killick, Fearnhead and Eckley 2012), or by binary segmentation.
    n_draws : int, default 1999
        Permutations.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        One row per change found, and one with a missing year for a group without: the grouping columns, `construct`,
        `code`, `n_years`, `change_year` (the first year of the new rate), `low`, `high` (95 % interval of that year),
        `rate_before`, `rate_after` (per 10,000 words, of the stretches on both sides), `ratio` (with half a hit added),
        `strength` (how many times the penalty the change withstands, up to 10), `p` (of there being no change at
        all in the group).

    Raises
    ------
    InputError
        If no group has eight years with words, or a setting is out of range.

    Notes
    -----
    Yearly rates enter on a scale on which their variance hardly depends on them,
    2 / sqrt(a) * asinh(sqrt(a * (k + 3/8))) for hits k in an average year's words and overdispersion a (Anscombe 1948,
    Biometrika 35, 246-254); with Poisson's 2 * sqrt(k + 3/8) bursts at a high rate pass for changes. A change costs
    twice the logarithm of the number of years times the variance, taken from differences of successive years (von
    Neumann), and stretches have three years or more. Search by ruptures (Truong, Oudre and Vayatis 2020, Signal
    Processing 167, 107299).

    `p` compares the largest split of the years into two with that of permuted years, so that it allows for the search;
    it is never 0. Where it is not small there may be no change.

    The interval spans the years that are most probable, together at 95 %, as places of the change between its
    neighbours: negative binomial likelihood, the rates on both sides integrated out (Smith 1975, Biometrika 62,
    407-416). It holds the year more often than percentiles of places found in redrawn series, and is narrower. It takes
    for granted that there is a change.

    Examples
    --------
    >>> years = range(2001, 2021)
    >>> documents = pd.DataFrame({"doc_id": [str(year) for year in years], "actor": "AVR", "n_words": 1000,
    ...                           "date": [str(year) for year in years], "rumour": [1, 0, 2, 1] * 3 + [9, 7, 8, 9] * 2})
    >>> table = change_points(None, documents, "rumour")
    >>> table[["change_year", "low", "high", "rate_before", "rate_after", "p"]]
       change_year   low  high  rate_before  rate_after       p
    0         2013  2012  2013         10.0        82.5  0.0005
    """
    check_settings(_PER, _LEVEL, n_draws)
    one_of(method, ["pelt", "binseg"], "method")
    hits = dated(count_hits(spans, documents, code))
    columns, groups = split(hits.documents, by)
    parts = []
    for group in groups:
        part = _changes(hits.part(group.rows), method, n_draws, generator(group.key, random_state))
        names = dict(zip(columns, group.key, strict=True)) | {"construct": hits.construct, "code": hits.code}
        parts += [pd.DataFrame([names | row for row in part])] if part else []
    if not parts:
        raise InputError(f"no group has words in {_FEWEST} years; legal: longer series, or documents taken together")
    table = pd.concat(parts, ignore_index=True)
    years = ["change_year", "low", "high"]
    table[years] = table[years].astype("Int64")
    table.attrs = {
        "measure": "change_points",
        "by": columns,
        "per": _PER,
        "level": _LEVEL,
        "method": method,
        "n_draws": n_draws,
        "random_state": random_state,
        "counts_sha256": hits.fingerprint(),
    }
    return table


def _changes(hits: Hits, method: str, n_draws: int, rng: np.random.Generator) -> list[dict[str, object]]:
    """Describe a group's changes; one line without a year if there is none, no line for a short series."""
    years, place = np.unique(years_of(hits), return_inverse=True)
    if len(years) < _FEWEST:
        return []
    k, words = np.bincount(place, hits.k), np.bincount(place, hits.words)
    series = _stable(k, words, rate_posterior(k, words, 1, rng).overdispersion)
    penalty = np.square(np.diff(series)).mean() * np.log(len(series))
    found = _search(series, method, penalty)
    common = {"n_years": len(years), "p": _largest_split_p(series, n_draws, rng)}
    if not len(found):
        nothing = dict.fromkeys(("change_year", "low", "high"), pd.NA) | dict.fromkeys(_MEASURES, np.nan)
        return [_ordered(common | nothing)]
    edges = np.concatenate([[0], found, [len(k)]])
    hit, word = np.add.reduceat(k, edges[:-1]), np.add.reduceat(words, edges[:-1])
    rows = []
    for number, change in enumerate(found):
        stretch = slice(edges[number], edges[number + 2])
        low, high = edges[number] + _places(k[stretch], words[stretch], change - edges[number], rng)
        change_years = {"change_year": years[change], "low": years[low], "high": years[high]}
        measured = {
            "rate_before": hit[number] / word[number] * _PER,
            "rate_after": hit[number + 1] / word[number + 1] * _PER,
            "ratio": (hit[number + 1] + 0.5) / word[number + 1] * word[number] / (hit[number] + 0.5),
            "strength": _strength(series, method, penalty, change),
        }
        rows.append(_ordered(common | change_years | measured))
    return rows


_MEASURES = ("rate_before", "rate_after", "ratio", "strength")
_ORDER = ("n_years", "change_year", "low", "high", *_MEASURES, "p")


def _ordered(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in _ORDER}


def _stable(k: np.ndarray, words: np.ndarray, overdispersion: float) -> np.ndarray:
    """Anscombe's transformation, of hits in an average year's words."""
    hits = (k + 3 / 8) * words.mean() / words
    return 2 / np.sqrt(overdispersion) * np.arcsinh(np.sqrt(overdispersion * hits))


def _search(series: np.ndarray, method: str, penalty: float) -> np.ndarray:
    """First places of the new stretches."""
    if method == "pelt":
        search = ruptures.KernelCPD(kernel="linear", min_size=_SHORTEST)
    else:
        search = ruptures.Binseg(model="l2", min_size=_SHORTEST, jump=1)
    found = search.fit(series[:, None]).predict(pen=max(float(penalty), _ROUNDING))
    return np.array(found[:-1], dtype=int)


def _strength(series: np.ndarray, method: str, penalty: float, change: int) -> float:
    """Largest multiple of the penalty at which a change still stands in the same year."""
    kept = [multiple for multiple in _MULTIPLES if change in _search(series, method, multiple * penalty)]
    return float(max(kept, default=1.0))


def _largest_split_p(series: np.ndarray, n_draws: int, rng: np.random.Generator) -> float:
    """Test the largest gain by splitting the series in two against permutations of its years."""
    size = len(series)
    left = np.arange(_SHORTEST, size - _SHORTEST + 1)

    def gain(rows: np.ndarray) -> np.ndarray:
        sums = np.cumsum(rows - series.mean(), axis=1)[:, left - 1]
        return (sums**2 / (left * (size - left))).max(axis=1)

    drawn = rng.permuted(np.broadcast_to(series, (n_draws, size)), axis=1)
    observed = gain(series[None])[0]
    return float(((gain(drawn) >= observed * (1 - _ROUNDING)).sum() + 1) / (n_draws + 1))


def _places(k: np.ndarray, words: np.ndarray, change: int, rng: np.random.Generator) -> np.ndarray:
    """First and last of the most probable places of one change in a stretch."""
    sides = (slice(None, change), slice(change, None))
    spreads = [rate_posterior(k[side], words[side], 1, rng).overdispersion for side in sides]
    alpha = np.sqrt(spreads[0] * spreads[1])
    middle = (k.sum() + 0.5) / words.sum()
    rates = middle * np.exp(np.linspace(-_REACH, _REACH, 8 * _REACH + 1))
    logs = k[:, None] * np.log(rates) - (k[:, None] + 1 / alpha) * np.log1p(alpha * words[:, None] * rates)
    sums = np.vstack([np.zeros(len(rates)), logs.cumsum(axis=0)])
    before = special.logsumexp(sums[_SHORTEST : len(k) - _SHORTEST + 1], axis=1)
    after = special.logsumexp(sums[-1] - sums[_SHORTEST : len(k) - _SHORTEST + 1], axis=1)
    weights = special.softmax(before + after)
    order = np.argsort(-weights, kind="stable")
    probable = order[: np.searchsorted(weights[order].cumsum(), _LEVEL) + 1]
    return _SHORTEST + np.array([probable.min(), probable.max()])
