import json
import lzma

import pytest

from discourse.errors import InputError
from discourse.sources import inclusion_ledger, load_source

MAY_2 = 1_714_608_000_000
DAY = 86_400_000


def record(text, topic="Home News", link="q/1", date=MAY_2, headline="A Statement\xa0Issued\n\n[2024.05.02.]"):
    return {"topic": topic, "headline": headline, "link": f"http://kcna/{link}", "date": date, "story_text": text}


RECORDS = [
    record("Pyongyang, May 2 (KCNA) -- We reject the rumour.", "World", "q/2"),
    record("Pyongyang, May 2 (KCNA) -- We reject the rumour.", "External", "q/1"),
    record("Pyongyang, May 2 (KCNA) -- We reject the rumour.", "External", "q/3", headline="A Statement"),
    record("Pyongyang, May 3 (KCNA) -- 우리는 배격한다.", link="q/4", date=MAY_2 + DAY, headline="Second"),
    record("", "Photo", "q/5"),
    record("  \n", "Video", "q/6"),
]


def snapshot(records=RECORDS) -> bytes:
    return json.dumps(records).encode()


def load(home, **wanted):
    return load_source("kcna", data_home=home, **wanted)


def test_one_document_for_each_text(publish):
    documents = load(home_with(publish, RECORDS))
    first, second = documents.itertuples(index=False)
    assert first.text == "Pyongyang, May 2 (KCNA) -- We reject the rumour."
    assert (first.topics, first.url, first.title) == ("External; World", "http://kcna/q/1", "A Statement")
    assert second.text.endswith("우리는 배격한다.")
    assert list(documents.date.astype(str)) == ["2024-05-02", "2024-05-03"]
    assert first.doc_id.startswith("kcna-2024-05-02-")
    assert set(documents.actor) == {"PRK"}
    assert set(documents.venue) == {"news_agency"}


def home_with(publish, records):
    return publish(".", {"headlines_2024-05-03.json": snapshot(records)})


def test_what_was_joined_or_left_out_is_counted(publish):
    ledger = inclusion_ledger(load(home_with(publish, RECORDS)))
    assert dict(zip(ledger["reason"], ledger["n"], strict=True)) == {
        "the same text under another topic": 2,
        "without text": 2,
    }


def test_order_of_records_is_of_no_matter(publish):
    expected = load(home_with(publish, RECORDS))
    assert load(home_with(publish, RECORDS[::-1])).equals(expected)


def test_repository_is_read_at_its_newest_snapshot(publish, kind):
    name = "north-korea-news-main/data/archive/headlines_{}.json"
    files = {name.format("2024-05-03"): snapshot(), name.format("2024-04-01"): b"no json", "README.md": b""}
    documents = load(publish(f"north-korea-news-main{kind}", files))
    assert documents.equals(load(home_with(publish, RECORDS)))


def test_compressed_snapshot(publish):
    home = publish(".", {"headlines_2024-05-03.json.xz": lzma.compress(snapshot())})
    assert len(load(home)) == 2
    (home / "headlines_2024-05-03.json.xz").write_bytes(lzma.compress(snapshot())[:-30])
    with pytest.raises(InputError, match="damaged or cut short"):
        load(home)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[{", r"is no JSON .* legal: headlines_YYYY-MM-DD\.json as published"),
        (b"{}", "holds a dict; legal: a list of records"),
        (
            b"[1]",
            "record 1: field 'topic' is missing or of another kind; legal: topic, headline, link, date, story_text",
        ),
        (snapshot([*RECORDS, record(None)]), "record 7: field 'story_text' is missing or of another kind"),
        (b'["caf\xe9"]', "byte 0xe9 is not UTF-8"),
    ],
)
def test_malformed_snapshot(publish, data, message):
    with pytest.raises(InputError, match=message):
        load(publish(".", {"headlines_2024-05-03.json": data}))


def test_years(publish):
    home = home_with(publish, [*RECORDS, record("Old news.", date=MAY_2 - 366 * DAY)])
    assert len(load(home, years=(2024, 2024))) == 2
    with pytest.raises(InputError, match=r"kcna does not have the years 2023-2025; legal: 2023-2024"):
        load(home, years=(2023, 2025))


def test_published_facts(raw):
    documents = load(raw)
    assert len(documents) == 1_059
    assert {record["reason"]: record["n"] for record in documents.attrs["ledger"]} == {
        "the same text under another topic": 803,
        "without text": 249,
    }
    assert documents["date"].dt.strftime("%Y-%m").agg(["min", "max"]).to_list() == ["2023-12", "2024-11"]
