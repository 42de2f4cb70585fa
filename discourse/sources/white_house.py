"""White House statements, remarks and briefings, for whoever maintains this reader.

Where from: github.com/brian14708/wh-briefings at commit 737ca03 (2021 to 2026; bidenwhitehouse.archives.gov and
whitehouse.gov). CC0; the texts are works of the US government. Who speaks for the United States stands in
`_officials.py`.

Layout: `KIND/YYYY-MM/YYYY-MM-DD-slug.md` with a YAML head (`title`, `date`, `source_url`) and Markdown of hard-wrapped
lines.

What is a document
- A file with an official's label ("MS. PSAKI:") is a transcript, whatever folder it lies in: one document per turn of a
  US official, doc_id `wh-<file>-017` for the 17th turn, venue "press_briefing" for briefings, gaggles and calls, else
  "transcript". A speech opens without a label: it is the official's whom the title names.
- Any other file of speeches is one document ("transcript"), if its title names an official; any other file at all is
  one document, doc_id `wh-<file>`, venue "statement".
- Left out, and counted by reason: reporters, audience, moderators, foreign guests and former presidents, everybody else
  whose label is not an official's, and pages that reprint others ("ICYMI", "What They Are Saying").

Traps
- 49 files stand in two folders under one name; the first folder by name is read.
- Text is as published, with line breaks and Markdown; of a transcript the place, time and "END" lines are no speech.
- Labels stand at the start of a paragraph, sometimes bold or misspelt ("MR. SULLVIAN"): those count as other speakers.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from discourse.errors import InputError
from discourse.segment import count_words, turns
from discourse.sources._archive import members
from discourse.sources._officials import named_in, role
from discourse.sources._source import Reading, Source
from discourse.tabular import decode

__all__ = ["SOURCE"]

_FILE = re.compile(r"(?:.*/)?([a-z-]+)/\d{4}-\d\d/((\d{4})-\d\d-\d\d-[^/]+)\.md")
_SPEECHES = ("remarks", "speeches-remarks")
_BRIEFING = re.compile(r"\b(?:press (?:briefing|call)|gaggle)\b", re.IGNORECASE)
_REPRINT = re.compile(r"(?:icymi|what they.{1,2}re saying|what they are saying)\b", re.IGNORECASE)
_TIME = re.compile(r"^.{0,30}\d{1,2}:\d\d\s*[AP]\.?M\.?.*$", re.MULTILINE)
_END = re.compile(r"\n[ \t\xa0]*\**END\b[^\n]*\s*(?:[^\n]*\d:\d\d[^\n]*\s*)?\Z")
_SHORTEST_OPENING = 20  # words; what stands above the first label and is shorter is place and time
_LABEL = re.compile(
    r"(?:\A\s*|\n[ \t\xa0]*\n|  \n|<br />\n)[ \t\xa0]*\**"
    r"(Q(?=\**[:.]?\**\s)|(?:(?:Mr|Ms|Mrs|Dr)\. )?[A-Z](?:[^a-z:\n]|(?:Ma?c|D[ei]|L[ae])(?=[A-Z])){1,60}?"
    r"(?:\([^)\n]{1,40}\))?(?=\s?\**:\**\s))\s?\**[:.]?\**"
)


def _read(path: Path, reading: Reading) -> None:
    """Read the files of the years wanted, each name once."""
    files: dict[str, tuple[str, str]] = {}
    for member in members(path, lambda name: _FILE.fullmatch(name) is not None):
        kind, stem, year = _FILE.fullmatch(member.path).groups()
        if reading.wants("USA", int(year)):
            if stem in files:
                reading.drop("file", "the same name in another folder")
            if stem not in files or kind < files[stem][0]:
                files[stem] = kind, decode(member.read(), f"{path.name}, {member.path}")
    for stem, (kind, text) in files.items():
        _add_file(stem, kind, text, reading)


def _add_file(stem: str, kind: str, text: str, reading: Reading) -> None:
    """Add the documents of one file, and count what is left out."""
    head, body = _parts(text, f"{kind}/{stem}.md")
    page = {"actor": "USA", "language": "en", "translated": False, "kind": kind}
    page |= {"date": str(head["date"]), "title": " ".join(str(head["title"]).split()), "url": head.get("source_url")}
    labels = [match[1] for match in _LABEL.finditer(body)]
    if any(role(_name(label))[0] for label in labels):
        page["venue"] = (
            "press_briefing" if kind == "press-briefings" or _BRIEFING.search(page["title"]) else "transcript"
        )
        reading.rows += _turns(stem, body, page, reading)
    elif _REPRINT.match(page["title"]):
        reading.drop("file", "reprints what others say")
    elif not body.strip():
        reading.drop("file", "without text")
    elif kind not in _SPEECHES:
        reading.rows.append(page | {"doc_id": f"wh-{stem}", "venue": "statement", "text": body.strip()})
    elif speaker := named_in(page["title"]):
        text = _speech(body)
        reading.rows.append(
            page | {"doc_id": f"wh-{stem}-001", "venue": "transcript", "text": text, "speaker": speaker}
        )
    else:
        reading.drop("file", "a speech by no US official")


def _parts(text: str, where: str) -> tuple[dict, str]:
    """Split a file into its YAML head and its text."""
    opening, head, body = [*text.split("---\n", 2), "", ""][:3]
    try:
        fields = yaml.load(head, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise InputError(
            f"{where}: its head is no YAML ({' '.join(str(error).split())}); legal: title, date"
        ) from error
    if opening.strip() or not isinstance(fields, dict) or not {"title", "date"} <= set(fields):
        raise InputError(f"{where}: no YAML head with title and date; legal: '---', the head, '---', the text")
    return fields, body


def _turns(stem: str, body: str, page: dict, reading: Reading) -> Iterator[dict]:
    """Split a transcript, and keep the turns of US officials."""
    end = _END.search(body)
    body = body[: end.start()] if end else body
    for number, turn in enumerate(turns(body, _LABEL), start=1):
        speaker = _name(turn.speaker)
        text = body[turn.start : turn.end]
        kept, what = role(speaker)
        if not speaker:
            speaker, text = named_in(page["title"]), _speech(text)
            long = count_words(text) >= _SHORTEST_OPENING
            kept, what = bool(speaker and long), "heading, or opening without a label"
        if kept:
            yield page | {"doc_id": f"wh-{stem}-{number:03d}", "text": text, "speaker": speaker}
        else:
            reading.drop("turn", what)


def _name(label: str) -> str:
    return " ".join(label.replace("*", " ").split())


def _speech(text: str) -> str:
    """Leave out the lines of place and time that stand above a speech, and its END."""
    end = _END.search(text)
    text = text[: end.start()] if end else text
    time = _TIME.search(text, 0, 400)
    return text[time.end() if time else 0 :].strip()


SOURCE = Source(
    name="white_house",
    title="White House briefings, remarks and statements",
    citation="The White House (2021-2026), whitehouse.gov and bidenwhitehouse.archives.gov, collected in wh-briefings, "
    "github.com/brian14708/wh-briefings.",
    licence="CC0",
    location="github.com/brian14708/wh-briefings (commit 737ca03)",
    files=("wh-briefings*",),
    venues=("press_briefing", "statement", "transcript"),
    read=_read,
)
