"""Every estimator of the package on a matrix keeps scikit-learn's contract; new ones are found by themselves."""

import importlib
import inspect
import pickle
import pkgutil

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

import discourse.compare

# What an estimator cannot do without, and what else than the defaults has to pass.
INIT = {"LatentSemanticScaling": [{"seeds": {0: 1, 1: -1}}]}
MORE = {
    "Wordscores": [{"rescaling": "mv"}, {"smooth": 0.5}],
    "WhoSaidIt": [{"n_words": 3}],
}


def estimator_classes():
    """Return the estimator classes of `discourse.compare`, found by walking it."""
    found = {}
    for module in pkgutil.walk_packages(discourse.compare.__path__, "discourse.compare."):
        for name, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(member, BaseEstimator) and member.__module__ == module.name and not name.startswith("_"):
                found[name] = member
    return [found[name] for name in sorted(found)]


def estimators_on_matrices():
    made = [
        cls(**options)
        for cls in estimator_classes()
        for options in INIT.get(cls.__name__, [{}]) + MORE.get(cls.__name__, [])
    ]
    return [estimator for estimator in made if get_tags(estimator).input_tags.two_d_array]


ON_MATRICES = estimators_on_matrices()


def target(estimator, n):
    if is_classifier(estimator):
        return np.array(["AVR", "BEL"] * n)[:n]
    return np.linspace(-1, 1, n) if is_regressor(estimator) else None


def output(estimator, X):
    return estimator.predict(X) if hasattr(estimator, "predict") else estimator.transform(X)


@pytest.fixture
def counts():
    return np.random.default_rng(6).poisson(3.0, (24, 12))


def test_the_walk_finds_the_estimators():
    assert {type(estimator).__name__ for estimator in ON_MATRICES} >= {
        "CorrespondenceAnalysis",
        "LatentSemanticScaling",
        "NMFTopics",
        "WhoSaidIt",
        "Wordfish",
        "Wordscores",
    }


@parametrize_with_checks(ON_MATRICES)
def test_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", ON_MATRICES, ids=repr)
def test_a_pickled_estimator_answers_alike(estimator, counts):
    fitted = clone(estimator).fit(counts, target(estimator, 24))
    copy = pickle.loads(pickle.dumps(fitted))
    assert output(copy, counts).tolist() == output(fitted, counts).tolist()


@pytest.mark.parametrize("estimator", ON_MATRICES, ids=repr)
@pytest.mark.parametrize("make", [sparse.csr_array, sparse.coo_matrix])
def test_sparse_formats_answer_as_the_dense_matrix(estimator, make, counts):
    thin = clone(estimator).fit(make(counts), target(estimator, 24))
    dense = clone(estimator).fit(counts, target(estimator, 24))
    assert pd.Series(output(thin, make(counts)).ravel()).equals(pd.Series(output(dense, counts).ravel())) or output(
        thin, make(counts)
    ) == pytest.approx(output(dense, counts), abs=1e-7)


@pytest.mark.parametrize("estimator", ON_MATRICES, ids=repr)
def test_weights_that_are_no_whole_numbers_are_taken_and_the_callers_table_is_left_alone(estimator, counts):
    frame = pd.DataFrame(counts / 7, columns=[f"w{number}" for number in range(12)])
    before = frame.copy()
    fitted = clone(estimator).fit(frame, target(estimator, 24))
    output(fitted, frame)
    pd.testing.assert_frame_equal(frame, before)
    assert fitted.n_features_in_ == 12
    assert fitted.feature_names_in_.tolist() == frame.columns.tolist()


@pytest.mark.parametrize("estimator", ON_MATRICES, ids=repr)
def test_negative_values_are_refused_with_their_place(estimator, counts):
    frame = pd.DataFrame(counts, columns=[f"w{number}" for number in range(12)])
    frame.loc[4, "w7"] = -2
    text = "row 4, column 'w7' is -2; legal: counts or frequencies of 0 and more"
    with pytest.raises(ValueError, match=text):
        clone(estimator).fit(frame, target(estimator, 24))
    fitted = clone(estimator).fit(frame.abs(), target(estimator, 24))
    with pytest.raises(ValueError, match=text):
        output(fitted, frame)


@pytest.mark.parametrize("estimator", [each for each in ON_MATRICES if hasattr(each, "transform")], ids=repr)
def test_transformers_speak_pandas(estimator, counts):
    frame = pd.DataFrame(counts, index=[f"d{number}" for number in range(24)], columns=[f"w{n}" for n in range(12)])
    result = clone(estimator).set_output(transform="pandas").fit_transform(frame)
    assert result.index.tolist() == frame.index.tolist()
    assert result.columns.tolist() == [f"{type(estimator).__name__.lower()}{n}" for n in range(result.shape[1])]
