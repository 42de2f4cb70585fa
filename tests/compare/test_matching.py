import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from discourse.compare.matching import balance_table, coarsened_exact_matching, entropy_balancing
from discourse.errors import InputError


def table(**columns):
    frame = pd.DataFrame(columns)
    return frame.assign(doc_id=[f"d{i:03d}" for i in frame.index])


DOCUMENTS = table(
    actor=list("AAAABBBBBB"),
    venue=["un", "un", "un", "press"] + ["un", "un", "press", "press", "press", "agency"],
    year=[2001, 2002, 2003, 2001] + [2001, 2002, 2001, 2001, 2001, 2003],
)


def test_strata_and_weights_by_hand():
    matched = coarsened_exact_matching(DOCUMENTS, "A")
    assert matched["doc_id"].tolist() == ["d000", "d001", "d003", "d004", "d005", "d006", "d007", "d008"]
    assert matched["stratum"].tolist()[:3] == ["un | 2001", "un | 2002", "press | 2001"]
    assert matched["weight"].tolist() == pytest.approx([1, 1, 1, 5 / 3, 5 / 3, 5 / 9, 5 / 9, 5 / 9])
    assert matched.attrs["matched"] == {"A": [3, 4], "B": [5, 6]}


def test_weighted_strata_have_the_targets_shares_in_every_group():
    rng = np.random.default_rng(4)
    frame = table(
        actor=rng.choice(list("ABC"), 300), venue=rng.choice(["un", "press"], 300), year=rng.integers(2000, 2004, 300)
    )
    matched = coarsened_exact_matching(frame, "B")
    shares = matched.pivot_table(index="stratum", columns="actor", values="weight", aggfunc="sum")
    shares = shares / shares.sum()
    assert shares["A"].tolist() == pytest.approx(shares["B"].tolist())
    assert shares["C"].tolist() == pytest.approx(shares["B"].tolist())
    sums, sizes = (matched.groupby("actor")["weight"].agg(how) for how in ("sum", "size"))
    assert sums.tolist() == pytest.approx(sizes.tolist())


def test_bins_by_edges_by_number_and_years_from_dates():
    frame = table(actor=list("AB") * 3, date=["2001-03-01", "2002-05-01", "2005-01-01", "2009-01-01", "2013", "2012"])
    frame = frame.assign(date=pd.to_datetime(frame["date"], format="ISO8601"))
    matched = coarsened_exact_matching(frame, "A", on=["year"], bins={"year": [2002, 2012]})
    assert dict(zip(matched["doc_id"], matched["stratum"], strict=True)) == {
        "d001": "2002..2012",
        "d002": "2002..2012",
        "d003": "2002..2012",
        "d004": "2012..",
        "d005": "2012..",
    }
    halves = coarsened_exact_matching(frame, "A", on=["year"], bins={"year": 2})
    assert halves["stratum"].tolist() == ["..2007", "..2007", "..2007", "2007..", "2007..", "2007.."]


def test_missing_values_are_alike():
    frame = table(actor=list("AABB"), topic=["arms", None, None, "trade"])
    matched = coarsened_exact_matching(frame, "A", on=["topic"])
    assert matched["stratum"].tolist() == ["missing", "missing"]


def test_entropy_weights_reach_the_means_and_are_those_of_least_entropy():
    rng = np.random.default_rng(2)
    frame = table(actor=["A"] * 20 + ["B"] * 60, rank=np.append(rng.normal(1, 1, 20), rng.normal(0, 1.5, 60)))
    weights = entropy_balancing(frame, "A", on=["rank"])["weight"].to_numpy()
    own, other, part = frame["rank"][:20], frame["rank"][20:].to_numpy(), weights[20:]
    assert weights[:20].tolist() == [1] * 20
    assert part.sum() == pytest.approx(60)
    assert part @ other / 60 == pytest.approx(own.mean(), abs=1e-5)
    assert part @ other**2 / 60 == pytest.approx((own**2).mean(), abs=1e-5)
    bounds = [{"type": "eq", "fun": lambda w: w.sum() - 1}]
    bounds += [
        {"type": "eq", "fun": lambda w, f=f, m=m: w @ f - m}
        for f, m in (
            (other, own.mean()),
            (other**2, (own**2).mean()),
        )
    ]
    found = optimize.minimize(
        lambda w: w @ np.log(60 * w),
        part / 60 * 0.5 + 0.5 / 60,
        bounds=[(1e-9, 1)] * 60,
        constraints=bounds,
        method="SLSQP",
        options={"maxiter": 500},
    )
    assert found.success
    assert part / 60 == pytest.approx(found.x, abs=5e-4)


def test_categories_are_balanced_by_their_shares():
    frame = table(actor=["A"] * 4 + ["B"] * 10, topic=["arms"] * 3 + ["trade"] + ["arms"] * 2 + ["trade"] * 8)
    balanced = entropy_balancing(frame, "A", on=["topic"])
    assert balanced["weight"][4:].tolist() == pytest.approx([3.75] * 2 + [10 * 0.25 / 8] * 8, rel=1e-4)
    shown = balance_table(balanced, "A", on=["topic"]).set_index("feature")
    assert shown.loc["topic: arms", ["mean_target", "mean", "mean_weighted"]].tolist() == pytest.approx(
        [0.75, 0.2, 0.75]
    )
    deviation = np.sqrt(0.75 * 0.25)
    assert shown.loc["topic: arms", "difference"] == pytest.approx((0.2 - 0.75) / deviation)
    assert shown.loc["topic: trade", "difference_weighted"] == pytest.approx(0, abs=1e-4)


def test_balance_leaves_out_squares_and_takes_every_group():
    frame = table(actor=list("AABBCC"), rank=[1.0, 2, 3, 4, 5, 6], weight=1.0)
    shown = balance_table(frame, "A", on=["rank"])
    assert shown["group"].tolist() == ["B", "C"]
    assert shown["feature"].tolist() == ["rank", "rank"]
    assert shown["difference"].tolist() == pytest.approx([4, 8])


def test_the_callers_table_stays():
    before = DOCUMENTS.copy()
    coarsened_exact_matching(DOCUMENTS, "A")
    entropy_balancing(DOCUMENTS[DOCUMENTS["venue"] != "agency"], "A", on=["venue"])
    pd.testing.assert_frame_equal(DOCUMENTS, before)


@pytest.mark.parametrize(
    ("change", "options", "text"),
    [
        ({"actor": "A"}, {}, "by is 'actor', which makes one group"),
        ({}, {"target": "C"}, "target is 'C'; legal: A, B"),
        ({}, {"on": ["topic"]}, "on is 'topic'; legal: actor, venue, year"),
        ({"venue": list("wwwwxxxxxx")}, {}, "no document of every 'actor' is alike in venue, year; coarsen a column"),
        ({}, {"bins": {"venue": 2}}, "bins: column 'venue' holds no numbers"),
        ({"actor": [None, *"AAABBBBBB"]}, {}, "documents: 'actor' is missing in 1 rows; leave those out"),
        ({}, {"by": "bloc"}, "by is 'bloc'; legal: actor"),
    ],
)
def test_misuse_of_matching_is_refused(change, options, text):
    with pytest.raises(InputError, match=text):
        coarsened_exact_matching(DOCUMENTS.assign(**change), **{"target": "A"} | options)


@pytest.mark.parametrize(
    ("change", "options", "text"),
    [
        (
            {"venue": ["un"] * 4 + ["press"] * 6},
            {"on": ["venue"]},
            "no weights of the documents of actor 'B' reach the means",
        ),
        ({"rank": [9.0] * 4 + [1.0] * 6}, {"on": ["rank"]}, "balance fewer columns, or leave out the target's"),
        ({"rank": np.nan}, {"on": ["rank"]}, "column 'rank' has missing values; fill them"),
    ],
)
def test_misuse_of_balancing_is_refused(change, options, text):
    with pytest.raises(InputError, match=text):
        entropy_balancing(DOCUMENTS.assign(**change), "A", **options)


def test_a_balance_needs_weights():
    with pytest.raises(InputError, match="column of weights is 'weight'; legal: actor, venue, year"):
        balance_table(DOCUMENTS, "A", on=["venue"])
