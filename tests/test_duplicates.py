import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.duplicates import boilerplate, near_duplicates
from discourse.errors import InputError
from discourse.segment import sentences, words

LONG = (
    "Averland has never supplied arms to any party to the conflict in the Kessar valley. Its export register is open to"
    " inspectors, who found it in order. We reject the accusation and ask those who repeat it to produce a proof."
)


def documents(texts, **columns):
    return pd.DataFrame({"doc_id": list(texts), "actor": "Averland", "text": list(texts.values()), **columns})


def jaccard(one, other):
    runs = []
    for text in (one, other):
        found = [text[start:end].casefold() for start, end in words(text)]
        runs.append({tuple(found[at : at + 5]) for at in range(len(found) - 4)})
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


def test_similarity_is_the_share_of_five_word_runs():
    changed = LONG.replace("in order", "in perfect order")
    found = near_duplicates(documents({"a": LONG, "b": changed, "c": "We have no comment on that."}), threshold=0.5)
    assert found[["doc_id", "duplicate_of"]].to_numpy().tolist() == [["b", "a"]]
    assert found["similarity"].item() == pytest.approx(jaccard(LONG, changed))
    assert found.attrs["threshold"] == 0.5


def test_the_threshold_divides():
    changed = LONG.replace("in order", "in perfect order")
    exact = jaccard(LONG, changed)
    pair = documents({"a": LONG, "b": changed})
    assert len(near_duplicates(pair, threshold=exact)) == 1
    assert near_duplicates(pair, threshold=exact + 0.001).empty


def test_the_first_by_date_is_kept():
    copies = documents({"a": LONG, "b": LONG, "c": LONG}, date=["2021-01-02", "2021-01-03", "2021-01-01"])
    assert near_duplicates(copies)[["doc_id", "duplicate_of"]].to_numpy().tolist() == [["a", "c"], ["b", "c"]]


def test_case_and_signs_do_not_count_and_short_texts_are_compared_whole():
    found = near_duplicates(documents({"a": "No comment!", "b": "NO\tCOMMENT", "c": "No.", "d": "…", "e": "–"}))
    assert found[["doc_id", "duplicate_of", "similarity"]].to_numpy().tolist() == [["b", "a", 1.0]]


def test_each_duplicate_is_given_to_the_kept_text_most_like_it():
    rng = np.random.default_rng(0)
    base = [f"word{n}" for n in rng.integers(0, 500, 300)]
    far, near, last = base[:270] + ["x"] * 30, base[:240] + ["y"] * 60, base[:262] + ["x"] * 38
    texts = {"a": " ".join(near), "b": " ".join(far), "c": " ".join(last)}
    found = near_duplicates(documents(texts), threshold=0.9)
    assert found[["doc_id", "duplicate_of"]].to_numpy().tolist() == [["c", "b"]]


def test_many_texts_agree_with_all_pairs_compared():
    rng = np.random.default_rng(1)
    base = [" ".join(f"w{n}" for n in rng.integers(0, 200, 80)) for _ in range(8)]
    texts = {}
    for number in range(40):
        tokens = base[number % 8].split()
        tokens[rng.integers(0, 80)] = f"changed{number}"
        texts[f"{number:02}"] = " ".join(tokens)
    kept, expected = [], []
    for doc_id, text in texts.items():
        similarity = {other: jaccard(text, texts[other]) for other in kept}
        best = max(similarity, key=similarity.get, default=None)
        if best is not None and similarity[best] >= 0.8:
            expected.append([doc_id, best])
        else:
            kept.append(doc_id)
    assert near_duplicates(documents(texts))[["doc_id", "duplicate_of"]].to_numpy().tolist() == expected
    assert 10 < len(expected) < 30


def test_the_order_of_rows_changes_nothing():
    copies = documents({"a": LONG, "b": LONG + " Thank you.", "c": "We agree.", "d": LONG})
    found = near_duplicates(copies)
    pd.testing.assert_frame_equal(near_duplicates(copies.iloc[::-1]), found)
    pd.testing.assert_frame_equal(near_duplicates(copies), found)


@pytest.mark.parametrize("threshold", [0, -1, 1.01, float("nan")])
def test_a_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(InputError, match=r"threshold is .*; legal: a number above 0 and at most 1"):
        near_duplicates(documents({"a": "We agree."}), threshold=threshold)


def test_nothing_stands_twice_in_the_example():
    example = discourse.load_example()
    assert near_duplicates(example, threshold=0.3).empty
    assert boilerplate(example, min_documents=2).empty


def test_boilerplate_gives_every_place_of_a_recurring_sentence():
    opening = "I have a few words to say before your questions."
    texts = {
        "a": f"{opening} We agree with Coralia.",
        "b": f"Good day. {opening.upper()}",
        "c": f"“{opening}” It is so. {opening}",
        "d": "It is so.",
    }
    found = boilerplate(documents(texts), min_documents=3)
    assert found[["doc_id", "sentence", "n_documents"]].to_numpy().tolist() == [
        ["a", 0, 3],
        ["b", 1, 3],
        ["c", 0, 3],
        ["c", 2, 3],
    ]
    for row in found.itertuples():
        assert (row.start, row.end) == sentences(texts[row.doc_id])[row.sentence]
        assert opening.casefold() in texts[row.doc_id][row.start : row.end].casefold()


def test_sentences_that_differ_in_figures_alone_are_one_and_short_ones_are_left():
    texts = {day: f"The briefing of {day} May began at {day}.30 p.m. sharp. No comment." for day in ("3", "4")}
    found = boilerplate(documents(texts), min_documents=2)
    assert found["sentence"].tolist() == [0, 0]
    assert found.attrs["min_documents"] == 2


def test_a_sentence_repeated_in_one_document_is_no_boilerplate():
    found = boilerplate(documents({"a": "We never did such a thing. " * 5, "b": "We agree."}), min_documents=2)
    assert found.empty
    assert list(found.columns) == ["doc_id", "sentence", "start", "end", "n_documents"]


@pytest.mark.parametrize("least", [1, 2.5, True, "3"])
def test_a_wrong_number_of_documents_is_refused(least):
    with pytest.raises(InputError, match=r"min_documents is .*; legal: a whole number of at least 2"):
        boilerplate(documents({"a": "We agree."}), min_documents=least)
