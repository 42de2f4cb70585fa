import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from discourse.compare.readability import count_syllables, readability


def table(*texts, **columns):
    ids = [f"d{n}" for n in range(len(texts))]
    return pd.DataFrame({"doc_id": ids, "actor": "PRK", "text": list(texts)} | columns)


@pytest.mark.parametrize(
    ("text", "flesch"),
    [
        ("The cat in the hat at green ham and eggs.", 112.085),
        ("Once upon a time.", 97.025),
        ("Readability zero one. Ten, Eleven.", 1.2575),
        ("The cat in a dilapidated tophat.", 45.6450),
    ],
)
def test_published_flesch(text, flesch):
    assert readability(table(text)).loc[0, "flesch"] == pytest.approx(flesch)


@pytest.mark.parametrize(
    ("text", "fog"),
    [
        ("Readability zero one. Ten, Eleven.", 17.0),
        ("The cat in a dilapidated tophat.", 9.066667),
        ("The cat in the hat ate breakfast.", 2.8),
    ],
)
def test_published_fog(text, fog):
    assert readability(table(text)).loc[0, "fog"] == pytest.approx(fog, abs=1e-6)


def test_indices_written_out():
    row = readability(table("We reject it. The accusation is a fabrication, and we said so in 1992.")).iloc[0]
    assert (row["n_words"], row["n_sentences"], row["n_syllables"]) == (14, 2, 21)
    assert row["flesch_kincaid"] == pytest.approx(0.39 * 7 + 11.8 * 21 / 14 - 15.59)
    assert row["smog"] == pytest.approx(3.1291 + 1.043 * np.sqrt(2 * 30 / 2))
    letters = len("WerejectitTheaccusationisafabricationandwesaidsoin1992")
    assert row["ari"] == pytest.approx(4.71 * letters / 14 + 0.5 * 7 - 21.43)
    assert row["coleman_liau"] == pytest.approx(0.0588 * 100 * letters / 14 - 0.296 * 100 * 2 / 14 - 15.8)


SYLLABLES = {
    1: "we war states forced reached league tongue months 1718 don't strength peace",
    2: "people nations create doing union centre peaceful statement able rhythm settled so-called u.s. people's",
    3: "nuclear area idea principles violence settlement carrying element alliance influence",
    4: "society humanity european situation actually reaffirming socialism experience",
    5: "territorial university international negotiation cooperation",
    6: "self-determination responsibility",
}


@pytest.mark.parametrize("number", SYLLABLES)
def test_syllables(number):
    words = SYLLABLES[number].split()
    assert {word: count_syllables(word) for word in words} == dict.fromkeys(words, number)


def test_other_languages_have_no_index():
    languages = ["en", "English", "en-GB", "ru", "enets", None]
    documents = table(*["We reject it."] * 6, language=languages)
    assert readability(documents)["flesch"].notna().tolist() == [True, True, True, False, False, True]
    assert readability(documents)["n_words"].tolist() == [3] * 6


def test_texts_without_a_word_have_no_index():
    row = readability(table("…")).iloc[0]
    assert row["n_words"] == 0
    assert row.drop(["doc_id", "actor", "n_words", "n_sentences", "n_syllables"]).isna().all()


def test_documents_stay_in_order_and_unchanged():
    documents = table("We reject it.", "They do. We do not.").set_axis([4, 2])
    before = documents.copy()
    assert readability(documents)[["doc_id", "n_sentences"]].to_numpy().tolist() == [["d0", 1], ["d1", 2]]
    assert_frame_equal(documents, before)


def test_length_is_said():
    assert "length" in readability.__doc__
