"""Every string that an expression matches must hold one of its literals: strings are drawn from the expressions."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.coding.literals import required_literals

EXPRESSIONS = [
    r"\bterritorial\s+integrity\b",
    r"\b(?:groundless|base(?:less)?)\s+\w+",
    r"never(?:\W+\w+){0,3}?\W+(?:sold|export\w*)",
    r"(?:we|i) (?:have |had )?no(?: such)? information",
    r"colou?r revolution|regime chang(?:e|ing)",
    r"[dr]umou?rs? of (?!wars)",
    r"(?:ab|cd){2,3}x",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_each_match_holds_a_literal(expression):
    literals = required_literals(expression)
    assert literals

    @settings(max_examples=60, deadline=None)
    @given(st.from_regex(re.compile(expression, re.ASCII), fullmatch=True))
    def holds(text):
        assert any(literal in text.lower() for literal in literals)

    holds()


@pytest.mark.parametrize("expression", [r"\w+", r"(?:we|\w+)", r"(?:word)?", r"a", r"(?:x|territory)"])
def test_expressions_without_a_fixed_word_have_none(expression):
    assert required_literals(expression) == frozenset()


def test_the_longer_literal_is_preferred():
    assert required_literals(r"we\s+have\s+exported") == {"exported"}


def test_a_small_choice_is_joined_with_its_neighbours():
    assert required_literals("defen(?:c|s)e force") == {"defence force", "defense force"}
