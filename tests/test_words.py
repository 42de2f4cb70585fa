import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from discourse.words import COMPOUNDS, WORD, count_words, word_counts, words

PIECES = [
    *"aUSz.1,-'’ \n_…²й무\u0301\u00ad\u00a0",
    "non- ",
    "non-",
    "self-\n",
    "interference",
    "determination",
    "U.S.",
    "3.5",
]
jumbles = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def listed(text):
    return [text[start:end] for start, end in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so-called non-interference, don't", ["so-called", "non-interference", "don't"]),
        ("the U.S. and the U.S.", ["the", "U.S.", "and", "the", "U.S."]),
        ("U.S.-led, U.S.'s, e.g. this", ["U.S.-led", "U.S.'s", "e.g.", "this"]),
        ("resolution 1718 – 1,000 tons … 3.5%", ["resolution", "1718", "1,000", "tons", "3.5"]),
        ("суверенитет и 무기거래설", ["суверенитет", "и", "무기거래설"]),
        ("non- interference and self-\ndetermination", ["non- interference", "and", "self-\ndetermination"]),
        ("Non- Interference", ["Non- Interference"]),
        ("short- and long-term", ["short", "and", "long-term"]),
        ("our house- guests", ["our", "house", "guests"]),
        ("the states’ rights aren’t ‘gifts’", ["the", "states", "rights", "aren’t", "gifts"]),
        ("_emphasis_ and snake_case", ["emphasis", "and", "snake", "case"]),
        ("Mr. A. Lund said: plan B. We", ["Mr", "A", "Lund", "said", "plan", "B", "We"]),
        ("per\u00acsisting cre\u0301dit", ["per\u00acsisting", "cre\u0301dit"]),
        ("S/PV.6389 of 1970-1980, 1. a", ["S", "PV", "6389", "of", "1970-1980", "1", "a"]),
        ("---- … ' ’ . , _", []),
    ],
)
def test_words_are_those_of_the_definition(text, expected):
    assert listed(text) == expected
    assert count_words(text) == len(expected)


def by_the_letter(text):
    """The definition for texts of ASCII letters, digits and signs without broken compounds, one character at a time."""
    found, at = [], 0
    alnum = str.isalnum
    while at < len(text):
        if not alnum(text[at]):
            at += 1
            continue
        start = at
        while at < len(text):
            one, two = text[at], text[at + 1 : at + 2]
            run_start = at
            while run_start > start and alnum(text[run_start - 1]):
                run_start -= 1
            single = at - run_start == 1 and text[run_start].isalpha()
            lone_next = two.isalpha() and not alnum(text[at + 2 : at + 3] or " ")
            initials = text[at - 3 : at + 1][1::2] == ".." and text[at - 3 : at - 2].isalpha() and at - 3 >= start
            initials = initials and text[at - 1 : at].isalpha() and (at - 4 < start or not alnum(text[at - 4]))
            joins = (
                alnum(one)
                or (one in "-'" and bool(two) and alnum(two))
                or (one in ".," and text[at - 1].isdigit() and two.isdigit())
                or (one == "." and single and lone_next)
                or (one == "." and initials and two in ("-", "'") and text[at + 2 : at + 3].isalnum())
            )
            if not joins:
                at += one == "." and initials
                break
            at += 2 if one == "." and initials and two in ("-", "'") else 1
        found.append(text[start:at])
    return found


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from([*"aUS1.,-' \n", "U.S.", "3.5", "so-called", "war"]), max_size=20).map("".join))
@example("U.S.-led")
@example("ab.U.S. 1.U.2")
def test_words_agree_with_a_reading_letter_by_letter(text):
    assert listed(text) == by_the_letter(text)


@settings(deadline=None, max_examples=500)
@given(st.one_of(jumbles, st.text(max_size=60)))
@example("twenty-first- century")
@example("\ud800 lone surrogate")
def test_the_count_is_the_number_of_words(text):
    assert count_words(text) == len(words(text))


@settings(deadline=None, max_examples=200)
@given(st.one_of(jumbles, st.text(max_size=60)))
def test_words_are_in_order_apart_and_hold_every_letter(text):
    spans = words(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in zip(spans, spans[1:], strict=False))
    inside = {at for start, end in spans for at in range(start, end)}
    assert all(at in inside for at, sign in enumerate(text) if sign.isalpha())


def test_every_listed_compound_is_one_word_when_broken():
    for first, seconds in COMPOUNDS.items():
        for second in seconds:
            assert WORD.fullmatch(f"{first}- {second}"), (first, second)
            assert count_words(f"the {first}-\n{second} of") == 3


def test_word_counts_are_integers_in_the_order_of_texts():
    counts = word_counts(iter(["We deny it.", "", "суверенитет"]))
    assert counts.tolist() == [3, 0, 1]
    assert counts.dtype == np.int64
