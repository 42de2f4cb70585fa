import pytest

from discourse.coding.actors import load_actors
from discourse.coding.context import holder_of, is_negated, referent_of, reported_by, target_of


@pytest.fixture(scope="module")
def averland():
    return load_actors().parties("Averland", "")


@pytest.fixture(scope="module")
def dprk():
    return load_actors().parties("PRK", "2024-07-01")


@pytest.mark.parametrize(
    ("sentence", "cue", "expected"),
    [
        ("this is not a groundless rumour", "groundless", True),
        ("we never spread rumours", "rumours", True),
        ("they don't want to dominate", "dominate", True),
        ("not only is this a fabrication", "fabrication", False),
        ("it is not new, but it is a fabrication", "fabrication", False),
        ("there is no doubt that this is a fabrication", "fabrication", False),
        ("nobody asked; this is a fabrication", "fabrication", False),
        ("no one among the many delegations here believes the fabrication", "fabrication", False),
    ],
)
def test_negation_and_its_scope(sentence, cue, expected):
    assert is_negated(sentence, sentence.index(cue)) == expected


@pytest.mark.parametrize(
    ("sentence", "cue", "expected"),
    [
        ("the united states claims that we violate the treaty", "violate", "other"),
        ("the united states says that we violate the treaty", "violate", "other"),
        ("russia said that this is a violation", "violation", "ally"),
        ("some allege that this is an aggression", "aggression", "other"),
        ("the minister of coralia said that sovereignty must be respected", "sovereignty", None),
        ("we said that sovereignty must be respected", "sovereignty", "self"),
        ("sovereign states of the united states and russia must respect sovereignty", "sovereignty", None),
        ("the united states states that sovereignty was violated", "violated", "other"),
        ("they claim to be peaceful, but this is a violation", "violation", None),
        ("sovereignty must be respected, they claim", "sovereignty", None),
    ],
)
def test_who_is_reported_to_hold_it(dprk, sentence, cue, expected):
    assert reported_by(sentence, sentence.index(cue), dprk) == expected


def test_without_a_report_the_speaker_holds_it(averland):
    assert holder_of("this is a fabrication", 10, averland) == "self"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("we shall defend our sovereignty", "self"),
        ("averland's sovereignty is not for sale", "self"),
        ("the sovereignty of all states must be respected", "all"),
        ("the sovereignty of ukraine must be respected", "other"),
        ("they must decide on their sovereignty", "other"),
        ("sovereignty is a principle", "all"),
    ],
)
def test_whose_sovereignty(averland, sentence, expected):
    start = sentence.index("sovereignty")
    assert referent_of(sentence, start, start + len("sovereignty"), averland) == expected


def test_an_allys_sovereignty_is_anothers(dprk):
    sentence = "the sovereignty of russia must be respected"
    assert referent_of(sentence, 4, 15, dprk) == "other"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("iran and the united states spread a fabrication", "USA"),
        ("we in the dprk call this a fabrication", None),
        ("nobody is named in this fabrication", None),
    ],
)
def test_the_nearest_other_actor_is_the_target(dprk, sentence, expected):
    start = sentence.index("fabrication")
    assert target_of(sentence, start, start + 11, dprk) == expected
