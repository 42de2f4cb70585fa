import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss, precision_score, recall_score
from sklearn.naive_bayes import MultinomialNB

from discourse.compare import attribution_classifier
from discourse.compare.attribution_accuracy import attribution_accuracy, held_out_predictions
from discourse.compare.attribution_classifier import WhoSaidIt
from discourse.errors import InputError

ACTORS = np.array(["AVR", "BEL", "COR"])


def speeches(n_years=12, *, habit=1.2, theme=1.0, n_words=60, seed=0):
    """Counts of three actors over years: each actor has habits of its own, each year a theme common to all."""
    rng = np.random.default_rng(seed)
    habits, themes = rng.normal(0, habit, (3, n_words)), rng.normal(0, theme, (n_years, n_words))
    actor, year = np.tile(np.arange(3), n_years), np.repeat(np.arange(n_years), 3)
    counts = rng.poisson(300 * softmax(habits[actor] + themes[year], axis=1))
    return counts, ACTORS[actor], 2000 + year


@pytest.fixture(scope="module")
def data():
    return speeches()


@pytest.fixture(scope="module")
def model(data):
    counts, actors, years = data
    return WhoSaidIt().fit(counts, actors, groups=years)


def test_new_years_are_attributed(data):
    predictions = held_out_predictions(WhoSaidIt(), *data)
    assert (predictions["actor"] == predictions["predicted"]).mean() > 0.9


def test_actors_without_habits_cannot_be_told_apart():
    predictions = held_out_predictions(WhoSaidIt(), *speeches(40, habit=0.0))
    table = attribution_accuracy(predictions).set_index("measure")
    assert table.loc["accuracy", "low"] < 1 / 3 < table.loc["accuracy", "high"]
    # calibrated: it does not claim to know
    assert abs(table.loc["overconfidence", "estimate"]) < 0.1


def test_neighbours_give_a_speaker_away_unless_groups_are_held_out():
    """Each speaker has a theme of his own and speaks ten times; actors differ in nothing else."""
    rng = np.random.default_rng(3)
    speaker = np.repeat(np.arange(18), 10)
    counts = rng.poisson(200 * softmax(rng.normal(0, 1, (18, 80)), axis=1)[speaker])
    actors = ACTORS[speaker % 3]
    leaky = held_out_predictions(WhoSaidIt(), counts, actors, np.arange(180))
    honest = held_out_predictions(WhoSaidIt(), counts, actors, speaker)
    assert (leaky["actor"] == leaky["predicted"]).mean() > 0.9
    assert (honest["actor"] == honest["predicted"]).mean() < 0.6


def test_no_group_is_on_both_sides_of_a_split():
    groups = np.array([3, 1, 2, 3, 1, 2, 4, 4])
    folds = attribution_classifier.splits(np.array([0, 1] * 4), groups, 3)
    assert len(folds) == 3
    assert sorted(row for _, held_out in folds for row in held_out) == list(range(8))
    for train, held_out in folds:
        assert not set(groups[train]) & set(groups[held_out])


def test_weights_are_those_of_a_logistic_regression(data):
    counts, actors, _ = data
    fitted = WhoSaidIt(n_words=None).fit(counts, actors)
    points = np.sqrt(counts / counts.sum(axis=1, keepdims=True))
    reference = LogisticRegression(C=10.0, solver="newton-cg", tol=1e-12, max_iter=1000).fit(points, actors)
    assert fitted.coef_ == pytest.approx(reference.coef_ - reference.coef_.mean(axis=0), abs=1e-4)
    expected = softmax(reference.decision_function(points) / fitted.temperature_, axis=1)
    assert fitted.predict_proba(counts) == pytest.approx(expected, abs=1e-4)


def test_fitting_in_the_documents_space_changes_nothing(data, monkeypatch):
    counts, actors, _ = data
    rotated = WhoSaidIt(n_words=None).fit(counts, actors)
    assert len(counts) < counts.shape[1]
    monkeypatch.setattr(attribution_classifier, "_rotate", lambda dense: (None, dense))
    assert rotated.coef_ == pytest.approx(WhoSaidIt(n_words=None).fit(counts, actors).coef_, abs=1e-6)


def test_two_actors_have_opposite_weights(data):
    counts, actors, years = data
    two = actors != "COR"
    fitted = WhoSaidIt().fit(counts[two], actors[two], groups=years[two])
    assert fitted.coef_[0] == pytest.approx(-fitted.coef_[1])
    assert fitted.predict_proba(counts[two]).sum(axis=1) == pytest.approx(1)


def test_temperature_makes_the_held_out_log_loss_smallest():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 4000)
    honest = rng.normal(0, 1.5, (4000, 3))
    truth = np.array([rng.choice(3, p=row) for row in softmax(honest, axis=1)])
    assert attribution_classifier._temperature(4 * honest, truth) == pytest.approx(4, rel=0.1)
    assert attribution_classifier._temperature(honest / 3, truth) == pytest.approx(1 / 3, rel=0.1)


def test_perfect_separation_leaves_the_temperature_finite():
    scores = np.array([[1.0, 0.0], [0.0, 1.0]] * 4)
    temperature = attribution_classifier._temperature(scores, np.array([0, 1] * 4))
    # Platt's target 9/10: log odds 1 / T = log 9
    assert temperature == pytest.approx(1 / np.log(9), rel=1e-4)


def test_probabilities_of_new_years_are_calibrated():
    counts, actors, years = speeches(60, habit=0.25, theme=0.6)
    table = attribution_accuracy(held_out_predictions(WhoSaidIt(), counts, actors, years)).set_index("measure")
    assert 0.5 < table.loc["accuracy", "estimate"] < 0.98
    assert abs(table.loc["overconfidence", "estimate"]) < 0.08
    assert table.loc["log loss", "estimate"] < table.loc["log loss", "baseline"]


def test_only_the_most_widespread_words_enter(data):
    counts, actors, years = data
    counts = counts + 1
    counts[:20, 5] = 0
    fitted = WhoSaidIt(n_words=59).fit(counts, actors, groups=years)
    assert (fitted.coef_[:, 5] == 0).all()
    assert (np.abs(fitted.coef_).sum(axis=0) > 0).sum() == 59


def test_the_length_of_a_document_does_not_matter(model, data):
    counts = data[0][:3]
    assert model.predict_proba(7 * counts) == pytest.approx(model.predict_proba(counts))


def test_telling_words_are_those_each_actor_overuses(data):
    counts, actors, years = data
    frame = pd.DataFrame(counts, columns=[f"w{number}" for number in range(60)])
    table = WhoSaidIt().fit(frame, actors, groups=years).telling_words(n=5)
    shares = frame.div(frame.sum(axis=1), axis=0).groupby(actors).mean()
    for actor, words in table.groupby("actor")["term"]:
        assert (shares.loc[actor, words] > shares.drop(actor)[words].mean()).all()
    assert table["rank"].tolist() == [1, 2, 3, 4, 5] * 3
    assert table.attrs["C"] == 10.0


def test_sparse_and_dense_agree(model, data):
    counts, actors, years = data
    thin = WhoSaidIt().fit(sparse.csc_matrix(counts), actors, groups=years)
    assert thin.coef_ == pytest.approx(model.coef_)
    assert thin.predict(sparse.csr_array(counts)).tolist() == model.predict(counts).tolist()


def test_actors_who_speak_once_leave_the_scores_as_they_are():
    fitted = WhoSaidIt().fit(np.eye(2), ["AVR", "BEL"])
    assert (fitted.temperature_, fitted.n_calibration_) == (1.0, 0)


def test_predictions_take_any_classifier_and_leave_it_alone(data):
    counts, actors, years = data
    rival = MultinomialNB()
    table = held_out_predictions(rival, pd.DataFrame(counts, index=years), actors, years, n_splits=4)
    assert not hasattr(rival, "classes_")
    assert table["document"].tolist() == years.tolist()
    assert table[["p_AVR", "p_BEL", "p_COR"]].sum(axis=1).to_numpy() == pytest.approx(1)
    assert table.attrs == {"model": "MultinomialNB()", "n_splits": 4}


def test_measures_agree_with_scikit_learn(data):
    counts, actors, years = speeches(30, habit=0.3)
    table = held_out_predictions(WhoSaidIt(), counts, actors, years)
    truth, answer = table["actor"], table["predicted"]
    probabilities = table[["p_AVR", "p_BEL", "p_COR"]].to_numpy()
    expected = [
        accuracy_score(truth, answer),
        balanced_accuracy_score(truth, answer),
        f1_score(truth, answer, average="macro"),
        log_loss(truth, probabilities, labels=ACTORS),
        ((probabilities - (truth.to_numpy()[:, None] == ACTORS)) ** 2).sum(axis=1).mean(),
        probabilities.max(axis=1).mean() - accuracy_score(truth, answer),
        *recall_score(truth, answer, average=None),
        *precision_score(truth, answer, average=None),
    ]
    result = attribution_accuracy(table, n_boot=200)
    assert result["estimate"].to_numpy() == pytest.approx(expected)
    assert (result["low"] <= result["estimate"]).all()
    assert (result["estimate"] <= result["high"]).all()


def test_intervals_resample_groups_not_documents():
    """Ten documents a group, all right or all wrong: what counts is twenty groups, not two hundred documents."""
    right = np.repeat(np.arange(20) % 2 == 0, 10)
    truth = np.where(np.arange(200) % 2, "AVR", "BEL")
    answer = np.where(right, truth, np.where(truth == "AVR", "BEL", "AVR"))
    table = pd.DataFrame({"group": np.repeat(np.arange(20), 10), "actor": truth, "predicted": answer})
    table = table.assign(p_AVR=0.5, p_BEL=0.5)
    by_group = attribution_accuracy(table).iloc[0]
    by_document = attribution_accuracy(table.assign(group=np.arange(200))).iloc[0]
    assert (by_group["low"], by_group["high"]) == pytest.approx((0.275, 0.725), abs=0.03)
    assert by_group["high"] - by_group["low"] > 2.5 * (by_document["high"] - by_document["low"])


def test_no_error_in_twelve_years_is_no_proof_of_perfection(data):
    table = held_out_predictions(WhoSaidIt(), *data).assign(predicted=data[1])
    accuracy = attribution_accuracy(table).iloc[0]
    assert (accuracy["estimate"], accuracy["high"]) == (1, 1)
    # the exact limit for 12 successes out of 12: the share whose twelfth power is 5 %
    assert accuracy["low"] ** 12 == pytest.approx(0.05)
    assert (attribution_accuracy(table).query("measure == 'recall'")["low"] ** 12).tolist() == pytest.approx([0.05] * 3)


def test_accuracy_table_says_what_it_was_made_from(data):
    table = held_out_predictions(WhoSaidIt(), *data)
    result = attribution_accuracy(table, n_boot=150, level=0.9, random_state=4)
    assert result.equals(attribution_accuracy(table, n_boot=150, level=0.9, random_state=4))
    assert result.attrs == {"n_documents": 36, "n_groups": 12, "level": 0.9, "n_boot": 150, "random_state": 4}
    assert result["baseline"][:2].tolist() == pytest.approx([1 / 3, 1 / 3])


def test_an_actor_never_answered_has_no_precision():
    table = pd.DataFrame({"group": [1, 1, 2, 2], "actor": ["AVR", "BEL"] * 2, "predicted": ["AVR"] * 4})
    result = attribution_accuracy(table.assign(p_AVR=1.0, p_BEL=0.0)).set_index(["measure", "actor"])
    assert np.isnan(result.loc[("precision", "BEL"), "estimate"])
    assert result.loc[("recall", "BEL"), "estimate"] == 0
    assert result.loc[("log loss", None), "estimate"].item() == pytest.approx(-np.log(1e-15) / 2)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: WhoSaidIt().fit(np.eye(3), ["AVR"] * 3), "y holds one class, 'AVR'; legal: two actors or more"),
        (lambda: WhoSaidIt().fit(np.eye(2), ["AVR", "BEL"], groups=[1, 1]), "groups holds one group; legal: two years"),
        (lambda: WhoSaidIt().fit(-np.eye(2), ["AVR", "BEL"]), "row 0, column 0 is -1"),
        (
            lambda: held_out_predictions(WhoSaidIt(), np.eye(4), ["AVR", "AVR", "BEL", "BEL"], [1, 1, 2, 2]),
            "groups: without [12] only one actor is left to learn from",
        ),
        (lambda: attribution_accuracy(pd.DataFrame(), level=95), "level is 95; legal: a number between 0 and 1"),
        (lambda: attribution_accuracy(pd.DataFrame(), n_boot=9), "n_boot is 9; legal: 100 draws or more"),
        (lambda: attribution_accuracy(pd.DataFrame({"actor": ["AVR"]})), "predictions lacks group, predicted; legal"),
        (
            lambda: attribution_accuracy(pd.DataFrame({"group": [1], "actor": ["A"], "predicted": ["B"], "p_A": [1]})),
            "predictions lacks p_B",
        ),
        (
            lambda: attribution_accuracy(pd.DataFrame({"group": [1], "actor": ["A"], "predicted": ["A"], "p_A": [1]})),
            "predictions holds 1 group; legal: two or more",
        ),
    ],
)
def test_misuse_is_refused_in_a_sentence(call, text):
    with pytest.raises(InputError, match=text):
        call()
