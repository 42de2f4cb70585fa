"""Every example sentence of the shipped codebooks is coded: the positive ones must carry the code, the negative not."""

import pandas as pd
import pytest

import discourse
from discourse.coding.codebook import default_codebooks
from discourse.coding.codes import CONSTRUCTS

RULES = [(book, rule) for book in default_codebooks() for rule in book.rules()]
CASES = [
    (rule, example, expected)
    for _, rule in RULES
    for expected, examples in ((True, rule.positive), (False, rule.negative))
    for example in examples
]


@pytest.fixture(scope="module")
def found():
    """The codes found, as the speaker's own, in each example."""
    table = pd.DataFrame(
        {
            "doc_id": [str(n) for n in range(len(CASES))],
            "actor": [example.actor for _, example, _ in CASES],
            "text": [example.text for _, example, _ in CASES],
        }
    )
    spans = discourse.code(table)
    own = spans[spans["own"]]
    return {doc_id: set(codes) for doc_id, codes in own.groupby("doc_id")["code"]}


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{CASES[n][0].id}-{n}")
def test_example(found, number):
    rule, example, expected = CASES[number]
    assert (rule.code in found.get(str(number), set())) == expected, example.text


def test_the_codebooks_hold_the_reported_codes():
    assert {book.construct: tuple(code.name for code in book.codes) for book in default_codebooks()} == CONSTRUCTS


def test_every_rule_names_its_source_and_every_code_its_theory():
    for book in default_codebooks():
        for code in book.codes:
            assert code.theory, code.name
            assert code.source, code.name
    assert not [rule.id for _, rule in RULES if not rule.source or not rule.positive]


def test_ids_begin_with_their_code():
    assert not [rule.id for _, rule in RULES if not rule.id.startswith(rule.code + ".")]
