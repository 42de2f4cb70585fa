"""Rate ratios that stay finite without hits: Gamma-Poisson draws of every group's rate, and of their ratio."""

import itertools

import numpy as np
import pandas as pd

from discourse.compare._counting import DocumentCounts, Group, count_by_document, split
from discourse.compare._hits import group_name
from discourse.compare._posterior import Posterior, rate_posterior
from discourse.compare._resample import check_settings, generator
from discourse.errors import InputError

__all__ = ["rate_ratio"]


def rate_ratio(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    by: str | list[str] = "actor",
    *,
    per: float = 10_000,
    level: float = 0.95,
    n_draws: int = 20_000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare the rates of every two groups, also where one of them never uses a code.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned; only rows with `own` count.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`; those without words are left out.
    by : str or list of str, default "actor"
        Column or columns that make the groups. The values of several are joined by " | ".
    per : float, default 10_000
        Words that a rate refers to.
    level : float, default 0.95
        Probability that an interval holds.
    n_draws : int, default 20_000
        Draws from the posterior distribution.
    random_state : int, default 0
        Seed. A group's draws depend on it and on the group's own name and documents only.

    Returns
    -------
    DataFrame
        A row per pair of groups (`group_a`, `group_b` in sorted order) and code: `construct`, `code`, `n_documents_a`,
        `n_documents_b`, `k_a`, `k_b`, `rate_a`, `rate_b` (as counted), `ratio`, `ratio_low`, `ratio_high`,
        `difference`, `low`, `high` (medians and quantiles of the draws, the difference per `per` words),
        `probability` (that a's rate is the higher one), `overdispersion_a`, `overdispersion_b`.

    Raises
    ------
    InputError
        If there are fewer than two groups, a group has fewer than two documents with words, or a setting is out of
        range.

    Notes
    -----
    Counts of documents are negative binomial: Poisson around rates that are gamma-distributed from document to
    document. The prior is Jeffreys' for such a rate given the overdispersion between documents of a group, which for
    rare hits is that of a Poisson rate, Gamma(1/2) with no weight of its own; the overdispersion's is log-normal around
    1, with a 95 % range of 0.14 to 7. Each group is judged by itself, on a grid (Gelman et al. 2013, Bayesian Data
    Analysis, 3rd ed., ch. 2.6, 2.8 and 3.7).
    The ratio says how many times as often, the difference how much that is: a large ratio of two rare things is both.
    What the groups differ in besides - venue, year - is not taken into account; see `contrast` and
    `weighted_contrast`.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcdef"), "actor": ["AVR"] * 3 + ["BEL"] * 3, "n_words": 1000})
    >>> spans = pd.DataFrame({"doc_id": list("aaabbccc"), "sentence": [0, 1, 2, 0, 1, 0, 1, 2], "own": True,
    ...                       "construct": "contested_claims", "code": "label"})
    >>> table = rate_ratio(spans, documents, per=1000)
    >>> row = table.loc[table["code"] == "label"].iloc[0]
    >>> int(row["k_a"]), int(row["k_b"]), bool(1 < row["ratio"] < row["ratio_high"] < np.inf)
    (8, 0, True)
    """
    check_settings(per, level, n_draws)
    counts = count_by_document(spans, documents)
    columns, groups = split(counts.documents, by)
    if len(groups) < 2:
        raise InputError(f"by is {by!r}, which makes {len(groups)} group; legal: columns that make two groups or more")
    for group in groups:
        if (counts.words[group.rows] > 0).sum() < 2:
            raise InputError(f"{group_name(group.key)!r} has fewer than two documents with words; leave that group out")
    rows = []
    for place, (construct, code) in enumerate(counts.codes):
        drawn = [_draw(counts, group, place, n_draws, random_state) for group in groups]
        for (one, a), (two, b) in itertools.combinations(zip(groups, drawn, strict=True), 2):
            names = {"group_a": group_name(one.key), "group_b": group_name(two.key), "construct": construct}
            counted = _counted(counts, one, place, per, "a") | _counted(counts, two, place, per, "b")
            rows.append(names | {"code": code} | counted | _compared(a, b, per, level))
    order = {code: number for number, code in enumerate(counts.codes)}
    table = pd.DataFrame(rows)[_COLUMNS]
    place = [order[pair] for pair in zip(table["construct"], table["code"], strict=True)]
    table = table.assign(_place=place).sort_values(["group_a", "group_b", "_place"], ignore_index=True)
    table = table.drop(columns="_place")
    table.attrs = {
        "measure": "rate_ratio",
        "by": columns,
        "per": per,
        "level": level,
        "n_draws": n_draws,
        "random_state": random_state,
        "interval": "Gamma-Poisson, Jeffreys prior",
        "counts_sha256": counts.fingerprint(),
    }
    return table


_SIDED = ("n_documents", "k", "rate", "overdispersion")
_COLUMNS = ["group_a", "group_b", "construct", "code"]
_COLUMNS += [f"{name}_{side}" for name in _SIDED[:3] for side in "ab"]
_COLUMNS += ["ratio", "ratio_low", "ratio_high", "difference", "low", "high", "probability"]
_COLUMNS += ["overdispersion_a", "overdispersion_b"]


def _draw(counts: DocumentCounts, group: Group, place: int, n_draws: int, random_state: int) -> Posterior:
    words = counts.words[group.rows]
    spoken = words > 0
    rng = generator((*group.key, *counts.codes[place]), random_state)
    return rate_posterior(counts.sentences[group.rows, place][spoken], words[spoken], n_draws, rng)


def _counted(counts: DocumentCounts, group: Group, place: int, per: float, side: str) -> dict[str, object]:
    k, words = counts.sentences[group.rows, place].sum(), counts.words[group.rows].sum()
    return {f"n_documents_{side}": len(group.rows), f"k_{side}": k, f"rate_{side}": per * k / words}


def _compared(a: Posterior, b: Posterior, per: float, level: float) -> dict[str, float]:
    """Ratio and difference of two groups' draws."""
    quantiles = [(1 - level) / 2, 0.5, (1 + level) / 2]
    ratio_low, ratio, ratio_high = np.exp(np.quantile(np.log(a.rates) - np.log(b.rates), quantiles))
    low, difference, high = np.quantile((a.rates - b.rates) * per, quantiles)
    return {
        "ratio": ratio,
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
        "difference": difference,
        "low": low,
        "high": high,
        "probability": float((a.rates > b.rates).mean()),
        "overdispersion_a": a.overdispersion,
        "overdispersion_b": b.overdispersion,
    }
