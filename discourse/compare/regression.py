"""Regression of rates: negative binomial with the words as exposure, intervals clustered by document or speaker.

log(expected hits) = log(words) + group + period + group x period + controls.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import optimize, stats

from discourse.compare._counting import split
from discourse.compare._hits import Hits, count_hits, dated, group_name, years_of
from discourse.errors import InputError, one_of

__all__ = ["rate_regression"]

_LEAST, _MOST = 1e-4, 50.0
"""Overdispersion is looked for between these; the lower end is as good as Poisson."""
_SINGULAR = 1e-8


def rate_regression(
    spans: pd.DataFrame | None,
    documents: pd.DataFrame,
    code: str,
    *,
    by: str | list[str] = "actor",
    breaks: Sequence[int] = (),
    controls: Sequence[str] = (),
    cluster: str = "doc_id",
    level: float = 0.95,
) -> pd.DataFrame:
    """Regress how often a code is used on groups, periods and controls.

    Parameters
    ----------
    spans : DataFrame or None
        What `discourse.code` returned; only rows with `own` count. None: `code` is a column of counts in `documents`.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`; those without words are left out.
    code : str
        A code, "stance", a construct (any of its codes), or the column of counts.
    by : str or list of str, default "actor"
        Column or columns that make the groups. The first group in sorted order is the one compared with.
    breaks : sequence of int, default ()
        First years of new periods, as ``[2012]``: each group then has its own change from period to period.
    controls : sequence of str, default ()
        Further columns of `documents`, or "year": numbers enter as they are, everything else (and the year) as a
        category.
    cluster : str, default "doc_id"
        Column whose values are independent of each other, as "speaker". Documents without a value stand alone.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        One row per term of the model but the intercept: `term`, `estimate` (natural logarithm of the rate ratio),
        `ratio`, `low`, `high` (interval of the ratio), `se`, `df`, `p` (two-sided), `n_documents` (documents for
        which the term is not 0). With `breaks`, a group's term compares it in the first period, "period" is the change
        of the first group, and "group x period" is the ratio of the group's change to that change.
        ``attrs["overdispersion"]`` is the model's.

    Raises
    ------
    InputError
        If there is nothing to compare, a group, period or category has no hit (its ratio is 0 and has no finite
        interval: use `rate_ratio`), a term is a combination of others, or one cluster alone carries a term.

    Notes
    -----
    Negative binomial regression with quadratic variance (NB2), fitted by maximum likelihood: statsmodels' GLM within a
    search over the overdispersion (Cameron and Trivedi 2013, Regression Analysis of Count Data, ch. 3.3). Standard
    errors are those of leaving out one cluster at a time, by the one-step approximation (CR3: Bell and McCaffrey 2002,
    Survey Methodology 28, 169-181; MacKinnon, Nielsen and Webb 2023, Journal of Applied Econometrics 38, 671-694), with
    Student's t of one degree of freedom less than the effective number of clusters, which is small where few of them
    decide on a term (Carter, Schnepel and Steigerwald 2017, Review of Economics and Statistics 99, 698-709). The common
    sandwich is too narrow for few clusters.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcdef"), "actor": ["AVR"] * 3 + ["BEL"] * 3, "n_words": 1000,
    ...                           "rumour": [4, 6, 5, 1, 3, 2]})
    >>> rate_regression(None, documents, "rumour")[["term", "ratio", "n_documents"]]
             term  ratio  n_documents
    0  actor: BEL    0.4            3
    """
    if not 0 < level < 1:
        raise InputError(f"level is {level!r}; legal: between 0 and 1, as 0.95")
    hits = count_hits(spans, documents, code)
    if len(breaks) or "year" in controls:
        hits = dated(hits)
    columns, design = _model(hits, by, breaks, controls)
    terms, matrix = list(design), np.column_stack([np.ones(len(hits.k)), *design.values()])
    _check_design(hits, terms, matrix)
    coefficients, weights, residuals, alpha = _fit(hits, matrix)
    clusters = _clusters(hits, cluster)
    errors, df = _jackknife(matrix, weights, residuals, clusters, cluster)
    table = _table(terms, coefficients[1:], errors[1:], df[1:], level)
    table["n_documents"] = (matrix[:, 1:] != 0).sum(axis=0)
    table.attrs = {
        "measure": "rate_regression",
        "construct": hits.construct,
        "code": hits.code,
        "by": columns,
        "breaks": [int(year) for year in breaks],
        "controls": list(controls),
        "cluster": cluster,
        "level": level,
        "overdispersion": alpha,
        "n_clusters": int(clusters.max()) + 1,
        "counts_sha256": hits.fingerprint(),
    }
    return table


def _model(
    hits: Hits, by: str | list[str], breaks: Sequence[int], controls: Sequence[str]
) -> tuple[list[str], dict[str, np.ndarray]]:
    """Columns that group, and the columns of the model but the intercept."""
    columns, factors = _factors(hits, by, breaks)
    design = _design(factors)
    for name in controls:
        design |= _control(hits, name)
    if not design:
        raise InputError(f"by is {by!r}, which makes one group; legal: columns that make two, breaks, or controls")
    return columns, design


def _table(terms: list[str], estimates: np.ndarray, errors: np.ndarray, df: np.ndarray, level: float) -> pd.DataFrame:
    """Estimates with their intervals and tests."""
    reach = stats.t.ppf((1 + level) / 2, df) * errors
    p = 2 * stats.t.sf(np.abs(estimates) / errors, df)
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": estimates,
            "ratio": np.exp(estimates),
            "low": np.exp(estimates - reach),
            "high": np.exp(estimates + reach),
            "se": errors,
            "df": df,
            "p": np.maximum(p, np.finfo(float).tiny),
        }
    )


def _factors(hits: Hits, by: str | list[str], breaks: Sequence[int]) -> tuple[list[str], list[dict[str, np.ndarray]]]:
    """Membership in groups and in periods, each a name and the documents it holds for, the first being the base."""
    columns, groups = split(hits.documents, by)
    joined = " | ".join(columns)
    places = np.arange(len(hits.k))
    members = {f"{joined}: {group_name(group.key)}": np.isin(places, group.rows).astype(float) for group in groups}
    factors = [members]
    if len(breaks):
        period = np.searchsorted(np.sort(np.asarray(breaks)), years_of(hits), side="right")
        names = ["period: first", *(f"period: from {year}" for year in sorted(breaks))]
        factors.append({name: (period == number).astype(float) for number, name in enumerate(names)})
    for members in factors[1:]:
        for name, inside in members.items():
            if not inside.any():
                raise InputError(f"breaks are {list(breaks)!r}, but {name!r} has no document; leave out that year")
    cells = [
        (f"{one} x {other}", first * second)
        for one, first in factors[0].items()
        for other, second in (factors[1].items() if len(factors) > 1 else [])
    ]
    for name, inside in cells or factors[0].items():
        if not hits.k[inside > 0].sum():
            what = "hit" if inside.any() else "document"
            raise InputError(f"{name!r} has no {what}, so no ratio to it is finite; leave it out or use rate_ratio")
    return columns, factors


def _design(factors: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Columns of the model: every level but the first of each factor, and their products."""
    levels = [dict(list(members.items())[1:]) for members in factors]
    design = {name: column for members in levels for name, column in members.items()}
    if len(levels) > 1:
        for one, first in levels[0].items():
            for other, second in levels[1].items():
                design[f"{one} x {other}"] = first * second
    return design


def _control(hits: Hits, name: str) -> dict[str, np.ndarray]:
    """Columns of a control: itself if it is a number, else one for every value but the first."""
    if name == "year":
        values = pd.Series(years_of(hits)).astype("str")
    else:
        one_of(name, [column for column in hits.documents if column not in ("doc_id", "text")] + ["year"], "controls")
        values = hits.documents[name]
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        if values.isna().any():
            raise InputError(f"documents: column {name!r} has missing values; fill them or leave those documents out")
        return {name: values.to_numpy(float)}
    values = values.astype("str").fillna("missing")
    members = {value: (values == value).to_numpy(float) for value in sorted(values.unique())}
    for value, inside in members.items():
        if not hits.k[inside > 0].sum():
            raise InputError(f"{name} {value!r} has no hit, so no ratio to it is finite; leave out those documents")
    return {f"{name}: {value}": inside for value, inside in list(members.items())[1:]}


def _check_design(hits: Hits, terms: list[str], matrix: np.ndarray) -> None:
    if len(hits.k) <= matrix.shape[1]:
        raise InputError(f"{len(hits.k)} documents are too few for {matrix.shape[1]} terms; legal: more than terms")
    for place in range(1, matrix.shape[1]):
        if np.linalg.matrix_rank(matrix[:, : place + 1]) <= place:
            raise InputError(f"{terms[place - 1]!r} is a combination of the terms before it; leave out one of them")


def _fit(hits: Hits, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Coefficients, working weights, scores per document and overdispersion of the most likely model."""
    offset = np.log(hits.words)

    def model(logarithm: float) -> sm.GLM:
        family = sm.families.NegativeBinomial(alpha=float(np.exp(logarithm)))
        return sm.GLM(hits.k, matrix, family=family, offset=offset).fit(maxiter=200)

    bounds = (np.log(_LEAST), np.log(_MOST))
    found = optimize.minimize_scalar(
        lambda value: -model(value).llf, bounds=bounds, method="bounded", options={"xatol": 0.01}
    )
    fitted, alpha = model(found.x), float(np.exp(found.x))
    mean = np.asarray(fitted.fittedvalues)
    return np.asarray(fitted.params), mean / (1 + alpha * mean), (hits.k - mean) / (1 + alpha * mean), alpha


def _clusters(hits: Hits, cluster: str) -> np.ndarray:
    """Number the clusters from 0; documents without a value are clusters of their own."""
    one_of(cluster, [column for column in hits.documents if column != "text"], "cluster")
    values = hits.documents[cluster].astype("str")
    alone = "\0" + hits.documents["doc_id"]
    return pd.factorize(values.where(values.notna(), alone), sort=True)[0]


def _jackknife(
    matrix: np.ndarray, weights: np.ndarray, scores: np.ndarray, clusters: np.ndarray, cluster: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return standard errors from leaving out clusters, and the effective number of clusters less one."""
    roots = np.sqrt(weights)
    inverse = np.linalg.inv(matrix.T @ (weights[:, None] * matrix))
    scaled, residuals = roots[:, None] * matrix, scores / roots
    order = np.argsort(clusters, kind="stable")
    total, shares, squares = np.zeros((3, matrix.shape[1]))
    members = np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)
    for rows in members:
        kept = np.eye(len(rows)) - scaled[rows] @ inverse @ scaled[rows].T
        if np.linalg.eigvalsh(kept)[0] < _SINGULAR:
            raise InputError(
                f"without one {cluster!r} a term of the model cannot be estimated; every group, period and category"
                f" needs two of {cluster!r}: merge them or name another cluster"
            )
        moves = inverse @ scaled[rows].T
        total += (moves @ np.linalg.solve(kept, residuals[rows])) ** 2
        share = (moves**2).sum(axis=1)
        shares, squares = shares + share, squares + share**2
    return np.sqrt(total * (len(members) - 1) / len(members)), np.maximum(shares**2 / squares - 1, 1)
