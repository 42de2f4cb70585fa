import numpy as np
import pandas as pd
import pytest

from discourse.compare.attribution import attribution, attribution_network
from discourse.compare.rates import rates
from discourse.errors import InputError

DOCUMENTS = pd.DataFrame({"doc_id": ["a1", "a2", "b1"], "actor": ["A", "A", "B"], "n_words": [600, 400, 500]})
ROWS = [
    ("a1", 0, "label", "self", "B", True),
    ("a1", 0, "label", "self", "B", True),
    ("a2", 3, "label", "self", "B", True),
    ("a1", 1, "denial", "self", None, True),
    ("a2", 2, "label", "other", "A", False),
    ("a2", 4, "label", "ally", "B", True),
    ("b1", 0, "motive", "self", "A", True),
]
SPANS = pd.DataFrame(ROWS, columns=["doc_id", "sentence", "code", "holder", "target", "own"]).assign(
    construct="contested_claims"
)


def test_edges_by_hand():
    table = attribution(SPANS, DOCUMENTS, per=1000).set_index(["actor", "holder", "target", "code"])
    counted = table[["k", "n_spans", "n_own", "n_documents"]]
    assert counted.loc[("A", "A", "B", "label")].tolist() == [2, 3, 3, 2]
    assert counted.loc[("A", "A", "unresolved", "denial")].tolist() == [1, 1, 1, 1]
    assert counted.loc[("A", "ally of A", "B", "label")].tolist() == [1, 1, 1, 1]
    assert counted.loc[("A", "others, by A", "A", "label")].tolist() == [1, 1, 0, 1]
    assert counted.loc[("B", "B", "A", "motive")].tolist() == [1, 1, 1, 1]
    assert len(table) == 5
    assert table.loc[("A", "A", "B", "label"), "rate"] == pytest.approx(2)
    assert table.loc[("B", "B", "A", "motive"), "rate"] == pytest.approx(2)
    some = table.dropna()
    assert (some["low"] <= some["rate"]).all()
    assert (some["rate"] <= some["high"]).all()


def test_unresolved_shares_are_reported_by_actor():
    shares = attribution(SPANS, DOCUMENTS).attrs["unresolved"]
    assert shares[""] == pytest.approx({"target": 1 / 7, "holder": 2 / 7})
    assert shares["A"] == pytest.approx({"target": 1 / 6, "holder": 2 / 6})
    assert shares["B"] == {"target": 0, "holder": 0}


def test_rates_of_an_actors_only_edge_are_those_of_rates():
    rng = np.random.default_rng(4)
    documents = pd.DataFrame({"doc_id": [f"d{i}" for i in range(30)], "actor": "A", "n_words": 900})
    places = [(f"d{i}", s) for i in range(30) for s in range(rng.poisson(2))]
    spans = pd.DataFrame(places, columns=["doc_id", "sentence"]).assign(
        own=True, construct="contested_claims", code="label", holder="self", target="B"
    )
    edge = attribution(spans, documents).iloc[0]
    known = rates(spans, documents).query("code == 'label'").iloc[0]
    assert edge["rate"] == pytest.approx(known["rate"])
    assert [edge["low"], edge["high"]] == pytest.approx([known["low"], known["high"]], rel=0.1)


def test_the_network_joins_codes_and_leaves_the_unresolved_out():
    table = attribution(pd.concat([SPANS, SPANS.head(1).assign(code="motive")]), DOCUMENTS)
    network = attribution_network(table)
    assert sorted(network.edges) == [("A", "B"), ("B", "A"), ("ally of A", "B"), ("others, by A", "A")]
    assert network["A"]["B"] == {"weight": 4, "n_own": 4, "codes": {"label": 3, "motive": 1}}
    assert network["others, by A"]["A"]["n_own"] == 0
    assert network.graph["unresolved"] == pytest.approx(1 / 8)


def test_doubtful_edges_can_be_left_out():
    documents = pd.DataFrame({"doc_id": [f"d{i}" for i in range(20)], "actor": "A", "n_words": 1000})
    rows = [(f"d{i}", 0, "label", "self", "B", True) for i in range(20)] + [("d0", 1, "label", "self", "C", True)]
    spans = pd.DataFrame(rows, columns=list(SPANS)[:6]).assign(construct="contested_claims")
    table = attribution(spans, documents, per=1000)
    assert list(attribution_network(table, min_low=0.5).edges) == [("A", "B")]
    assert attribution_network(table, min_low=0.5).graph["unresolved"] == 0


def test_same_table_in_any_order_and_the_callers_tables_stay():
    before = SPANS.copy()
    table = attribution(SPANS, DOCUMENTS)
    again = attribution(SPANS.sample(frac=1, random_state=1), DOCUMENTS.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    pd.testing.assert_frame_equal(SPANS, before)


def test_misuse_is_refused_with_what_to_do():
    with pytest.raises(InputError, match="spans: column 'holder' is missing; legal: the table that discourse.code"):
        attribution(SPANS.drop(columns="holder"), DOCUMENTS)
    with pytest.raises(InputError, match="none lies in the documents; legal: the spans of these documents"):
        attribution(SPANS.assign(doc_id="z"), DOCUMENTS)
    with pytest.raises(InputError, match="n_boot is 3; legal: 100 draws or more"):
        attribution(SPANS, DOCUMENTS, n_boot=3)
    table = attribution(SPANS, DOCUMENTS)
    with pytest.raises(InputError, match="min_low is -1; legal: a rate from 0"):
        attribution_network(table, min_low=-1)
    with pytest.raises(InputError, match="table: column 'n_own' is missing; legal: the table that attribution returns"):
        attribution_network(table.drop(columns="n_own"))
