import io

import openpyxl
import pytest

from discourse.errors import InputError
from discourse.sources import inclusion_ledger, load_source

SHEET = [
    (1991, 46, "RUS", "Russian Federation ", "Ms. Ivanova ", "Minister"),
    (1992, 47, "RUS", "Russia", " Ms. Ivanova", None),
    (2001, 56, "CHE", "Sweden", "Anna of Sweden", "missing"),
    (2001, 56, "SWE", "Swaziland", "Sipho of Swaziland", "Envoy"),
    (2017, 72, "PKR", "North Korea", "Mr. Pak", "Minister"),
    (2017, 72, "EU", "European Union", "Mr. Orlo", "President"),
    (1960, 15, "USA", "USA", "Mr. First", "President"),
    (1960, 15, "USA", "USA", "Mr. Second", None),
    (1987, 42, None, "League", "Mr. Nobody", None),
]
SPEECHES = {
    "USA_15_1960": b"We shall speak twice.",
    "RUS_46_1991": b"\xef\xbb\xbf1.\tWe speak for the Union.\r\n",
    "RUS_47_1992": b"We speak for the Federation.",
    "SWE_56_2001": b"Peace, says Sweden.",
    "SWZ_56_2001": b"Peace, says Swaziland.",
    "PRK_72_2017": "Nobody may judge us. 자주".encode(),
    "EU_72_2017": b"Together.",
}


def sheet() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.append(("Year", "Session", "ISO Code", "Country", "Name of Person Speaking", "Post", None))
    for row in SHEET:
        workbook.active.append(row)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def layout(speeches=SPEECHES):
    files = {f"TXT/Session {name[-7:-5]} - {name[-4:]}/{name}.txt": text for name, text in speeches.items()}
    files["TXT/Session 47 - 1992/.DS_Store-to-UTF-8.txt"] = b"\0\0\1Bud1"
    return files | {"README.txt": b"About", "Speakers_by_session.xlsx": sheet()}


def load(home, **wanted):
    return load_source("un_general_debate", data_home=home, **wanted)


def test_every_form_and_order_gives_the_same_table(publish, kind):
    files = layout()
    backwards = dict(reversed(files.items()))
    expected = load(publish("UNGDC_1946-2024", files))
    found = load(publish(f"UNGDC_1946-2024{kind}", backwards))
    assert found.equals(expected)
    assert found.attrs["ledger"] == expected.attrs["ledger"]
    assert found.attrs["file"] == f"UNGDC_1946-2024{kind}"


def test_unpacked_straight_into_the_data_folder(publish):
    nested = {f"UNGDC/{name}": data for name, data in layout().items()}
    flat = publish(".", layout())
    assert load(flat).equals(load(publish(".", nested)))


def test_documents(publish):
    documents = load(publish("UNGDC.tar.xz", layout())).set_index("doc_id")
    assert list(documents.index) == sorted(SPEECHES)
    assert documents.actor.to_dict() == {
        "EU_72_2017": "EUE",
        "PRK_72_2017": "PRK",
        "RUS_46_1991": "SUN",
        "RUS_47_1992": "RUS",
        "SWE_56_2001": "SWE",
        "SWZ_56_2001": "SWZ",
        "USA_15_1960": "USA",
    }
    assert documents.text["RUS_46_1991"] == "1.\tWe speak for the Union.\r\n"
    assert documents.text["PRK_72_2017"].endswith("자주")
    assert set(documents.venue) == {"un_general_debate"}
    assert set(documents.date_precision) == {"year"}
    assert str(documents.date["RUS_46_1991"].date()) == "1991-01-01"
    assert documents.session["RUS_46_1991"] == 46


def test_speakers_are_joined_through_the_spreadsheets_errors(publish):
    documents = load(publish("UNGDC.tar.xz", layout())).set_index("doc_id")
    assert documents.speaker.to_dict() == {
        "EU_72_2017": "Mr. Orlo",
        "PRK_72_2017": "Mr. Pak",
        "RUS_46_1991": "Ms. Ivanova",
        "RUS_47_1992": "Ms. Ivanova",
        "SWE_56_2001": "Anna of Sweden",
        "SWZ_56_2001": "Sipho of Swaziland",
        "USA_15_1960": "Mr. First; Mr. Second",
    }
    assert documents.post["USA_15_1960"] == "President"
    assert documents.post.isna()[["RUS_47_1992", "SWE_56_2001"]].all()


def test_spreadsheet_may_lie_beside_or_be_missing(publish):
    files = layout()
    data = files.pop("Speakers_by_session.xlsx")
    home = publish("UNGDC.tgz", files)
    without = load(home)
    assert "speaker" not in without
    assert "Speakers_by_session.xlsx" in set(inclusion_ledger(without)["item"])
    (home / "Speakers_by_session.xlsx").write_bytes(data)
    assert load(home).speaker.notna().all()
    (home / "Speakers_by_session.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(InputError, match=r"Speakers_by_session\.xlsx cannot be read .* legal: the spreadsheet"):
        load(home)


def test_what_is_no_speech_stands_in_the_ledger(publish):
    files = layout() | {"TXT/Session 72 - 2017/._USA_72_2017.txt": b"\0\5\x16\7"}
    ledger = inclusion_ledger(load(publish("UNGDC.zip", files)))
    assert dict(zip(ledger["item"], ledger["n"], strict=True)) == {".DS_Store-to-UTF-8.txt": 1, "._*": 1}


def test_selection_reads_only_what_is_wanted(publish):
    speeches = SPEECHES | {"FRA_72_2017": b"broken \xff bytes"}
    home = publish("UNGDC.tar.xz", layout(speeches))
    assert list(load(home, actors=["PRK", "EUE"], years=(1990, 2017)).doc_id) == ["EU_72_2017", "PRK_72_2017"]
    assert list(load(home, years=(1991, 1992)).doc_id) == ["RUS_46_1991", "RUS_47_1992"]
    with pytest.raises(InputError, match=r"FRA_72_2017\.txt, line 1: byte 0xff is not UTF-8"):
        load(home)


def test_actor_or_year_that_is_not_there(publish):
    home = publish("UNGDC.tar.xz", layout())
    with pytest.raises(InputError) as caught:
        load(home, actors=["USA", "XYZ"])
    assert str(caught.value) == ("un_general_debate has no actor 'XYZ'; legal: EUE, PRK, RUS, SUN, SWE, SWZ, USA")
    for years in ((1900, 1950), (1991, 2030), (1970, 1980)):
        with pytest.raises(InputError, match=r"does not have the years .*; legal: 1960, 1991-1992, 2001, 2017"):
            load(home, years=years)


def test_published_facts(raw):
    documents = load(raw)
    year = documents["date"].dt.year
    counts = [
        year.between(*span).sum() for span in ((1946, 2023), (1946, 2022), (1970, 2018), (1970, 2017), (1970, 2016))
    ]
    assert [len(documents), *counts, (year == 2017).sum()] == [10_952, 10_760, 10_568, 8_093, 7_897, 7_701, 196]
    by_id = documents.set_index("doc_id")
    assert by_id.text["USA_72_2017"].lower().count("sovereign") == 21
    assert documents["actor"].value_counts()[["PRK", "RUS", "SUN", "USA", "EUE"]].to_list() == [34, 33, 45, 79, 14]
    assert documents["actor"].str.fullmatch("[A-Z]{3}").all()
    assert not documents["text"].str.startswith("\ufeff").any()
    assert by_id.speaker["PRK_72_2017"] == "Mr. Ri Yong Ho"
    assert documents["speaker"].isna().sum() == 47
    assert [record["item"] for record in documents.attrs["ledger"]] == [".DS_Store-to-UTF-8.txt"]
