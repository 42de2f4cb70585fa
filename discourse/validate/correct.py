"""Rates and contrasts corrected for the errors of the rules, by means of a hand-coded probability sample.

Rules that find 90 % of what one state says and 70 % of what another says make two equal states differ. A sample of
sentences coded by hand, with known chances of being drawn, shows how much is missed and how much is wrongly found, for
each group by itself.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare._counting import Group, split
from discourse.compare._resample import generator
from discourse.compare.rates import rates
from discourse.errors import InputError, one_of
from discourse.validate._design_based import DifferenceEstimator, cross_fitted, horvitz_thompson
from discourse.validate._found import Found, find
from discourse.validate._labels import Labels, Sample, read_labels, take
from discourse.validate._prediction_powered import prediction_powered
from discourse.validate._resampled import Estimator, Resampled, difference, interval, resample
from discourse.validate._rogan_gladen import LEAST, RoganGladen

__all__ = ["correct", "correct_contrast"]

METHODS = ("dsl", "ppi", "horvitz_thompson", "rogan_gladen")
GOLD = "two human coders"
LEVEL = 0.95


class _Corrected(NamedTuple):
    """One group's documents and labels, and its rates by code."""

    sample: Sample
    rates: Resampled


def correct(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    sheet: pd.DataFrame,
    by: str | list[str] = "actor",
    *,
    method: str = "dsl",
    per: float = 10_000,
    n_boot: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Estimate rates as hand coding of every sentence would give them.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and either `text` or both `n_words` and `n_sentences`.
    sheet : DataFrame
        Coded sentences (`discourse.draw_sheet`, `discourse.read_sheet`). Rows without a probability and rows of other
        documents are left out. ``sheet.attrs["gold_status"]`` says who coded.
    by : str or list of str, default "actor"
        The column or columns of `documents` to group by; ``[]`` for all documents together.
    method : {"dsl", "ppi", "horvitz_thompson", "rogan_gladen"}, default "dsl"
        How the labels are used; see Notes.
    per : float, default 10_000
        Words that a rate refers to.
    n_boot : int, default 2000
        Bootstrap draws.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        A row for every group and code: the grouping columns, `construct`, `code`, `n_documents`, `n_hit`, `n_words`,
        `k`, `n_spans` (as in `discourse.rates`: what the rules found), `method`, `estimate` (sentences with the code
        per `per` words, not below 0), `low`, `high` (95 %), `naive` (the uncorrected rate), `naive_low`,
        `naive_high`, `n_labelled` (labels in the group), `provisional` (whether the labels are other than those of two
        human coders). Missing where `rogan_gladen` is refused, listed in ``attrs["refused"]``.

    Raises
    ------
    InputError
        If the labels have no probabilities, are not coded, do not fit the documents, or a group has none of a kind of
        sentence it needs; if `rogan_gladen` is refused throughout.

    Notes
    -----
    With y the label, f a prediction and π the probability of a sentence:

    - `horvitz_thompson`: the sum of y / π by strata, scaled to the strata's sizes (Horvitz and Thompson 1952, Journal
      of the American Statistical Association 47, 663-685; Neyman 1938, same journal 33, 101-116). From labels alone.
    - `ppi`: the sum of λf over all sentences, plus that of (y - λf) / π over labels, f being what the rules say; λ
      makes the variance least (Angelopoulos et al. 2023, Science 382, 669-674; Angelopoulos, Duchi and Zrnic 2023,
      arXiv 2311.01453). λ = 0 is the line above.
    - `dsl`: the sum of f + R (y - f) / π, R telling labels from other sentences, f learnt from what the rules found and
      from labels in other documents (Egami, Hinck, Stewart and Wei 2023, arXiv 2306.04746).
    - `rogan_gladen`: (q + Sp - 1) / (Se + Sp - 1) with the share q of sentences found and the group's own sensitivity
      Se and specificity Sp (Rogan and Gladen 1978, American Journal of Epidemiology 107, 71-76); refused where
      Se + Sp - 1 < .3. It takes both as the same in every sentence, so the others are to be preferred.

    The first three are unbiased whatever the rules miss. Strata follow the rules' findings where the sheet was drawn
    with `discourse.draw_sheet`; the sizes of other strata are not known by document, and weights are scaled to the
    group's sentences instead.

    Intervals draw documents again, and their labels with them, keeping the probabilities; they are percentiles, set
    wider for few labelled documents (Hesterberg 2015, The American Statistician 69, 371-386). Where next to no label of
    a stratum has the code, drawing again shows no doubt, though what was missed in thousands of sentences hangs on it:
    the half count of Jeffreys' prior is drawn beside. `tests/benchmarks/simulate_correction.py` shows the coverage.

    Examples
    --------
    Of ten documents with two sentences each the rules find the code in one; the coder finds it in three of ten labels.

    >>> names = [f"d{number}" for number in range(10)]
    >>> documents = pd.DataFrame({"doc_id": names, "actor": "AVR", "n_words": 50, "n_sentences": 2})
    >>> spans = pd.DataFrame({"doc_id": ["d0"], "sentence": [0], "own": True, "construct": ["x"], "code": ["y"]})
    >>> spans.attrs["codes"] = {"x": ["y"]}
    >>> sheet = pd.DataFrame({"doc_id": names, "sentence": 0, "start": 0, "end": 9, "stratum": "AVR",
    ...                       "probability": 0.5, "codes": ["y", "y", "y", *[""] * 7]})
    >>> table = correct(spans, documents, sheet, method="horvitz_thompson", per=100)
    >>> table.loc[table["code"] == "y", ["k", "estimate", "naive", "n_labelled", "provisional"]]
       k  estimate  naive  n_labelled  provisional
    1  1       1.2    0.2          10         True
    """
    one_of(method, METHODS, "method")
    found = find(spans, documents)
    columns, groups = _corrected(found, read_labels(sheet, found, spans), by, method, n_boot, random_state)
    counted = rates(spans, found.counts.documents, by, per=per, level=LEVEL, n_boot=n_boot, random_state=random_state)
    corrected = pd.concat([_rows(one, per) for one in groups], ignore_index=True)
    table = counted.drop(columns=["rate", "low", "high"])
    naive = counted[["rate", "low", "high"]].set_axis(["naive", "naive_low", "naive_high"], axis=1)
    table = table.assign(method=method).join(corrected[["estimate", "low", "high"]]).join(naive)
    table = table.assign(n_labelled=corrected["n_labelled"], provisional=_gold_status(sheet) != GOLD)
    table.attrs = counted.attrs | {"measure": "correct", "method": method, "gold_status": _gold_status(sheet)}
    if method == "rogan_gladen":
        table.attrs["refused"] = _refused(table, columns)
    return table


def correct_contrast(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    sheet: pd.DataFrame,
    by: str | list[str] = "actor",
    *,
    method: str = "dsl",
    per: float = 10_000,
    n_boot: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Estimate differences between groups as hand coding of every sentence would give them.

    Parameters
    ----------
    spans, documents, sheet, by, method, per, n_boot, random_state
        As in `correct`.

    Returns
    -------
    DataFrame
        A row for every pair of groups and every code: `group_a`, `group_b`, `construct`, `code`, `method`, `estimate`
        (rate of a less rate of b, corrected), `low`, `high` (95 %), `naive` (the uncorrected difference), `naive_low`,
        `naive_high`, `n_labelled` (in both groups), `provisional`, `changed` (whether correction changes the verdict:
        that the difference is positive, negative, or not told from 0).

    Raises
    ------
    InputError
        As `correct`; and if there are fewer than two groups.

    Notes
    -----
    Each group is corrected by its own labels, for it is errors that differ between groups that make differences of
    their own. The intervals of the two rates are joined to that of their difference as in `discourse.contrast` (method
    of variance estimates recovery; Zou and Donner 2008, Statistics in Medicine 27, 1693-1702), corrected and naive
    alike.

    Examples
    --------
    In the labelled half, coders find the code in 12 sentences of each actor, the rules in 12 of AVR's and one of BEL's.

    >>> names = [f"d{number}" for number in range(40)]
    >>> documents = pd.DataFrame({"doc_id": names, "actor": ["AVR", "BEL"] * 20, "n_words": 50, "n_sentences": 2})
    >>> spans = pd.DataFrame({"doc_id": [*names[:24:2], "d1"], "sentence": 0, "own": True})
    >>> spans = spans.assign(construct="x", code="y")
    >>> spans.attrs["codes"] = {"x": ["y"]}
    >>> sheet = pd.DataFrame({"doc_id": names, "sentence": 0, "start": 0, "end": 9, "stratum": "all",
    ...                       "probability": 0.5, "codes": [*["y"] * 24, *[""] * 16]})
    >>> table = correct_contrast(spans, documents, sheet, method="horvitz_thompson", per=100)
    >>> table[["group_a", "group_b", "code", "estimate", "naive", "changed"]].round(9).iloc[1:]
      group_a group_b code  estimate  naive  changed
    1     AVR     BEL    y       0.0    1.1     True
    """
    settings = {"method": method, "per": per, "n_boot": n_boot, "random_state": random_state}
    table = correct(spans, documents, sheet, by, **settings)
    size = len(table[["construct", "code"]].drop_duplicates())
    groups = [table.iloc[start : start + size].reset_index(drop=True) for start in range(0, len(table), size)]
    if len(groups) < 2:
        raise InputError(f"by is {by!r}, which makes {len(groups)} group; legal: columns that make two groups or more")
    pairs = [_pair(one, other, table.attrs["by"]) for one, other in combinations(groups, 2)]
    contrasts = pd.concat(pairs, ignore_index=True)
    contrasts.attrs = table.attrs | {"measure": "correct_contrast"}
    return contrasts


def _corrected(
    found: Found, labels: Labels, by: str | list[str], method: str, n_boot: int, random_state: int
) -> tuple[list[str], list[_Corrected]]:
    """Estimate and resample every group; returns the grouping columns too."""
    columns, groups = split(found.counts.documents, by)
    if not groups:
        raise InputError("documents has no rows; legal: one document or more")
    predicted = cross_fitted(found, labels, random_state) if method == "dsl" else None
    corrected = []
    for group in groups:
        sample = take(found, labels, group, _name(group) or "documents")
        estimator = _estimator(method, sample, labels, predicted)
        rng = generator((*group.key, method), random_state)
        corrected.append(_Corrected(sample, resample(estimator, n_boot, rng)))
    return columns, corrected


def _estimator(method: str, sample: Sample, labels: Labels, predicted: tuple | None) -> Estimator:
    if predicted is not None:
        known, fitted = predicted
        return DifferenceEstimator(sample, labels, known[sample.rows], fitted[sample.labels])
    makers = {"ppi": prediction_powered, "horvitz_thompson": horvitz_thompson, "rogan_gladen": RoganGladen}
    return makers[method](sample, labels)


def _rows(one: _Corrected, per: float) -> pd.DataFrame:
    """Return estimates and intervals of one group, a row per code."""
    low, high = interval(one.rates, len(np.unique(one.sample.row)), LEVEL)
    ends = {"estimate": one.rates.estimate, "low": low, "high": high}
    rows = pd.DataFrame({name: np.maximum(end * per, 0) for name, end in ends.items()})
    return rows.assign(n_labelled=len(one.sample.labels))


def _pair(one: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Contrast two groups' rows."""
    names = [" | ".join(map(str, group[columns].iloc[0])) for group in (one, other)]
    pair = one[["construct", "code", "method"]].copy()
    pair.insert(0, "group_a", names[0])
    pair.insert(1, "group_b", names[1])
    for ends in (["estimate", "low", "high"], ["naive", "naive_low", "naive_high"]):
        joined = difference(*([group[end].to_numpy() for end in ends] for group in (one, other)))
        pair = pair.assign(**dict(zip(ends, joined, strict=True)))
    pair["n_labelled"] = one["n_labelled"] + other["n_labelled"]
    pair["provisional"] = one["provisional"]
    known = pair[["low", "naive_low"]].notna().all(axis=1)
    pair["changed"] = known & (_verdict(pair, "low", "high") != _verdict(pair, "naive_low", "naive_high"))
    return pair


def _gold_status(sheet: pd.DataFrame) -> str:
    return str(sheet.attrs.get("gold_status", "not stated"))


def _name(group: Group) -> str:
    return ", ".join(map(str, group.key))


def _verdict(table: pd.DataFrame, low: str, high: str) -> pd.Series:
    """Return 1 where the first group's rate is the higher, -1 where it is the lower, 0 where neither is shown."""
    return (table[low] > 0).astype(int) - (table[high] < 0).astype(int)


def _refused(table: pd.DataFrame, columns: list[str]) -> list[dict]:
    """List the rows that Rogan and Gladen's correction is refused for."""
    refused = table.loc[table["estimate"].isna(), [*columns, "construct", "code"]]
    if len(refused) == len(table):
        why = f"sensitivity + specificity - 1 is unknown or below {LEAST} for every group and code"
        raise InputError(f"method is 'rogan_gladen', but {why}; legal here: dsl, ppi, horvitz_thompson")
    return refused.astype(str).to_dict("records")
