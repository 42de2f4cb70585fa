import numpy as np
import pandas as pd
import pytest
import ruptures
from scipy import stats

from discourse.compare.change_points import _largest_split_p, _places, _search, _stable, change_points
from discourse.errors import InputError


def series(counts, actor="A", start=1991, words=1000):
    rows = [
        {"doc_id": f"{actor}{start + i}", "actor": actor, "date": str(start + i), "n_words": words, "y": count}
        for i, count in enumerate(counts)
    ]
    return pd.DataFrame(rows)


STEP = [1, 0, 2, 1, 1, 0, 1, 2, 0, 1, 7, 9, 6, 8, 7, 9, 8, 6, 7, 8]


@pytest.mark.parametrize("method", ["pelt", "binseg"])
def test_a_plain_step_is_found(method):
    line = change_points(None, series(STEP), "y", method=method).iloc[0]
    assert line[["change_year", "n_years"]].tolist() == [2001, 20]
    assert 1999 <= line["low"] <= 2001 <= line["high"] <= 2002
    assert line["rate_before"] == pytest.approx(9)
    assert line["rate_after"] == pytest.approx(75)
    assert line["ratio"] == pytest.approx(75.5 / 9.5)
    assert line["p"] <= 0.001
    assert line["strength"] > 1


def test_two_changes_are_two_rows():
    table = change_points(None, series([1, 0, 1, 1] * 3 + [9, 8, 9, 7, 8, 9] + [1, 1, 0, 1] * 3), "y")
    assert table["change_year"].tolist() == [2003, 2009]
    assert table["rate_after"].tolist()[0] == table["rate_before"].tolist()[1]
    assert (table["low"] <= table["change_year"]).all()
    assert table["p"][0] == table["p"][1]


def test_an_even_series_has_a_row_without_a_year():
    table = change_points(None, pd.concat([series([2, 2, 3, 2, 1, 2, 2, 3, 2, 1]), series(STEP, "B")]), "y")
    even = table[table["actor"] == "A"].iloc[0]
    assert even["change_year"] is pd.NA
    assert even["p"] > 0.1
    assert np.isnan(even["ratio"])
    assert table["change_year"].dtype == "Int64"


def test_the_search_is_that_of_ruptures():
    rng = np.random.default_rng(4)
    for _ in range(10):
        values = np.repeat(rng.normal(0, 2, 4), 10) + rng.normal(0, 1, 40)
        penalty = 2 * np.log(40)
        known = ruptures.Pelt(model="l2", min_size=3, jump=1).fit(values).predict(pen=penalty)
        assert _search(values, "pelt", penalty).tolist() == known[:-1]


def test_the_scale_makes_variances_alike():
    rng = np.random.default_rng(0)
    for mean in (5, 20, 80):
        k = rng.poisson(mean * rng.gamma(2, 0.5, 40_000))
        assert np.var(_stable(k, np.ones(len(k)), 0.5)) == pytest.approx(1, abs=0.35)
    k = rng.poisson(20, 1000)
    assert _stable(k, np.ones(1000), 1e-9) == pytest.approx(2 * np.sqrt(k + 3 / 8))


def test_p_is_the_share_of_larger_splits_by_brute_force():
    values = np.array([0.1, 1.2, 0.3, 0.8, 2.1, 1.9, 2.6, 1.4, 2.2])

    def gain(row):
        splits = (row[:i].var() * i + row[i:].var() * (9 - i) for i in range(3, 7))
        return row.var() * 9 - min(splits)

    rng = np.random.default_rng(1)
    known = np.mean([gain(rng.permutation(values)) >= gain(values) - 1e-9 for _ in range(4000)])
    assert _largest_split_p(values, 4000, np.random.default_rng(2)) == pytest.approx(known, abs=0.02)


def test_probable_places_by_integration():
    k, words = np.array([0, 1, 0, 0, 6, 5, 9, 7]), np.full(8, 1000)
    first, last = _places(k, words, 4, np.random.default_rng(0))
    grid = np.exp(np.linspace(-9, 4, 2000))
    alpha = 0.5

    def evidence(counts):
        return stats.nbinom.pmf(counts[:, None], 1 / alpha, 1 / (1 + alpha * grid)).prod(axis=0).sum()

    best = 3 + np.argmax([evidence(k[:i]) * evidence(k[i:]) for i in range(3, 6)])
    assert best == 4
    assert first <= best <= last


def test_places_are_held_about_as_often_as_said():
    rng = np.random.default_rng(7)
    held = []
    for _ in range(60):
        mean = np.where(np.arange(33) < 21, 1, 8)
        table = change_points(None, series(rng.poisson(mean * rng.gamma(2, 0.5, 33))), "y", n_draws=100)
        if len(table) == 1 and table["change_year"].notna()[0]:
            held.append(table["low"][0] <= 2012 <= table["high"][0])
    assert len(held) > 30
    assert np.mean(held) > 0.88


def test_no_change_is_found_about_as_often_as_said():
    rng = np.random.default_rng(3)
    frame = pd.concat([series(rng.poisson(rng.gamma(0.5, 2, 25)), f"S{i:03d}") for i in range(100)])
    table = change_points(None, frame, "y", n_draws=199).drop_duplicates("actor")
    assert (table["p"] < 0.05).mean() < 0.12
    assert (table["p"] > 0).all()


def test_short_groups_are_left_out_and_alone_refused():
    frame = pd.concat([series(STEP), series([1, 2, 3], "B")])
    assert change_points(None, frame, "y")["actor"].unique().tolist() == ["A"]
    with pytest.raises(InputError, match="no group has words in 8 years; legal: longer series"):
        change_points(None, series([1, 2, 3]), "y")
    with pytest.raises(InputError, match="method is 'window'; legal: pelt, binseg"):
        change_points(None, series(STEP), "y", method="window")


def test_same_bytes_in_any_order():
    frame = pd.concat([series(STEP), series(STEP[::-1], "B")], ignore_index=True)
    table = change_points(None, frame, "y", n_draws=200)
    again = change_points(None, frame.sample(frac=1, random_state=2), "y", n_draws=200)
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    assert table.attrs["method"] == "pelt"
