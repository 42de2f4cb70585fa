import numpy as np
import pandas as pd
import pytest
from scipy import stats

from discourse.compare.trends import trend
from discourse.errors import InputError


def series(counts, actor="A", start=2001, words=1000):
    """One document a year with so many hits in column `y`; None: no document that year."""
    rows = [
        {"doc_id": f"{actor}{start + i}", "actor": actor, "date": str(start + i), "n_words": words, "y": count}
        for i, count in enumerate(counts)
        if count is not None
    ]
    return pd.DataFrame(rows)


def test_rates_by_year_are_those_counted():
    table = trend(None, pd.concat([series([2, 0, None, 4]), series([1], "B", 1999, 500)]), "y", window=1, per=1000)
    assert table[["actor", "year", "n_documents", "k", "n_words"]].to_numpy().tolist() == [
        ["A", 2001, 1, 2, 1000],
        ["A", 2002, 1, 0, 1000],
        ["A", 2003, 0, 0, 0],
        ["A", 2004, 1, 4, 1000],
        ["B", 1999, 1, 1, 500],
    ]
    assert table["rate"].fillna(-1).tolist() == [2, 0, -1, 4, 2]
    assert table.loc[2, ["low", "high", "band_low", "band_high"]].isna().all()


def test_a_window_takes_the_years_around():
    table = trend(None, series([3, 0, 6, 0, 1]), "y", window=3, per=1000)
    assert table["k"].tolist() == [3, 9, 6, 7, 1]
    assert table["rate"].tolist() == pytest.approx([1.5, 3, 2, 7 / 3, 0.5])
    assert table["n_documents"].tolist() == [2, 3, 3, 3, 2]


def test_intervals_contain_the_rate_and_lie_within_the_band():
    table = trend(None, series(np.random.default_rng(3).poisson(2, 30)), "y")
    assert (table["low"] <= table["rate"]).all()
    assert (table["rate"] <= table["high"]).all()
    assert (table["band_low"] <= table["low"]).all()
    assert (table["high"] < table["band_high"]).all()


def test_even_counts_have_poisson_intervals_and_bursts_wider_ones():
    even = trend(None, series([4, 3, 5] * 200), "y", window=5, per=1)
    middle = even.loc[300]
    known = stats.gamma.ppf(0.025, middle["k"]) / 5000, stats.gamma.ppf(0.975, middle["k"] + 1) / 5000
    assert middle[["low", "high"]].tolist() == pytest.approx(known, rel=0.05)
    bursts = trend(None, series([0, 0, 12] * 200), "y", window=5, per=1).loc[300]
    assert bursts["k"] in (12, 24)
    assert bursts["high"] / bursts["rate"] > 2 * middle["high"] / middle["rate"]


def test_a_year_without_hits_has_an_upper_limit():
    table = trend(None, series([0, 0, 0, 0, 0, 0]), "y")
    assert (table["low"] == 0).all()
    assert np.isfinite(table["high"]).all()
    assert (table["high"] > 0).all()


def test_all_documents_together_and_the_callers_table_stays():
    frame = pd.concat([series([1, 2]), series([3, 4], "B")], ignore_index=True)
    before = frame.copy()
    table = trend(None, frame, "y", by=[], window=1, per=1000)
    assert table["rate"].tolist() == [2, 3]
    pd.testing.assert_frame_equal(frame, before)
    shuffled = trend(None, frame.sample(frac=1, random_state=1), "y", by=[], window=1, per=1000)
    pd.testing.assert_frame_equal(table, shuffled, check_exact=True)
    assert table.attrs["window"] == 1
    assert table.attrs["measure"] == "trend"


def test_undated_documents_are_left_out():
    frame = pd.concat([series([1, 2, 3]), series([9]).assign(doc_id="x", date=None)])
    assert trend(None, frame, "y", window=1)["k"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("alpha", [0.0, 2.0])
def test_intervals_hold_a_constant_rate(alpha):
    rng = np.random.default_rng(11)
    held = []
    for _ in range(30):
        counts = rng.poisson(rng.gamma(1 / alpha, alpha, 33) if alpha else np.ones(33))
        table = trend(None, series(counts), "y", per=1000)
        held += ((table["low"] <= 1) & (table["high"] >= 1)).tolist()
    assert np.mean(held) > 0.92


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"window": 4}, "window is 4; legal: an odd number of years"),
        ({"window": 0}, "window is 0; legal: an odd number of years"),
        ({"per": 0}, "per is 0; legal: a positive number of words"),
        ({"level": 2}, "level is 2; legal: between 0 and 1"),
        ({"by": "bloc"}, "by is 'bloc'; legal: doc_id, actor"),
    ],
)
def test_misuse_is_refused_with_what_to_do(options, text):
    with pytest.raises(InputError, match=text):
        trend(None, series([1, 2]), "y", **options)


def test_tables_without_dates_are_refused():
    with pytest.raises(InputError, match="column 'date' is missing; add one"):
        trend(None, series([1, 2]).drop(columns="date"), "y")
