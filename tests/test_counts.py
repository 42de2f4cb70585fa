from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import sparse

from discourse import tally
from discourse.counts import TermCounts, count_terms
from discourse.errors import InputError
from discourse.segment import WORD, word_counts
from discourse.tally import term_of

PIECES = [
    "so-called",
    "U.S.",
    "U.S",
    "non- interference",
    "non-\ninterference",
    "self- ",
    "co",
    "-",
    "- ",
    " ",
    "\n",
    "–",
]
PIECES += [
    "don’t",
    "don't",
    "1718",
    "1,000",
    "суверенитет",
    "Суверенитет",
    "무기거래설",
    "…",
    ".",
    ", ",
    "the ",
    "a",
    "¬",
]
PIECES += [
    "“",
    "ß",
    "İ",
    "x- y",
    "_",
    "é",
    "e\u0301",
    "\u00a0",
    "\u2009",
    "\x1c",
    "Non- Interference ",
    "peace- loving",
]
characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
texts = st.lists(st.sampled_from(PIECES) | st.text(characters, max_size=6), max_size=25).map("".join).filter(str.strip)


def table(*texts, **columns):
    ids = [f"d{number}" for number in range(len(texts))]
    return pd.DataFrame({"doc_id": ids, "actor": "PRK", "text": list(texts)} | columns)


def as_counters(counts):
    rows = counts.matrix.toarray().tolist()
    return [{term: k for term, k in zip(counts.terms, row, strict=True) if k} for row in rows]


def plain(text, size):
    words = [term_of(word) for word in WORD.findall(text)]
    return Counter(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))


@settings(deadline=None, max_examples=150)
@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from([(1,), (2,), (1, 2), (1, 3)]))
def test_counts_are_those_of_a_plain_counter(some, sizes):
    counts = count_terms(table(*some), ngrams=sizes, n_jobs=1)
    expected = [sum((plain(text, size) for size in sizes), Counter()) for text in some]
    assert as_counters(counts) == expected
    assert counts.terms == sorted(set().union(*expected))
    assert counts.documents["n_words"].tolist() == word_counts(some).tolist()
    assert counts.exposure[:, sizes[-1] - 1].tolist() == [
        max(n - sizes[-1] + 1, 0) for n in counts.documents["n_words"].tolist()
    ]


@settings(deadline=None, max_examples=30)
@given(st.lists(texts, min_size=1, max_size=6))
def test_tallies_of_parts_merge_to_the_tally_of_the_whole(some):
    whole = tally.tally(some, (1, 2))
    parts = tally.merge([tally.tally([text], (1, 2)) for text in some])
    assert parts.terms == whole.terms
    assert (parts.matrix != whole.matrix).nnz == 0
    assert parts.spans.tolist() == whole.spans.tolist()
    assert parts.n_words.tolist() == whole.n_words.tolist()


def test_batches_hold_every_text_once(monkeypatch):
    monkeypatch.setattr(tally, "BATCH", 10)
    some = ["a" * n for n in (3, 3, 3, 3, 25, 1, 1)]
    cut = list(tally.batches(some))
    assert [text for batch in cut for text in batch] == some
    assert len(cut) > 2
    assert all(cut)


def test_threads_and_order_of_documents_do_not_matter(monkeypatch):
    monkeypatch.setattr(tally, "BATCH", 40)
    documents = table(*(f"We reject {n} claims. They reject the U.S. claim." for n in range(20)))
    one, many = count_terms(documents, n_jobs=1), count_terms(documents, n_jobs=3)
    assert one.terms == many.terms
    assert (one.matrix != many.matrix).nnz == 0
    turned = count_terms(documents[::-1])
    assert (turned.matrix[::-1] != one.matrix).nnz == 0


def test_words_that_peers_split_are_whole_terms():
    text = "The so-called U.S. non- interference, don’t; don't 1718 суверенитет 무기거래설 – …"
    assert count_terms(table(text)).terms == [
        "1718", "don't", "non-interference", "so-called", "the", "u.s.", "суверенитет", "무기거래설",
    ]  # fmt: skip


def test_soft_hyphens_and_line_end_signs_are_no_part_of_a_term():
    assert count_terms(table("inter\u00adnational inter¬national Inter\u2011national")).terms == [
        "inter-national", "international",
    ]  # fmt: skip


def test_min_documents_cuts_terms_but_not_the_number_of_words():
    counts = count_terms(table("war peace", "war war"), min_documents=2)
    assert counts.terms == ["war"]
    assert counts.documents["n_words"].tolist() == [2, 2]


def test_documents_are_kept_without_text_and_the_caller_keeps_his():
    documents = table("Öl und Gas", "нет войне", venue=["a", "b"])
    before = documents.copy()
    counts = count_terms(documents)
    assert list(counts.documents) == ["doc_id", "actor", "venue", "n_words"]
    assert_frame_equal(documents, before)


@pytest.mark.parametrize("ngrams", [0, (), (1, 0), (1.5,), "2"])
def test_ngrams_must_be_whole_numbers(ngrams):
    with pytest.raises(InputError, match="legal: a whole number from 1, or several"):
        count_terms(table("war"), ngrams=ngrams)


def test_min_documents_must_be_positive():
    with pytest.raises(InputError, match="min_documents is 0; legal: a whole number from 1"):
        count_terms(table("war"), min_documents=0)


def test_a_table_of_frequencies_is_aligned_with_the_documents():
    frame = pd.DataFrame({"war": [1.0, 2.0], "peace": [0, 4]}, index=["d1", "d0"])
    counts = TermCounts.from_table(frame, table("x", "y", n_words=[10, 20]))
    assert counts.terms == ["peace", "war"]
    assert counts.matrix.toarray().tolist() == [[4, 2], [0, 1]]
    assert counts.documents["n_words"].tolist() == [10, 20]
    by_column = TermCounts.from_table(frame.rename_axis("doc_id").reset_index(), table("x", "y"))
    assert by_column.matrix.toarray().tolist() == [[4, 2], [0, 1]]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([1.5, 0], "term 'war' holds a value that is no count; legal: whole numbers from 0"),
        ([-1, 0], "term 'war' holds a value that is no count"),
        (["1", "0"], "term 'war' holds a value that is no count"),
        ([np.nan, 1], "term 'war': a count is missing; put 0 where"),
        ([np.inf, 1], "term 'war' holds a value that is no count"),
    ],
)
def test_what_is_no_count_is_refused_by_name(column, message):
    with pytest.raises(InputError, match=message):
        TermCounts.from_table(pd.DataFrame({"war": column}), table("x", "y"))


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[0.5], [1]], "no whole number"),
        ([[np.nan], [1]], "no whole number"),
        ([[-1], [1]], "negative number"),
        ([[1], [1], [1]], "3 x 1, but there are 2 documents and 1 terms"),
    ],
)
def test_a_matrix_is_checked_too(matrix, message):
    with pytest.raises(InputError, match=message):
        TermCounts(sparse.csr_array(np.array(matrix)), ["war"], table("x", "y"))


def test_terms_must_be_sorted_and_different():
    matrix = sparse.csr_array(np.ones((2, 2), dtype=int))
    for terms in (["war", "peace"], ["war", "war"]):
        with pytest.raises(InputError, match="give each term once, in sorted order"):
            TermCounts(matrix, terms, table("x", "y"))


def test_ids_and_numbers_of_words_are_checked():
    frame = pd.DataFrame({"war": [3, 0]})
    with pytest.raises(InputError, match="each row needs a 'doc_id' of its own"):
        TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "a"]}))
    with pytest.raises(InputError, match="give a table with a column 'doc_id'"):
        TermCounts.from_table(frame, pd.DataFrame({"id": ["a", "b"]}))
    with pytest.raises(InputError, match="'n_words' is 2; legal: the number of all its words"):
        TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "b"], "n_words": [2, 2]}))
    with pytest.raises(InputError, match="do not have the same doc_ids"):
        TermCounts.from_table(frame.set_axis(["a", "c"]), pd.DataFrame({"doc_id": ["a", "b"]}))


def test_select_keeps_documents_terms_and_exposure():
    counts = count_terms(table("war war peace", "peace", "calm"))
    chosen = counts.select(documents=counts.documents["n_words"] < 3, terms=["war", "peace"])
    assert chosen.terms == ["peace"]
    assert chosen.documents["doc_id"].tolist() == ["d1", "d2"]
    assert chosen.documents["n_words"].tolist() == [1, 1]
    with pytest.raises(InputError, match="give one truth value for each of the 3 documents"):
        counts.select(documents=[0, 1, 2])


def test_groups_add_up_exactly():
    documents = table("war a b", "war war", "peace", speaker=["x", "x", "y"])
    counts = count_terms(documents, ngrams=(1, 2))
    grouped = counts.group(["actor", "speaker"])
    assert grouped.documents["doc_id"].tolist() == ["PRK x", "PRK y"]
    assert grouped.documents[["n_documents", "n_words"]].to_numpy().tolist() == [[2, 5], [1, 1]]
    assert grouped.exposure.tolist() == [[5, 3], [1, 0]]
    assert as_counters(grouped)[0]["war"] == 3
    assert grouped.matrix.sum() == counts.matrix.sum()


def test_groups_need_a_column_without_gaps():
    counts = count_terms(table("war", "peace", speaker=["x", None]))
    with pytest.raises(InputError, match="there is no column 'party'; legal: doc_id, actor, speaker, n_words"):
        counts.group("party")
    with pytest.raises(InputError, match="row 1: 'speaker' is empty"):
        counts.group("speaker")


def test_stored_zeros_do_not_count_as_use():
    matrix = sparse.csr_array((np.array([0, 2]), np.array([0, 1]), np.array([0, 2])), shape=(1, 2))
    assert TermCounts(matrix, ["a", "b"], table("x")).select().terms == ["b"]
