import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from discourse.errors import InputError
from discourse.plots.specification import plot_specification_curve, plot_specification_options


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def table():
    table = pd.DataFrame(
        {
            "lexicon": ["all", "all", "core", "core"],
            "years": ["all", "late", "all", "late"],
            "estimate": [3.0, -1.0, 2.0, np.nan],
            "low": [1.0, -3.0, 0.5, np.nan],
            "high": [5.0, 1.0, 4.0, np.nan],
            "p": [0.01, 0.5, 0.05, np.nan],
        }
    )
    table.attrs["forks"] = ["lexicon", "years"]
    return table


def points(ax, label):
    (line,) = [line for line in ax.lines if line.get_label() == label]
    return list(zip(line.get_xdata().tolist(), line.get_ydata().tolist(), strict=True))


def test_the_curve_rises_and_tells_significant_points_apart(table):
    ax = plot_specification_curve(table)
    assert points(ax, "other") == [(0, -1.0)]
    assert points(ax, "p at most .05") == [(1, 2.0), (2, 3.0)]
    assert ax.texts[0].get_text() == "3 specifications, 2 above 0, 2 with p at most .05"


def test_the_first_row_is_ringed_and_the_band_spans_the_intervals(table):
    ax = plot_specification_curve(table)
    (ring,) = [line for line in ax.lines if line.get_fillstyle() == "none"]
    assert (ring.get_xdata().tolist(), ring.get_ydata().tolist()) == ([2], [3.0])
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (-3.0, 5.0)


def test_one_endless_interval_does_not_flatten_the_curve(table):
    many = pd.concat([table.head(3)] * 10, ignore_index=True)
    many.loc[:9, "high"] = 1e6
    bottom, top = plot_specification_curve(many).get_ylim()
    assert (bottom, top) == (-1 - 1.5 * 2, 3 + 1.5 * 2)


def test_estimates_without_intervals_are_drawn_all_the_same(table):
    ax = plot_specification_curve(table.assign(low=np.nan, high=np.nan))
    bottom, top = ax.get_ylim()
    assert bottom < -1 < 3 < top


def test_options_stand_below_their_specification(table):
    figure = plt.figure()
    curve, below = figure.subplots(2, sharex=True)
    plot_specification_curve(table, ax=curve)
    assert plot_specification_options(table, ax=below) is below
    labels = [label.get_text() for label in below.get_yticklabels()]
    assert labels == ["lexicon: all", "lexicon: core", "years: all", "years: late"]
    ticks = {label: line.get_xdata().tolist() for label, line in zip(labels, below.lines, strict=True)}
    assert ticks == {"lexicon: all": [0, 2], "lexicon: core": [1], "years: all": [1, 2], "years: late": [0]}
    heights = [line.get_ydata()[0] for line in below.lines]
    assert heights == below.get_yticks().tolist() == [0, -1, -3, -4]


def test_the_table_is_left_alone(table):
    before = table.copy()
    plot_specification_curve(table)
    plot_specification_options(table)
    pd.testing.assert_frame_equal(table, before)


def test_misuse_is_refused(table):
    with pytest.raises(InputError, match="column 'low' is missing; legal: the table that discourse.multiverse returns"):
        plot_specification_curve(table.drop(columns="low"))
    with pytest.raises(InputError, match="no specification has an estimate"):
        plot_specification_options(table.tail(1))
    table.attrs = {}
    with pytest.raises(InputError, match="table.attrs has no 'forks'"):
        plot_specification_options(table)
