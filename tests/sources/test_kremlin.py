import pytest

from discourse.errors import InputError
from discourse.sources import inclusion_ledger, load_source

POPUP = '<span class="read__tooltip tooltip_person hidden masha-ignore">Orlov Ivan<span>Present office</span></span>'


def page(*paragraphs, date="2018-03-01", lead="", title="A Meeting"):
    published = f'<time class="read__published" datetime="{date}">then</time>'
    return (
        f'<html><head><meta property="ya:ovs:upload_date" content="{date}"/></head><body><p>Menu</p>'
        f'<article><h1 class="entry-title">{title}</h1><div class="read__lead"><p>{lead}</p></div>{published}'
        f'<div itemprop="articleBody"><div class="masha-ignore"><p>See also</p></div>{"".join(paragraphs)}'
        '<div class="read__bottommeta"><p>Publication status</p></div></div></article><p>Footer</p></body></html>'
    ).encode()


TRANSCRIPT = page(
    "<p><i>Beginning of the meeting.</i></p>",
    "<p><b>President of\xa0Russia Vladimir Putin:</b> Good\nafternoon,\xa0 colleagues.</p>",
    "<p>We decide\n  for ourselves.<br/>Always.</p>",
    "<blockquote>We decide for ourselves.</blockquote>",
    "<p><i>(A video is shown.)</i></p>",
    f'<p>I met <a class="person_tag">Ivan Orlov{POPUP}</a> here.</p>',
    "<p><b>Guest of Honour Ann Bell</b> (retranslated)<b>:</b> Thank you.</p>",
    "<p>Germany: our example.</p>",
    "<p><b>Question:</b> Is it true?</p>",
    "<p><b>VladimirPutin</b>: No. It is a rumour.</p>",
    "<p>Question: And now?</p>",
    "<p><b>Vladimir Putin</b> (answering): <b>Never</b> again.</p>",
    "<p><b>Ann Bell</b> I see.</p>",
    "<p><b>Vlaidmir Putin:</b> …</p>",
    "<p>* * *</p>",
    "<p>The leaders also toured the exhibition.</p>",
)
REPORT = page(
    "<p>They spoke of trade.\xa0</p>", "<p>\xa0</p>", date="2003-05-02", lead="The Presidents met.", title="Talks"
)
SPEECH = page("<p><b>Dmitry Medvedev:</b> Friends!</p>", "<p><b>Anna Medvedeva:</b> Yes.</p>", date="2010-06-05")
EMPTY = page(date="1999-12-31")
FILES = {
    f"en.kremlin.ru/events/president/news/{number}.html": data
    for number, data in (("62963", TRANSCRIPT), ("28000", REPORT), ("7970", SPEECH), ("37397", EMPTY))
}


@pytest.fixture
def documents(publish):
    return load_source("kremlin", data_home=publish("en.kremlin.ru_1999-2020.tar.xz", FILES)).set_index("doc_id")


def test_only_the_leaders_turns_and_the_press_offices_reports_are_documents(documents):
    assert documents.text.to_dict() == {
        "kremlin-28000": "The Presidents met.\n\nThey spoke of trade.",
        "kremlin-62963-001": (
            "Good afternoon,\xa0 colleagues.\n\nWe decide for ourselves.\nAlways.\n\nI met Ivan Orlov here."
        ),
        "kremlin-62963-004": "No. It is a rumour.",
        "kremlin-62963-006": "Never again.",
        "kremlin-7970-001": "Friends!",
    }
    assert documents.speaker.dropna().to_dict() == {
        "kremlin-62963-001": "Vladimir Putin",
        "kremlin-62963-004": "Vladimir Putin",
        "kremlin-62963-006": "Vladimir Putin",
        "kremlin-7970-001": "Dmitry Medvedev",
    }


def test_metadata(documents):
    turn, report = documents.loc["kremlin-62963-001"], documents.loc["kremlin-28000"]
    assert (turn.actor, turn.venue, turn.title) == ("RUS", "transcript", "A Meeting")
    assert turn.url == "http://en.kremlin.ru/events/president/news/62963"
    assert (report.venue, str(report.date.date())) == ("statement", "2003-05-02")


def test_ledger(documents):
    ledger = inclusion_ledger(documents).set_index("reason")["n"].to_dict()
    assert ledger == {
        "a heading or stage direction": 1,
        "a pull-quote": 1,
        "a question or remark from the audience": 2,
        "another speaker": 3,
        "press office's, in a transcript": 3,
        "without text": 1,
        "without words": 1,
    }


def test_every_form_and_order_gives_the_same_table(publish, kind, documents):
    repository = {f"valdai-transcripts-main/var/extract/{name}": data for name, data in reversed(FILES.items())}
    found = load_source("kremlin", data_home=publish(f"valdai-transcripts-main{kind}", repository))
    assert found.set_index("doc_id").equals(documents)


def test_unpacked_as_the_publisher_names_it(publish, documents):
    home = publish(".", FILES)
    assert load_source("kremlin", data_home=home).set_index("doc_id").equals(documents)


def test_announcement_is_dated_by_its_upload(publish):
    data = page("<p>They will meet.</p>").replace(
        b'class="read__published" datetime="2018-03-01"', b'datetime="2019-01-01"'
    )
    home = publish("en.kremlin.ru", {"events/president/news/1.html": data})
    assert str(load_source("kremlin", data_home=home).date[0].date()) == "2018-03-01"


def test_years_and_actors(publish):
    home = publish("en.kremlin.ru_1999-2020.tar.xz", FILES)
    found = load_source("kremlin", years=(2003, 2010), actors=["RUS"], data_home=home)
    assert list(found.doc_id) == ["kremlin-28000", "kremlin-7970-001"]
    with pytest.raises(InputError, match=r"kremlin has no actor 'USA'; legal: RUS"):
        load_source("kremlin", actors=["USA"], data_home=home)
    with pytest.raises(InputError, match=r"does not have the years 2004-2009; legal: 1999, 2003, 2010, 2018"):
        load_source("kremlin", years=(2004, 2009), data_home=home)


def test_stray_byte_is_replaced_and_counted_but_another_encoding_refused(publish):
    stray = page("<p>They de\udce3lared peace.</p>".encode(errors="surrogateescape").decode("latin-1"))
    stray = stray.replace("ã".encode(), b"\xe3")
    home = publish("en.kremlin.ru", {"events/president/news/1.html": stray})
    found = load_source("kremlin", data_home=home)
    assert found.text[0] == "They de\ufffdlared peace."
    assert ("byte", 1) in {(record["item"], record["n"]) for record in found.attrs["ledger"]}
    cyrillic = page("<p>Мы против.</p>").decode().encode("cp1251")
    home = publish("en.kremlin.ru", {"events/president/news/1.html": cyrillic})
    with pytest.raises(InputError, match=r"events/president/news/1\.html, line 1: byte 0x.. is not UTF-8"):
        load_source("kremlin", data_home=home)


def test_page_of_another_site_is_refused(publish):
    home = publish("en.kremlin.ru", {"events/president/news/1.html": b"<html><p>404</p></html>"})
    with pytest.raises(
        InputError, match=r"1\.html: no article with a date; legal: pages of en\.kremlin\.ru as published"
    ):
        load_source("kremlin", data_home=home)


def test_published_pages_of_one_year(raw):
    found = load_source("kremlin", years=(2013, 2013), data_home=raw)
    assert set(found["speaker"].dropna()) == {"Vladimir Putin", "Dmitry Medvedev"}
    assert (found["venue"] == "transcript").sum() == found["speaker"].notna().sum() > 400
    assert not found["text"].str.contains(r"(?:^|\n\n)(?:Vladimir Putin|Question):").any()
