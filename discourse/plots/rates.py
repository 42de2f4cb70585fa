"""Charts of rates: ranks among many actors, ranges by code, and the course of time."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from discourse.errors import InputError
from discourse.plots.style import BACKGROUND, colour_of, ink_of, marker_of, name_of

__all__ = ["plot_ranges", "plot_ranks", "plot_trend"]


def plot_ranks(table: pd.DataFrame, highlight: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Every actor's rate in order of rank, a few of them named.

    Parameters
    ----------
    table : DataFrame
        `actor`, `rate`, `low`, `high`, `n_documents`: one row per actor, as `rates` returns them for one code.
    highlight : sequence of str
        Actors to colour and name; all others are the background.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        With one error bar per actor, rank on the horizontal axis.

    Raises
    ------
    InputError
        If an actor to highlight has no row.

    Examples
    --------
    >>> table = pd.DataFrame({"actor": ["PRK", "FRA"], "rate": [2.0, 1.0], "low": [1.0, 0.5], "high": [3.0, 1.5],
    ...                       "n_documents": [33, 33]})
    >>> [text.get_text() for text in plot_ranks(table, ["PRK"]).texts]
    ['DPRK, rank 1 of 2']
    >>> plt.close("all")
    """
    absent = sorted(set(highlight) - set(table["actor"]))
    if absent:
        raise InputError(f"highlight names {', '.join(absent)}, who has no row in the table; legal: its actors")
    ax = ax or plt.figure().subplots()
    ranked = table.sort_values(["rate", "actor"], ascending=[False, True], ignore_index=True)
    ranked["rank"] = ranked.index + 1
    background = ranked[~ranked["actor"].isin(highlight)]
    _ranges(ax, background["rank"], background, color=BACKGROUND, marker=".", markersize=2, elinewidth=0.5)
    for actor in highlight:
        row = ranked[ranked["actor"] == actor]
        _ranges(ax, row["rank"], row, color=colour_of(actor), marker=marker_of(actor), markersize=5.5, elinewidth=1.4)
        rank, rate, high = row[["rank", "rate", "high"]].iloc[0]
        ax.annotate(
            f"{name_of(actor)}, rank {rank:.0f} of {len(ranked)}",
            (rank, np.nanmax([rate, high])),
            xytext=(4, 5),
            textcoords="offset points",
            color=ink_of(actor),
            weight="bold",
        )
    ax.set_xlim(-1, len(ranked) + 2)
    ax.set_ylim(0, 1.12 * np.nanmax(ranked[["rate", "high"]]))
    return ax


def plot_ranges(table: pd.DataFrame, rows: Sequence[str], *, column: str = "code", ax: Axes | None = None) -> Axes:
    """Rates with intervals, a row per code (or another column) and a mark per actor.

    Parameters
    ----------
    table : DataFrame
        `actor`, `rate`, `low`, `high` and `column`.
    rows : sequence of str
        The values of `column`, from top to bottom.
    column : str, default "code"
        What the rows are.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        With one error bar container per actor, in the table's order of actors.

    Examples
    --------
    >>> table = pd.DataFrame({"actor": ["PRK", "USA"], "code": "label", "rate": [2.0, 1.0], "low": [1.0, 0.5],
    ...                       "high": [3.0, 1.5]})
    >>> len(plot_ranges(table, ["label"]).containers)
    2
    >>> plt.close("all")
    """
    ax = ax or plt.figure().subplots()
    actors = list(dict.fromkeys(table["actor"]))
    height = {name: -position for position, name in enumerate(rows)}
    for number, actor in enumerate(actors):
        own = table[(table["actor"] == actor) & table[column].isin(rows)]
        offset = 0.22 * ((len(actors) - 1) / 2 - number)
        _ranges(ax, own[column].map(height).astype(float) + offset, own, horizontal=True, color=colour_of(actor),
                marker=marker_of(actor), markersize=4, elinewidth=1.2, label=name_of(actor))  # fmt: skip
    ax.set_yticks(list(height.values()), [_label(name) for name in height])
    ax.set_ylim(-len(rows) + 0.4, 0.6)
    reach = np.nanmax(table[["rate", "high"]])
    ax.set_xlim(-0.02 * reach, 1.04 * reach)
    ax.grid(axis="x")
    return ax


def plot_trend(table: pd.DataFrame, actor: str, *, ax: Axes | None = None) -> Axes:
    """One actor's rate over time: yearly points, the moving rate with its band.

    Parameters
    ----------
    table : DataFrame
        `actor`, `year`, `yearly` (the year's own rate, NaN without a speech), `rate`, `low`, `high` (of the window
        around the year).
    actor : str
        Whose rows to draw.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        With a band, a line that breaks where a window has no interval, and the yearly points.

    Examples
    --------
    >>> table = pd.DataFrame({"actor": "USA", "year": [2000, 2001], "yearly": [1.0, 2.0], "rate": [1.5, 1.5],
    ...                       "low": [1.0, 1.0], "high": [2.0, 2.0]})
    >>> len(plot_trend(table, "USA").lines)
    2
    >>> plt.close("all")
    """
    ax = ax or plt.figure().subplots()
    own = table[table["actor"] == actor].sort_values("year")
    ax.fill_between(own["year"], own["low"], own["high"], color=colour_of(actor), alpha=0.25, linewidth=0)
    ax.plot(own["year"], own["rate"], color=colour_of(actor))
    ax.plot(own["year"], own["yearly"], linestyle="", marker=marker_of(actor), markersize=2.5, color=ink_of(actor))
    return ax


def _label(name: str) -> str:
    """A code's name as it is written: self-defence, territorial integrity."""
    return name.replace("non_", "non-").replace("self_", "self-").replace("_", " ")


def _ranges(ax: Axes, place: pd.Series, table: pd.DataFrame, *, horizontal: bool = False, **looks: object) -> None:
    """Points with intervals; a rate of zero keeps its upper limit, a missing interval its point."""
    below = (table["rate"] - table["low"]).clip(lower=0).fillna(0)
    above = (table["high"] - table["rate"]).clip(lower=0).fillna(0)
    points = (table["rate"], place) if horizontal else (place, table["rate"])
    ax.errorbar(*points, **{"xerr" if horizontal else "yerr": [below, above]}, linestyle="", **looks)
