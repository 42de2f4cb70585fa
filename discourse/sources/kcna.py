"""Korean Central News Agency in English, for whoever maintains this reader.

Where from: github.com/stiles/north-korea-news, `data/archive/headlines_YYYY-MM-DD.json`, a snapshot of everything
collected so far. The collector gives his collection as CC0; the texts are KCNA's. Cite the collection and KCNA.

Layout: a JSON list of records `topic`, `headline`, `link`, `date` (epoch milliseconds of midnight UTC, which stands for
the day in Pyongyang), `story_text`, `date_str`. Read is one snapshot, the last by name; from a copy of the repository
too.

Traps
- The same story stands under several topics, with a link for each: one document per distinct text, the topics joined
  by "; ", the link the first in alphabetical order. What is joined is counted in the ledger.
- 249 records of the snapshot of 2024-11-11 have no text (mostly photographs and videos).
- A story edited after publication stands under one link with two texts: both are kept, as near-duplicates.
- Headlines end in a date in brackets, which is left out of `title`. `text` keeps its dateline ("Pyongyang, May 2
  (KCNA) --") and blanks lost by the collector ("ComradeKim").
- The agency publishes for the state: the actor of every story is PRK, foreign media that it reports included.
"""

import datetime
import hashlib
import json
import re
from collections import defaultdict
from pathlib import Path

from discourse.errors import InputError
from discourse.sources._archive import ARCHIVES, members, open_compressed
from discourse.sources._source import Reading, Source
from discourse.tabular import decode

__all__ = ["SOURCE"]

_FIELDS = {"topic": str, "headline": str, "link": str, "date": int, "story_text": str}
_SNAPSHOT = re.compile(r"(?:.*/)?headlines_[\d-]+\.json")
_BRACKETED_DATE = re.compile(r"\s*\[[^\]]*\]\s*$")


def _read(path: Path, reading: Reading) -> None:
    """Read the snapshot, and make one document of each distinct text."""
    versions = defaultdict(list)
    for position, record in enumerate(_records(path), start=1):
        for name, kind in _FIELDS.items():
            if not isinstance(record, dict) or not isinstance(record.get(name), kind):
                legal = ", ".join(_FIELDS)
                raise InputError(
                    f"{path}, record {position}: field {name!r} is missing or of another kind; legal: {legal}"
                )
        if record["story_text"].strip():
            versions[record["story_text"]].append(record)
        else:
            reading.drop("record", "without text")
    for text, records in versions.items():
        day = datetime.datetime.fromtimestamp(min(r["date"] for r in records) / 1000, datetime.UTC).date()
        if reading.wants("PRK", day.year):
            reading.rows.append(_document(text, records, day))
            if len(records) > 1:
                reading.drop("record", "the same text under another topic", len(records) - 1)


def _records(path: Path) -> list:
    """Read the JSON list, out of a copy of the repository if that is what there is."""
    where, data = path.name, b""
    if path.is_dir() or path.name.endswith(ARCHIVES):
        where = ""
        for member in members(path, lambda name: _SNAPSHOT.fullmatch(name) is not None):
            if member.path > where:
                where, data = member.path, member.read()
    else:
        with open_compressed(path) as file:
            data = file.read()
    try:
        records = json.loads(decode(data, f"{path.name}, {where}"))
    except json.JSONDecodeError as error:
        raise InputError(f"{path} is no JSON ({error}); legal: headlines_YYYY-MM-DD.json as published") from error
    if not isinstance(records, list):
        raise InputError(f"{path} holds a {type(records).__name__}; legal: a list of records")
    return records


def _document(text: str, records: list[dict], day: datetime.date) -> dict:
    """Join the records of one text."""
    return {
        "doc_id": f"kcna-{day}-{hashlib.sha256(text.encode()).hexdigest()[:8]}",
        "actor": "PRK",
        "date": day,
        "venue": "news_agency",
        "text": text,
        "title": min(" ".join(_BRACKETED_DATE.sub("", r["headline"]).split()) for r in records),
        "url": min(r["link"] for r in records),
        "language": "en",
        "translated": True,
        "topics": "; ".join(sorted({r["topic"] for r in records})),
    }


SOURCE = Source(
    name="kcna",
    title="Korean Central News Agency, in English",
    citation="Korean Central News Agency (2023-2024), collected by M. Stiles, north-korea-news, "
    "github.com/stiles/north-korea-news.",
    licence="CC0 as stated by the collector; the texts are KCNA's",
    location="github.com/stiles/north-korea-news (data/archive/headlines_2024-11-11.json)",
    files=("headlines_*.json*", "north-korea-news*"),
    venues=("news_agency",),
    read=_read,
)
