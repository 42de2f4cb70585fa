import datetime

import numpy as np
import pandas as pd
import pytest

from discourse.documents import check_documents, describe, read_documents
from discourse.errors import InputError


def table(**columns):
    return pd.DataFrame({"doc_id": ["a", "b"], "actor": ["USA", "PRK"], "text": ["We object.", "So do we."]} | columns)


def refused(frame):
    with pytest.raises(InputError) as caught:
        check_documents(frame)
    return str(caught.value)


def test_result_is_a_typed_copy_with_a_range_index():
    frame = table(date=["2017", "2018-05-03"]).set_index(pd.Index([7, 3]))
    before = frame.copy(deep=True)
    checked = check_documents(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert list(checked.index) == [0, 1]
    assert list(checked.columns) == ["doc_id", "actor", "text", "date", "date_precision"]
    assert checked.dtypes["date"] == np.dtype("datetime64[us]")
    assert all(isinstance(checked.dtypes[name], pd.StringDtype) for name in ("doc_id", "actor", "text"))


def test_checking_twice_changes_nothing():
    once = check_documents(table(date=["2017", "2018-05"], venue=["x", None], weight=[1, 2]))
    pd.testing.assert_frame_equal(check_documents(once), once)


def test_attributes_are_kept():
    frame = table()
    frame.attrs["ledger"] = [{"n": 1}]
    assert check_documents(frame).attrs == {"ledger": [{"n": 1}]}


def test_ids_and_actors_are_kept_as_written():
    frame = table(doc_id=["007", "7"], actor=["NA", "NaN"])
    checked = check_documents(frame)
    assert checked["doc_id"].to_list() == ["007", "7"]
    assert checked["actor"].to_list() == ["NA", "NaN"]
    assert check_documents(table(doc_id=[1, 2]))["doc_id"].to_list() == ["1", "2"]
    assert check_documents(table(actor=pd.Categorical(["USA", "PRK"])))["actor"].to_list() == ["USA", "PRK"]


@pytest.mark.parametrize(
    ("given", "day", "precision"),
    [
        ("2017", "2017-01-01", "year"),
        (2017, "2017-01-01", "year"),
        (2017.0, "2017-01-01", "year"),
        ("2017-05", "2017-05-01", "month"),
        ("2017-05-03", "2017-05-03", "day"),
        ("2017-05-03T23:30:00Z", "2017-05-03", "day"),
        ("2017-05-03 23:30:00.5+09:00", "2017-05-03", "day"),
        (" 1946 ", "1946-01-01", "year"),
        (datetime.date(2017, 5, 3), "2017-05-03", "day"),
        (datetime.datetime(2017, 5, 3, 23, 30), "2017-05-03", "day"),
        (pd.Timestamp("2017-05-03 23:30", tz="Asia/Seoul"), "2017-05-03", "day"),
    ],
)
def test_dates_are_read_with_their_precision(given, day, precision):
    checked = check_documents(table(date=[given, None]))
    assert str(checked["date"][0].date()) == day
    assert checked["date_precision"][0] == precision
    assert checked.loc[1, ["date", "date_precision"]].isna().all()


def test_columns_of_timestamps_are_taken_as_days():
    stamps = pd.Series(pd.to_datetime(["2017-05-03 23:30", None]))
    for dates in (stamps, stamps.dt.tz_localize("Asia/Seoul")):
        checked = check_documents(table(date=dates))
        assert str(checked["date"][0]) == "2017-05-03 00:00:00"
        assert checked["date"].dtype == np.dtype("datetime64[us]")
        assert checked["date_precision"].isna().to_list() == [False, True]


def test_stated_precision_is_kept():
    checked = check_documents(table(date=["2017-01-01", "2017-05-03"], date_precision=["year", None]))
    assert checked["date_precision"].to_list() == ["year", "day"]
    message = "documents, index 1, column 'date_precision' is 'century'; legal: day, month, year"
    assert refused(table(date=["2017", "2018"], date_precision=["year", "century"])) == message


@pytest.mark.parametrize(
    "date", ["yesterday", "2017-13", "2017-02-30", "03/05/2017", "17", 2017.5, 20170503, True, [2017]]
)
def test_what_is_no_date_is_refused(date):
    dates = pd.Series(["2017", date], dtype=object)
    legal = "is no date; legal: YYYY, YYYY-MM or YYYY-MM-DD, which a time may follow"
    assert refused(table(date=dates)) == f"documents, index 1, column 'date': {date!r} {legal}"


@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        ("text", "", "is empty; legal: text"),
        ("text", " \n\u3000", "is empty; legal: text"),
        ("text", None, "is empty; legal: text"),
        ("text", 5, "is no text; legal: text"),
        ("text", ["a"], "is no text; legal: text"),
        ("text", "We\0object", "holds a NUL character; legal: text"),
        ("text", "half \ud83d", "holds half a character (a lone surrogate); legal: text"),
        ("actor", np.nan, "is empty; legal: text or a whole number"),
        ("actor", 1.5, "is no text; legal: text or a whole number"),
        ("doc_id", True, "is no text; legal: text or a whole number"),
        ("doc_id", " ", "is empty; legal: text or a whole number"),
    ],
)
def test_cells_that_are_refused(column, cell, what):
    cells = pd.Series([table()[column][0], cell], dtype=object)
    assert refused(table(**{column: cells})) == f"documents, index 1, column {column!r}: the cell {what}"


def test_missing_double_and_repeated():
    message = "documents: column 'actor' is missing; it has: doc_id, text; legal: doc_id, actor, text and others"
    assert refused(table().drop(columns="actor")) == message
    double = pd.concat([table(), table()[["text"]]], axis=1)
    assert refused(double) == "documents: column 'text' occurs twice; legal: every name once"
    message = "documents, index 1, column 'doc_id': 'x' stands in index 0 too; legal: every id once"
    assert refused(table(doc_id=["x", "x"])) == message
    assert refused([1]) == "documents is a list; legal: a DataFrame with columns doc_id, actor, text"


def test_text_is_the_callers_own():
    text = "\ufeff “So-called\u00a0threat”\t—\r\n не правда. 그렇지 않다"
    assert check_documents(table(text=[text, "x"]))["text"][0] == text


def test_empty_table_is_a_table():
    assert len(check_documents(table(date=["2017", "2018"]).head(0))) == 0


def test_describe_counts_by_hand():
    documents = pd.DataFrame(
        {
            "doc_id": list("abcd"),
            "actor": ["USA", "PRK", "USA", "USA"],
            "venue": ["un", "un", "un", None],
            "date": ["2018", "2016", "2017", "2019-05-03"],
            "text": ["We object.", "So-called threats don't work.", "We do not.", "No."],
        }
    )
    found = describe(documents)
    assert found["actor"].to_list() == ["PRK", "USA", "USA"]
    assert found["n_documents"].to_list() == [1, 2, 1]
    assert found["n_words"].to_list() == [4, 5, 1]
    assert found["first"].dt.year.to_list() == [2016, 2017, 2019]
    assert found["last"].dt.year.to_list() == [2016, 2018, 2019]
    assert list(describe(documents[["doc_id", "actor", "text"]]).columns) == ["actor", "n_documents", "n_words"]


def test_read_documents_takes_a_table_or_a_path(tmp_path):
    assert len(read_documents(table())) == 2
    (tmp_path / "a.csv").write_text("doc_id,actor,text\n1,USA,We object.\n")
    assert read_documents(str(tmp_path / "a.csv")).equals(read_documents(tmp_path / "a.csv"))
    with pytest.raises(
        InputError, match=r"gone\.csv: there is no such file or folder; legal: a folder of \.txt, or \.csv"
    ):
        read_documents(tmp_path / "gone.csv")
    (tmp_path / "a.xls").touch()
    with pytest.raises(InputError, match=r"the ending of .*a\.xls is '\.xls'; legal: \.csv, \.tsv, \.jsonl, \.parquet"):
        read_documents(tmp_path / "a.xls")
