"""Who said it: tell actors apart by their words, with probabilities and accuracy that hold for new years or speakers.

A document's neighbours - the same speaker's, the same year's - give it away. So whatever is said about accuracy or
probability here comes from documents whose whole group the model has not seen.
"""

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, PredefinedSplit
from sklearn.utils import Tags, check_consistent_length
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from discourse.compare._matrices import check_labelled, check_matrix, column_names, row_shares
from discourse.errors import InputError

__all__ = ["WhoSaidIt"]


class WhoSaidIt(ClassifierMixin, BaseEstimator):
    r"""Attribute documents to actors by multinomial logistic regression on their words.

    A document is the square roots of its words' relative frequencies, a point on the unit sphere (Hellinger
    distance), so its length does not matter. Only the `n_words` most widespread words enter, as in stylometry: rare
    words are mostly topics and names. Weights minimise the penalised log loss by Newton's method
    (scikit-learn's "newton-cholesky"), which gives the same digits on any machine; where words outnumber documents
    the model is fitted in the documents' own space, which changes nothing but the time.

    Probabilities are calibrated by one temperature :math:`T`, :math:`P(y = c) \propto \exp(z_c / T)`, which makes
    the log loss of held-out groups smallest (Guo et al. 2017), towards labels that are smoothed as Platt (1999)
    proposes, so that :math:`T` stays finite where held-out documents are told apart without error.

    Parameters
    ----------
    n_words : int or None, default=1000
        How many words enter, by the number of documents that use them (ties: by column); None for all.
    C : float, default=10.0
        Inverse strength of the ridge penalty.
    n_splits : int, default=5
        Folds for calibration; never more than there are groups.

    Attributes
    ----------
    classes_ : ndarray of shape (n_actors,)
        The actors, sorted.
    coef_ : ndarray of shape (n_actors, n_words)
        Weights; they sum to 0 over actors, and are 0 for words that do not enter.
    intercept_ : ndarray of shape (n_actors,)
        Constants.
    temperature_ : float
        Divides the scores; above 1 where the raw model was too sure. 1.0 if there was nothing to learn it from.
    n_calibration_ : int
        Held-out documents the temperature was learnt from.
    n_features_in_ : int
        Number of words in X.
    feature_names_in_ : ndarray of shape (n_words,)
        The words, if X was a DataFrame with names.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern neural networks. Proceedings
    of the 34th International Conference on Machine Learning, 1321-1330.

    Platt, J. C. (1999). Probabilistic outputs for support vector machines. In Advances in Large Margin Classifiers,
    61-74. Cambridge, MA: MIT Press.

    Examples
    --------
    >>> counts = [[5, 1, 4], [6, 1, 3], [4, 2, 4], [1, 6, 4], [2, 5, 3], [1, 5, 5]]
    >>> model = WhoSaidIt(n_splits=3).fit(counts, ["AVR"] * 3 + ["BEL"] * 3, groups=[1, 2, 3, 1, 2, 3])
    >>> model.predict([[3, 1, 2]]).tolist()
    ['AVR']
    >>> model.telling_words(["rumour", "trade", "the"], n=1)[["actor", "term"]].to_numpy().tolist()
    [['AVR', 'rumour'], ['BEL', 'trade']]
    """

    _parameter_constraints = {
        "n_words": [Interval(Integral, 1, None, closed="left"), None],
        "C": [Interval(Real, 0, None, closed="neither")],
        "n_splits": [Interval(Integral, 2, None, closed="left")],
    }

    def __init__(self, n_words: int | None = 1000, *, C: float = 10.0, n_splits: int = 5) -> None:
        self.n_words = n_words
        self.C = C
        self.n_splits = n_splits

    def fit(self, X: object, y: Sequence, groups: Sequence | None = None) -> "WhoSaidIt":
        """Learn weights and temperature.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts.
        y : array-like of shape (n_documents,)
            Actors; at least two.
        groups : array-like of shape (n_documents,), default=None
            Years or speakers that are held out together when probabilities are calibrated; by default documents are
            held out one by one, stratified by actor.

        Returns
        -------
        WhoSaidIt
            The fitted estimator.

        Raises
        ------
        InputError
            If a count is negative, there is one class only, or one group only.
        """
        self._validate_params()
        X, y = check_labelled(self, X, y, least=(2, 1))
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError(f"y holds one class, {self.classes_.tolist()[0]!r}; legal: two actors or more")
        points = sparse.csr_array(row_shares(X)).sqrt()
        self._calibrate(points, codes, splits(codes, groups, self.n_splits))
        self.coef_, self.intercept_ = self._weights(points, codes, len(self.classes_))
        return self

    def predict_proba(self, X: object) -> np.ndarray:
        """Return calibrated probabilities of the actors.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts, in the columns of `fit`.

        Returns
        -------
        ndarray of shape (n_documents, n_actors)
            Probabilities, in the order of `classes_`.
        """
        return softmax(self._scores(X), axis=1)

    def predict(self, X: object) -> np.ndarray:
        """Return the most probable actor of each document.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts, in the columns of `fit`.

        Returns
        -------
        ndarray of shape (n_documents,)
            Actors.
        """
        best = self._scores(X).argmax(axis=1)
        return self.classes_[best]

    def telling_words(self, terms: Sequence[str] | None = None, *, n: int = 20) -> pd.DataFrame:
        """Return the words that speak most for each actor.

        Parameters
        ----------
        terms : sequence of str, default=None
            The columns' names, where X had none.
        n : int, default=20
            Words per actor.

        Returns
        -------
        DataFrame
            `actor`, `rank` (from 1), `term`, `weight` (score per unit of the root of the word's share, above 0 and
            before calibration). `attrs` carry `n_words`, `C`, `temperature`.
        """
        check_is_fitted(self)
        names = column_names(self, terms)
        rows = []
        for actor, weights in zip(self.classes_.tolist(), self.coef_, strict=True):
            order = np.argsort(-weights, kind="stable")[:n]
            told = order[weights[order] > 0]
            rows += [(actor, rank, names[column], weights[column]) for rank, column in enumerate(told, start=1)]
        table = pd.DataFrame(rows, columns=["actor", "rank", "term", "weight"])
        table.attrs = {"n_words": self.n_words, "C": float(self.C), "temperature": self.temperature_}
        return table

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.classifier_tags.poor_score = True
        return tags

    def _scores(self, X: object) -> np.ndarray:
        points = sparse.csr_array(row_shares(check_matrix(self, X, reset=False))).sqrt()
        return (points @ self.coef_.T + self.intercept_) / self.temperature_

    def _weights(self, points: sparse.csr_array, codes: np.ndarray, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
        """Fit the regression on the most widespread words; return weights over all columns, and constants."""
        widespread = np.argsort(-np.bincount(points.indices, minlength=points.shape[1]), kind="stable")
        columns = np.sort(widespread[: self.n_words])
        dense = points[:, columns].toarray()
        basis, loadings = (None, dense) if len(dense) >= len(columns) else _rotate(dense)
        model = LogisticRegression(C=self.C, solver="newton-cholesky", tol=1e-8).fit(loadings, codes)
        coef, intercept = model.coef_, model.intercept_
        if n_classes == 2:
            coef, intercept = np.vstack([-coef, coef]) / 2, np.concatenate([-intercept, intercept]) / 2
        weights = np.zeros((n_classes, points.shape[1]))
        weights[:, columns] = coef if basis is None else coef @ basis.T
        return weights - weights.mean(axis=0), intercept - intercept.mean()

    def _calibrate(self, points: sparse.csr_array, codes: np.ndarray, folds: list[tuple]) -> None:
        """Learn the temperature from held-out scores; folds that lack an actor in training say nothing."""
        n_classes, scores, truth = len(self.classes_), [], []
        for train, test in folds:
            if len(np.unique(codes[train])) == n_classes:
                weights, intercept = self._weights(points[train], codes[train], n_classes)
                scores.append(points[test] @ weights.T + intercept)
                truth.append(codes[test])
        self.n_calibration_ = sum(map(len, truth))
        self.temperature_ = _temperature(np.vstack(scores), np.concatenate(truth)) if truth else 1.0


def splits(codes: np.ndarray, groups: Sequence | None, n_splits: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cut documents into folds by whole groups, or else by turns within each class.

    Parameters
    ----------
    codes : ndarray of shape (n_documents,)
        Classes as numbers.
    groups : sequence of length n_documents, or None
        What is kept together.
    n_splits : int
        The most folds.

    Returns
    -------
    list of tuple of ndarray
        Rows for training and rows held out, fold by fold; the same every time.

    Raises
    ------
    InputError
        If there is one group only.

    Examples
    --------
    >>> [held_out.tolist() for _, held_out in splits(np.array([0, 0, 1, 1]), [1, 2, 1, 2], 5)]
    [[1, 3], [0, 2]]
    """
    if groups is None:
        turns = pd.Series(codes).groupby(codes).cumcount().to_numpy() % n_splits
        return list(PredefinedSplit(turns).split())
    check_consistent_length(codes, groups)
    labels = pd.factorize(np.asarray(groups), sort=True)[0]
    n_groups = len(np.unique(labels))
    if n_groups < 2:
        raise InputError("groups holds one group; legal: two years, speakers or other groups at least")
    return list(GroupKFold(min(n_splits, n_groups)).split(codes, groups=labels))


def _rotate(dense: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return an orthonormal basis of the documents' space, and the documents in it; ridge is blind to rotation."""
    basis, upper = np.linalg.qr(dense.T)
    return basis, upper.T


def _temperature(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return the temperature that makes the log loss of the smoothed labels smallest."""
    n, n_classes = scores.shape
    targets = np.full(scores.shape, 1.0 / (n + n_classes))
    targets[np.arange(n), truth] = (n + 1.0) / (n + n_classes)

    def loss(log_temperature: float) -> float:
        return -float((targets * log_softmax(scores * np.exp(-log_temperature), axis=1)).sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-6.0, 6.0), method="bounded", options={"xatol": 1e-9}).x))
