"""Contrasts of matched documents: a target's rates against those of others, weighted to be alike in venue and year."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from discourse.compare._counting import DocumentCounts, count_by_document, split
from discourse.compare._resample import check_settings, generator
from discourse.errors import InputError, one_of

__all__ = ["weighted_contrast"]

_CELLS = 2_000_000
_ROUNDING = 1e-9


class _Side(NamedTuple):
    """Hits (documents x codes), words, weights and strata of one group's documents."""

    hits: np.ndarray
    words: np.ndarray
    weights: np.ndarray
    strata: np.ndarray

    @property
    def rate(self) -> np.ndarray:
        return self.weights @ self.hits / (self.weights @ self.words)

    @property
    def n_effective(self) -> float:
        return self.weights.sum() ** 2 / (self.weights**2).sum()


def weighted_contrast(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    target: object,
    *,
    by: str = "actor",
    per: float = 10_000,
    level: float = 0.95,
    n_permutations: int = 9_999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare a group's rates with every other group's, each document counting by its weight.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned; only rows with `own` count.
    documents : DataFrame
        What `coarsened_exact_matching` or `entropy_balancing` returned: `weight`, and `stratum` for a test.
    target : object
        The group that the others were matched to.
    by : str, default "actor"
        Column that makes the groups.
    per : float, default 10_000
        Words that a rate refers to.
    level : float, default 0.95
        Confidence level.
    n_permutations : int, default 9_999
        Random permutations.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        A row per other group and code: `target`, `reference`, `construct`, `code`, `n_documents_target`,
        `n_documents_reference`, `n_effective` (documents of equal weight that would say as much as the reference's),
        `rate_target`, `rate_reference`, `difference` (target - reference), `low`, `high`, `ratio` (with half a sentence
        added to both), `p` (two-sided; missing where there are no strata or no stratum can be permuted).

    Raises
    ------
    InputError
        If `weight` is missing or negative, a group has fewer than two documents of positive weight with words, or a
        setting is out of range.

    Notes
    -----
    The rate is the ratio of weighted sums. Its standard error is that of a ratio estimator over documents (Cochran
    1977, Sampling Techniques, ch. 6), for given weights; on the log scale with Student's t, `n_effective` - 1 degrees
    of freedom, as in `rates`; both intervals are joined by the method of variance estimates recovery (Zou and Donner
    2008, Statistics in Medicine 27, 1693-1702). For a code never used the upper limit is that of `rates`, for
    `n_effective` documents. The test lets documents exchange groups within strata.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcde"), "actor": ["AVR", "AVR", "BEL", "BEL", "BEL"],
    ...                           "n_words": 1000, "weight": [1, 1, 1.5, 0.75, 0.75], "stratum": list("xyxyy")})
    >>> spans = pd.DataFrame({"doc_id": list("aabc"), "sentence": [0, 1, 0, 0], "own": True,
    ...                       "construct": "contested_claims", "code": "label"})
    >>> table = weighted_contrast(spans, documents, "AVR", per=1000)
    >>> table.loc[table["code"] == "label", ["rate_target", "rate_reference", "difference"]].round(2)
        rate_target  rate_reference  difference
    12          1.5             0.5         1.0
    """
    check_settings(per, level, n_permutations)
    one_of("weight", list(documents), "documents: the column of weights")
    counts = count_by_document(spans, documents)
    _, groups = split(counts.documents, by)
    sides = {group.key[0]: _side(counts, group.rows, f"{by} {group.key[0]!r}") for group in groups}
    one_of(target, list(sides), "target")
    if len(sides) < 2:
        raise InputError(f"by is {by!r}, which makes one group; legal: documents of two groups or more")
    parts = []
    for name, side in sides.items():
        if name != target:
            construct, code = zip(*counts.codes, strict=True)
            part = pd.DataFrame({"target": target, "reference": name, "construct": construct, "code": code})
            rng = generator((target, name), random_state)
            p = _permute(sides[target], side, n_permutations, rng)
            parts.append(part.assign(**_estimates(sides[target], side, per, level), p=p))
    table = pd.concat(parts, ignore_index=True)
    table.attrs = {
        "measure": "weighted_contrast",
        "by": by,
        "target": target,
        "per": per,
        "level": level,
        "n_permutations": n_permutations,
        "random_state": random_state,
        "interval": "ratio estimator over weighted documents, MOVER",
        "counts_sha256": counts.fingerprint(),
    }
    return table


def _side(counts: DocumentCounts, rows: np.ndarray, what: str) -> _Side:
    weights = pd.to_numeric(counts.documents["weight"].iloc[rows], errors="coerce").to_numpy(float, na_value=np.nan)
    if not (weights >= 0).all():
        raise InputError(f"documents of {what}: column 'weight' has missing or negative values; legal: weights from 0")
    used = (weights > 0) & (counts.words[rows] > 0)
    if used.sum() < 2:
        raise InputError(f"{what} has fewer than two documents with words and weight; match on less, or leave it out")
    rows = rows[used]
    strata = counts.documents["stratum"] if "stratum" in counts.documents else pd.Series("", counts.documents.index)
    return _Side(counts.sentences[rows], counts.words[rows], weights[used], strata.iloc[rows].astype("str").to_numpy())


def _interval(side: _Side, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end of the rates."""
    rate, effective = side.rate, side.n_effective
    residuals = side.weights[:, None] * (side.hits - rate * side.words[:, None])
    variance = (residuals**2).sum(axis=0) / (side.weights @ side.words) ** 2 * effective / max(effective - 1, 1e-9)
    reach = stats.t.ppf((1 + level) / 2, max(effective - 1, 0.5)) * np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low, high = rate * np.exp(-reach / rate), rate * np.exp(reach / rate)
    absent = rate == 0
    mean = side.weights @ side.words / side.weights.sum()
    return np.where(absent, 0, low), np.where(absent, ((1 - level) ** (-1 / effective) - 1) / mean, high)


def _estimates(a: _Side, b: _Side, per: float, level: float) -> dict[str, object]:
    (low_a, high_a), (low_b, high_b) = _interval(a, level), _interval(b, level)
    difference = a.rate - b.rate
    more = [side.rate + 0.5 * side.weights.sum() / len(side.words) / (side.weights @ side.words) for side in (a, b)]
    return {
        "n_documents_target": len(a.words),
        "n_documents_reference": len(b.words),
        "n_effective": b.n_effective,
        "rate_target": a.rate * per,
        "rate_reference": b.rate * per,
        "difference": difference * per,
        "low": (difference - np.hypot(a.rate - low_a, high_b - b.rate)) * per,
        "high": (difference + np.hypot(high_a - a.rate, b.rate - low_b)) * per,
        "ratio": more[0] / more[1],
    }


def _permute(a: _Side, b: _Side, n_permutations: int, rng: np.random.Generator) -> np.ndarray:
    """Two-sided p when documents exchange groups within strata, which decide what they weigh in either group."""
    strata, place = np.unique(np.concatenate([a.strata, b.strata]), return_inverse=True)
    label = np.arange(len(place)) < len(a.words)
    both = np.flatnonzero(np.bincount(place, label) * np.bincount(place, ~label))
    if not len(both) or len(strata) == 1 and strata[0] == "":
        return np.full(a.hits.shape[1], np.nan)
    table = np.vstack([np.column_stack([side.hits, side.words]) for side in (a, b)]).astype(float)
    weights = np.concatenate([a.weights, b.weights])
    each = [np.bincount(place, weights * side) / np.maximum(np.bincount(place, side), 1) for side in (label, ~label)]

    def distance(labels: np.ndarray) -> np.ndarray:
        sums = [(chosen * weight[place]) @ table for chosen, weight in zip((labels, 1 - labels), each, strict=True)]
        return np.abs(sums[0][:, :-1] / sums[0][:, -1:] - sums[1][:, :-1] / sums[1][:, -1:])

    observed = distance(label[None].astype(float))[0]
    extreme, step = np.zeros(len(observed)), max(1, _CELLS // len(table))
    for start in range(0, n_permutations, step):
        labels = np.tile(label.astype(float), (min(step, n_permutations - start), 1))
        for stratum in both:
            rows = np.flatnonzero(place == stratum)
            labels[:, rows] = rng.permuted(labels[:, rows], axis=1)
        extreme += (distance(labels) >= observed * (1 - _ROUNDING)).sum(axis=0)
    return (extreme + 1) / (n_permutations + 1)
