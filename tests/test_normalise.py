import re

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import discourse
from discourse.errors import InputError
from discourse.normalise import lint, working_copy
from discourse.segment import count_words, sentences

SIGNS = [
    *"aíóì 1\t\n\r\xa0\ufeff\x00\x92“”‘’«다й*#>[](-…",
    "\n17.\t",
    "\n12\n",
    "\n13 10-54827 \n",
    "ís ",
    "worldís",
    "-0-",
]
SIGNS += [
    "**",
    "\n### Page 3 (continued)",
    "](https://example.org/a)",
    "â€œ",
    "non- use",
    "\nA/70/PV.1 30/09/2015\n",
    "15/28",
]
texts = st.one_of(st.lists(st.sampled_from(SIGNS), max_size=25).map("".join), st.text(max_size=60))


@settings(deadline=None, max_examples=600)
@given(texts)
@example("\ud800\udfff")
@example("[a](https://example.org)")
def test_the_copy_is_as_long_and_keeps_what_it_keeps_in_place(text):
    copy = working_copy(text)
    assert len(copy) == len(text)
    added = set(" \"'—-\n")
    assert all(new == old or new in added for new, old in zip(copy, text, strict=True))
    assert not re.search("[\t\r\x00-\x08\xa0\ufeff“”‘’«]", copy)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=st.characters(whitelist_categories=["Ll", "Lu", "Lo", "Nd"]), max_size=60))
@example("суверенитет")
@example("무기거래설")
def test_letters_of_any_script_stay(text):
    assert working_copy(text) == text


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("“We” and ‘they’, Orm’s", "\"We\" and 'they', Orm's"),
        ("\ufeffPeace\tfor\xa0all\u200b.", " Peace for all ."),
        ("the rights\nof all\r\nStates", "the rights of all  States"),
        ("It is so.\n \nWe agree", "It is so.\n \nWe agree"),
        ("the sovereign\n\nrights", "the sovereign  rights"),
        ("5.\tPeace.\n17.\tWe ask", "  \tPeace.\n\n   We ask".replace("\t", " ")),
        ("It is so.\n17. We ask", "It is so.\n\n   We ask"),
        ("under resolution\n242. We ask", "under resolution 242. We ask"),
        ("worldís peace and Statesí rights ó all ìrightsî", "world's peace and States' rights — all \"rights\""),
        ("José Solís of País Bolívar", "José Solís of País Bolívar"),
        ("an â€œaxisâ€\x9d of â€˜peaceâ€™", "an \"  axis\"   of '  peace'  "),
        ("the **Summit** and *all*", "the   Summit   and  all "),
        ("a note * stays", "a note * stays"),
        ("see [the text](https://example.org/a) here", "see  the text                         here"),
        ("**a**\n### Page 3 (continued)\nthe rest", f"  a{' ' * 26}the rest"),
        ("A\\[1\\] b", "A [1 ] b"),
        ("The end. -0-\n", "The end.     "),
        ("non- interference", "non- interference"),
        ("soft\u00adhyphen hot\u00acbed", "soft-hyphen hot-bed"),
        ("it\x92s \x93so\x94 \x97 yes", 'it\'s "so" — yes'),
    ],
)
def test_each_defect_is_overwritten_where_it_stands(text, copy):
    assert working_copy(text) == copy


@pytest.mark.parametrize(
    "header",
    [
        " \n \n13 10-54827 \n \n",
        " \n  \n \n05-51226 5 \n \n",
        "\n15-29701 15/28\n\x0c\nA/70/PV.21 30/09/2015\n",
        "\n16/48 16-29421 ",
        "\n21-00394\n63/91\nA/75/592/Add.8\n13/01/2021\n",
        "\nA/63/PV.13  \n",
        "\n23\n\n\n",
    ],
)
def test_a_page_break_within_a_sentence_leaves_one_sentence(header):
    text = f"We defend the sovereignty{header}of States. We ask no more."
    copy = working_copy(text)
    assert not re.search(r"\d", copy)
    assert [" ".join(copy[start:end].split()) for start, end in sentences(copy)] == [
        "We defend the sovereignty of States.",
        "We ask no more.",
    ]
    assert count_words(copy) == 10
    assert [text[end - 1] for _, end in sentences(text)] == [".", "."]


@pytest.mark.parametrize(
    "text", ["as in\nA/63/PV.5 we said it", "(see A/63/PV.5). It", "from 2005-51226 on", "ratio\n1/2 of it"]
)
def test_what_only_looks_like_a_page_header_stays(text):
    assert working_copy(text) == text.replace("\n", " ")


def documents(*texts, **columns):
    return pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "actor": "Averland", "text": texts, **columns})


@pytest.mark.parametrize(
    ("text", "defect", "count", "first"),
    [
        ("\ufeffWe agree", "byte_order_mark", 1, 0),
        ("a\tb\tc", "tab", 2, 1),
        ("a\xa0b", "no_break_space", 1, 1),
        ("ab\u200bc", "zero_width", 1, 2),
        ("a\x0bb", "control_character", 1, 1),
        ("a\ufffdb", "replacement_character", 1, 1),
        ("per\u00acsist", "soft_hyphen", 1, 3),
        ("non- use, pre- and post-war", "hyphen_break", 1, 3),
        ("so.\n12. We\n13. They", "numbered_paragraph", 1, 3),
        ("1. We agree", "numbered_paragraph", 1, 0),
        ("We\n \n13 10-54827 \n \nagree", "page_break", 1, 2),
        ("We\n23\nagree", "page_break", 1, 2),
        ("the **end**", "markdown", 2, 4),
        ("todayís world", "mojibake", 1, 5),
        ("â€œyes", "mojibake", 1, 0),
        ("All. -0-", "end_mark", 1, 5),
        ("sоvereign", "mixed_scripts", 1, 1),
        ("***", "no_words", 1, 0),
    ],
)
def test_lint_names_each_defect_and_its_place(text, defect, count, first):
    found = lint(documents("We agree.", text))
    row = found[found["defect"] == defect]
    assert row[["doc_id", "count", "first"]].to_numpy().tolist() == [["d1", count, first]]


def test_lint_of_clean_texts_is_empty_and_keeps_its_columns():
    found = lint(documents("We agree.", "Мы согласны. 우리는 동의한다."))
    assert list(found.columns) == ["doc_id", "source", "defect", "count", "first"]
    assert found.empty


def test_lint_names_the_source_and_sorts_by_document_and_defect():
    found = lint(documents("b\tc\xa0d", "a\tb", source=["kcna", "kremlin"]))
    assert found.drop(columns="first").to_numpy().tolist() == [
        ["d0", "kcna", "no_break_space", 1],
        ["d0", "kcna", "tab", 1],
        ["d1", "kremlin", "tab", 1],
    ]
    assert lint(documents("a\tb"))["source"].isna().all()


def test_the_example_is_clean():
    assert lint(discourse.load_example()).empty


def test_lint_leaves_the_table_as_it_was():
    frame = documents("\ufeffWe\tagree.", "суверенитет 무기거래설", date=["2020", "2021-02-03"])
    before = frame.copy(deep=True)
    lint(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_lint_refuses_what_is_no_documents_table():
    with pytest.raises(InputError, match="text"):
        lint(pd.DataFrame({"doc_id": ["a"], "actor": ["Averland"]}))
