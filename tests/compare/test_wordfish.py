import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning

from discourse.compare import wordfish
from discourse.compare.wordfish import Wordfish
from discourse.errors import InputError

CURVE = [2, 3, 10, 22, 45, 78, 115, 146, 158, 146, 115, 78, 45, 22, 10, 3, 2]
LBG = np.zeros((6, 37))
for row, place in enumerate([0, 5, 10, 15, 20, 7]):
    LBG[row, place : place + len(CURVE)] = CURVE
PUBLISHED = np.array([-1.29057, -0.61644, 0.03351, 0.70961, 1.52334, -0.35945])
PUBLISHED_SE = np.array([0.01448, 0.01060, 0.01085, 0.01214, 0.01744, 0.01070])


@pytest.fixture(scope="module")
def simulated():
    """Counts by the model itself, with the positions that made them."""
    rng = np.random.default_rng(7)
    theta = rng.normal(size=60)
    theta = np.sort((theta - theta.mean()) / theta.std(ddof=1))
    log_mean = rng.normal(0, 0.3, 60)[:, None] + rng.normal(0.5, 1, 300) + np.outer(theta, rng.normal(0, 0.4, 300))
    return rng.poisson(np.exp(log_mean)), theta


def test_published_positions():
    model = Wordfish().fit(LBG)
    assert np.abs(model.theta_ - PUBLISHED).max() < 1e-5
    assert np.corrcoef(model.theta_, PUBLISHED)[0, 1] > 0.99
    assert (model.n_iter_, round(model.beta_[0], 4)) == (22, -8.4453)


def test_published_standard_errors_to_two_per_cent():
    assert Wordfish().fit(LBG).theta_se_ == pytest.approx(PUBLISHED_SE, rel=0.02)


def test_rounds_until_nothing_moves_stay_close_to_the_published_positions():
    model = Wordfish(tol=1e-10, max_iter=5000).fit(LBG)
    assert np.corrcoef(model.theta_, PUBLISHED)[0, 1] > 0.998


def test_the_positions_behind_the_counts_are_found(simulated):
    counts, theta = simulated
    model = Wordfish(direction=(0, 59)).fit(counts)
    assert np.corrcoef(model.theta_, theta)[0, 1] > 0.99
    assert (model.theta_.mean(), model.theta_.std(ddof=1)) == pytest.approx((0, 1), abs=1e-12)


def test_a_position_is_the_mode_that_a_general_optimiser_finds(simulated):
    counts, _ = simulated
    model = Wordfish().fit(counts)

    def loss(parameters, row):
        log_mean = parameters[0] + model.psi_ + model.beta_ * parameters[1]
        return np.exp(log_mean).sum() - row @ log_mean + parameters[1] ** 2 / 2

    for document in (0, 30):
        found = minimize(loss, [0.0, 0.0], args=(counts[document],), method="Nelder-Mead", tol=1e-10).x[1]
        assert (found - model.center_) / model.scale_ == pytest.approx(model.theta_[document], abs=1e-5)


def test_word_slopes_are_the_modes_of_poisson_regressions(simulated):
    counts, _ = simulated
    rng = np.random.default_rng(0)
    scores, offsets = rng.normal(size=60), rng.normal(0, 0.2, 60)
    slopes, norms, curvature = wordfish._modes(
        counts.T @ scores, counts.sum(axis=0), offsets, scores, np.zeros(300), 1 / 9
    )

    def loss(parameters, column):
        log_mean = parameters[0] + offsets + parameters[1] * scores
        return np.exp(log_mean).sum() - column @ log_mean + parameters[1] ** 2 / 18

    for word in (0, 100, 299):
        found = minimize(loss, [0.0, 0.0], args=(counts[:, word],), method="Nelder-Mead", tol=1e-10).x
        assert found == pytest.approx([np.log(counts[:, word].sum()) - norms[word], slopes[word]], abs=1e-4)
    assert (curvature > 1 / 9).all()


def test_steps_converge_from_far_away():
    start = np.array([-80.0, 0.0, 80.0])
    slopes, _, _ = wordfish._modes(
        np.full(3, 4.0), np.full(3, 10.0), np.zeros(2), np.array([-1.0, 1.0]), start, precision=1e-9
    )
    assert slopes == pytest.approx(np.full(3, np.arctanh(0.4)))


def test_blocks_change_no_position(simulated, monkeypatch):
    counts, _ = simulated
    whole = Wordfish().fit(counts).theta_
    monkeypatch.setattr(wordfish, "_CELLS", 1000)
    assert Wordfish().fit(counts).theta_ == pytest.approx(whole, abs=1e-8)


def test_documents_of_the_fit_keep_their_positions_and_new_ones_take_theirs(simulated):
    counts, _ = simulated
    model = Wordfish().fit(counts)
    assert model.transform(counts)[:, 0] == pytest.approx(model.theta_, abs=1e-8)
    assert model.transform(10 * counts[:1])[0, 0] == pytest.approx(model.theta_[0], abs=0.1)


@pytest.mark.parametrize("direction", [(0, 1), (1, 0), (4, 2)])
def test_direction_decides_left_and_right(direction):
    model = Wordfish(direction=direction).fit(LBG)
    assert model.theta_[direction[0]] < model.theta_[direction[1]]
    assert model.transform(LBG)[:, 0] == pytest.approx(model.theta_, abs=1e-8)


def test_the_order_of_documents_and_words_changes_nothing(simulated):
    counts, _ = simulated
    rows, columns = np.random.default_rng(1).permutation(60), np.random.default_rng(2).permutation(300)
    place = np.argsort(rows)
    shuffled = Wordfish(direction=(place[0], place[59])).fit(counts[rows][:, columns])
    assert shuffled.theta_ == pytest.approx(Wordfish(direction=(0, 59)).fit(counts).theta_[rows], abs=1e-8)


def test_longer_documents_have_smaller_errors(simulated):
    counts, _ = simulated
    table = Wordfish().fit(counts).positions(np.vstack([counts[0], 9 * counts[0]]))
    assert table["se"][1] == pytest.approx(table["se"][0] / 3, rel=0.05)
    assert (table["high"] - table["low"]).to_numpy() == pytest.approx(2 * 1.959964 * table["se"].to_numpy())


def test_documents_without_words_and_words_without_documents_say_nothing():
    padded = np.zeros((7, 38))
    padded[1:, 1:] = LBG
    model = Wordfish().fit(padded)
    assert np.isnan(model.theta_[0])
    assert model.theta_[1:] == pytest.approx(Wordfish().fit(LBG).theta_, abs=1e-8)
    assert len(model.words()) == 37
    assert np.isnan(model.transform(np.eye(1, 38))).all()


def test_words_come_from_left_to_right_under_their_own_names():
    frame = pd.DataFrame(LBG, columns=[f"w{number:02}" for number in range(37)], index=list("ABCDEV"))
    model = Wordfish().fit(frame)
    words = model.words()
    assert words["beta"].is_monotonic_increasing
    slopes = words.set_index("term")["beta"]
    assert (slopes[[f"w{number:02}" for number in range(5)]] < 0).all()  # words of the first document only
    assert (slopes[[f"w{number}" for number in range(32, 37)]] > 0).all()  # words of the fifth document only
    table = model.positions(frame)
    assert table["document"].tolist() == list("ABCDEV")
    assert table["n_words"].tolist() == [1000.0] * 6
    assert table.attrs == {"prior_sd": 3.0, "tol": 5e-6, "n_iter": 22, "level": 0.95}


def test_sparse_and_dense_agree_to_the_last_bit():
    assert (Wordfish().fit(sparse.csc_array(LBG)).theta_ == Wordfish().fit(LBG).theta_).all()


def test_too_few_rounds_are_said_to_be():
    with pytest.warns(ConvergenceWarning, match="after max_iter=3 rounds the log posterior still changes"):
        Wordfish(max_iter=3).fit(LBG)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: Wordfish().fit(-LBG), "Negative values in data passed to Wordfish: row 0, column 0 is -2"),
        (lambda: Wordfish(direction=(0, 9)).fit(LBG), r"direction is \(0, 9\); legal: the rows .* of which X has 6"),
        (lambda: Wordfish(direction=(1, 1)).fit(LBG), r"direction is \(1, 1\)"),
        (lambda: Wordfish().fit([[1, 2], [2, 4]]), "X holds documents that all use words alike"),
        (lambda: Wordfish().fit([[1, 2], [0, 0]]), "of which X has 1"),
    ],
)
def test_misuse_is_refused_in_a_sentence(call, text):
    with pytest.raises(InputError, match=text):
        call()
