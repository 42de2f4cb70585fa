"""What the estimators on matrices share: checks of the matrix, names of its rows and columns, its leading dimensions.

A matrix has one row per document and one column per word (or any other feature); it is dense or sparse and holds
counts or frequencies, never anything below zero.
"""

from collections.abc import Sequence

import numpy as np
from scipy import linalg, sparse
from scipy.sparse.linalg import LinearOperator, svds
from scipy.special import ndtri
from sklearn.base import BaseEstimator, is_regressor
from sklearn.utils.validation import check_is_fitted, validate_data

from discourse.errors import InputError

__all__ = [
    "average_scores",
    "check_labelled",
    "check_matrix",
    "column_names",
    "leading_svd",
    "normal_quantile",
    "row_names",
    "row_shares",
]

_DENSE_CELLS = 4_000_000


def check_matrix(estimator: BaseEstimator, X: object, *, reset: bool, least: tuple[int, int] = (1, 1)) -> object:
    """Check the matrix an estimator was given, as scikit-learn does, and refuse what lies below zero.

    Parameters
    ----------
    estimator : BaseEstimator
        The estimator; on `reset` it learns the number and the names of the columns.
    X : {array-like, sparse matrix, DataFrame} of shape (n_documents, n_words)
        What was passed to `fit` (`reset=True`) or to `predict` or `transform` (`reset=False`).
    reset : bool
        Whether the estimator is being fitted; if not, it must have been.
    least : tuple of int, default=(1, 1)
        The fewest rows and columns that make sense.

    Returns
    -------
    ndarray or CSR of float, shape (n_documents, n_words)
        The checked matrix.

    Raises
    ------
    InputError
        If a value is negative; the message names its row and column.
    """
    if not reset:
        check_is_fitted(estimator)
    checked = validate_data(estimator, X, reset=reset, **_options(least))
    _refuse_negative(estimator, checked)
    return checked


def check_labelled(estimator: BaseEstimator, X: object, y: object, *, least: tuple[int, int] = (1, 1)) -> tuple:
    """Check the matrix and the labels or scores an estimator is fitted to.

    Parameters
    ----------
    estimator : BaseEstimator
        The estimator; it learns the number and the names of the columns.
    X : {array-like, sparse matrix, DataFrame} of shape (n_documents, n_words)
        What was passed to `fit`.
    y : array-like of shape (n_documents,)
        Classes, or for a regressor numbers.
    least : tuple of int, default=(1, 1)
        The fewest rows and columns that make sense.

    Returns
    -------
    tuple
        The checked `X` and `y`.

    Raises
    ------
    InputError
        If a value of X is negative; the message names its row and column.
    """
    numeric = is_regressor(estimator)
    checked, y = validate_data(estimator, X, y, y_numeric=numeric, **_options(least))
    _refuse_negative(estimator, checked)
    return checked, y


def _options(least: tuple[int, int]) -> dict[str, object]:
    return {
        "accept_sparse": "csr",
        "dtype": np.float64,
        "ensure_min_samples": least[0],
        "ensure_min_features": least[1],
    }


def _refuse_negative(estimator: BaseEstimator, X: object) -> None:
    values = X.data if sparse.issparse(X) else X
    if values.size and values.min() < 0:
        rows, columns = (X < 0).nonzero()
        row, column = int(rows[0]), int(columns[0])
        raise InputError(
            f"Negative values in data passed to {type(estimator).__name__}: row {row}, column "
            f"{column_names(estimator)[column]!r} is {X[row, column]:g}; legal: counts or frequencies of 0 and more"
        )


def column_names(estimator: BaseEstimator, terms: Sequence[str] | None = None) -> list:
    """Return the names of the columns an estimator was fitted on.

    Parameters
    ----------
    estimator : BaseEstimator
        A fitted estimator.
    terms : sequence of str, default=None
        The names; by default those of the DataFrame it was fitted on, or else the columns' numbers from 0.

    Returns
    -------
    list of str or of int
        One name per column.

    Raises
    ------
    InputError
        If there are not as many `terms` as columns.
    """
    n = estimator.n_features_in_
    if terms is None:
        return list(getattr(estimator, "feature_names_in_", range(n)))
    if len(terms) != n:
        raise InputError(f"terms has {len(terms)} names for {n} columns; legal: one name per column of X")
    return list(terms)


def row_names(X: object) -> list:
    """Return the names of the rows: the index of a DataFrame, or else numbers from 0.

    Parameters
    ----------
    X : {array-like, sparse matrix, DataFrame} of shape (n_documents, n_words)
        The matrix as the user passed it.

    Returns
    -------
    list
        One name per row.

    Examples
    --------
    >>> row_names([[1, 0], [2, 5]])
    [0, 1]
    """
    if hasattr(X, "iloc"):
        return X.index.tolist()
    return list(range(X.shape[0] if hasattr(X, "shape") else len(X)))


def row_shares(X: object) -> object:
    """Divide each row by its sum; rows without words stay empty.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_documents, n_words)
        Counts.

    Returns
    -------
    ndarray or CSR of shape (n_documents, n_words)
        Shares that sum to 1, or to 0.

    Examples
    --------
    >>> row_shares(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist()
    [[0.25, 0.75], [0.0, 0.0]]
    """
    totals = np.asarray(X.sum(axis=1)).ravel()
    inverse = np.divide(1.0, totals, out=np.zeros_like(totals), where=totals > 0)
    return sparse.diags_array(inverse) @ X


def average_scores(X: object, scores: np.ndarray) -> dict[str, np.ndarray]:
    """Average the scores of the words of each document.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_documents, n_words)
        Counts.
    scores : ndarray of shape (n_words,)
        Score of each word; NaN where there is none, and the word is left out.

    Returns
    -------
    dict of ndarray, each of shape (n_documents,)
        `mean` of the scores over the document's scored words, `se` (their standard deviation over the root of their
        number), `n_scored` words, `coverage` (their share of all words). NaN where there are none.

    Examples
    --------
    >>> found = average_scores(np.array([[3.0, 1.0, 4.0]]), np.array([-1.0, 1.0, np.nan]))
    >>> {name: values.round(4).tolist() for name, values in found.items()}
    {'mean': [-0.5], 'se': [0.433], 'n_scored': [4.0], 'coverage': [0.5]}
    """
    known = ~np.isnan(scores)
    centre = scores[known].mean() if known.any() else 0.0
    offsets = np.where(known, scores - centre, 0.0)
    total = np.asarray(X.sum(axis=1)).ravel()
    scored = np.asarray(X @ known.astype(np.float64)).ravel()
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.asarray(X @ offsets).ravel() / scored
        variance = np.maximum(np.asarray(X @ offsets**2).ravel() / scored - mean**2, 0.0)
        return {
            "mean": centre + mean,
            "se": np.sqrt(variance / scored),
            "n_scored": scored,
            "coverage": scored / total,
        }


def normal_quantile(level: float) -> float:
    """Return the half-width, in standard errors, of a normal interval of this level.

    Parameters
    ----------
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    float
        The quantile of the normal distribution at ``(1 + level) / 2``.

    Raises
    ------
    InputError
        If `level` is no share.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0 < level < 1:
        raise InputError(f"level is {level!r}; legal: a number between 0 and 1, such as 0.95")
    return float(ndtri((1 + level) / 2))


def leading_svd(
    X: object, n_components: int, *, rows: np.ndarray | None = None, columns: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the leading singular triplets of ``X - rows columns'``, the same ones every time.

    The subtracted product of rank one lets a sparse matrix be centred without being filled. Small matrices are
    decomposed whole (LAPACK), large ones by Lanczos iteration from a fixed start (ARPACK). Signs are fixed: the
    entry of largest magnitude in each right vector is positive.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n, m)
        The matrix.
    n_components : int
        How many triplets; fewer are returned where X has fewer.
    rows, columns : ndarray of shape (n,) and (m,), default=None
        The two sides of what is subtracted; by default nothing is.

    Returns
    -------
    tuple of ndarray
        ``U`` (n, k), ``s`` (k,) from the largest down, and ``Vt`` (k, m).

    Examples
    --------
    >>> U, s, Vt = leading_svd(np.array([[3.0, 0.0], [0.0, 2.0]]), 1)
    >>> s.round(6).tolist(), Vt.round(6).tolist()
    ([3.0], [[1.0, 0.0]])
    """
    k = min(n_components, *X.shape)
    rows = np.zeros(X.shape[0]) if rows is None else rows
    columns = np.zeros(X.shape[1]) if columns is None else columns
    if X.shape[0] * X.shape[1] <= _DENSE_CELLS or k >= min(X.shape) - 1:
        dense = X.toarray() if sparse.issparse(X) else np.asarray(X)
        U, s, Vt = linalg.svd(dense - np.outer(rows, columns), full_matrices=False)
        U, s, Vt = U[:, :k], s[:k], Vt[:k]
    else:
        operator = LinearOperator(
            X.shape,
            matvec=lambda v: X @ v.ravel() - rows * (columns @ v.ravel()),
            rmatvec=lambda v: X.T @ v.ravel() - columns * (rows @ v.ravel()),
            dtype=np.float64,
        )
        U, s, Vt = svds(operator, k=k, v0=np.cos(np.arange(min(X.shape))), solver="arpack")
        U, s, Vt = U[:, ::-1], s[::-1], Vt[::-1]
    signs = np.sign(np.take_along_axis(Vt, np.abs(Vt).argmax(axis=1)[:, None], axis=1))
    signs[signs == 0] = 1
    return U * signs.T, s, Vt * signs
