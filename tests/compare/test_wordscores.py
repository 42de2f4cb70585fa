import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from discourse.compare.wordscores import Wordscores
from discourse.errors import InputError

# Laver, Benoit and Garry (2003), table 1: one curve of counts at six places of an alphabet of 37 words.
CURVE = [2, 3, 10, 22, 45, 78, 115, 146, 158, 146, 115, 78, 45, 22, 10, 3, 2]
LBG = np.zeros((6, 37))
for row, place in enumerate([0, 5, 10, 15, 20, 7]):
    LBG[row, place : place + len(CURVE)] = CURVE
REFERENCES, VIRGIN = LBG[:5], LBG[5:]
SCORES = [-1.5, -0.75, 0, 0.75, 1.5]


def fitted(**options):
    return Wordscores(**options).fit(REFERENCES, SCORES)


def test_published_word_scores():
    scores = fitted().word_scores_
    assert scores[[0, 5, 7, 9]].round(7).tolist() == [-1.5, -1.48125, -1.4519231, -1.3232984]


def test_published_raw_scores_and_standard_error():
    table = fitted().positions(LBG)
    assert table["raw"][[0, 1, 5]].tolist() == pytest.approx([-1.317931, -0.7395598, -0.4480591], abs=5e-7)
    assert round(table["raw_se"][5], 6) == 0.011898
    assert round(table["raw_se"][5] ** 2 * 1000, 8) == 0.14155447


def test_published_lbg_rescaling():
    position = fitted(rescaling="lbg").predict(LBG)
    assert position[[5, 0, 1, 2]].round(8).tolist() == [-0.52967149, -1.58967683, -0.88488724, 0.01632248]


def test_published_martin_vanberg_rescaling():
    model = fitted(rescaling="mv")
    assert round(model.predict(VIRGIN)[0], 2) == -0.51
    assert model.predict(LBG[[0, 4]]) == pytest.approx([-1.5, 1.5])


def test_martin_vanberg_does_not_depend_on_what_else_is_scored_but_lbg_does():
    both = LBG[[1, 5]]
    assert fitted(rescaling="mv").predict(both)[1] == pytest.approx(fitted(rescaling="mv").predict(VIRGIN)[0])
    assert abs(fitted(rescaling="lbg").predict(both)[1] - fitted(rescaling="lbg").predict(LBG)[5]) > 0.1


def test_rescaled_intervals_are_stretched_with_the_scores():
    raw, stretched = fitted().positions(LBG), fitted(rescaling="lbg").positions(LBG)
    slope = np.std(SCORES, ddof=1) / raw["raw"].std()
    assert stretched["se"].to_numpy() == pytest.approx(raw["se"].to_numpy() * slope)
    middle = (stretched["high"] + stretched["low"]) / 2
    assert middle.to_numpy() == pytest.approx(stretched["position"].to_numpy())
    assert (stretched["high"] - stretched["position"]).to_numpy() == pytest.approx(
        1.959964 * stretched["se"].to_numpy()
    )


def brute_force(references, scores, text):
    """The formulas of the paper, word by word."""
    shares = [[count / sum(row) for count in row] for row in references]
    known = {}
    for word in range(len(text)):
        column = [row[word] for row in shares]
        if sum(column):
            known[word] = sum(share * score for share, score in zip(column, scores, strict=True)) / sum(column)
    n = sum(text[word] for word in known)
    mean = sum(text[word] * known[word] for word in known) / n
    return mean, (sum(text[word] * (known[word] - mean) ** 2 for word in known) / n / n) ** 0.5


@settings(deadline=None, max_examples=40)
@given(hnp.arrays(np.int64, (4, 5), elements=st.integers(0, 9)))
def test_agrees_with_the_formulas_word_by_word(counts):
    counts[:3, 0] += 1
    counts[3, 0] += 1
    table = Wordscores().fit(counts[:3], [-1, 0.5, 2]).positions(counts[3:])
    mean, se = brute_force(counts[:3].tolist(), [-1, 0.5, 2], counts[3].tolist())
    assert table["raw"][0] == pytest.approx(mean)
    assert table["raw_se"][0] == pytest.approx(se, abs=1e-7)


def test_swapped_scores_mirror_the_scale():
    mirrored = Wordscores().fit(REFERENCES, [-score for score in SCORES])
    assert mirrored.predict(LBG) == pytest.approx(-fitted().predict(LBG))


def test_the_length_of_reference_texts_counts_only_with_smoothing():
    longer = REFERENCES * np.array([[1], [1], [1], [1], [9]])
    assert Wordscores().fit(longer, SCORES).predict(VIRGIN) == pytest.approx(fitted().predict(VIRGIN))
    smooth = fitted(smooth=1).predict(VIRGIN)
    assert abs(Wordscores(smooth=1).fit(longer, SCORES).predict(VIRGIN) - smooth) > 1e-3


def test_a_text_twice_as_long_has_the_same_score_and_a_smaller_error():
    table = fitted().positions(np.vstack([VIRGIN, 4 * VIRGIN]))
    assert table["raw"][1] == pytest.approx(table["raw"][0])
    assert table["raw_se"][1] == pytest.approx(table["raw_se"][0] / 2)


def test_words_of_no_reference_are_left_out_and_said_to_be():
    model = Wordscores().fit([[8, 2, 0], [2, 8, 0]], [-1, 1])
    table = model.positions([[3, 1, 12], [0, 0, 5]])
    assert table["n_scored"].tolist() == [4, 0]
    assert table["coverage"].tolist() == [0.25, 0]
    assert np.isnan(table["position"][1])
    assert model.words(["war", "peace", "moon"])["term"].tolist() == ["war", "peace"]


def test_words_come_from_low_to_high_under_their_own_names():
    frame = pd.DataFrame([[1, 9], [9, 1]], columns=["peace", "war"], index=["BEL", "AVR"])
    model = Wordscores().fit(frame, [0, 1])
    assert model.words()["term"].tolist() == ["war", "peace"]
    assert model.positions(frame)["document"].tolist() == ["BEL", "AVR"]


def test_sparse_and_dense_agree_and_parameters_travel_with_the_table():
    model = Wordscores(rescaling="lbg", smooth=0.5)
    dense = model.fit(REFERENCES, SCORES).positions(LBG, level=0.9)
    thin = model.fit(sparse.csr_array(REFERENCES), SCORES).positions(sparse.csc_matrix(LBG), level=0.9)
    pd.testing.assert_frame_equal(dense, thin)
    assert dense.attrs == {"rescaling": "lbg", "smooth": 0.5, "level": 0.9}


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: Wordscores().fit(REFERENCES, [1] * 5), "y gives every reference text the score 1; legal: at least"),
        (lambda: Wordscores().fit([[1, -2], [3, 4]], [0, 1]), "row 0, column 1 is -2; legal: counts or frequencies"),
        (lambda: fitted(rescaling="lbg").predict(VIRGIN), "X holds 1 different raw score"),
        (lambda: Wordscores("mv").fit([[1, 1], [2, 2]], [0, 1]).predict([[1, 1]]), "legal: other reference texts"),
        (lambda: fitted().positions(LBG, level=95), "level is 95; legal: a number between 0 and 1"),
        (lambda: fitted().words(["war"]), "terms has 1 names for 37 columns"),
    ],
)
def test_misuse_is_refused_in_a_sentence(call, text):
    with pytest.raises(InputError, match=text):
        call()
