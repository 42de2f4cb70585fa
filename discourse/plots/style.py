"""One look for all charts: print widths, one colour, marker and name for each actor.

The three colours are Tol's high-contrast set (Tol 2021, "Colour schemes", SRON technical note): they differ in
lightness, so that they print in grey, and under the three common forms of colour blindness. Colour never stands alone:
each actor has a marker too. Yellow is too light for text, hence the darker tone for labels.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl

__all__ = ["ACTORS", "BACKGROUND", "COLUMN", "PAGE", "colour_of", "ink_of", "marker_of", "name_of", "style"]

COLUMN = 89 / 25.4
PAGE = 183 / 25.4
BACKGROUND = "#B8B8B8"
_STYLE = Path(__file__).with_name("discourse.mplstyle")

# actor: name, colour, tone for text, marker
ACTORS = {
    "PRK": ("DPRK", "#BB5566", "#A03F50", "o"),
    "RUS": ("Russia", "#DDAA33", "#8A6508", "s"),
    "SUN": ("USSR", "#DDAA33", "#8A6508", "P"),
    "USA": ("United States", "#004488", "#004488", "^"),
}
_OTHERS = ("#555555", "#888888", "#222222", "#AAAAAA")


def name_of(actor: str) -> str:
    """The actor's name on a chart; its own code where it has no other."""
    return ACTORS[actor][0] if actor in ACTORS else actor


def colour_of(actor: str) -> str:
    """The actor's colour; a grey, the same for the same name, where it has none."""
    return ACTORS[actor][1] if actor in ACTORS else _OTHERS[sum(map(ord, actor)) % len(_OTHERS)]


def ink_of(actor: str) -> str:
    """The tone of the actor's colour that can be read as text on white."""
    return ACTORS[actor][2] if actor in ACTORS else "#333333"


def marker_of(actor: str) -> str:
    """The actor's marker."""
    return ACTORS[actor][3] if actor in ACTORS else "D"


@contextmanager
def style() -> Iterator[None]:
    """Draw in the project's style, and leave matplotlib's settings as they were.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> with style():
    ...     axes = plt.figure().subplots()
    >>> plt.close("all")
    """
    with mpl.rc_context(fname=_STYLE):
        yield
