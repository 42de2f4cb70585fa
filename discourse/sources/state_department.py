"""US State Department releases and briefings, for whoever maintains this reader.

Where from: rebuilt from feed snapshots in github.com/markschaver/State-Department-PR (history to cd530c3). No publisher
ships the file, so it serves tests and comparisons, not the shipped tables. The texts are works of the US government.

Layout: JSON lines, perhaps compressed: `title`, `link`, `guid` (ends in a number), `creator`, `text`, `date_iso`.

What is a document
- A release with an official's label ("MR PRICE:") is a transcript: one document per turn of a US official (see
  `_officials.py`), doc_id `state-252304-017` for the number in `guid` and the 17th turn, venue "press_briefing" where
  the title says briefing, else "transcript". Questions and guests are left out, and counted.
- Any other release is one document, doc_id `state-252304`, venue "statement", its `speaker` the creator the feed names.

Traps
- Gap from 2021-08-14 to 2022-02-01. One guid stands twice, and some texts under several links: the first is kept.
- Texts open with lines of name, place and time; in a transcript they are left out.
- Labels lose letters ("MR ICE"), and ambassadors may be anybody's: their turns are left out.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from discourse.errors import InputError
from discourse.segment import turns
from discourse.sources._archive import open_compressed
from discourse.sources._officials import role
from discourse.sources._source import Reading, Source
from discourse.tabular import json_lines

__all__ = ["SOURCE"]

_FIELDS = ("title", "link", "guid", "creator", "text", "date_iso")
_LABEL = re.compile(r"(?:\A|\n)[ \t\xa0]*((?:[A-Z]|Mc(?=[A-Z]))(?:[A-Z .’'-]|Mc(?=[A-Z])){1,50}):(?=\s)")


def _read(path: Path, reading: Reading) -> None:
    """Read the releases of the years wanted, in the order of their addresses."""
    with open_compressed(path) as file:
        lines = json_lines(file.read(), str(path))
    for number, record in lines:
        for name in _FIELDS:
            if not isinstance(record.get(name), str):
                raise InputError(f"{path}, line {number}: {name!r} is missing or no text; legal: {', '.join(_FIELDS)}")
    seen: set[str] = set()
    for record in sorted((record for _, record in lines), key=lambda record: record["link"]):
        if not reading.wants("USA", int(record["date_iso"][:4])):
            continue
        doc_id, text = f"state-{record['guid'].rpartition('=')[2]}", record["text"].strip()
        if not text:
            reading.drop("release", "without text")
        elif doc_id in seen or text in seen:
            reading.drop("release", "stands twice")
        else:
            seen |= {doc_id, text}
            reading.rows += _documents(doc_id, text, record, reading)


def _documents(doc_id: str, text: str, record: dict, reading: Reading) -> Iterator[dict]:
    """Make the documents of one release."""
    page = {"actor": "USA", "date": record["date_iso"], "title": record["title"], "url": record["link"]}
    page |= {"language": "en", "translated": False}
    if not any(role(match[1])[0] for match in _LABEL.finditer(text)):
        yield page | {"doc_id": doc_id, "venue": "statement", "text": text, "speaker": record["creator"]}
        return
    venue = "press_briefing" if "briefing" in record["title"].lower() else "transcript"
    for number, turn in enumerate(turns(text, _LABEL), start=1):
        kept, what = role(turn.speaker)
        if kept:
            words = text[turn.start : turn.end]
            yield page | {"doc_id": f"{doc_id}-{number:03d}", "venue": venue, "text": words, "speaker": turn.speaker}
        else:
            reading.drop("turn", what if turn.speaker else "heading")


SOURCE = Source(
    name="state_department",
    title="US Department of State releases and briefings",
    citation="US Department of State (2021-2022), state.gov, rebuilt from feed snapshots collected by M. Schaver, "
    "State-Department-PR, github.com/markschaver/State-Department-PR.",
    licence="US government work",
    location="github.com/markschaver/State-Department-PR (history to cd530c3); rebuilt, not shipped by a publisher",
    files=("state-department*.jsonl*",),
    venues=("press_briefing", "statement", "transcript"),
    read=_read,
)
