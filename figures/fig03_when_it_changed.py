"""When sovereignty framing changed, 1946-2023.

Sentences with any sovereignty code per 10,000 words in the UN General Debate: each year's speech (marks), and
the rate over a moving window of five years with its 95 % interval from 1,000 bootstrap draws of speeches (line
and band); a window needs three speeches. Grey: the same for all other states together. The USSR (to 1991)
stands apart from Russia; there is no Soviet speech in 1970, and the DPRK speaks from 1991. 2024 is left out
because many of its texts, Russia's among them, are machine transcripts. Measured by rules, not corrected for
coder error (provisional). Data: UN General Debate Corpus V13.

Alt: Three panels over the years with yearly marks, a line and a band, for the DPRK, for the USSR and Russia,
and for the United States, each over the grey line of all other states.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from build import build

import discourse
from discourse.plots.rates import plot_trend
from discourse.plots.style import BACKGROUND, PAGE, name_of

PANELS = [["PRK"], ["SUN", "RUS"], ["USA"]]
WINDOW = 5


def compute():
    documents = discourse.load_dataset("documents").query("source == 'un_general_debate' and date.dt.year <= 2023")
    spans = discourse.load_dataset("spans").query("construct == 'sovereignty'")
    known = sum(PANELS, [])
    documents = documents.assign(
        actor=documents["actor"].where(documents["actor"].isin(known), "others"), year=documents["date"].dt.year
    )
    yearly = _any(discourse.rates(spans, documents, by=["actor", "year"], n_boot=100))
    rows = [yearly.set_index(["actor", "year"])["rate"].rename("yearly")]
    moving = []
    for year in range(documents["year"].min(), 2024):
        window = documents[(documents["year"] - year).abs() <= WINDOW // 2]
        rates = _any(discourse.rates(spans, window, by="actor", n_boot=1000))
        moving.append(rates[rates["n_documents"] >= 3].assign(year=year))
    moving = pd.concat(moving).set_index(["actor", "year"])[["n_documents", "rate", "low", "high"]]
    return moving.join(rows, how="left").reset_index().sort_values(["actor", "year"])


def _any(table):
    return table.query("construct == 'sovereignty' and code == 'any'")


def draw(table):
    figure = plt.figure(figsize=(PAGE, 2.6))
    others = table[table["actor"] == "others"]
    for ax, actors in zip(figure.subplots(1, 3, sharey=True), PANELS, strict=True):
        ax.plot(others["year"], others["rate"], color=BACKGROUND, zorder=0)
        for actor in actors:
            plot_trend(table, actor, ax=ax)
        n = [f"{name_of(actor)}, n = {table.query('actor == @actor')['yearly'].count()}" for actor in actors]
        ax.set_title("; ".join(n))
        ax.set_xlim(1945, 2024)
        ax.set_ylim(0, np.nanmax(table["yearly"][table["actor"] != "others"]) * 1.05)
    figure.axes[0].set_ylabel("sentences per 10,000 words")
    figure.axes[0].annotate("all others", (1975, others["rate"].max()), color="#666666", xytext=(0, 8),
                            textcoords="offset points")  # fmt: skip
    return figure


if __name__ == "__main__":
    build(__name__)
