"""How each state treats contested claims, by venue: described, not tested.

Sentences with each code of contested claims per 10,000 words. The venues differ in who speaks, to whom and in
which years (printed above each panel), so differences between panels are differences of venue as much as of
state and carry no test. Points: ratio of sentences to words; bars: 95 % intervals from 2,000 bootstrap draws of
statements or turns. Measured by rules, not corrected for coder error (provisional). Data: UN General Debate
Corpus V13; KCNA in English; transcripts of en.kremlin.ru (turns of the Russian speaker); White House press
briefings (officials' turns).

Alt: Four panels of dots with intervals for eight codes: the three states at the United Nations, KCNA, the
Kremlin, and the White House.
"""

import matplotlib.pyplot as plt
import pandas as pd
from build import build

import discourse
from discourse.coding.codes import CONTESTED_CLAIMS
from discourse.plots.rates import plot_ranges
from discourse.plots.style import PAGE

TRIO = ["PRK", "RUS", "USA"]
PANELS = {
    "UN General Debate": "source == 'un_general_debate' and 1991 <= date.dt.year <= 2023 and actor in @TRIO",
    "KCNA": "source == 'kcna'",
    "Kremlin transcripts": "source == 'kremlin' and venue == 'transcript'",
    "White House briefings": "source == 'white_house' and venue == 'press_briefing'",
}


def compute():
    spans = discourse.load_dataset("spans").query("construct == 'contested_claims'")
    every = discourse.load_dataset("documents")
    parts = []
    for panel, condition in PANELS.items():
        documents = every.query(condition)
        years = documents["date"].dt.year
        table = discourse.rates(spans, documents, by="actor").query("code in @CONTESTED_CLAIMS")
        parts.append(table.assign(panel=panel, first=years.min(), last=years.max(), n=len(documents)))
    return pd.concat(parts)


def draw(table):
    figure = plt.figure(figsize=(PAGE, 3.2))
    for ax, panel in zip(figure.subplots(1, len(PANELS), sharey=True, sharex=True), PANELS, strict=True):
        part = table[table["panel"] == panel]
        plot_ranges(part, CONTESTED_CLAIMS, ax=ax)
        first, last, n = part[["first", "last", "n"]].iloc[0]
        ax.set_title(f"{panel}\n{first}-{last}, n = {n:,}")
    figure.supxlabel("sentences per 10,000 words", fontsize=7.5)
    reach = table["high"].max()
    figure.axes[0].set_xlim(-0.02 * reach, 1.04 * reach)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower right", ncols=3)
    return figure


if __name__ == "__main__":
    build(__name__)
