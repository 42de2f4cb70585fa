from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from discourse.compare.rates import rates
from discourse.compare.shift import rank_turbulence, rate_shift, word_shift
from discourse.counts import TermCounts, count_terms
from discourse.errors import InputError


def two_sides(first, second):
    frame = pd.DataFrame([first, second]).fillna(0)
    return TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "b"], "actor": ["PRK", "USA"]}))


frequencies = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 30), min_size=1)


@settings(deadline=None, max_examples=60)
@given(frequencies, frequencies)
def test_contributions_add_up_to_the_difference(first, second):
    counts = two_sides(first, second)
    p, q = counts.matrix.toarray() / counts.matrix.sum(axis=1)[:, None]
    scores = {term: ord(term) / 7 for term in counts.terms}
    values = np.array([scores[term] for term in counts.terms])
    expected = {
        "proportion": 0,
        "entropy": entropy(p, base=2) - entropy(q, base=2),
        "jsd": jensenshannon(p, q, base=2) ** 2,
        "weighted": p @ values - q @ values,
    }
    for kind, difference in expected.items():
        table = word_shift(counts, target="PRK", kind=kind, scores=scores if kind == "weighted" else None)
        assert table["contribution"].sum() == pytest.approx(difference, abs=1e-9), kind
        assert table.attrs["difference"] == pytest.approx(difference, abs=1e-9)
        assert (np.diff(table["contribution"].abs()) <= 1e-12).all()
        if kind != "jsd":
            gap = table.attrs["target_value"] - table.attrs["reference_value"]
            assert gap == pytest.approx(difference, abs=1e-9)
    assert (word_shift(counts, target="PRK", kind="jsd")["contribution"] >= -1e-12).all()


def test_jensen_shannon_divergence_of_shifted_letters():
    table = word_shift(two_sides(dict.fromkeys("ABCDEFG", 10), dict.fromkeys("BCDEFGH", 10)), target="PRK")
    assert table.attrs["difference"] == pytest.approx(1 / 7)
    assert set(table["term"][:2]) == {"A", "H"}


def test_scores_cover_only_their_own_terms():
    counts = two_sides({"war": 3, "peace": 1, "the": 50}, {"war": 1, "peace": 1, "the": 2})
    table = word_shift(counts, target="PRK", kind="weighted", scores={"war": -1, "peace": 1, "calm": 2})
    assert table["term"].tolist() == ["peace", "war"]
    assert table.attrs["target_value"] == pytest.approx(-0.5)
    assert table.attrs["reference_value"] == 0


def test_reference_none_is_all_others():
    frame = pd.DataFrame({"war": [3, 1, 1], "peace": [1, 1, 3]})
    counts = TermCounts.from_table(frame, pd.DataFrame({"doc_id": list("abc"), "actor": ["PRK", "USA", "RUS"]}))
    table = word_shift(counts, target="PRK", kind="proportion").set_index("term")
    assert table.loc["war", ["k_target", "k_reference"]].tolist() == [3, 2]
    assert table.loc["war", "contribution"] == pytest.approx(3 / 4 - 2 / 6)


RANKED = (Counter(a=20, e=14, c=8, b=7, f=4, g=2, d=1), Counter(b=24, a=16, e=5, d=4, c=3, f=2, g=1))


@pytest.mark.parametrize(("alpha", "divergence"), [(1, 0.45924793111057804), (1 / 3, 0.33751523), (0, 0.24524779)])
def test_published_rank_turbulence(alpha, divergence):
    table = rank_turbulence(two_sides(*RANKED), target="PRK", alpha=alpha)
    assert table.attrs["divergence"] == pytest.approx(divergence, abs=1e-8)
    assert table["contribution"].sum() == pytest.approx(divergence, abs=1e-8)


def test_rank_turbulence_runs_from_0_to_1():
    same = rank_turbulence(two_sides({"a": 3, "b": 1}, {"a": 9, "b": 2}), target="PRK")
    assert same.attrs["divergence"] == 0
    lists = [{f"{side}{number:03}": 300 - number for number in range(200)} for side in "ab"]
    apart = rank_turbulence(two_sides(*lists), target="PRK")
    assert apart.attrs["divergence"] == pytest.approx(1, abs=0.01)
    assert apart.set_index("term").loc["a000", ["rank_target", "rank_reference"]].tolist() == [1, 300.5]


def make_spans():
    rows = [
        ("a", 0, "label", "rumour", "Rumour", True),
        ("a", 0, "label", "slander", "smear", True),
        ("a", 4, "label", "rumour", "rumour", True),
        ("a", 5, "label", "rumour", "rumour", False),
        ("b", 1, "label", "slander", "smear", True),
        ("b", 1, "label", "slander", "Smear", True),
        ("c", 2, "label", "slander", "smears", True),
        ("x", 2, "label", "slander", "smears", True),
    ]
    spans = pd.DataFrame(rows, columns=["doc_id", "sentence", "code", "rule", "cue", "own"])
    return spans.assign(construct="contested_claims", actor="?")


DOCUMENTS = pd.DataFrame({"doc_id": ["a", "b", "c"], "actor": ["PRK", "USA", "USA"], "n_words": [400, 500, 300]})


@pytest.mark.parametrize("entry", ["rule", "cue"])
def test_a_rate_is_shared_out_among_its_entries(entry):
    spans = make_spans()
    before = spans.copy()
    table = rate_shift(spans, DOCUMENTS, by="actor", target="PRK", reference="USA", entry=entry)
    table_of_rates = rates(spans, DOCUMENTS, n_boot=100).set_index(["actor", "code"])["rate"]
    assert table.attrs["target_value"] == pytest.approx(table_of_rates["PRK", "label"])
    assert table.attrs["reference_value"] == pytest.approx(table_of_rates["USA", "label"])
    assert table["rate_target"].sum() == pytest.approx(table_of_rates["PRK", "label"])
    assert table["contribution"].sum() == pytest.approx(25)
    first = table.iloc[0]
    assert (first["entry"], first["k_target"], first["contribution"]) == ("rumour", 1.5, 37.5)
    assert_frame_equal(spans, before)


def test_cues_are_casefolded():
    table = rate_shift(make_spans(), DOCUMENTS, target="PRK", entry="cue").set_index("entry")
    assert sorted(table.index) == ["rumour", "smear", "smears"]
    assert table.loc["smear", ["k_target", "k_reference"]].tolist() == [0.5, 1]


def test_misuse_is_answered_with_what_to_do():
    counts = two_sides({"war": 1}, {"peace": 1})
    with pytest.raises(InputError, match="kind is 'kl'; legal: proportion, entropy, jsd, weighted"):
        word_shift(counts, target="PRK", kind="kl")
    for options in ({"kind": "weighted"}, {"kind": "jsd", "scores": {"war": 1}}):
        with pytest.raises(InputError, match="give a score for each term with kind='weighted', and only there"):
            word_shift(counts, target="PRK", **options)
    with pytest.raises(InputError, match="the reference uses none of the terms"):
        word_shift(counts, target="PRK", kind="weighted", scores={"war": 1})
    with pytest.raises(InputError, match="alpha is -1; legal: a number from 0"):
        rank_turbulence(counts, target="PRK", alpha=-1)
    with pytest.raises(InputError, match="target is 'CHN'; legal: PRK, USA"):
        rank_turbulence(counts, target="CHN")
    documents = pd.DataFrame({"doc_id": ["a", "b"], "actor": ["PRK", "USA"], "text": ["We reject war", "No war"]})
    with pytest.raises(InputError, match="terms of different lengths, which have no common total"):
        word_shift(count_terms(documents, ngrams=(1, 2)), target="PRK")
    with pytest.raises(InputError, match="entry is 'code'; legal: rule, cue"):
        rate_shift(make_spans(), DOCUMENTS, target="PRK", entry="code")
    with pytest.raises(InputError, match="spans: column 'rule' is missing"):
        rate_shift(make_spans().drop(columns="rule"), DOCUMENTS, target="PRK")
    with pytest.raises(InputError, match="target: its documents have no words"):
        rate_shift(make_spans(), DOCUMENTS.assign(n_words=[0, 1, 1]), target="PRK")
    with pytest.raises(InputError, match=r"'actor' has 1 group \(USA\); a comparison needs two"):
        rate_shift(make_spans(), DOCUMENTS[1:], target="USA")
