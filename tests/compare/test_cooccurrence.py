import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.coding.codes import CONSTRUCTS
from discourse.compare.cooccurrence import _pairs, cooccurrence
from discourse.errors import InputError

CONSTRUCT = {code: construct for construct, codes in CONSTRUCTS.items() for code in codes}


def make(marks, lengths, actors=None):
    """{"a": {"entitlement": [2], "denial": [2, 5]}} and {"a": 10} -> spans, documents"""
    rows = [(doc, s, code, True) for doc, codes in marks.items() for code, where in codes.items() for s in where]
    spans = pd.DataFrame(rows, columns=["doc_id", "sentence", "code", "own"])
    spans["construct"] = spans["code"].map(CONSTRUCT)
    actor = [(actors or {}).get(doc, "A") for doc in lengths]
    return spans, pd.DataFrame({"doc_id": list(lengths), "actor": actor, "n_sentences": list(lengths.values())})


MARKS = {
    "a": {"entitlement": [2, 4], "denial": [2, 5]},
    "b": {"entitlement": [0], "denial": [7]},
    "c": {"entitlement": [1]},
}
LENGTHS = {"a": 10, "b": 8, "c": 5}


def test_pairs_by_hand():
    table = cooccurrence(*make(MARKS, LENGTHS), "entitlement", "denial", max_distance=3)
    assert table["distance"].tolist() == [0, 1, 2, 3]
    assert table["observed"].tolist() == [1, 1, 1, 1]
    assert table[["n_documents", "n_first", "n_second"]].to_numpy().tolist() == [[2, 3, 3]] * 4
    expected = 2 * 2 / 10 + 1 * 1 / 8
    assert table["expected"][0] == pytest.approx(expected)
    assert table["lift"][0] == pytest.approx(1 / expected)
    assert table["expected"][3] == pytest.approx((1 + 2) * 2 / 10 + 1 * 1 / 8)


@given(
    st.integers(1, 12).flatmap(
        lambda length: st.tuples(
            st.just(length),
            st.sets(st.integers(0, length - 1), min_size=1),
            st.sets(st.integers(0, length - 1), min_size=1),
        )
    )
)
@settings(deadline=None, max_examples=60)
def test_shifted_pairs_by_brute_force(case):
    length, first, second = case
    table = _pairs(np.array(sorted(first)), np.array(sorted(second)), length, 3)
    for shift in range(length):
        moved = {(place + shift) % length for place in second}
        for distance in range(4):
            known = sum(abs(i - j) == distance for i in first for j in moved)
            assert table[shift, distance] == known
    assert table[:, 0].sum() == len(first) * len(second)


def test_p_is_that_of_all_shifts():
    marks = {
        "a": {"entitlement": [1, 2], "denial": [2, 3]},
        "b": {"entitlement": [4], "denial": [4]},
    }
    lengths = {"a": 6, "b": 5}
    table = cooccurrence(*make(marks, lengths), "entitlement", "denial", max_distance=1, n_draws=30_000)

    def count(first, second, distance):
        return sum(abs(i - j) == distance for i in first for j in second)

    for distance in (0, 1):
        totals = []
        for one, two in itertools.product(range(6), range(5)):
            moved = [(place + one) % 6 for place in (2, 3)], [(4 + two) % 5]
            totals.append(count([1, 2], moved[0], distance) + count([4], moved[1], distance))
        totals = np.array(totals)
        far = np.abs(totals - totals.mean())
        assert table["expected"][distance] == pytest.approx(totals.mean())
        assert table["p"][distance] == pytest.approx((far >= far[0] - 1e-9).mean(), abs=0.01)


def test_codes_that_go_together_are_found_at_their_distance():
    rng = np.random.default_rng(5)
    marks, lengths = {}, {}
    for i in range(30):
        first = sorted(rng.choice(60, 5, replace=False).tolist())
        marks[f"d{i:02d}"] = {"entitlement": first, "denial": [min(place + 2, 59) for place in first]}
        lengths[f"d{i:02d}"] = 60
    table = cooccurrence(*make(marks, lengths), "entitlement", "denial", max_distance=3).set_index("distance")
    assert table.loc[2, "lift"] > 3
    assert table.loc[2, "low"] > 1
    assert table.loc[2, "p"] == table["p_joint"][0] == 1 / 2000
    assert table.loc[2, "lift"] > table.loc[2, "null_high"]
    assert table.loc[0, "lift"] < 2


def test_constructs_stance_and_quoted_spans():
    marks = {
        "a": {"entitlement": [2], "statehood": [2], "hedge": [2], "motive": [3]},
        "b": {"limit": [1], "denial": [1]},
    }
    spans, documents = make(marks, {"a": 10, "b": 10})
    whole = cooccurrence(spans, documents, "sovereignty", "contested_claims", max_distance=1)
    assert whole["n_first"].tolist() == [2, 2]
    assert whole["observed"].tolist() == [2, 1]
    stance = cooccurrence(spans, documents, "sovereignty", "stance", max_distance=1)
    assert stance["observed"].tolist() == [1, 1]
    reported = spans.assign(own=spans["code"] != "motive")
    assert cooccurrence(reported, documents, "sovereignty", "stance", max_distance=1)["observed"].tolist() == [1, 0]


def test_groups_by_themselves_and_together():
    spans, documents = make(MARKS, LENGTHS, {"b": "B", "c": "C"})
    table = cooccurrence(spans, documents, "entitlement", "denial", max_distance=0).set_index("actor")
    assert table["observed"].to_dict() == {"A": 1, "B": 0, "C": 0}
    assert table.loc["C", "n_documents"] == 0
    assert table.loc["C", ["lift", "low", "high", "p", "p_joint"]].isna().all()
    together = cooccurrence(spans, documents, "entitlement", "denial", max_distance=0, by=[])
    assert together["observed"].tolist() == [1]
    assert together.attrs["null"] == "circular shift within documents"


def test_sentences_are_counted_in_texts():
    texts = ["We have a right. Nobody may judge it. We never sold arms.", "It is ours. They lie. So be it. Enough."]
    documents = pd.DataFrame({"doc_id": ["a", "b"], "actor": "A", "text": texts})
    spans, _ = make({"a": {"entitlement": [0], "denial": [2]}, "b": {"entitlement": [0], "denial": [3]}}, {"a": 1})
    counted = documents.drop(columns="text").assign(n_sentences=[3, 4])
    for max_distance in (0, 3):
        tables = [
            cooccurrence(spans, each, "entitlement", "denial", max_distance=max_distance)
            for each in (documents, counted)
        ]
        pd.testing.assert_frame_equal(*tables)


def test_same_bytes_in_any_order_and_the_callers_tables_stay():
    spans, documents = make(MARKS, LENGTHS)
    before = spans.copy(), documents.copy()
    table = cooccurrence(spans, documents, "entitlement", "denial", n_draws=200)
    again = cooccurrence(
        spans.sample(frac=1, random_state=1),
        documents.sample(frac=1, random_state=1),
        "entitlement",
        "denial",
        n_draws=200,
    )
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    pd.testing.assert_frame_equal(spans, before[0])
    pd.testing.assert_frame_equal(documents, before[1])


def test_bursty_but_unrelated_codes_are_rarely_found_together():
    rng = np.random.default_rng(8)
    p = []
    for _ in range(60):
        marks = {}
        for i in range(20):
            begin = rng.integers(0, 50, 2)
            marks[f"d{i:02d}"] = {
                "entitlement": [(int(begin[0]) + j) % 50 for j in (0, 1, 3)],
                "denial": [(int(begin[1]) + j) % 50 for j in (0, 2)],
            }
        table = cooccurrence(*make(marks, dict.fromkeys(marks, 50)), "entitlement", "denial", n_draws=199)
        p.append([table["p"][0], table["p_joint"][0]])
    assert (np.array(p) < 0.05).mean(axis=0) == pytest.approx([0.05, 0.05], abs=0.08)


@pytest.mark.parametrize(
    ("first", "second", "options", "text"),
    [
        ("rumour", "denial", {}, "first is 'rumour'; legal: challenge, contested_claims, denial"),
        ("stance", "denial", {}, "'stance' and 'denial' share denial; legal: two without a code in common"),
        ("limit", "limit", {}, "'limit' and 'limit' share limit"),
        ("limit", "denial", {"max_distance": -1}, "max_distance is -1; legal: a number of sentences from 0"),
        ("limit", "denial", {"n_draws": 9}, "legal: 100 draws or more"),
        ("limit", "denial", {"by": "bloc"}, "by is 'bloc'; legal"),
    ],
)
def test_misuse_is_refused_with_what_to_do(first, second, options, text):
    with pytest.raises(InputError, match=text):
        cooccurrence(*make(MARKS, LENGTHS), first, second, **options)


@pytest.mark.parametrize(
    ("lengths", "text"),
    [
        ({"a": 5, "b": 8}, "'a' has a span in sentence 5, but its last sentence is 4"),
        ({"a": 10}, "documents has 1 row; legal: two documents or more"),
        ({"a": 10, "b": -1}, "row 1, column 'n_sentences': .*-1.*; legal: a whole number from 0"),
    ],
)
def test_documents_that_cannot_be_are_refused(lengths, text):
    with pytest.raises(InputError, match=text):
        cooccurrence(*make(MARKS, lengths), "entitlement", "denial")


def test_tables_without_text_or_spans_columns_are_refused():
    spans, documents = make(MARKS, LENGTHS)
    with pytest.raises(InputError, match="columns 'text' and 'n_sentences' are missing"):
        cooccurrence(spans, documents.drop(columns="n_sentences"), "entitlement", "denial")
    with pytest.raises(InputError, match="spans: column 'own' is missing"):
        cooccurrence(spans.drop(columns="own"), documents, "entitlement", "denial")
