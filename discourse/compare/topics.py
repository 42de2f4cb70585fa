"""Topics by non-negative matrix factorisation, with how far they hang on the random start.

A topic that other starts do not find again is no finding. The factorisation is scikit-learn's; matching topics
between runs follows Greene, O'Callaghan and Cunningham (2014).
"""

import warnings
from collections.abc import Sequence
from numbers import Integral

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from discourse.compare._matrices import check_matrix, column_names

__all__ = ["NMFTopics"]


class NMFTopics(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Find topics from several random starts; keep the best run, and say which topics the other runs found too.

    Each run factorises :math:`X \approx W H` with non-negative :math:`W` (documents by topics) and :math:`H` (topics
    by words) by scikit-learn's `NMF`. The run with the smallest reconstruction error is kept. Its topics are matched
    one to one with those of every other run so that the sum of likenesses is largest (Hungarian method); the
    likeness of two topics is the Jaccard index of their `n_top` top words. A topic's stability is its mean likeness
    over the other runs: 1 where every start finds the same top words, 0 where none finds any. A low stability
    disqualifies a topic; a high one does not prove it, for noise too has a best factorisation.

    Weight long documents down first, for instance by `TfidfTransformer`.

    Parameters
    ----------
    n_components : int, default=10
        Number of topics.
    n_runs : int, default=10
        Number of random starts.
    n_top : int, default=10
        Top words by which topics are compared and shown.
    max_iter : int, default=2000
        The most iterations of a run; if they do not suffice, one ConvergenceWarning says how many runs it was.
    random_state : int, RandomState or None, default=0
        Draws the seeds of the runs.

    Attributes
    ----------
    components_ : ndarray of shape (n_topics, n_words)
        Weights of words in the kept run, from the topic with most of the reconstructed mass down.
    stability_ : ndarray of shape (n_topics,)
        Mean likeness of each topic to its match in the other runs; NaN if there is one run only.
    prevalence_ : ndarray of shape (n_topics,)
        Each topic's share of the reconstructed mass of X.
    reconstruction_errors_ : ndarray of shape (n_runs,)
        Frobenius norm of what each run leaves over.
    n_iter_ : int
        Iterations of the kept run.
    n_features_in_ : int
        Number of words.
    feature_names_in_ : ndarray of shape (n_words,)
        The words, if X was a DataFrame with names.

    References
    ----------
    Greene, D., O'Callaghan, D. and Cunningham, P. (2014). How many topics? Stability analysis for topic models.
    ECML PKDD 2014, 498-513.

    Lee, D. D. and Seung, H. S. (1999). Learning the parts of objects by non-negative matrix factorization. Nature
    401, 788-791.

    Examples
    --------
    >>> counts = [[4, 4, 0, 0], [5, 5, 0, 0], [0, 0, 3, 3], [0, 0, 2, 2]]
    >>> model = NMFTopics(n_components=2, n_top=2).fit(counts)
    >>> model.topics(["trade", "growth", "war", "peace"])["term"].tolist(), model.stability_.tolist()
    (['trade', 'growth', 'war', 'peace'], [1.0, 1.0])
    """

    _parameter_constraints = {
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "n_runs": [Interval(Integral, 1, None, closed="left")],
        "n_top": [Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        n_components: int = 10,
        *,
        n_runs: int = 10,
        n_top: int = 10,
        max_iter: int = 2000,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_components = n_components
        self.n_runs = n_runs
        self.n_top = n_top
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X: object, y: object = None) -> "NMFTopics":  # noqa: ARG002
        """Find the topics.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts or weights.
        y : object, default=None
            Not used.

        Returns
        -------
        NMFTopics
            The fitted estimator.

        Raises
        ------
        InputError
            If a value is negative.
        """
        self._validate_params()
        X = check_matrix(self, X, reset=True)
        seeds = check_random_state(self.random_state).randint(np.iinfo(np.int32).max, size=self.n_runs)
        runs = [self._run(X, int(seed)) for seed in seeds]
        self._warn_of_slow_runs([model.n_iter_ for model, _ in runs])
        self.reconstruction_errors_ = np.array([model.reconstruction_err_ for model, _ in runs])
        best = int(self.reconstruction_errors_.argmin())
        self._model, mass = runs[best]
        order = np.argsort(-mass, kind="stable")
        self._model.components_ = self._model.components_[order]
        self.prevalence_ = mass[order] / (mass.sum() or 1.0)
        self.n_iter_ = self._model.n_iter_
        others = [model.components_ for number, (model, _) in enumerate(runs) if number != best]
        matched = [_matched_likeness(self.components_, other, self.n_top) for other in others]
        self.stability_ = np.mean(matched, axis=0) if matched else np.full(self.n_components, np.nan)
        return self

    def transform(self, X: object) -> np.ndarray:
        """Return the weights of the topics in documents.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts or weights, in the columns of `fit`.

        Returns
        -------
        ndarray of shape (n_documents, n_topics)
            Weights of 0 and more.
        """
        X = check_matrix(self, X, reset=False)
        return self._model.transform(X)

    def topics(self, terms: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the top words of each topic.

        Parameters
        ----------
        terms : sequence of str, default=None
            The columns' names, where X had none.

        Returns
        -------
        DataFrame
            `topic` (from 0), `prevalence`, `stability`, `rank` (from 1), `term`, `weight`; fewer than `n_top` rows
            for a topic that has fewer words. `attrs` carry `n_components`, `n_runs`, `n_top`.
        """
        check_is_fitted(self)
        names = column_names(self, terms)
        rows = [
            (topic, self.prevalence_[topic], self.stability_[topic], rank, names[column], weights[column])
            for topic, weights in enumerate(self.components_)
            for rank, column in enumerate(_top(weights, self.n_top), start=1)
        ]
        table = pd.DataFrame(rows, columns=["topic", "prevalence", "stability", "rank", "term", "weight"])
        table.attrs = {"n_components": self.n_components, "n_runs": self.n_runs, "n_top": self.n_top}
        return table

    @property
    def components_(self) -> np.ndarray:
        """Weights of words in the topics of the kept run."""
        return self._model.components_

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    @property
    def _n_features_out(self) -> int:
        return len(self.components_)

    def _run(self, X: object, seed: int) -> tuple[NMF, np.ndarray]:
        """Factorise from one random start; return the model and the mass of each topic."""
        model = NMF(self.n_components, init="random", max_iter=self.max_iter, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            weights = model.fit_transform(X)
        return model, weights.sum(axis=0) * model.components_.sum(axis=1)

    def _warn_of_slow_runs(self, n_iter: list[int]) -> None:
        slow = sum(n == self.max_iter for n in n_iter)
        if slow:
            warnings.warn(
                f"NMFTopics: {slow} of {self.n_runs} runs did not come to rest in max_iter={self.max_iter} iterations; "
                "raise max_iter",
                ConvergenceWarning,
                stacklevel=3,
            )


def _top(weights: np.ndarray, n_top: int) -> np.ndarray:
    """Return the columns of the largest weights above 0; ties stand in the order of the columns."""
    order = np.argsort(-weights, kind="stable")[:n_top]
    return order[weights[order] > 0]


def _matched_likeness(components: np.ndarray, others: np.ndarray, n_top: int) -> np.ndarray:
    """Return how like each topic is to its partner in the best one-to-one matching."""
    ours, theirs = ([set(_top(weights, n_top).tolist()) for weights in side] for side in (components, others))
    likeness = np.array([[len(one & other) / max(1, len(one | other)) for other in theirs] for one in ours])
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    return likeness[rows, columns]
