from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, interval_distance

from discourse.coding.codes import CONTESTED_CLAIMS, SOVEREIGNTY
from discourse.errors import InputError
from discourse.validate.agreement import agreement, alpha_interval, krippendorff_alpha

NAN = np.nan
# Krippendorff, Content Analysis: four coders, twelve units, values missing.
PUBLISHED = pd.DataFrame(
    {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        "C": [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    }
)


def by_definition(rows, level):
    """Alpha from all pairs of values, straight from the definition."""
    units = [[value for value in row if not np.isnan(value)] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    pool = sorted(value for unit in units for value in unit)

    def apart(one, other):
        if level == "nominal":
            return float(one != other)
        if level == "interval":
            return (one - other) ** 2
        if level == "ratio":
            return ((one - other) / (one + other)) ** 2 if one + other else 0.0
        low, high = min(one, other), max(one, other)
        between = sum(low <= value <= high for value in pool)
        return (between - (pool.count(low) + pool.count(high)) / 2) ** 2 if low != high else 0.0

    observed = sum(sum(apart(*pair) for pair in permutations(unit, 2)) / (len(unit) - 1) for unit in units) / len(pool)
    expected = sum(apart(*pair) for pair in permutations(pool, 2)) / len(pool) / (len(pool) - 1)
    return 1 - observed / expected if expected else np.nan


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_the_published_reliability_data(level, alpha):
    assert krippendorff_alpha(PUBLISHED, level=level) == pytest.approx(alpha, abs=5e-7)


@pytest.mark.parametrize(("level", "distance"), [("nominal", binary_distance), ("interval", interval_distance)])
def test_nltk_agrees(level, distance):
    triples = [(c, u, PUBLISHED.loc[u, c]) for c in PUBLISHED for u in PUBLISHED.index if PUBLISHED[c].notna()[u]]
    single = {u for _, u, _ in triples if sum(other == u for _, other, _ in triples) == 1}
    task = AnnotationTask([triple for triple in triples if triple[1] not in single], distance=distance)
    assert krippendorff_alpha(PUBLISHED, level=level) == pytest.approx(task.alpha(), abs=1e-12)


tables = st.lists(
    st.tuples(*[st.one_of(st.just(NAN), st.integers(0, 4).map(float))] * 3), min_size=2, max_size=12
).filter(lambda rows: any(sum(not np.isnan(value) for value in row) > 1 for row in rows))


@given(tables, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
@settings(deadline=None, max_examples=60)
def test_it_is_what_the_definition_says(rows, level):
    expected = by_definition(rows, level)
    assert krippendorff_alpha(np.array(rows), level) == pytest.approx(expected, nan_ok=True, abs=1e-9)
    assert krippendorff_alpha(np.array(rows)[::-1, ::-1], level) == pytest.approx(expected, nan_ok=True, abs=1e-9)


def test_order_matters_only_from_ordinal_on():
    swapped = PUBLISHED.replace({1: 40, 5: 60})
    assert krippendorff_alpha(swapped) == pytest.approx(krippendorff_alpha(PUBLISHED))
    assert krippendorff_alpha(swapped, "ordinal") != pytest.approx(krippendorff_alpha(PUBLISHED, "ordinal"), abs=0.01)
    stretched = PUBLISHED**3
    assert krippendorff_alpha(stretched, "ordinal") == pytest.approx(krippendorff_alpha(PUBLISHED, "ordinal"))
    assert krippendorff_alpha(3 * PUBLISHED, "ratio") == pytest.approx(krippendorff_alpha(PUBLISHED, "ratio"))
    assert krippendorff_alpha(3 * PUBLISHED + 2, "interval") == pytest.approx(krippendorff_alpha(PUBLISHED, "interval"))


def test_names_are_legal_values_and_the_table_is_left_alone():
    names = pd.DataFrame({"a": ["yes", "no", None, "no"], "b": ["yes", "no", "yes", "yes"]})
    before = names.copy()
    numbers = pd.DataFrame({"a": [1, 0, NAN, 0], "b": [1, 0, 1, 1]})
    assert krippendorff_alpha(names) == pytest.approx(krippendorff_alpha(numbers))
    pd.testing.assert_frame_equal(names, before)


def test_without_variation_alpha_is_missing():
    same = pd.DataFrame({"a": [1, 1, 1], "b": [1, 1, 1]})
    assert np.isnan(krippendorff_alpha(same))
    assert all(np.isnan(alpha_interval(same)))


@pytest.mark.parametrize(
    ("table", "level", "message"),
    [
        (PUBLISHED, "metric", "level is 'metric'; legal: nominal, ordinal, interval, ratio"),
        (PUBLISHED[["A"]], "nominal", "no unit with two values or more; legal: rows are units, columns are coders"),
        (pd.DataFrame({"a": ["x"], "b": [1]}), "ordinal", "row 0, column 'a': no number; legal: numbers at level"),
        (PUBLISHED - 2, "ratio", "at level 'ratio'; legal: numbers from 0"),
    ],
)
def test_misuse_is_refused(table, level, message):
    with pytest.raises(InputError, match=message):
        krippendorff_alpha(table, level)


def test_the_interval_is_that_of_a_plain_bootstrap():
    rng = np.random.default_rng(3)
    first = rng.integers(0, 2, 40).astype(float)
    table = pd.DataFrame({"a": first, "b": np.where(rng.random(40) < 0.85, first, 1 - first)})
    draws = [by_definition(table.to_numpy()[rng.integers(0, 40, 40)], "nominal") for _ in range(200)]
    assert alpha_interval(table) == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])), abs=0.06)
    narrow, wide = alpha_interval(table, confidence=0.5), alpha_interval(table, "ordinal", confidence=0.99)
    assert wide[0] < narrow[0] < krippendorff_alpha(table) < narrow[1] < wide[1]
    assert alpha_interval(table, random_state=7) == alpha_interval(table, random_state=7)


def test_copied_units_in_one_cluster_do_not_narrow_the_interval():
    rng = np.random.default_rng(5)
    first = rng.integers(0, 2, 40).astype(float)
    table = pd.DataFrame({"a": first, "b": np.where(rng.random(40) < 0.8, first, 1 - first)})
    copied = pd.concat([table] * 4, ignore_index=True)
    clustered = np.subtract(*alpha_interval(copied, clusters=np.tile(np.arange(40), 4)))
    assert clustered == pytest.approx(np.subtract(*alpha_interval(table)), rel=0.1)
    assert abs(np.subtract(*alpha_interval(copied))) < 0.7 * abs(clustered)


def test_the_interval_refuses_misuse():
    with pytest.raises(InputError, match="clusters has 3 entries; legal: one for each of the 12 units"):
        alpha_interval(PUBLISHED, clusters=[1, 2, 3])
    with pytest.raises(InputError, match="confidence is 95; legal: between 0 and 1"):
        alpha_interval(PUBLISHED, confidence=95)
    assert all(np.isnan(alpha_interval(PUBLISHED, clusters=["one"] * 12)))


def sheet():
    cells = [("label", "label"), ("label denial", "label"), ("", ""), ("", "hedge"), ("statehood", "statehood")]
    frame = pd.DataFrame(cells * 4 + [("label", None)], columns=["coder_a", "coder_b"])
    return frame.assign(doc_id=[f"d{row // 3}" for row in range(len(frame))])


def test_agreement_by_code_is_countable_by_hand():
    table = agreement(sheet(), n_boot=200)
    assert table["code"].tolist() == ["any", *SOVEREIGNTY, "any", "stance", *CONTESTED_CLAIMS]
    by_code = table[table["construct"] != "sovereignty"].set_index("code")
    assert (table["n"] == 20).all()
    assert by_code.loc["label", ["n_used", "percent_agreement", "f1", "alpha"]].tolist() == [8, 1, 1, 1]
    assert by_code.loc["denial", ["n_used", "percent_agreement", "f1"]].tolist() == [4, 0.8, 0]
    assert by_code.loc["stance", "n_used"] == 8
    assert by_code.loc["any", ["n_used", "percent_agreement", "f1"]].tolist() == [12, 0.8, 0.8]
    numbers = np.array([[1, 1]] * 8 + [[0, 1]] * 4 + [[0, 0]] * 8, dtype=float)
    assert by_code.loc["any", "alpha"] == pytest.approx(by_definition(numbers, "nominal"))
    assert by_code.loc["any", "low"] < by_code.loc["any", "alpha"] < by_code.loc["any", "high"]
    assert by_code.loc["motive", ["f1", "alpha", "low", "high"]].isna().all()


def test_three_coders_and_codes_of_another_codebook():
    three = sheet().assign(coder_c="label warmth")
    table = agreement(three, n_boot=100).set_index("code")
    assert table.loc["label", "n"] == 21
    assert table.loc["label", "percent_agreement"] == pytest.approx((20 + 9 + 8) / (20 + 21 + 20))
    assert table.index[-1] == "warmth"
    assert table.attrs["coders"] == ["coder_a", "coder_b", "coder_c"]


def test_agreement_needs_two_coders():
    with pytest.raises(InputError, match="sheet has 1 column.s. named coder_…; legal: two or more"):
        agreement(sheet().drop(columns="coder_b"))
    with pytest.raises(InputError, match="no sentence was read by two coders"):
        agreement(sheet().assign(coder_b=None))
