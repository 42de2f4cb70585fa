import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from discourse.coding.codes import CONSTRUCTS, CONTESTED_CLAIMS, SOVEREIGNTY, STANCE
from discourse.compare._counting import count_by_document
from discourse.compare._resample import draw_documents
from discourse.compare.rates import rates
from discourse.errors import InputError

CONSTRUCT = {code: construct for construct, codes in CONSTRUCTS.items() for code in codes}


def make_spans(*rows):
    """(doc_id, sentence, code[, own]) -> spans"""
    full = [row if len(row) == 4 else (*row, True) for row in rows]
    frame = pd.DataFrame(full, columns=["doc_id", "sentence", "code", "own"])
    return frame.assign(construct=frame["code"].map(CONSTRUCT)).astype({"own": bool, "sentence": int})


def make_documents(**words):
    """a_1=100 -> document a_1 of actor A with 100 words"""
    return pd.DataFrame(
        {"doc_id": list(words), "actor": [name[0].upper() for name in words], "n_words": list(words.values())}
    )


DOCUMENTS = make_documents(a_1=600, a_2=400, b_1=500)
SPANS = make_spans(
    ("a_1", 0, "label"),
    ("a_1", 0, "label"),
    ("a_1", 0, "denial"),
    ("a_1", 4, "hedge"),
    ("a_2", 2, "label"),
    ("a_2", 3, "statehood"),
    ("a_2", 3, "label", False),
    ("b_1", 1, "denial", False),
)


def row(table, code, construct=None, **group):
    chosen = table[table["code"] == code]
    for column, value in {"construct": construct or CONSTRUCT.get(code), **group}.items():
        chosen = chosen[chosen[column] == value]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_counts_sentences_not_spans_and_own_spans_only():
    table = rates(SPANS, DOCUMENTS, per=1000)
    label = row(table, "label", actor="A")
    assert label[["n_documents", "n_hit", "n_words", "k", "n_spans", "rate"]].tolist() == [2, 2, 1000, 2, 3, 2.0]
    assert row(table, "denial", actor="B")[["n_documents", "n_hit", "k", "n_spans"]].tolist() == [1, 0, 0, 0]


def test_summaries_count_sentences_not_sums_of_codes():
    table = rates(SPANS, DOCUMENTS)
    assert row(table, "any", "contested_claims", actor="A")[["k", "n_spans"]].tolist() == [3, 5]
    assert row(table, "stance", "contested_claims", actor="A")[["k", "n_spans"]].tolist() == [2, 4]
    assert row(table, "any", "sovereignty", actor="A")["k"] == 1


def test_every_group_and_code_has_a_row():
    table = rates(SPANS, DOCUMENTS)
    contested = ["any", "stance", *CONTESTED_CLAIMS]
    assert table.groupby("actor").size().to_dict() == {"A": 20, "B": 20}
    assert table["code"].tolist() == ["any", *SOVEREIGNTY, *contested] * 2
    assert list(table) == [
        "actor",
        "construct",
        "code",
        "n_documents",
        "n_hit",
        "n_words",
        "k",
        "n_spans",
        "rate",
        "low",
        "high",
    ]


def test_words_are_counted_where_they_are_not_given():
    documents = pd.DataFrame({"doc_id": ["x"], "actor": ["A"], "text": ["The U.S. so-called aid isn't aid."]})
    assert (rates(SPANS, documents)["n_words"] == 6).all()
    assert (rates(SPANS, documents.assign(n_words=9))["n_words"] == 9).all()


def test_grouping_by_several_columns_by_none_and_by_missing_values():
    documents = DOCUMENTS.assign(venue=["un", None, "un"], year=[2001, 2002, 2002])
    table = rates(SPANS, documents, ["actor", "venue"])
    assert table[["actor", "venue"]].drop_duplicates().fillna("-").to_numpy().tolist() == [
        ["A", "un"],
        ["A", "-"],
        ["B", "un"],
    ]
    assert row(rates(SPANS, documents, []), "label")["rate"] == pytest.approx(2 / 1500 * 10_000)
    by_year = rates(SPANS, documents, "year")
    assert row(by_year, "label", year=2002)["n_words"] == 900
    assert by_year["year"].dtype == documents["year"].dtype


def test_codes_of_another_codebook_are_measured_too():
    spans = make_spans(("a_1", 0, "label")).assign(construct="populism", code="people")
    table = rates(spans, DOCUMENTS)
    assert row(table, "people", "populism", actor="A")["k"] == row(table, "any", "populism", actor="A")["k"] == 1
    spans.attrs["codes"] = {"populism": ["people", "elite"]}
    table = rates(spans, DOCUMENTS, [])
    assert table["code"].tolist() == ["any", "people", "elite"]
    assert table["k"].tolist() == [1, 1, 0]


def test_order_of_rows_and_other_groups_change_nothing():
    many, documents = burst(np.random.default_rng(3), 30)
    whole = rates(many, documents, n_boot=200)
    shuffled = rates(many.sample(frac=1, random_state=1), documents.sample(frac=1, random_state=2), n_boot=200)
    pd.testing.assert_frame_equal(whole, shuffled)
    assert whole.attrs == shuffled.attrs
    alone = rates(many, documents[documents["actor"] == "B"], n_boot=200)
    pd.testing.assert_frame_equal(whole[whole["actor"] == "B"].reset_index(drop=True), alone)


def test_seed_decides_the_interval_and_nothing_else():
    spans, documents = burst(np.random.default_rng(3), 30)
    first, same, other = (rates(spans, documents, n_boot=200, random_state=seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, same)
    assert not first["low"].equals(other["low"])
    assert first["rate"].equals(other["rate"])
    assert other.attrs["random_state"] == 1


def test_inputs_are_unchanged():
    spans, documents = SPANS.copy(), DOCUMENTS.copy()
    rates(spans, documents)
    pd.testing.assert_frame_equal(spans, SPANS)
    pd.testing.assert_frame_equal(documents, DOCUMENTS)


def test_a_corpus_twice_over_has_the_same_rate_and_a_narrower_interval():
    spans, documents = burst(np.random.default_rng(5), 30)
    twice = [frame.assign(doc_id=lambda f: f["doc_id"] + "_copy") for frame in (spans, documents)]
    spans2, documents2 = pd.concat([spans, twice[0]]), pd.concat([documents, twice[1]])
    once, double = row(rates(spans, documents, []), "label"), row(rates(spans2, documents2, []), "label")
    assert double["rate"] == pytest.approx(once["rate"], rel=1e-12)
    shrink = (double["high"] - double["low"]) / (once["high"] - once["low"])
    assert shrink == pytest.approx(1 / np.sqrt(2), rel=0.12)


def test_interval_agrees_with_the_linearised_one():
    spans, documents = burst(np.random.default_rng(7), 60)
    counts = count_by_document(spans, documents)
    k, n = counts.sentences[:, counts.codes.index(("contested_claims", "label"))], counts.words
    rate = k.sum() / n.sum()
    error = np.sqrt(60 / 59 * ((k - rate * n) ** 2).sum()) / k.sum()
    ends = np.log(rate * 1e4) + np.array([-1, 1]) * stats.t.ppf(0.95, 59) * error
    ours = row(rates(spans, documents, [], n_boot=20_000, level=0.90), "label")
    assert np.log([ours["low"], ours["high"]]) == pytest.approx(ends, abs=0.02)


def test_draws_agree_with_the_bootstrap_of_scipy():
    hits, words = np.random.default_rng(1).poisson(3, 40), np.random.default_rng(2).integers(500, 4000, 40)
    theirs = stats.bootstrap(
        (hits, words), lambda k, n, axis: k.sum(axis) / n.sum(axis), paired=True, rng=np.random.default_rng(0)
    )
    ours = draw_documents(hits[:, None], words, 9999, np.random.default_rng(0))
    assert ours.std(ddof=1) == pytest.approx(theirs.standard_error, rel=0.03)
    assert np.quantile(ours, [0.1, 0.9]) == pytest.approx(
        np.quantile(theirs.bootstrap_distribution, [0.1, 0.9]), rel=0.02
    )


def test_draws_are_all_resamples_of_three_documents():
    hits, words = np.array([[1], [0], [4]]), np.array([10, 20, 40])
    picks = [list(pick) for pick in itertools.product(range(3), repeat=3)]
    draws = draw_documents(hits, words, 3000, np.random.default_rng(0))
    assert set(draws[:, 0]) == {hits[pick, 0].sum() / words[pick].sum() for pick in picks}


@pytest.mark.parametrize(("n_documents", "p"), [(1, 0.95), (3, 0.6316), (30, 0.0950)])
def test_upper_limit_of_an_absent_code_is_the_exact_binomial_one_as_odds(n_documents, p):
    documents = make_documents(**{f"a_{i}": 1000 for i in range(n_documents)})
    absent = row(rates(make_spans(), documents), "label", actor="A")
    assert p == pytest.approx(stats.binomtest(0, n_documents).proportion_ci(0.90).high, abs=1e-4)
    assert absent[["rate", "low"]].tolist() == [0, 0]
    assert absent["high"] == pytest.approx(p / (1 - p) * 10, rel=0.002)


def test_one_document_has_no_interval():
    single = row(rates(make_spans(("b_1", 0, "label")), DOCUMENTS), "label", actor="B")
    assert single["rate"] == 20
    assert np.isnan([single["low"], single["high"]]).all()


def test_documents_without_words_have_no_rate():
    table = rates(make_spans(), make_documents(a_1=0))
    assert table[["rate", "low", "high"]].isna().all(axis=None)
    spans = make_spans(("a_1", 0, "label"), ("a_3", 0, "label"))
    mixed = row(rates(spans, make_documents(a_1=100, a_2=0, a_3=200)), "label", actor="A")
    without = row(rates(spans, make_documents(a_1=100, a_3=200)), "label", actor="A")
    assert mixed["n_documents"] == 3
    assert mixed[["rate", "low", "high"]].tolist() == without[["rate", "low", "high"]].tolist()


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(0, 3), st.sampled_from(sorted(CONSTRUCT)), st.booleans()),
        max_size=40,
    )
)
def test_agrees_with_counting_by_loops(rows):
    documents = make_documents(a=10, b=20, c=30, d=40)
    table = rates(make_spans(*rows), documents, [], n_boot=100)
    groups = {"stance": STANCE, "sovereignty": SOVEREIGNTY, "contested_claims": CONTESTED_CLAIMS}
    for _, line in table.iterrows():
        members = {"any": groups[line["construct"]], "stance": STANCE}.get(line["code"], (line["code"],))
        hits = [(doc, sentence) for doc, sentence, code, own in rows if own and code in members]
        assert line[["k", "n_hit", "n_spans"]].tolist() == [len(set(hits)), len({doc for doc, _ in hits}), len(hits)]
        assert line["low"] <= line["high"]


def burst(rng, n_documents, overdispersion=1.0, mean=3.0):
    words = np.maximum(200, rng.lognormal(np.log(2000), 0.4, n_documents)).astype(int)
    hits = rng.poisson(mean * words / 2000 * rng.gamma(1 / overdispersion, overdispersion, n_documents))
    names = [f"{'ab'[i % 2]}_{i:03d}" for i in range(n_documents)]
    spans = make_spans(*((name, j, "label") for name, count in zip(names, hits, strict=True) for j in range(count)))
    return spans, make_documents(**dict(zip(names, words.tolist(), strict=True)))


@pytest.mark.parametrize(("n_documents", "overdispersion"), [(25, 2.0), (40, 0.5)])
def test_interval_holds_the_truth_often_enough_under_bursty_counts(n_documents, overdispersion):
    rng = np.random.default_rng(11)
    spans, documents = zip(*(burst(rng, n_documents, overdispersion, 1.0) for _ in range(120)), strict=True)
    held = 0
    for one, other in zip(spans, documents, strict=True):
        one.attrs["codes"] = {"contested_claims": ["label"]}
        estimate = row(rates(one, other, [], n_boot=500), "label")
        held += estimate["low"] <= 5.0 <= estimate["high"]
    assert 0.89 <= held / 120 <= 0.98


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"by": "country"}, "by is 'country'; legal: doc_id, actor"),
        ({"per": 0}, "per is 0; legal: a positive number of words"),
        ({"level": 95}, "level is 95; legal: between 0 and 1"),
        ({"n_boot": 10}, "n_boot is 10; legal: 100 draws or more"),
    ],
)
def test_settings_out_of_range_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        rates(SPANS, DOCUMENTS, **change)


def test_tables_of_another_kind_are_refused():
    with pytest.raises(InputError, match="spans: column 'own' is missing; legal: the table that discourse.code"):
        rates(SPANS.drop(columns="own"), DOCUMENTS)
    with pytest.raises(InputError, match="columns 'text' and 'n_words' are missing"):
        rates(SPANS, DOCUMENTS.drop(columns="n_words"))
    with pytest.raises(InputError, match=r"documents, row 1, column 'n_words': .*2.5.*; legal: a whole number from 0"):
        rates(SPANS, DOCUMENTS.assign(n_words=[1, 2.5, 3]))
    with pytest.raises(InputError, match="documents has no rows"):
        rates(SPANS, DOCUMENTS.iloc[:0])
