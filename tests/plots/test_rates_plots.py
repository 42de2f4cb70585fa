import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from discourse.errors import InputError
from discourse.plots.rates import plot_ranges, plot_ranks, plot_trend
from discourse.plots.style import colour_of


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "actor": ["USA", "PRK", "FRA", "DEU"],
            "rate": [2.0, 9.0, 0.0, 5.0],
            "low": [1.0, 7.0, 0.0, np.nan],
            "high": [3.0, 12.0, 0.5, np.nan],
            "n_documents": [33, 33, 33, 1],
        }
    )


def test_ranks_descend_and_the_highlighted_are_named(table):
    ax = plot_ranks(table, ["PRK", "USA"])
    assert [text.get_text() for text in ax.texts] == ["DPRK, rank 1 of 4", "United States, rank 3 of 4"]
    marks = [line for line in ax.lines if line.get_marker() in ("o", "^")]
    assert [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in marks] == [([1], [9.0]), ([3], [2.0])]
    assert marks[0].get_color() == colour_of("PRK")


def test_intervals_are_drawn_where_they_are(table):
    ax = plot_ranks(table, ["PRK"])
    (bar,) = ax.containers[1].lines[2]
    assert bar.get_segments()[0][:, 1].tolist() == [7.0, 12.0]


def test_a_missing_interval_keeps_its_point(table):
    ax = plot_ranks(table, ["DEU"])
    assert ax.containers[1].lines[0].get_ydata().tolist() == [5.0]


def test_an_actor_without_row_cannot_be_highlighted(table):
    with pytest.raises(InputError, match="highlight names ITA, who has no row"):
        plot_ranks(table, ["ITA"])


def test_ranges_have_a_row_per_code_and_a_mark_per_actor(table):
    doubled = pd.concat([table.assign(code="label"), table.assign(code="denial")])
    ax = plot_ranges(doubled, ["denial", "label"], ax=plt.figure().subplots())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["denial", "label"]
    assert [container.get_label() for container in ax.containers] == ["United States", "DPRK", "FRA", "DEU"]
    heights = np.concatenate([container.lines[0].get_ydata() for container in ax.containers]).astype(float)
    assert len(set(heights.round(6))) == 8
    assert sorted({round(height) for height in heights}) == [-1, 0]


def test_a_zero_keeps_its_upper_limit(table):
    ax = plot_ranges(table[table["actor"] == "FRA"].assign(code="label"), ["label"])
    (bar,) = ax.containers[0].lines[2]
    assert bar.get_segments()[0][:, 0].tolist() == [0.0, 0.5]


def test_a_trend_breaks_where_there_is_no_speech():
    table = pd.DataFrame(
        {"actor": "USA", "year": [1969, 1970, 1971], "yearly": [1.0, np.nan, 2.0], "rate": [1.0, np.nan, 2.0]}
    ).assign(low=lambda t: t["rate"] - 0.5, high=lambda t: t["rate"] + 0.5)
    ax = plot_trend(table, "USA")
    line, points = ax.lines
    assert np.isnan(line.get_ydata()[1])
    assert points.get_linestyle() == "None"
