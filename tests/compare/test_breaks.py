import itertools

import numpy as np
import pandas as pd
import pytest

from discourse.compare.breaks import break_test
from discourse.errors import InputError


def states(counts, words=1000, start=2001):
    """{"A": [1, 2]} -> one document a year with so many hits in column `y`."""
    rows = [
        {"doc_id": f"{actor}{start + i}", "actor": actor, "date": str(start + i), "n_words": words, "y": y}
        for actor, ys in counts.items()
        for i, y in enumerate(ys)
    ]
    return pd.DataFrame(rows)


def test_rates_before_and_after_by_hand():
    table = break_test(None, states({"A": [1, 2, 0, 5, 7]}), "y", [2004], n_draws=2000)
    line = table.iloc[0]
    assert line[["actor", "break_year", "n_years_before", "n_years_after"]].tolist() == ["A", 2004, 3, 2]
    assert line["rate_before"] == pytest.approx(10)
    assert line["rate_after"] == pytest.approx(60)
    assert line["low"] < line["ratio"] < line["high"]
    assert np.isnan(line["expected_before"])


def test_p_is_that_of_all_permutations():
    counts = [1, 2, 0, 1, 5, 3, 4]
    p = break_test(None, states({"A": counts}), "y", [2005], n_draws=9999)["p"][0]

    def distance(chosen):
        after = sum(counts[i] for i in chosen)
        return abs(np.log(after / 3 + 1 / 7) - np.log((sum(counts) - after) / 4 + 1 / 7))

    drawn = [distance(chosen) for chosen in itertools.combinations(range(7), 3)]
    known = np.mean(np.array(drawn) >= distance((4, 5, 6)) - 1e-9)
    assert p == pytest.approx(known, abs=0.01)


def test_documents_of_one_year_move_together():
    frame = states({"A": [1, 2, 0, 5, 7]})
    halves = pd.concat([frame.assign(n_words=500), frame.assign(doc_id=frame["doc_id"] + "b", n_words=500, y=0)])
    one, two = (break_test(None, each, "y", [2004], n_draws=2000) for each in (frame, halves))
    assert two["p"][0] == pytest.approx(one["p"][0], abs=0.03)
    assert two["n_years_before"][0] == 3


def test_a_rise_that_all_share_is_none_net_of_the_world():
    rise = {"A": [2] * 10 + [6] * 10} | {name: [1] * 10 + [3] * 10 for name in "BCDEF"}
    world = states(rise)
    alone = break_test(None, world[world["actor"] == "A"], "y", [2011], n_draws=2000).iloc[0]
    net = break_test(None, world[world["actor"] == "A"], "y", [2011], world=world, n_draws=2000).iloc[0]
    assert alone["p"] < 0.01
    assert alone["ratio"] == pytest.approx(3, rel=0.1)
    assert net["p"] == 1
    assert net["ratio"] == pytest.approx(1, rel=0.05)
    assert net["expected_before"] == pytest.approx(10)
    assert net["expected_after"] == pytest.approx(30)


def test_the_world_leaves_the_actor_out():
    world = states({"A": [1] * 6 + [90] * 6, "B": [1] * 12, "C": [1] * 12})
    net = break_test(None, world, "y", [2007], world=world, n_draws=500).set_index("actor")
    assert net.loc["A", "expected_after"] == pytest.approx(10)
    assert net.loc["B", "expected_after"] == pytest.approx((90 + 1) / 2 * 10)


def test_groups_without_one_side_have_no_row_and_p_is_adjusted():
    frame = pd.concat([states({"A": [1, 2, 3, 4, 2], "B": [2, 2, 1, 1, 1]}), states({"C": [4, 2]}, start=2010)])
    table = break_test(None, frame, "y", [2003, 2004], n_draws=500)
    assert table["actor"].tolist() == ["A", "A", "B", "B"]
    assert (table["p_adjusted"] >= table["p"]).all()
    assert (table["p"] > 0).all()
    assert table.attrs["adjustment"] == "Holm"


def test_no_hits_are_no_obstacle_and_the_same_bytes_come_again():
    frame = states({"A": [0] * 8 + [3] * 8, "B": [0] * 16})
    table = break_test(None, frame, "y", [2009], n_draws=500)
    assert np.isfinite(table[["ratio", "low", "high", "p"]]).all(axis=None)
    assert table["p"][1] == 1
    again = break_test(None, frame.sample(frac=1, random_state=4), "y", [2009], n_draws=500)
    pd.testing.assert_frame_equal(table, again, check_exact=True)


def test_equal_rates_are_found_different_about_as_often_as_said():
    rng = np.random.default_rng(5)
    counts = {f"S{i:03d}": rng.poisson(rng.gamma(0.5, 2, 20)).tolist() for i in range(150)}
    table = break_test(None, states(counts), "y", [2012], n_draws=299)
    assert (table["p"] < 0.05).mean() < 0.1
    assert ((table["low"] <= 1) & (table["high"] >= 1)).mean() > 0.9


@pytest.mark.parametrize(
    ("years", "options", "text"),
    [
        (2004, {}, r"years is 2004; legal: a list of years, as \[2012\]"),
        ([], {}, r"years is \[\]; legal: a list of years"),
        ([1990], {}, r"no group has documents before and from \[1990\]"),
        (
            [2003],
            {"world": states({"A": [1] * 4, "B": [1] * 4})},
            "world has 2 values of 'actor'; legal: .* three or more",
        ),
        ([2003], {"n_draws": 10}, "legal: 100 draws or more"),
        ([2003], {"by": "bloc"}, "by is 'bloc'; legal"),
    ],
)
def test_misuse_is_refused_with_what_to_do(years, options, text):
    with pytest.raises(InputError, match=text):
        break_test(None, states({"A": [1, 2, 3, 4]}), "y", years, **options)
