"""Accuracy: how far a coder's own codes agree with those given by hand, code by code and group by group.

precision = n_both / n_coded, recall = n_both / n_gold, F1 their harmonic mean 2 n_both / (n_coded + n_gold).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.coding.codes import CONSTRUCTS, STANCE
from discourse.compare._resample import check_settings, draw_sums, generator
from discourse.errors import InputError, one_of
from discourse.validate.gold import check_gold

__all__ = ["accuracy"]

MIN_CASES = 10
"""Cases by hand that a code needs to enter the mean over codes."""

_MEASURES = ("precision", "recall", "f1")


class _Counted(NamedTuple):
    """By sentence (rows) and line of the table (columns): coded and by hand, by hand, coded."""

    both: np.ndarray
    gold: np.ndarray
    coded: np.ndarray


def accuracy(
    codes: Iterable[str],
    gold: pd.DataFrame,
    by: Iterable[str] | None = None,
    *,
    level: float = 0.95,
    n_boot: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare a coder's codes with those given by hand.

    Parameters
    ----------
    codes : iterable of str of length n_sentences
        The coder's own codes for each row of `gold`, set apart by blanks (`discourse.validate.gold.code_gold`).
    gold : DataFrame
        Coded sentences: `id`, `actor`, `sentence` or `text`, `codes`; `venue` and `doc` where known.
    by : iterable of str, optional
        Columns of `gold` to break the figures down by, one after the other; by default actor, and venue if known.
    level : float, default 0.95
        Confidence level.
    n_boot : int, default 2000
        Bootstrap draws.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        A row per group and line, `by` ("all" or a column) and `group` naming the group: `construct`, `code`, `n`
        (sentences), `n_gold` (with the code by hand), `n_coded` (by the coder), `n_both`, and `precision`, `recall`,
        `f1`, each with `_low` and `_high`; missing where nothing is there to measure. `code` is `any` (of the
        construct), `stance` or a code; in the first two rows `micro` (all 17 codes together) and `macro` (the mean over
        codes with ten or more cases by hand in the group; in precision over those that were coded at all).

    Raises
    ------
    InputError
        If there is not one list of codes per sentence, or the gold breaks a rule.

    Notes
    -----
    Percentile bootstrap over documents (`doc`), or over sentences where `doc` is unknown; a group of a single document
    has no interval. Drawing again a code on which there is no error at all shows none either, so that its lower limit
    is exact instead (Clopper and Pearson 1934, Biometrika 26, 404-413: one-sided, for F1 through the share of
    n_both in all sentences with the code), and likewise the upper limit where nothing agrees.

    Examples
    --------
    >>> gold = pd.DataFrame({"id": list("abcd"), "actor": "AVR", "text": "It is a lie.",
    ...                      "codes": ["label", "label", "denial", ""]})
    >>> table = accuracy(["label", "", "denial", "label"], gold)
    >>> table.loc[table["code"].isin(["label", "denial"]) & (table["by"] == "all"), ["code", "precision", "recall"]]
          code  precision  recall
    14   label        0.5     0.5
    15  denial        1.0     1.0
    """
    check_settings(1, level, n_boot)
    gold = check_gold(gold)
    coded = [cell.split() for cell in codes]
    if gold.empty:
        raise InputError("gold has no rows; legal: one sentence or more")
    if len(coded) != len(gold):
        raise InputError(f"codes has {len(coded)} entries; legal: {len(gold)}, one for each row of gold")
    counted = _count(coded, [cell.split() for cell in gold["codes"]])
    documents = gold["doc"].astype("str").fillna(gold["id"]) if "doc" in gold else gold["id"]
    parts = []
    for column, group, rows in _groups(gold, by):
        clusters = pd.factorize(documents[rows], sort=True)[0]
        part = _measured(counted, rows, clusters, level, draw=(n_boot, generator((column, group), random_state)))
        parts.append(pd.DataFrame({"by": column, "group": group, **part}))
    table = pd.concat(parts, ignore_index=True)
    table.attrs = {
        "measure": "accuracy",
        "level": level,
        "n_boot": n_boot,
        "random_state": random_state,
        "resampled": "documents" if "doc" in gold else "sentences",
        "min_cases": MIN_CASES,
    }
    return table


def _lines() -> list[tuple[str, str, tuple[str, ...]]]:
    """Construct, name and member codes of every line below `micro` and `macro`."""
    lines = []
    for construct, codes in CONSTRUCTS.items():
        lines.append((construct, "any", codes))
        if set(STANCE) <= set(codes):
            lines.append((construct, "stance", STANCE))
        lines += [(construct, code, (code,)) for code in codes]
    return lines


_LINES = _lines()
_SINGLE = np.array([len(members) == 1 for _, _, members in _LINES])


def _count(coded: list[list[str]], gold: list[list[str]]) -> _Counted:
    known = {code for codes in CONSTRUCTS.values() for code in codes}
    for position, cell in enumerate(coded):
        for name in cell:
            one_of(name, sorted(known), f"codes, entry {position}")
    shape = (len(gold), len(_LINES))
    by_coder, by_hand = np.zeros(shape, bool), np.zeros(shape, bool)
    for column, (_, _, members) in enumerate(_LINES):
        by_coder[:, column] = [not set(members).isdisjoint(cell) for cell in coded]
        by_hand[:, column] = [not set(members).isdisjoint(cell) for cell in gold]
    return _Counted(by_coder & by_hand, by_hand, by_coder)


def _groups(gold: pd.DataFrame, by: Iterable[str] | None) -> Iterator[tuple[str, str, np.ndarray]]:
    yield "all", "all", np.arange(len(gold))
    for column in [name for name in ("actor", "venue") if name in gold] if by is None else by:
        one_of(column, gold.columns, "by")
        values = gold[column].astype("str").fillna("")
        for value in sorted(values.unique()):
            yield column, value, np.flatnonzero(values == value)


def _measured(counted: _Counted, rows: np.ndarray, clusters: np.ndarray, level: float, *, draw: tuple) -> dict:
    """Columns of the table for one group."""
    by_cluster = np.zeros((clusters.max() + 1, 3, len(_LINES)), np.int64)
    np.add.at(by_cluster, clusters, np.stack([one[rows] for one in counted], axis=1))
    sums = by_cluster.sum(axis=0)
    enough = _SINGLE & (sums[1] >= MIN_CASES)
    estimates = _with_means(sums[None], enough)
    drawn = draw_sums(by_cluster.reshape(len(by_cluster), -1), *draw).reshape(-1, *sums.shape)
    tails = [(1 - level) / 2, (1 + level) / 2]
    several = len(by_cluster) > 1
    columns = {
        "construct": ["", "", *(construct for construct, _, _ in _LINES)],
        "code": ["micro", "macro", *(code for _, code, _ in _LINES)],
        "n": len(rows),
    }
    total = np.column_stack([sums[:, _SINGLE].sum(axis=1), sums[:, enough].sum(axis=1), sums])
    columns |= dict(zip(("n_both", "n_gold", "n_coded"), total, strict=True))
    trials = {"precision": total[2], "recall": total[1], "f1": total[1] + total[2] - total[0]}
    for name, estimate, draws in zip(_MEASURES, estimates, _with_means(drawn, enough), strict=True):
        low, high = _quantiles(draws, tails) if several else np.full((2, draws.shape[1]), np.nan)
        limit = (1 - level) ** (1 / np.maximum(trials[name], 1))
        low = np.where(several & (estimate[0] == 1), _of(name, limit), low)
        high = np.where(several & (estimate[0] == 0), _of(name, 1 - limit), high)
        missing = np.isnan(estimate[0])
        columns[name] = estimate[0]
        columns |= {f"{name}_low": np.where(missing, np.nan, low), f"{name}_high": np.where(missing, np.nan, high)}
    order = ["construct", "code", "n", "n_gold", "n_coded", "n_both"]
    return {name: columns[name] for name in [*order, *(name for name in columns if name not in order)]}


def _with_means(sums: np.ndarray, enough: np.ndarray) -> list[np.ndarray]:
    """Precision, recall and F1 (draws x lines) from sums (draws x 3 x codes), micro and macro first."""
    found = []
    micro = _ratios(sums[:, :, _SINGLE].sum(axis=2, keepdims=True))
    for pooled, ratio in zip(micro, _ratios(sums), strict=True):
        chosen = ratio[:, enough]
        present = ~np.isnan(chosen)
        n_present = present.sum(axis=1, keepdims=True)
        mean = np.where(present, chosen, 0).sum(axis=1, keepdims=True) / np.where(n_present, n_present, np.nan)
        found.append(np.hstack([pooled, mean, ratio]))
    return found


def _ratios(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    both, gold, coded = sums[:, 0], sums[:, 1], sums[:, 2]
    above = (both, both, 2 * both)
    return tuple(a / np.where(b > 0, b, np.nan) for a, b in zip(above, (coded, gold, coded + gold), strict=True))


def _quantiles(draws: np.ndarray, tails: list[float]) -> np.ndarray:
    """Quantiles of each column over the draws in which it is defined."""
    ends = np.full((2, draws.shape[1]), np.nan)
    for column in range(draws.shape[1]):
        defined = draws[~np.isnan(draws[:, column]), column]
        if len(defined):
            ends[:, column] = np.quantile(defined, tails)
    return ends


def _of(name: str, share: np.ndarray) -> np.ndarray:
    """Turn a limit of n_both in all sentences with the code into one of F1; precision and recall are such shares."""
    return 2 * share / (1 + share) if name == "f1" else share
