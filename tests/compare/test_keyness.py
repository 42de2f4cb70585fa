from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import sparse, stats

from discourse.compare import _redraw, _term_contrast
from discourse.compare._ranks import compare_ranks
from discourse.compare._redraw import Units, linear_variance, permutation_p, rate_variance
from discourse.compare.frequencies import compare_frequencies
from discourse.compare.keyness import keyness
from discourse.compare.keyness_groups import keyness_groups
from discourse.counts import TermCounts, count_terms
from discourse.errors import InputError

PROMISED = ["term", "k_target", "k_reference", "n_documents", "g2", "g2_2cell", "chi2", "log_ratio", "low", "high"]
PROMISED += ["log_odds", "z", "p", "p_adjusted", "dp"]


def make(matrix, actors, n_words=None, terms=None):
    matrix = np.asarray(matrix)
    ids = [f"d{number:04}" for number in range(len(matrix))]
    documents = pd.DataFrame({"doc_id": ids, "actor": actors})
    if n_words is not None:
        documents["n_words"] = n_words
    names = terms or [f"w{number:03}" for number in range(matrix.shape[1])]
    return TermCounts(sparse.csr_array(matrix), names, documents)


def random_counts(seed=0, sizes=(8, 12), n_terms=15):
    rng = np.random.default_rng(seed)
    matrix = rng.poisson(rng.gamma(0.5, 2, (sum(sizes), n_terms)))
    actors = ["PRK"] * sizes[0] + ["USA"] * sizes[1]
    return make(matrix, actors, matrix.sum(axis=1) + rng.integers(20, 200, len(matrix)))


def units_of(counts):
    return Units(sparse.csr_array(counts.matrix.T), counts.exposure, counts.spans)


def test_columns_are_those_promised():
    table = keyness(random_counts(), by="actor", target="PRK", reference="USA", n_draws=100)
    assert list(table)[: len(PROMISED)] == PROMISED
    labelled = set(table.attrs["for_ranking"]) | set(table.attrs["inference"])
    assert labelled < set(table)
    assert {"g2", "g2_2cell", "chi2", "log_odds", "z"} <= set(table.attrs["for_ranking"])
    assert table.attrs["note"].startswith("fewer than 30 documents")


def test_measures_on_words_are_those_of_the_frequency_lists():
    counts = random_counts()
    table = keyness(counts, target="PRK", n_draws=100, correction="yates").set_index("term")
    sums = counts.group("actor")
    lists = [dict(zip(counts.terms, row, strict=True)) for row in sums.matrix.toarray().tolist()]
    n_words = sums.documents["n_words"].tolist()
    plain = compare_frequencies(*lists, n_target=n_words[0], n_reference=n_words[1], correction="yates")
    plain = plain.set_index("term").loc[table.index]
    for name in ("k_target", "k_reference", "g2", "g2_2cell", "chi2", "log10_p_g2", "log_ratio", "percent_diff", "bic"):
        assert table[name].to_numpy() == pytest.approx(plain[name].to_numpy()), name
    bound = np.where(plain["lrc_low"] > 0, plain["lrc_low"], np.where(plain["lrc_high"] < 0, plain["lrc_high"], 0))
    assert table["lrc"].to_numpy() == pytest.approx(bound)
    assert table["g2"].is_monotonic_decreasing


def test_signs_turn_with_the_sides():
    counts = random_counts(1)
    one = keyness(counts, target="PRK", n_draws=100).set_index("term").sort_index()
    other = keyness(counts, target="USA", n_draws=100).set_index("term").sort_index()
    for name in ("g2", "g2_2cell", "chi2", "log_ratio", "log_odds", "z", "g2_documents", "difference"):
        assert one[name].to_numpy() == pytest.approx(-other[name].to_numpy()), name
    assert one["superiority"].to_numpy() == pytest.approx(1 - other["superiority"].to_numpy())
    assert one["dp"].to_numpy() == pytest.approx(other["dp"].to_numpy())
    assert one["dp_target"].to_numpy() == pytest.approx(other["dp_reference"].to_numpy(), nan_ok=True)
    assert (np.sign(one["g2"]) == np.sign(one["log_ratio"])).all()


def test_words_of_one_side_only_are_kept_with_an_open_interval():
    counts = make([[5, 0, 4], [6, 0, 5], [0, 9, 4], [0, 7, 6]], ["PRK"] * 2 + ["USA"] * 2, [50, 60, 55, 45])
    table = keyness(counts, target="PRK", n_draws=100).set_index("term")
    assert table.loc["w000", "high"] == np.inf
    assert table.loc["w001", "low"] == -np.inf
    assert np.isfinite(table.loc["w000", ["low", "log_ratio", "log_odds"]].astype(float)).all()
    assert table.loc["w000", "low"] < table.loc["w000", "log_ratio"]
    assert table.loc["w001", "high"] > table.loc["w001", "log_ratio"]
    assert np.isfinite(table.loc["w002", ["low", "high"]].astype(float)).all()


def test_terms_of_neither_side_are_left_out():
    counts = make([[1, 0], [2, 0], [1, 0], [1, 0], [0, 8]], ["PRK", "PRK", "USA", "USA", "RUS"], [9] * 5)
    assert keyness(counts, target="PRK", reference="USA", n_draws=100)["term"].tolist() == ["w000"]
    assert set(keyness(counts.select(), target="PRK", n_draws=100)["term"]) == {"w000", "w001"}


def test_permutation_p_is_the_share_of_all_relabellings():
    counts = random_counts(3, (3, 4), 8)
    inside = np.array([True] * 3 + [False] * 4)
    matrix, words = counts.matrix.toarray(), counts.exposure[:, 0]

    def distance(chosen):
        rates = [np.maximum(matrix[side].sum(axis=0), 0.5) / words[side].sum() for side in (chosen, ~chosen)]
        return np.abs(np.log(rates[0] / rates[1]))

    every = [np.isin(np.arange(7), chosen) for chosen in combinations(range(7), 3)]
    exact = np.mean([distance(chosen) >= distance(inside) - 1e-9 for chosen in every], axis=0)
    drawn = permutation_p(units_of(counts), inside, 4000, np.random.default_rng(0))
    assert drawn == pytest.approx(exact, abs=0.04)
    assert (drawn > 0).all()


def test_p_is_never_zero_and_can_outlast_a_correction():
    matrix = np.array([[30]] * 20 + [[1]] * 20)
    table = keyness(make(matrix, ["PRK"] * 20 + ["USA"] * 20, [100] * 40), target="PRK", n_draws=100)
    assert table.loc[0, "p"] == 1 / 1101


def test_bootstrap_variance_is_that_of_plain_resampling():
    counts = random_counts(4)
    matrix, words = counts.matrix.toarray(), counts.exposure[:, 0]
    weights = np.random.default_rng(9).multinomial(20, np.full(20, 1 / 20), 300)
    logs = [np.log(np.maximum(w @ matrix, 0.5) / (w @ words)) for w in weights]
    rates = matrix.sum(axis=0) / words.sum()
    residual = ((matrix - rates * words[:, None]) ** 2).sum(axis=0) * 20 / 19 / matrix.sum(axis=0) ** 2
    assert linear_variance(units_of(counts)) == pytest.approx(residual)
    drawn = rate_variance(units_of(counts), 300, np.random.default_rng(9))
    assert drawn == pytest.approx(np.maximum(np.var(logs, axis=0, ddof=1), residual))


def test_nothing_but_the_seed_changes_a_digit(monkeypatch):
    counts = random_counts(5, (30, 60), 40)
    plain = keyness(counts, target="PRK", n_draws=150)
    assert_frame_equal(keyness(counts, target="PRK", n_draws=150), plain)
    order = np.random.default_rng(0).permutation(90)
    turned = TermCounts(counts.matrix[order], counts.terms, counts.documents.iloc[order])
    assert_frame_equal(keyness(turned, target="PRK", n_draws=150), plain)
    monkeypatch.setattr(_redraw, "_CELLS", 700)
    monkeypatch.setattr(_redraw, "_BLOCK", 7)
    monkeypatch.setattr(_term_contrast, "TERMS", 3)
    assert_frame_equal(keyness(counts, target="PRK", n_draws=150), plain)
    monkeypatch.setattr(_redraw, "_EXACT", 0)
    monkeypatch.setattr(_redraw, "_SPARSE", 1.0)
    assert_frame_equal(keyness(counts, target="PRK", n_draws=150), plain)
    assert not keyness(counts, target="PRK", n_draws=150, random_state=1)["p"].equals(plain["p"])


def test_ranks_are_those_of_mann_whitney():
    counts = random_counts(6, (11, 17), 30)
    rates = counts.matrix.toarray() / counts.exposure[:, :1]
    inside = np.arange(28) < 11
    ranks = compare_ranks(sparse.csr_array(rates.T), inside)
    for term, rate in enumerate(rates.T):
        test = stats.mannwhitneyu(rate[inside], rate[~inside], method="asymptotic")
        assert ranks.superiority[term] == pytest.approx(test.statistic / (11 * 17))
        assert ranks.p[term] == pytest.approx(test.pvalue)


def test_rank_sum_of_kilgarriff():
    matrix = [[k] for k in (12, 15, 18, 24, 88, 3, 3, 13, 27, 33)]
    table = keyness(make(matrix, ["PRK"] * 5 + ["USA"] * 5, [1000] * 10), target="PRK", n_draws=100)
    assert table.loc[0, "superiority"] * 25 + 15 == pytest.approx(31)


def test_constant_rates_rank_even():
    table = keyness(make([[5]] * 6, ["PRK"] * 3 + ["USA"] * 3, [50] * 6), target="PRK", n_draws=100)
    assert table.loc[0, ["superiority", "p_rank", "p"]].tolist() == [0.5, 1, 1]
    assert table.loc[0, ["log_ratio", "low", "high"]].tolist() == pytest.approx([0, 0, 0], abs=1e-6)


def test_corrections_for_many_terms():
    table = pd.DataFrame({"term": list("abc"), "p": [0.01, 0.04, 0.03]})
    table = _term_contrast.adjust(table.reindex(columns=["term", *_term_contrast.COLUMNS[1:]]).assign(p=table["p"]))
    assert table["p_adjusted"].to_numpy() == pytest.approx([0.03, 0.04, 0.04])
    assert table["p_adjusted"].to_numpy() == pytest.approx(stats.false_discovery_control([0.01, 0.04, 0.03]))
    assert table["p_holm"].to_numpy() == pytest.approx([0.03, 0.06, 0.06])


def test_runs_of_words_have_a_denominator_of_their_own():
    texts = ["We reject war. We reject war", "We seek peace", "They seek war here", "They reject it now and then"]
    documents = pd.DataFrame({"doc_id": list("abcd"), "actor": ["PRK", "PRK", "USA", "USA"], "text": texts})
    table = keyness(count_terms(documents, ngrams=(1, 2)), target="PRK", n_draws=100).set_index("term")
    assert table.loc["reject", "rate_target"] == pytest.approx(10_000 * 2 / 9)
    assert table.loc["we reject", "rate_target"] == pytest.approx(10_000 * 2 / 7)
    flat = keyness(count_terms(documents, ngrams=(1, 2)), target="PRK", n_draws=100, prior=0.5).set_index("term")
    n_pairs = sum(" " in term for term in table.index)
    odds = np.log(2.5 / (7 + 0.5 * n_pairs - 2.5)) - np.log(0.5 / (8 + 0.5 * n_pairs - 0.5))
    assert flat.loc["we reject", "log_odds"] == pytest.approx(odds)


def test_speakers_can_be_drawn_instead_of_documents():
    counts = random_counts(7)
    speakers = counts.documents.assign(speaker=["x", "y", "z", "z"] * 5)
    grouped = TermCounts(counts.matrix, counts.terms, speakers).group(["actor", "speaker"])
    table = keyness(grouped, target="PRK", n_draws=100)
    assert (table.attrs["n_target"], table.attrs["n_reference"]) == (3, 3)
    documents = keyness(counts, target="PRK", n_draws=100)
    assert table.set_index("term")["g2"].to_dict() == pytest.approx(documents.set_index("term")["g2"].to_dict())


def test_counts_stay_what_they_are():
    counts = random_counts(8)
    matrix, documents = counts.matrix.copy(), counts.documents.copy()
    keyness(counts, target="PRK", n_draws=100)
    assert (counts.matrix != matrix).nnz == 0
    assert_frame_equal(counts.documents, documents)


def bursty(rng, sizes, overdispersion, n_terms, ratio=1.0):
    lengths = rng.lognormal(7.7, 0.4, sum(sizes)).astype(int)
    mean = np.outer(lengths, np.full(n_terms, 1 / np.exp(7.78)))
    mean[: sizes[0]] *= ratio
    if overdispersion:
        mean = mean * rng.gamma(1 / overdispersion, overdispersion, mean.shape)
    return make(rng.poisson(mean), ["PRK"] * sizes[0] + ["USA"] * sizes[1], lengths)


@pytest.mark.parametrize("sizes", [(40, 40), (25, 100)])
@pytest.mark.parametrize("overdispersion", [0, 0.5, 2])
def test_documents_keep_the_promise_that_words_break(sizes, overdispersion):
    rng = np.random.default_rng([sizes[0], int(overdispersion * 2)])
    null = keyness(bursty(rng, sizes, overdispersion, 500, 1.0), target="PRK", n_draws=200)
    error = 3 * np.sqrt(0.05 * 0.95 / len(null))
    assert (null["p"] <= 0.05).mean() <= 0.05 + error
    assert (null["p_rank"] <= 0.05).mean() <= 0.05 + error
    doubled = keyness(bursty(rng, sizes, overdispersion, 500, 2.0), target="PRK", n_draws=200)
    for table, truth in ((null, 0), (doubled, 1)):
        covered = (table["low"] <= truth) & (truth <= table["high"])
        assert covered.mean() >= 0.92
    wrong = (null["log10_p_g2"] <= np.log10(0.05)).mean()
    assert wrong > 0.08 if overdispersion else wrong < 0.08


def test_groups_are_tested_together_and_then_in_pairs():
    rng = np.random.default_rng(2)
    matrix = rng.poisson([[12, 5]] * 15 + [[4, 5]] * 15 + [[4, 5]] * 15)
    counts = make(matrix, ["PRK"] * 15 + ["RUS"] * 15 + ["USA"] * 15, [300] * 45, ["sovereignty", "weather"])
    table = keyness_groups(counts, n_draws=200)
    assert list(zip(table["target"], table["reference"], strict=True))[:3] == [
        ("PRK", "RUS"), ("PRK", "USA"), ("RUS", "USA"),
    ]  # fmt: skip
    pairs = table.set_index(["term", "target", "reference"])
    assert pairs.loc[("sovereignty", "PRK", "USA"), "p_adjusted"] < 0.05
    assert pairs.loc[("sovereignty", "RUS", "USA"), "p_adjusted"] > 0.05
    assert (pairs.loc["weather", "p_adjusted"] > 0.05).all()
    assert (table["p_adjusted"] >= table["p_omnibus_adjusted"]).all()
    sums = counts.group("actor").matrix.toarray()[:, 0]
    assert table.loc[0, "g2_omnibus"] == pytest.approx(2 * (sums * np.log(sums / sums.mean())).sum())
    single = keyness(counts, target="PRK", reference="USA", n_draws=200).set_index("term")
    assert pairs.loc[("sovereignty", "PRK", "USA"), "p"] == single.loc["sovereignty", "p"]


def test_omnibus_p_of_two_groups_is_the_share_of_all_relabellings():
    matrix = np.array([[6, 1], [5, 2], [1, 3], [0, 1], [2, 2]])
    counts = make(matrix, ["PRK", "PRK", "USA", "USA", "USA"], [30, 40, 35, 30, 50])
    words = counts.exposure[:, 0]

    def g2(chosen):
        total = np.zeros(2)
        for side in (chosen, ~chosen):
            k, e = matrix[side].sum(axis=0), matrix.sum(axis=0) * words[side].sum() / words.sum()
            total += 2 * np.where(k > 0, k * np.log(np.maximum(k, 1) / e), 0)
        return total

    own = g2(np.array([True, True, False, False, False]))
    every = [np.isin(np.arange(5), chosen) for chosen in combinations(range(5), 2)]
    exact = np.mean([g2(chosen) >= own - 1e-9 for chosen in every], axis=0)
    table = keyness_groups(counts, n_draws=3000).drop_duplicates("term").set_index("term")
    assert table["p_omnibus"][["w000", "w001"]].to_numpy() == pytest.approx(exact, abs=0.04)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "CHN"}, "target is 'CHN'; legal: PRK, USA"),
        ({"target": "PRK", "reference": "CHN"}, "reference is 'CHN'; legal: PRK, USA"),
        ({"target": "PRK", "reference": "PRK"}, "legal: another group, or None for all others"),
        ({"target": "PRK", "by": "party"}, "there is no column 'party'"),
        ({"target": "PRK", "correction": "fisher"}, "correction is 'fisher'; legal: none, yates, williams, quanteda"),
        ({"target": "PRK", "prior": "flat"}, "prior .* is 'flat'; legal: informative"),
        ({"target": "PRK", "prior": 0}, "prior is 0; legal: 'informative', or a number of uses above 0"),
        ({"target": "PRK", "n_draws": 10}, "n_draws is 10; legal: a whole number from 100"),
    ],
)
def test_misuse_is_answered_with_what_to_do(options, message):
    with pytest.raises(InputError, match=message):
        keyness(random_counts(), **options)


def test_too_little_to_compare_is_refused():
    with pytest.raises(InputError, match=r"'actor' has 1 group \(PRK\); a comparison needs two"):
        keyness(make([[1], [2]], ["PRK", "PRK"], [9, 9]), target="PRK")
    with pytest.raises(InputError, match="actor 'PRK' has 1 document; at least 2 are needed"):
        keyness(make([[1], [2], [3]], ["PRK", "USA", "USA"], [9, 9, 9]), target="PRK")
    with pytest.raises(InputError, match="all but actor 'USA' has 1 document; at least 2"):
        keyness(make([[1], [2], [3]], ["PRK", "USA", "USA"], [9, 9, 9]), target="USA")
    with pytest.raises(InputError, match="document 'd0001' has no words, so it has no rate; leave out such"):
        keyness(make([[1], [0], [3]], ["PRK", "PRK", "USA"]), target="PRK")
    with pytest.raises(InputError, match="counts is a DataFrame; make it with discourse.count_terms"):
        keyness(pd.DataFrame(), target="PRK")
    with pytest.raises(InputError, match="groups has 1 group; a comparison needs two or more of PRK, USA"):
        keyness_groups(random_counts(), groups=["PRK"])
