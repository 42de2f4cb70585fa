import itertools

import numpy as np
import pandas as pd
import pytest

from discourse.compare.matching import coarsened_exact_matching
from discourse.compare.rates import rates
from discourse.compare.weighted import weighted_contrast
from discourse.errors import InputError


def corpus(rows):
    """(actor, hits, words, weight, stratum) -> spans, documents"""
    documents = pd.DataFrame(rows, columns=["actor", "y", "n_words", "weight", "stratum"])
    documents["doc_id"] = [f"d{i:03d}" for i in documents.index]
    places = [(name, s) for name, y in zip(documents["doc_id"], documents["y"], strict=True) for s in range(y)]
    spans = pd.DataFrame(places, columns=["doc_id", "sentence"])
    spans = spans.assign(own=True, construct="contested_claims", code="label")
    spans.attrs["codes"] = {"contested_claims": ["label"]}
    return spans, documents


def label(table):
    return table[table["code"] == "label"].iloc[0]


ROWS = [
    ("A", 3, 1000, 1, "x"),
    ("A", 1, 1000, 1, "y"),
    ("A", 4, 2000, 1, "x"),
    ("B", 1, 1000, 2.0, "x"),
    ("B", 0, 500, 0.5, "y"),
    ("B", 2, 1500, 0.5, "y"),
]


def test_weighted_rates_by_hand():
    line = label(weighted_contrast(*corpus(ROWS), "A", per=1000, n_permutations=999))
    assert line[["target", "reference", "n_documents_target", "n_documents_reference"]].tolist() == ["A", "B", 3, 3]
    assert line["rate_target"] == pytest.approx(2)
    assert line["rate_reference"] == pytest.approx((2 * 1 + 0.5 * 2) / (2000 + 250 + 750) * 1000)
    assert line["difference"] == pytest.approx(1)
    assert line["n_effective"] == pytest.approx(9 / (4 + 0.25 + 0.25))
    assert line["low"] < 1 < line["high"]


def test_equal_weights_give_the_rates_and_nearly_the_intervals_of_rates():
    rng = np.random.default_rng(1)
    means = {"A": 4, "B": 2}
    rows = [(actor, int(rng.poisson(means[actor] * rng.gamma(2, 0.5))), 1000, 1, "") for actor in "AB" * 60]
    spans, documents = corpus(rows)
    line = label(weighted_contrast(spans, documents, "A", n_permutations=999))
    known = rates(spans, documents).query("code == 'label'").set_index("actor")
    assert line["rate_target"] == pytest.approx(known.loc["A", "rate"])
    difference = known.loc["A", "rate"] - known.loc["B", "rate"]
    low = difference - np.hypot(known["rate"]["A"] - known["low"]["A"], known["high"]["B"] - known["rate"]["B"])
    assert line["low"] == pytest.approx(low, rel=0.1)
    assert np.isnan(line["p"])


def test_p_is_that_of_all_exchanges_within_strata():
    p = label(weighted_contrast(*corpus(ROWS), "A", n_permutations=20_000))["p"]
    hits, words = np.array([row[1] for row in ROWS]), np.array([row[2] for row in ROWS])
    strata = np.array([row[4] for row in ROWS])
    weight = {("A", "x"): 1, ("A", "y"): 1, ("B", "x"): 2.0, ("B", "y"): 0.5}

    def distance(own):
        side = np.isin(np.arange(6), own)
        rate = []
        for name, chosen in (("A", side), ("B", ~side)):
            weights = np.array([weight[name, stratum] for stratum in strata]) * chosen
            rate.append(weights @ hits / (weights @ words))
        return abs(rate[0] - rate[1])

    exchanges = [[*x, *y] for x in itertools.combinations([0, 2, 3], 2) for y in itertools.combinations([1, 4, 5], 1)]
    known = np.mean([distance(own) >= distance([0, 1, 2]) - 1e-12 for own in exchanges])
    assert p == pytest.approx(known, abs=0.015)


def test_matching_takes_away_what_the_years_explain():
    rng = np.random.default_rng(3)
    years = np.append(rng.choice([2001, 2002], 200, p=[0.8, 0.2]), rng.choice([2001, 2002], 200, p=[0.2, 0.8]))
    hits = rng.poisson(np.where(years == 2001, 1, 6))
    spans, documents = corpus([("A" if i < 200 else "B", int(y), 1000, 1.0, "") for i, y in enumerate(hits)])
    documents = documents.drop(columns=["weight", "stratum"]).assign(year=years)
    naive = label(weighted_contrast(spans, documents.assign(weight=1), "A", n_permutations=999))
    matched = coarsened_exact_matching(documents, "A", on=["year"])
    line = label(weighted_contrast(spans, matched, "A", n_permutations=999))
    assert naive["high"] < 0
    assert line["low"] < 0 < line["high"]
    assert line["p"] > 0.05


def test_codes_never_used_have_an_upper_limit_and_documents_without_weight_are_left_out():
    rows = [("A", 2, 1000, 1, "x"), ("A", 3, 1000, 1, "x")] + [("B", 0, 1000, 1, "x")] * 3 + [("B", 50, 1000, 0, "x")]
    line = label(weighted_contrast(*corpus(rows), "A", per=1000, n_permutations=999))
    assert line["rate_reference"] == 0
    assert line["n_documents_reference"] == 3
    assert np.isfinite(line["ratio"])
    assert line["low"] < line["difference"] == 2.5


def test_intervals_hold_and_alarms_are_as_frequent_as_said():
    rng = np.random.default_rng(9)
    held, false = [], []
    for _ in range(60):
        rows = [
            (
                "A" if i < 30 else "B",
                int(rng.poisson(rng.gamma(2, 0.5))),
                1000,
                1 if i < 30 else 0.5 + i % 2,
                str(i % 2),
            )
            for i in range(80)
        ]
        line = label(weighted_contrast(*corpus(rows), "A", per=1000, n_permutations=199))
        held.append(line["low"] <= 0 <= line["high"])
        false.append(line["p"] < 0.05)
    assert np.mean(held) > 0.86
    assert np.mean(false) < 0.14


@pytest.mark.parametrize(
    ("change", "options", "text"),
    [
        ({"weight": -1}, {}, "documents of actor 'A': column 'weight' has missing or negative values"),
        ({"weight": [1, 1, 1, 1, 0, 0]}, {}, "actor 'B' has fewer than two documents with words and weight"),
        ({"actor": "A"}, {}, "by is 'actor', which makes one group"),
        ({}, {"target": "C"}, "target is 'C'; legal: A, B"),
        ({}, {"per": 0}, "per is 0; legal"),
    ],
)
def test_misuse_is_refused_with_what_to_do(change, options, text):
    spans, documents = corpus(ROWS)
    with pytest.raises(InputError, match=text):
        weighted_contrast(spans, documents.assign(**change), **{"target": "A"} | options)


def test_documents_without_weights_are_refused():
    spans, documents = corpus(ROWS)
    with pytest.raises(InputError, match="the column of weights is 'weight'; legal: actor"):
        weighted_contrast(spans, documents.drop(columns="weight"), "A")
