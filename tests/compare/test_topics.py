import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning

from discourse.compare import topics
from discourse.compare.topics import NMFTopics
from discourse.errors import InputError


def planted(n_topics, n_documents=60, noise=0.0):
    """Documents of one topic each, five words a topic, and noise spread over all words."""
    rng = np.random.default_rng(11)
    counts = rng.poisson(noise, (n_documents, 5 * n_topics)).astype(float)
    for document in range(n_documents):
        first = 5 * (document % n_topics)
        counts[document, first : first + 5] += rng.poisson(8, 5)
    return counts


@pytest.fixture(scope="module")
def clear():
    return NMFTopics(n_components=3, n_runs=5, n_top=5).fit(planted(3))


def test_planted_topics_are_found_by_every_run(clear):
    found = {frozenset(words) for _, words in clear.topics().groupby("topic")["term"]}
    assert found == {frozenset(range(0, 5)), frozenset(range(5, 10)), frozenset(range(10, 15))}
    assert clear.stability_.tolist() == [1, 1, 1]


def test_topics_of_pure_noise_are_less_stable(clear):
    noise = np.random.default_rng(2).poisson(3, (60, 40))
    assert NMFTopics(n_components=8, n_runs=5, n_top=5).fit(noise).stability_.mean() < 0.9


def test_the_kept_run_is_the_one_with_the_smallest_error():
    counts = planted(3, noise=2.0)
    model = NMFTopics(n_components=5, n_runs=6, random_state=1).fit(counts)
    seeds = np.random.RandomState(1).randint(np.iinfo(np.int32).max, size=6)
    runs = [NMF(5, init="random", max_iter=2000, random_state=int(seed)).fit(counts) for seed in seeds]
    errors = [run.reconstruction_err_ for run in runs]
    assert model.reconstruction_errors_ == pytest.approx(errors)
    best = runs[int(np.argmin(errors))].components_
    assert sorted(model.components_.sum(axis=1)) == pytest.approx(sorted(best.sum(axis=1)))


def test_the_same_call_gives_the_same_bytes():
    counts = planted(4, noise=1.0)
    one, other = (NMFTopics(n_components=4, n_runs=3).fit(counts) for _ in range(2))
    assert one.components_.tobytes() == other.components_.tobytes()
    assert one.topics().equals(other.topics())


def test_topics_come_by_their_share_of_the_whole(clear):
    unequal = np.vstack([planted(3), np.tile(planted(3)[1], (30, 1))])
    model = NMFTopics(n_components=3, n_runs=2, n_top=5).fit(unequal)
    assert set(model.topics().query("topic == 0")["term"]) == set(range(5, 10))
    assert model.prevalence_.sum() == pytest.approx(1)
    assert (np.diff(model.prevalence_) <= 0).all()


def test_weights_rebuild_the_documents(clear):
    counts = planted(3)
    weights = clear.transform(counts)
    assert weights.shape == (60, 3)
    left = np.linalg.norm(counts - weights @ clear.components_)
    assert left == pytest.approx(clear.reconstruction_errors_.min(), rel=0.01)
    assert len(set(weights.argmax(axis=1)[::3])) == 1


def test_matching_is_one_to_one_and_by_hand():
    ours = np.array([[3.0, 2, 0, 0], [0, 0, 3, 2]])
    theirs = np.array([[0.0, 0, 1, 5], [4, 0, 0, 1]])
    # top two: {0, 1}, {2, 3} against {3, 2}, {0, 3}: 0/4 and 1/3 for the first, 2/2 and 1/3 for the second
    assert topics._matched_likeness(ours, theirs, 2).tolist() == pytest.approx([1 / 3, 1])


def test_words_without_weight_are_no_top_words():
    assert topics._top(np.array([0.0, 2, 0, 2]), 3).tolist() == [1, 3]


def test_names_of_columns_and_parameters_travel_with_the_table():
    frame = pd.DataFrame(planted(2), columns=[f"w{number}" for number in range(10)])
    table = NMFTopics(n_components=2, n_runs=2, n_top=3).fit(frame).topics()
    assert table["rank"].tolist() == [1, 2, 3, 1, 2, 3]
    assert set(table["term"]) <= set(frame)
    assert table.attrs == {"n_components": 2, "n_runs": 2, "n_top": 3}


def test_sparse_and_dense_agree():
    counts = planted(3)
    thin = NMFTopics(n_components=3, n_runs=2).fit(sparse.csr_matrix(counts))
    assert thin.components_ == pytest.approx(NMFTopics(n_components=3, n_runs=2).fit(counts).components_)


def test_one_run_cannot_speak_of_stability():
    assert np.isnan(NMFTopics(n_components=2, n_runs=1).fit(planted(2)).stability_).all()


def test_runs_that_do_not_come_to_rest_are_said_to_be_once():
    with pytest.warns(ConvergenceWarning, match="NMFTopics: 3 of 3 runs did not come to rest in max_iter=2") as caught:
        NMFTopics(n_components=4, n_runs=3, max_iter=2).fit(planted(4, noise=1.0))
    assert len(caught) == 1


def test_misuse_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="Negative values in data passed to NMFTopics: row 0, column 1 is -1"):
        NMFTopics().fit([[1, -1], [1, 1]])
