"""Latent semantic scaling: place texts between two poles that are named by a handful of seed words.

Words are as near to a pole as their contexts are to those of its seeds; a text is the mean of its words. Method:
Watanabe (2021). Fit it on sentences, which are the contexts, then score documents.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.preprocessing import normalize
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from discourse.compare._matrices import (
    average_scores,
    check_matrix,
    column_names,
    leading_svd,
    normal_quantile,
    row_names,
)
from discourse.errors import InputError

__all__ = ["LatentSemanticScaling"]

_NO_VECTOR = 1e-10


class LatentSemanticScaling(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Scale texts by the likeness of their words to seed words.

    The word vectors :math:`v` are the rows of :math:`V_k` in the singular value decomposition
    :math:`X \approx U_k \Sigma_k V_k^T` of the sentences' word counts. With seeds :math:`s` of polarity :math:`p_s`,

    .. math:: g_w = \sum_s \frac{p_s}{\sum_{s': p_{s'} p_s > 0} |p_{s'}|} \cos(v_w, v_s), \qquad
              y_d = \frac{1}{n_d} \sum_w h_{dw} g_w

    are the polarity of a word and of a document with counts :math:`h` and :math:`n_d` scored words. The seeds of
    either pole together weigh 1, so the poles may have different numbers of seeds. Positive values lie towards the
    positive seeds.

    Parameters
    ----------
    seeds : dict of {str or int: float}
        Polarity of each seed: a word or a pattern with ``*`` and ``?`` (casefolded), or the number of a column.
        A pattern's polarity is shared equally by the words it matches; one that matches nothing is set aside.
    terms : sequence of str, default=None
        The columns' names, where X has none.
    n_components : int, default=300
        Length of the word vectors; never more than the smaller side of X less one.

    Attributes
    ----------
    polarity_ : ndarray of shape (n_words,)
        Polarity of each word; NaN for words never used.
    seed_weights_ : dict of {str or int: float}
        The matched columns' names and weights.
    unmatched_seeds_ : list
        Seeds that matched no column.
    n_features_in_ : int
        Number of words.
    feature_names_in_ : ndarray of shape (n_words,)
        The words, if X was a DataFrame with names.

    References
    ----------
    Watanabe, K. (2021). Latent Semantic Scaling: a semisupervised text analysis technique for new domains and
    languages. Communication Methods and Measures 15(2), 81-102.

    Examples
    --------
    >>> sentences = [[2, 1, 0, 0], [1, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
    >>> scaling = LatentSemanticScaling({"peace": 1, "war": -1}, terms=["peace", "talks", "war", "fire"])
    >>> scaling.set_params(n_components=2).fit(sentences).polarity_.round(2).tolist()
    [1.0, 1.0, -1.0, -1.0]
    """

    _parameter_constraints = {
        "seeds": [Mapping],
        "terms": ["array-like", None],
        "n_components": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self, seeds: Mapping[str | int, float], *, terms: Sequence[str] | None = None, n_components: int = 300
    ) -> None:
        self.seeds = seeds
        self.terms = terms
        self.n_components = n_components

    def fit(self, X: object, y: object = None) -> "LatentSemanticScaling":  # noqa: ARG002
        """Find word vectors and the words' polarity.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_sentences, n_words)
            Counts, best of sentences.
        y : object, default=None
            Not used.

        Returns
        -------
        LatentSemanticScaling
            The fitted estimator.

        Raises
        ------
        InputError
            If a count is negative, a polarity is 0 or no number, or no seed matches a word that is used.
        """
        self._validate_params()
        X = check_matrix(self, X, reset=True, least=(2, 2))
        names = column_names(self, self.terms)
        k = min(self.n_components, X.shape[0] - 1, X.shape[1] - 1)
        _, s, Vt = leading_svd(X, k)
        vectors = Vt[s > s[0] * _NO_VECTOR].T
        used = np.linalg.norm(vectors, axis=1) > _NO_VECTOR
        weights = self._weigh(names, used)
        self.seed_weights_ = {names[column]: float(weights[column]) for column in np.flatnonzero(weights)}
        directions = normalize(np.where(used[:, None], vectors, 0.0))
        self.polarity_ = np.where(used, directions @ (directions.T @ weights), np.nan)
        return self

    def transform(self, X: object) -> np.ndarray:
        """Return the polarity of documents.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts of sentences or documents, in the columns of `fit`.

        Returns
        -------
        ndarray of shape (n_documents, 1)
            Mean polarity of the words; NaN for documents without scored words.
        """
        return average_scores(check_matrix(self, X, reset=False), self.polarity_)["mean"][:, None]

    def positions(self, X: object, *, level: float = 0.95) -> pd.DataFrame:
        """Return the polarity of documents with standard errors and intervals.

        Errors treat the words of a document as drawn one by one and word polarity as known, as the published ones
        do; they are too narrow for inference about speakers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_words)
            Counts, in the columns of `fit`.
        level : float, default=0.95
            Coverage of the interval.

        Returns
        -------
        DataFrame
            `document` (index of X, or row number), `polarity`, `se`, `low`, `high`, `z` (polarity standardised over
            the documents in X, n - 1), `n_scored` (scored words), `coverage` (their share of all words). `attrs`
            carry `seeds` (weights), `n_components`, `level`.
        """
        names = row_names(X)
        found = average_scores(check_matrix(self, X, reset=False), self.polarity_)
        polarity, half = found["mean"], normal_quantile(level) * found["se"]
        table = pd.DataFrame(
            {
                "document": names,
                "polarity": polarity,
                "se": found["se"],
                "low": polarity - half,
                "high": polarity + half,
            }
        )
        table["z"] = (table["polarity"] - table["polarity"].mean()) / table["polarity"].std()
        table["n_scored"], table["coverage"] = found["n_scored"], found["coverage"]
        table.attrs = {
            "seeds": {str(name): weight for name, weight in self.seed_weights_.items()},
            "n_components": self.n_components,
            "level": float(level),
        }
        return table

    def words(self) -> pd.DataFrame:
        """Return the words from the positive to the negative pole.

        Returns
        -------
        DataFrame
            `term`, `polarity`, `seed` (whether it is one); words never used are left out, ties stand in the order
            of the columns.
        """
        check_is_fitted(self)
        names = column_names(self, self.terms)
        table = pd.DataFrame({"term": names, "polarity": self.polarity_})
        table["seed"] = [name in self.seed_weights_ for name in names]
        table = table.dropna(subset="polarity")
        return table.sort_values("polarity", ascending=False, kind="stable", ignore_index=True)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags

    @property
    def _n_features_out(self) -> int:
        return 1

    def _weigh(self, names: list, used: np.ndarray) -> np.ndarray:
        """Return the weight of each column as a seed; the weights of either pole sum to 1 in magnitude."""
        weights, self.unmatched_seeds_ = np.zeros(len(names)), []
        for seed, polarity in self.seeds.items():
            if isinstance(polarity, str) or not np.isfinite(polarity) or polarity == 0:
                raise InputError(f"seeds gives {seed!r} the polarity {polarity!r}; legal: numbers above or below 0")
            columns = [column for column in _matches(seed, names) if used[column]]
            if not columns:
                self.unmatched_seeds_.append(seed)
            for column in columns:
                weights[column] += polarity / len(columns)
        if not weights.any():
            raise InputError(
                f"seeds: none of {', '.join(map(repr, self.seeds)) or 'no seeds'} is a used column of X; legal: its "
                "words (give terms= where X has no names), patterns with * and ?, or column numbers"
            )
        for pole in (weights > 0, weights < 0):
            weights[pole] /= np.abs(weights[pole]).sum() or 1.0
        return weights


def _matches(seed: str | int, names: list) -> list[int]:
    """Return the columns a seed stands for."""
    if isinstance(seed, str):
        pattern = seed.casefold()
        return [column for column, name in enumerate(names) if fnmatchcase(str(name), pattern)]
    return [seed] if 0 <= seed < len(names) else []
