"""Which kind of sovereignty each state invokes, and whose.

Left: sentences with each sovereignty code per 10,000 words; right: sentences with any sovereignty code about
the speaker's own sovereignty, that of another named state or people, or that of all states. UN General Debate
1991-2023. Points: ratio of sentences to words over speeches; bars: 95 % intervals from 2,000 bootstrap draws of
speeches; an arrow-less bar from zero is the upper limit of a code that no speech has. Measured by rules, not
corrected for coder error (provisional). Data: UN General Debate Corpus V13.

Alt: Two panels of dots with intervals, one colour and marker each for the DPRK, Russia and the United States;
nine codes on the left, three referents on the right.
"""

import matplotlib.pyplot as plt
import pandas as pd
from build import build

import discourse
from discourse.coding.codes import SOVEREIGNTY
from discourse.plots.rates import plot_ranges
from discourse.plots.style import PAGE, name_of

TRIO = ["PRK", "RUS", "USA"]
REFERENTS = {"self": "the speaker's own", "other": "another's", "all": "every state's"}


def compute():
    documents = discourse.load_dataset("documents").query(
        "source == 'un_general_debate' and 1991 <= date.dt.year <= 2023 and actor in @TRIO"
    )
    spans = discourse.load_dataset("spans")
    kinds = discourse.rates(spans, documents, by="actor").query("code in @SOVEREIGNTY").assign(panel="code")
    whose = [
        discourse.rates(spans[spans["referent"] == referent], documents, by="actor")
        .query("construct == 'sovereignty' and code == 'any'")
        .assign(panel="referent", code=label)
        for referent, label in REFERENTS.items()
    ]
    return pd.concat([kinds, *whose])


def draw(table):
    figure = plt.figure(figsize=(PAGE, 3.2))
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    plot_ranges(table[table["panel"] == "code"], SOVEREIGNTY, ax=left)
    plot_ranges(table[table["panel"] == "referent"], list(REFERENTS.values()), ax=right)
    n = table.drop_duplicates("actor").set_index("actor")["n_documents"]
    left.set_title("Which kind (" + ", ".join(f"{name_of(actor)} n = {n[actor]}" for actor in TRIO) + ")")
    right.set_title("Whose (same speeches)")
    for ax in (left, right):
        ax.set_xlabel("sentences per 10,000 words")
    left.legend(loc="lower right")
    return figure


if __name__ == "__main__":
    build(__name__)
