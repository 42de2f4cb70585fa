"""Agreement between coders: Krippendorff's alpha with an interval, and a table of it by code.

alpha = 1 - observed / expected disagreement (Krippendorff 2019, Content Analysis, 4th ed., ch. 12). 1 is perfect
agreement, 0 what chance gives; .667 is the least and .8 the usual demand.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from discourse.coding.codes import CONSTRUCTS, STANCE
from discourse.errors import InputError, one_of

__all__ = ["agreement", "alpha_interval", "krippendorff_alpha"]

LEVELS = ("nominal", "ordinal", "interval", "ratio")

_CELLS = 4_000_000
"""Cells of coincidence matrices held in memory at once."""


def krippendorff_alpha(table: pd.DataFrame, level: str = "nominal") -> float:
    """Compute Krippendorff's alpha for any number of coders, with or without missing values.

    Parameters
    ----------
    table : DataFrame or array of shape (n_units, n_coders)
        What each coder (column) gave each unit (row); missing where a coder did not see the unit. Units with fewer
        than two values count for nothing. Numbers; with `level` "nominal" text is legal too.
    level : {"nominal", "ordinal", "interval", "ratio"}, default "nominal"
        How far apart two values are: different or not; by the values ranked between them; by their difference; by
        their difference relative to their sum.

    Returns
    -------
    float
        At most 1; missing (nan) where all values are the same, for then nothing shows that coders can tell units apart.

    Raises
    ------
    InputError
        If no unit has two values, or the values do not suit the level.

    References
    ----------
    Krippendorff, K. (2019), Content Analysis, 4th ed., ch. 12.
    Hayes, A. F. and Krippendorff, K. (2007), Communication Methods and Measures 1, 77-89.

    Examples
    --------
    >>> table = pd.DataFrame({"ann": [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "bob": [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]})
    >>> round(krippendorff_alpha(table), 3)
    0.095
    """
    values, counts = _counts(table, level)
    return float(_alphas(_coincidences(counts).sum(axis=0)[None], values, level)[0])


def alpha_interval(
    table: pd.DataFrame,
    level: str = "nominal",
    *,
    clusters: object = None,
    confidence: float = 0.95,
    n_boot: int = 2000,
    random_state: int = 0,
) -> tuple[float, float]:
    """Bootstrap an interval for Krippendorff's alpha.

    Units are drawn again, or the clusters they come in. The bootstrap of Hayes and Krippendorff (2007) draws pairs of
    judgements as if they were independent and is too narrow; drawing units holds the nominal level (Zapf, Castell,
    Morawietz and Karch 2016, BMC Medical Research Methodology 16:93).

    Parameters
    ----------
    table, level
        As in `krippendorff_alpha`.
    clusters : array-like of shape (n_units,), optional
        What each unit belongs to, as the document of a sentence; by default every unit stands for itself.
    confidence : float, default 0.95
        Confidence level.
    n_boot : int, default 2000
        Draws. Those in which all values are the same say nothing and are left out.
    random_state : int, default 0
        Seed.

    Returns
    -------
    tuple of float
        Lower and upper end (percentiles); missing where there are fewer than two clusters or alpha itself is missing.

    Raises
    ------
    InputError
        As `krippendorff_alpha`; and if `clusters` has not one entry per unit, or `confidence` is no share.

    Examples
    --------
    >>> table = pd.DataFrame({"ann": [1, 2, 3, 1, 2, 3], "bob": [1, 2, 3, 1, 2, 1]})
    >>> low, high = alpha_interval(table)
    >>> low < krippendorff_alpha(table) < high
    True
    """
    if not 0 < confidence < 1:
        raise InputError(f"confidence is {confidence!r}; legal: between 0 and 1, as 0.95")
    values, counts = _counts(table, level)
    patterns, kinds = np.unique(counts, axis=0, return_inverse=True)
    names = np.arange(len(counts)) if clusters is None else pd.factorize(np.asarray(clusters, object), sort=False)[0]
    if len(names) != len(counts):
        raise InputError(f"clusters has {len(names)} entries; legal: one for each of the {len(counts)} units")
    members = np.zeros((names.max() + 1, len(patterns)))
    np.add.at(members, (names, kinds.reshape(-1)), 1)
    members = members[(members @ (patterns.sum(axis=1) > 1)) > 0]
    if len(members) < 2:
        return np.nan, np.nan
    rng = np.random.default_rng(random_state)
    draws = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), n_boot) @ members
    coincidences = _coincidences(patterns)
    step = max(1, _CELLS // len(values) ** 2)
    parts = np.array_split(draws, range(step, n_boot, step))
    alphas = np.concatenate([_alphas(np.tensordot(part, coincidences, 1), values, level) for part in parts])
    alphas = alphas[~np.isnan(alphas)]
    if not len(alphas):
        return np.nan, np.nan
    low, high = np.quantile(alphas, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def agreement(sheet: pd.DataFrame, *, n_boot: int = 2000, random_state: int = 0) -> pd.DataFrame:
    """Compare the coders of a sheet code by code.

    Rows that were drawn more often than others count no more than one row here: the figures describe the sheet, in
    which codes are commoner than in the corpus, as is usual and favours alpha.

    Parameters
    ----------
    sheet : DataFrame
        A coding sheet with two or more columns `coder_…`: codes set apart by blanks, empty text for a sentence
        without a code, missing for one that the coder has not read.
    n_boot : int, default 2000
        Draws of documents for the interval.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        A row per code, with the summaries `any` and `stance`: `construct`, `code`, `n` (sentences read by two coders
        or more), `n_used` (those to which one of them or more gave the code), `percent_agreement` (share of pairs of
        coders, sentence by sentence, who agree; from 0 to 1), `f1` (of one coder against the other, the mean over
        pairs; missing where nobody used the code), `alpha`, `low`, `high` (95 %, by documents; missing where the code
        is nowhere or everywhere).

    Raises
    ------
    InputError
        If there are fewer than two coders or no sentence was read by two.

    Examples
    --------
    >>> sheet = pd.DataFrame({"doc_id": list("abcd"), "coder_a": ["label", "", "label denial", ""],
    ...                       "coder_b": ["label", "", "label", "hedge"]})
    >>> table = agreement(sheet).set_index("code")
    >>> table.loc[["label", "denial"], ["n", "n_used", "percent_agreement", "f1"]]
            n  n_used  percent_agreement   f1
    code
    label   4       2               1.00  1.0
    denial  4       1               0.75  0.0
    """
    coders = [column for column in sheet if str(column).startswith("coder_")]
    if len(coders) < 2:
        raise InputError(f"sheet has {len(coders)} column(s) named coder_…; legal: two or more, one for each coder")
    read = sheet[sheet[coders].notna().sum(axis=1) > 1]
    if read.empty:
        raise InputError("sheet: no sentence was read by two coders; legal: some that both have read")
    used = {coder: [None if pd.isna(cell) else set(str(cell).split()) for cell in read[coder]] for coder in coders}
    rows = []
    for construct, code, members in _reported(used):
        table = pd.DataFrame(
            {coder: [np.nan if cell is None else float(bool(cell & members)) for cell in used[coder]] for coder in used}
        )
        low, high = alpha_interval(table, clusters=read["doc_id"], n_boot=n_boot, random_state=random_state)
        row = {"construct": construct, "code": code, "n": len(table), "n_used": int((table == 1).any(axis=1).sum())}
        row |= _pairwise(table) | {"alpha": krippendorff_alpha(table), "low": low, "high": high}
        rows.append(row)
    result = pd.DataFrame(rows)
    result.attrs = {"measure": "agreement", "coders": coders, "n_boot": n_boot, "random_state": random_state}
    return result


def _reported(used: dict[str, list]) -> list[tuple[str, str, frozenset]]:
    """List construct, code and the codes that stand for it; codes of other codebooks come last."""
    reported = []
    for construct, codes in CONSTRUCTS.items():
        reported.append((construct, "any", frozenset(codes)))
        if set(STANCE) <= set(codes):
            reported.append((construct, "stance", frozenset(STANCE)))
        reported += [(construct, code, frozenset([code])) for code in codes]
    known = {code for codes in CONSTRUCTS.values() for code in codes}
    seen = {code for cells in used.values() for cell in cells if cell for code in cell}
    return reported + [("", code, frozenset([code])) for code in sorted(seen - known)]


def _pairwise(table: pd.DataFrame) -> dict[str, float]:
    """Share of pairs of judgements that agree, and the mean F1 of pairs of coders."""
    agree, total, scores = 0, 0, []
    for first, second in combinations(table, 2):
        both = table[[first, second]].dropna().to_numpy(bool)
        agree += (both[:, 0] == both[:, 1]).sum()
        total += len(both)
        if both.any():
            scores.append(2 * both.all(axis=1).sum() / both.sum())
    return {"percent_agreement": agree / total, "f1": float(np.mean(scores)) if scores else np.nan}


def _counts(table: pd.DataFrame, level: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the values that pairable units have, sorted, and how often each unit (row) has each."""
    one_of(level, LEVELS, "level")
    cells = pd.DataFrame(table)
    if level != "nominal":
        numbers = cells.apply(pd.to_numeric, errors="coerce")
        for row, column in np.argwhere((numbers.isna() & cells.notna()).to_numpy()):
            legal = f"numbers at level {level!r}, or missing"
            raise InputError(f"table, row {row}, column {cells.columns[column]!r}: no number; legal: {legal}")
        cells = numbers.astype(float)
    codes, values = pd.factorize(cells.to_numpy(object).ravel(), sort=False)
    codes = codes.reshape(cells.shape)
    pairable = (codes >= 0).sum(axis=1) > 1
    if not pairable.any():
        raise InputError("table has no unit with two values or more; legal: rows are units, columns are coders")
    if level != "nominal":
        values = values.astype(float)
        if not np.isfinite(values).all() or (level == "ratio" and (values < 0).any()):
            legal = "numbers from 0" if level == "ratio" else "finite numbers"
            raise InputError(f"table: {values.min()!r} to {values.max()!r} at level {level!r}; legal: {legal}")
    counts = np.stack([(codes == value).sum(axis=1) for value in range(len(values))], axis=1)
    counts[~pairable] = 0
    present = counts.any(axis=0)
    if level == "nominal":
        return values[present], counts[:, present]
    order = np.argsort(values[present])
    return values[present][order], counts[:, present][:, order]


def _coincidences(counts: np.ndarray) -> np.ndarray:
    """Return for each unit how often each pair of values meets in it, each value counting once."""
    pairs = counts[:, :, None] * counts[:, None, :].astype(float)
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= counts
    return pairs / np.maximum(counts.sum(axis=1) - 1, 1)[:, None, None]


def _alphas(coincidences: np.ndarray, values: np.ndarray, level: str) -> np.ndarray:
    """Compute alpha from coincidence matrices (draws x values x values)."""
    totals = coincidences.sum(axis=2)
    apart = _distances(totals, values, level)
    observed = (coincidences * apart).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * apart).sum(axis=(1, 2))
    expected = expected / np.maximum(totals.sum(axis=1) - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _distances(totals: np.ndarray, values: np.ndarray, level: str) -> np.ndarray:
    """Return the squared distances of values; only at the ordinal level do they depend on the totals."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "ordinal":
        middles = np.cumsum(totals, axis=1) - totals / 2
        return (middles[:, :, None] - middles[:, None, :]) ** 2
    difference = (values[:, None] - values[None, :]) ** 2
    if level == "interval":
        return difference
    sums = (values[:, None] + values[None, :]) ** 2
    return difference / np.where(sums > 0, sums, 1.0)
