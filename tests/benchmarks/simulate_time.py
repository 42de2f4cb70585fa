"""Do the tests and intervals on rates, time and association hold what they say, for bursty counts?

Draws worlds without any difference - 40 and 40, or 25 and 100 documents, one hit per document of mean length, counts
with overdispersion 0, 0.5 or 2 - and prints how often each p lies below .05 and how often each 95 % interval holds the
truth. G2 on pooled words stands beside them. ``python tests/benchmarks/simulate_time.py [worlds]``.
"""

import sys
import zlib

import numpy as np
import pandas as pd
from scipy import stats

from discourse.compare.breaks import break_test
from discourse.compare.change_points import change_points
from discourse.compare.contrast import contrast
from discourse.compare.cooccurrence import cooccurrence
from discourse.compare.events import event_window
from discourse.compare.rate_ratio import rate_ratio
from discourse.compare.regression import rate_regression
from discourse.compare.trends import trend
from discourse.compare.weighted import weighted_contrast
from discourse.compare.world import world_difference, world_rank

SIZES = ((40, 40), (25, 100))
OVERDISPERSION = (0.0, 0.5, 2.0)
MEAN_WORDS = 2500
FIRST = 1961
CODES = {"contested_claims": ["label"]}


def bursts(rng, size, overdispersion):
    """Gamma factors of mean 1."""
    return rng.gamma(1 / overdispersion, overdispersion, size) if overdispersion else np.ones(size)


def actor(rng, name, size, overdispersion, mean=1.0):
    """Documents of one actor: lengths log-normal, one a year, with counts in column `y`."""
    words = np.round(np.exp(rng.normal(np.log(MEAN_WORDS), 0.4, size))).astype(int)
    hits = rng.poisson(mean * words / MEAN_WORDS * bursts(rng, size, overdispersion))
    ids = [f"{name}{i:04d}" for i in range(size)]
    years = [str(FIRST + i % 60) for i in range(size)]
    return pd.DataFrame({"doc_id": ids, "actor": name, "n_words": words, "y": hits, "date": years})


def spans_of(documents):
    """Spans whose sentences are the counts of column `y`."""
    places = [(row.doc_id, s) for row in documents.itertuples() for s in range(row.y)]
    spans = pd.DataFrame(places, columns=["doc_id", "sentence"]).astype({"doc_id": "str", "sentence": "int64"})
    spans = spans.assign(own=True, construct="contested_claims", code="label")
    spans.attrs["codes"] = CODES
    return spans


def holds(table, truth, low="low", high="high"):
    return (table[low].le(truth) & table[high].ge(truth)).tolist()


def pooled_g2(documents):
    """p of the log-likelihood ratio on pooled words, as corpus tools report it."""
    summed = documents.groupby("actor")[["y", "n_words"]].sum()
    cells = np.column_stack([summed["y"], summed["n_words"] - summed["y"]])
    if not summed["y"].all():
        return 1.0
    return stats.chi2_contingency(cells, correction=False, lambda_="log-likelihood").pvalue


def two_groups(rng, sizes, overdispersion):
    """Everything that compares two groups; returns {(what, "p" or "interval"): [outcomes]}."""
    documents = pd.concat([actor(rng, name, size, overdispersion) for name, size in zip("AB", sizes, strict=True)])
    documents = documents.reset_index(drop=True)
    spans = spans_of(documents)
    bare = documents.drop(columns="date")
    tested = contrast(spans, bare, n_boot=200, n_permutations=199).tail(1)
    weighted = documents.assign(weight=1.0, stratum=np.arange(len(documents)) % 3)
    weights = weighted.groupby(["stratum", "actor"])["doc_id"].transform("size")
    weighted["weight"] = np.where(weighted["actor"] == "A", 1.0, 1 / weights)
    matched = weighted_contrast(spans, weighted, "A", n_permutations=199).tail(1)
    found = {
        ("G2, pooled words", "p"): [pooled_g2(documents) < 0.05],
        ("contrast", "p"): (tested["p"] < 0.05).tolist(),
        ("contrast", "interval"): holds(tested, 0),
        ("weighted_contrast", "p"): (matched["p"] < 0.05).tolist(),
        ("weighted_contrast", "interval"): holds(matched, 0),
    }
    ratio = rate_ratio(spans, documents, n_draws=2000).tail(1)
    found |= {
        ("rate_ratio, ratio", "interval"): holds(ratio, 1, "ratio_low", "ratio_high"),
        ("rate_ratio, difference", "interval"): holds(ratio, 0),
    }
    if documents.groupby("actor")["y"].sum().all():
        fitted = rate_regression(None, documents, "y")
        found |= {
            ("rate_regression", "p"): (fitted["p"] < 0.05).tolist(),
            ("rate_regression", "interval"): holds(fitted, 1),
        }
    return found


def periods(rng, sizes, overdispersion):
    """Everything that compares years; the numbers of documents are those before and after 40 or 25 years."""
    before, after = sizes
    documents = actor(rng, "A", before + after, overdispersion)
    documents["date"] = [str(1900 + i) for i in range(len(documents))]
    tested = break_test(None, documents, "y", [1900 + before], n_draws=499)
    searched = change_points(None, documents, "y", n_draws=199)
    followed = trend(None, documents, "y", per=MEAN_WORDS)
    band = holds(followed, 1, "band_low", "band_high")
    found = {
        ("break_test", "p"): (tested["p"] < 0.05).tolist(),
        ("break_test", "interval"): holds(tested, 1),
        ("change_points", "p"): [searched["p"][0] < 0.05],
        ("trend", "interval"): holds(followed, 1),
        ("trend, band of all years", "interval"): [all(band)],
    }
    changed = documents.assign(y=np.where(np.arange(len(documents)) < before, documents["y"], 0))
    changed.loc[before:, "y"] = actor(rng, "A", after, overdispersion, mean=6.0)["y"].to_numpy()
    placed = change_points(None, changed, "y", n_draws=100)
    if len(placed) == 1 and placed["change_year"].notna()[0]:
        found["change_points, place (sixfold rate)", "interval"] = holds(placed, 1900 + before)
    return found


def events(rng, sizes, overdispersion):
    """Placebo dates in a daily corpus as long as four times the documents."""
    days = pd.date_range("2020-01-01", periods=4 * sum(sizes))
    documents = actor(rng, "A", len(days), overdispersion).assign(date=days)
    chosen = np.sort(rng.choice(np.arange(20, len(days) - 20), 2, replace=False))
    tested = event_window(None, documents, "y", days[chosen], days=7, n_draws=199)
    return {
        ("event_window, each", "p"): (tested["p"][:2] < 0.05).tolist(),
        ("event_window, together", "p"): (tested["p"][2:] < 0.05).tolist(),
    }


def states(rng, sizes, overdispersion):
    """Ranks and yearly differences of ten states of different rates, and a change that all share."""
    true = np.geomspace(3, 1 / 3, 10)
    parts = [actor(rng, f"S{i}", sizes[0], overdispersion, mean) for i, mean in enumerate(true)]
    world = pd.concat(parts, ignore_index=True)
    ranked = world_rank(None, world, "y", n_draws=400, per=MEAN_WORDS).sort_values("actor")
    place = np.arange(1, 11)
    gap = true - (true.sum() - true) / 9
    yearly = world_difference(None, world, "y", per=MEAN_WORDS)
    truth = yearly["actor"].map(dict(zip(ranked["actor"], gap, strict=True)))
    net = break_test(None, world, "y", [FIRST + sizes[0] // 2], world=world, n_draws=499)
    return {
        ("world_rank, rank", "interval"): (ranked["rank_low"].le(place) & ranked["rank_high"].ge(place)).tolist(),
        ("world_rank, difference", "interval"): holds(ranked, gap),
        ("world_difference", "interval"): holds(yearly, truth),
        ("break_test, net of the world", "p"): (net["p"] < 0.05).tolist(),
        ("break_test, net of the world", "interval"): holds(net, 1),
    }


def together(rng, sizes, overdispersion):
    """Two codes, bursty within documents (a mark is followed by another) and between them, unrelated within them."""
    rows, lengths = [], {}
    for i in range(sum(sizes) // 2):
        name, length = f"d{i:04d}", int(rng.integers(40, 120))
        lengths[name] = length
        for code, factor in zip(("limit", "denial"), bursts(rng, 2, overdispersion), strict=True):
            for begin in rng.integers(0, length, rng.poisson(2 * factor)):
                rows += [(name, int(begin + step) % length, code) for step in range(rng.geometric(0.6))]
    spans = pd.DataFrame(rows, columns=["doc_id", "sentence", "code"]).assign(own=True)
    spans["construct"] = spans["code"].map({"limit": "sovereignty", "denial": "contested_claims"})
    documents = pd.DataFrame({"doc_id": list(lengths), "actor": "A", "n_sentences": list(lengths.values())})
    table = cooccurrence(spans, documents, "limit", "denial", max_distance=3, n_draws=199)
    return {
        ("cooccurrence, each distance", "p"): (table["p"] < 0.05).tolist(),
        ("cooccurrence, joint", "p"): [table["p_joint"][0] < 0.05],
        ("cooccurrence, lift", "interval"): holds(table, 1),
    }


WORLDS = (two_groups, periods, events, states, together)


def simulate(n_worlds, *, worlds=WORLDS, sizes=SIZES, overdispersion=OVERDISPERSION):
    """Return the share of false alarms (p) and of truths held (interval) for every measure and setting."""
    rows = []
    for size in sizes:
        for spread in overdispersion:
            for world in worlds:
                rng = np.random.default_rng([zlib.crc32(world.__name__.encode()), *size, int(10 * spread)])
                for number in range(n_worlds if world is not states else max(1, n_worlds // 10)):
                    for (measure, kind), outcomes in world(rng, size, spread).items():
                        rows.append((measure, kind, f"{size[0]}/{size[1]}", spread, number, np.mean(outcomes)))
    frame = pd.DataFrame(rows, columns=["measure", "kind", "documents", "overdispersion", "world", "share"])
    keys = ["measure", "kind", "documents", "overdispersion"]
    return frame.groupby(keys, sort=False)["share"].agg(["mean", "sem", "size"]).reset_index()


def main(n_worlds):
    """Print both tables, a column per setting."""
    table = simulate(n_worlds)
    for kind, title in (
        ("p", "share of p below .05 (should be .05)"),
        ("interval", "share of truths held (.92 or more)"),
    ):
        shown = table[table["kind"] == kind].pivot_table(
            index="measure", columns=["documents", "overdispersion"], values="mean", sort=False
        )
        print(f"\n{title}; {n_worlds} worlds per setting\n{shown.round(3).to_string()}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
