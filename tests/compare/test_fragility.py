import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.compare._fewest import search
from discourse.compare._resample import rate_interval
from discourse.compare._variants import estimate
from discourse.compare.contrast import contrast
from discourse.compare.fragility import fragility
from discourse.errors import InputError

CODES = {"x": ["y"]}
SETTINGS = {"target": "A", "reference": "B", "code": "y"}


def corpus(hits, words=None, rules=None):
    """{"A": [2, 0]} -> a document per number with so many sentences coded; a year each; rules in turn."""
    rows, spans = [], []
    for actor, counts in hits.items():
        for i, count in enumerate(counts):
            doc_id = f"{actor}{i:02d}"
            n_words = 100 if words is None else words[actor][i]
            rows.append({"doc_id": doc_id, "actor": actor, "n_words": n_words, "date": str(2001 + i)})
            spans += [(doc_id, sentence, True, "x", "y") for sentence in range(count)]
    spans = pd.DataFrame(spans, columns=["doc_id", "sentence", "own", "construct", "code"])
    spans.attrs["codes"] = CODES
    return spans.assign(rule="r"), pd.DataFrame(rows)


def only(table):
    assert len(table) == 1
    return table.iloc[0]


def test_sign_by_hand():
    line = only(fragility(*corpus({"A": [9, 1, 1], "B": [2, 2, 2]}), **SETTINGS))
    assert line[["n_units", "n_removed", "removed", "at_least", "exact"]].tolist() == [6, 1, "A00", 1, True]
    assert line["estimate"] == pytest.approx((11 / 300 - 6 / 300) * 10_000)
    assert line["estimate_without"] == pytest.approx((2 / 200 - 6 / 300) * 10_000)


def test_ties_are_broken_by_name_and_no_difference_counts_as_flipped():
    line = only(fragility(*corpus({"A": [2, 2, 2], "B": [1, 1, 3]}), **SETTINGS))
    assert line[["n_removed", "removed"]].tolist() == [1, "B00"]
    assert line["estimate_without"] == pytest.approx(0)


def test_a_negative_sign_flips_too():
    line = only(fragility(*corpus({"A": [2, 2, 2], "B": [9, 1, 1]}), **SETTINGS))
    assert line[["removed", "exact"]].tolist() == ["B00", True]


def test_what_would_leave_nothing_is_not_allowed():
    line = only(fragility(*corpus({"A": [5, 5], "B": [1, 1]}), **SETTINGS))
    assert line["n_removed"] is pd.NA
    assert (line["removed"], line["exact"]) == ("", False)
    assert np.isnan(line["estimate_without"])


def test_speakers_are_persons():
    spans, documents = corpus({"A": [4, 4, 1, 1], "B": [2, 2, 2, 2]})
    documents["speaker"] = ["Mr. Jan NOVAK", "Jan Novak", "Ana Lind", "Eva Toth", "a b", "c d", "e f", "g h"]
    line = only(fragility(spans, documents, **SETTINGS, unit="speaker"))
    assert line[["n_units", "n_removed", "removed"]].tolist() == [7, 1, "Jan Novak (A)"]


def test_a_speaker_on_both_sides_goes_from_both():
    spans, documents = corpus({"A": [6, 1, 1], "B": [1, 2, 2]})
    documents = documents.assign(speaker=["Abe", "Ben", "Cy", "Dan", "Eve", "Abe"], side=documents["actor"], actor="X")
    line = only(fragility(spans, documents, by="side", **SETTINGS, unit="speaker"))
    assert line[["n_removed", "removed", "exact"]].tolist() == [1, "Abe (X)", True]
    assert line["estimate_without"] == pytest.approx((2 / 200 - 3 / 200) * 10_000)


def test_a_sentence_goes_with_the_last_of_its_rules():
    spans, documents = corpus({"A": [3, 3], "B": [2, 2]})
    spans["rule"] = ["p"] * 6 + ["q"] * 4
    both = pd.concat([spans, spans[spans["rule"] == "p"].assign(rule="r")])
    both.attrs = spans.attrs
    assert only(fragility(spans, documents, **SETTINGS, unit="rule"))["removed"] == "p"
    assert only(fragility(both, documents, **SETTINGS, unit="rule"))["removed"] == "p | r"


counts = st.lists(st.integers(0, 6), min_size=2, max_size=4)
lengths = st.lists(st.sampled_from([50, 100, 130, 200]), min_size=4, max_size=4)


@settings(deadline=None, max_examples=60)
@given(counts, counts, lengths, lengths)
def test_sign_by_documents_against_all_subsets(a, b, words_a, words_b):
    words = {"A": words_a[: len(a)], "B": words_b[: len(b)]}
    spans, documents = corpus({"A": a, "B": b}, words)

    def gap(left):
        sides = [[i for i in left if (i < len(a)) == first] for first in (True, False)]
        k, n = a + b, words["A"] + words["B"]
        if not all(sides):
            return None
        (up, low) = ((sum(k[i] for i in side), sum(n[i] for i in side)) for side in sides)
        return up[0] * low[1] - low[0] * up[1]

    everything = range(len(a) + len(b))
    sign = np.sign(gap(everything))
    if not sign:
        with pytest.raises(InputError, match="the two rates are equal"):
            fragility(spans, documents, **SETTINGS)
        return
    flips = [
        size
        for size in range(1, len(everything) - 1)
        for gone in itertools.combinations(everything, size)
        if (rest := gap([i for i in everything if i not in gone])) is not None and sign * rest <= 0
    ]
    line = only(fragility(spans, documents, **SETTINGS))
    assert (line["n_removed"] if flips else 0) == min(flips, default=0)
    if flips:
        assert line["exact"]
        assert sign * line["estimate_without"] <= 1e-9


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 5), min_size=7, max_size=7), st.lists(st.integers(0, 5), min_size=7, max_size=7))
def test_p_by_documents_against_contrast_of_what_is_left(a, b):
    spans, documents = corpus({"A": a, "B": b})

    def p_of(table):
        row = contrast(spans, table, n_boot=100, n_permutations=99)
        return row.loc[row["code"] == "y", "p"].item()

    line = only(fragility(spans, documents, **SETTINGS, result="p"))
    assert line["p"] == pytest.approx(p_of(documents))
    if line["n_removed"] is pd.NA:
        return
    left = documents[~documents["doc_id"].isin(line["removed"].split(" | "))]
    assert line["p_without"] == pytest.approx(p_of(left))
    assert (line["p_without"] <= 0.05) != (line["p"] <= 0.05)
    if line["n_removed"] == 2:
        alone = [p_of(documents.drop(index=i)) for i in documents.index]
        assert all((p <= 0.05) == (line["p"] <= 0.05) for p in alone)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 4), min_size=1, max_size=3)), min_size=1, max_size=12))
def test_sign_by_rules_against_all_subsets(sentences):
    rows = [(f"{'AB'[side]}{at % 2}", at, f"r{rule}") for at, (side, found) in enumerate(sentences) for rule in found]
    spans = pd.DataFrame(rows, columns=["doc_id", "sentence", "rule"]).assign(own=True, construct="x", code="y")
    spans.attrs["codes"] = CODES
    documents = pd.DataFrame({"doc_id": ["A0", "A1", "B0", "B1"], "actor": list("AABB"), "n_words": [90, 60, 100, 100]})
    rules = sorted({rule for _, found in sentences for rule in found})

    def gap(gone):
        left = [side for side, found in sentences if found - set(gone)]
        return left.count(False) / 150 - left.count(True) / 200

    if gap(()) == 0:
        return
    sign = np.sign(gap(()))
    flips = [
        size
        for size in range(1, len(rules) + 1)
        for gone in itertools.combinations(rules, size)
        if sign * gap(gone) <= 0
    ]
    line = only(fragility(spans, documents, **SETTINGS, unit="rule"))
    if min(flips) <= 3:
        assert line["n_removed"] == min(flips)
        assert line["exact"]
    else:
        assert line["n_removed"] >= min(flips)
        assert line["at_least"] == 4


def test_interval_flips_both_ways():
    spans, documents = corpus({"A": [5, 6, 5, 6, 5], "B": [3, 4, 3, 3, 9]})
    line = only(fragility(spans, documents, **SETTINGS, result="interval"))
    assert line["low"] < 0 < line["high"]
    assert line[["n_removed", "removed", "exact"]].tolist() == [1, "B04", True]
    assert line["low_without"] > 0
    clear = documents[documents["doc_id"] != "B04"]
    line = only(fragility(spans, clear, **SETTINGS, result="interval"))
    assert line["low"] > 0 >= line["low_without"]
    for first in clear["doc_id"]:
        if line["n_removed"] > 1:
            rest = fragility(spans, clear[clear["doc_id"] != first], **SETTINGS, result="sign")
            assert rest["low"].item() > 0


def test_interval_is_that_of_rates_with_the_error_in_closed_form():
    rng = np.random.default_rng(3)
    k, words = rng.poisson(4, 40), rng.integers(800, 1200, 40)
    target = np.arange(40) < 20
    ends = estimate(k[:, None].astype(float), words[:, None].astype(float), target, 0.95)
    sides = [
        (
            k[side].sum() / words[side].sum(),
            *rate_interval(k[side, None], words[side], np.random.default_rng(1), level=0.95, n_boot=20_000),
        )
        for side in (target, ~target)
    ]
    low = sides[0][0] - sides[1][0] - np.hypot(sides[0][0] - sides[0][1], sides[1][2] - sides[1][0])
    assert ends.difference[0] == pytest.approx(sides[0][0] - sides[1][0])
    assert ends.low[0] == pytest.approx(low[0], rel=0.03)


def test_an_absent_code_has_the_interval_of_rates():
    k, words = np.zeros((4, 1)), np.full((4, 1), 100.0)
    ends = estimate(k, words, np.array([True, True, False, False]), 0.95)
    _, high = rate_interval(np.zeros((2, 1)), np.full(2, 100), np.random.default_rng(0), level=0.95, n_boot=100)
    assert (ends.low[0], ends.high[0]) == pytest.approx((-high[0], high[0]))


def test_greedy_beyond_three_puts_back_what_was_not_needed():
    need = {2, 5, 7, 8}
    weight = np.array([0.5, 0, 1, 0, 0, 1, 0, 1, 1.0])

    def judge(removals):
        changed = np.array([need <= set(row) for row in removals.tolist()])
        return changed, weight[removals].sum(axis=1) + (0.9 if removals.shape[1] == 1 else 0) * (removals == 0).any(1)

    found = search(9, judge, most=9, limit=1000)
    assert (found.units, found.at_least) == ((2, 5, 7, 8), 4)
    assert search(9, judge, most=3, limit=1000).units is None
    assert search(9, judge, most=9, limit=20).at_least == 2


def test_repeats_exactly_and_leaves_tables_alone():
    spans, documents = corpus({"A": [3, 2] * 8, "B": [0, 1] * 8})
    before = spans.copy(), documents.copy()
    settings = SETTINGS | {"result": "p"}
    first = fragility(spans, documents, **settings)
    pd.testing.assert_frame_equal(first, fragility(spans[::-1], documents[::-1], **settings))
    pd.testing.assert_frame_equal(spans, before[0])
    pd.testing.assert_frame_equal(documents, before[1])
    table = contrast(spans, documents, n_boot=100)
    assert first["p"].item() == table.loc[table["code"] == "y", "p"].item() > 0
    assert first["p"].item() <= 0.05 < first["p_without"].item()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"result": "t"}, "result is 't'; legal: sign, interval, p"),
        ({"unit": "word"}, "unit is 'word'"),
        ({"code": "z"}, "code is 'z'; legal: x, y"),
        ({"reference": "A"}, "which is the target"),
    ],
)
def test_misuse_is_refused(change, says):
    spans, documents = corpus({"A": [5, 3], "B": [1, 2]})
    with pytest.raises(InputError, match=says):
        fragility(spans, documents, **SETTINGS | change)


@pytest.mark.parametrize("columns", [{"venue": ["u", "v", "u", "v"]}, {"date": ["2001", "2002", "2003", "2004"]}, None])
def test_p_needs_common_years_in_one_venue(columns):
    spans, documents = corpus({"A": [5, 3], "B": [1, 2]})
    documents = documents.assign(**columns) if columns else documents.drop(columns="date")
    with pytest.raises(InputError, match="there is no p to flip"):
        fragility(spans, documents, **SETTINGS, result="p")
    assert np.isnan(only(fragility(spans, documents, **SETTINGS))["p"])
