import pytest

from discourse.errors import InputError
from discourse.sources import inclusion_ledger, load_source


def markdown(title, body, date="2022-03-02"):
    head = f"---\ntags: x\ndate: '{date}'\nsource_url: https://example.org/{date}/\ntitle: \"{title}\"\n---\n"
    return (head + body).encode()


BRIEFING = markdown(
    "Press Briefing by Press Secretary Jen\\_Psaki",
    """\x20
10:40 A.M. EST

MS. PSAKI:  Good morning.  We have
seen the reports.  \n \x20
We cannot confirm them.

     Q    Is it a rumor?  \n**MS. PSAKI:**  It is false.

Q  And NATO?

NATO: I mean the alliance.

MR PRICE (via telephone):  I have nothing more.

MR. GUESTMAN:  Hello!

MODERATOR:  Last one.

ADMINISTRATOR McCARTHY:  We act within our rights.

                          END                11:30 A.M. EST
""",
)
JOINT = markdown(
    "Remarks by President Biden and Prime Minister Oda of Norland in Joint Press Conference",
    """
East Room

2:10 P.M. EST

PRESIDENT BIDEN:  Borders cannot be changed by force.

PRIME MINISTER ODA:  We agree.

PRESIDENT OBAMA:  So do I.

GENERAL SECRETARY LIN:  So do we.

AUDIENCE:  (Applause.)
""",
)
OPENING = markdown(
    "Remarks By Vice\xa0President Harris at a Dinner",
    "\n**The Hall**\n\n"
    + "We stand for every nation that decides its own future. " * 3
    + "\n\nAUDIENCE MEMBER:  Yes!\n\n"
    "THE VICE PRESIDENT:  Thank you.\n",
)
SPEECH = markdown(
    "Remarks by National Security Advisor Jake Sullivan at a School",
    "\n1:00 P.M. EST\n\nGood day.\n\nEND 1:05 P.M. EST\n",
)
FIRST_LADY = markdown("Remarks by First Lady Jill Biden at a School", "\nHello, children.\n")
STATEMENT = markdown("Statement on Norland", "\nWe respect its borders.\n\nFACT: this is so.\n")
REPRINT = markdown("ICYMI: The Press Praises the Plan", "\n“Wonderful.”\n")
FACT_SHEET = markdown("Fact Sheet", "\nPRESIDENT TRUMP KEEPS HIS WORD: He does.\n", date="2025-02-01")
ROOT = "wh-briefings-737ca03"
FILES = {
    "press-briefings/2022-03/2022-03-02-briefing.md": BRIEFING,
    "speeches-remarks/2022-03/2022-03-02-joint.md": JOINT,
    "speeches-remarks/2022-03/2022-03-02-opening.md": OPENING,
    "speeches-remarks/2022-03/2022-03-02-speech.md": SPEECH,
    "speeches-remarks/2022-03/2022-03-02-lady.md": FIRST_LADY,
    "statements-releases/2022-03/2022-03-02-norland.md": STATEMENT,
    "statements-releases/2022-03/2022-03-02-speech.md": SPEECH,
    "articles/2022-03/2022-03-02-icymi.md": REPRINT,
    "fact-sheets/2025-02/2025-02-01-facts.md": FACT_SHEET,
    "README.md": b"About",
}
FILES = {f"{ROOT}/{name}": data for name, data in FILES.items()}


def load(home, **wanted):
    return load_source("white_house", data_home=home, **wanted)


@pytest.fixture
def documents(publish):
    return load(publish(f"{ROOT}.tar.xz", FILES)).set_index("doc_id")


def test_only_us_officials_turns_are_documents(documents):
    assert documents.text.to_dict() == {
        "wh-2022-03-02-briefing-002": "Good morning.  We have\nseen the reports.  \n  \nWe cannot confirm them.",
        "wh-2022-03-02-briefing-004": "It is false.",
        "wh-2022-03-02-briefing-007": "I have nothing more.",
        "wh-2022-03-02-briefing-010": "We act within our rights.",
        "wh-2022-03-02-joint-002": "Borders cannot be changed by force.",
        "wh-2022-03-02-norland": "We respect its borders.\n\nFACT: this is so.",
        "wh-2022-03-02-opening-001": documents.text["wh-2022-03-02-opening-001"],
        "wh-2022-03-02-opening-003": "Thank you.",
        "wh-2022-03-02-speech-001": "Good day.",
        "wh-2025-02-01-facts": "PRESIDENT TRUMP KEEPS HIS WORD: He does.",
    }
    assert documents.text["wh-2022-03-02-opening-001"].count("every nation") == 3


def test_venues_speakers_and_titles(documents):
    turn = documents.loc["wh-2022-03-02-briefing-004"]
    assert (turn.venue, turn.speaker, turn.title) == (
        "press_briefing",
        "MS. PSAKI",
        "Press Briefing by Press Secretary Jen Psaki",
    )
    assert (turn.actor, turn.url, str(turn.date.date())) == ("USA", "https://example.org/2022-03-02/", "2022-03-02")
    assert documents.speaker["wh-2022-03-02-opening-001"] == "Vice President Harris"
    assert documents.speaker["wh-2022-03-02-speech-001"] == "National Security Advisor Jake Sullivan"
    assert documents.venue["wh-2022-03-02-joint-002"] == "transcript"
    assert documents.venue["wh-2022-03-02-norland"] == "statement"


def test_ledger(documents):
    assert inclusion_ledger(documents).set_index("reason")["n"].to_dict() == {
        "a foreign guest or former president": 3,
        "a reporter's question": 2,
        "a speech by no US official": 1,
        "another speaker": 2,
        "audience, moderator or aide": 3,
        "heading, or opening without a label": 2,
        "reprints what others say": 1,
        "the same name in another folder": 1,
    }


def test_every_form_and_order_gives_the_same_table(publish, kind, documents):
    found = load(publish(f"wh-briefings-main{kind}", dict(reversed(FILES.items()))))
    assert found.set_index("doc_id").equals(documents)


def test_years(publish):
    home = publish(f"{ROOT}.zip", FILES)
    assert list(load(home, years=(2025, 2025)).doc_id) == ["wh-2025-02-01-facts"]
    with pytest.raises(InputError, match=r"white_house does not have the years 2020-2025; legal: 2022, 2025"):
        load(home, years=(2020, 2025))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"No head at all.", "no YAML head with title and date; legal: '---', the head, '---', the text"),
        (b"---\ntitle: x\n---\ntext", "no YAML head with title and date"),
        (b"---\ntitle: [x\ndate: y\n---\ntext", "its head is no YAML .*; legal: title, date"),
        (b"---\ntitle: caf\xe9\n---\n", "byte 0xe9 is not UTF-8"),
    ],
)
def test_malformed_file(publish, data, message):
    home = publish(ROOT, {"articles/2022-03/2022-03-02-x.md": data})
    with pytest.raises(InputError, match=f"2022-03-02-x.md.*{message}"):
        load(home)


def test_published_files_of_one_year(raw):
    found = load(raw, years=(2025, 2025))
    assert set(found["venue"]) == {"press_briefing", "statement", "transcript"}
    speakers = set(found["speaker"].dropna())
    assert {"THE PRESIDENT", "MS. LEAVITT"} <= speakers
    assert not any("PRIME MINISTER" in speaker or speaker == "Q" for speaker in speakers)
    assert not found.loc[found["venue"] != "statement", "text"].str.contains(r"\n\s*\n(?:Q  |MS\. [A-Z-]+:)").any()
