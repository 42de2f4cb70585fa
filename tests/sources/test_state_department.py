import json
import lzma

import pytest

from discourse.errors import InputError
from discourse.sources import inclusion_ledger, load_source


def release(number, text, title="A Statement", link=None, date="2021-06-15"):
    return {
        "title": title,
        "link": link or f"https://example.org/{number}/",
        "guid": f"https://example.org/?p={number}",
        "creator": "Office of the Spokesperson",
        "text": text,
        "date_iso": date,
    }


BRIEFING = """Ann Bell, Spokesperson
2:11 p.m. EDT
MR PRICE: Good day.
VESSEL: none.
QUESTION: Is it so?
MR ICE: I would not say.
FOREIGN MINISTER ODA: We agree.
MS SOMEBODY: Hello.
SECRETARY BLINKEN: We reject it."""
RECORDS = [
    release(7, BRIEFING, "Department Press Briefing – June 15, 2021"),
    release(8, "SECRETARY BLINKEN: Thank you.", "Remarks at an Airport", date="2022-02-01"),
    release(9, "Office of the Spokesperson\nVESSEL TYPE: tanker"),
    release(10, "Office of the Spokesperson\nVESSEL TYPE: tanker", link="https://example.org/z/"),
    release(9, "Revised.", link="https://example.org/zz/"),
    release(11, " "),
]


def home_with(publish, records=RECORDS, name="state-department_2021.jsonl.xz"):
    data = "\n".join(json.dumps(record) for record in records).encode()
    return publish(".", {name: lzma.compress(data) if name.endswith("xz") else data})


def load(home, **wanted):
    return load_source("state_department", data_home=home, **wanted)


def test_documents_and_ledger(publish):
    documents = load(home_with(publish)).set_index("doc_id")
    assert documents.text.to_dict() == {
        "state-7-002": "Good day.",
        "state-7-005": "I would not say.",
        "state-7-008": "We reject it.",
        "state-8-001": "Thank you.",
        "state-9": "Office of the Spokesperson\nVESSEL TYPE: tanker",
    }
    assert list(documents.venue) == ["press_briefing"] * 3 + ["transcript", "statement"]
    assert documents.speaker["state-9"] == "Office of the Spokesperson"
    assert inclusion_ledger(documents).set_index("reason")["n"].to_dict() == {
        "a foreign guest or former president": 1,
        "a reporter's question": 1,
        "another speaker": 2,
        "heading": 1,
        "stands twice": 2,
        "without text": 1,
    }


def test_order_and_compression_are_of_no_matter(publish):
    expected = load(home_with(publish))
    assert load(home_with(publish, RECORDS[::-1], "state-department.jsonl")).equals(expected)


def test_years(publish):
    assert list(load(home_with(publish), years=(2022, 2022)).doc_id) == ["state-8-001"]


def test_malformed_lines(publish):
    with pytest.raises(InputError, match=r"line 7: 'guid' is missing or no text; legal: title, link, guid, creator"):
        load(home_with(publish, [*RECORDS, {"title": "x", "link": "y"}]))
    with pytest.raises(InputError, match=r"line 1 is no JSON object; legal: one JSON object a line"):
        load(home_with(publish, [1]))


def test_collected_releases(raw):
    documents = load(raw)
    assert documents["title"].str.contains("Department Press Briefing").sum() > 3_000
    assert {"MR PRICE", "SECRETARY BLINKEN"} <= set(documents["speaker"])
    assert "QUESTION" not in set(documents["speaker"])
