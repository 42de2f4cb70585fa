import numpy as np
import pandas as pd
import pytest

from discourse.compare.world import world_difference, world_rank
from discourse.errors import InputError


def states(counts, words=1000):
    """{"A": [1, 2]} -> one document a year from 2001 with so many hits in column `y`; None: silent."""
    rows = [
        {"doc_id": f"{actor}{i}", "actor": actor, "date": str(2001 + i), "n_words": words, "y": y}
        for actor, ys in counts.items()
        for i, y in enumerate(ys)
        if y is not None
    ]
    return pd.DataFrame(rows)


WORLD = states({"A": [6, 8, 7], "B": [1, 0, None], "C": [2, 3, 1], "D": [2, 3, 1]})


def test_ranks_means_and_percentiles_by_hand():
    table = world_rank(None, WORLD, "y", per=1000, n_draws=500).set_index("actor")
    assert table.index.tolist() == ["A", "C", "D", "B"]
    assert table["rank"].tolist() == [1, 2, 2, 4]
    assert table["percentile"].tolist() == [100, 50, 50, 0]
    assert table["rate"].tolist() == [7, 2, 2, 0.5]
    assert table.loc["A", "world"] == pytest.approx((2 + 2 + 0.5) / 3)
    assert table.loc["B", "difference"] == pytest.approx(0.5 - 11 / 3)
    assert (table["rank_low"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_high"]).all()
    assert (table["low"] < table["difference"]).all()
    assert (table["difference"] < table["high"]).all()


def test_clear_differences_leave_no_doubt_of_the_ranks():
    counts = {"A": [90] * 40, "B": [30] * 40, "C": [10] * 40, "D": [3] * 40}
    table = world_rank(None, states(counts), "y", n_draws=500)
    assert table["rank_low"].tolist() == table["rank"].tolist() == table["rank_high"].tolist() == [1, 2, 3, 4]


def test_an_actor_with_one_short_document_may_rank_anywhere():
    counts = {"A": [9] * 20, "B": [5] * 20, "C": [2] * 20, "D": [2]}
    table = world_rank(None, states(counts), "y", n_draws=500).set_index("actor")
    assert table.loc["D", ["rank_low", "rank_high"]].tolist() == [1, 4]


def test_intervals_of_ranks_and_differences_hold_the_truth():
    rng = np.random.default_rng(2)
    true, place = np.geomspace(8, 0.5, 8), np.arange(1, 9)
    ranks, differences = [], []
    for _ in range(12):
        counts = {f"S{i}": rng.poisson(rate * rng.gamma(2, 0.5, 33)) for i, rate in enumerate(true)}
        table = world_rank(None, states(counts), "y", per=1000, n_draws=400).sort_values("actor")
        ranks += (table["rank_low"].le(place) & table["rank_high"].ge(place)).tolist()
        gap = true - (true.sum() - true) / 7
        differences += (table["low"].le(gap) & table["high"].ge(gap)).tolist()
    assert np.mean(ranks) > 0.94
    assert np.mean(differences) > 0.92


def test_yearly_differences_by_hand():
    table = world_difference(None, WORLD, "y", per=1000).set_index(["actor", "year"])
    line = table.loc[("A", 2001)]
    assert line[["n_actors", "k", "n_words", "rank"]].tolist() == [4, 6, 1000, 1]
    assert line["rate"] == 6
    assert line["world"] == pytest.approx(5 / 3)
    assert line["difference"] == pytest.approx(6 - 5 / 3)
    assert line["percentile"] == 100
    assert table.loc[("C", 2003), "world"] == pytest.approx(4)
    assert table.loc[("C", 2003), "percentile"] == pytest.approx(25)
    assert ("B", 2003) not in table.index
    assert (table["low"] < table["difference"]).all()
    assert (table["difference"] < table["high"]).all()


def test_other_actors_in_the_year_are_the_world_by_brute_force():
    rng = np.random.default_rng(9)
    frame = states({name: rng.poisson(2, 6).tolist() for name in "ABCDEFG"}).assign(n_words=rng.integers(500, 900, 42))
    table = world_difference(None, frame, "y", per=1)
    for _, line in table.iterrows():
        year = frame[frame["date"] == str(line["year"])]
        others = year[year["actor"] != line["actor"]]
        assert line["world"] == pytest.approx((others["y"] / others["n_words"]).mean())


def test_same_bytes_in_any_order_and_the_callers_table_stays():
    before = WORLD.copy()
    for function in (world_rank, world_difference):
        again = function(None, WORLD.sample(frac=1, random_state=1), "y")
        pd.testing.assert_frame_equal(function(None, WORLD, "y"), again, check_exact=True)
    pd.testing.assert_frame_equal(WORLD, before)


@pytest.mark.parametrize(
    ("frame", "options", "text"),
    [
        (WORLD[WORLD["actor"] < "C"], {}, "makes 2 groups; a world needs three: pass all actors"),
        (WORLD, {"by": ["actor", "date"]}, "legal: one column that names the actors"),
        (WORLD, {"per": -1}, "per is -1; legal: a positive number"),
    ],
)
def test_misuse_is_refused_with_what_to_do(frame, options, text):
    with pytest.raises(InputError, match=text):
        world_rank(None, frame, "y", **options)


def test_years_with_two_actors_are_no_world():
    with pytest.raises(InputError, match="no year has three values of 'actor' with words; pass the documents of all"):
        world_difference(None, WORLD[WORLD["actor"] < "C"], "y")
