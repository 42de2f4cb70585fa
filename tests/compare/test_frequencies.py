from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from discourse.compare import _association as measure
from discourse.compare.frequencies import compare_frequencies
from discourse.errors import InputError

FIRST = Counter("aaabbccccccdefghh")
SECOND = Counter("aabccddddefh")
LETTERS = list("abcdefgh")
TOY = ({"a": 3, "b": 7}, {"a": 7, "b": 2})


def column(name, **options):
    return compare_frequencies(FIRST, SECOND, **options).set_index("term")[name][LETTERS].to_numpy()


# quanteda.textstats, test-textstat_keyness.R
QUANTEDA = {
    ("chi2", "quanteda"): [0.004739, 0.089304, 0.467298, -2.040247, -0.065813, -0.065813, 0.731092, 0.089304],
    ("chi2", "none"): [0.004739, 0.089304, 1.221872, -3.715033, -0.065813, -0.065813, 0.731092, 0.089304],
    ("g2", "none"): [0.004751, 0.091242, 1.274238, -3.779441, -0.064901, -0.064901, 1.093291, 0.091242],
    ("g2", "williams"): [0.004289, 0.077617, 1.188777, -3.411590, -0.051445, -0.051445, 1.093291, 0.077617],
    ("fisher_p", "none"): [1, 1, 0.408347, 0.129637, 1, 1, 1, 1],
    ("pmi", "none"): [0.023257, 0.128617, 0.246400, -1.075355, -0.159065, -0.159065, 0.534082, 0.128617],
}


@pytest.mark.parametrize(("name", "correction"), QUANTEDA)
def test_quanteda_keyness_table(name, correction):
    assert column(name, correction=correction) == pytest.approx(QUANTEDA[name, correction], abs=1.1e-6)


@pytest.mark.parametrize(("name", "order"), [("chi2", "gcbhaefd"), ("g2", "cgbhaefd")])
def test_quanteda_order_of_terms(name, order):
    table = compare_frequencies(FIRST, SECOND, correction="quanteda").round({name: 9})
    assert "".join(table.sort_values([name, "term"], ascending=[False, True])["term"]) == order
    turned = compare_frequencies(SECOND, FIRST, correction="quanteda").set_index("term")[name]
    assert turned[LETTERS].to_numpy() == pytest.approx(-column(name, correction="quanteda"), abs=1e-12)


def toy(name, term="b", **options):
    return compare_frequencies(*TOY, **options).set_index("term").loc[term, name]


def test_quanteda_two_words():
    assert toy("chi2", correction="yates") == pytest.approx(2.632438, abs=1e-6)
    assert toy("chi2") == pytest.approx(4.337160, abs=1e-6)
    assert toy("g2") == pytest.approx(4.534939, abs=1e-6)
    assert toy("g2", correction="williams") == pytest.approx(4.200833, abs=1e-6)
    assert toy("fisher_p", term="a") == pytest.approx(0.06977852, abs=1e-8)


def test_williams_divides_where_quanteda_multiplies():
    corrected, plain = toy("chi2", correction="williams"), toy("chi2")
    assert corrected == pytest.approx(4.017626, abs=1e-6)
    assert corrected < plain


def war(**options):
    return compare_frequencies({"war": 620}, {"war": 267}, n_target=1017879, n_reference=1007532, **options).iloc[0]


def test_brezina_war():
    row = war()
    assert row["expected_target"] == pytest.approx(445.7657, abs=5e-5)
    assert row["expected_reference"] == pytest.approx(441.2343, abs=5e-5)
    assert row["g2_2cell"] == pytest.approx(140.86549, abs=5e-6)
    assert row["g2"] == pytest.approx(140.92546842, abs=1e-8)
    assert row["log_ratio"] == pytest.approx(1.2006881, abs=5e-8)
    assert row["percent_diff"] == pytest.approx(129.84927, abs=5e-6)
    assert row["simple_maths"] == pytest.approx(1.942745, abs=5e-7)
    assert row["chi2"] == pytest.approx(136.963689, abs=5e-7)
    assert war(correction="yates")["chi2"] == pytest.approx(136.178728, abs=5e-7)
    assert row["bic"] == pytest.approx(126.344204, abs=5e-7)
    assert (row["lrc_low"], row["lrc_high"]) == pytest.approx((0.9913866, 1.4131241), abs=5e-8)
    assert war(level=1 - 0.05 / 1000)["lrc_low"] == pytest.approx(0.7759887, abs=5e-8)


def test_interval_of_the_log_ratio_at_its_edges():
    never = compare_frequencies({"x": 50}, {"x": 0}, n_target=1000, n_reference=1000).iloc[0]
    assert never["lrc_low"] == pytest.approx(3.7071271, abs=5e-8)
    assert never["lrc_high"] == np.inf
    close = compare_frequencies({"x": 10}, {"x": 8}, n_target=1000, n_reference=1000).iloc[0]
    assert close["lrc_low"] < 0 < close["lrc_high"]


def test_published_single_values():
    gabrielatos = compare_frequencies({"x": 206523}, {"x": 178174}, n_target=959641, n_reference=1562358).iloc[0]
    assert gabrielatos["percent_diff"] == pytest.approx(88.7, abs=0.05)
    dunning = compare_frequencies({"x": 3}, {"x": 0}, n_target=3, n_reference=31774).iloc[0]
    assert dunning["chi2"] == pytest.approx(31777)
    pedersen = compare_frequencies({"x": 1}, {"x": 3}, n_target=4, n_reference=4, correction="yates").iloc[0]
    assert pedersen["fisher_p"] == pytest.approx(0.486, abs=5e-4)
    assert pedersen["chi2"] == pytest.approx(-0.5)
    assert 10 ** measure.log10_p(pedersen["chi2"]) == pytest.approx(0.48, abs=5e-3)


def test_p_of_a_large_g2_does_not_underflow():
    assert measure.log10_p(np.array([72.68]))[0] == pytest.approx(np.log10(1.52e-17), abs=0.005)
    far = measure.log10_p(np.array([1000.0, 1e6]))
    assert np.isfinite(far).all()
    assert far[0] == pytest.approx(stats.chi2.logsf(1000, 1) / np.log(10))


def log_odds(first, second, prior):
    k1, k2 = np.array(first, dtype=float), np.array(second, dtype=float)
    prior = np.broadcast_to(np.asarray(prior, dtype=float), k1.shape)
    return measure.log_odds(k1, k1.sum(), k2, k2.sum(), prior=prior, prior_total=prior.sum())


def test_log_odds_of_fightin_words():
    first, second = [100, 20, 5, 10], [120, 4, 15, 12]
    flat = [-2.2420077026833893, 3.386550831931687, -2.039216248474911, -0.1776241930581694]
    assert log_odds(first, second, 0.01)[1] == pytest.approx(flat, rel=1e-12)
    pooled = [-1.2972112776, 2.2066678669, -1.2274977352, -0.1025895431]
    assert log_odds(first, second, np.add(first, second))[1] == pytest.approx(pooled, abs=1e-10)


def test_log_odds_as_tidylo_reckons_them():
    groups = np.array([[12, 2, 4], [3, 10, 1]])
    published = {
        "empirical": [[1.172835, -1.376752, 0.403312], [-1.135478, 1.566117, -0.436234]],
        "flat": [[1.891273, -1.969106, 0.554917], [-1.740711, 2.842144, -0.657067]],
    }
    for name, prior in (("empirical", groups.sum(axis=0)), ("flat", np.ones(3))):
        for group, expected in zip(groups, published[name], strict=True):
            everything = groups.sum(axis=0) + prior
            assert log_odds(group, everything, prior)[1] == pytest.approx(expected, abs=1e-6)


def test_log_odds_as_scattertext_reckons_them():
    first, second = np.array([1, 5, 1, 9]), np.array([100, 510, 100, 199])
    delta, _ = log_odds(second, first, 0.01)
    parts = [1 / (k + 0.01) + 1 / (k.sum() + 0.04 - k - 0.01) for k in (first, second)]
    score = 2 * stats.norm.cdf(delta / np.sqrt(sum(parts))) - 1
    assert score == pytest.approx([0.4447054, 0.9433088, 0.4447054, -0.9971462], abs=5e-8)


def test_all_measures_agree_with_scipy():
    rng = np.random.default_rng(5)
    k1, k2 = rng.integers(1, 60, 40), rng.integers(1, 60, 40)
    table = compare_frequencies(dict(enumerate(k1)), dict(enumerate(k2)), n_target=9000, n_reference=4000)
    for row in table.itertuples():
        cells = [[row.k_target, row.k_reference], [9000 - row.k_target, 4000 - row.k_reference]]
        likelihood = stats.chi2_contingency(cells, correction=False, lambda_="log-likelihood")
        assert abs(row.g2) == pytest.approx(likelihood.statistic)
        assert row.log10_p_g2 == pytest.approx(np.log10(likelihood.pvalue))
        assert abs(row.chi2) == pytest.approx(stats.chi2_contingency(cells, correction=False).statistic)
        assert row.odds_ratio == pytest.approx(stats.contingency.odds_ratio(cells, kind="sample").statistic)
        binomial = stats.binomtest(row.k_target, row.k_target + row.k_reference).proportion_ci(0.95)
        assert row.lrc_low == pytest.approx(np.log2(binomial.low / (1 - binomial.low) * 4000 / 9000))


def test_words_of_one_list_only_are_kept_and_the_lists_unchanged():
    first, second = {"we": 3, "war": 2}, {"we": 1, "peace": 4}
    table = compare_frequencies(first, second)
    assert set(table["term"]) == {"we", "war", "peace"}
    assert table.set_index("term").loc["peace", ["k_target", "k_reference"]].tolist() == [0, 4]
    assert (first, second) == ({"we": 3, "war": 2}, {"we": 1, "peace": 4})
    assert table.attrs["inference"] == []


@pytest.mark.parametrize("bad", [{"war": 1.5}, {"war": -1}, {"war": np.nan}])
def test_frequencies_must_be_counts(bad):
    with pytest.raises(InputError, match="reference: a frequency is no count; legal: whole numbers from 0"):
        compare_frequencies({"war": 1}, bad)


def test_numbers_of_words_must_hold_the_list():
    with pytest.raises(InputError, match="n_target is 2, but its list counts 3 uses"):
        compare_frequencies({"war": 3}, {"war": 1}, n_target=2)
    with pytest.raises(InputError, match="n_reference is 0"):
        compare_frequencies({"war": 3}, {})


def test_options_are_checked():
    with pytest.raises(InputError, match="correction is 'yate'; legal: none, yates, williams, quanteda"):
        compare_frequencies({"war": 3}, {"war": 1}, correction="yate")
    with pytest.raises(InputError, match="level is 95; legal: between 0 and 1"):
        compare_frequencies({"war": 3}, {"war": 1}, level=95)


def test_series_are_lists_too():
    table = compare_frequencies(pd.Series({"war": 3}), pd.Series({"war": 1}), n_target=10, n_reference=10)
    assert table.loc[0, "log_ratio"] == pytest.approx(np.log2(3))
