"""An actor against the world of all others: its rank with an interval, and its distance from the world's mean by year.

Every other actor counts the same in the world's mean, however long it spoke; the actor itself is left out.
"""

import numpy as np
import pandas as pd
from scipy import stats

from discourse.compare._counting import Group, split
from discourse.compare._hits import Hits, count_hits, dated, years_of
from discourse.compare._posterior import exact_interval, rate_posterior
from discourse.compare._resample import check_settings, generator
from discourse.errors import InputError

__all__ = ["world_difference", "world_rank"]

_FEWEST = 3


def world_rank(
    spans: pd.DataFrame | None,
    documents: pd.DataFrame,
    code: str,
    *,
    by: str = "actor",
    per: float = 10_000,
    level: float = 0.95,
    n_draws: int = 4000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Rank all actors by how often they use a code.

    Parameters
    ----------
    spans : DataFrame or None
        What `discourse.code` returned; only rows with `own` count. None: `code` is a column of counts in `documents`.
    documents : DataFrame
        The documents of all actors, with `doc_id`, `actor`, and `text` or `n_words`.
    code : str
        A code, "stance", a construct (any of its codes), or the column of counts.
    by : str, default "actor"
        Column that names the actors.
    per : float, default 10_000
        Words that a rate refers to.
    level : float, default 0.95
        Confidence level, of each actor's interval by itself.
    n_draws : int, default 4000
        Draws of every actor's rate.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        One row per actor, the most frequent user first: the actor, `construct`, `code`, `n_documents`, `k`, `n_words`,
        `rate`, `rank` (1 is the highest rate; equal rates share the best), `rank_low`, `rank_high`, `percentile` (per
        cent of the others with a lower rate, half of those with the same), `world` (mean rate of the others),
        `difference` (rate - world), `low`, `high`.

    Raises
    ------
    InputError
        If there are fewer than three actors with words or a setting is out of range.

    Notes
    -----
    An actor's rank lies between one more than the number of actors whose rates are surely higher and the number of all
    less those whose rates are surely lower, where all comparisons with the others hold at once (Mogstad, Romano, Shaikh
    and Wilhelm 2024, Review of Economic Studies 91, 476-518, marginal confidence sets). Bootstrapping the ranks
    themselves is invalid. Rates are compared on the log scale, by draws as in `rate_ratio`, so that actors
    who never use the code have a place too. Actors with few or short documents may rank anywhere: their intervals say
    so, and leave room above others. The interval of the difference joins the actor's with the standard error of the
    others' mean, as in `world_difference`.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcdef"), "actor": list("AABBCC"), "n_words": 1000,
    ...                           "rumour": [9, 8, 1, 0, 2, 2]})
    >>> world_rank(None, documents, "rumour", per=1000)[["actor", "rate", "rank", "percentile", "world"]]
      actor  rate  rank  percentile  world
    0     A   8.5     1       100.0   1.25
    1     C   2.0     2        50.0   4.50
    2     B   0.5     3         0.0   5.25
    """
    check_settings(per, level, n_draws)
    hits = count_hits(spans, documents, code)
    groups = _actors(hits, by)
    if len(groups) < _FEWEST:
        raise InputError(f"by is {by!r}, which makes {len(groups)} groups; a world needs three: pass all actors")
    k, words = (np.array([column[group.rows].sum() for group in groups]) for column in (hits.k, hits.words))
    rates = k / words
    drawn = np.stack([_draw(hits.part(group.rows), group.key, n_draws, random_state) for group in groups])
    higher, lower = _sure(np.log(drawn), level)
    world, error = _others_mean(pd.DataFrame({"year": 0, "rate": rates, "n_actors": len(rates)}))
    reach = stats.t.ppf((1 + level) / 2, len(rates) - 2) * error
    ends = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=1)
    low, high = np.minimum(ends[0], rates), np.maximum(ends[1], rates)
    table = pd.DataFrame(
        {
            by: [group.key[0] for group in groups],
            "construct": hits.construct,
            "code": hits.code,
            "n_documents": [len(group.rows) for group in groups],
            "k": k,
            "n_words": words,
            "rate": rates * per,
            "rank": stats.rankdata(-rates, method="min").astype(int),
            "rank_low": 1 + higher,
            "rank_high": len(rates) - lower,
            "percentile": _percentile(rates),
            "world": world * per,
            "difference": (rates - world) * per,
            "low": (rates - world - np.hypot(rates - low, reach)) * per,
            "high": (rates - world + np.hypot(high - rates, reach)) * per,
        }
    ).sort_values(["rank", by], ignore_index=True)
    table[by] = table[by].astype(hits.documents[by].dtype)
    table.attrs = {"measure": "world_rank", "by": by, "per": per, "level": level, "n_draws": n_draws}
    table.attrs |= {"random_state": random_state, "counts_sha256": hits.fingerprint()}
    return table


def _actors(hits: Hits, by: str) -> list[Group]:
    columns, groups = split(hits.documents, by)
    if len(columns) != 1:
        raise InputError(f"by is {by!r}; legal: one column that names the actors")
    return groups


def _draw(hits: Hits, key: tuple, n_draws: int, random_state: int) -> np.ndarray:
    return rate_posterior(hits.k, hits.words, n_draws, generator(key, random_state)).rates


def _sure(logs: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Count for each actor those surely higher and those surely lower, comparisons with all others holding at once."""
    centred = logs - logs.mean(axis=1, keepdims=True)
    variance = logs.var(axis=1)
    higher, lower = np.zeros((2, len(logs)), dtype=int)
    for place in range(len(logs)):
        others = np.arange(len(logs)) != place
        error = np.sqrt(variance[others] + variance[place])
        reach = np.quantile(np.abs((centred[others] - centred[place]) / error[:, None]).max(axis=0), level)
        gap = (logs[others].mean(axis=1) - logs[place].mean()) / error
        higher[place], lower[place] = (gap > reach).sum(), (gap < -reach).sum()
    return higher, lower


def _percentile(rates: np.ndarray) -> np.ndarray:
    """Per cent of the others below, half of the ties among them."""
    return 100 * (stats.rankdata(rates) - 1) / (len(rates) - 1)


def world_difference(
    spans: pd.DataFrame | None,
    documents: pd.DataFrame,
    code: str,
    *,
    by: str = "actor",
    per: float = 10_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare every actor in every year with the mean of all others in that year.

    Parameters
    ----------
    spans : DataFrame or None
        What `discourse.code` returned; only rows with `own` count. None: `code` is a column of counts in `documents`.
    documents : DataFrame
        The documents of all actors, with `doc_id`, `actor`, `date`, and `text` or `n_words`.
    code : str
        A code, "stance", a construct (any of its codes), or the column of counts.
    by : str, default "actor"
        Column that names the actors.
    per : float, default 10_000
        Words that a rate refers to.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        One row per actor and year in which it and two others spoke: the actor, `construct`, `code`, `year`,
        `n_actors` (all that spoke), `k`, `n_words`, `rate`, `world` (mean rate of the others), `difference`
        (rate - world), `low`, `high`, `rank` (1 is the highest of the year), `percentile` (per cent of the others with
        a lower rate, half of those with the same).

    Raises
    ------
    InputError
        If no document has a date or no year has three actors, or a setting is out of range.

    Notes
    -----
    The interval joins that of the actor's rate in the year, as in `trend`, with that of the others' mean (its standard
    error over actors) by the method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27,
    1693-1702). Whether the difference changed is tested by ``break_test(..., world=documents)``.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abc"), "actor": list("ABC"), "n_words": 1000, "date": "2001",
    ...                           "rumour": [6, 1, 2]})
    >>> world_difference(None, documents, "rumour", per=1000)[["actor", "rate", "world", "difference", "rank"]]
      actor  rate  world  difference  rank
    0     A   6.0    1.5         4.5     1
    1     B   1.0    4.0        -3.0     3
    2     C   2.0    3.5        -1.5     2
    """
    check_settings(per, level, 100)
    hits = dated(count_hits(spans, documents, code))
    yearly = _yearly_rates(hits, by)
    yearly = yearly[yearly["n_actors"] >= _FEWEST].reset_index(drop=True)
    if yearly.empty:
        raise InputError(f"documents: no year has three values of {by!r} with words; pass the documents of all actors")
    world, error = _others_mean(yearly)
    rate = yearly["k"] / yearly["n_words"]
    low, high = exact_interval(yearly["k"], yearly["n_words"], yearly["uneven"], level)
    reach = stats.t.ppf((1 + level) / 2, yearly["n_actors"] - 2) * error
    years = yearly.groupby("year", sort=False)
    ranks = years["rate"].rank(method="min", ascending=False).astype(int)
    table = (
        yearly[[by]].assign(construct=hits.construct, code=hits.code).join(yearly[["year", "n_actors", "k", "n_words"]])
    )
    table = table.assign(
        rate=rate * per,
        world=world * per,
        difference=(rate - world) * per,
        low=(rate - world - np.hypot(rate - low, reach)) * per,
        high=(rate - world + np.hypot(high - rate, reach)) * per,
        rank=ranks,
        percentile=100 * (years["rate"].rank() - 1) / (yearly["n_actors"] - 1),
    )
    table.attrs = {"measure": "world_difference", "by": by, "per": per, "level": level}
    table.attrs |= {"counts_sha256": hits.fingerprint()}
    return table


def _yearly_rates(hits: Hits, by: str) -> pd.DataFrame:
    """Return a row per actor and year: `k`, `n_words`, `rate` per word, `n_actors` of the year, `uneven` (spread)."""
    parts = []
    for group in _actors(hits, by):
        own = hits.part(group.rows)
        overdispersion = rate_posterior(own.k, own.words, 1, generator(group.key, 0)).overdispersion
        frame = pd.DataFrame({"year": years_of(own), "k": own.k, "n_words": own.words})
        frame["uneven"] = overdispersion * own.words.astype(float) ** 2
        summed = frame.groupby("year", as_index=False).sum()
        parts.append(summed.assign(uneven=summed["uneven"] / summed["n_words"] ** 2, **{by: group.key[0]}))
    yearly = pd.concat(parts, ignore_index=True)
    yearly[by] = yearly[by].astype(hits.documents[by].dtype)
    yearly["rate"] = yearly["k"] / yearly["n_words"]
    yearly["n_actors"] = yearly.groupby("year")["rate"].transform("size")
    return yearly


def _others_mean(yearly: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the mean rate of the others in a row's year, and its standard error (missing where there are too few)."""
    grouped = yearly.assign(square=yearly["rate"] ** 2).groupby("year")
    n_others = yearly["n_actors"] - 1
    mean = (grouped["rate"].transform("sum") - yearly["rate"]) / n_others
    squares = (grouped["square"].transform("sum") - yearly["rate"] ** 2) / n_others
    variance = (squares - mean**2).clip(lower=0) / (n_others - 1)
    return mean, np.sqrt(variance)
