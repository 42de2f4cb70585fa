import numpy as np
import pandas as pd
import pytest
from scipy import stats

from discourse.compare.power import minimum_detectable_ratio, plan_power
from discourse.errors import InputError

# Simulated power of a permutation test: two actors, 33 speeches of 3,000 words, overdispersion .6 (rate per 10,000).
SIMULATED = {
    (2, 1.5): 0.18,
    (2, 2): 0.47,
    (2, 3): 0.93,
    (5, 1.5): 0.29,
    (5, 2): 0.72,
    (5, 3): 0.99,
    (0.5, 1.5): 0.06,
    (0.5, 2): 0.14,
    (0.5, 3): 0.41,
}


@pytest.mark.parametrize(("setting", "known"), SIMULATED.items())
def test_power_is_near_that_of_simulated_permutation_tests(setting, known):
    rate, ratio = setting
    power = plan_power(ratio, rate=rate, n_documents=33, n_words=3000, overdispersion=0.6)
    assert power == pytest.approx(known, abs=0.1)


def test_power_is_that_of_simulated_wald_tests():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(2000):
        hits = [rng.poisson(mean * rng.gamma(2, 0.5, 60)) for mean in (4, 6)]
        logs = np.log([one.mean() for one in hits])
        error = np.sqrt(sum(one.var(ddof=1) / one.mean() ** 2 / 60 for one in hits))
        found.append(abs(logs[1] - logs[0]) / error > stats.t.ppf(0.975, 118))
    power = plan_power(1.5, rate=4, n_documents=60, n_words=1000, overdispersion=0.5, per=1000)
    assert power == pytest.approx(np.mean(found), abs=0.03)


def test_power_grows_with_everything_that_helps():
    base = {"rate": 3, "n_documents": 30, "overdispersion": 0.5}
    power = plan_power(2, **base)
    assert plan_power(1, **base) == pytest.approx(0.05, abs=0.001)
    assert plan_power(0.5, **base) < power
    for better in ({"rate": 6}, {"n_documents": (30, 60)}, {"n_words": 5000}, {"overdispersion": 0}, {"level": 0.9}):
        assert plan_power(2, **base | better) > power
    assert plan_power(3, **base) > power


def corpus(hits, words=1000):
    rows, spans = [], []
    for actor, counts in hits.items():
        for i, count in enumerate(counts):
            rows.append({"doc_id": f"{actor}{i:03d}", "actor": actor, "n_words": words})
            spans += [(f"{actor}{i:03d}", sentence) for sentence in range(count)]
    spans = pd.DataFrame(spans, columns=["doc_id", "sentence"])
    spans = spans.assign(own=True, construct="contested_claims", code="label")
    spans.attrs["codes"] = {"contested_claims": ["label"]}
    return spans, pd.DataFrame(rows)


def test_the_detectable_ratio_has_the_power_asked_for():
    table = minimum_detectable_ratio(*corpus({"A": [2, 1, 3, 2] * 8, "B": [1, 2, 2, 0] * 8}), power=0.7, per=1000)
    line = table[table["code"] == "label"].iloc[0]
    assert line["rate"] == pytest.approx((64 + 40 + 0.5) / 64)
    power = plan_power(
        line["detectable_ratio"],
        rate=line["rate"],
        n_documents=32,
        n_words=1000,
        overdispersion=line["overdispersion"],
        per=1000,
    )
    assert power == pytest.approx(0.7, abs=1e-6)
    assert line["detectable_difference"] == pytest.approx((line["detectable_ratio"] - 1) * line["rate"])
    assert line["detectable_ratio_a"] == pytest.approx(line["detectable_ratio"])


def test_more_documents_show_smaller_differences_and_none_shows_nothing():
    few = minimum_detectable_ratio(*corpus({"A": [1, 0, 2, 1] * 3, "B": [1, 1, 0, 2] * 3}))
    many = minimum_detectable_ratio(*corpus({"A": [1, 0, 2, 1] * 30, "B": [1, 1, 0, 2] * 30}))
    assert (many["detectable_ratio"] < few["detectable_ratio"]).all()
    never = minimum_detectable_ratio(*corpus({"A": [0, 0], "B": [0, 0], "C": [0, 1]}))
    assert np.isinf(never["detectable_ratio"]).all()
    assert never[["group_a", "group_b", "code"]].to_numpy().tolist() == [
        [a, b, code] for a, b in ("AB", "AC", "BC") for code in ("any", "stance", "label")
    ]


@pytest.mark.parametrize(
    ("ratio", "options", "text"),
    [
        (2, {"n_documents": 1}, "n_documents is 1; legal: two documents or more in each of two groups"),
        (2, {"n_documents": (9, 9, 9)}, r"n_documents is \(9, 9, 9\); legal"),
        (-1, {}, "ratio is -1; legal: a positive number"),
        (2, {"rate": 0}, "rate is 0; legal: a positive number"),
        (2, {"overdispersion": -0.1}, "overdispersion is -0.1; legal: a number from 0"),
        (2, {"level": 95}, "level is 95; legal: between 0 and 1"),
    ],
)
def test_plans_that_make_no_sense_are_refused(ratio, options, text):
    with pytest.raises(InputError, match=text):
        plan_power(ratio, **{"rate": 2, "n_documents": 30} | options)


@pytest.mark.parametrize(
    ("hits", "options", "text"),
    [
        ({"A": [1, 2]}, {}, "makes 1 group; legal: columns that make two groups or more"),
        ({"A": [1, 2], "B": [1]}, {}, "'B' has fewer than two documents with words; leave that group out"),
        ({"A": [1, 2], "B": [1, 2]}, {"power": 80}, "power is 80; legal: between 0 and 1"),
        ({"A": [1, 2], "B": [1, 2]}, {"per": 0}, "per is 0; legal: a positive number of words"),
    ],
)
def test_misuse_is_refused_with_what_to_do(hits, options, text):
    with pytest.raises(InputError, match=text):
        minimum_detectable_ratio(*corpus(hits), **options)
