import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from discourse.compare.regression import rate_regression
from discourse.errors import InputError


def bursty(seed, sizes, means, alpha=0.5):
    """Documents of actors A, B, ... with a column `y` of negative binomial counts, one a year from 1990."""
    rng = np.random.default_rng(seed)
    parts = []
    for actor, size, mean in zip("ABCDE", sizes, means, strict=False):
        words = rng.integers(800, 3000, size)
        expected = mean * words / 1000 * (rng.gamma(1 / alpha, alpha, size) if alpha else 1)
        part = pd.DataFrame({"actor": actor, "n_words": words, "y": rng.poisson(expected)})
        parts.append(part.assign(date=[f"{1990 + i % 30}" for i in range(size)]))
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(doc_id=[f"d{i:04d}" for i in frame.index])


DOCUMENTS = bursty(1, [60, 60], [2, 4])


def test_estimates_are_those_of_maximum_likelihood():
    line = rate_regression(None, DOCUMENTS, "y")
    design = sm.add_constant((DOCUMENTS["actor"] == "B").astype(float).to_numpy())
    known = sm.NegativeBinomial(DOCUMENTS["y"].to_numpy(), design, exposure=DOCUMENTS["n_words"].to_numpy())
    known = known.fit(disp=False, maxiter=200)
    assert line["term"].tolist() == ["actor: B"]
    assert line["estimate"][0] == pytest.approx(known.params[1], abs=1e-3)
    assert line.attrs["overdispersion"] == pytest.approx(known.params[2], rel=0.01)
    assert line["se"][0] == pytest.approx(known.bse[1], rel=0.25)
    assert line["ratio"][0] == pytest.approx(np.exp(line["estimate"][0]))
    assert line["low"][0] < line["ratio"][0] < line["high"][0]


def test_periods_are_ratios_of_the_cells_where_documents_are_equally_long():
    frame = DOCUMENTS.assign(n_words=1000)
    table = rate_regression(None, frame, "y", breaks=[2010]).set_index("term")["ratio"]
    late = frame["date"].astype(int) >= 2010
    mean = frame.groupby(["actor", late])["y"].mean()
    assert table["actor: B"] == pytest.approx(mean["B", False] / mean["A", False])
    assert table["period: from 2010"] == pytest.approx(mean["A", True] / mean["A", False])
    ratio = mean["B", True] / mean["B", False] / (mean["A", True] / mean["A", False])
    assert table["actor: B x period: from 2010"] == pytest.approx(ratio)


def test_standard_errors_are_those_of_leaving_out_each_cluster():
    frame = DOCUMENTS.assign(speaker=[f"{actor}{i % 10}" for i, actor in enumerate(DOCUMENTS["actor"])])
    line = rate_regression(None, frame, "y", cluster="speaker").iloc[0]
    family = sm.families.NegativeBinomial(alpha=rate_regression(None, frame, "y").attrs["overdispersion"])
    estimates = []
    for name in frame["speaker"].unique():
        kept = frame[frame["speaker"] != name]
        design = sm.add_constant((kept["actor"] == "B").astype(float).to_numpy())
        fitted = sm.GLM(kept["y"].to_numpy(), design, family=family, offset=np.log(kept["n_words"].to_numpy())).fit()
        estimates.append(fitted.params[1])
    known = np.sqrt(19 / 20 * ((np.array(estimates) - line["estimate"]) ** 2).sum())
    assert line["se"] == pytest.approx(known, rel=0.03)
    assert 15 < line["df"] <= 19


def test_few_documents_on_one_side_are_few_degrees_of_freedom():
    even, uneven = (rate_regression(None, bursty(3, sizes, [1, 1]), "y")["df"][0] for sizes in ([60, 60], [10, 110]))
    assert 90 < even <= 119
    assert 8 < uneven < 20


def test_controls_are_numbers_and_categories():
    frame = DOCUMENTS.assign(topic=np.where(DOCUMENTS.index % 3 == 0, "arms", "trade"), rank=DOCUMENTS.index % 4)
    table = rate_regression(None, frame, "y", controls=["topic", "rank"])
    assert table["term"].tolist() == ["actor: B", "topic: trade", "rank"]
    assert table["n_documents"].tolist() == [60, 80, 90]
    years = rate_regression(None, frame.assign(date=np.where(frame.index % 2, "2001", "2002")), "y", controls=["year"])
    assert years["term"].tolist() == ["actor: B", "year: 2002"]


def test_counts_from_spans_are_own_sentences():
    spans = pd.DataFrame(
        [("d0000", 0, True), ("d0000", 0, True), ("d0001", 1, False), ("d0002", 2, True), ("d0060", 0, True)],
        columns=["doc_id", "sentence", "own"],
    ).assign(construct="contested_claims", code="label")
    counted = DOCUMENTS.assign(y=[int(name in ("d0000", "d0002", "d0060")) for name in DOCUMENTS["doc_id"]])
    for name in ("label", "stance", "contested_claims"):
        table = rate_regression(spans, DOCUMENTS, name)
        pd.testing.assert_frame_equal(table, rate_regression(None, counted, "y"), check_exact=False)
    assert table.attrs["code"] == "any"
    assert table.attrs["construct"] == "contested_claims"


def test_row_order_and_empty_documents_do_not_matter_and_the_tables_stay():
    frame = DOCUMENTS.copy()
    table = rate_regression(None, frame, "y")
    pd.testing.assert_frame_equal(frame, DOCUMENTS)
    empty = pd.DataFrame({"doc_id": ["x"], "actor": ["C"], "n_words": [0], "y": [0], "date": ["1999"]})
    shuffled = pd.concat([DOCUMENTS.sample(frac=1, random_state=3), empty])
    pd.testing.assert_frame_equal(rate_regression(None, shuffled, "y"), table)


def test_intervals_hold_an_equal_rate_about_as_often_as_they_say():
    false = 0
    for seed in range(40):
        p = rate_regression(None, bursty(seed, [25, 60], [1, 1], alpha=1.0), "y")["p"][0]
        assert p > 0
        false += p < 0.05
    assert false <= 6


@pytest.mark.parametrize(
    ("change", "options", "text"),
    [
        ({"actor": "A"}, {}, "makes one group; legal: columns that make two"),
        ({"y": 0}, {}, "'actor: A' has no hit, so no ratio to it is finite; leave it out or use rate_ratio"),
        ({"y": 0.5}, {}, "row 0, column 'y': .*0.5.*; legal: counts, whole numbers from 0"),
        ({}, {"breaks": [2050]}, "'period: from 2050' has no document; leave out that year"),
        ({}, {"cluster": "actor"}, "without one 'actor' a term of the model cannot be estimated"),
        ({"copy": DOCUMENTS["actor"]}, {"controls": ["copy"]}, "'copy: B' is a combination of the terms before it"),
        ({"z": np.nan}, {"controls": ["z"]}, "column 'z' has missing values; fill them"),
        ({}, {"controls": ["when"]}, "controls is 'when'; legal: actor"),
        ({}, {"level": 95}, "level is 95; legal: between 0 and 1"),
        ({"date": None}, {"breaks": [2000]}, "0 has a date; legal: two dated documents"),
    ],
)
def test_misuse_is_refused_with_what_to_do(change, options, text):
    with pytest.raises(InputError, match=text):
        rate_regression(None, DOCUMENTS.assign(**change), "y", **options)


def test_unknown_codes_and_missing_dates_are_refused():
    with pytest.raises(InputError, match=r"code \(spans is None\) is 'x'; legal: n_words, y, date"):
        rate_regression(None, DOCUMENTS, "x")
    with pytest.raises(InputError, match="column 'date' is missing; add one"):
        rate_regression(None, DOCUMENTS.drop(columns="date"), "y", breaks=[2000])
    with pytest.raises(InputError, match="1 of them has words; legal: two documents with words or more"):
        rate_regression(None, DOCUMENTS.head(1), "y")
    with pytest.raises(InputError, match="2 documents are too few for 2 terms"):
        rate_regression(None, DOCUMENTS.iloc[[2, 70]].assign(y=1), "y")
    spans = pd.DataFrame(
        {"doc_id": ["a"], "sentence": 0, "construct": "contested_claims", "code": "label", "own": True}
    )
    with pytest.raises(InputError, match="code is 'rumour'; legal: sovereignty, statehood, .* stance, label"):
        rate_regression(spans, DOCUMENTS, "rumour")
