import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

from discourse.compare._posterior import exact_interval, rate_posterior
from discourse.compare.rate_ratio import rate_ratio
from discourse.errors import InputError


def corpus(hits, words=1000):
    """{"A": [2, 0]} -> one document per number, with so many sentences coded `label`."""
    rows, spans = [], []
    for actor, counts in hits.items():
        for i, count in enumerate(counts):
            rows.append({"doc_id": f"{actor}{i:03d}", "actor": actor, "n_words": words})
            spans += [(f"{actor}{i:03d}", sentence) for sentence in range(count)]
    spans = pd.DataFrame(spans, columns=["doc_id", "sentence"])
    spans = spans.assign(own=True, construct="contested_claims", code="label")
    spans.attrs["codes"] = {"contested_claims": ["label"]}
    return spans, pd.DataFrame(rows)


def label(table, a="A", b="B"):
    chosen = table[(table["code"] == "label") & (table["group_a"] == a) & (table["group_b"] == b)]
    assert len(chosen) == 1
    return chosen.iloc[0]


HITS = {"A": [5, 3, 4, 6, 2, 5, 4, 3], "B": [1, 2, 0, 2, 3, 1, 1, 0]}


def test_counts_and_order_of_rows():
    table = rate_ratio(*corpus(HITS | {"C": [0, 0]}), per=1000, n_draws=500)
    assert table[["group_a", "group_b", "code"]].to_numpy().tolist() == [
        [a, b, code] for a, b in ("AB", "AC", "BC") for code in ("any", "stance", "label")
    ]
    line = label(table)
    assert line[["k_a", "k_b", "n_documents_a", "n_documents_b"]].tolist() == [32, 10, 8, 8]
    assert line["rate_a"] == pytest.approx(4)
    assert table.attrs["interval"] == "Gamma-Poisson, Jeffreys prior"


def test_estimates_agree_with_the_counts():
    line = label(rate_ratio(*corpus(HITS), per=1000))
    assert line["ratio"] == pytest.approx(32 / 10, rel=0.1)
    assert line["difference"] == pytest.approx((32 - 10) / 8, rel=0.05)
    assert line["probability"] > 0.97
    assert line["ratio_low"] > 1
    assert line["low"] > 0


def test_swapping_groups_turns_the_ratio_over():
    there = label(rate_ratio(*corpus(HITS)))
    back = label(rate_ratio(*corpus({"A": HITS["B"], "B": HITS["A"]})))
    assert there["ratio"] == pytest.approx(1 / back["ratio"], rel=0.03)
    assert there["ratio_low"] == pytest.approx(1 / back["ratio_high"], rel=0.06)
    assert there["difference"] == pytest.approx(-back["difference"], rel=0.03)


def test_no_hits_leave_a_finite_interval_that_narrows_with_documents():
    few = label(rate_ratio(*corpus({"A": [3, 2] * 5, "B": [0] * 10})))
    many = label(rate_ratio(*corpus({"A": [3, 2] * 40, "B": [0] * 80})))
    assert np.isfinite(few["ratio_high"])
    assert 1 < few["ratio_low"] < many["ratio_low"]
    nothing = label(rate_ratio(*corpus({"A": [0] * 10, "B": [0] * 10})))
    assert nothing["ratio_low"] < 0.1 < 10 < nothing["ratio_high"]
    assert nothing["probability"] == pytest.approx(0.5, abs=0.03)


def test_posterior_of_even_counts_is_near_the_gamma_distribution():
    words = np.full(400, 1000)
    k = np.random.default_rng(2).poisson(1.0, 400)
    drawn = rate_posterior(k, words, 20_000, np.random.default_rng(0))
    known = stats.gamma(k.sum() + 0.5, scale=1 / words.sum()).ppf([0.025, 0.5, 0.975])
    assert np.quantile(drawn.rates, [0.025, 0.5, 0.975]) == pytest.approx(known, rel=0.02)
    assert drawn.overdispersion < 0.15


def test_posterior_by_integration_over_both_parameters():
    k, words = np.array([0, 4, 1, 9]), np.array([800, 1200, 900, 1500])

    def density(log_rate, log_alpha):
        rate, alpha = np.exp(log_rate), np.exp(log_alpha)
        likelihood = stats.nbinom.pmf(k, 1 / alpha, 1 / (1 + alpha * rate * words)).prod()
        prior = (rate / (1 + alpha * rate * words.mean())) ** 0.5
        return likelihood * prior * stats.norm.pdf(log_alpha)

    bounds = np.log([0.01, 10])
    middle = np.log(0.003)
    below = integrate.dblquad(density, *bounds, middle - 6, middle, epsabs=1e-14, epsrel=1e-4)[0]
    above = integrate.dblquad(density, *bounds, middle, middle + 8, epsabs=1e-14, epsrel=1e-4)[0]
    drawn = rate_posterior(k, words, 40_000, np.random.default_rng(0)).rates
    assert (drawn < 0.003).mean() == pytest.approx(below / (below + above), abs=0.015)


def test_overdispersion_is_found():
    rng = np.random.default_rng(8)
    for alpha in (0.5, 2.0):
        k = rng.poisson(3 * rng.gamma(1 / alpha, alpha, 600))
        found = rate_posterior(k, np.full(600, 1000), 100, rng).overdispersion
        assert found == pytest.approx(alpha, rel=0.35)


def test_exact_interval_inverts_both_tails():
    low, high = exact_interval(np.array([0, 3, 20]), np.array([1000, 2000, 5000]), np.array([1.5, 0.5, 0.2]), 0.9)
    assert low[0] == 0
    for k, words, alpha, least, most in zip([3, 20], [2000, 5000], [0.5, 0.2], low[1:], high[1:], strict=True):
        size = 1 / alpha
        assert stats.nbinom.sf(k - 1, size, 1 / (1 + alpha * least * words)) == pytest.approx(0.05)
        assert stats.nbinom.cdf(k, size, 1 / (1 + alpha * most * words)) == pytest.approx(0.05)
    poisson = exact_interval(np.array([4]), np.array([1]), np.array([0.0]), 0.95)
    assert [end[0] for end in poisson] == pytest.approx(
        [special.gammaincinv(4, 0.025), special.gammaincinv(5, 0.975)], rel=1e-4
    )


def test_same_bytes_again_and_in_any_order():
    spans, documents = corpus(HITS)
    table = rate_ratio(spans, documents, n_draws=400)
    again = rate_ratio(spans.sample(frac=1, random_state=1), documents.sample(frac=1, random_state=2), n_draws=400)
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    wider = rate_ratio(*corpus(HITS | {"C": [1, 2]}), n_draws=400)
    assert label(wider)["ratio_low"] == label(table)["ratio_low"]
    assert label(rate_ratio(spans, documents, n_draws=400, random_state=1))["ratio_low"] != label(table)["ratio_low"]


@pytest.mark.parametrize(
    ("hits", "options", "text"),
    [
        ({"A": [1, 2]}, {}, "makes 1 group; legal: columns that make two groups or more"),
        ({"A": [1, 2], "B": [1]}, {}, "'B' has fewer than two documents with words; leave that group out"),
        (HITS, {"n_draws": 5}, "legal: 100 draws or more"),
        (HITS, {"by": "bloc"}, "by is 'bloc'; legal: doc_id, actor"),
    ],
)
def test_misuse_is_refused_with_what_to_do(hits, options, text):
    with pytest.raises(InputError, match=text):
        rate_ratio(*corpus(hits), **options)
