import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import precision_recall_fscore_support

from discourse.coding.codes import CONSTRUCTS, SPAN_COLUMNS
from discourse.errors import InputError
from discourse.validate import gold as gold_module
from discourse.validate.__main__ import main
from discourse.validate.accuracy import accuracy
from discourse.validate.baseline import KEYWORDS, keyword_codes
from discourse.validate.gold import check_gold, code_gold, read_gold

CODES = [code for codes in CONSTRUCTS.values() for code in codes]


def make_gold(*codes, **columns):
    frame = pd.DataFrame({"id": [f"s{i:03d}" for i in range(len(codes))], "actor": "AVR", "codes": list(codes)})
    return frame.assign(sentence="It is a groundless rumour.", **columns)


def row(table, code, construct=None, by="all", group="all"):
    chosen = table[(table["code"] == code) & (table["by"] == by) & (table["group"] == group)]
    chosen = chosen if construct is None else chosen[chosen["construct"] == construct]
    assert len(chosen) == 1
    return chosen.iloc[0]


GOLD = make_gold("label denial", "label", "", "statehood", "hedge")
CODED = ["label", "denial", "label", "statehood limit", ""]


def test_figures_by_hand():
    table = accuracy(CODED, GOLD)
    label = row(table, "label")
    assert label[["n", "n_gold", "n_coded", "n_both"]].tolist() == [5, 2, 2, 1]
    assert label[["precision", "recall", "f1"]].tolist() == [0.5, 0.5, 0.5]
    assert row(table, "limit")["precision"] == 0
    assert np.isnan(row(table, "limit")["recall"])
    assert row(table, "motive")[["precision", "recall", "f1", "f1_low", "f1_high"]].isna().all()


def test_summaries_are_about_sentences():
    table = accuracy(CODED, GOLD)
    assert row(table, "any", "contested_claims")[["n_gold", "n_coded", "n_both"]].tolist() == [3, 3, 2]
    assert row(table, "stance")[["n_gold", "n_coded", "n_both"]].tolist() == [2, 3, 2]
    assert row(table, "any", "sovereignty")["f1"] == 1
    assert row(table, "micro")[["n_gold", "n_coded", "n_both"]].tolist() == [5, 5, 2]
    assert row(table, "micro")["f1"] == pytest.approx(0.4)


def test_mean_over_codes_with_ten_cases():
    gold = make_gold(*["label"] * 10, *["hedge"] * 20, *["denial"] * 9)
    table = accuracy([*["label"] * 5, *[""] * 5, *["hedge"] * 20, *[""] * 9], gold)
    assert row(table, "macro")["f1"] == pytest.approx((2 / 3 + 1) / 2)
    assert row(table, "macro")["n_gold"] == 30
    assert row(accuracy(CODED, GOLD), "macro")[["precision", "recall", "f1"]].isna().all()


sentence_codes = st.lists(st.sampled_from(CODES), max_size=3, unique=True).map(" ".join)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(sentence_codes, sentence_codes), min_size=1, max_size=40))
def test_agrees_with_scikit_learn(pairs):
    gold, coded = zip(*pairs, strict=True)
    table = accuracy(coded, make_gold(*gold), by=[], n_boot=100)
    truth, found = ([[code in cell.split() for code in CODES] for cell in cells] for cells in (gold, coded))
    singles = table[table["code"].isin(CODES)].set_index("code").loc[CODES]
    theirs = precision_recall_fscore_support(truth, found, average=None, zero_division=np.nan)
    for name, expected in zip(["precision", "recall", "f1"], theirs, strict=False):
        assert singles[name].to_numpy() == pytest.approx(expected, nan_ok=True)
    theirs = precision_recall_fscore_support(truth, found, average="micro", zero_division=np.nan)
    assert row(table, "micro")[["precision", "recall", "f1"]].tolist() == pytest.approx(list(theirs[:3]), nan_ok=True)
    enough = [code for code in CODES if sum(code in cell.split() for cell in gold) >= 10]
    if enough:
        assert row(table, "macro")["f1"] == pytest.approx(singles.loc[enough, "f1"].mean())


def test_groups():
    gold = GOLD.assign(actor=["AVR", "AVR", "BEL", "BEL", "BEL"], venue=["tv", "un", "un", "tv", "tv"])
    table = accuracy(CODED, gold)
    scopes = table[["by", "group"]].drop_duplicates().to_numpy().tolist()
    assert scopes == [["all", "all"], ["actor", "AVR"], ["actor", "BEL"], ["venue", "tv"], ["venue", "un"]]
    alone = accuracy(CODED[2:], gold[2:], by=[])
    measured = ["n", "n_gold", "n_coded", "n_both", "precision", "recall", "f1"]
    inside = table[(table["by"] == "actor") & (table["group"] == "BEL")].reset_index(drop=True)
    pd.testing.assert_frame_equal(inside[measured], alone[measured])
    assert accuracy(CODED, gold, by=["venue"])["by"].unique().tolist() == ["all", "venue"]


def noisy(rng, n_sentences, n_documents):
    truth = rng.random(n_sentences) < 0.4
    found = truth ^ (rng.random(n_sentences) < 0.15)
    gold = make_gold(*np.where(truth, "label", ""), doc=rng.integers(0, n_documents, n_sentences).astype(str))
    return np.where(found, "label", "").tolist(), gold


def test_interval_agrees_with_scipy_over_sentences_and_widens_over_documents():
    coded, gold = noisy(np.random.default_rng(3), 300, 12)
    both = [(c == "label") & (g == "label") for c, g in zip(coded, gold["codes"], strict=True)]
    total = [(c == "label") + int(g == "label") for c, g in zip(coded, gold["codes"], strict=True)]
    theirs = stats.bootstrap(
        (np.array(both, float), np.array(total, float)),
        lambda b, t, axis: 2 * b.sum(axis) / t.sum(axis),
        paired=True,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    ours = row(accuracy(coded, gold.drop(columns="doc"), n_boot=9999), "label")
    assert [ours["f1_low"], ours["f1_high"]] == pytest.approx(list(theirs), abs=0.006)
    same = [*coded] * 4
    copies = pd.concat([gold.assign(id=gold["id"] + str(i), doc=gold["id"]) for i in range(4)])
    clustered = row(accuracy(same, copies), "label")
    by_sentence = row(accuracy(same, copies.drop(columns="doc")), "label")
    width = (clustered["f1_high"] - clustered["f1_low"]) / (by_sentence["f1_high"] - by_sentence["f1_low"])
    assert width == pytest.approx(2, rel=0.15)


def test_no_error_has_an_exact_lower_limit_and_no_agreement_an_upper_one():
    perfect = row(accuracy(["label"] * 8, make_gold(*["label"] * 8)), "label")
    limit = stats.binomtest(8, 8).proportion_ci(0.90).low
    assert perfect[["precision_low", "recall_low"]].tolist() == pytest.approx([limit, limit])
    assert perfect["f1_low"] == pytest.approx(2 * limit / (1 + limit))
    assert perfect["f1_high"] == 1
    none = row(accuracy([""] * 8, make_gold(*["label"] * 8)), "label")
    assert none[["recall", "recall_low"]].tolist() == [0, 0]
    assert none["recall_high"] == pytest.approx(1 - limit)


def test_a_single_document_has_no_interval():
    line = row(accuracy(CODED, GOLD.assign(doc="one")), "label")
    assert line["f1"] == 0.5
    assert line[["f1_low", "f1_high"]].isna().all()


def test_seed_and_inputs():
    coded, gold = noisy(np.random.default_rng(3), 60, 12)
    before = gold.copy()
    first, same, other = (accuracy(coded, gold, n_boot=300, random_state=seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, same)
    assert not first["f1_low"].equals(other["f1_low"])
    pd.testing.assert_frame_equal(gold, before)
    assert first.attrs["resampled"] == "documents"


def test_misuse_is_refused():
    with pytest.raises(InputError, match="codes has 1 entries; legal: 5, one for each row of gold"):
        accuracy(["label"], GOLD)
    with pytest.raises(InputError, match="codes, entry 1 is 'rumor'; legal: challenge, denial"):
        accuracy(["", "rumor", "", "", ""], GOLD)
    with pytest.raises(InputError, match="by is 'party'; legal: id, actor"):
        accuracy(CODED, GOLD, by=["party"])
    with pytest.raises(InputError, match="gold has no rows"):
        accuracy([], GOLD.iloc[:0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"codes": ["", "", "", "lable", ""]},
            "gold, row 3, column 'codes': 'lable' is no code; legal: statehood",
        ),
        ({"id": ["a", "b", "a", "c", "d"]}, "gold, row 2, column 'id': 'a' stands there twice; legal: every id once"),
        (
            {"actor": ["A", "A", " ", "A", "A"]},
            "gold, row 2, column 'actor': the cell is empty or no text; legal: text",
        ),
        ({"text": ["A", "A", "A", None, "A"]}, "gold, row 3, column 'text': the cell is empty"),
    ],
)
def test_broken_gold_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        check_gold(GOLD.assign(**change))


def test_sentences_are_coded_as_documents_and_own_spans_only(monkeypatch):
    asked = []

    def coder(documents):
        asked.append(documents)
        rows = [("s000", "label", True), ("s000", "label", True), ("s001", "denial", False), ("s000", "hedge", True)]
        spans = pd.DataFrame(rows, columns=["doc_id", "code", "own"])
        return spans.reindex(columns=list(SPAN_COLUMNS)).astype({"own": bool})

    monkeypatch.setattr(gold_module, "code", coder)
    assert code_gold(check_gold(GOLD)) == ["label hedge", "", "", "", ""]
    assert asked[0]["text"].tolist() == GOLD["sentence"].tolist()
    assert list(asked[0]) == ["doc_id", "actor", "text"]


def test_keywords_cover_every_code_and_match_whole_words():
    assert list(KEYWORDS) == CODES
    texts = ["They MAY lie; maybe.", "beliefs", "non-interference", "on their  territorial\nintegrity", "so-called"]
    assert keyword_codes(texts) == ["label hedge", "", "non_interference", "territorial_integrity", "distancing"]


@pytest.fixture
def gold_file(tmp_path):
    path = tmp_path / "gold.csv"
    gold = make_gold(*["label"] * 12, *[""] * 6, venue=["un", "tv"] * 9, doc=[f"d{i // 2}" for i in range(18)])
    gold.loc[12:, "sentence"] = "We thank the host for the meeting."
    gold.to_csv(path, index=False)
    return path


def test_command_prints_overall_per_code_actor_and_venue_beside_keywords(gold_file, capsys):
    assert main([str(gold_file)]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == f"{gold_file}: 18 sentences, own spans only"
    for part in ("all (18)", "actor AVR (18)", "venue tv (9)", "venue un (9)", "mean over codes", "keywords: F1"):
        assert part in out
    line = next(line for line in out.splitlines() if line.split()[:1] == ["label"])
    assert line.split()[1:4] == ["12", "12", "1.00"]
    assert line.endswith("1.00 [0.88, 1.00]")
    assert "[95 %, by documents]" in out


def test_command_takes_the_part_held_out_and_other_columns(gold_file, capsys):
    gold = pd.read_csv(gold_file, keep_default_na=False)
    gold.assign(part=["held_out", "training", "training"] * 6).to_csv(gold_file, index=False)
    assert main([str(gold_file), "--held-out", "--by", "doc"]) == 0
    out = capsys.readouterr().out
    assert " sentences held out" in out.splitlines()[0]
    assert out.split(": ")[1].split()[0] == "6"
    assert "actor AVR" not in out
    assert "doc d" in out


def test_command_needs_to_know_what_was_held_out(gold_file, capsys):
    assert main([str(gold_file), "--held-out"]) == 2
    assert "column 'part' is missing; legal: training or held_out in each row" in capsys.readouterr().err


def test_labels_by_place_are_read_with_their_texts(tmp_path, monkeypatch):
    texts = pd.DataFrame({"doc_id": ["d1"], "text": ["Good day. This is a\nlie."]})
    monkeypatch.setattr("discourse.validate.gold.load_source", lambda source: {"own": texts}[source])
    path = tmp_path / "labels.csv"
    path.write_text("id,actor,codes,source,doc_id,start,end\na,AVR,label,own,d1,10,24\n", encoding="utf-8")
    gold = read_gold(path)
    assert gold[["text", "doc", "venue"]].to_numpy().tolist() == [["This is a lie.", "d1", "own"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,actor,codes\n", "column 'text' is missing; legal: id, actor, codes, and sentence or text"),
        ("id,actor,text,codes\n", "has no sentence to measure; legal: one row or more"),
        ("id,actor,text,codes\na,AVR,Yes.,\nb,AVR,No.,rumor\n", "row 3, column 'codes': 'rumor' is no code"),
        ("id,actor,text,codes\na,AVR,Yes.\n", "row 2 has 3 cells; legal: 4, as in the header"),
    ],
)
def test_command_says_in_one_sentence_what_is_wrong(tmp_path, capsys, content, message):
    path = tmp_path / "gold.csv"
    path.write_text(content, encoding="utf-8")
    assert main([str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert message in printed.err
    assert str(path) in printed.err


def test_command_runs_as_a_module_and_fails_without_a_traceback(tmp_path):
    command = [sys.executable, "-m", "discourse.validate", str(tmp_path / "none.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no such file; legal: a CSV" in done.stderr
    assert "Traceback" not in done.stderr


def test_gold_is_read_with_its_further_columns(gold_file):
    gold = read_gold(gold_file)
    assert list(gold) == ["id", "actor", "codes", "text", "venue", "doc"]
    assert gold["codes"].tolist() == ["label"] * 12 + [""] * 6
