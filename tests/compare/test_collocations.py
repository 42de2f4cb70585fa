import math

import pandas as pd
import pytest
from nltk.metrics import BigramAssocMeasures
from scipy import stats

from discourse.compare.collocations import _measures, collocation_network, collocations
from discourse.errors import InputError


def make(*texts, actors=None):
    actor = actors or ["A"] * len(texts)
    return pd.DataFrame({"doc_id": [f"d{i}" for i in range(len(texts))], "actor": actor, "text": list(texts)})


TEXTS = ("Our sovereign rights are ours. All rights, sovereign rights, remain.", "Sovereign duties remain. Rights end.")


def test_windows_by_hand():
    table = collocations(make(*TEXTS), "sovereign", window=1, min_count=1, min_documents=1).set_index("collocate")
    assert table["k"].to_dict() == {"our": 1, "rights": 3, "duties": 1}
    assert table["k_node"].unique().tolist() == [3]
    assert table["k_collocate"].to_dict() == {"our": 1, "rights": 4, "duties": 1}
    assert table["n_window"].unique().tolist() == [5]
    assert table["n_words"].unique().tolist() == [12]
    assert table["n_documents"].to_dict() == {"our": 1, "rights": 1, "duties": 1}


def test_a_word_between_two_nodes_counts_once():
    table = collocations(make("sovereign state sovereign", "x"), "sovereign", window=2, min_count=1, min_documents=1)
    assert table[["collocate", "k", "n_window"]].to_numpy().tolist() == [["state", 1, 1]]


def test_measures_follow_from_the_four_cells():
    table = collocations(make(*TEXTS), "sovereign", window=1, min_count=1, min_documents=1).set_index("collocate")
    line = table.loc["rights"]
    cells = [[3, 1], [2, 6]]
    g2 = stats.chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic
    assert line["log_likelihood"] == pytest.approx(g2)
    assert line["pmi"] == pytest.approx(math.log2(3 * 12 / (5 * 4)))
    assert line["t_score"] == pytest.approx((3 - 5 * 4 / 12) / math.sqrt(3))
    assert line["dice"] == pytest.approx(2 * 3 / (3 + 4))


def test_measures_are_the_published_ones():
    found = _measures(3, 3, 4, 10, 3)
    assert found["log_likelihood"] == pytest.approx(7.718605, abs=1e-6)
    assert found["pmi"] == pytest.approx(1.321928, abs=1e-6)
    assert found["t_score"] == pytest.approx(1.039230, abs=1e-6)
    assert found["dice"] == BigramAssocMeasures.dice(3, (3, 4), 10)
    assert _measures(1, 50, 50, 100, 10)["log_likelihood"] < 0
    assert _measures(5, 50, 10, 100, 10)["log_likelihood"] == 0


def test_words_of_the_project_stay_whole_and_patterns_are_case_folded():
    texts = ["The U.S. so-called SOVEREIGNTY claim.", "Their sovereignties: a so-called claim."]
    table = collocations(make(*texts), "Sovereign*", window=2, min_count=2)
    assert table["collocate"].tolist() == ["so-called"]
    assert table["node"].tolist() == ["Sovereign*"]
    assert table["k_node"].tolist() == [2]


def test_groups_and_several_nodes():
    documents = make(*TEXTS, *TEXTS, actors=["A", "A", "B", "B"])
    table = collocations(documents, ["sovereign", "remain"], window=1, min_count=1, min_documents=1)
    assert table.groupby(["actor", "node"]).size().to_dict() == {
        ("A", "remain"): 2,
        ("A", "sovereign"): 3,
        ("B", "remain"): 2,
        ("B", "sovereign"): 3,
    }
    for _, part in table.groupby(["actor", "node"]):
        assert part["log_likelihood"].is_monotonic_decreasing
    together = collocations(documents, "sovereign", window=1, min_count=1, min_documents=1, by=[])
    assert together.set_index("collocate").loc["rights", ["k", "n_documents"]].tolist() == [6, 2]


def test_rare_company_is_left_out():
    assert collocations(make(*TEXTS), "sovereign", window=1, min_count=3, min_documents=1)["collocate"].tolist() == [
        "rights"
    ]
    table = collocations(make(*TEXTS), "sovereign", window=3, min_count=1, min_documents=2)
    assert set(table["collocate"]) == {"rights", "remain"}
    assert "log_likelihood" in table.attrs["for_ranking"]


def test_same_table_in_any_order_of_documents():
    documents = make(*TEXTS, *TEXTS)
    table = collocations(documents, "sovereign", min_count=1)
    again = collocations(documents.sample(frac=1, random_state=2), "sovereign", min_count=1)
    pd.testing.assert_frame_equal(table, again, check_exact=True)


NETWORK = pd.DataFrame(
    {
        "node": ["right", "right", "right", "duty", "duty"],
        "collocate": ["lawful", "sole", "no", "lawful", "right"],
        "k": [9, 5, 6, 6, 3],
        "log_likelihood": [30.0, 12.0, -8.0, 14.0, 3.0],
        "pmi": [2.0, 4.0, -1.0, 1.0, 0.5],
    }
)


def test_networks_have_the_strongest_edges():
    network = collocation_network(NETWORK, top=2)
    assert {frozenset(edge) for edge in network.edges} == {
        frozenset(pair) for pair in (("right", "lawful"), ("right", "sole"), ("duty", "lawful"), ("duty", "right"))
    }
    assert network["right"]["lawful"] == {"weight": 30.0, "k": 9}
    assert [name for name, node in network.nodes(data="node") if node] == ["duty", "right"]
    single = collocation_network(NETWORK, measure="pmi", top=1)
    assert {frozenset(edge) for edge in single.edges} == {frozenset(("right", "sole")), frozenset(("duty", "lawful"))}


def test_an_edge_found_from_both_ends_keeps_its_greater_weight():
    both = pd.concat([NETWORK, pd.DataFrame([{"node": "right", "collocate": "duty", "k": 4, "log_likelihood": 5.0}])])
    assert collocation_network(both)["duty"]["right"]["weight"] == 5.0


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"nodes": "rumour"}, "no document has rumour with enough company"),
        ({"window": 0}, "window is 0; legal: a whole number from 1"),
        ({"min_count": 0}, "min_count is 0; legal"),
        ({"min_documents": 0}, "min_documents is 0; legal"),
        ({"by": "bloc"}, "by is 'bloc'; legal"),
    ],
)
def test_misuse_is_refused_with_what_to_do(options, text):
    with pytest.raises(InputError, match=text):
        collocations(make(*TEXTS), **{"nodes": "sovereign"} | options)


def test_networks_of_several_groups_are_refused():
    with pytest.raises(InputError, match="table holds several groups; select the rows of one"):
        collocation_network(pd.concat([NETWORK, NETWORK]))
    with pytest.raises(InputError, match="measure is 'dice'; legal: log_likelihood, pmi"):
        collocation_network(NETWORK, measure="dice")
    with pytest.raises(InputError, match="top is 0; legal"):
        collocation_network(NETWORK, top=0)
