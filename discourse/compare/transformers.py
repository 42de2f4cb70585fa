"""Scikit-learn transformers: from texts to the rates of the codes of one construct, for use in a Pipeline."""

from collections.abc import Iterable
from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from discourse.coding.coder import code
from discourse.coding.codes import CONTESTED_CLAIMS, SOVEREIGNTY
from discourse.compare._counting import ANY, STANCE_CODE, count_by_document
from discourse.errors import InputError

__all__ = ["RumourLanguage", "SovereigntyFraming"]

_NOBODY = "XXX"
"""An actor without a name: a code of the range that ISO 3166-1 leaves to its users."""


class _CodeRates(TransformerMixin, BaseEstimator):
    """What the two transformers share; a subclass names its codebook and its columns."""

    _parameter_constraints = {
        "actor": [str, None],
        "per": [Interval(Real, 0, None, closed="neither")],
        "n_jobs": [Integral, None],
    }

    def __init__(self, *, actor=None, per=10_000, n_jobs=None):
        self.actor = actor
        self.per = per
        self.n_jobs = n_jobs

    def fit(self, X: Iterable[str], y: object = None) -> "_CodeRates":  # noqa: ARG002
        """Check the parameters and the texts; nothing is learnt from them.

        Parameters
        ----------
        X : iterable of str
            Texts.
        y : object, optional
            Not used.

        Returns
        -------
        object
            The transformer itself.
        """
        self._validate_params()
        _texts(X)
        self.codes_ = np.array(self._columns, dtype=object)
        return self

    def transform(self, X: Iterable[str]) -> np.ndarray:
        """Code texts and return their rates.

        Parameters
        ----------
        X : iterable of str of length n_texts
            Texts; an empty one has rates of 0.

        Returns
        -------
        ndarray of shape (n_texts, n_codes)
            Sentences with an own span of the code per `per` words. With ``set_output(transform="pandas")`` a DataFrame
            with the index of a Series passed in.

        Raises
        ------
        InputError
            If `X` is a single text or a table, or an element is no text.
        """
        check_is_fitted(self)
        texts = _texts(X)
        measured = np.zeros((len(texts), len(self.codes_)))
        rows = [row for row, text in enumerate(texts) if text.strip()]
        if not rows:
            return measured
        documents = pd.DataFrame({"doc_id": [f"{row:012d}" for row in rows], "text": [texts[row] for row in rows]})
        documents["actor"] = self.actor or _NOBODY
        counts = count_by_document(code(documents, codebook=self._codebook, n_jobs=self.n_jobs), documents)
        columns = [counts.codes.index((self._construct, name)) for name in self._columns]
        measured[rows] = self.per * counts.sentences[:, columns] / np.maximum(counts.words, 1)[:, None]
        return measured

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:  # noqa: ARG002
        """Return the names of the codes, in the order of the columns.

        Parameters
        ----------
        input_features : object, optional
            Not used.

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        return self.codes_

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


class SovereigntyFraming(_CodeRates):
    """Turn texts into rates of sovereignty framing.

    Parameters
    ----------
    actor : str, optional
        Whose statements the texts are: a code of `actors.yaml`, or any name. Without it first person alone is the
        speaker, and nobody is an ally. Texts have no dates, so that an actor's allies of any time count.
    per : float, default=10_000
        Words that a rate refers to.
    n_jobs : int, optional
        Processes, as in joblib.

    Attributes
    ----------
    codes_ : ndarray of str
        The columns: `any`, `statehood`, `entitlement` and the other codes of the construct.

    See Also
    --------
    discourse.rates : The same measure by group, with intervals.

    Examples
    --------
    >>> framing = SovereigntyFraming(per=100).set_output(transform="pandas")
    >>> framing.fit_transform(["We respect the sovereignty of all states.", "Good morning."])[["any", "statehood"]]
             any  statehood
    0  14.285714  14.285714
    1   0.000000   0.000000
    """

    _codebook = "sovereignty"
    _construct = "sovereignty"
    _columns = (ANY, *SOVEREIGNTY)


class RumourLanguage(_CodeRates):
    """Turn texts into rates of the language of contested claims.

    Parameters
    ----------
    actor : str, optional
        Whose statements the texts are: a code of `actors.yaml`, or any name. Without it first person alone is the
        speaker, and nobody is an ally. Texts have no dates, so that an actor's allies of any time count.
    per : float, default=10_000
        Words that a rate refers to.
    n_jobs : int, optional
        Processes, as in joblib.

    Attributes
    ----------
    codes_ : ndarray of str
        The columns: `any`, `stance` (label, denial, motive, distancing, challenge or non_confirmation), `label`,
        `denial` and the other codes of the construct.

    See Also
    --------
    discourse.rates : The same measure by group, with intervals.

    Examples
    --------
    >>> rumours = RumourLanguage(per=100).fit(["This is a groundless rumour."])
    >>> rumours.transform(["This is a groundless rumour.", ""])[:, :3]
    array([[20., 20., 20.],
           [ 0.,  0.,  0.]])
    """

    _codebook = "rumour"
    _construct = "contested_claims"
    _columns = (ANY, STANCE_CODE, *CONTESTED_CLAIMS)


def _texts(X: Iterable[str]) -> list[str]:
    """Return texts as a list, or say what is none."""
    legal = "legal: a list, Series or array of texts (in a ColumnTransformer, one column by its name)"
    if isinstance(X, str | bytes | pd.DataFrame) or not isinstance(X, Iterable):
        raise InputError(f"X is a {type(X).__name__}; {legal}")
    texts = list(X)
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(f"X, element {position} is a {type(text).__name__}; {legal}")
    return texts
