"""Breaks named beforehand: whether a group speaks of something more from a given year on, net of the world or not."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from discourse.compare._counting import Group, split
from discourse.compare._hits import Hits, count_hits, dated, years_of
from discourse.compare._posterior import rate_posterior
from discourse.compare._resample import check_settings, generator
from discourse.errors import InputError

__all__ = ["break_test"]

_PER, _LEVEL = 10_000, 0.95
_CELLS = 2_000_000
_WORLDS = 1000
"""Draws of the other actors, of which each draw of the rates takes one."""
_ROUNDING = 1e-9


class _World(NamedTuple):
    """Rates of all actors (actors x years; missing where silent), and the years."""

    actors: list
    years: np.ndarray
    rates: np.ndarray


def break_test(
    spans: pd.DataFrame | None,
    documents: pd.DataFrame,
    code: str,
    years: Sequence[int],
    *,
    by: str = "actor",
    world: pd.DataFrame | None = None,
    n_draws: int = 9_999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare each group's rate before and from a year that was named beforehand.

    Parameters
    ----------
    spans : DataFrame or None
        What `discourse.code` returned; only rows with `own` count. None: `code` is a column of counts in `documents`.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, `date`, and `text` or `n_words`.
    code : str
        A code, "stance", a construct (any of its codes), or the column of counts.
    years : sequence of int
        Years from which on the rate may be another one, each tested by itself over all the group's years. A year that
        was chosen by looking at the same data belongs into `change_points`, not here.
    by : str, default "actor"
        Column that makes the groups.
    world : DataFrame, optional
        The documents of all groups. With them, a group is compared with what it would have said had it followed, in
        each year, the mean rate of all others.
    n_draws : int, default 9_999
        Permutations, and draws of each rate.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        One row per group that has documents on both sides, and year: the group, `construct`, `code`, `break_year`,
        `n_years_before`, `n_years_after` (years with words), `rate_before`, `rate_after` (per 10,000 words),
        `expected_before`, `expected_after` (the same at the others' mean; missing without `world`), `ratio` (after to
        before; with `world`, of the ratios to the expected), `low`, `high` (95 % interval), `p` (two-sided),
        `p_adjusted` (by Holm over the table).

    Raises
    ------
    InputError
        If no group has documents on both sides of one of the years, or a setting is out of range.

    Notes
    -----
    *Test.* Years exchange their places, each with all that was said in it: permutation of the logarithm of the ratio
    with one hit spread over all words added; one is added to both counts (Phipson and Smyth 2010, Statistical
    Applications in Genetics and Molecular Biology 9, 39). Years must be exchangeable but for the break: a slow drift is
    found, too.

    *Net of the world.* A document's words are multiplied by the mean rate of the others in its year: expected hits
    (indirect standardisation: Breslow and Day 1987, Statistical Methods in Cancer Research II, ch. 2). With a
    permutation of years the comparison is a difference in differences on the log scale.

    *Interval.* Draws of both rates as in `rate_ratio`. Net of the world, the others are drawn again as well.

    Examples
    --------
    >>> years = range(2001, 2011)
    >>> documents = pd.DataFrame({"doc_id": [str(year) for year in years], "actor": "AVR", "n_words": 1000,
    ...                           "date": [str(year) for year in years], "rumour": [1, 0, 1, 1, 0, 4, 5, 6, 4, 5]})
    >>> table = break_test(None, documents, "rumour", [2006])
    >>> table[["actor", "break_year", "rate_before", "rate_after"]]
      actor  break_year  rate_before  rate_after
    0   AVR        2006          6.0        48.0
    >>> bool(table["p"][0] < 0.02)
    True
    """
    check_settings(_PER, _LEVEL, n_draws)
    if isinstance(years, (int, np.integer)) or not len(years):
        raise InputError(f"years is {years!r}; legal: a list of years, as [2012]")
    hits = dated(count_hits(spans, documents, code))
    _, groups = split(hits.documents, by)
    others = None if world is None else _world(dated(count_hits(spans, world, code)), by)
    rows = []
    for group in groups:
        for year in years:
            rng = generator((*group.key, int(year)), random_state)
            if row := _test(hits.part(group.rows), group, int(year), others, n_draws, rng):
                rows.append({by: group.key[0], "construct": hits.construct, "code": hits.code} | row)
    if not rows:
        raise InputError(f"no group has documents before and from {list(years)!r}; legal: years within a group's own")
    table = pd.DataFrame(rows)
    table[by] = table[by].astype(hits.documents[by].dtype)
    table["p_adjusted"] = multipletests(table["p"], method="holm")[1]
    table.attrs = {
        "measure": "break_test",
        "by": by,
        "per": _PER,
        "level": _LEVEL,
        "net_of_world": others is not None,
        "n_draws": n_draws,
        "random_state": random_state,
        "adjustment": "Holm",
        "counts_sha256": hits.fingerprint(),
    }
    return table


def _world(hits: Hits, by: str) -> _World:
    frame = pd.DataFrame({by: hits.documents[by], "year": years_of(hits), "k": hits.k, "words": hits.words})
    summed = frame.pivot_table(index=by, columns="year", values=["k", "words"], aggfunc="sum")
    table = summed["k"] / summed["words"]
    if len(table) < 3:
        raise InputError(f"world has {len(table)} values of {by!r}; legal: the documents of all, three or more")
    return _World(table.index.tolist(), table.columns.to_numpy(), table.to_numpy())


def _test(
    hits: Hits, group: Group, year: int, world: _World | None, n_draws: int, rng: np.random.Generator
) -> dict[str, object]:
    """Estimates and p of one group and year; nothing where one side has no words."""
    own = years_of(hits)
    means = np.ones(len(own))
    if world is not None:
        means = _others_mean(world, group.key[0], own)
        hits, own, means = hits.part(np.flatnonzero(means > 0)), own[means > 0], means[means > 0]
    after = own >= year
    if not after.any() or after.all():
        return {}
    exposure = hits.words * means
    sides = (~after, after)
    rates = [hits.k[side].sum() / hits.words[side].sum() for side in sides]
    expected = [np.nan if world is None else exposure[side].sum() / hits.words[side].sum() for side in sides]
    before, later = (np.log(rate_posterior(hits.k[side], exposure[side], n_draws, rng).rates) for side in sides)
    drawn = later - before
    if world is not None:
        drawn = drawn + _noise(world, group.key[0], hits, after, n_draws, rng)
    low, ratio, high = np.exp(np.quantile(drawn, [(1 - _LEVEL) / 2, 0.5, (1 + _LEVEL) / 2]))
    return {
        "break_year": year,
        "n_years_before": len(np.unique(own[~after])),
        "n_years_after": len(np.unique(own[after])),
        "rate_before": rates[0] * _PER,
        "rate_after": rates[1] * _PER,
        "expected_before": expected[0] * _PER,
        "expected_after": expected[1] * _PER,
        "ratio": ratio,
        "low": low,
        "high": high,
        "p": _permute(own, hits.k, exposure, year, n_draws, rng),
    }


def _others(world: _World, actor: object) -> np.ndarray:
    return world.rates[[one != actor for one in world.actors]]


def _others_mean(world: _World, actor: object, years: np.ndarray) -> np.ndarray:
    """Mean rate of the others in each of some years; 0 where nobody else spoke."""
    others = _others(world, actor)
    means = np.nansum(others, axis=0) / np.maximum((~np.isnan(others)).sum(axis=0), 1)
    return pd.Series(means, world.years).reindex(years, fill_value=0.0).to_numpy()


def _noise(
    world: _World, actor: object, hits: Hits, after: np.ndarray, n_draws: int, rng: np.random.Generator
) -> np.ndarray:
    """How far the logarithm of the expected ratio strays when the others are drawn again."""
    others = _others(world, actor)
    weights = rng.multinomial(len(others), np.full(len(others), 1 / len(others)), _WORLDS).astype(float)
    means = (weights @ np.nan_to_num(others)) / np.maximum(weights @ (~np.isnan(others)), 1)
    means = means[:, np.searchsorted(world.years, years_of(hits))]
    expected = [means[:, side] @ hits.words[side] for side in (~after, after)]
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.log(expected[0]) - np.log(expected[1])
    drawn = drawn[np.isfinite(drawn)]
    return rng.choice(drawn - drawn.mean(), n_draws)


def _permute(
    own: np.ndarray, k: np.ndarray, exposure: np.ndarray, year: int, n_draws: int, rng: np.random.Generator
) -> float:
    """Two-sided p when years exchange their places."""
    names, place = np.unique(own, return_inverse=True)
    table = np.column_stack([np.bincount(place, k), np.bincount(place, exposure)])
    n_after = int((names >= year).sum())
    total = table.sum(axis=0)

    def distance(sums: np.ndarray) -> np.ndarray:
        rest = total - sums
        rates = [part[:, 0] / part[:, 1] + 1 / total[1] for part in (sums, rest)]
        return np.abs(np.log(rates[0]) - np.log(rates[1]))

    observed = distance(table[None, -n_after:].sum(axis=1))[0]
    extreme, step = 0, max(1, _CELLS // len(table))
    for start in range(0, n_draws, step):
        labels = np.zeros((min(step, n_draws - start), len(table)))
        labels[:, :n_after] = 1
        extreme += int((distance(rng.permuted(labels, axis=1) @ table) >= observed - _ROUNDING).sum())
    return (extreme + 1) / (n_draws + 1)
