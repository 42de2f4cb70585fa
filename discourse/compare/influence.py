"""Influence: what a rate, a difference or a ratio would be without one document, speaker, rule or cue."""

import numpy as np
import pandas as pd

from discourse.compare._pair import Pair, Units, make_units, take_pair
from discourse.errors import one_of

__all__ = ["influence"]

PER = 10_000
MEASURES = ("rate", "difference", "ratio")


def influence(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    by: str = "actor",
    *,
    target: object,
    code: str,
    reference: object | None = None,
    unit: str = "document",
    measure: str = "difference",
) -> pd.DataFrame:
    """Leave out each document, speaker, rule or cue in turn, and see how far the estimate moves.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned; only rows with `own` count.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`; `speaker` where speakers are left out.
    by : str, default "actor"
        Column of `documents` that groups.
    target : object
        The group of interest, a value of the column `by`.
    code : str
        A code, "stance", or the name of a construct for any of its codes.
    reference : object, optional
        The group it is compared with; all other documents by default.
    unit : {"document", "speaker", "rule", "cue"}, default "document"
        What is left out. Spellings of one speaker are brought together by `unify_speakers`; cues are casefolded.
    measure : {"difference", "ratio", "rate"}, default "difference"
        Rate of target less rate of reference, per 10,000 words; their ratio, half a sentence added to each as in
        `discourse.contrast`; or the target's rate alone.

    Returns
    -------
    DataFrame
        One row per unit, the largest change first: the column named as `unit`, `k_target`, `k_reference` (sentences
        lost with it: of a rule or cue, those that it alone found), `share_target`, `share_reference` (of that side's
        sentences), `estimate`, `without`, and `change`: without less estimate, for "ratio" the logarithm of their
        quotient. `without` is missing where the unit is all that a side has. For "rate", only the target's units and
        columns. ``attrs["gini"]`` is Gini's coefficient of the units' sentences: 0 where all have as many, near 1 where
        one has all.

    Raises
    ------
    InputError
        If a column, group, code, unit or measure is unknown, or a side has fewer than two documents with words.

    References
    ----------
    The jackknife's deletion of one unit at a time (Efron, B., and Tibshirani, R. J. (1993). An Introduction to the
    Bootstrap, ch. 11), read as influence (Cook, R. D. (1977). Detection of influential observation in linear
    regression. Technometrics 19, 15-18).

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcd"), "actor": ["AVR", "AVR", "BEL", "BEL"], "n_words": 500})
    >>> spans = pd.DataFrame({"doc_id": list("aaab"), "sentence": [0, 1, 2, 0], "own": True,
    ...                       "construct": "contested_claims", "code": "label"})
    >>> table = influence(spans, documents, target="AVR", code="label")
    >>> table[["document", "k_target", "share_target", "estimate", "without", "change"]].head(2)
      document  k_target  share_target  estimate  without  change
    0        a       3.0          0.75      40.0     20.0   -20.0
    1        b       1.0          0.25      40.0     60.0    20.0
    """
    one_of(measure, MEASURES, "measure")
    pair = take_pair(spans, documents, by, (target, reference), code)
    units = make_units(pair, unit)
    parts = _parts(pair, units)
    totals = np.array([pair.k[pair.target].sum(), pair.k[~pair.target].sum(),
                       pair.words[pair.target].sum(), pair.words[~pair.target].sum()], dtype=float)  # fmt: skip
    per = 1 if measure == "ratio" else PER
    estimate, without = _measure(totals, measure) * per, _measure(totals - parts, measure) * per
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = parts[:, :2] / totals[:2]
        change = np.log(without / estimate) if measure == "ratio" else without - estimate
    table = pd.DataFrame({unit: units.names, "k_target": parts[:, 0], "k_reference": parts[:, 1]})
    table = table.assign(share_target=shares[:, 0], share_reference=shares[:, 1])
    table = table.assign(estimate=float(estimate), without=without, change=change)
    if measure == "rate":
        table = table[parts[:, [0, 2]].any(axis=1)].drop(columns=["k_reference", "share_reference"])
    order = np.lexsort((table[unit].to_numpy(dtype=object), -table["change"].abs().fillna(np.inf).round(12)))
    lost = table.filter(["k_target", "k_reference"]).sum(axis=1).to_numpy()
    table = table.iloc[order].reset_index(drop=True)
    table.attrs = {
        "measure": f"influence on the {measure}",
        "by": by,
        "target": target,
        "reference": reference,
        "code": code,
        "unit": unit,
        "per": PER,
        "gini": _gini(lost),
    }
    return table


def _parts(pair: Pair, units: Units) -> np.ndarray:
    """What goes with each unit (units x 4): sentences of target and reference, words of target and reference."""
    sides = np.column_stack([pair.target, ~pair.target]).astype(float)
    if units.of_document is None:
        alone = units.found * (units.found.sum(axis=1) == 1)[:, None].astype(float)
        lost = alone.T @ (units.sentences.T @ sides)
        return np.column_stack([lost, np.zeros_like(lost)])
    parts = np.zeros((len(units.names), 4))
    np.add.at(parts, units.of_document, np.column_stack([sides * pair.k[:, None], sides * pair.words[:, None]]))
    return parts


def _measure(sums: np.ndarray, measure: str) -> np.ndarray:
    """Rate per word, difference of rates or ratio, from sentences and words of both sides along the last axis."""
    k_target, k_reference, words_target, words_reference = np.moveaxis(sums, -1, 0)
    half = 0.5 if measure == "ratio" else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        target, reference = (k_target + half) / words_target, (k_reference + half) / words_reference
        if measure == "rate":
            return np.where(words_target > 0, target, np.nan)
        value = target / reference if measure == "ratio" else target - reference
    return np.where((words_target > 0) & (words_reference > 0), value, np.nan)


def _gini(values: np.ndarray) -> float:
    """Gini's coefficient of non-negative values."""
    if not values.sum():
        return float("nan")
    ranks = 2 * np.arange(1, len(values) + 1) - len(values) - 1
    return float(ranks @ np.sort(values) / (len(values) * values.sum()))
