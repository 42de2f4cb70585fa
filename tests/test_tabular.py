import csv
import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse.documents import read_documents
from discourse.errors import InputError

HEADER = b"doc_id,actor,text\n"
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(LETTERS, min_size=1).map(lambda text: text + "자주 — суверенитет “so-called”")
QUICK = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return read_documents(path)


def refused(folder, name, data):
    with pytest.raises(InputError) as caught:
        read(folder, name, data)
    return str(caught.value).removeprefix(f"{folder}/")


def frame_of(texts):
    return pd.DataFrame(
        {"doc_id": [f"{i:03d}" for i in range(len(texts))], "actor": "NA", "text": texts, "note": texts}
    )


@QUICK
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_survives_csv_tsv_jsonl_and_parquet(tmp_path, texts):
    frame = frame_of(texts)
    for name, delimiter in (("a.csv", ","), ("a.tsv", "\t")):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([frame.columns, *frame.to_numpy()])
    lines = [json.dumps(record, ensure_ascii=False) for record in frame.to_dict("records")]
    (tmp_path / "a.jsonl").write_bytes("\n".join(lines).encode())
    frame.to_parquet(tmp_path / "a.parquet")
    for name in ("a.csv", "a.tsv", "a.jsonl", "a.parquet"):
        found = read_documents(tmp_path / name)
        assert found["text"].to_list() == texts
        assert found["note"].to_list() == texts
        assert found["doc_id"].to_list() == frame["doc_id"].to_list()
        assert set(found["actor"]) == {"NA"}


@QUICK
@given(text=TEXTS.filter(lambda text: not text.startswith("\ufeff")))
def test_any_text_survives_a_folder_with_or_without_a_mark(tmp_path, text):
    (tmp_path / "USA_1.txt").write_bytes(text.encode())
    (tmp_path / "USA_2.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_documents(tmp_path)["text"].to_list() == [text, text]


def test_csv_of_other_programs(tmp_path):
    data = b'\xef\xbb\xbfdoc_id,actor,text,year,date\r\n007,NA,"We, the ""people""\r\nobject.",2017,2017-05\r\n\r\n'
    data += b"8,,x,,\r\n"
    assert (
        refused(tmp_path, "a.csv", data)
        == "a.csv, row 4, column 'actor': the cell is empty; legal: text or a whole number"
    )
    found = read(tmp_path, "a.csv", data.replace(b"8,,x", b"8,NULL,x"))
    assert found["text"].to_list() == ['We, the "people"\r\nobject.', "x"]
    assert found["doc_id"].to_list() == ["007", "8"]
    assert found["actor"].to_list() == ["NA", "NULL"]
    assert found["year"].to_list()[0] == "2017"
    assert found["year"].isna().to_list() == [False, True]
    assert found["date_precision"][0] == "month"


def test_long_cells_are_read_and_the_limit_put_back(tmp_path):
    limit = csv.field_size_limit()
    assert len(read(tmp_path, "a.csv", HEADER + b"1,USA," + b"x" * 200_000)["text"][0]) == 200_000
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.csv: column 'doc_id' is missing; it has: no column; legal: doc_id, actor, text and others"),
        (
            b"id,actor,text\n",
            "a.csv: column 'doc_id' is missing; it has: id, actor, text; legal: doc_id, actor, text and others",
        ),
        (b"doc_id,actor,text,text\n", "a.csv: column 'text' occurs twice; legal: every name once"),
        (HEADER + b"1,USA,a\n2,USA\n", "a.csv, row 3 has 2 cells; legal: 3, as in the header"),
        (HEADER + b"1,USA,a,b\n", "a.csv, row 2 has 4 cells; legal: 3, as in the header"),
        (
            HEADER + b"1,USA,a\n\n1,PRK,b\n",
            "a.csv, row 4, column 'doc_id': '1' stands in row 2 too; legal: every id once",
        ),
        (HEADER + b"1,USA,  \n", "a.csv, row 2, column 'text': the cell is empty; legal: text"),
        (HEADER + b"1,USA,a\n2,USA,caf\xe9\n", "a.csv, line 3: byte 0xe9 is not UTF-8; legal: a file saved as UTF-8"),
        (HEADER + b"1,USA,a\0b\n", "a.csv, line 2: there is a NUL byte; legal: text in UTF-8"),
        ("doc_id,actor,text\n".encode("utf-16"), "a.csv is encoded in UTF-16; legal: UTF-8"),
        (
            HEADER + b'1,USA,"open\n2,USA,b\n',
            "a.csv, line 3: unexpected end of data; legal: quotation marks doubled and closed",
        ),
        (
            b"doc_id,actor,text,date\n1,USA,a,2017\n2,USA,b,May\n",
            "a.csv, row 3, column 'date': 'May' is no date; "
            "legal: YYYY, YYYY-MM or YYYY-MM-DD, which a time may follow",
        ),
    ],
)
def test_malformed_csv(tmp_path, data, message):
    assert refused(tmp_path, "a.csv", data) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b'{"doc_id": 1,\n',
            "a.jsonl, line 1, character 14: Expecting property name enclosed in double quotes; legal: ",
        ),
        (b"\n[1]\n", "a.jsonl, line 2 is no JSON object; legal: one JSON object a line"),
        (b'{"doc_id": 1, "doc_id": 2}', "a.jsonl, line 1: column 'doc_id' occurs twice; legal: every name once"),
        (
            b'{"doc_id": 1, "actor": "USA", "text": "a"}\n{"doc_id": 2, "actor": "USA"}',
            "a.jsonl, line 2, column 'text': the cell",
        ),
        (
            b'{"doc_id": 1, "actor": "USA", "text": "\\ud800"}',
            "a.jsonl, line 1 holds half a character (a lone surrogate); legal: whole characters",
        ),
        (
            b'{"doc_id": 1, "actor": "USA", "text": "a\\u0000"}',
            "a.jsonl, line 1, column 'text': the cell holds a NUL character",
        ),
        (
            b'{"doc_id": 1, "actor": "USA", "text": 5}',
            "a.jsonl, line 1, column 'text': the cell is no text; legal: text",
        ),
    ],
)
def test_malformed_jsonl(tmp_path, data, message):
    assert refused(tmp_path, "a.jsonl", data).startswith(message)


def test_jsonl_keeps_types_of_other_columns(tmp_path):
    line = {"doc_id": "x", "actor": "USA", "text": "a\u2028b", "weight": 2, "date": 2017, "topics": ["p", "q"]}
    found = read(tmp_path, "a.jsonl", json.dumps(line, ensure_ascii=False).encode() + b"\n\n")
    assert (found["weight"][0], found["topics"][0], found["text"][0]) == (2, ["p", "q"], "a\u2028b")
    assert found["date_precision"][0] == "year"


def test_parquet(tmp_path):
    frame = frame_of(["a", "b"]).set_index(pd.Index([5, 6]))
    frame.to_parquet(tmp_path / "a.parquet")
    assert read_documents(tmp_path / "a.parquet")["doc_id"].to_list() == ["000", "001"]
    whole = (tmp_path / "a.parquet").read_bytes()
    assert "cannot be read as Parquet" in refused(tmp_path, "b.parquet", whole[:-20])
    frame.assign(text=["a", ""]).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match="row 2, column 'text': the cell is empty; legal: text"):
        read_documents(tmp_path / "a.parquet")


def test_folder(tmp_path):
    for name in ("PRK_2017.txt", "RUS/speech.txt", "RUS/USA_x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    found = read_documents(tmp_path)
    assert list(zip(found["doc_id"], found["actor"], strict=True)) == [
        ("PRK_2017", "PRK"),
        ("USA_x", "USA"),
        ("speech", "RUS"),
    ]
    (tmp_path / "PRK").mkdir()
    (tmp_path / "PRK" / "speech.txt").write_text("again")
    message = "file RUS/speech.txt, column 'doc_id': 'speech' stands in file PRK/speech.txt too; legal: every id once"
    with pytest.raises(InputError, match=message):
        read_documents(tmp_path)


def test_folder_without_texts_or_actors(tmp_path):
    with pytest.raises(InputError, match=r"holds no \.txt file; legal: a folder of \.txt files, or a \.csv"):
        read_documents(tmp_path)
    (tmp_path / "speech.txt").write_text("x")
    with pytest.raises(
        InputError, match=r"speech\.txt: no actor in its name; legal: ACTOR_….txt, or a sub-folder named"
    ):
        read_documents(tmp_path)
    (tmp_path / "speech.txt").rename(tmp_path / "USA_speech.txt").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match=r"USA_speech\.txt, line 1: byte 0xe9 is not UTF-8"):
        read_documents(tmp_path)
