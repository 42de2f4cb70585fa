"""The specification curve: every specification's estimate in order of size, and the choices behind each."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from discourse.errors import InputError
from discourse.plots.style import BACKGROUND

__all__ = ["plot_specification_curve", "plot_specification_options"]

ALPHA = 0.05
_INK = "#222222"
_REACH = 1.5
"""Median lengths of an interval's arms that are shown beyond the estimates: few documents make very wide intervals."""


def plot_specification_curve(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Estimates of all specifications with their intervals, from the smallest to the largest.

    Parameters
    ----------
    table : DataFrame
        What `discourse.multiverse` returned: `estimate`, `low`, `high`, `p`, the first row being the analysis one would
        report. Specifications without an estimate are left out.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        With a band of intervals, a point per specification (dark where p is at most .05, grey elsewhere), a ring around
        the first row's, a line at 0, and a note on how many there are. The widest intervals may run out of the chart.

    Raises
    ------
    InputError
        If a column is missing or no specification has an estimate.

    References
    ----------
    Simonsohn, U., Simmons, J. P., and Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4,
    1208-1214.

    Examples
    --------
    >>> table = pd.DataFrame({"years": ["all", "late"], "estimate": [2.0, 1.0], "low": [1.0, -1.0], "high": [3.0, 3.0],
    ...                       "p": [0.01, 0.4]})
    >>> plot_specification_curve(table).texts[0].get_text()
    '2 specifications, 2 above 0, 1 with p at most .05'
    >>> plt.close("all")
    """
    drawn = _in_order(table)
    ax = ax or plt.figure().subplots()
    place = drawn["place"]
    ax.fill_between(place, drawn["low"], drawn["high"], color=BACKGROUND, alpha=0.5, linewidth=0, step="mid")
    ax.axhline(0, color=_INK, linewidth=0.6)
    significant = drawn["p"] <= ALPHA
    for chosen, colour, name in ((~significant, "#888888", "other"), (significant, _INK, "p at most .05")):
        ax.plot(
            place[chosen], drawn["estimate"][chosen], linestyle="", marker=".", markersize=3, color=colour, label=name
        )
    first = drawn[drawn["specification"] == 0]
    ax.plot(first["place"], first["estimate"], linestyle="", marker="o", markersize=7, color=_INK, fillstyle="none")
    ax.annotate(
        f"{len(drawn)} specifications, {(drawn['estimate'] > 0).sum()} above 0, {significant.sum()} with p at most .05",
        (0.02, 0.97),
        xycoords="axes fraction",
        va="top",
    )
    bottom = drawn["estimate"].min() - _REACH * (drawn["estimate"] - drawn["low"]).median()
    top = drawn["estimate"].max() + _REACH * (drawn["high"] - drawn["estimate"]).median()
    ax.set_ylim(bottom if bottom < top else None, top if bottom < top else None)
    ax.set_xlim(-1, len(drawn))
    return ax


def plot_specification_options(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Which options each specification takes, in the order of `plot_specification_curve`.

    Parameters
    ----------
    table : DataFrame
        What `discourse.multiverse` returned; ``attrs["forks"]`` names the columns that hold options.
    ax : Axes, optional
        Where to draw, below the curve and sharing its horizontal axis; by default a new figure.

    Returns
    -------
    Axes
        With a row per option, forks from top to bottom, and a tick where a specification takes it.

    Raises
    ------
    InputError
        If a column is missing, no specification has an estimate, or the table does not say which its forks are.

    Examples
    --------
    >>> table = pd.DataFrame({"years": ["all", "late"], "estimate": [2.0, 1.0], "low": [1.0, -1.0], "high": [3.0, 3.0],
    ...                       "p": [0.01, 0.4]})
    >>> table.attrs["forks"] = ["years"]
    >>> [label.get_text() for label in plot_specification_options(table).get_yticklabels()]
    ['years: all', 'years: late']
    >>> plt.close("all")
    """
    drawn = _in_order(table)
    if not table.attrs.get("forks"):
        raise InputError("table.attrs has no 'forks'; legal: the table that discourse.multiverse returns, or set them")
    ax = ax or plt.figure().subplots()
    labels, heights = [], []
    for number, fork in enumerate(table.attrs["forks"]):
        for option in dict.fromkeys(table[fork]):
            height = -(len(labels) + number)
            place = drawn["place"][drawn[fork] == option]
            ax.plot(place, np.full(len(place), height), linestyle="", marker="|", markersize=5, color=_INK,
                    markeredgewidth=0.5)  # fmt: skip
            heights.append(height)
            labels.append(f"{fork}: {option}")
    ax.set_yticks(heights, labels)
    ax.set_ylim(heights[-1] - 0.8, 0.8)
    ax.set_xlim(-1, len(drawn))
    return ax


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Specifications with an estimate, by its size; ties keep the table's order."""
    for column in ("estimate", "low", "high", "p"):
        if column not in table:
            raise InputError(f"table: column {column!r} is missing; legal: the table that discourse.multiverse returns")
    drawn = table.assign(specification=range(len(table))).dropna(subset="estimate")
    if not len(drawn):
        raise InputError("table: no specification has an estimate; legal: forks that leave documents on both sides")
    drawn = drawn.sort_values("estimate", kind="stable", ignore_index=True)
    return drawn.assign(place=range(len(drawn)))
