"""Matching: make groups of documents alike in venue, year and topic before their words are compared.

Both methods return documents with a column `weight`; `weighted_contrast` compares rates by it.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import optimize, special

from discourse.errors import InputError, one_of

__all__ = ["balance_table", "coarsened_exact_matching", "entropy_balancing"]

_CLOSE = 1e-6


def coarsened_exact_matching(
    documents: pd.DataFrame,
    target: object,
    *,
    by: str = "actor",
    on: Sequence[str] = ("venue", "year"),
    bins: Mapping[str, int | Sequence[float]] | None = None,
) -> pd.DataFrame:
    """Keep the documents that have a like in every group, and weight the others as the target's are spread.

    Parameters
    ----------
    documents : DataFrame
        One row per document with `doc_id`, `by` and the columns of `on`.
    target : object
        The group whose mixture of venues, years and topics the others are given, a value of `by`.
    by : str, default "actor"
        Column that makes the groups. All of its values have to be matched: pass the documents of those compared.
    on : sequence of str, default ("venue", "year")
        Columns to be alike in; "year" is that of `date` where there is no such column. Documents without a value are
        alike among themselves.
    bins : mapping, optional
        How to coarsen columns of numbers: a number of bins of equal width, or their inner edges, a value at an edge
        falling to the right of it, as ``{"year": [2001, 2014]}``. Without it only equal values match.

    Returns
    -------
    DataFrame
        The matched documents, in their order, with `stratum` (what they are alike in) and `weight`: 1 for the target,
        for another group such that each stratum has the share it has in the target, adding up to the group's matched
        documents. ``attrs["matched"]`` tells for each group how many documents of how many are left.

    Raises
    ------
    InputError
        If there are fewer than two groups, a column is missing, or no stratum has documents of every group.

    Notes
    -----
    Coarsened exact matching (Iacus, King and Porro 2012, Political Analysis 20, 1-24). What is estimated afterwards
    refers to the matched documents of the target only.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcde"), "actor": ["AVR", "AVR", "BEL", "BEL", "BEL"],
    ...                           "venue": "un", "year": [2001, 2002, 2001, 2001, 2003]})
    >>> coarsened_exact_matching(documents, "AVR")[["doc_id", "stratum", "weight"]]
      doc_id    stratum  weight
    0      a  un | 2001     1.0
    1      c  un | 2001     1.0
    2      d  un | 2001     1.0
    """
    groups = _groups(documents, target, by)
    strata = pd.Series("", index=documents.index)
    for place, name in enumerate(on):
        label = _coarse(_column(documents, name), name, (bins or {}).get(name))
        strata = label if place == 0 else strata + " | " + label
    sizes = pd.crosstab(strata.to_numpy(), groups.to_numpy())
    common = sizes.index[(sizes > 0).all(axis=1)]
    if not len(common):
        raise InputError(
            f"no document of every {by!r} is alike in {', '.join(on)}; coarsen a column with bins, match on fewer"
            " columns, or compare fewer groups"
        )
    kept = strata.isin(common).to_numpy()
    matched = documents.loc[kept].reset_index(drop=True)
    inside, own = strata[kept].to_numpy(), groups[kept].to_numpy()
    sizes = sizes.loc[common]
    weights = sizes[[target]].to_numpy() / sizes * (sizes.sum() / sizes[target].sum())
    matched["stratum"] = inside
    matched["weight"] = weights.to_numpy()[sizes.index.get_indexer(inside), sizes.columns.get_indexer(own)]
    matched.attrs = {
        "measure": "coarsened_exact_matching",
        "by": by,
        "target": target,
        "on": list(on),
        "matched": {str(name): [int((own == name).sum()), int((groups == name).sum())] for name in sizes.columns},
    }
    return matched


def entropy_balancing(
    documents: pd.DataFrame,
    target: object,
    *,
    by: str = "actor",
    on: Sequence[str] = ("venue", "year"),
) -> pd.DataFrame:
    """Weight the documents of every other group so that its means are those of the target.

    Parameters
    ----------
    documents : DataFrame
        One row per document with `doc_id`, `by` and the columns of `on`.
    target : object
        The group whose means the others are given, a value of `by`.
    by : str, default "actor"
        Column that makes the groups.
    on : sequence of str, default ("venue", "year")
        Columns to balance: of numbers the mean and the mean square, of anything else the share of each value. "year" is
        that of `date`, as a number, where there is no such column.

    Returns
    -------
    DataFrame
        All documents, in their order, with `weight`: 1 for the target; for another group the weights that differ least
        from equal ones, by entropy, adding up to the group's documents. See `balance_table`.

    Raises
    ------
    InputError
        If there are fewer than two groups, a column is missing or has no value somewhere, or no weights of a group
        reach the target's means, as when a venue of the target's is missing from it.

    Notes
    -----
    Entropy balancing (Hainmueller 2012, Political Analysis 20, 25-46), by minimising its dual. Where few documents
    resemble the target's, they get large weights: look at `n_effective` in `weighted_contrast`.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcdef"), "actor": ["AVR"] * 2 + ["BEL"] * 4,
    ...                           "topic": ["arms", "trade", "arms", "trade", "trade", "trade"]})
    >>> entropy_balancing(documents, "AVR", on=["topic"])["weight"].round(3).tolist()
    [1.0, 1.0, 2.0, 0.667, 0.667, 0.667]
    """
    groups = _groups(documents, target, by)
    features = pd.concat([_features(_column(documents, name), name) for name in on], axis=1)
    weights = np.ones(len(documents))
    wanted = features[(groups == target).to_numpy()].mean()
    for name in sorted(set(groups) - {target}):
        inside = (groups == name).to_numpy()
        weights[inside] = _solve(features[inside], wanted, f"{by} {name!r}", str(target)) * inside.sum()
    balanced = documents.assign(weight=weights)
    balanced.attrs = {"measure": "entropy_balancing", "by": by, "target": target, "on": list(on)}
    return balanced


def balance_table(documents: pd.DataFrame, target: object, *, by: str = "actor", on: Sequence[str]) -> pd.DataFrame:
    """Show how alike groups are to the target, before and after weighting.

    Parameters
    ----------
    documents : DataFrame
        Documents with a column `weight`, as `entropy_balancing` or `coarsened_exact_matching` return them.
    target : object
        The group that the others are compared with.
    by : str, default "actor"
        Column that makes the groups.
    on : sequence of str
        Columns to look at, whether or not they were balanced.

    Returns
    -------
    DataFrame
        A row per other group and value: `group`, `feature`, `mean_target`, `mean`, `mean_weighted`, `difference` and
        `difference_weighted` (from the target, in the target's standard deviations; beyond 0.1 is commonly called
        unbalanced).

    Raises
    ------
    InputError
        If a column is missing or there are fewer than two groups.

    Notes
    -----
    Standardised mean differences (Austin 2009, Statistics in Medicine 28, 3083-3107).

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcd"), "actor": ["AVR", "AVR", "BEL", "BEL"], "weight": 1.0,
    ...                           "rank": [1, 3, 3, 5]})
    >>> balance_table(documents, "AVR", on=["rank"]).loc[0, ["mean_target", "mean", "difference"]].tolist()
    [2.0, 4.0, 2.0]
    """
    groups = _groups(documents, target, by)
    one_of("weight", list(documents), "documents: the column of weights")
    features = pd.concat([_features(_column(documents, name), name) for name in on], axis=1)
    features = features.loc[:, ~features.columns.str.endswith(_SQUARED)]
    own = features[(groups == target).to_numpy()]
    spread = own.std(ddof=0).where(lambda deviation: deviation > 0)
    parts = []
    for name in sorted(set(groups) - {target}):
        inside = (groups == name).to_numpy()
        weights = documents.loc[inside, "weight"].to_numpy(float)
        mean, weighted = features[inside].mean(), features[inside].mul(weights, axis=0).sum() / weights.sum()
        part = {"mean_target": own.mean(), "mean": mean, "mean_weighted": weighted}
        part |= {"difference": (mean - own.mean()) / spread, "difference_weighted": (weighted - own.mean()) / spread}
        parts.append(pd.DataFrame(part).rename_axis("feature").reset_index().assign(group=name))
    table = pd.concat(parts, ignore_index=True)
    table = table[["group", *table.columns.drop("group")]]
    table.attrs = {"measure": "balance_table", "by": by, "target": target, "on": list(on)}
    return table


_SQUARED = " squared"


def _groups(documents: pd.DataFrame, target: object, by: str) -> pd.Series:
    """Return the group of each document, refusing a single one and a target that is none."""
    one_of(by, list(documents), "by")
    groups = documents[by]
    if groups.isna().any():
        raise InputError(f"documents: {by!r} is missing in {int(groups.isna().sum())} rows; leave those out")
    if groups.nunique() < 2:
        raise InputError(f"by is {by!r}, which makes one group; legal: documents of two groups or more")
    one_of(target, sorted(groups.unique()), "target")
    return groups


def _column(documents: pd.DataFrame, name: str) -> pd.Series:
    if name == "year" and name not in documents and "date" in documents:
        dates = pd.to_datetime(documents["date"].astype("str"), errors="coerce", format="ISO8601")
        return dates.dt.year
    one_of(name, list(documents), "on")
    return documents[name]


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _coarse(values: pd.Series, name: str, bins: int | Sequence[float] | None) -> pd.Series:
    """Name the cell of each value."""
    if bins is None:
        whole = values.astype("Int64") if _is_number(values) and (values.dropna() % 1 == 0).all() else values
        return whole.astype("str").fillna("missing")
    if not _is_number(values):
        raise InputError(f"bins: column {name!r} holds no numbers; legal: bins for columns of numbers")
    least, most = values.min(), values.max()
    edges = np.linspace(least, most, bins + 1)[1:-1] if isinstance(bins, (int, np.integer)) else np.sort(bins)
    places = np.searchsorted(edges, values.to_numpy(float), side="right")
    ends = ["", *(f"{edge:g}" for edge in edges), ""]
    labels = [f"{ends[place]}..{ends[place + 1]}" for place in range(len(edges) + 1)]
    return pd.Series([labels[place] for place in places], values.index).where(values.notna(), "missing")


def _features(values: pd.Series, name: str) -> pd.DataFrame:
    """Return what is balanced: a number and its square, or membership in each value."""
    if _is_number(values):
        if values.isna().any():
            raise InputError(f"documents: column {name!r} has missing values; fill them or leave those documents out")
        number = values.astype(float)
        return pd.DataFrame({name: number, name + _SQUARED: number**2})
    filled = values.astype("str").fillna("missing")
    return pd.DataFrame({f"{name}: {value}": (filled == value).astype(float) for value in sorted(filled.unique())})


def _solve(features: pd.DataFrame, wanted: pd.Series, what: str, target: str) -> np.ndarray:
    """Weights, adding up to 1, with the wanted means."""
    scale = np.maximum(features.std(ddof=0).to_numpy(), _CLOSE)
    gaps = (features - wanted).to_numpy() / scale
    gaps = gaps[:, (features.std(ddof=0) > 0).to_numpy() | (np.abs(gaps).max(axis=0) > _CLOSE)]

    def dual(multipliers: np.ndarray) -> tuple[float, np.ndarray]:
        exponents = gaps @ multipliers
        return float(special.logsumexp(exponents)), special.softmax(exponents) @ gaps

    with np.errstate(all="ignore"):  # without a solution the multipliers run away
        found = optimize.minimize(dual, np.zeros(gaps.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-9})
        weights = special.softmax(gaps @ found.x)
        missed = np.abs(weights @ gaps)
    if missed.size and not missed.max() <= 1e-4:
        raise InputError(
            f"no weights of the documents of {what} reach the means of {target!r}; balance fewer columns, or leave out"
            " the target's documents that have no like (coarsened_exact_matching does)"
        )
    return weights
