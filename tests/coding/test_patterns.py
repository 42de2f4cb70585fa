import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.coding.patterns import Pattern, expand, translate
from discourse.errors import InputError

WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8)


def finds(source, sentence, **lists):
    return re.search(translate(source, lists), sentence)


@pytest.mark.parametrize(
    ("pattern", "sentence", "expected"),
    [
        ("sovereign* state", "a sovereign state", "sovereign state"),
        ("sovereign* state", "sovereignty  state", "sovereignty  state"),
        ("sovereign* state", "a sovereign statement", None),
        ("self-defen(c|s)e", "in self- defence", "self- defence"),
        ("no one (has|had) (the )?right", "no one has right", "no one has right"),
        ("respect ..2 borders", "respect the old borders", "respect the old borders"),
        ("respect ..2 borders", "respect one two three borders", None),
        ("respect ..2 borders", "respect; borders", None),
        ("re:\\bfake(?! news)", "fake stories", "fake"),
        ("re:\\bfake(?! news)", "fake  news", None),
        ("u.s. policy", "the u.s. policy", "u.s. policy"),
        ("u.s. policy", "the ubs policy", None),
        ("<claim> of war", "a report of war", "report of war"),
    ],
)
def test_notation(pattern, sentence, expected):
    found = finds(pattern, sentence, claim="report|story")
    assert (found and found.group()) == expected


def test_braces_mark_a_cue_shorter_than_the_match():
    found = finds("under the {pretext} of", "under the pretext of peace")
    assert found.group("cue") == "pretext"


@given(WORD, WORD)
def test_plain_words_find_themselves_and_only_whole_words(first, second):
    assert finds(f"{first} {second}", f"x {first} {second} y")
    assert not finds(f"{first} {second}", f"x{first} {second}y")


@given(st.lists(WORD, max_size=6))
def test_a_gap_holds_up_to_its_number_of_words(between):
    sentence = " ".join(["Alpha", *between, "Omega"])
    found = re.search(translate("Alpha ..3 Omega", {}), sentence)
    assert bool(found) == (len(between) <= 3)


def test_parties_stay_open_until_compiled():
    pattern = Pattern("<own> never", translate("<own> never", {}))
    assert pattern.has_parties
    assert pattern.compile({"own": "we|averland"}).search("averland never did")
    assert not pattern.compile({"own": "we|brennia"}).search("averland never did")


def test_an_unknown_list_is_refused_with_the_legal_names():
    with pytest.raises(InputError, match=r"no word list <clain>; legal: claim, other, own, self"):
        translate("<clain>", {"claim": "x"})


def test_a_broken_expression_is_refused():
    with pytest.raises(InputError, match=r"pattern 're:\(a' cannot be read"):
        translate("re:(a", {})


def test_expand_leaves_named_groups_alone():
    assert expand("(?P<cue>x)<claim>", {"claim": "y"}) == "(?P<cue>x)(?:y)"
