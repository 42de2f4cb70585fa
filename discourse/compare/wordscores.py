"""Wordscores: place texts on a scale that the user's own reference texts span.

Words take the average score of the reference texts that use them, texts the average score of their words. Method:
Laver, Benoit and Garry (2003); rescaling: the same, or Martin and Vanberg (2007). It compares word use, not positions
as such: where reference texts differ in topic or genre, so does the scale (Lowe 2008).
"""

from collections.abc import Sequence
from numbers import Real

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from discourse.compare._matrices import (
    average_scores,
    check_labelled,
    check_matrix,
    column_names,
    normal_quantile,
    row_names,
    row_shares,
)
from discourse.errors import InputError

__all__ = ["Wordscores"]


class Wordscores(RegressorMixin, BaseEstimator):
    r"""Scale texts by the words they share with reference texts of known score.

    With :math:`F_{wr}` the share of word :math:`w` among the words of reference text :math:`r` and :math:`A_r` the
    reference's score, the word's score and the raw score of a text :math:`v` are

    .. math:: S_w = \sum_r \frac{F_{wr}}{\sum_q F_{wq}} A_r, \qquad S_v = \sum_w F_{wv} S_w,

    and the standard error is :math:`\sqrt{V_v / N_v}` with :math:`V_v = \sum_w F_{wv} (S_w - S_v)^2` and
    :math:`N_v` the text's scored words. Words that no reference text uses are left out.

    Parameters
    ----------
    rescaling : {"none", "lbg", "mv"}, default="none"
        Raw scores lie close together, because most words are common to all references. "lbg" stretches the scores of
        the texts in X around their mean until their standard deviation is that of the reference scores, so a text's
        score depends on which texts are scored with it. "mv" maps the raw scores of the lowest and the highest
        reference text to those texts' own scores, and does not.
    smooth : float, default=0.0
        Added to every count of the reference texts. Above 0 a short reference text is pulled to the middle, so
        scores then depend on the references' lengths.

    Attributes
    ----------
    word_scores_ : ndarray of shape (n_words,)
        Score of each word; NaN for words that no reference text uses.
    reference_scores_ : ndarray of shape (n_references,)
        The scores given.
    reference_raw_ : ndarray of shape (n_references,)
        Raw scores of the reference texts themselves.
    n_features_in_ : int
        Number of words.
    feature_names_in_ : ndarray of shape (n_words,)
        The words, if X was a DataFrame with names.

    References
    ----------
    Laver, M., Benoit, K. and Garry, J. (2003). Extracting policy positions from political texts using words as data.
    American Political Science Review 97(2), 311-331.

    Martin, L. W. and Vanberg, G. (2007). A robust transformation procedure for interpreting political text. Political
    Analysis 16(1), 93-100.

    Lowe, W. (2008). Understanding Wordscores. Political Analysis 16(4), 356-371.

    Examples
    --------
    >>> references, virgin = [[8, 2, 0], [0, 2, 8]], [[3, 2, 0], [5, 2, 5]]
    >>> Wordscores().fit(references, [-1, 1]).predict(virgin).tolist()
    [-0.6, 0.0]
    >>> Wordscores(rescaling="mv").fit(references, [-1, 1]).predict(virgin).round(6).tolist()
    [-0.75, 0.0]
    """

    _parameter_constraints = {
        "rescaling": [StrOptions({"none", "lbg", "mv"})],
        "smooth": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(self, rescaling: str = "none", smooth: float = 0.0) -> None:
        self.rescaling = rescaling
        self.smooth = smooth

    def fit(self, X: object, y: Sequence[float]) -> "Wordscores":
        """Score the words.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_references, n_words)
            Counts (or other non-negative weights) of the reference texts. A text without words has no say.
        y : array-like of shape (n_references,)
            The reference texts' scores; at least two different ones.

        Returns
        -------
        Wordscores
            The fitted estimator.

        Raises
        ------
        InputError
            If a count is negative or all scores are equal.
        """
        self._validate_params()
        references, scores = check_labelled(self, X, y, least=(2, 1))
        if np.ptp(scores) == 0:
            raise InputError(f"y gives every reference text the score {scores[0]:g}; legal: at least two scores")
        shares = row_shares(_dense(references) + self.smooth if self.smooth else references)
        weight = np.asarray(shares.sum(axis=0)).ravel()
        with np.errstate(invalid="ignore"):
            self.word_scores_ = np.asarray(shares.T @ scores).ravel() / weight
        self.reference_scores_ = np.asarray(scores, dtype=np.float64)
        self.reference_raw_ = average_scores(references, self.word_scores_)["mean"]
        return self

    def predict(self, X: object) -> np.ndarray:
        """Return the scores of texts.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts of the texts to be scored (the "virgin" texts), in the same columns.

        Returns
        -------
        ndarray of shape (n_documents,)
            Scores, rescaled as asked for; NaN for texts without any scored word.

        Raises
        ------
        InputError
            If a count is negative, or "lbg" is asked for and fewer than two texts can be scored.
        """
        raw = average_scores(check_matrix(self, X, reset=False), self.word_scores_)["mean"]
        slope, origin, target = self._rescale(raw)
        return target + slope * (raw - origin)

    def positions(self, X: object, *, level: float = 0.95) -> pd.DataFrame:
        """Return the scores of texts with standard errors and intervals.

        Errors and intervals are those of the cited papers: they treat the words of a text as drawn one by one, and
        the scores of words as known. They are too narrow for comparing speakers; resample documents for that.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts of the texts to be scored.
        level : float, default=0.95
            Coverage of the interval.

        Returns
        -------
        DataFrame
            `document` (index of X, or row number), `raw`, `raw_se`, `position`, `se`, `low`, `high`, `n_scored`
            (scored words), `coverage` (scored words as share of all). `attrs` carry `rescaling`, `smooth`, `level`.

        Examples
        --------
        >>> model = Wordscores().fit([[8, 2, 0], [0, 2, 8]], [-1, 1])
        >>> model.positions([[3, 2, 0]])[["position", "se", "coverage"]].round(4).to_dict("records")
        [{'position': -0.6, 'se': 0.2191, 'coverage': 1.0}]
        """
        names = row_names(X)
        found = average_scores(check_matrix(self, X, reset=False), self.word_scores_)
        raw, raw_se = found["mean"], found["se"]
        slope, origin, target = self._rescale(raw)
        position, half = target + slope * (raw - origin), normal_quantile(level) * slope * raw_se
        table = pd.DataFrame(
            {
                "document": names,
                "raw": raw,
                "raw_se": raw_se,
                "position": position,
                "se": slope * raw_se,
                "low": position - half,
                "high": position + half,
                "n_scored": found["n_scored"],
                "coverage": found["coverage"],
            }
        )
        table.attrs = {"rescaling": self.rescaling, "smooth": float(self.smooth), "level": float(level)}
        return table

    def words(self, terms: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the scored words from the lowest score to the highest.

        Parameters
        ----------
        terms : sequence of str, default=None
            The columns' names, where X had none.

        Returns
        -------
        DataFrame
            `term`, `score`. Unscored words are left out; ties stand in the order of the columns.

        Examples
        --------
        >>> model = Wordscores().fit([[8, 2, 0], [0, 2, 8]], [-1, 1])
        >>> model.words(["peace", "state", "war"]).to_dict("records")
        [{'term': 'peace', 'score': -1.0}, {'term': 'state', 'score': 0.0}, {'term': 'war', 'score': 1.0}]
        """
        check_is_fitted(self)
        table = pd.DataFrame({"term": column_names(self, terms), "score": self.word_scores_})
        return table.dropna(subset="score").sort_values("score", kind="stable", ignore_index=True)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.regressor_tags.poor_score = True
        return tags

    def _rescale(self, raw: np.ndarray) -> tuple[float, float, float]:
        """Return slope, origin and target of the line from raw scores to positions."""
        if self.rescaling == "none":
            return 1.0, 0.0, 0.0
        scores = self.reference_scores_
        if self.rescaling == "lbg":
            return self._rescale_lbg(raw[~np.isnan(raw)])
        low = self.reference_raw_[scores == scores.min()].mean()
        high = self.reference_raw_[scores == scores.max()].mean()
        if high == low:
            raise InputError(
                f"rescaling 'mv' needs reference texts that differ, but the lowest and the highest both have the raw "
                f"score {low:g}; legal: other reference texts, or rescaling='none'"
            )
        return float(np.ptp(scores) / (high - low)), float(low), float(scores.min())

    def _rescale_lbg(self, raw: np.ndarray) -> tuple[float, float, float]:
        if len(raw) < 2 or np.ptp(raw) == 0:
            raise InputError(
                f"rescaling 'lbg' stretches the scores of the texts in X, but X holds {len(np.unique(raw))} different "
                "raw score(s); legal: texts with at least two different raw scores, or rescaling='mv'"
            )
        return float(self.reference_scores_.std(ddof=1) / raw.std(ddof=1)), float(raw.mean()), float(raw.mean())


def _dense(X: object) -> np.ndarray:
    return X.toarray() if sparse.issparse(X) else X
