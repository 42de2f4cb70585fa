"""Two frequency lists compared, where the documents behind them are not at hand."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from discourse.compare import _association as measure
from discourse.errors import InputError, one_of

__all__ = ["compare_frequencies"]


def compare_frequencies(
    target: Mapping[str, int],
    reference: Mapping[str, int],
    *,
    n_target: int | None = None,
    n_reference: int | None = None,
    correction: str = "none",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare two frequency lists, as published ones, by the measures that need no documents: for ranking only.

    A test on words takes them for independent draws, and finds differences between any two sets of speeches. With the
    documents at hand use `keyness`.

    Parameters
    ----------
    target, reference : mapping of str to int, or Series
        How often each term occurs; a term missing on one side has 0 there.
    n_target, n_reference : int, optional
        Words of each side; by default the sum of its list.
    correction : {"none", "yates", "williams", "quanteda"}, default "none"
        Correction of `chi2`, and for "williams" of `g2`.
    level : float, default 0.95
        Of the interval; ``1 - 0.05 / n_terms`` is Bonferroni's correction.

    Returns
    -------
    DataFrame
        One row per term, highest `g2` first: `term`, `k_target`, `k_reference`, `expected_target`,
        `expected_reference`, `g2`, `g2_2cell`, `chi2` (signed: positive where the target uses the term more),
        `log10_p_g2`, `fisher_p` (two-sided), `log_ratio` (binary), `lrc_low`, `lrc_high` (its exact interval over
        words), `percent_diff`, `odds_ratio`, `simple_maths` (constant 100 per million), `bic`, `pmi` (natural
        logarithm). `attrs` call all of them `for_ranking`.

    Raises
    ------
    InputError
        If a frequency is no whole number from 0, or a side has fewer words than its list.

    References
    ----------
    As `keyness`; Kilgarriff, A. (2009), Simple maths for keywords; Pojanapunya, P., & Watson Todd, R. (2018), Corpus
    Linguistics and Linguistic Theory 14, 133-167 (odds ratio); Wilson, A. (2013), Embracing Bayes factors (BIC).

    Examples
    --------
    >>> table = compare_frequencies({"war": 620}, {"war": 267}, n_target=1017879, n_reference=1007532)
    >>> table[["term", "g2_2cell", "log_ratio", "percent_diff"]].round(2)
      term  g2_2cell  log_ratio  percent_diff
    0  war    140.87        1.2        129.85
    """
    one_of(correction, measure.CORRECTIONS, "correction")
    if not 0 < level < 1:
        raise InputError(f"level is {level!r}; legal: between 0 and 1, as 0.95")
    lists = [_check_list(target, n_target, "target"), _check_list(reference, n_reference, "reference")]
    table = pd.concat([frequencies for frequencies, _ in lists], axis=1).fillna(0).astype(np.int64).sort_index()
    numbers = (table[0].to_numpy(), lists[0][1], table[1].to_numpy(), lists[1][1])
    columns = {"term": table.index, "k_target": numbers[0], "k_reference": numbers[2]}
    measures = _measure(numbers, correction, level)
    result = pd.DataFrame(columns | measures).sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)
    settings = {"n_target": int(numbers[1]), "n_reference": int(numbers[3]), "correction": correction, "level": level}
    result.attrs = settings | {"for_ranking": list(measures), "inference": []}
    return result


def _measure(numbers: tuple, correction: str, level: float) -> dict[str, np.ndarray]:
    """Return all measures on words."""
    low, high = measure.log_ratio_interval(*numbers, level=level)
    expected = measure.expected(*numbers)
    signed = measure.g2(*numbers, correction=correction)
    return {
        "expected_target": expected[0],
        "expected_reference": expected[1],
        "g2": signed,
        "g2_2cell": measure.g2(*numbers, cells=2),
        "chi2": measure.chi2(*numbers, correction=correction),
        "log10_p_g2": measure.log10_p(signed),
        "fisher_p": _fisher(*numbers),
        "log_ratio": measure.log_ratio(*numbers),
        "lrc_low": low,
        "lrc_high": high,
        "percent_diff": measure.percent_difference(*numbers),
        "odds_ratio": measure.odds_ratio(*numbers),
        "simple_maths": measure.simple_maths(*numbers),
        "bic": measure.bayes_information(*numbers),
        "pmi": measure.pointwise_information(*numbers),
    }


def _check_list(frequencies: Mapping[str, int], total: int | None, what: str) -> tuple[pd.Series, int]:
    """Return a frequency list as integers, and the number of words it is taken from."""
    series = pd.Series(dict(frequencies), dtype=float)
    if series.isna().any() or (series < 0).any() or (series % 1 != 0).any():
        raise InputError(f"{what}: a frequency is no count; legal: whole numbers from 0, not rates or weights")
    number = int(series.sum()) if total is None else total
    if number < max(series.sum(), 1) or number % 1:
        raise InputError(
            f"n_{what} is {number}, but its list counts {int(series.sum())} uses; legal: the number of all its words"
        )
    return series, int(number)


def _fisher(k1: np.ndarray, n1: int, k2: np.ndarray, n2: int) -> np.ndarray:
    """Two-sided p of Fisher's exact test, term by term."""
    tables = ([[a, b], [n1 - a, n2 - b]] for a, b in zip(k1.tolist(), k2.tolist(), strict=True))
    return np.array([stats.fisher_exact(table).pvalue for table in tables])
