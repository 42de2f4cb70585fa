import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import discourse
from discourse.errors import InputError
from discourse.segment import sentences
from discourse.validate.agreement import agreement
from discourse.validate.correct import correct
from discourse.validate.sheet import draw_sheet, read_sheet, write_sheet

RUMOUR = "That is a groundless rumour."
QUOTED = 'They said, "That is a groundless rumour about our country, and nobody believes it."'
PLAIN = "The harvest was good, and the river rose."


@pytest.fixture(scope="module")
def corpus():
    texts = [" ".join([PLAIN] * 6 + [RUMOUR] * (number % 3) + [QUOTED] * (number % 2)) for number in range(40)]
    documents = pd.DataFrame({"doc_id": [f"d{n:02d}" for n in range(40)], "actor": ["AVR", "BEL"] * 20, "text": texts})
    documents = documents.assign(year=np.arange(40) % 4)
    spans = pd.DataFrame(
        [
            (
                row.doc_id,
                number,
                row.text.index("rumour", start),
                row.text.index("rumour", start) + 6,
                "said" not in part,
            )
            for row in documents.itertuples()
            for number, (start, end) in enumerate(sentences(row.text))
            for part in [row.text[start:end]]
            if "rumour" in part
        ],
        columns=["doc_id", "sentence", "start", "end", "own"],
    )
    return documents, spans.assign(construct="contested_claims", code="label")


def states(documents, spans):
    """State of every sentence, read from the text."""
    known = {(row.doc_id, row.sentence): "rule_plus" if row.own else "near_miss" for row in spans.itertuples()}
    return pd.DataFrame(
        [
            (row.doc_id, number, f"{row.actor}: {known.get((row.doc_id, number), 'rule_minus')}")
            for row in documents.itertuples()
            for number in range(len(sentences(row.text)))
        ],
        columns=["doc_id", "sentence", "stratum"],
    )


def test_every_row_is_a_sentence_of_its_stratum_with_its_probability(corpus):
    documents, spans = corpus
    sheet = draw_sheet(documents, spans, n=40)
    assert sheet.columns.tolist() == [
        "doc_id", "sentence", "start", "end", "stratum", "probability", "codes", "coder_a", "coder_b",
    ]  # fmt: skip
    assert not sheet.duplicated(["doc_id", "sentence"]).any()
    texts = documents.set_index("doc_id")["text"]
    for row in sheet.itertuples():
        assert sentences(texts[row.doc_id])[row.sentence] == (row.start, row.end)
    frame = states(documents, spans)
    joined = sheet.merge(frame, on=["doc_id", "sentence", "stratum"])
    assert len(joined) == len(sheet)
    available, taken = frame["stratum"].value_counts(), sheet["stratum"].value_counts()
    shares = sheet.groupby("stratum")["probability"].first()
    assert shares.to_dict() == pytest.approx({name: taken[name] / available[name] for name in taken.index})
    assert (1 / sheet["probability"]).sum() == pytest.approx(len(frame))
    assert taken.to_dict() == {
        "AVR: rule_minus": 26, "AVR: rule_plus": 14, "BEL: near_miss": 6, "BEL: rule_minus": 20, "BEL: rule_plus": 14,
    }  # fmt: skip
    assert sheet[["codes", "coder_a", "coder_b"]].isna().all(axis=None)


def test_every_sentence_of_a_stratum_is_as_likely(corpus):
    documents, spans = corpus
    few = documents.iloc[:10]
    drawn = pd.concat([draw_sheet(few, spans, n=10, random_state=seed) for seed in range(40)])
    often = drawn[drawn["stratum"] == "AVR: rule_minus"].groupby(["doc_id", "sentence"]).size()
    assert len(often) == 5 * 6
    chance = drawn.loc[drawn["stratum"] == "AVR: rule_minus", "probability"].iloc[0]
    assert often.mean() == pytest.approx(40 * chance)
    assert often.std() < 1.5 * np.sqrt(40 * chance * (1 - chance))


def test_a_seed_gives_one_sheet_and_groups_do_not_disturb_each_other(corpus):
    documents, spans = corpus
    sheet = draw_sheet(documents, spans, n=20)
    mixed = draw_sheet(documents.sample(frac=1, random_state=1), spans.sample(frac=1, random_state=1), n=20)
    pd.testing.assert_frame_equal(sheet, mixed)
    assert not sheet["doc_id"].equals(draw_sheet(documents, spans, n=20, random_state=1)["doc_id"])
    alone = draw_sheet(documents[documents["actor"] == "BEL"], spans, n=20)
    both = sheet[sheet["stratum"].str.startswith("BEL")]
    assert set(map(tuple, alone[["doc_id", "sentence"]].to_numpy())) == set(
        map(tuple, both[["doc_id", "sentence"]].to_numpy())
    )
    assert sheet["stratum"].is_monotonic_increasing is False


@given(st.integers(1, 200), st.tuples(*[st.floats(0, 1)] * 3).filter(lambda shares: sum(shares) > 0.01))
@settings(deadline=None, max_examples=15)
def test_any_shares_give_as_many_sentences_as_there_are(corpus, n, shares):
    documents, spans = corpus
    given_shares = dict(zip(("rule_plus", "near_miss", "rule_minus"), shares, strict=True))
    sheet = draw_sheet(documents, spans, n=n, strata=given_shares)
    frame = states(documents, spans)
    wanted = frame["stratum"].str.split(": ").str[1].map(given_shares) > 0
    expected = frame[wanted]["stratum"].str[:3].value_counts().clip(upper=n)
    assert sheet["stratum"].str[:3].value_counts().to_dict() == expected.to_dict()
    assert sheet["probability"].between(0, 1, inclusive="right").all()


def test_other_groups_and_all_together(corpus):
    documents, spans = corpus
    sheet = draw_sheet(documents, spans, n=10, by=["actor", "year"])
    assert sheet["stratum"].str.fullmatch(r"(AVR, [02]|BEL, [13]): (rule_plus|near_miss|rule_minus)").all()
    assert draw_sheet(documents, spans, n=10, by=[])["stratum"].str.startswith("all: ").all()


def test_what_draw_sheet_refuses(corpus):
    documents, spans = corpus
    with pytest.raises(InputError, match="n is 0; legal: a whole number of sentences per group, from 1"):
        draw_sheet(documents, spans, n=0)
    with pytest.raises(InputError, match="a name in strata is 'hits'; legal: rule_plus, near_miss, rule_minus"):
        draw_sheet(documents, spans, strata={"hits": 1})
    with pytest.raises(InputError, match="the share of 'rule_plus' is -1; legal: 0 or more"):
        draw_sheet(documents, spans, strata={"rule_plus": -1})
    with pytest.raises(InputError, match="strata: the shares sum to 0; legal: a positive sum"):
        draw_sheet(documents, spans, strata={"rule_plus": 0})
    with pytest.raises(InputError, match="column 'text' is missing"):
        draw_sheet(documents.drop(columns="text").assign(n_words=9), spans)


def fill(path, label=lambda text: "label" if "groundless" in text else "-"):
    """Fill in a file as a coder would, in a spreadsheet."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["codes"] = row["coder_a"] = row["coder_b"] = label(row["text"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return rows


def test_out_and_in_again(corpus, tmp_path):
    documents, spans = corpus
    sheet = draw_sheet(documents, spans, n=30)
    before = sheet.copy()
    path = tmp_path / "sheet.csv"
    write_sheet(sheet, documents, path)
    rows = fill(path)
    assert list(rows[0]) == [
        "doc_id", "sentence", "start", "end", "before", "text", "after", "codes", "coder_a", "coder_b",
    ]  # fmt: skip
    assert {row["text"] for row in rows} == {RUMOUR, QUOTED, PLAIN}
    assert {row["before"] for row in rows if row["sentence"] == "0"} == {""}
    assert {row["after"] for row in rows if row["sentence"] == "0"} == {PLAIN}
    filled = read_sheet(path, sheet, gold_status="two human coders")
    pd.testing.assert_frame_equal(sheet, before)
    assert filled.columns.tolist() == sheet.columns.tolist()
    pd.testing.assert_frame_equal(filled[list(sheet)[:6]], sheet[list(sheet)[:6]], check_dtype=False)
    assert filled["codes"].tolist() == ["label" if "groundless" in row["text"] else "" for row in rows]
    assert filled.attrs["gold_status"] == "two human coders"
    assert agreement(filled, n_boot=100).set_index("code").loc["label", "alpha"] == 1
    table = correct(spans, documents, filled, n_boot=100)
    row = table[(table["code"] == "label") & (table["actor"] == "BEL")].iloc[0]
    assert row["estimate"] > row["naive"]
    assert not row["provisional"]


def test_a_sheet_from_the_coder_itself_keeps_hangul_and_line_ends(tmp_path):
    text = "우리는 그것을 거부한다.\n\nThis is\r\na groundless rumour. Они лгут."
    documents = pd.DataFrame({"doc_id": ["한"], "actor": ["PRK"], "text": [text]})
    sheet = draw_sheet(documents, discourse.code(documents), n=9)
    path = tmp_path / "sheet.csv"
    write_sheet(sheet, documents, path)
    rows = fill(path)
    assert {row["text"] for row in rows} == {text[start:end] for start, end in sentences(text)}
    filled = read_sheet(path, sheet)
    assert filled["doc_id"].tolist() == ["한"] * len(sheet)
    assert filled.attrs["gold_status"] == "not stated"


def test_codes_already_given_are_written_and_an_empty_cell_is_not_coded(corpus, tmp_path):
    documents, spans = corpus
    sheet = draw_sheet(documents, spans, n=3, by=[]).assign(codes=["", "label", None])
    path = tmp_path / "sheet.csv"
    write_sheet(sheet, documents, path)
    with path.open(encoding="utf-8") as file:
        assert [row["codes"] for row in csv.DictReader(file)] == ["-", "label", ""]
    assert read_sheet(path, sheet)["codes"].fillna("?").tolist() == ["", "label", "?"]
    path.write_text(path.read_text(encoding="utf-8").replace(",-,", ",,"), encoding="utf-8")
    assert read_sheet(path, sheet, none="")["codes"].fillna("?").tolist() == ["", "label", ""]


def test_a_sheet_of_other_documents_is_not_written(corpus, tmp_path):
    documents, spans = corpus
    sheet = draw_sheet(documents, spans, n=5)
    with pytest.raises(
        InputError, match="sheet, row [0-9]+, column 'doc_id': 'd.*' is no document; legal: those drawn"
    ):
        write_sheet(sheet, documents.iloc[:1].assign(doc_id="other"), tmp_path / "sheet.csv")
    with pytest.raises(InputError, match="is not sentence .* of 'd.*'; legal: the documents that the sheet was drawn"):
        write_sheet(sheet, documents.assign(text="Short. " + documents["text"]), tmp_path / "sheet.csv")


HEADER = "doc_id,sentence,start,end,probability,codes\n"


def read(tmp_path, lines, **options):
    path = tmp_path / "filled.csv"
    path.write_text(lines, encoding="utf-8")
    return read_sheet(path, **options)


def test_published_labels_are_read_with_their_probabilities(tmp_path):
    sheet = read(tmp_path, HEADER + "a,0,0,9,0.25,label  denial label\na,1,10,13,,-\n")
    assert sheet["codes"].tolist() == ["label denial", ""]
    assert sheet["probability"].fillna(-1).tolist() == [0.25, -1]
    assert sheet["stratum"].isna().all()
    assert read(tmp_path, HEADER + "a,0,0,9,1,warmth\n", codes=["warmth"])["codes"].tolist() == ["warmth"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("doc_id,sentence\na,0\n", "column 'start' is missing; legal: doc_id, sentence, start, end, codes and others"),
        (HEADER + "a,0,0,9,,denail\n", "row 2, column 'codes': a code is 'denail'; legal: challenge, denial, .*"),
        (HEADER + "a,0,0,9,,-\na,-1,9,12,,-\n", "row 3, column 'sentence': '-1'; legal: a whole number from 0"),
        (HEADER + "a,0,0,,,-\n", "row 2, column 'end': .*; legal: a whole number from 0"),
        (HEADER + "a,0,9,9,,-\n", "row 2, column 'end': does not lie after start; legal: offsets as they were drawn"),
        (HEADER + ",0,0,9,,-\n", "row 2, column 'doc_id': the cell is empty; legal: the document's id"),
        (HEADER + "a,0,0,9,,-\na,0,0,9,,-\n", "row 3, column 'sentence': stands in the file before; legal: every"),
        (HEADER + "a,0,0,9,1.5,-\n", "row 2, column 'probability': '1.5'; legal: above 0, at most 1, or empty"),
        (HEADER + "a,0,0,9,often,-\n", "row 2, column 'probability': 'often'; legal: above 0, at most 1, or empty"),
    ],
)
def test_faulty_files_are_refused_by_row_and_column(tmp_path, lines, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, lines)


def test_a_file_that_is_not_the_sheet_drawn_is_refused(tmp_path):
    lines = HEADER + "a,0,0,9,1,-\na,1,10,13,1,-\n"
    whole = read(tmp_path, lines)
    with pytest.raises(
        InputError, match="sentence 1 of 'a' stands in .*filled.csv, with these offsets, but not in the"
    ):
        read(tmp_path, lines, drawn=whole.iloc[:1])
    with pytest.raises(
        InputError, match="sentence 1 of 'a' stands in the sheet drawn, .* but not in .*filled.csv; legal"
    ):
        read(tmp_path, HEADER + "a,0,0,9,1,-\n", drawn=whole)
    with pytest.raises(InputError, match="nowhere.csv is no file; legal: a coding sheet saved as .csv"):
        read_sheet(tmp_path / "nowhere.csv")
