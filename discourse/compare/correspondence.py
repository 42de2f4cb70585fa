"""Correspondence analysis: documents and words on one map.

Distances between documents are chi-square distances between their word profiles. Method: Benzécri (1973), in the
notation of Greenacre (2017).
"""

from collections.abc import Sequence
from numbers import Integral

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from discourse.compare._matrices import check_matrix, column_names, leading_svd
from discourse.errors import InputError

__all__ = ["CorrespondenceAnalysis"]


class CorrespondenceAnalysis(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Map the rows and columns of a table of counts by singular value decomposition.

    With :math:`P` the table divided by its sum, :math:`r` and :math:`c` its margins (the masses), the standardised
    residuals :math:`D_r^{-1/2} (P - r c^T) D_c^{-1/2} = U D_\sigma V^T` give principal coordinates
    :math:`F = D_r^{-1/2} U D_\sigma` of rows and :math:`G = D_c^{-1/2} V D_\sigma` of columns. The squared singular
    values are the principal inertias; they sum to chi-square divided by the table's sum. Signs are fixed: on each
    axis the column that contributes most lies on the positive side.

    Parameters
    ----------
    n_components : int, default=2
        Number of axes; there are never more than the smaller side of the table less one, nor than its residuals span.

    Attributes
    ----------
    principal_inertias_ : ndarray of shape (n_axes,)
        Inertia along each axis, from the largest down.
    total_inertia_ : float
        Inertia of the whole table.
    explained_inertia_ratio_ : ndarray of shape (n_axes,)
        Share of the total inertia along each axis.
    row_coordinates_, column_coordinates_ : ndarray of shape (n_documents, n_axes) and (n_words, n_axes)
        Principal coordinates; NaN for rows and columns without counts.
    row_masses_, column_masses_ : ndarray of shape (n_documents,) and (n_words,)
        Shares of the table's sum.
    n_features_in_ : int
        Number of words.
    feature_names_in_ : ndarray of shape (n_words,)
        The words, if X was a DataFrame with names.

    References
    ----------
    Benzécri, J.-P. (1973). L'analyse des données, vol. 2: L'analyse des correspondances. Paris: Dunod.

    Greenacre, M. (2017). Correspondence Analysis in Practice, 3rd ed. Boca Raton: CRC Press.

    Examples
    --------
    >>> table = [[8, 1, 1], [1, 8, 1], [1, 1, 8]]
    >>> analysis = CorrespondenceAnalysis().fit(table)
    >>> analysis.principal_inertias_.round(4).tolist(), round(analysis.total_inertia_, 4)
    ([0.49, 0.49], 0.98)
    """

    _parameter_constraints = {"n_components": [Interval(Integral, 1, None, closed="left")]}

    def __init__(self, n_components: int = 2) -> None:
        self.n_components = n_components

    def fit(self, X: object, y: object = None) -> "CorrespondenceAnalysis":  # noqa: ARG002
        """Decompose the table.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts, at least two rows and columns.
        y : object, default=None
            Not used.

        Returns
        -------
        CorrespondenceAnalysis
            The fitted estimator.

        Raises
        ------
        InputError
            If a count is negative or all rows have the same profile.
        """
        self._validate_params()
        X = sparse.csr_array(check_matrix(self, X, reset=True, least=(2, 2)))
        total = X.sum()
        self.row_masses_ = X.sum(axis=1) / total if total else np.zeros(X.shape[0])
        self.column_masses_ = X.sum(axis=0) / total if total else np.zeros(X.shape[1])
        scaled = _weights(self.row_masses_) @ X @ _weights(self.column_masses_) / (total or 1)
        rows, columns = np.sqrt(self.row_masses_), np.sqrt(self.column_masses_)
        k = min(self.n_components, X.shape[0] - 1, X.shape[1] - 1)
        U, s, Vt = leading_svd(scaled, k, rows=rows, columns=columns)
        if s[0] <= 1e-12:
            raise InputError("X holds rows that all have the same profile; legal: rows that differ")
        U, s, Vt = U[:, s > 1e-12], s[s > 1e-12], Vt[s > 1e-12]
        self.principal_inertias_ = s**2
        self.total_inertia_ = float(_squared_distances(scaled, columns) @ self.row_masses_)
        self.explained_inertia_ratio_ = self.principal_inertias_ / self.total_inertia_
        self.row_coordinates_ = _divided(U * s, rows)
        self.column_coordinates_ = _divided(Vt.T * s, columns)
        self._axes = np.nan_to_num(_divided(Vt.T, columns))
        return self

    def transform(self, X: object) -> np.ndarray:
        """Return principal coordinates of rows: those of `fit`, or supplementary ones.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts, in the columns of `fit`.

        Returns
        -------
        ndarray of shape (n_documents, n_axes)
            Each row's profile as a weighted mean of the columns' standard coordinates; NaN for rows without counts
            in the columns of `fit`.
        """
        X = check_matrix(self, X, reset=False)
        known = X @ (self.column_masses_ > 0).astype(np.float64)
        return _divided(X @ self._axes, known)

    def columns(self, terms: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the columns of the table with what they weigh and where they lie.

        Parameters
        ----------
        terms : sequence of str, default=None
            The columns' names, where X had none.

        Returns
        -------
        DataFrame
            `term`, `mass`, and for each axis `axis1` (principal coordinate) and `contribution1` (share of the
            axis' inertia; they sum to 1), ..., in the order of the table.
        """
        check_is_fitted(self)
        return self._table("term", column_names(self, terms), self.column_masses_, self.column_coordinates_)

    def rows(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the rows of the table with what they weigh and where they lie.

        Parameters
        ----------
        names : sequence of str, default=None
            The rows' names; by default their numbers from 0.

        Returns
        -------
        DataFrame
            `document` and the columns described at `columns`.
        """
        check_is_fitted(self)
        n = len(self.row_masses_)
        if names is not None and len(names) != n:
            raise InputError(f"names has {len(names)} entries for {n} rows; legal: one name per row of X")
        return self._table("document", range(n) if names is None else names, self.row_masses_, self.row_coordinates_)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    @property
    def _n_features_out(self) -> int:
        return len(self.principal_inertias_)

    def _table(self, label: str, names: Sequence, masses: np.ndarray, coordinates: np.ndarray) -> pd.DataFrame:
        columns = {label: list(names), "mass": masses}
        inertias = masses[:, None] * np.nan_to_num(coordinates) ** 2
        for axis, inertia in enumerate(self.principal_inertias_):
            columns[f"axis{axis + 1}"] = coordinates[:, axis]
            columns[f"contribution{axis + 1}"] = inertias[:, axis] / inertia
        table = pd.DataFrame(columns)
        table.attrs = {"n_components": self.n_components, "total_inertia": self.total_inertia_}
        return table


def _weights(masses: np.ndarray) -> sparse.dia_array:
    """Return the diagonal of 1 / sqrt(mass), with 0 for rows or columns without counts."""
    return sparse.diags_array(np.divide(1.0, np.sqrt(masses), out=np.zeros_like(masses), where=masses > 0))


def _squared_distances(scaled: sparse.csr_array, columns: np.ndarray) -> np.ndarray:
    """Return the rows' squared chi-square distances from the mean profile; rows without counts lie at 0."""
    masses = (scaled @ columns) ** 2
    squares = np.asarray(scaled.multiply(scaled).sum(axis=1)).ravel()
    return np.divide(squares, masses, out=np.ones_like(masses), where=masses > 0) - 1.0


def _divided(matrix: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Divide rows; where the divisor is 0 the row is NaN."""
    out = np.full(matrix.shape, np.nan)
    return np.divide(matrix, by[:, None], out=out, where=by[:, None] > 0)
