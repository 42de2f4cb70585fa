import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from discourse.compare._resample import rate_interval
from discourse.compare.contrast import _estimates, _flip_years, _holm, _Sample, _tests, contrast
from discourse.compare.rates import rates
from discourse.errors import InputError

CODES = {"contested_claims": ["label"]}


def corpus(hits, words=None, **columns):
    """{"A": [2, 0]} -> one document per number, with so many sentences coded `label`; years from 2001."""
    rows, spans = [], []
    for actor, counts in hits.items():
        for i, count in enumerate(counts):
            doc_id = f"{actor}{i:03d}"
            n_words = 1000 if words is None else words[actor][i]
            rows.append({"doc_id": doc_id, "actor": actor, "n_words": n_words, "date": str(2001 + i)})
            spans += [(doc_id, sentence, True, "contested_claims", "label") for sentence in range(count)]
    spans = pd.DataFrame(spans, columns=["doc_id", "sentence", "own", "construct", "code"])
    spans.attrs["codes"] = CODES
    return spans, pd.DataFrame(rows).assign(**columns)


def label(table, a="A", b="B"):
    chosen = table[(table["code"] == "label") & (table["group_a"] == a) & (table["group_b"] == b)]
    assert len(chosen) == 1
    return chosen.iloc[0]


HITS = {"A": [5, 3, 4, 6, 2, 5], "B": [1, 2, 0, 2, 3, 1]}


def test_estimates_by_hand():
    line = label(contrast(*corpus(HITS), per=1000))
    assert line["rate_a"] == pytest.approx(25 / 6)
    assert line["difference"] == pytest.approx(16 / 6)
    assert line["ratio"] == pytest.approx(25.5 / 9.5)
    assert line[["n_documents_a", "n_documents_b", "n_years"]].tolist() == [6, 6, 6]
    assert line["low"] < line["difference"] < line["high"]
    assert line["ratio_low"] < line["ratio"] < line["ratio_high"]


def test_columns_and_parameters():
    table = contrast(*corpus(HITS))
    estimated = ["difference", "low", "high", "ratio", "ratio_low", "ratio_high"]
    tested = ["n_years", "tested", "test", "p", "p_documents", "p_adjusted"]
    named = ["group_a", "group_b", "construct", "code", "n_documents_a", "n_documents_b", "rate_a", "rate_b"]
    assert list(table) == named + estimated + tested
    assert table.attrs["by"] == ["actor"]
    assert table.attrs["adjustment"] == "Holm"


def test_rates_are_those_of_the_table_of_rates():
    spans, documents = corpus({"A": [5, 0, 1], "B": [0, 2, 2], "C": [0, 0, 0]}, venue="un")
    table = contrast(spans, documents)
    alone = rates(spans, documents).query("code == 'label'").set_index("actor")["rate"]
    assert table.query("code == 'label'")[["group_a", "group_b"]].to_numpy().tolist() == [
        ["A", "B"],
        ["A", "C"],
        ["B", "C"],
    ]
    for _, line in table[table["code"] == "label"].iterrows():
        assert line["rate_a"] == pytest.approx(alone[line["group_a"]])
        assert line["rate_b"] == pytest.approx(alone[line["group_b"]])


def test_year_test_by_hand():
    line = label(contrast(*corpus({"A": [3, 4, 5], "B": [1, 1, 1]})))
    assert line["p"] == 2 / 8
    line = label(contrast(*corpus({"A": [3, 0], "B": [1, 2]})))
    assert line["p"] == 1.0


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=8))
def test_year_test_agrees_with_all_sign_patterns(pairs):
    difference = np.array([a - b for a, b in pairs])
    signed = [abs(np.dot(signs, difference)) for signs in itertools.product((1, -1), repeat=len(pairs))]
    expected = np.mean(np.array(signed) >= abs(difference.sum()))
    assert _flip_years(difference[:, None] / 7.0, 99, 0)[0] == pytest.approx(expected)


def test_year_test_agrees_with_scipy_exactly_and_by_sampling():
    rng = np.random.default_rng(2)
    for n_years, tolerance in ((12, 1e-12), (20, 0.012)):
        a, b = rng.poisson(3, n_years), rng.poisson(2, n_years)
        theirs = stats.permutation_test(
            (a / 1000, b / 1000),
            lambda x, y, axis: (x - y).mean(axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=2**n_years if n_years == 12 else 20_000,
            rng=np.random.default_rng(0),
        )
        ours = label(contrast(*corpus({"A": a.tolist(), "B": b.tolist()}), n_permutations=20_000))
        assert ours["p"] == pytest.approx(theirs.pvalue, abs=tolerance)


def test_document_test_agrees_with_all_divisions():
    hits, words = {"A": [5, 3, 4, 6], "B": [1, 4, 0, 2]}, {"A": [900, 800, 1500, 1200], "B": [700, 2000, 1000, 600]}
    k, n = np.array(hits["A"] + hits["B"]), np.array(words["A"] + words["B"])

    def difference(chosen):
        rest = [i for i in range(8) if i not in chosen]
        chosen = list(chosen)
        return abs(k[chosen].sum() / n[chosen].sum() - k[rest].sum() / n[rest].sum())

    every = [difference(chosen) for chosen in itertools.combinations(range(8), 4)]
    expected = np.mean(np.array(every) >= difference(range(4)) - 1e-12)
    ours = label(contrast(*corpus(hits, words), n_permutations=20_000))
    assert ours["p_documents"] == pytest.approx(expected, abs=0.01)
    undated = contrast(corpus(hits, words)[0], corpus(hits, words)[1].drop(columns="date"), n_permutations=20_000)
    assert label(undated)[["test", "n_years", "p"]].tolist() == ["documents", 0, ours["p_documents"]]


def test_several_documents_in_a_year_are_pooled_first():
    spans, documents = corpus({"A": [4, 0, 3], "B": [1, 1, 1]}, {"A": [1000, 3000, 1000], "B": [1000] * 3})
    documents["date"] = ["2001", "2001", "2002", "2001", "2002", "2003"]
    line = label(contrast(spans, documents))
    assert line["n_years"] == 2
    assert line["p"] == 1.0, "2001: 4 in 4,000 words against 1 in 1,000; 2002 alone differs"


def test_swapping_the_names_turns_the_signs():
    spans, documents = corpus(HITS)
    swapped = documents.assign(actor=documents["actor"].map({"A": "B", "B": "A"}))
    one, other = label(contrast(spans, documents)), label(contrast(spans, swapped))
    assert other["difference"] == -one["difference"]
    assert other["ratio"] == pytest.approx(1 / one["ratio"])
    assert other["p"] == one["p"]
    assert [other["low"], other["high"]] == pytest.approx([-one["high"], -one["low"]], rel=0.1)


def test_order_of_rows_changes_nothing_and_inputs_are_unchanged():
    spans, documents = corpus(HITS)
    before = spans.copy(), documents.copy()
    table = contrast(spans, documents)
    pd.testing.assert_frame_equal(
        table, contrast(spans.sample(frac=1, random_state=1), documents.sample(frac=1, random_state=1))
    )
    pd.testing.assert_frame_equal(spans, before[0])
    pd.testing.assert_frame_equal(documents, before[1])


def test_groups_of_different_venues_are_described_not_tested():
    spans, documents = corpus({**HITS, "C": [1, 1, 1, 1, 1, 1]})
    documents["venue"] = documents["actor"].map({"A": "un", "B": "un", "C": "press_briefing"})
    table = contrast(spans, documents)
    assert label(table)["tested"]
    described = label(table, "A", "C")
    assert not described["tested"]
    assert described[["p", "p_documents", "p_adjusted"]].isna().all()
    assert described["low"] < described["difference"] < described["high"]
    both = contrast(spans, documents.assign(venue=["un", "press_briefing"] * 9))
    assert not both["tested"].any()


def test_groups_without_a_common_year_are_described_not_tested():
    spans, documents = corpus(HITS)
    documents.loc[documents["actor"] == "B", "date"] = [str(1990 + i) for i in range(6)]
    line = label(contrast(spans, documents))
    assert line[["n_years", "tested", "test"]].tolist() == [0, False, ""]
    assert line[["p", "p_documents"]].isna().all()


def test_holm_over_the_whole_table():
    assert _holm(np.array([0.01, np.nan, 0.04, 0.03])) == pytest.approx([0.03, np.nan, 0.06, 0.06], nan_ok=True)
    table = contrast(*corpus({**HITS, "C": [1, 0, 2, 0, 1, 1]}))
    ordered = table.sort_values("p")
    by_hand = np.maximum.accumulate(np.minimum(1, ordered["p"].to_numpy() * np.arange(len(table), 0, -1)))
    assert ordered["p_adjusted"].to_numpy() == pytest.approx(by_hand)


def test_no_hit_on_one_side_or_both_gives_finite_intervals():
    one_sided = label(contrast(*corpus({"A": [5, 3, 4, 6], "B": [0, 0, 0, 0]}), per=1000))
    assert one_sided["difference"] == 4.5
    assert one_sided["ratio"] == pytest.approx(18.5 / 0.5)
    assert np.isfinite(one_sided[["low", "high", "ratio_low", "ratio_high"]].astype(float)).all()
    assert one_sided["ratio_low"] > 1
    neither = label(contrast(*corpus({"A": [0, 0, 0], "B": [0, 0, 0]})))
    assert neither[["difference", "ratio", "p"]].tolist() == [0, 1, 1]
    assert neither["low"] < 0 < neither["high"]
    assert neither["ratio_low"] < 1 < neither["ratio_high"]


def test_one_document_a_side_has_no_interval_and_no_words_no_rate():
    line = label(contrast(*corpus({"A": [3], "B": [1]})))
    assert line[["low", "high", "ratio_low", "ratio_high"]].isna().all()
    assert line["p"] == 1
    silent = label(contrast(*corpus({"A": [3], "B": [0]}, {"A": [1000], "B": [0]})))
    assert silent[["rate_b", "difference", "ratio", "p"]].isna().all()


def test_grouping_by_several_columns_compares_within_venues_only():
    spans, documents = corpus(HITS, venue=["un", "un", "un", "tv", "tv", "tv"] * 2)
    table = contrast(spans, documents, ["actor", "venue"])
    table = table[table["code"] == "label"]
    assert table.loc[table["tested"], ["group_a", "group_b"]].to_numpy().tolist() == [
        ["A | tv", "B | tv"],
        ["A | un", "B | un"],
    ]
    assert len(table) == 6


def bursty(rng, n_documents, overdispersion):
    words = np.maximum(200, rng.lognormal(np.log(2000), 0.4, n_documents)).astype(int)
    hits = rng.poisson(words / 2000 * rng.gamma(1 / overdispersion, overdispersion, n_documents))[:, None]
    low, high = rate_interval(hits, words, rng, level=0.95, n_boot=300)
    return _Sample("", hits, words, n_documents, np.arange(n_documents) % 25.0, frozenset([""]), low, high)


@pytest.mark.parametrize(("n_a", "n_b", "overdispersion"), [(40, 40, 0.5), (25, 100, 2.0)])
def test_no_difference_is_found_where_there_is_none(n_a, n_b, overdispersion):
    rng = np.random.default_rng(4)
    repetitions = 300
    found = []
    for _ in range(repetitions):
        a, b = bursty(rng, n_a, overdispersion), bursty(rng, n_b, overdispersion)
        tests, estimates = _tests(a, b, 199, 0), _estimates(a, b, 1.0, 0.95)
        outside = (
            [estimates["low"] > 0, estimates["high"] < 0],
            [estimates["ratio_low"] > 1, estimates["ratio_high"] < 1],
        )
        found.append([tests["p"] <= 0.05, tests["p_documents"] <= 0.05, *(np.any(one, axis=0) for one in outside)])
    wrong = np.array(found)[..., 0].sum(axis=0)
    assert (wrong <= stats.binom.ppf(0.999, repetitions, [0.05, 0.05, 0.08, 0.08])).all()
    assert (wrong > 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"by": []}, "by is \\[\\], which makes 1 group; legal: columns that make two groups or more"),
        ({"by": "party"}, "by is 'party'; legal: doc_id, actor, date"),
        ({"per": -1}, "per is -1; legal: a positive number of words"),
        ({"level": 1}, "level is 1; legal: between 0 and 1"),
        ({"n_permutations": 9}, "n_permutations is 9; legal: 99 or more"),
    ],
)
def test_misuse_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        contrast(*corpus(HITS), **change)
