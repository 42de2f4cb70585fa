"""Contrasts: every two groups' rates compared, with intervals and tests that treat the document as the unit.

The test asks whether the groups differ within years: both spoke in the same year about the same world, so under the
null hypothesis which of the two said it more often is a coin's toss.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from discourse.compare._counting import DocumentCounts, Group, count_by_document, split
from discourse.compare._resample import check_settings, generator, rate_interval
from discourse.errors import InputError

__all__ = ["contrast"]

_EXACT_YEARS = 14
_ROUNDING = 1e-9
_CELLS = 4_000_000


class _Sample(NamedTuple):
    """What is known of one group: its documents' counts, years and venues, and the interval of its rates per word."""

    name: object
    hits: np.ndarray
    words: np.ndarray
    n_documents: int
    years: np.ndarray
    venues: frozenset
    low: np.ndarray
    high: np.ndarray

    @property
    def rate(self) -> np.ndarray:
        words = self.words.sum()
        return self.hits.sum(axis=0) / words if words else np.full(self.hits.shape[1], np.nan)


def contrast(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    by: str | list[str] = "actor",
    *,
    per: float = 10_000,
    level: float = 0.95,
    n_boot: int = 2000,
    n_permutations: int = 9_999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare the rates of every two groups, code by code.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned; only rows with `own` count.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`; `date` and `venue` decide what is tested.
    by : str or list of str, default "actor"
        The column or columns of `documents` that make the groups. The values of several are joined by " | ".
    per : float, default 10_000
        Words that a rate refers to.
    level : float, default 0.95
        Confidence level of each interval (not adjusted for their number).
    n_boot : int, default 2000
        Bootstrap draws.
    n_permutations : int, default 9_999
        Random permutations, where not all are tried.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        A row per pair of groups (`group_a`, `group_b` in sorted order) and code:

        - `construct`, `code` (with `any` and `stance`), `n_documents_a`, `n_documents_b`, `rate_a`, `rate_b`;
        - `difference` (rate_a - rate_b), `low`, `high`: per `per` words, with the interval of the difference;
        - `ratio`, `ratio_low`, `ratio_high`: of the rates, each with half a sentence added;
        - `n_years`: years with words of both groups;
        - `tested`: whether there is a p-value, `test`: which ("years", "documents" or ""), and `p`, two-sided;
        - `p_documents`: the document permutation's p beside it, `p_adjusted`: `p` by Holm over the whole table.

    Raises
    ------
    InputError
        If there are fewer than two groups, a column is missing or a setting is out of range.

    Notes
    -----
    *What is tested.* A difference between groups that spoke in different venues, or in no common year, is described
    (estimates and intervals) and not tested: occasion and speaker cannot be told apart. A pair is tested where both
    groups have one and the same venue, or none is known for either, and they share a year. Where documents have no
    dates, the document permutation stands in for the test by years.

    *Test by years.* Sign-flip permutation of the yearly differences in rate (Fisher 1935, The Design of Experiments,
    section 21); all sign patterns for up to 14 years, else `n_permutations` random ones with one added to both counts
    (Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular Biology 9, 39). Each year weighs the
    same, whatever was said in it; with n years no p is smaller than 2 ** (1 - n).

    *Document permutation.* Documents keep their words and hits and exchange their groups; the statistic is the
    difference of the pooled rates.

    *Intervals.* Those of the two rates, as in `discourse.rates`, are joined to that of their difference by the method
    of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27, 1693-1702), for the ratio on the log
    scale. The ratio adds 1/2 to both counts, as the mean under Jeffreys' prior for a Poisson rate does, so that it
    is finite with no hit on either side and shrinks little otherwise. An absent code enters with its upper limit and,
    in the ratio, with the lower limit under that prior: a ratio to it is hardly bounded above.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcd"), "actor": ["AVR", "AVR", "BEL", "BEL"], "n_words": 500,
    ...                           "date": ["2001", "2002", "2001", "2002"]})
    >>> spans = pd.DataFrame({"doc_id": list("aab"), "sentence": [0, 1, 0], "own": True,
    ...                       "construct": "contested_claims", "code": "label"})
    >>> table = contrast(spans, documents, per=1000)
    >>> table.loc[table["code"] == "label", ["group_a", "group_b", "difference", "ratio", "n_years", "p"]]
       group_a group_b  difference  ratio  n_years    p
    12     AVR     BEL         3.0    7.0        2  0.5
    """
    check_settings(per, level, n_boot)
    if n_permutations < 99:
        raise InputError(f"n_permutations is {n_permutations!r}; legal: 99 or more")
    counts = count_by_document(spans, documents)
    columns, groups = split(counts.documents, by)
    if len(groups) < 2:
        raise InputError(f"by is {by!r}, which makes {len(groups)} group; legal: columns that make two groups or more")
    samples = [_sample(counts, group, level, n_boot, random_state) for group in groups]
    parts = []
    for a, b in itertools.combinations(samples, 2):
        part = pd.DataFrame({"group_a": a.name, "group_b": b.name, **_named(counts.codes)})
        part = part.assign(**_estimates(a, b, per, level), **_tests(a, b, n_permutations, random_state))
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    table["p_adjusted"] = _holm(table["p"].to_numpy())
    table.attrs = {
        "measure": "contrast",
        "by": columns,
        "per": per,
        "level": level,
        "n_boot": n_boot,
        "n_permutations": n_permutations,
        "random_state": random_state,
        "interval": "document bootstrap, MOVER",
        "adjustment": "Holm",
        "counts_sha256": counts.fingerprint(),
    }
    return table


def _named(codes: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {"construct": [construct for construct, _ in codes], "code": [code for _, code in codes]}


def _sample(counts: DocumentCounts, group: Group, level: float, n_boot: int, random_state: int) -> _Sample:
    documents = counts.documents.iloc[group.rows]
    spoken = counts.words[group.rows] > 0
    hits, words = counts.sentences[group.rows][spoken], counts.words[group.rows][spoken]
    dated = documents["date"].dt.year if "date" in documents else pd.Series(np.nan, index=documents.index)
    venues = documents["venue"] if "venue" in documents else pd.Series("", index=documents.index)
    low, high = rate_interval(hits, words, generator(group.key, random_state), level=level, n_boot=n_boot)
    return _Sample(
        name=group.key[0] if len(group.key) == 1 else " | ".join(map(str, group.key)),
        hits=hits,
        words=words,
        n_documents=len(group.rows),
        years=dated.to_numpy(float)[spoken],
        venues=frozenset(venues.astype("str").fillna("")),
        low=low,
        high=high,
    )


def _estimates(a: _Sample, b: _Sample, per: float, level: float) -> dict[str, object]:
    """Rates, their difference and their ratio, with intervals."""
    low, high = _mover((a.rate, a.low, a.high), (b.rate, b.low, b.high))
    log_a, log_b = _logarithms(a, level), _logarithms(b, level)
    log_low, log_high = _mover(log_a, log_b)
    return {
        "n_documents_a": a.n_documents,
        "n_documents_b": b.n_documents,
        "rate_a": a.rate * per,
        "rate_b": b.rate * per,
        "difference": (a.rate - b.rate) * per,
        "low": low * per,
        "high": high * per,
        "ratio": np.exp(log_a[0] - log_b[0]),
        "ratio_low": np.exp(log_low),
        "ratio_high": np.exp(log_high),
    }


def _logarithms(sample: _Sample, level: float) -> list[np.ndarray]:
    """Rate, low and high on the log scale; half a sentence is added, but not to low; Jeffreys' low if absent."""
    words = sample.words.sum() if len(sample.words) else np.nan
    least = stats.gamma.ppf((1 - level) / 2, 0.5) / words
    low = np.where(sample.low == 0, least, sample.low)
    return [np.log(one) for one in (sample.rate + 0.5 / words, low, sample.high + 0.5 / words)]


def _mover(a: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a difference from two estimates with their own intervals (estimate, low, high)."""
    difference = a[0] - b[0]
    low = difference - np.hypot(a[0] - a[1], b[2] - b[0])
    return low, difference + np.hypot(a[2] - a[0], b[0] - b[1])


def _tests(a: _Sample, b: _Sample, n_permutations: int, random_state: int) -> dict[str, object]:
    """Which test applies to a pair, and its p by code."""
    shared = np.intersect1d(a.years[~np.isnan(a.years)], b.years[~np.isnan(b.years)])
    undated = np.isnan(a.years).all() and np.isnan(b.years).all()
    comparable = a.venues == b.venues and len(a.venues) == 1 and len(a.words) and len(b.words)
    test = "" if not comparable else "years" if len(shared) else "documents" if undated else ""
    p = p_documents = np.full(a.hits.shape[1], np.nan)
    if test:
        p = p_documents = _permute_documents(a, b, n_permutations, random_state)
    if test == "years":
        p = _flip_years(_yearly(a, shared) - _yearly(b, shared), n_permutations, random_state)
    return {"n_years": len(shared), "tested": bool(test), "test": test, "p": p, "p_documents": p_documents}


def _yearly(sample: _Sample, years: np.ndarray) -> np.ndarray:
    """Rates by year (years x codes)."""
    member = (sample.years == years[:, None]).astype(float)
    return (member @ sample.hits) / (member @ sample.words)[:, None]


def _flip_years(differences: np.ndarray, n_permutations: int, random_state: int) -> np.ndarray:
    """Two-sided p of the mean of paired differences (years x codes) when signs are flipped year by year."""
    n_years = len(differences)
    exact = n_years <= _EXACT_YEARS
    if exact:
        flips = np.arange(2 ** (n_years - 1))[:, None] >> np.arange(n_years) & 1
    else:
        rng = np.random.default_rng([random_state, n_years])
        flips = rng.integers(0, 2, (n_permutations, n_years))
    reached = np.abs((1 - 2 * flips).astype(float) @ differences)
    slack = _ROUNDING * np.abs(differences).sum(axis=0)
    extreme = (reached >= np.abs(differences.sum(axis=0)) - slack).sum(axis=0)
    return extreme / len(flips) if exact else (extreme + 1) / (n_permutations + 1)


def _permute_documents(a: _Sample, b: _Sample, n_permutations: int, random_state: int) -> np.ndarray:
    """Two-sided p of the difference of pooled rates when documents exchange their groups."""
    table = np.vstack([np.column_stack([one.hits, one.words]) for one in (a, b)]).astype(float)
    total = table.sum(axis=0)

    def difference(sums: np.ndarray) -> np.ndarray:
        rest = total - sums
        return np.abs(sums[:, :-1] / sums[:, -1:] - rest[:, :-1] / rest[:, -1:])

    small = min(len(a.words), len(b.words))
    observed = difference(table[None, : len(a.words)].sum(axis=1))[0]
    rng = np.random.default_rng([random_state, small, len(table)])
    extreme = np.zeros(len(observed))
    step = max(1, _CELLS // len(table))
    for start in range(0, n_permutations, step):
        labels = np.zeros((min(step, n_permutations - start), len(table)))
        labels[:, :small] = 1
        extreme += (difference(rng.permuted(labels, axis=1) @ table) >= observed * (1 - _ROUNDING)).sum(axis=0)
    return (extreme + 1) / (n_permutations + 1)


def _holm(p: np.ndarray) -> np.ndarray:
    """Adjust p-values for their number, those that are missing left out."""
    adjusted = np.full(len(p), np.nan)
    given = ~np.isnan(p)
    if given.any():
        adjusted[given] = multipletests(p[given], method="holm")[1]
    return adjusted
