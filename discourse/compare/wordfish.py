"""Wordfish: place texts on one scale from their word counts alone.

Counts are Poisson with a document's length, a word's frequency and a word's slope on a position that is estimated
with it. Method: Slapin and Proksch (2008). What the scale means is for the reader of the word slopes to say: it is the
strongest contrast in word use, which may be topic, genre or period rather than policy.
"""

import warnings
from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from discourse.compare._matrices import check_matrix, column_names, leading_svd, normal_quantile, row_names
from discourse.errors import InputError

__all__ = ["Wordfish"]

_CELLS = 4_000_000
_INNER_STEPS = 100
_INNER_TOLERANCE = 1e-10


class Wordfish(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Scale texts in one dimension by a Poisson model of their words.

    The count of word :math:`k` in document :math:`i` has the mean :math:`\exp(\alpha_i + \psi_k + \beta_k \theta_i)`:
    :math:`\alpha` is the document's length, :math:`\psi` the word's frequency, :math:`\beta` how the word tells
    positions apart, :math:`\theta` the position.

    The model is identified by positions of mean 0 and standard deviation 1 (n - 1), a first document of
    `direction` that lies below the second, and lengths relative to the first document (:math:`\alpha_1 = 0` at the
    start). As in published use, :math:`\beta` has a normal prior with standard deviation `prior_sd`, which keeps the
    slopes of words used on one side only finite, and :math:`\theta` a standard normal one. Estimation starts from
    the first dimension of a correspondence analysis and alternates between words and documents: for each in turn
    the posterior mode, by damped Newton steps that always converge; then positions are standardised.

    Parameters
    ----------
    direction : tuple of int, default=(0, 1)
        Rows of two documents, the first of which is to lie to the left of the second. The default stands for the first
        two documents that have words.
    prior_sd : float, default=3.0
        Standard deviation of the prior on word slopes.
    tol : float, default=5e-6
        Rounds end when the log posterior changes by less than this share of itself. The default stops where the
        published positions were taken; the posterior is flat there, and with 1e-12 (and a larger `max_iter`)
        positions may still move by some hundredths.
    max_iter : int, default=300
        The most rounds; if they do not suffice, a ConvergenceWarning says so.

    Attributes
    ----------
    theta_ : ndarray of shape (n_documents,)
        Positions; NaN for documents without words.
    theta_se_ : ndarray of shape (n_documents,)
        Their standard errors, from the curvature of the posterior with the words' parameters held fixed.
    alpha_ : ndarray of shape (n_documents,)
        Log lengths; minus infinity for documents without words.
    beta_, psi_ : ndarray of shape (n_words,)
        Slopes and log frequencies of words; NaN and minus infinity for words never used.
    n_iter_ : int
        Rounds made.
    log_posterior_ : float
        Log posterior after the last round, up to a constant.
    n_features_in_ : int
        Number of words.
    feature_names_in_ : ndarray of shape (n_words,)
        The words, if X was a DataFrame with names.

    References
    ----------
    Slapin, J. B. and Proksch, S.-O. (2008). A scaling model for estimating time-series party positions from texts.
    American Journal of Political Science 52(3), 705-722.

    Examples
    --------
    >>> counts = [[9, 5, 4, 1], [6, 5, 5, 3], [3, 5, 6, 6], [1, 4, 5, 9]]
    >>> Wordfish().fit(counts).theta_.round(2).tolist()
    [-1.15, -0.42, 0.41, 1.16]
    """

    _parameter_constraints = {
        "direction": [tuple, list],
        "prior_sd": [Interval(Real, 0, None, closed="neither")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self, direction: tuple[int, int] = (0, 1), prior_sd: float = 3.0, tol: float = 5e-6, max_iter: int = 300
    ) -> None:
        self.direction = direction
        self.prior_sd = prior_sd
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X: object, y: object = None) -> "Wordfish":  # noqa: ARG002
        """Estimate positions and word parameters.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts; at least two documents that use words differently.
        y : object, default=None
            Not used.

        Returns
        -------
        Wordfish
            The fitted estimator.

        Raises
        ------
        InputError
            If a count is negative, `direction` names no two documents with words, or all documents use words alike.
        """
        self._validate_params()
        X = check_matrix(self, X, reset=True, least=(2, 2))
        spoken, used = np.asarray(X.sum(axis=1)).ravel() > 0, np.asarray(X.sum(axis=0)).ravel() > 0
        first, second = self._directed(spoken)
        counts = sparse.csr_array(X)[spoken][:, used]
        rank = np.cumsum(spoken) - 1
        theta = _start(counts)
        sign = -1.0 if theta[rank[first]] > theta[rank[second]] else 1.0
        theta, se, alpha = self._alternate(counts, sign * theta, used)
        if theta[rank[first]] > theta[rank[second]]:
            theta, self.beta_, self.center_ = -theta, -self.beta_, -self.center_
        self.theta_, self.theta_se_ = _spread(theta, spoken, np.nan), _spread(se, spoken, np.nan)
        self.alpha_ = _spread(alpha, spoken, -np.inf)
        return self

    def transform(self, X: object) -> np.ndarray:
        """Place documents on the scale that was estimated; words parameters are held fixed.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts, in the columns of `fit`.

        Returns
        -------
        ndarray of shape (n_documents, 1)
            Positions; for the documents of `fit` those of `theta_`. NaN for documents without known words.
        """
        return self._place(check_matrix(self, X, reset=False))[0][:, None]

    def positions(self, X: object, *, level: float = 0.95) -> pd.DataFrame:
        """Return positions with standard errors and intervals.

        The errors take words as independent draws and word parameters as known, as published ones do; real texts are
        burstier, so the intervals are too narrow for inference about speakers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts, of the documents of `fit` or of others.
        level : float, default=0.95
            Coverage of the interval.

        Returns
        -------
        DataFrame
            `document` (index of X, or row number), `position`, `se`, `low`, `high`, `n_words` (known words).
            `attrs` carry `prior_sd`, `tol`, `n_iter`, `level`.
        """
        names = row_names(X)
        theta, se, n_words = self._place(check_matrix(self, X, reset=False))
        half = normal_quantile(level) * se
        table = pd.DataFrame(
            {"document": names, "position": theta, "se": se, "low": theta - half, "high": theta + half}
        ).assign(n_words=n_words)
        table.attrs = {
            "prior_sd": float(self.prior_sd),
            "tol": float(self.tol),
            "n_iter": self.n_iter_,
            "level": float(level),
        }
        return table

    def words(self, terms: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the words from the most telling of the left to the most telling of the right.

        Parameters
        ----------
        terms : sequence of str, default=None
            The columns' names, where X had none.

        Returns
        -------
        DataFrame
            `term`, `beta`, `psi`, by `beta`; words never used are left out.
        """
        check_is_fitted(self)
        table = pd.DataFrame({"term": column_names(self, terms), "beta": self.beta_, "psi": self.psi_})
        return table.dropna(subset="beta").sort_values("beta", kind="stable", ignore_index=True)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    @property
    def _n_features_out(self) -> int:
        return 1

    def _directed(self, spoken: np.ndarray) -> tuple[int, int]:
        """Check that `direction` names two different documents with words."""
        rows = np.flatnonzero(spoken)
        pair = tuple(self.direction)
        if self.direction == (0, 1) and len(rows) > 1:
            pair = int(rows[0]), int(rows[1])
        if len(set(pair)) != 2 or not set(pair) <= set(rows.tolist()):
            raise InputError(
                f"direction is {tuple(self.direction)!r}; legal: the rows (from 0) of two different documents with "
                f"words, of which X has {len(rows)}"
            )
        return pair

    def _alternate(self, counts: sparse.csr_array, theta: np.ndarray, used: np.ndarray) -> tuple:
        """Alternate between words and documents until the log posterior stands still."""
        lengths, totals = counts.sum(axis=1), counts.sum(axis=0)
        alpha, beta = np.log(lengths / lengths[0]), np.zeros(counts.shape[1])
        before = -np.inf
        for n_iter in range(1, self.max_iter + 1):
            self.n_iter_ = n_iter
            beta, norm, _ = _modes(counts.T @ theta, totals, alpha, theta, beta, self.prior_sd**-2)
            psi = np.log(totals) - norm
            raw, norm, curvature = _modes(counts @ beta, lengths, psi, beta, theta, 1.0)
            alpha = np.log(lengths) - norm
            center, scale = raw.mean(), raw.std(ddof=1)
            if not scale > 0:
                raise InputError("X holds documents that all use words alike; legal: documents that differ")
            theta = (raw - center) / scale
            after = _log_posterior(counts, alpha, psi, beta, theta) - (beta @ beta) / (2 * self.prior_sd**2)
            if abs(after - before) <= self.tol * abs(after):
                break
            before = after
        else:
            warnings.warn(
                f"Wordfish: after max_iter={self.max_iter} rounds the log posterior still changes by more than "
                f"tol={self.tol:g}; raise max_iter",
                ConvergenceWarning,
                stacklevel=3,
            )
        self.log_posterior_ = float(after)
        self.center_, self.scale_ = float(center), float(scale)
        self.beta_, self.psi_ = _spread(beta, used, np.nan), _spread(psi, used, -np.inf)
        return theta, curvature**-0.5 / scale, alpha

    def _place(self, X: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return positions, standard errors and known words of documents, given the words' parameters."""
        used = ~np.isnan(self.beta_)
        counts = sparse.csr_array(X)[:, used]
        lengths = counts.sum(axis=1)
        spoken = lengths > 0
        beta, psi = self.beta_[used], self.psi_[used]
        raw, _, curvature = _modes(
            counts[spoken] @ beta, lengths[spoken], psi, beta, np.zeros(int(spoken.sum())), precision=1.0
        )
        theta = (raw - self.center_) / self.scale_
        return _spread(theta, spoken, np.nan), _spread(curvature**-0.5 / self.scale_, spoken, np.nan), lengths


def _start(counts: sparse.csr_array) -> np.ndarray:
    """Return the documents' places on the first dimension of a correspondence analysis, standardised."""
    lengths, totals = counts.sum(axis=1), counts.sum(axis=0)
    rows, columns = np.sqrt(lengths / lengths.sum()), np.sqrt(totals / totals.sum())
    residuals = sparse.diags_array(lengths**-0.5) @ counts @ sparse.diags_array(totals**-0.5)
    U, s, _ = leading_svd(residuals, 1, rows=rows, columns=columns)
    if s[0] <= 1e-12:
        raise InputError("X holds documents that all use words alike; legal: documents that differ")
    theta = U[:, 0] / rows
    return (theta - theta.mean()) / theta.std(ddof=1)


def _modes(
    sums: np.ndarray, totals: np.ndarray, offsets: np.ndarray, scores: np.ndarray, start: np.ndarray, precision: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Maximise :math:`b\,s - t \log \sum_j \exp(o_j + b x_j) - b^2 p / 2` in b, for many (s, t) at once.

    The level of a Poisson row has a closed form given its slope, which leaves this multinomial in the slope. Its
    third derivative is at most the range of x times the second, so Newton steps damped by log(1 + range |step|) / range
    climb always (Sun and Tran-Dinh 2019, Mathematical Programming 178). Returns b, the log sum, and the curvature.
    """
    slopes, norms, curvatures = start.astype(np.float64, copy=True), np.empty(len(sums)), np.empty(len(sums))
    span = max(float(np.ptp(scores)), 1e-12)
    size = max(1, _CELLS // len(scores))
    for low in range(0, len(sums), size):
        part = slice(low, low + size)
        for _ in range(_INNER_STEPS):
            norms[part], mean, variance = _moments(offsets, scores, slopes[part])
            curvatures[part] = totals[part] * variance + precision
            newton = (sums[part] - totals[part] * mean - precision * slopes[part]) / curvatures[part]
            slopes[part] += np.sign(newton) * np.log1p(span * np.abs(newton)) / span
            if np.abs(newton).max() < _INNER_TOLERANCE:
                break
    return slopes, norms, curvatures


def _moments(offsets: np.ndarray, scores: np.ndarray, slopes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return log sum, and mean and variance of the scores, under weights exp(offset + slope * score)."""
    log_weights = offsets + slopes[:, None] * scores
    peak = log_weights.max(axis=1)
    weights = np.exp(log_weights - peak[:, None])
    total = weights.sum(axis=1)
    mean = weights @ scores / total
    variance = np.maximum(weights @ scores**2 / total - mean**2, 0.0)
    return peak + np.log(total), mean, variance


def _log_posterior(
    counts: sparse.csr_array, alpha: np.ndarray, psi: np.ndarray, beta: np.ndarray, theta: np.ndarray
) -> float:
    """Return the Poisson log likelihood, up to a constant, plus the log prior of the positions."""
    norm, _, _ = _moments_in_blocks(psi, beta, theta)
    linear = counts.sum(axis=1) @ alpha + counts.sum(axis=0) @ psi + theta @ (counts @ beta)
    return float(linear - np.exp(alpha + norm).sum() - theta @ theta / 2)


def _moments_in_blocks(offsets: np.ndarray, scores: np.ndarray, slopes: np.ndarray) -> tuple:
    size = max(1, _CELLS // len(scores))
    parts = [_moments(offsets, scores, slopes[low : low + size]) for low in range(0, len(slopes), size)]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def _spread(values: np.ndarray, where: np.ndarray, empty: float) -> np.ndarray:
    """Put values at the places that are True, `empty` elsewhere."""
    full = np.full(len(where), empty)
    full[where] = values
    return full
