"""What is shipped holds together: ids, offsets, counts, size, and no statement as text."""

import json
from pathlib import Path

import pytest

import discourse
from discourse.coding.codes import CONSTRUCTS, SPAN_COLUMNS

FOLDER = Path(__file__).parent.parent / "datasets"
LONGEST_CUE = 25  # words: a cue is evidence, not a statement


@pytest.fixture(scope="module")
def documents():
    return discourse.load_dataset("documents")


@pytest.fixture(scope="module")
def spans():
    return discourse.load_dataset("spans")


def test_the_published_numbers_of_speeches(documents):
    year = documents.loc[documents["source"] == "un_general_debate", "date"].dt.year
    assert len(year) == 10_952
    spans = {(1946, 2023): 10_760, (1946, 2022): 10_568, (1970, 2018): 8_093, (1970, 2017): 7_897, (1970, 2016): 7_701}
    assert {years: int(year.between(*years).sum()) for years in spans} == spans
    assert (year == 2017).sum() == 196


def test_ids_are_unique_and_no_text_is_shipped(documents):
    assert documents["doc_id"].is_unique
    assert "text" not in documents
    assert (documents["n_words"] >= 0).all()
    assert (documents.loc[documents["n_words"] > 1, "n_sentences"] >= 1).all()


def test_every_span_has_its_document_and_a_legal_code(documents, spans):
    assert tuple(spans.columns) == SPAN_COLUMNS
    assert set(spans["doc_id"]) <= set(documents["doc_id"])
    for construct, codes in CONSTRUCTS.items():
        assert set(spans.loc[spans["construct"] == construct, "code"]) == set(codes)
    assert (spans["end"] - spans["start"] == spans["cue"].str.len()).all()


def test_sentences_of_spans_exist(documents, spans):
    last = spans.groupby("doc_id")["sentence"].max()
    sentences = documents.set_index("doc_id")["n_sentences"]
    assert (last < sentences.reindex(last.index)).all()


def test_cues_are_short(spans):
    assert spans["cue"].str.split().str.len().max() <= LONGEST_CUE


def test_sovereign_in_the_us_speech_of_2017():
    terms = discourse.load_dataset("terms").query("unit == 'USA_72_2017'")
    assert terms.loc[terms["term"].str.startswith("sovereign"), "k"].sum() == 21


def test_terms_add_up_to_the_words_of_their_speeches(documents):
    terms = discourse.load_dataset("terms")
    speeches = documents[
        documents["actor"].isin(["PRK", "RUS", "SUN", "USA"]) & (documents["source"] == "un_general_debate")
    ]
    counted = terms.groupby("unit")["k"].sum()
    assert (counted.reindex(speeches["doc_id"]).to_numpy() == speeches["n_words"].to_numpy()).all()


def test_labels_stand_in_their_documents_and_hold_no_sentence(documents):
    labels = discourse.load_dataset("gold/labels")
    assert labels["id"].is_unique
    assert set(labels["doc_id"]) <= set(documents["doc_id"])
    assert set(labels["part"]) == {"training", "held_out"}
    assert (labels["start"] < labels["end"]).all()
    legal = {code for codes in CONSTRUCTS.values() for code in codes}
    assert set(labels["codes"].dropna().str.split().explode()) <= legal
    assert not {"text", "sentence_text", "before", "after"} & set(labels)


def test_at_least_a_third_is_held_out():
    labels = discourse.load_dataset("gold/labels")
    assert (labels["part"] == "held_out").mean() >= 1 / 3


def test_the_manifest_names_every_source(documents):
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert {name: about["documents"] for name, about in manifest.items()} == documents[
        "source"
    ].value_counts().to_dict()
    for about in manifest.values():
        assert about["location"]
        assert about["licence"]
        assert about["citation"]
        assert len(about["sha256 of ids and texts"]) == 64


def test_all_is_small_enough_to_clone():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 25e6
