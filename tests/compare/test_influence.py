import numpy as np
import pandas as pd
import pytest

from discourse.compare.influence import influence
from discourse.compare.rates import rates
from discourse.errors import InputError


@pytest.fixture
def documents():
    return pd.DataFrame(
        {
            "doc_id": ["a1", "a2", "a3", "b1", "b2"],
            "actor": ["AVR"] * 3 + ["BEL"] * 2,
            "speaker": ["Mr. Jan Novak", "NOVAK", "Ana Lind", "Petr Kral", None],
            "n_words": [100, 200, 100, 300, 100],
        }
    )


@pytest.fixture
def spans():
    rows = [
        ("a1", 0, "label", "rumour", "Rumour"),
        ("a1", 0, "label", "slander", "slander"),
        ("a1", 1, "label", "rumour", "rumour"),
        ("a2", 0, "label", "rumour", "rumours"),
        ("a3", 0, "denial", "denial", "we deny"),
        ("b1", 0, "label", "slander", "Slander"),
        ("b1", 5, "label", "slander", "slander"),
    ]
    table = pd.DataFrame(rows, columns=["doc_id", "sentence", "code", "rule", "cue"])
    return table.assign(own=True, construct="contested_claims")


SETTINGS = {"target": "AVR", "reference": "BEL", "code": "label"}


def by_unit(table):
    table = table.set_index(table.columns[0])
    if "difference" in table.attrs["measure"] or table.attrs["measure"].endswith("rate"):
        table[["estimate", "without", "change"]] /= 100
    return table


def test_documents_by_hand(spans, documents):
    table = by_unit(influence(spans, documents, **SETTINGS))
    assert table["estimate"].unique() == pytest.approx([3 / 4 - 2 / 4])
    assert table["without"].to_dict() == pytest.approx(
        {"a1": 1 / 3 - 1 / 2, "a2": 2 / 2 - 1 / 2, "a3": 3 / 3 - 1 / 2, "b1": 3 / 4 - 0, "b2": 3 / 4 - 2 / 3}
    )
    assert table.loc["a1", ["k_target", "k_reference", "share_target", "share_reference"]].tolist() == [2, 0, 2 / 3, 0]
    assert table["change"].tolist() == pytest.approx((table["without"] - table["estimate"]).tolist())


def test_the_largest_change_comes_first_and_ties_go_by_name(spans, documents):
    table = influence(spans, documents, **SETTINGS)
    assert table["document"].tolist() == ["b1", "a1", "a2", "a3", "b2"]
    assert table["change"].abs().is_monotonic_decreasing


def test_speakers_are_persons(spans, documents):
    table = by_unit(influence(spans, documents, **SETTINGS, unit="speaker"))
    assert table.index.tolist()[0] == "Jan Novak (AVR)"
    assert set(table.index) == {"Jan Novak (AVR)", "Ana Lind (AVR)", "Petr Kral (BEL)", "not named: b2 (BEL)"}
    assert table.loc["Jan Novak (AVR)", "without"] == pytest.approx(0 / 1 - 2 / 4)


def test_a_sentence_is_lost_only_with_all_its_rules(spans, documents):
    table = by_unit(influence(spans, documents, **SETTINGS, unit="rule"))
    assert table[["k_target", "k_reference"]].to_dict("index") == {
        "rumour": {"k_target": 2, "k_reference": 0},
        "slander": {"k_target": 0, "k_reference": 2},
    }
    assert table["without"].to_dict() == pytest.approx({"rumour": 1 / 4 - 2 / 4, "slander": 3 / 4 - 0})


def test_cues_are_casefolded(spans, documents):
    table = by_unit(influence(spans, documents, **SETTINGS, unit="cue"))
    assert sorted(table.index) == ["rumour", "rumours", "slander"]
    assert table.loc["slander", "k_reference"] == 2


def test_ratio_adds_half_a_sentence_and_changes_on_the_log_scale(spans, documents):
    table = by_unit(influence(spans, documents, **SETTINGS, measure="ratio"))
    estimate, without = (3.5 / 400) / (2.5 / 400), (1.5 / 300) / (2.5 / 400)
    assert table.loc["a1", ["estimate", "without"]].tolist() == pytest.approx([estimate, without])
    assert table.loc["a1", "change"] == pytest.approx(np.log(without / estimate))


def test_rate_is_that_of_the_target_and_lists_its_units_only(spans, documents):
    table = by_unit(influence(spans, documents, **SETTINGS, measure="rate"))
    assert sorted(table.index) == ["a1", "a2", "a3"]
    assert list(table) == ["k_target", "share_target", "estimate", "without", "change"]
    for left_out, line in table.iterrows():
        rest = rates(spans, documents[documents["doc_id"] != left_out], per=100)
        rest = rest[(rest["actor"] == "AVR") & (rest["code"] == "label")]
        assert line["without"] == pytest.approx(rest["rate"].item())


def test_all_others_are_the_reference_by_default(spans, documents):
    more = pd.concat([documents, documents.tail(1).assign(doc_id="c1", actor="COR", n_words=100)])
    table = influence(spans, more, **SETTINGS | {"reference": None})
    assert table["estimate"].iloc[0] == pytest.approx((3 / 4 - 2 / 5) * 100)


def test_nothing_is_left_without_the_only_speaker(spans, documents):
    table = by_unit(influence(spans, documents.assign(speaker="One Man"), **SETTINGS, unit="speaker"))
    assert table["without"].isna().all()


def test_gini(spans, documents):
    assert influence(spans, documents, **SETTINGS).attrs["gini"] == pytest.approx(0.48)
    one = influence(spans[spans["doc_id"] == "b1"], documents, **SETTINGS)
    assert one.attrs["gini"] == pytest.approx(4 / 5)


def test_a_construct_stands_for_any_of_its_codes(spans, documents):
    table = influence(spans, documents, **SETTINGS | {"code": "contested_claims"})
    assert table["k_target"].sum() == 4


def test_a_code_of_two_constructs_is_refused(spans, documents):
    twice = pd.concat([spans, spans.assign(construct="mine")])
    with pytest.raises(InputError, match="code 'label' stands in several constructs of spans; keep the spans of one"):
        influence(twice, documents, **SETTINGS)


def test_tables_are_left_alone_and_rows_may_come_in_any_order(spans, documents):
    before = spans.copy(), documents.copy()
    table = influence(spans, documents, **SETTINGS, unit="rule")
    again = influence(spans[::-1], documents[::-1], **SETTINGS, unit="rule")
    pd.testing.assert_frame_equal(table, again)
    pd.testing.assert_frame_equal(spans, before[0])
    pd.testing.assert_frame_equal(documents, before[1])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"measure": "odds"}, "measure is 'odds'; legal: rate, difference, ratio"),
        ({"unit": "word"}, "unit is 'word'; legal: document, speaker, rule, cue"),
        ({"target": "XXX"}, "target is 'XXX'; legal: AVR, BEL"),
        ({"code": "lable"}, "code is 'lable'"),
        ({"code": "any"}, "code is 'any'; legal: sovereignty, statehood"),
        ({"code": "hedge", "unit": "rule"}, "neither group has a sentence of 'hedge'"),
    ],
)
def test_misuse_is_refused(spans, documents, change, says):
    with pytest.raises(InputError, match=says):
        influence(spans, documents, **SETTINGS | change)


def test_a_side_needs_two_documents_with_words(spans, documents):
    with pytest.raises(InputError, match="reference: fewer than two of its documents have words"):
        influence(spans, documents.assign(n_words=[100, 200, 100, 300, 0]), **SETTINGS)
    with pytest.raises(InputError, match="column 'rule' is missing"):
        influence(spans.drop(columns="rule"), documents, **SETTINGS, unit="rule")
    with pytest.raises(InputError, match="column 'speaker' is missing"):
        influence(spans, documents.drop(columns="speaker"), **SETTINGS, unit="speaker")
