import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

from discourse import segment
from discourse.segment import Turn, quotations, sentences, turns, words
from discourse.shipped import load_example

SIGNS = [
    *"aB 1.!?…\"“”‘’'()\n\t—。다",
    "\n\n",
    "U.S.",
    "Mr. ",
    "12.\t",
    "word. The ",
    "соль. Мы ",
    "so-called",
    "non- use",
]
jumbles = st.lists(st.sampled_from(SIGNS), max_size=30).map("".join)
texts = st.one_of(jumbles, st.text(max_size=80))


def split(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "pair",
    [
        "We deny it.|They know it.",
        "Is it true?|No.|It never was!|Ask them.",
        "Mr. Aldane met Gen. Orr and Ms. Quill.|H.E. the Minister left.",
        "J. B. Renwick spoke.|So did F. Harlan.",
        "The U.S. Government and the U.S. delegation agree.|We do not.",
        "It was decided in the U.S.|The vote was close.",
        "They left at 9 a.m. Eastern time.|We left at 10 p.m.|It rained.",
        "See resolution No. 1718, Art. 5 and para. 3.|No.|That is all.",
        "It grew by 3.5 per cent, i.e. by 1.2 million.|The rest is known.",
        "They sell guns, shells, etc. to anyone.|We sell grain, timber, etc.|That is trade.",
        "He said, “We will not go.”|She said: (“Nor will we.”)|They stayed.",
        '"Why now?" he asked.|"Because!" they cried.',
        "We wait... and wait.|We hope…|Nothing comes.",
        "It is law — right? — and we obey it.|Good.",
        "Мы не имеем к этому отношения.|Это ложь.",
        "우리는 인정하지 않는다.|그것은 거짓이다.",
        "我们不承认。|这是谎言！|谁说的？",
        "The facts are known.|5 States have seen them.",
        "Peace is dear.|“Peace” is their word.|(It is not ours.)",
        "This is World War I. history to some.|It is not to us.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(pair):
    expected = pair.split("|")
    assert split(pair.replace("|", " ")) == expected
    assert split("\n\n".join(expected)) == expected


def test_a_line_break_ends_nothing_and_a_blank_line_does():
    assert split("Respect for\nsovereignty") == ["Respect for\nsovereignty"]
    assert split("PART ONE\n \nRespect sovereignty") == ["PART ONE", "Respect sovereignty"]
    assert split("the sovereign\n\n\nrights of all") == ["the sovereign\n\n\nrights of all"]
    assert split("12. It is false.\n13. It is ours: 1. By law; 2. By right.") == [
        "12. It is false.",
        "13. It is ours: 1. By law; 2. By right.",
    ]
    assert split("A heading\n17.\tThe report") == ["A heading", "17.\tThe report"]


def test_a_missing_blank_is_seen_and_a_web_address_is_whole():
    assert split("The tale is false.The source is unknown.") == ["The tale is false.", "The source is unknown."]
    assert split("See www.example.org for more.") == ["See www.example.org for more."]
    assert split("Look at A/70/PV.13 and St.Orm now.") == ["Look at A/70/PV.13 and St.Orm now."]


def test_marks_and_figures_alone_are_no_sentence():
    assert split("* * *\n\nWe agree.\n\n…\n\n -0-") == ["We agree."]
    assert sentences("") == sentences(" \n ") == []


@settings(deadline=None, max_examples=400)
@given(texts)
@example("non-\n\nuse")
def test_sentences_are_trimmed_in_order_apart_and_hold_every_word_with_a_letter(text):
    spans = sentences(text)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(one[1] <= other[0] for one, other in zip(spans, spans[1:], strict=False))
    for first, last in words(text):
        assert not re.search(r"[^\W\d_]", text[first:last]) or any(
            start <= first and last <= end for start, end in spans
        )


def test_sentences_agree_with_punkt_on_the_example():
    known = PunktParameters()
    known.abbrev_types = {"mr", "ms", "mrs", "dr"}
    punkt = PunktSentenceTokenizer(known)
    documents = load_example()
    ours = [split(text) for text in documents["text"]]
    theirs = [punkt.tokenize(text) for text in documents["text"]]
    shared = sum(len(set(one) & set(other)) for one, other in zip(ours, theirs, strict=True))
    assert shared / sum(map(len, theirs)) > 0.98
    assert shared / sum(map(len, ours)) > 0.98


@pytest.mark.parametrize(
    "text", ["." * 30_000 + "x", "\n" * 30_000 + "a", "“a " * 10_000, " 'a" * 10_000, "a. " * 10_000]
)
def test_no_text_takes_long(text):
    start = time.process_time()
    sentences(text)
    quotations(text)
    assert time.process_time() - start < 2


def kinds(text):
    return [(text[quote.start : quote.end], quote.kind) for quote in quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('their "peace mission" failed', [('"peace mission"', "scare")]),
        ("the so-called “Peace Mission of the North”", [("“Peace Mission of the North”", "scare")]),
        ("the so- called «помощь»", [("«помощь»", "scare")]),
        ("under the pretext of 'order'", [("'order'", "scare")]),
        ("소위 《인권》 소동", [("《인권》", "scare")]),
        ("he charged that “freedom” is a word", [("“freedom”", "scare")]),
        ("The envoy said, “We refuse.”", [("“We refuse.”", "direct")]),
        ("the treaty says “are handed over”, no more", [("“are handed over”", "direct")]),
        ("they hold “that the strong may do what they like with the weak”", 1),
        ('He answered: "No."', [('"No."', "direct")]),
        ("the film “green hills and valleys”", [("“green hills and valleys”", "title")]),
        ("the “Agenda for the Straits” of 2019", [("“Agenda for the Straits”", "title")]),
        ("the satellite “Morning Star”", [("“Morning Star”", "title")]),
        ("under the banner of “one people, one sea”", [("“one people, one sea”", "title")]),
        ("‘It’s not the states’ fault’, he said", [("‘It’s not the states’", "title")]),
        ("the states' rights and the people's will", []),
        ("don’t and won’t", []),
    ],
)
def test_quotations_are_told_apart(text, expected):
    assert kinds(text) == (expected if isinstance(expected, list) else [(text[text.index("“") :], "direct")])


def test_a_mark_without_partner_swallows_nothing():
    text = 'He said, “We refuse.\n\nThey call it "aid". A second “plan” followed.'
    assert [quote for quote, _ in kinds(text)] == ['"aid"', "“plan”"]
    assert kinds("“" + "x" * 601 + "”") == []
    assert kinds('5" and 6 feet, "aid"') == [('"aid"', "scare")]


def test_of_nested_pairs_the_outer_one_counts():
    assert kinds('They reported that "the ‘order’ they praise is a tool of war".') == [
        ('"the ‘order’ they praise is a tool of war"', "direct")
    ]


@settings(deadline=None, max_examples=400)
@given(texts)
def test_quotations_are_in_order_apart_and_within_a_paragraph(text):
    found = quotations(text)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    assert all(2 < quote.end - quote.start <= 602 for quote in found)
    assert not any(re.search(r"\n[^\S\n]*\n", text[quote.start : quote.end]) for quote in found)
    assert {quote.kind for quote in found} <= {"direct", "scare", "title"}


LABEL = re.compile(r"(?m)^(Q|[A-Z][A-Z. ]+):\s")


def test_turns_begin_after_their_label():
    text = "Opening remarks.\nQ: Any comment?\nMS. ORLO: None.\n We wait.\nQ: \nMS. ORLO: Good day.\n"
    assert [(turn.speaker, text[turn.start : turn.end]) for turn in turns(text, LABEL)] == [
        ("", "Opening remarks."),
        ("Q", "Any comment?"),
        ("MS. ORLO", "None.\n We wait."),
        ("MS. ORLO", "Good day."),
    ]
    assert turns("", LABEL) == []
    assert turns("No label", LABEL) == [Turn("", 0, 8)]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(["Q: ", "MR. A: ", "\n", "We deny it. ", "다 ", " "]), max_size=20).map("".join))
def test_turns_are_trimmed_in_order_and_hold_every_word_but_labels(text):
    found = turns(text, LABEL)
    assert all(text[turn.start : turn.end].strip() == text[turn.start : turn.end] != "" for turn in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    assert sum(segment.count_words(text[turn.start : turn.end]) for turn in found) == segment.count_words(
        LABEL.sub(" . ", text)
    )
