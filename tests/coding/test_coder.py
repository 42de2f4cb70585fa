import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import discourse
from discourse.coding.codes import CONSTRUCTS, SPAN_COLUMNS
from discourse.coding.reader import lower
from discourse.errors import InputError

BOOK = """\
construct: contested_claims
lists:
  claim: [rumour*, rumor*, allegation*]
codes:
  label:
    definition: calls a claim untrue
    rules:
      - id: label.defect
        any: ["(groundless|baseless) <claim>", "<claim>"]
        except: ["rumours of wars"]
        positive: ["A groundless rumour."]
  denial:
    definition: denies
    negated: keep
    rules:
      - id: denial.never
        any: ["<own> ..2 {never} ..2 (export*|sold)"]
        positive: ["We never exported arms."]
  motive:
    definition: imputes a purpose
    rules:
      - id: motive.aim
        any: ["aimed at"]
        all: ["image"]
        without: ["openly"]
        near: {any: [tarnish*], words: 2}
        positive: ["It is aimed at tarnishing our image."]
"""


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.yaml"
    path.write_text(BOOK, encoding="utf-8")
    return path


def documents(*texts, actor="AVR"):
    return pd.DataFrame({"doc_id": [str(n) for n in range(len(texts))], "actor": actor, "text": list(texts)})


def cues(spans):
    return list(zip(spans["code"], spans["cue"], strict=True))


def test_the_columns_are_those_promised(book):
    spans = discourse.code(documents("A groundless rumour. We have never exported arms."), codebook=book)
    assert tuple(spans.columns) == SPAN_COLUMNS
    assert spans["sentence"].tolist() == [0, 1]
    assert cues(spans) == [("label", "groundless rumour"), ("denial", "never")]
    assert tuple(discourse.code(documents("Good morning."), codebook=book).columns) == SPAN_COLUMNS


def test_the_longest_cue_wins_within_a_code(book):
    assert cues(discourse.code(documents("This groundless rumour."), codebook=book)) == [("label", "groundless rumour")]


def test_exclusions_are_no_cues(book):
    assert cues(discourse.code(documents("Wars and rumours of wars."), codebook=book)) == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It is aimed at tarnishing our image.", True),
        ("It is aimed at tarnishing us.", False),
        ("It is openly aimed at tarnishing our image.", False),
        ("It is aimed at one or two persons who tarnish our image.", False),
    ],
)
def test_and_not_and_proximity(book, sentence, found):
    assert bool(cues(discourse.code(documents(sentence), codebook=book))) == found


def test_the_party_of_a_pattern_is_the_documents_own(book):
    text = "Russia has never exported such arms."
    assert cues(discourse.code(documents(text, actor="RUS"), codebook=book)) == [("denial", "never")]
    assert cues(discourse.code(documents(text, actor="USA"), codebook=book)) == []


@pytest.mark.parametrize(
    ("sentence", "own", "quoted"),
    [
        ("They spread a “rumour” about us.", True, "scare"),
        (
            "He told reporters: “We have heard this rumour many times and we do not believe a word of it.”",
            False,
            "direct",
        ),
        ("This is not a rumour.", False, "none"),
        ("The media claim that this is a rumour.", False, "none"),
    ],
)
def test_own_is_decided_by_quotation_negation_and_holder(book, sentence, own, quoted):
    spans = discourse.code(documents(sentence), codebook=book).query("code == 'label'")
    assert spans["own"].tolist() == [own]
    assert spans["quoted"].tolist() == [quoted]


def test_september_2022_pattern():
    text = "The United States talked nonsense, spreading a “rumour of arms dealings” between us and Russia."
    spans = discourse.code(documents(text, actor="PRK")).query("code == 'label' and cue.str.contains('rumour')")
    assert spans[["holder", "target", "own"]].to_numpy().tolist() == [["self", "USA", True]]


LETTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(LETTERS, st.sampled_from(["groundless rumour", "We never sold", "“", "”", ". ", "\n\n", "İ"])))
)
def test_offsets_lead_back_to_the_callers_text(parts):
    text = " ".join([*parts, "End."])
    table = documents(text)
    before = table.copy()
    spans = discourse.code(table)
    for span in spans.itertuples():
        assert text[span.start : span.end] == span.cue
        assert span.code in CONSTRUCTS[span.construct]
    pd.testing.assert_frame_equal(table, before)


@given(st.text())
def test_lower_case_keeps_the_length(text):
    assert len(lower(text)) == len(text)


def test_the_result_depends_neither_on_workers_nor_on_order():
    texts = [f"We reject the groundless rumour number {n}. All sovereign States are equal." for n in range(40)]
    table = documents(*texts)
    one = discourse.code(table)
    pd.testing.assert_frame_equal(one, discourse.code(table, n_jobs=2))
    turned = discourse.code(table.iloc[::-1].reset_index(drop=True))
    key = ["doc_id", "start", "code"]
    pd.testing.assert_frame_equal(one.sort_values(key, ignore_index=True), turned.sort_values(key, ignore_index=True))


def test_misuse_is_one_sentence():
    with pytest.raises(InputError, match="codebook is an empty list"):
        discourse.code(documents("x"), codebook=[])
    with pytest.raises(InputError, match="text"):
        discourse.code(pd.DataFrame({"doc_id": ["1"], "actor": ["AVR"]}))
