import numpy as np
import pandas as pd
import pytest

from discourse.compare.events import event_window
from discourse.errors import InputError


def daily(counts, start="2022-01-01", actor="A", words=100):
    """One document a day with so many hits in column `y`; None: none that day."""
    days = pd.date_range(start, periods=len(counts))
    rows = [
        {"doc_id": f"{actor}{i:04d}", "actor": actor, "date": day, "n_words": words, "y": count}
        for i, (day, count) in enumerate(zip(days, counts, strict=True))
        if count is not None
    ]
    return pd.DataFrame(rows)


def day(number, start="2022-01-01"):
    return pd.Timestamp(start) + pd.Timedelta(days=number)


EVEN = [1, 0, 2, 1, 0, 1] * 60


def with_burst(at, size=7, height=6):
    return [height if at <= i < at + size else count for i, count in enumerate(EVEN)]


def test_rates_in_the_windows_by_hand():
    counts = [0] * 100
    counts[50], counts[52], counts[47], counts[57] = 4, 1, 2, 9
    line = event_window(None, daily(counts), "y", [day(50)], days=7).iloc[0]
    assert line[["n_documents_before", "n_documents_after"]].tolist() == [7, 7]
    assert line["rate_before"] == pytest.approx(2 / 700 * 10_000)
    assert line["rate_after"] == pytest.approx(5 / 700 * 10_000)
    assert line["ratio"] == pytest.approx((5 / 700 + 1 / 1400) / (2 / 700 + 1 / 1400))


def test_p_is_the_share_of_placebo_days_by_brute_force():
    counts = np.random.default_rng(3).poisson(1.0, 120).tolist()
    line = event_window(None, daily(counts), "y", [day(60)], days=5).iloc[0]

    def ratio(i):
        after, before = sum(counts[i : i + 5]), sum(counts[i - 5 : i])
        return np.log((after / 500 + 1 / 1000) / (before / 500 + 1 / 1000))

    placebos = np.array([ratio(i) for i in range(5, 116) if abs(i - 60) >= 10])
    centre = np.median(placebos)
    extreme = (np.abs(placebos - centre) >= abs(ratio(60) - centre) - 1e-9).sum()
    assert line["n_placebos"] == len(placebos)
    assert line["p"] == pytest.approx((extreme + 1) / (len(placebos) + 1))
    assert [line["placebo_low"], line["placebo_high"]] == pytest.approx(np.exp(np.quantile(placebos, [0.025, 0.975])))


def test_a_burst_is_unusual_and_several_events_are_judged_together():
    frame = daily([max(pair) for pair in zip(with_burst(100), with_burst(250), strict=True)])
    table = event_window(None, frame, "y", [day(100), day(250)], days=7, n_draws=999)
    assert table["event"].isna().tolist() == [False, False, True]
    assert (table["p"] < 0.01).all()
    assert (table["p"] > 0).all()
    joint = table.iloc[2]
    assert joint["ratio"] == pytest.approx(np.sqrt(table["ratio"][0] * table["ratio"][1]))
    assert joint["n_documents_after"] == 14


def test_an_ordinary_day_is_not_unusual():
    table = event_window(None, daily(EVEN), "y", [day(100)], days=7)
    assert table["p"][0] > 0.3
    assert table["placebo_low"][0] <= table["ratio"][0] <= table["placebo_high"][0]


def test_windows_without_words_have_no_ratio():
    counts = [1] * 40 + [None] * 20 + [1] * 100
    table = event_window(None, daily(counts), "y", [day(50), day(100)], days=7)
    assert table["ratio"].isna().tolist() == [True, False, False]
    assert table["p"].isna().tolist() == [True, False, False]
    assert table["n_documents_before"].tolist() == [0, 7, 7]


def test_false_alarms_are_about_as_frequent_as_said():
    rng = np.random.default_rng(6)
    false = []
    for _ in range(100):
        frame = daily(rng.poisson(rng.gamma(1, 1, 250)))
        false.append(event_window(None, frame, "y", [day(120)], days=7)["p"][0] < 0.05)
    assert np.mean(false) < 0.12


def test_groups_by_themselves_and_same_bytes_in_any_order():
    frame = pd.concat([daily(EVEN), daily(with_burst(90), actor="B")], ignore_index=True)
    table = event_window(None, frame, "y", [day(90), day(200)], days=7, n_draws=300)
    assert table["actor"].tolist() == ["A"] * 3 + ["B"] * 3
    again = event_window(None, frame.sample(frac=1, random_state=5), "y", [day(90), day(200)], days=7, n_draws=300)
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    assert table.attrs["days"] == 7


@pytest.mark.parametrize(
    ("change", "dates", "options", "text"),
    [
        ({}, ["2030-01-01"], {}, "event 2030-01-01 lies outside the documents, 2022-01-01 to 2022-12-26"),
        ({}, "2022-03-01", {}, r"dates is '2022-03-01'; legal: a list of days"),
        ({}, ["soon"], {}, r"dates are \['soon'\]; legal: days"),
        ({}, ["2022-03-01"], {"days": 0}, "days is 0; legal: a number of days from 1"),
        ({}, ["2022-06-01"], {"days": 170}, "no placebo dates are left; legal: a longer time or windows shorter than"),
        (
            {"date_precision": "year"},
            ["2022-03-01"],
            {},
            "document 'A0000' is dated to the year; event windows need days",
        ),
        ({"date": None}, ["2022-03-01"], {}, "0 has a date; legal: two dated documents"),
    ],
)
def test_misuse_is_refused_with_what_to_do(change, dates, options, text):
    with pytest.raises(InputError, match=text):
        event_window(None, daily(EVEN).assign(**change), "y", dates, **options)
