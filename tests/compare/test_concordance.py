import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.compare.concordance import kwic
from discourse.errors import InputError
from discourse.segment import words

TEXT = "We say:  the so-called\nevidence is\u00a0a lie, and the U.S. Government knows it."


def table(text=TEXT):
    return pd.DataFrame({"doc_id": ["a"], "actor": ["AVR"], "text": [text]})


def span(cue, code="label", text=TEXT, doc_id="a"):
    start = text.index(cue)
    return {"doc_id": doc_id, "start": start, "end": start + len(cue), "code": code, "cue": cue}


def test_a_line_by_hand():
    line = kwic(pd.DataFrame([span("lie")]), table(), window=3).iloc[0]
    start = TEXT.index("lie")
    assert line.tolist() == ["a", start, start + 3, "evidence is a", "lie", ", and the U.S.", "label", "AVR"]


def test_columns():
    lines = kwic(pd.DataFrame([span("lie")]).assign(construct="c", rule="r", own=True), table().assign(date="2001"))
    promised = ["docname", "from", "to", "pre", "keyword", "post", "pattern"]
    assert list(lines) == [*promised, "construct", "rule", "actor", "date", "own"]
    assert lines.attrs == {"measure": "kwic", "window": 8}


def test_a_window_never_reaches_beyond_the_text():
    line = kwic(pd.DataFrame([span("We"), span("it")]), table(), window=50)
    assert line["pre"].tolist()[0] == ""
    assert line["post"].tolist()[1] == ""
    assert line["pre"].tolist()[1] == "We say: the so-called evidence is a lie, and the U.S. Government knows"


def test_window_of_nothing():
    line = kwic(pd.DataFrame([span("the so-called\nevidence")]), table(), window=0).iloc[0]
    assert line[["pre", "keyword", "post"]].tolist() == ["", "the so-called evidence", ""]


def test_lines_stand_in_the_order_of_the_documents_and_of_the_text():
    documents = pd.DataFrame({"doc_id": ["z", "a"], "actor": "AVR", "text": TEXT})
    spans = pd.DataFrame([span("lie"), span("lie", doc_id="z"), span("so-called", "distancing"), span("lie", "denial")])
    lines = kwic(spans, documents)
    assert lines[["docname", "pattern"]].to_numpy().tolist() == [
        ["z", "label"],
        ["a", "distancing"],
        ["a", "denial"],
        ["a", "label"],
    ]
    assert len(kwic(spans, documents[documents["doc_id"] == "z"])) == 1
    assert kwic(spans.iloc[:0], documents).empty


def test_cyrillic_and_hangul():
    text = "Это ложь о суверенитете, 무기거래설 은 거짓이다."
    lines = kwic(pd.DataFrame([span("ложь", text=text), span("거짓이다", text=text)]), table(text), window=2)
    assert lines[["pre", "post"]].to_numpy().tolist() == [["Это", "о суверенитете"], ["무기거래설 은", ""]]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(["the", "so-called", "incomprehensibilities", "isn't", "1,000", "правда"]),
        max_size=40,
    ),
    st.sampled_from([" ", "  ", "\n", ", "]),
    st.integers(0, 6),
    st.data(),
)
def test_context_agrees_with_the_words_of_the_whole_text(parts, joint, window, data):
    text = joint.join([*parts[: len(parts) // 2], "cue", *parts[len(parts) // 2 :]])
    line = kwic(pd.DataFrame([span("cue", text=text)]), table(text), window=window).iloc[0]
    every = [text[start:end] for start, end in words(text)]
    at = every.index("cue")
    assert [line["pre"][a:b] for a, b in words(line["pre"])] == every[max(0, at - window) : at]
    assert [line["post"][a:b] for a, b in words(line["post"])] == every[at + 1 : at + 1 + window]


def test_misuse_is_refused():
    spans = pd.DataFrame([span("lie")])
    with pytest.raises(InputError, match="documents: column 'text' is missing"):
        kwic(spans, table().drop(columns="text"))
    with pytest.raises(InputError, match="window is -1; legal: a number of words from 0"):
        kwic(spans, table(), window=-1)
    with pytest.raises(InputError, match="spans: column 'end' is missing"):
        kwic(spans.drop(columns="end"), table())
    with pytest.raises(InputError, match="'a' from 42 to 45 is not what stands there.*legal: spans of these"):
        kwic(spans.assign(start=42, end=45), table())
    with pytest.raises(InputError, match="not what stands there"):
        kwic(spans.drop(columns="cue").assign(end=1000), table())
