"""How well actors are told apart in years or by speakers the model has not seen, with intervals over those groups."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin, clone
from sklearn.utils import _safe_indexing, check_consistent_length
from sklearn.utils.validation import has_fit_parameter

from discourse.compare._matrices import normal_quantile, row_names
from discourse.compare.attribution_classifier import splits
from discourse.errors import InputError

__all__ = ["attribution_accuracy", "held_out_predictions"]

_PREFIX = "p_"
_TINY = 1e-15


def held_out_predictions(
    model: ClassifierMixin, X: object, y: Sequence, groups: Sequence, *, n_splits: int = 5
) -> pd.DataFrame:
    """Predict every document by a model that has seen no document of its group.

    Groups are cut into folds of about equal size; the model is fitted anew for each fold on all others, calibration
    included.

    Parameters
    ----------
    model : classifier
        `WhoSaidIt` or any scikit-learn classifier with `predict_proba`; it is cloned, not changed.
    X : {ndarray, sparse matrix, DataFrame} of shape (n_documents, n_words)
        Counts.
    y : sequence of length n_documents
        Actors.
    groups : sequence of length n_documents
        Years or speakers.
    n_splits : int, default=5
        Folds; never more than there are groups.

    Returns
    -------
    DataFrame
        `document` (index of X, or row number), `group`, `actor`, `predicted`, and for each actor `p_<actor>`, its
        probability (0 where a fold had no document of it to learn from). `attrs` carry `model`, `n_splits`.

    Raises
    ------
    InputError
        If there is one group or one actor only, or a fold leaves only one actor to learn from.

    Examples
    --------
    >>> from discourse.compare.attribution_classifier import WhoSaidIt
    >>> counts = np.array([[5, 1, 4], [1, 6, 4], [6, 1, 3], [2, 5, 3], [4, 2, 4], [1, 5, 5]])
    >>> table = held_out_predictions(WhoSaidIt(), counts, ["AVR", "BEL"] * 3, [1, 1, 2, 2, 3, 3])
    >>> (table["predicted"] == table["actor"]).mean()
    np.float64(1.0)
    """
    names = row_names(X)
    y, groups = np.asarray(y), np.asarray(groups)
    check_consistent_length(names, y, groups)
    actors, codes = np.unique(y, return_inverse=True)
    X = X.tocsr() if hasattr(X, "tocsr") else X
    probabilities = np.zeros((len(y), len(actors)))
    for train, test in splits(codes, groups, n_splits):
        if len(np.unique(codes[train])) < 2:
            raise InputError(
                f"groups: without {', '.join(map(str, np.unique(groups[test])))} only one actor is left to learn "
                "from; legal: groups in which actors mix, or more than one group per actor"
            )
        options = {"groups": groups[train]} if _takes_groups(model, groups[train]) else {}
        fitted = clone(model).fit(_safe_indexing(X, train), y[train], **options)
        columns = np.searchsorted(actors, fitted.classes_)
        probabilities[np.ix_(test, columns)] = fitted.predict_proba(_safe_indexing(X, test))
    table = pd.DataFrame({"document": names, "group": groups, "actor": y})
    table["predicted"] = actors[probabilities.argmax(axis=1)]
    for column, actor in enumerate(actors.tolist()):
        table[f"{_PREFIX}{actor}"] = probabilities[:, column]
    table.attrs = {"model": repr(model), "n_splits": n_splits}
    return table


def attribution_accuracy(
    predictions: pd.DataFrame, *, level: float = 0.95, n_boot: int = 1000, random_state: int = 0
) -> pd.DataFrame:
    r"""Measure how well held-out documents were attributed, with intervals that resample whole groups.

    Groups (years, speakers) are drawn anew with replacement, as many as there are; intervals are the percentiles of
    the measure over draws. A share that is 1 in every one of G groups gets the exact lower limit
    :math:`(1 - level)^{1/G}`, one that is 0 everywhere the upper limit :math:`1 - (1 - level)^{1/G}`. Below about 30
    groups intervals are too narrow. They hold for new documents by the
    models that were fitted, not for a model fitted to other documents.

    Parameters
    ----------
    predictions : DataFrame
        From `held_out_predictions`: `group`, `actor`, `predicted`, and `p_<actor>` for each actor.
    level : float, default=0.95
        Coverage of the intervals.
    n_boot : int, default=1000
        Draws of groups.
    random_state : int, default=0
        Seed of the draws.

    Returns
    -------
    DataFrame
        `measure`, `actor` (missing for measures over all), `estimate`, `low`, `high`, `baseline`: the value of a model
        that always answers with the actors' shares (or the most frequent actor). Measures: "accuracy"; "balanced
        accuracy" (mean recall); "macro F1"; "log loss" and "Brier score" (sum over actors; both smaller is better);
        "overconfidence" (mean probability of the answer less accuracy; 0 is calibrated); and for each actor "recall"
        and "precision". `attrs` carry `n_documents`, `n_groups`, `level`, `n_boot`, `random_state`.

    Raises
    ------
    InputError
        If columns are missing, there are fewer than two groups, or `level` or `n_boot` make no sense.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review 78, 1-3.

    Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application, section 3.8. Cambridge:
    Cambridge University Press.

    Examples
    --------
    >>> table = pd.DataFrame({"group": [1, 1, 2, 2], "actor": ["AVR", "BEL"] * 2, "predicted": ["AVR", "BEL"] * 2,
    ...                       "p_AVR": [0.9, 0.2, 0.8, 0.1], "p_BEL": [0.1, 0.8, 0.2, 0.9]})
    >>> attribution_accuracy(table)[["measure", "estimate", "baseline"]].head(1).to_dict("records")
    [{'measure': 'accuracy', 'estimate': 1.0, 'baseline': 0.5}]
    """
    normal_quantile(level)
    if n_boot < 100:
        raise InputError(f"n_boot is {n_boot!r}; legal: 100 draws or more")
    actors = _actors(predictions)
    groups, labels = pd.factorize(predictions["group"], sort=True)
    if len(labels) < 2:
        raise InputError(f"predictions holds {len(labels)} group; legal: two or more, over which to resample")
    sums = np.zeros((len(labels), len(actors) ** 2 + 3))
    np.add.at(sums, groups, _contributions(predictions, actors))
    rng = np.random.default_rng(random_state)
    weights = rng.multinomial(len(labels), np.full(len(labels), 1 / len(labels)), n_boot)
    estimate = _measures(sums.sum(axis=0, keepdims=True), len(actors))[0]
    drawn = _measures(weights @ sums, len(actors))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN", RuntimeWarning)
        low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    _widen(estimate, low, high, (1 - level) ** (1 / _bearing(sums, len(actors))))
    overall = ["accuracy", "balanced accuracy", "macro F1", "log loss", "Brier score", "overconfidence"]
    table = pd.DataFrame(
        {
            "measure": overall + ["recall"] * len(actors) + ["precision"] * len(actors),
            "actor": [None] * len(overall) + 2 * actors,
            "estimate": estimate,
            "low": low,
            "high": high,
            "baseline": _baselines(predictions["actor"].value_counts(normalize=True).reindex(actors, fill_value=0.0)),
        }
    )
    table.attrs = {
        "n_documents": len(predictions),
        "n_groups": len(labels),
        "level": float(level),
        "n_boot": n_boot,
        "random_state": random_state,
    }
    return table


def _takes_groups(model: ClassifierMixin, groups: np.ndarray) -> bool:
    return has_fit_parameter(model, "groups") and len(np.unique(groups)) > 1


def _actors(predictions: pd.DataFrame) -> list:
    """Return the actors in the order of their columns, named as they are in the column `actor`."""
    missing = [name for name in ("group", "actor", "predicted") if name not in predictions]
    columns = [name.removeprefix(_PREFIX) for name in map(str, predictions) if name.startswith(_PREFIX)]
    named: dict[str, object] = {}
    if not missing:
        named = {str(actor): actor for actor in pd.concat([predictions["actor"], predictions["predicted"]])}
        missing = sorted(f"{_PREFIX}{name}" for name in named if name not in columns)
    if missing:
        raise InputError(f"predictions lacks {', '.join(missing)}; legal: a table by held_out_predictions")
    return [named.get(name, name) for name in columns]


def _contributions(predictions: pd.DataFrame, actors: list) -> np.ndarray:
    """Return, for each document, its cell in the confusion matrix, its log loss, Brier score and confidence."""
    n = len(actors)
    place = {actor: code for code, actor in enumerate(actors)}
    truth, answer = (predictions[name].map(place).to_numpy(dtype=np.int64) for name in ("actor", "predicted"))
    probabilities = predictions[[f"{_PREFIX}{actor}" for actor in actors]].to_numpy(dtype=np.float64)
    rows = np.arange(len(predictions))
    out = np.zeros((len(predictions), n * n + 3))
    out[rows, truth * n + answer] = 1.0
    out[:, -3] = -np.log(np.maximum(probabilities[rows, truth], _TINY))
    out[:, -2] = ((probabilities - np.eye(n)[truth]) ** 2).sum(axis=1)
    out[:, -1] = probabilities[rows, answer]
    return out


def _measures(sums: np.ndarray, n: int) -> np.ndarray:
    """Return the measures of each row of sums of contributions; NaN where an actor is absent from it."""
    confusion = sums[:, : n * n].reshape(-1, n, n)
    total = confusion.sum(axis=(1, 2))
    hits = np.diagonal(confusion, axis1=1, axis2=2)
    spoken, answered = confusion.sum(axis=2), confusion.sum(axis=1)
    accuracy = hits.sum(axis=1) / total
    with np.errstate(invalid="ignore", divide="ignore"):
        recall, precision, f1 = hits / spoken, hits / answered, 2 * hits / (spoken + answered)
    overall = [
        accuracy,
        recall.mean(axis=1),
        f1.mean(axis=1),
        sums[:, -3] / total,
        sums[:, -2] / total,
        sums[:, -1] / total - accuracy,
    ]
    return np.column_stack([*overall, recall, precision])


def _bearing(sums: np.ndarray, n: int) -> np.ndarray:
    """Return, for each measure, the number of groups it rests on."""
    confusion = sums[:, : n * n].reshape(-1, n, n)
    spoken, answered = (confusion.sum(axis=axis) > 0 for axis in (2, 1))
    counts = [[len(sums)] * 6, spoken.sum(axis=0), answered.sum(axis=0)]
    return np.maximum(np.concatenate(counts), 1)


def _widen(estimate: np.ndarray, low: np.ndarray, high: np.ndarray, bound: np.ndarray) -> None:
    """Open the intervals of shares that are 0 or 1 in every group, where drawing groups anew shows no error."""
    share = np.ones(len(estimate), dtype=bool)
    share[3:6] = False
    always, never = share & (estimate == 1) & (low == 1), share & (estimate == 0) & (high == 0)
    low[always] = bound[always]
    high[never] = 1 - bound[never]


def _baselines(shares: pd.Series) -> list[float]:
    """Return what a model reaches that knows the actors' shares and nothing else."""
    p = shares.to_numpy()
    n, largest = len(p), float(p.max())
    entropy = -float((p[p > 0] * np.log(p[p > 0])).sum())
    overall = [largest, 1 / n, 2 * largest / (1 + largest) / n, entropy, 1 - float(p @ p), 0.0]
    return overall + [float("nan")] * (2 * n)
