import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.stats import hypergeom

from discourse.compare.lexical import lexical_diversity
from discourse.errors import InputError


def table(*texts):
    return pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "actor": "PRK", "text": list(texts)})


def diversity(text, **options):
    return lexical_diversity(table(text), **options).iloc[0]


def spelled(*frequencies):
    return " ".join(f"w{number} " * times for number, times in enumerate(frequencies))


def test_yule_k():
    assert diversity("a b c d d e e f f f")["yule_k"] == pytest.approx(1000)
    assert diversity("a b c d d e e f f f g g g g")["yule_k"] == pytest.approx(1122.449, abs=5e-4)


@pytest.mark.parametrize(("window", "expected"), [(2, 5 / 6), (3, 0.66667), (4, 0.5)])
def test_mattr(window, expected):
    assert diversity("one one two one one two one", window=window)["mattr"] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("n", "v", "ttr", "cttr"), [(24, 19, 0.7916667, 2.742414), (33, 20, 0.6060606, 2.461830)])
def test_quanteda_ratios(n, v, ttr, cttr):
    row = diversity(spelled(n - v + 1, *[1] * (v - 1)))
    assert (row["n_words"], row["n_types"]) == (n, v)
    assert (row["ttr"], row["cttr"]) == pytest.approx((ttr, cttr), abs=1e-6)
    assert row["rttr"] == pytest.approx(row["cttr"] * np.sqrt(2))


def test_measures_of_lexicalrichness():
    row = diversity(spelled(3, 1, 1, 1, 1, 1, 1, 1))
    measures = row[["ttr", "herdan_c", "maas", "yule_k", "yule_i", "herdan_vm", "simpson_d"]].astype(float)
    expected = [0.8, 0.9030900, 0.0420875, 600, 8, 0.1870829, 0.0666667]
    assert measures.to_numpy() == pytest.approx(expected, abs=1e-7)


words = st.lists(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=120)


@settings(deadline=None, max_examples=40)
@given(words, st.integers(1, 30))
def test_mattr_is_the_mean_over_windows(some, window):
    windows = [some[at : at + window] for at in range(len(some) - window + 1)]
    expected = np.mean([len(set(part)) / window for part in windows]) if windows else np.nan
    assert diversity(" ".join(some), window=window)["mattr"] == pytest.approx(expected, nan_ok=True)


@settings(deadline=None, max_examples=40)
@given(words)
def test_hdd_is_the_chance_of_being_drawn(some):
    n = len(some)
    drawn = [1 - hypergeom.pmf(0, n, some.count(word), 42) for word in set(some)] if n >= 42 else [np.nan]
    assert diversity(" ".join(some))["hdd"] == pytest.approx(sum(drawn) / 42, nan_ok=True)


def plain_mtld(some):
    factors, start = 0.0, 0
    for end in range(1, len(some) + 1):
        ratio = len(set(some[start:end])) / (end - start)
        if ratio < 0.72:
            factors, start = factors + 1, end
    rest = some[start:]
    factors += (1 - len(set(rest)) / len(rest)) / 0.28 if rest else 0
    return len(some) / factors if factors else np.nan


@settings(deadline=None, max_examples=60)
@given(words)
def test_mtld_written_out(some):
    expected = (plain_mtld(some) + plain_mtld(some[::-1])) / 2
    assert diversity(" ".join(some))["mtld"] == pytest.approx(expected, nan_ok=True)


def test_measures_that_are_not_defined_are_missing():
    row = diversity("war")
    assert row[["herdan_c", "maas", "yule_i", "simpson_d", "mattr", "mtld", "hdd"]].isna().all()
    assert (row["ttr"], row["yule_k"], row["herdan_vm"]) == (1, 0, 0)
    assert diversity("…").drop(["doc_id", "actor", "n_words", "n_types"]).isna().all()


def test_words_are_those_of_the_counts():
    row = diversity("So-called so-called U.S. u.s. суверенитет Суверенитет 무기거래설 – …")
    assert (row["n_words"], row["n_types"]) == (7, 4)


def test_documents_stay_in_order_and_unchanged():
    documents = table("a a", "b", "c d").set_axis([5, 3, 9])
    before = documents.copy()
    measured = lexical_diversity(documents)
    assert measured["doc_id"].tolist() == ["d0", "d1", "d2"]
    assert measured["n_types"].tolist() == [1, 1, 2]
    assert_frame_equal(documents, before)


@pytest.mark.parametrize("window", [0, 2.5])
def test_window_is_a_number_of_words(window):
    with pytest.raises(InputError, match="legal: a whole number of words from 1"):
        lexical_diversity(table("a"), window=window)


def test_length_dependence_is_said():
    assert "length" in lexical_diversity.__doc__
