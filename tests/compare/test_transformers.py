import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

import discourse
from discourse.coding.codes import SPAN_COLUMNS
from discourse.compare import transformers
from discourse.compare.rates import rates
from discourse.compare.transformers import RumourLanguage, SovereigntyFraming
from discourse.errors import InputError

BOTH = pytest.mark.parametrize("transformer", [SovereigntyFraming(), RumourLanguage()], ids=["framing", "rumour"])
CHECKS = [
    "check_estimator_cloneable",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_estimator_repr",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
    "check_mixin_order",
    "check_param_validation",
    "check_get_feature_names_out_error",
    "check_transformers_unfitted",
]
TEXTS = [
    "We respect the sovereignty of every state. Good morning.",
    "This is a groundless rumour, and we have never sold weapons to anyone.",
    "We thank the host for the meeting.",
    "Nobody has the right to interfere in our internal affairs. It is a lie.",
]


@BOTH
@pytest.mark.parametrize("check", CHECKS)
def test_contract_of_scikit_learn(check, transformer):
    getattr(estimator_checks, check)(type(transformer).__name__, clone(transformer))


@BOTH
def test_agrees_with_rates_text_by_text(transformer):
    documents = pd.DataFrame({"doc_id": list("abcd"), "actor": "XXX", "text": TEXTS})
    table = rates(discourse.code(documents), documents, "doc_id", per=100)
    construct = {"SovereigntyFraming": "sovereignty", "RumourLanguage": "contested_claims"}[type(transformer).__name__]
    wide = table[table["construct"] == construct].pivot_table(index="doc_id", columns="code", values="rate")
    measured = clone(transformer).set_params(per=100).fit(TEXTS)
    expected = wide[list(measured.get_feature_names_out())].to_numpy()
    assert measured.transform(TEXTS) == pytest.approx(expected)
    assert expected.any()


def test_columns():
    assert SovereigntyFraming().fit(TEXTS).get_feature_names_out().tolist()[:3] == ["any", "statehood", "entitlement"]
    assert RumourLanguage().fit(TEXTS).get_feature_names_out().tolist()[:3] == ["any", "stance", "label"]


def test_words_by_hand():
    found = SovereigntyFraming(per=9).set_output(transform="pandas").fit_transform(TEXTS[:1])
    assert found.loc[0, "statehood"] == found.loc[0, "any"] == 1.0


@pytest.mark.parametrize(("actor", "named"), [("Avaria", "Avaria"), (None, "XXX")])
def test_the_coder_is_told_whose_texts_they_are(monkeypatch, actor, named):
    asked = []

    def coder(documents, *, codebook, n_jobs):
        asked.append((documents["actor"].tolist(), codebook, n_jobs))
        return pd.DataFrame(columns=list(SPAN_COLUMNS)).astype({"own": bool})

    monkeypatch.setattr(transformers, "code", coder)
    assert not RumourLanguage(actor=actor, n_jobs=3).fit_transform(TEXTS).any()
    assert asked == [([named] * 4, "rumour", 3)]


@BOTH
def test_pickle(transformer):
    fitted = clone(transformer).fit(TEXTS)
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.transform(TEXTS), fitted.transform(TEXTS))


@BOTH
def test_pandas_output_keeps_the_index(transformer):
    series = pd.Series(TEXTS, index=["w", "x", "y", "z"], name="text")
    found = clone(transformer).set_output(transform="pandas").fit_transform(series)
    assert found.index.tolist() == ["w", "x", "y", "z"]
    assert found.columns.tolist() == clone(transformer).fit(TEXTS).get_feature_names_out().tolist()


def test_pipeline_and_column_transformer():
    frame = pd.DataFrame({"text": TEXTS, "year": [2001, 2002, 2003, 2004]})
    parts = [("framing", SovereigntyFraming(), "text"), ("rumour", RumourLanguage(), "text")]
    columns = ColumnTransformer([*parts, ("rest", "passthrough", ["year"])]).set_output(transform="pandas")
    found = columns.fit_transform(frame)
    assert found.shape == (4, 21)
    assert {"framing__any", "rumour__any", "rest__year"} <= set(found)
    pipeline = make_pipeline(RumourLanguage(), RidgeClassifier()).fit(TEXTS[:3], [0, 1, 0])
    assert pipeline.predict(TEXTS[:3]).tolist() == [0, 1, 0]


@BOTH
def test_empty_texts_have_rates_of_zero(transformer):
    fitted = clone(transformer).fit(TEXTS)
    assert fitted.transform(["", " \n", "\u2026"]).tolist() == [[0.0] * 10] * 3
    assert fitted.transform([]).shape == (0, 10)
    both = fitted.transform(["", TEXTS[3]])
    assert not both[0].any()
    assert np.array_equal(both[1], fitted.transform([TEXTS[3]])[0])


@BOTH
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("one text", "X is a str; legal: a list, Series or array of texts"),
        (pd.DataFrame({"text": TEXTS}), "X is a DataFrame; legal: .*one column by its name"),
        (7, "X is a int; legal"),
        (["a text", 5], "X, element 1 is a int; legal"),
        ([None], "X, element 0 is a NoneType"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(transformer, given, message):
    with pytest.raises(InputError, match=message):
        clone(transformer).fit(given)
    with pytest.raises(InputError, match=message):
        clone(transformer).fit(TEXTS).transform(given)


@BOTH
def test_unfitted_has_no_columns(transformer):
    with pytest.raises(NotFittedError):
        clone(transformer).get_feature_names_out()
    with pytest.raises(ValueError, match="The 'per' parameter of .* must be a float in the range"):
        clone(transformer).set_params(per=0).fit(TEXTS)
