import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from discourse.errors import InputError
from discourse.validate._found import find
from discourse.validate._labels import read_labels, take
from discourse.validate._prediction_powered import tune
from discourse.validate.correct import METHODS, correct, correct_contrast

SPEC = importlib.util.spec_from_file_location(
    "simulate_correction", Path(__file__).parents[1] / "benchmarks" / "simulate_correction.py"
)
simulation = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(simulation)


@pytest.fixture(scope="module")
def drawn():
    """A world of two actors, what the rules found in it, every sentence's truth, and a stratified sheet."""
    rng = np.random.default_rng(5)
    documents, spans, frame = simulation.world(rng, n_documents=60)
    return documents, spans, frame, simulation.draw(rng, frame, n=400)


def single(n=200, labelled=60, seed=2):
    """One actor, one sentence and ten words per document, a simple random sample; rules that miss and invent."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.3
    said = np.where(truth, rng.random(n) < 0.7, rng.random(n) < 0.1)
    names = np.array([f"d{number:03d}" for number in range(n)])
    documents = pd.DataFrame({"doc_id": names, "actor": "AVR", "n_words": 10, "n_sentences": 1})
    spans = pd.DataFrame({"doc_id": names[said], "sentence": 0, "own": True, "construct": "x", "code": "y"})
    spans.attrs["codes"] = {"x": ["y"]}
    chosen = np.sort(rng.choice(n, labelled, replace=False))
    sheet = pd.DataFrame({"doc_id": names[chosen], "sentence": 0, "start": 0, "end": 5, "stratum": "AVR"})
    sheet = sheet.assign(probability=labelled / n, codes=np.where(truth[chosen], "y", ""))
    return documents, spans, sheet, truth, said, chosen


def of(table, code="y", **where):
    for column, value in where.items():
        table = table[table[column] == value]
    return table[table["code"] == code].iloc[0]


def sentences(frame, sheet):
    """Every sentence with label and weight where it was drawn (probability missing where not)."""
    return frame.merge(sheet[["doc_id", "sentence", "probability"]], on=["doc_id", "sentence"], how="left")


def test_horvitz_thompson_is_the_weighted_sum(drawn):
    documents, spans, frame, sheet = drawn
    table = correct(spans, documents, sheet, method="horvitz_thompson", per=1000, n_boot=100)
    for actor, words in documents.groupby("actor")["n_words"].sum().items():
        labels = sentences(frame, sheet).query("actor == @actor and probability == probability")
        weighted = DescrStatsW(labels["y"].astype(float), weights=1 / labels["probability"])
        row = of(table, actor=actor)
        assert row["estimate"] == pytest.approx(1000 * weighted.sum / words)
        assert row["n_labelled"] == len(labels)
        assert row["naive"] == pytest.approx(1000 * frame.loc[frame["actor"] == actor, "found_y"].sum() / words)


def test_dsl_is_the_mean_of_the_pseudo_outcomes(drawn):
    """Egami et al., eq. for the design-adjusted outcome, sentence by sentence: f + R / pi * (Y - f)."""
    documents, spans, frame, sheet = drawn
    rows = sentences(frame, sheet)
    rows["fold"] = [hashlib.sha256(f"0 {name}".encode()).digest()[0] % 5 for name in rows["doc_id"]]
    for code, other in (("y", "z"), ("z", "y")):
        kinds = [rows[f"found_{code}"], rows[f"near_{code}"], rows[f"found_{other}"], rows[f"near_{other}"]]
        rows["kind"] = np.select(kinds, [4, 3, 2, 1], 0)
        labels = rows.dropna(subset="probability")
        prediction = pd.Series(0.0, index=rows.index)
        for (fold, kind), part in rows.groupby(["fold", "kind"]):
            others = labels[(labels["fold"] != fold) & (labels["kind"] == kind)]
            prediction[part.index] = (others[code].sum() + (kind == 4)) / (len(others) + 1)
        drawn_rows = rows["probability"].notna()
        pseudo = prediction + np.where(drawn_rows, (rows[code] - prediction) / rows["probability"], 0)
        expected = 1000 * pseudo.groupby(rows["actor"]).sum() / documents.groupby("actor")["n_words"].sum()
        table = correct(spans, documents, sheet, method="dsl", per=1000, n_boot=100)
        got = table[table["code"] == code].set_index("actor")["estimate"]
        assert got.to_dict() == pytest.approx(expected.to_dict())


def test_ppi_is_the_published_estimator_with_its_lambda():
    """Angelopoulos, Duchi and Zrnic 2023: mean of two samples, one labelled, one not."""
    documents, spans, sheet, truth, said, chosen = single()
    rest = np.setdiff1d(np.arange(len(truth)), chosen)
    y, f = truth[chosen].astype(float), said[chosen].astype(float)
    found = find(spans, documents)
    labels = read_labels(sheet, found, spans)
    group = type("Group", (), {"rows": np.arange(len(documents))})
    tuned = tune(take(found, labels, group, "AVR"), labels)[1]
    power = tuned * len(rest) / len(truth)
    expected = power * said[rest].mean() + (y - power * f).mean()
    row = of(correct(spans, documents, sheet, method="ppi", per=10, n_boot=100))
    assert row["estimate"] == pytest.approx(expected)
    best = np.cov(y, f)[0, 1] / f.var(ddof=1) / (1 + len(chosen) / len(rest))
    assert power == pytest.approx(best, rel=0.1)


def test_ppi_leans_on_good_rules_and_ignores_useless_ones():
    documents, spans, sheet, truth, said, chosen = single()
    blind = spans.assign(doc_id=np.roll(documents["doc_id"], 37)[said])
    blind.attrs = spans.attrs
    alone = of(correct(blind, documents, sheet, method="horvitz_thompson", n_boot=400))
    tuned = of(correct(blind, documents, sheet, method="ppi", n_boot=400))
    assert tuned["estimate"] == pytest.approx(alone["estimate"], rel=0.1)
    assert tuned["high"] - tuned["low"] < 1.05 * (alone["high"] - alone["low"])
    good = spans.iloc[:0].reindex(range(truth.sum()))
    good = good.assign(doc_id=documents["doc_id"][truth].to_numpy(), sentence=0, own=True, construct="x", code="y")
    good.attrs = spans.attrs
    for method in ("ppi", "dsl", "rogan_gladen"):
        row = of(correct(good, documents, sheet, method=method, n_boot=400))
        assert row["estimate"] == pytest.approx(row["naive"], rel=0.03)
        assert row["high"] - row["low"] < 0.9 * (alone["high"] - alone["low"])


def test_rogan_gladen_by_hand():
    documents, spans, sheet, truth, said, chosen = single()
    y, f = truth[chosen], said[chosen]
    sensitivity, specificity = (y & f).sum() / y.sum(), (~y & ~f).sum() / (~y).sum()
    expected = (said.mean() + specificity - 1) / (sensitivity + specificity - 1)
    row = of(correct(spans, documents, sheet, method="rogan_gladen", per=10))
    assert row["estimate"] == pytest.approx(expected)
    assert row["low"] < expected < row["high"]


def test_rogan_gladen_is_refused_where_it_would_divide_by_next_to_nothing(drawn):
    documents, spans, frame, sheet = drawn
    deaf = spans[(spans["code"] == "z") | ~spans["own"]].copy()
    deaf.attrs = spans.attrs
    sheet = sheet.assign(stratum="all")
    table = correct(deaf, documents, sheet, method="rogan_gladen", n_boot=100)
    assert table.loc[table["estimate"].isna(), "code"].tolist() == ["y", "y"]
    assert table.attrs["refused"][0] == {"actor": "AVR", "construct": "x", "code": "y"}
    contrast = correct_contrast(deaf, documents, sheet, method="rogan_gladen", n_boot=100)
    assert np.isnan(of(contrast)["estimate"])
    assert not of(contrast)["changed"]
    with pytest.raises(InputError, match="is unknown or below 0.3 for every group and code; legal here: dsl, ppi"):
        correct(deaf[deaf["code"] == "none"], documents, sheet, method="rogan_gladen", n_boot=100)


def test_the_interval_of_a_simple_sample_is_the_textbook_one():
    documents, spans, sheet, truth, _, chosen = single(n=2000, labelled=400)
    row = of(correct(spans, documents, sheet, method="horvitz_thompson", per=10))
    y = truth[chosen]
    reach = 1.96 * y.std(ddof=1) / np.sqrt(len(y))
    assert (row["high"] - row["low"]) / 2 == pytest.approx(reach, rel=0.07)
    assert (row["high"] + row["low"]) / 2 == pytest.approx(y.mean(), rel=0.03)


def test_labels_of_one_document_count_as_one_cluster():
    """The same sentences in fewer, longer documents that are alike inside: the interval must widen."""
    documents, spans, sheet, *_ = single(n=400, labelled=200)
    table = of(correct(spans, documents, sheet, method="dsl"))
    together = documents.iloc[:40].assign(n_words=100, n_sentences=10)

    def gathered(frame, order):
        place = frame["doc_id"].map(dict(zip(order, range(len(order)), strict=True)))
        names = together["doc_id"].to_numpy()[place // 10]
        return frame.assign(doc_id=names, sentence=place.to_numpy() % 10)

    order = sheet.sort_values("codes")["doc_id"].tolist()
    order += [name for name in documents["doc_id"] if name not in set(order)]
    wide = of(correct(gathered(spans, order), together, gathered(sheet, order), method="dsl"))
    assert wide["estimate"] == pytest.approx(table["estimate"], rel=0.05)
    assert wide["high"] - wide["low"] > 1.5 * (table["high"] - table["low"])


def test_what_nobody_found_has_an_upper_limit_by_jeffreys():
    documents, spans, sheet, *_ = single(n=2000, labelled=150)
    spans = spans.iloc[:0]
    spans.attrs["codes"] = {"x": ["y"]}
    for method in ("dsl", "ppi", "horvitz_thompson"):
        row = of(correct(spans, documents, sheet.assign(codes=""), method=method, per=10))
        assert row[["k", "estimate", "low"]].tolist() == [0, 0, 0]
        assert row["high"] == pytest.approx(stats.beta.ppf(0.975, 0.5, 150.5), rel=0.12)


@given(st.integers(0, 10_000), st.sampled_from(["dsl", "ppi", "horvitz_thompson"]), st.booleans())
@settings(deadline=None, max_examples=15)
def test_when_all_is_coded_the_estimate_is_the_truth(seed, method, strata):
    rng = np.random.default_rng(seed)
    documents, spans, frame = simulation.world(rng, n_documents=6)
    sheet = simulation.draw(rng, frame, n=10**6, strata=strata)
    table = correct(spans, documents, sheet, method=method, per=100, n_boot=100)
    assert (sheet["probability"] == 1).all()
    for row in table[table["code"] != "any"].itertuples():
        here = frame[frame["actor"] == row.actor]
        assert row.estimate == pytest.approx(100 * here[row.code].sum() / row.n_words, abs=1e-9)
        assert row.low <= row.estimate <= row.high


def test_rows_in_any_order_give_the_same_bytes_and_stay_as_they_were(drawn):
    documents, spans, _, sheet = drawn
    before = [one.copy() for one in (spans, documents, sheet)]
    for method in METHODS:
        table = correct(spans, documents, sheet, method=method, n_boot=100)
        mixed = [one.sample(frac=1, random_state=3) for one in (spans, documents)]
        mixed[0].attrs = spans.attrs
        pd.testing.assert_frame_equal(table, correct(*mixed, sheet, method=method, n_boot=100), check_exact=True)
    for one, other in zip((spans, documents, sheet), before, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_columns_attributes_and_who_coded(drawn):
    documents, spans, _, sheet = drawn
    table = correct(spans, documents, sheet, n_boot=100)
    assert table.columns.tolist() == [
        "actor", "construct", "code", "n_documents", "n_hit", "n_words", "k", "n_spans", "method", "estimate", "low",
        "high", "naive", "naive_low", "naive_high", "n_labelled", "provisional",
    ]  # fmt: skip
    assert table["provisional"].all()
    assert table.attrs["method"] == "dsl"
    assert table.attrs["gold_status"] == "not stated"
    gold = sheet.copy()
    gold.attrs["gold_status"] = "two human coders"
    assert not correct(spans, documents, gold, n_boot=100)["provisional"].any()
    assert not correct_contrast(spans, documents, gold, n_boot=100)["provisional"].any()


def test_no_group_a_further_group_and_texts_instead_of_numbers(drawn):
    documents, spans, frame, sheet = drawn
    whole = of(correct(spans, documents, sheet, by=[], per=1000, n_boot=100))
    parts = correct(spans, documents, sheet, per=1000, n_boot=100, method="horvitz_thompson")
    shares = documents.groupby("actor")["n_words"].sum() / documents["n_words"].sum()
    mean = sum(of(parts, actor=actor)["estimate"] * share for actor, share in shares.items())
    assert whole["n_labelled"] == len(sheet)
    assert whole["estimate"] == pytest.approx(mean, rel=0.15)
    text = "It rained all day here. " * 40
    few = documents.iloc[[0]].assign(n_sentences=40, n_words=200)
    own = spans[(spans["doc_id"] == few["doc_id"].iloc[0]) & (spans["sentence"] < 40)]
    own.attrs = spans.attrs
    coded = frame[(frame["doc_id"] == few["doc_id"].iloc[0]) & (frame["sentence"] < 40)]
    labels = pd.DataFrame({"sentence": range(40), "doc_id": few["doc_id"].iloc[0], "start": 0, "end": 1})
    labels = labels.assign(stratum="s", probability=1.0, codes=["y"] * 3 + [""] * 37)
    read = few.drop(columns=["n_words", "n_sentences"]).assign(text=text)
    row = of(correct(own, read, labels, n_boot=100, per=200))
    assert len(coded) <= 40
    assert row["estimate"] == pytest.approx(3)
    assert np.isnan(row["low"])
    assert row["estimate"] == of(correct(own, few, labels, n_boot=100, per=200))["estimate"]


def test_strata_without_near_misses_and_summaries():
    documents, spans, sheet, truth, said, _ = single()
    states = np.where(sheet["doc_id"].isin(spans["doc_id"]), "rule_plus", "rule_minus")
    stratified = sheet.assign(stratum=[f"AVR: {state}" for state in states])
    row = of(correct(spans, documents, stratified, method="horvitz_thompson", per=10))
    hit = stratified["codes"] == "y"
    means = hit.groupby(states).mean()
    assert row["estimate"] == pytest.approx(said.mean() * means["rule_plus"] + (1 - said.mean()) * means["rule_minus"])
    stance = spans.assign(construct="contested_claims", code="label")
    stance.attrs = {}
    table = correct(stance, documents, sheet.assign(codes=sheet["codes"].replace("y", "denial")), n_boot=100)
    assert of(table, "stance")["estimate"] == of(table[table["construct"] == "contested_claims"], "any")["estimate"] > 0
    assert of(table, "hedge")["estimate"] == 0


def test_the_contrast_is_that_of_the_rates(drawn):
    documents, spans, _, sheet = drawn
    rates = correct(spans, documents, sheet, n_boot=100)
    row, a, b = of(correct_contrast(spans, documents, sheet, n_boot=100)), *(of(rates, actor=x) for x in ("AVR", "BEL"))
    assert (row["group_a"], row["group_b"], row["n_labelled"]) == ("AVR", "BEL", len(sheet))
    assert row["estimate"] == pytest.approx(a["estimate"] - b["estimate"])
    assert row["naive"] == pytest.approx(a["naive"] - b["naive"])
    reach = np.hypot(a["estimate"] - a["low"], b["high"] - b["estimate"])
    assert row["low"] == pytest.approx(row["estimate"] - reach)
    turned = documents.assign(actor=documents["actor"].map({"AVR": "ZZZ", "BEL": "BEL"}))
    other = of(correct_contrast(spans, turned, sheet, n_boot=100))
    assert other["estimate"] == pytest.approx(-row["estimate"])
    halves = documents.assign(half=np.arange(len(documents)) % 2)
    assert of(correct_contrast(spans, halves, sheet, by=["actor", "half"], n_boot=100))["group_a"] == "AVR | 0"


def broken(sheet, **changes):
    return sheet.assign(**changes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"probability": None},
            "no probabilities, so its labels cannot say how frequent a code is; legal: a sheet drawn",
        ),
        ({"probability": 0.0}, "row 0, column 'probability': 0.0; legal: above 0, at most 1, or missing"),
        ({"codes": None}, "row 0, column 'codes': the sentence is not coded; legal: every sentence that has a probab"),
        ({"codes": "w"}, "sheet, row 0, column 'codes': a code is 'w'; legal: y, z"),
        ({"sentence": 10_000}, "column 'sentence': 10000 stands in the sheet before|10000 is more than the document"),
        ({"doc_id": "elsewhere"}, "no labelled sentence with a probability in AVR; legal: labels in every group"),
    ],
)
def test_sheets_that_cannot_be_used(drawn, change, message):
    documents, spans, _, sheet = drawn
    with pytest.raises(InputError, match=message):
        correct(spans, documents, sheet.assign(**change), n_boot=100)


def test_more_misuse_is_refused(drawn):
    documents, spans, _, sheet = drawn
    with pytest.raises(InputError, match="method is 'guess'; legal: dsl, ppi, horvitz_thompson, rogan_gladen"):
        correct(spans, documents, sheet, method="guess")
    with pytest.raises(InputError, match="sheet: column 'codes' is missing"):
        correct(spans, documents, sheet.drop(columns="codes"))
    with pytest.raises(InputError, match="no labelled sentence of the .* in state 'rule_minus' in AVR"):
        correct(spans, documents, sheet[~sheet["stratum"].str.endswith("minus")], n_boot=100)
    with pytest.raises(InputError, match=r"by is \[\], which makes 1 group; legal: columns that make two groups"):
        correct_contrast(spans, documents, sheet, by=[], n_boot=100)
    with pytest.raises(InputError, match="columns 'text' and 'n_sentences' are missing; legal: one of them"):
        correct(spans, documents.drop(columns="n_sentences"), sheet)
    with pytest.raises(InputError, match="column 'n_sentences' of 'd00000': -1; legal: a whole number from 0"):
        correct(spans, documents.assign(n_sentences=-1), sheet)
    with pytest.raises(InputError, match="spans: sentence .* of 'd.*', which has 1; legal: spans coded from these"):
        correct(spans, documents.assign(n_sentences=1), sheet)
    shifted = spans.assign(start=500, end=510)
    with pytest.raises(InputError, match="does not hold the span at 500 of sentence .* legal: sentences split as in"):
        correct(shifted, documents, sheet)


def test_rows_without_a_probability_are_left_out(drawn):
    documents, spans, _, sheet = drawn
    extra = sheet.iloc[:5].assign(sentence=lambda rows: rows["sentence"] + 1, probability=np.nan)
    more = pd.concat([sheet, extra], ignore_index=True)
    pd.testing.assert_frame_equal(
        correct(spans, documents, sheet, n_boot=100), correct(spans, documents, more, n_boot=100)
    )
