import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from discourse.compare.semantic_scaling import LatentSemanticScaling
from discourse.errors import InputError

TERMS = ["peace", "talks", "treaty", "war", "fire", "invasion", "the"]
# Six sentences of peace, six of war; "the" stands in all of them, "talks" and "fire" never meet their pole's seed.
SENTENCES = np.array(
    [
        [1, 0, 2, 0, 0, 0, 1], [2, 0, 1, 0, 0, 0, 1], [0, 1, 2, 0, 0, 0, 1], [0, 2, 1, 0, 0, 0, 1],
        [1, 0, 1, 0, 0, 0, 1], [0, 1, 1, 0, 0, 0, 1], [0, 0, 0, 1, 0, 2, 1], [0, 0, 0, 2, 0, 1, 1],
        [0, 0, 0, 0, 1, 2, 1], [0, 0, 0, 0, 2, 1, 1], [0, 0, 0, 1, 0, 1, 1], [0, 0, 0, 0, 1, 1, 1],
    ]
)  # fmt: skip
SEEDS = {"peace": 1, "war": -1}


def fitted(seeds=None, *, n_components=2, terms=TERMS):
    return LatentSemanticScaling(seeds or SEEDS, terms=terms, n_components=n_components).fit(SENTENCES)


def polarity(model):
    return dict(zip(TERMS, model.polarity_, strict=True))


def test_words_that_never_meet_a_seed_take_its_side_through_common_contexts():
    found = polarity(fitted())
    assert found["talks"] > 0.3
    assert found["fire"] < -0.3
    assert abs(found["the"]) < 0.05


def test_word_polarity_by_the_formula_of_the_paper():
    vectors = np.linalg.svd(SENTENCES.astype(float))[2][:2].T
    seeds = {0: 1.0, 1: 2.0, 3: -1.0}
    weights = {0: 1 / 3, 1: 2 / 3, 3: -1.0}

    def cosine(one, other):
        return vectors[one] @ vectors[other] / np.linalg.norm(vectors[one]) / np.linalg.norm(vectors[other])

    expected = [sum(weight * cosine(word, seed) for seed, weight in weights.items()) for word in range(7)]
    model = fitted(seeds)
    assert model.polarity_ == pytest.approx(expected, abs=1e-12)
    assert model.seed_weights_ == pytest.approx({"peace": 1 / 3, "talks": 2 / 3, "war": -1})


def test_each_pole_weighs_one_however_many_seeds_it_has():
    # LSX documents 1/7 for each of seven seeds a side
    names = [f"good{n}" for n in range(7)] + [f"bad{n}" for n in range(7)] + ["other"]
    counts = np.random.default_rng(0).poisson(1.0, (40, 15))
    seeds = {name: (1 if name.startswith("good") else -1) for name in names[:-1]}
    model = LatentSemanticScaling(seeds, terms=names, n_components=5).fit(counts)
    assert {round(abs(weight), 7) for weight in model.seed_weights_.values()} == {0.1428571}


def test_documents_are_the_mean_of_their_words():
    model = fitted()
    found = polarity(model)
    table = model.positions([[2, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]])
    expected = (2 * found["peace"] + found["talks"]) / 3
    assert table["polarity"][0] == pytest.approx(expected)
    assert table["se"][0] == pytest.approx(np.std([found["peace"]] * 2 + [found["talks"]]) / 3**0.5)
    assert table["n_scored"].tolist() == [3, 0]
    assert model.transform([[2, 1, 0, 0, 0, 0, 0]])[0, 0] == pytest.approx(expected)
    assert np.isnan(table["polarity"][1])


def test_z_is_standard_over_the_documents_given():
    z = fitted().positions(SENTENCES)["z"]
    assert (z.mean(), z.std()) == pytest.approx((0, 1), abs=1e-12)
    assert (z[:6] > 0).all()
    assert (z[6:] < 0).all()


def test_turning_the_seeds_round_turns_the_scale_round():
    turned = fitted({"peace": -1, "war": 1})
    assert turned.polarity_ == pytest.approx(-fitted().polarity_)


def test_the_order_of_sentences_and_words_changes_nothing():
    order = np.random.default_rng(4).permutation(7)
    shuffled = LatentSemanticScaling(SEEDS, terms=[TERMS[at] for at in order], n_components=2)
    assert shuffled.fit(SENTENCES[::-1][:, order]).polarity_ == pytest.approx(fitted().polarity_[order])


def test_patterns_share_their_polarity_and_what_matches_nothing_is_set_aside():
    model = fitted({"T*": 1, "w?r": -1, "armistice": 1})
    assert model.seed_weights_ == pytest.approx({"talks": 1 / 3, "treaty": 1 / 3, "the": 1 / 3, "war": -1})
    assert model.unmatched_seeds_ == ["armistice"]


def test_seeds_may_be_columns_and_names_may_come_with_the_frame():
    by_name = LatentSemanticScaling(SEEDS, n_components=2).fit(pd.DataFrame(SENTENCES, columns=TERMS))
    assert by_name.polarity_ == pytest.approx(fitted({0: 1, 3: -1}).polarity_)
    assert by_name.words()["term"].tolist()[3] == "the"
    assert by_name.words().query("seed")["term"].tolist() == ["peace", "war"]


def test_the_callers_seeds_are_left_alone():
    seeds = {"Peace": 2, "war": -1}
    fitted(seeds)
    assert seeds == {"Peace": 2, "war": -1}


def test_sparse_and_dense_agree_and_unused_words_have_no_polarity():
    padded = np.hstack([SENTENCES, np.zeros((12, 1))])
    scaling = LatentSemanticScaling(SEEDS, terms=[*TERMS, "moon"], n_components=2)
    thin = scaling.fit(sparse.csc_array(padded)).polarity_
    assert np.isnan(thin[7])
    assert thin[:7] == pytest.approx(fitted().polarity_)
    assert "moon" not in scaling.words()["term"].tolist()


def test_word_vectors_never_span_all_words():
    # vectors as long as there are words would stand at right angles, and no word would be like any other
    counts = np.random.default_rng(5).poisson(2.0, (40, 5))
    assert (np.abs(LatentSemanticScaling({0: 1}).fit(counts).polarity_[1:]) > 1e-3).all()


@pytest.mark.parametrize(
    ("seeds", "text"),
    [
        ({}, "none of no seeds is a used column"),
        ({"moon": 1, 99: -1}, "seeds: none of 'moon', 99 is a used column of X; legal: its words"),
        ({"peace": 0}, "seeds gives 'peace' the polarity 0; legal: numbers above or below 0"),
        ({"peace": "good"}, "seeds gives 'peace' the polarity 'good'"),
    ],
)
def test_seeds_that_cannot_be_used_are_refused(seeds, text):
    with pytest.raises(InputError, match=text):
        LatentSemanticScaling(seeds, terms=TERMS).fit(SENTENCES)


def test_names_must_fit_the_columns():
    with pytest.raises(InputError, match="terms has 2 names for 7 columns"):
        fitted(terms=["peace", "war"])
