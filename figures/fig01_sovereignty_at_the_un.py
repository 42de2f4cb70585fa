"""The DPRK leads all states in sovereignty framing at the United Nations.

Sentences with at least one sovereignty code per 10,000 words, UN General Debate 1991-2023, every state with at
least ten speeches, in order of rank. Points: ratio of sentences to words over a state's speeches; bars: 95 %
intervals from 2,000 bootstrap draws of speeches. Grey: all other states. Measured by rules, not corrected for
coder error (provisional). Data: UN General Debate Corpus V13.

Alt: Rates of some two hundred states in descending order with intervals; the DPRK, Russia and the United States
are named with their ranks.
"""

import matplotlib.pyplot as plt
from build import build

import discourse
from discourse.plots.rates import plot_ranks
from discourse.plots.style import PAGE

TRIO = ["PRK", "RUS", "USA"]


def compute():
    documents = discourse.load_dataset("documents").query(
        "source == 'un_general_debate' and 1991 <= date.dt.year <= 2023"
    )
    table = discourse.rates(discourse.load_dataset("spans"), documents, by="actor")
    return table.query("construct == 'sovereignty' and code == 'any' and n_documents >= 10")


def draw(table):
    figure = plt.figure(figsize=(PAGE, 2.9))
    ax = plot_ranks(table, TRIO, ax=figure.subplots())
    ax.set_xlabel("rank among states")
    ax.set_ylabel("sentences per 10,000 words")
    n = ", ".join(f"{row.actor} {row.n_documents}" for row in table.itertuples() if row.actor in TRIO)
    ax.set_title(f"Any sovereignty code, 1991-2023 (speeches: {n}; {table['n_documents'].sum():,} in all)")
    return figure


if __name__ == "__main__":
    build(__name__)
