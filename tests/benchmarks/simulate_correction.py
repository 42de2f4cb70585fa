"""Does correction work? Two states say the same as often; the rules find 90 % of what one says and 70 % of the other's.

Draws worlds in which that is so, a stratified sheet from each, and counts how often naive and corrected 95 % intervals
hold the true rates and the true difference of 0. Prints a table: ``python tests/benchmarks/simulate_correction.py``.
"""

import sys

import numpy as np
import pandas as pd

from discourse.validate.correct import correct, correct_contrast
from discourse.validate.sheet import SHARES

METHODS = ("dsl", "ppi", "horvitz_thompson", "rogan_gladen")
RECALL = {"AVR": 0.9, "BEL": 0.7}
SHARE = {"y": 0.06, "z": 0.04}
WORDS = 25
FALSE, NEAR = 0.005, 0.01
STATES = ("rule_plus", "near_miss", "rule_minus")


def world(rng, n_documents=800, overdispersion=0.5):
    """Draw documents of two actors, what they say (truth) and what the rules find; returns documents, spans, sentences.

    Code y is found with the actor's recall, z with .8 in both; a third of what is missed, and one sentence in a hundred
    of the others, holds a cue that is not own; one in two hundred is found wrongly.
    """
    sizes = rng.negative_binomial(4, 4 / 44, 2 * n_documents) + 1
    actor = np.repeat(list(RECALL), n_documents)
    document = np.repeat(np.arange(len(sizes)), sizes)
    bursts = rng.gamma(1 / overdispersion, overdispersion, len(sizes)) if overdispersion else np.ones(len(sizes))
    frame = pd.DataFrame({"row": document, "sentence": np.arange(len(document)) - (sizes.cumsum() - sizes)[document]})
    for code, share in SHARE.items():
        truth = rng.random(len(frame)) < np.minimum(share * bursts, 1)[document]
        recall = np.array([RECALL[name] for name in actor])[document] if code == "y" else 0.8
        found = np.where(truth, rng.random(len(frame)) < recall, rng.random(len(frame)) < FALSE)
        near = ~found & (rng.random(len(frame)) < np.where(truth, 1 / 3, NEAR))
        frame = frame.assign(**{code: truth, f"found_{code}": found, f"near_{code}": near})
    names = np.array([f"d{number:05d}" for number in range(len(sizes))])
    documents = pd.DataFrame({"doc_id": names, "actor": actor, "n_words": WORDS * sizes, "n_sentences": sizes})
    frame = frame.assign(doc_id=names[document], actor=actor[document])
    parts = [
        frame.loc[frame[f"{kind}_{code}"], ["doc_id", "sentence"]].assign(own=kind == "found", construct="x", code=code)
        for code in SHARE
        for kind in ("found", "near")
    ]
    spans = pd.concat(parts, ignore_index=True)
    spans.attrs["codes"] = {"x": list(SHARE)}
    return documents, spans, frame


def draw(rng, frame, n=600, strata=True):
    """Draw a sheet: n sentences per actor, half of them found, a quarter near misses; or a simple random sample."""
    own, near = (frame[[f"{kind}_{code}" for code in SHARE]].any(axis=1) for kind in ("found", "near"))
    state = np.where(own, STATES[0], np.where(near, STATES[1], STATES[2]))
    frame = frame.assign(stratum=frame["actor"] + (": " + state if strata else ""))
    parts = []
    for name, stratum in frame.groupby("stratum"):
        share = SHARES[name.split(": ")[1]] if strata else 1
        size = min(len(stratum), int(n * share))
        chosen = stratum.iloc[rng.choice(len(stratum), size, replace=False)]
        parts.append(chosen.assign(probability=size / len(stratum)))
    drawn = pd.concat(parts, ignore_index=True)
    codes = [" ".join(code for code in SHARE if row[code]) for row in drawn[list(SHARE)].to_dict("records")]
    return drawn[["doc_id", "sentence", "stratum", "probability"]].assign(start=0, end=1, codes=codes)


def coverage(n_worlds, *, methods=METHODS, n=600, strata=True, each=False, n_boot=400, **settings):
    """Return per method how often intervals hold the true difference, and with `each` the true rate of either actor."""
    rng = np.random.default_rng(1)
    rows = []
    for _ in range(n_worlds):
        documents, spans, frame = world(rng, **settings)
        sheet = draw(rng, frame, n, strata)
        for method in methods:
            parts = {0.0: correct_contrast(spans, documents, sheet, method=method, n_boot=n_boot)}
            if each:
                parts[SHARE["y"] / WORDS * 10_000] = correct(spans, documents, sheet, method=method, n_boot=n_boot)
            for truth, table in parts.items():
                table = table[table["code"] == "y"]
                rows.append(
                    pd.DataFrame(
                        {
                            "method": method,
                            "of": table.get("actor", "difference"),
                            "corrected": table["low"].le(truth) & table["high"].ge(truth),
                            "naive": table["naive_low"].le(truth) & table["naive_high"].ge(truth),
                            "bias": table["estimate"] - truth,
                            "naive bias": table["naive"] - truth,
                            "width": table["high"] - table["low"],
                        }
                    )
                )
    return pd.concat(rows).groupby(["method", "of"], sort=False).mean()


def main(n_worlds):
    """Print coverage, bias and width in four settings."""
    settings = {
        "600 sentences per actor, by what the rules found": {},
        "600 sentences per actor, simple random": {"strata": False},
        "1,200 sentences per actor, by what the rules found": {"n": 1200},
        "600, and bursts of overdispersion 2": {"overdispersion": 2.0},
        "600, from 100 documents per actor": {"n_documents": 100},
    }
    for title, setting in settings.items():
        print(f"\n{title}; {n_worlds} worlds; recall {RECALL}, equal truth")
        print(coverage(n_worlds, each=True, **setting).round(3).to_string())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
