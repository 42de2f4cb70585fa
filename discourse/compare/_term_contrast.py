"""Two sets of documents compared term by term: the columns of `keyness`.

Words of one speech are not independent of one another, so measures on words (G2, chi-square, log-odds) only rank. What
is inference here draws documents: intervals come from the bootstrap, p-values from permutation.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse, stats
from statsmodels.stats.multitest import multipletests

from discourse.compare import _association as measure
from discourse.compare._ranks import compare_ranks
from discourse.compare._redraw import Units, by_turns, permutation_p, rate_variance, sums
from discourse.compare._sides import check_draws
from discourse.compare.dispersion import deviation_of_proportions
from discourse.counts import TermCounts
from discourse.errors import InputError, one_of

__all__ = ["COLUMNS", "Settings", "adjust", "compare_sides", "generator", "in_order"]

COLUMNS = ["term", "k_target", "k_reference", "n_documents", "g2", "g2_2cell", "chi2", "log_ratio", "low", "high"]
COLUMNS += ["log_odds", "z", "p", "p_adjusted", "dp", "p_holm", "p_rank", "superiority", "log10_p_g2", "bic"]
COLUMNS += ["g2_documents", "lrc", "percent_diff", "rate_target", "rate_reference", "difference"]
COLUMNS += ["n_target_documents", "n_reference_documents", "dp_target", "dp_reference"]
FOR_RANKING = ["g2", "g2_2cell", "log10_p_g2", "g2_documents", "chi2", "bic", "lrc", "log_odds", "z"]
"""Columns that take words (or documents of unlike length) for independent draws: no tests."""
FOR_INFERENCE = ["low", "high", "p", "p_adjusted", "p_holm", "p_rank"]
"""Columns that take documents for independent draws."""
LEVEL = 0.95
PER = 10_000
FEW = 30
TERMS = 2000


class Settings(NamedTuple):
    """What `keyness` and `keyness_groups` let the user choose."""

    correction: str
    prior: str | float
    n_draws: int
    random_state: int

    def check(self) -> None:
        """Refuse settings without meaning."""
        one_of(self.correction, measure.CORRECTIONS, "correction")
        if isinstance(self.prior, str):
            one_of(self.prior, ["informative"], "prior (or a number above 0)")
        elif not 0 < self.prior < np.inf:
            raise InputError(
                f"prior is {self.prior!r}; legal: 'informative', or a number of uses above 0 for each term"
            )
        check_draws(self.n_draws)


def compare_sides(
    counts: TermCounts, in_target: np.ndarray, in_reference: np.ndarray, settings: Settings
) -> pd.DataFrame:
    """Compare two sets of documents term by term.

    Parameters
    ----------
    counts : TermCounts
        Counts.
    in_target, in_reference : ndarray of bool, shape (n_documents,)
        The two sides.
    settings : Settings
        What to compute.

    Returns
    -------
    DataFrame
        The columns of `keyness` but those of multiple testing, sorted by term.
    """
    chosen, order = in_order(counts, in_target | in_reference)
    inside = in_target[order]
    matrix = sparse.csr_array(chosen.matrix.T)
    both = Units(matrix, chosen.exposure, chosen.spans)
    target, reference = (Units(matrix[:, side], both.exposure[side], both.spans) for side in (inside, ~inside))
    frequencies = (*sums(target), *sums(reference))
    table = pd.DataFrame({"term": chosen.terms, "k_target": frequencies[0], "k_reference": frequencies[2]})
    table["n_documents"] = np.diff(matrix.indptr)
    _add_ranking(table, frequencies, settings)
    _add_interval(table, frequencies, (target, reference), settings)
    table["log_odds"], table["z"] = _log_odds(frequencies, chosen.spans, settings.prior)
    table["p"] = permutation_p(both, inside, settings.n_draws, generator(settings, 0))
    table["dp"], table["dp_target"], table["dp_reference"] = (_dp(units) for units in (both, target, reference))
    _add_documents(table, both, inside)
    table.attrs = {"level": LEVEL, "per": PER, "for_ranking": FOR_RANKING, "inference": FOR_INFERENCE}
    table.attrs |= {"n_target": int(inside.sum()), "n_reference": int((~inside).sum())}
    if min(table.attrs["n_target"], table.attrs["n_reference"]) < FEW:
        table.attrs["note"] = f"fewer than {FEW} documents on a side: take intervals for rough"
    return table


def in_order(counts: TermCounts, chosen: np.ndarray) -> tuple[TermCounts, np.ndarray]:
    """Take the chosen documents in the order of their ids, so that draws do not depend on the table's order.

    Parameters
    ----------
    counts : TermCounts
        Counts.
    chosen : ndarray of bool, shape (n_documents,)
        Which documents to take.

    Returns
    -------
    counts : TermCounts
        Counts of the chosen documents, without terms that none of them uses.
    order : ndarray of int
        Which rows of the given counts they are.
    """
    ids = counts.documents["doc_id"].astype(str).to_numpy(dtype=object)
    order = np.flatnonzero(chosen)
    order = order[np.argsort(ids[order], kind="stable")]
    rows = TermCounts(
        counts.matrix[order], counts.terms, counts.documents.iloc[order], counts.spans, counts.exposure[order]
    )
    return rows.select(), order


def generator(settings: Settings, use: int) -> np.random.Generator:
    """Return a generator of its own for each use of the seed."""
    return np.random.default_rng([settings.random_state, use])


def _add_ranking(table: pd.DataFrame, frequencies: tuple, settings: Settings) -> None:
    """Add the measures on words."""
    correction = settings.correction
    table["g2"] = measure.g2(*frequencies, correction=correction)
    table["g2_2cell"] = measure.g2(*frequencies, cells=2)
    table["chi2"] = measure.chi2(*frequencies, correction=correction)
    table["log10_p_g2"] = measure.log10_p(table["g2"].to_numpy())
    table["bic"] = measure.bayes_information(*frequencies)
    low, high = measure.log_ratio_interval(*frequencies, level=LEVEL)
    table["lrc"] = np.maximum(low, 0) + np.minimum(high, 0)
    table["percent_diff"] = measure.percent_difference(*frequencies)
    table["rate_target"] = PER * frequencies[0] / frequencies[1]
    table["rate_reference"] = PER * frequencies[2] / frequencies[3]
    table["difference"] = table["rate_target"] - table["rate_reference"]


def _add_interval(table: pd.DataFrame, frequencies: tuple, units: tuple[Units, Units], settings: Settings) -> None:
    """Add the log ratio and its interval over documents, open towards a side that never uses the term."""
    uses, places = frequencies[::2], frequencies[1::2]
    sizes = [len(side.exposure) for side in units]
    errors = [rate_variance(side, settings.n_draws, generator(settings, use)) for use, side in enumerate(units, 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = sum(errors) ** 2 / sum(error**2 / (size - 1) for error, size in zip(errors, sizes, strict=True))
    reach = _reach(sum(errors), np.nan_to_num(freedom, nan=1.0))
    table["log_ratio"] = ratio = measure.log_ratio(*frequencies)
    floors, limits = [], []
    for k, n, size, error in zip(uses, places, sizes, errors, strict=True):
        floors.append(np.log2(np.maximum(k, 0.5) / n) - _reach(error, size - 1))
        limits.append(np.log2(((1 - LEVEL) / 2) ** (-1 / size) - 1) + np.log2(size / n))
    absent = [k == 0 for k in uses]
    table["low"] = np.select(absent, [-np.inf, floors[0] - limits[1]], ratio - reach)
    table["high"] = np.select(absent, [limits[0] - floors[1], np.inf], ratio + reach)


def _reach(variance: np.ndarray, freedom: np.ndarray | int) -> np.ndarray:
    """Return how far an interval reaches to either side, in binary logarithms."""
    return stats.t.ppf((1 + LEVEL) / 2, freedom) * np.sqrt(variance) / np.log(2)


def _log_odds(frequencies: tuple, spans: np.ndarray, prior: str | float) -> tuple[np.ndarray, np.ndarray]:
    """Return log-odds and z; the prior's total is of the terms of equal length."""
    k1, n1, k2, n2 = frequencies
    if prior == "informative":
        return measure.log_odds(*frequencies, prior=k1 + k2, prior_total=n1 + n2)
    return measure.log_odds(*frequencies, prior=prior, prior_total=prior * np.bincount(spans)[spans])


def _dp(units: Units) -> np.ndarray:
    """Return the deviation of proportions of each term."""

    def measure_some(some: slice) -> np.ndarray:
        return deviation_of_proportions(units.matrix[some], units.exposure, units.spans[some])

    return by_turns(len(units.spans), TERMS, measure_some)


def _add_documents(table: pd.DataFrame, units: Units, in_target: np.ndarray) -> None:
    """Add what is reckoned from documents: how many use the term, and how their rates rank."""

    def compare_some(some: slice) -> np.ndarray:
        matrix, spans = units.matrix[some], units.spans[some]
        term = np.repeat(np.arange(len(spans)), np.diff(matrix.indptr))
        matrix = matrix.astype(float)
        matrix.data /= units.exposure[matrix.indices, spans[term] - 1]
        users = np.bincount(term, in_target[matrix.indices], len(spans))
        return np.stack([users, *compare_ranks(matrix, in_target)])

    users, table["superiority"], table["p_rank"] = by_turns(len(units.spans), TERMS, compare_some)
    table["n_target_documents"] = users.astype(np.int64)
    table["n_reference_documents"] = table["n_documents"] - table["n_target_documents"]
    sizes = int(in_target.sum()), int((~in_target).sum())
    table["g2_documents"] = measure.g2(users, sizes[0], table["n_reference_documents"].to_numpy(), sizes[1])


def adjust(table: pd.DataFrame) -> pd.DataFrame:
    """Add p-values corrected for the number of rows, and bring the columns into their order.

    Parameters
    ----------
    table : DataFrame
        What `compare_sides` returns; one or several of them.

    Returns
    -------
    DataFrame
        The same with `p_adjusted` (Benjamini-Hochberg) and `p_holm`; columns that `keyness` does not have come first.
    """
    p = table["p"].to_numpy()
    adjusted = {name: multipletests(p, method=how)[1] for name, how in (("p_adjusted", "fdr_bh"), ("p_holm", "holm"))}
    further = [name for name in table if name not in COLUMNS]
    return table.assign(**adjusted)[further + COLUMNS]
