import itertools

import numpy as np
import pandas as pd
import pytest

from discourse.compare import multiverse as module
from discourse.compare.contrast import contrast
from discourse.compare.multiverse import joint_test, multiverse, specifications
from discourse.compare.rates import rates
from discourse.errors import InputError

SETTINGS = {"target": "AVR", "reference": "BEL", "code": "label"}
CODES = {"contested_claims": ["label", "denial"]}


@pytest.fixture
def documents():
    rows = [
        ("a1", "AVR", "2001", 100, "Mr. Jan Novak", None, "un"),
        ("a2", "AVR", "2002", 200, "NOVAK", None, "un"),
        ("a3", "AVR", "2003", 100, "Ana Lind", "a2", "un"),
        ("b1", "BEL", "2001", 300, "Petr Kral", None, "un"),
        ("b2", "BEL", "2002", 100, "Petr Kral", None, "un"),
        ("b3", "BEL", "2003", 100, "Eva Toth", None, "un"),
    ]
    return pd.DataFrame(rows, columns=["doc_id", "actor", "date", "n_words", "speaker", "duplicate_of", "venue"])


@pytest.fixture
def spans():
    rows = [
        ("a1", 0, "label", "label.rumour", "Rumour", "self", "none", True),
        ("a1", 0, "label", "label.slander", "slander", "other", "none", True),
        ("a1", 1, "label", "label.rumour", "rumour", "other", "none", True),
        ("a2", 0, "label", "label.slander", "slander", "self", "direct", False),
        ("a2", 1, "label", "label.lie", "lies", "self", "none", False),
        ("a3", 0, "label", "label.lie", "lie", "all", "none", True),
        ("a3", 2, "denial", "denial.act", "we deny", "self", "none", True),
        ("b1", 0, "label", "label.slander", "Slander", "self", "none", True),
        ("b3", 0, "label", "label.lie", "lies", "other", "none", True),
    ]
    names = ["doc_id", "sentence", "code", "rule", "cue", "referent", "quoted", "own"]
    table = pd.DataFrame(rows, columns=names).assign(construct="contested_claims")
    table.attrs["codes"] = CODES
    return table


def counts(spans, documents, option, columns=("k_target", "k_reference")):
    table = multiverse(spans, documents, {"fork": {"plain": {}, "other": option}}, **SETTINGS)
    assert table["fork"].tolist() == ["plain", "other"]
    return table.loc[1, list(columns)].tolist()


def test_every_combination_once_the_first_options_first():
    forks = {"a": {"x": {}, "y": {}}, "b": {"u": {}, "v": {}, "w": {}}}
    table = specifications(forks)
    assert table.to_numpy().tolist() == [[a, b] for a in "xy" for b in "uvw"]
    assert list(table) == ["a", "b"]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ({}, [3, 2]),
        ({"without_rules": ["label.slander"]}, [3, 1]),
        ({"without_rules": ["label.slander", "label.rumour"]}, [1, 1]),
        ({"without_rules": ["label.*"]}, [0, 0]),
        ({"without_cues": ["RUMOUR", "lie*"]}, [1, 1]),
        ({"referents": ["self"]}, [1, 1]),
        ({"referents": ["other", "all"]}, [3, 1]),
        ({"quoted": True}, [4, 2]),
        ({"quoted": True, "referents": ["self"]}, [2, 1]),
        ({"years": (2001, 2002)}, [2, 1]),
        ({"without_years": [2001]}, [1, 1]),
        ({"without_speakers": ["Jan Novak"]}, [1, 2]),
        ({"repeats": False}, [2, 2]),
        ({"venues": ["un"]}, [3, 2]),
        ({"factors": {"AVR": 1.5}}, [4.5, 2]),
    ],
)
def test_settings_by_hand(spans, documents, option, expected):
    assert counts(spans, documents, option) == expected


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ({"years": (2001, 2002)}, [2, 2, 2]),
        ({"without_speakers": ["Jan Novak"]}, [1, 3, 1]),
        ({"repeats": False}, [2, 3, 2]),
        ({"without_rules": ["label.*"]}, [3, 3, 3]),
    ],
)
def test_documents_left_out_take_their_words_with_them(spans, documents, option, expected):
    assert counts(spans, documents, option, ("n_target", "n_reference", "n_years")) == expected


def test_forks_combine(spans, documents):
    forks = {
        "lexicon": {"all": {}, "core": {"without_rules": ["label.rumour"]}},
        "repeats": {"in": {}, "out": {"repeats": False}},
        "correction": {"none": {}, "some": {"factors": {"BEL": 2}}},
    }
    table = multiverse(spans, documents, forks, **SETTINGS)
    assert table["k_target"].tolist() == [3, 3, 2, 2, 2, 2, 1, 1]
    assert table["k_reference"].tolist() == [2, 4] * 4
    assert table["rate_target"].tolist() == pytest.approx([75, 75, 200 / 3, 200 / 3, 50, 50, 100 / 3, 100 / 3] * 1)
    assert table["estimate"].tolist() == pytest.approx((table["rate_target"] - table["rate_reference"]).tolist())


def many(seed=1, years=9, effect=0.0):
    """Two actors, a document a year each, with bursty counts."""
    rng = np.random.default_rng(seed)
    names = [(actor, year) for actor in ("AVR", "BEL") for year in range(2001, 2001 + years)]
    documents = pd.DataFrame(names, columns=["actor", "date"]).astype({"date": "str"})
    documents["doc_id"] = documents["actor"] + documents["date"]
    documents["n_words"] = rng.integers(500, 1500, len(documents))
    mean = 3 * np.exp(effect * (documents["actor"] == "AVR")) * rng.gamma(2, 0.5, len(documents))
    k = rng.poisson(mean)
    spans = pd.DataFrame(
        {"doc_id": np.repeat(documents["doc_id"], k), "sentence": np.concatenate([range(n) for n in k])}
    )
    spans = spans.assign(own=True, construct="contested_claims", code="label", rule=rng.choice(["r", "s"], len(spans)))
    spans.attrs["codes"] = CODES
    return spans, documents


FORKS = {
    "lexicon": {"all": {}, "without s": {"without_rules": ["s"]}},
    "years": {"all": {}, "late": {"years": (2003, 2009)}, "without one": {"without_years": [2005]}},
}


def test_each_row_is_the_contrast_of_what_it_keeps():
    spans, documents = many(effect=0.8)
    table = multiverse(spans, documents, FORKS, **SETTINGS)
    keep = {"all": slice(None), "late": documents["date"] > "2002", "without one": documents["date"] != "2005"}
    for _, line in table.iterrows():
        left = spans if line["lexicon"] == "all" else spans[spans["rule"] != "s"]
        expected = contrast(left, documents[keep[line["years"]]], n_boot=4000).query("code == 'label'").iloc[0]
        assert line["estimate"] == pytest.approx(expected["difference"])
        assert line["p"] == pytest.approx(expected["p"])
        assert line["n_years"] == expected["n_years"]
        width = expected["high"] - expected["low"]
        assert line["low"] == pytest.approx(expected["low"], abs=0.06 * width)
        assert line["high"] == pytest.approx(expected["high"], abs=0.06 * width)
    assert table.attrs["forks"] == ["lexicon", "years"]


def test_what_is_left_with_too_little_is_missing_and_not_tested():
    spans, documents = many()
    forks = {"years": {"all": {}, "one": {"years": (2001, 2001)}, "none": {"years": (1990, 1991)}}}
    table = multiverse(spans, documents, forks, **SETTINGS)
    assert table[["estimate", "low", "p"]].isna().to_numpy().tolist() == [[False] * 3, [False, True, False], [True] * 3]
    assert table["p"].tolist()[:2] == [table["p"][0], 1.0]


def test_mixed_venues_are_described_and_not_tested():
    spans, documents = many()
    documents["venue"] = ["un"] * 5 + ["press"] * 4 + ["un"] * 9
    forks = {"genre": {"all": {}, "un": {"venues": ["un"]}}}
    table = multiverse(spans, documents, forks, **SETTINGS)
    assert table["p"].isna().tolist() == [True, False]
    assert table["estimate"].notna().all()
    assert table["n_years"].tolist() == [5, 5]
    assert joint_test(spans, documents, forks, **SETTINGS).attrs["n_specifications"] == 1


def test_undated_documents_cannot_be_tested():
    spans, documents = many()
    table = multiverse(spans, documents.drop(columns="date"), {"l": FORKS["lexicon"]}, **SETTINGS)
    assert table["p"].isna().all()
    with pytest.raises(InputError, match="no specification can be tested: that takes documents of both groups in"):
        joint_test(spans, documents.drop(columns="date"), {"l": FORKS["lexicon"]}, **SETTINGS)


def test_reference_is_all_others_by_default(spans, documents):
    more = pd.concat([documents, documents.tail(1).assign(doc_id="c1", actor="COR")])
    table = multiverse(spans, more, {"f": {"a": {}, "b": {"repeats": False}}}, target="AVR", code="label")
    assert table["n_reference"].tolist() == [4, 4]
    expected = rates(spans, more.assign(side=more["actor"] == "AVR"), by="side").query("code == 'label'")["rate"]
    assert table[["rate_reference", "rate_target"]].iloc[0].tolist() == pytest.approx(expected.tolist())


def test_joint_test_of_a_strong_and_of_no_effect():
    strong = joint_test(*many(effect=2.0), FORKS, **SETTINGS).set_index("statistic")
    assert strong.loc["median", "p"] < 0.02
    assert strong.loc["share_significant", "observed"] > 0.8
    assert strong.loc["share_significant", "p"] < 0.03 < strong.loc["share_same_sign", "p"]
    assert strong.loc["share_same_sign", "observed"] == 1.0
    none = joint_test(*many(seed=4), FORKS, **SETTINGS).set_index("statistic")
    assert none.loc["median", "p"] > 0.05
    assert (none["p"] > 0).all()


def test_joint_test_against_all_sign_patterns():
    spans, documents = many(seed=3, years=6, effect=0.7)
    table = joint_test(spans, documents, {"lexicon": FORKS["lexicon"]}, **SETTINGS)
    observed = multiverse(spans, documents, {"lexicon": FORKS["lexicon"]}, **SETTINGS)
    assert table["observed"][0] == pytest.approx(observed["estimate"].median())
    parts = [spans, spans[spans["rule"] == "r"]]
    k = np.array([documents["doc_id"].map(part.groupby("doc_id").size()).fillna(0) for part in parts])
    words = documents["n_words"].to_numpy()
    medians = []
    for flips in itertools.product([False, True], repeat=6):
        in_target = np.concatenate([~np.array(flips), flips])
        sides = [k[:, side].sum(axis=1) / words[side].sum() for side in (in_target, ~in_target)]
        medians.append(abs(np.median(sides[0] - sides[1])))
    assert table["p"][0] == pytest.approx(np.mean(np.array(medians) >= medians[0] - 1e-12), abs=0.04)


def test_joint_test_rejects_five_times_in_a_hundred_without_a_difference(monkeypatch):
    monkeypatch.setattr(module, "N_JOINT", 199)
    rng = np.random.default_rng(11)
    n_years, n_simulations = 20, 400
    years, target = np.tile(np.arange(n_years), 2), np.repeat([True, False], n_years)
    rejected = np.zeros(3)
    for _ in range(n_simulations):
        year_effect = np.tile(rng.gamma(2, 0.5, n_years), 2)
        parts = rng.poisson(2 * year_effect * rng.gamma(1, 1, 2 * n_years), (3, 2 * n_years)).T
        k = np.column_stack([parts.sum(axis=1), parts[:, 0] + parts[:, 1], parts[:, 1] + parts[:, 2], parts[:, 0]])
        words = np.tile(rng.integers(800, 4000, 2 * n_years)[:, None], 4)
        words[5, 3] = words[27, 3] = 0
        k = np.where(words > 0, k, 0).astype(float)
        values = np.abs(module._summaries(*module._permuted(k, words.astype(float), target, years, rng)))
        rejected += (values >= values[:, :1] - 1e-12).mean(axis=1) <= 0.05
    assert (rejected / n_simulations < 0.05 + 3 * np.sqrt(0.05 * 0.95 / n_simulations)).all()
    assert rejected[0] / n_simulations > 0.05 - 3 * np.sqrt(0.05 * 0.95 / n_simulations)


def test_repeats_exactly_and_leaves_everything_alone(spans, documents):
    before = spans.copy(), documents.copy()
    forks = {"quotes": {"own": {}, "all": {"quoted": True}}, "years": {"all": {}, "late": {"years": (2002, 2003)}}}
    table = multiverse(spans, documents, forks, **SETTINGS)
    pd.testing.assert_frame_equal(table, multiverse(spans[::-1], documents[::-1], forks, **SETTINGS))
    joint = joint_test(spans, documents, forks, **SETTINGS)
    pd.testing.assert_frame_equal(joint, joint_test(spans[::-1], documents[::-1], forks, **SETTINGS))
    pd.testing.assert_frame_equal(spans, before[0])
    pd.testing.assert_frame_equal(documents, before[1])


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ({"year": (2001, 2002)}, "fork 'f', option 'b': setting is 'year'; legal: without_rules"),
        ({"years": (2002, 2001)}, "legal: the first and the last year"),
        ({"years": 2001}, "option 'b': years is 2001; legal: a list"),
        ({"without_rules": "label.lie"}, "without_rules is 'label.lie'; legal: a list"),
        ({"without_rules": ["label.lies"]}, "no span has rule 'label.lies'"),
        ({"without_cues": ["lying"]}, "no span has cue 'lying'"),
        ({"referents": ["us"]}, "referents is 'us'; legal: self, other, all"),
        ({"venues": ["press"]}, "venues is 'press'; legal: un"),
        (
            {"without_speakers": ["Novak"]},
            "without_speakers is 'Novak'; legal: Ana Lind, Eva Toth, Jan Novak, Petr Kral",
        ),
        ({"repeats": "no"}, "repeats is 'no'; legal: True, False"),
        ({"factors": 2}, "legal: a number for each group"),
        ({"factors": {"XXX": 2}}, "factors is 'XXX'; legal: AVR, BEL"),
        ({"factors": {"AVR": -1}}, "-1 for 'AVR'; legal: a number from 0"),
    ],
)
def test_wrong_settings_are_refused(spans, documents, option, says):
    with pytest.raises(InputError, match=says):
        multiverse(spans, documents, {"f": {"a": {}, "b": option}}, **SETTINGS)


@pytest.mark.parametrize(
    ("forks", "says"),
    [
        ({}, "forks is dict, or empty; legal: {fork: {option"),
        ({"f": {"a": {}}}, "fork 'f' needs two options or more"),
        ({"f": {"a": {}, "b": ["x"]}}, "fork 'f', option 'b' is a list"),
        ({"p": {"a": {}, "b": {}}}, "fork 'p' is called like a column of the result"),
        ({str(i): {"a": {}, "b": {}} for i in range(17)}, "forks make 131072 specifications; legal: at most 100000"),
    ],
)
def test_wrong_forks_are_refused(forks, says):
    with pytest.raises(InputError, match=says):
        specifications(forks)


@pytest.mark.parametrize(
    ("option", "column", "where"),
    [
        ({"repeats": False}, "duplicate_of", "documents"),
        ({"without_speakers": ["x"]}, "speaker", "documents"),
        ({"years": (2001, 2002)}, "date", "documents"),
        ({"referents": ["self"]}, "referent", "spans"),
        ({"quoted": True}, "quoted", "spans"),
    ],
)
def test_missing_columns_are_named(spans, documents, option, column, where):
    forks = {"f": {"a": {}, "b": option}}
    with pytest.raises(InputError, match=f"{where}.*{column}"):
        multiverse(spans.drop(columns=column, errors="ignore"), documents.drop(columns=column, errors="ignore"), forks,
                   **SETTINGS)  # fmt: skip
