"""UN General Debate Corpus (UNGDC), for whoever maintains this reader.

Where from: Harvard Dataverse, doi:10.7910/DVN/0TJX8Y. V13 (1946-2024) is `UNGDC_1946-2024.tar.gz`; the publisher asks
for a name before the download, so the file is usually placed by hand. Cite Jankin, Baturo and Dasandi 2025. Licence
CC0.

Layout: `TXT/Session NN - YYYY/CODE_NN_YYYY.txt`, 10,952 speeches, and `Speakers_by_session.xlsx` (year, session, code,
country, person, post). Dataverse also has the spreadsheet as a file of its own: it is looked for beside the archive
when the archive does not hold it; without it there are no speakers and posts, and the ledger says so.

Traps
- 2,936 files begin with a byte order mark: it is decoded away (utf-8-sig), all else in a text is as published.
- `.DS_Store-to-UTF-8.txt` (1992) is no speech; the published counts are without it. macOS archives add `._*` files.
- `EU` is not alpha-3: its actor is EUE. Files `RUS_*` up to 1991 are the Soviet Union's: actor SUN. `doc_id` keeps the
  publisher's name (`RUS_46_1991`, `EU_72_2017`), so that it can be found again.
- The spreadsheet's codes hold typing errors, swaps and older codes (`_SHEET_CODES`, `_SHEET_SWAPS`; Sweden 2001 stands
  as CHE and Swaziland as SWE). Keys of two persons are joined with "; ". A speech without a row has no speaker.
- The publisher's own misfilings are not mended: `ZAF_39_1984` holds the Central African Republic's speech.
- There is no Soviet speech in 1970, and 63 files of 2024 look machine-transcribed.
- The debate's days are not in the archive: `date` is 1 January of the session's year, `date_precision` "year".
"""

import io
import re
import zipfile
from pathlib import Path

import openpyxl

from discourse.errors import InputError
from discourse.sources._archive import members
from discourse.sources._source import Reading, Source
from discourse.tabular import decode

__all__ = ["SOURCE"]

_SPEECH = re.compile(r"(?:.*/)?TXT/[^/]+/(?P<id>(?P<code>[A-Z]{2,4})_(?P<session>\d{2,3})_(?P<year>\d{4}))\.txt")
_SHEET = "Speakers_by_session.xlsx"
_ACTORS = {"EU": "EUE"}
_LAST_SOVIET_YEAR = 1991
_SHEET_CODES = {"CZK": "CSK", "DKN": "DNK", "EC": "EU", "PAR": "PRY", "PKR": "PRK", "POR": "PRT", "YDYE": "YMD"}
_SHEET_CODES |= {"ZFA": "ZAF"}
_SHEET_SWAPS = {(1962, "ARE"): "EGY", (1986, "DDR"): "DEU", (1986, "DEU"): "DDR", (1990, "DDR"): "DEU"}
_SHEET_SWAPS |= {(1990, "DEU"): "DDR", (2001, "CHE"): "SWE", (2001, "SWE"): "SWZ"}


def _read(path: Path, reading: Reading) -> None:
    """Read the speeches wanted, and join who held them."""
    root = path.parent if path.name == "TXT" else path
    sheet = None
    for member in members(root, lambda name: name.endswith(_SHEET) or (name.endswith(".txt") and "TXT/" in name)):
        match = _SPEECH.fullmatch(member.path)
        if member.path.endswith(_SHEET):
            sheet = member.read()
        elif match is None:
            name = member.path.rpartition("/")[2]
            reading.drop("._*" if name.startswith("._") else name, "no speech: not named CODE_session_year.txt")
        else:
            _add(match, member.read, reading, f"{path.name}, {member.path}")
    beside = root.parent / _SHEET
    if sheet is None and beside.is_file():
        sheet = beside.read_bytes()
    if sheet is None:
        reading.drop(_SHEET, "not there: speeches have neither speaker nor post")
    people = _people(sheet) if sheet else {}
    for row in reading.rows:
        key = (row["date"], row.pop("code"))
        row["speaker"], row["post"] = people.get(key, (None, None))


def _add(match: re.Match, read: object, reading: Reading, where: str) -> None:
    """Add one speech, if it is wanted."""
    code, year = match["code"], int(match["year"])
    actor = "SUN" if code == "RUS" and year <= _LAST_SOVIET_YEAR else _ACTORS.get(code, code)
    if reading.wants(actor, year):
        row = {"doc_id": match["id"], "actor": actor, "date": year, "venue": SOURCE.name, "text": decode(read(), where)}
        reading.rows.append(row | {"session": int(match["session"]), "code": code})


def _people(sheet: bytes) -> dict[tuple[int, str], tuple[str | None, str | None]]:
    """Read the spreadsheet: (year, code in the file's name) to speaker and post, several joined with '; '."""
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(sheet), read_only=True)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{_SHEET} cannot be read ({error}); legal: the spreadsheet as published") from error
    rows = workbook.worksheets[0].iter_rows(min_row=2, max_col=6, values_only=True)
    listed: dict[tuple[int, str], tuple[dict, dict]] = {}
    for year, _, code, _, name, post in rows:
        if not code:
            continue
        code = _SHEET_SWAPS.get((year, code.strip()), _SHEET_CODES.get(code.strip(), code.strip()))
        names, posts = listed.setdefault((year, code), ({}, {}))
        for cell, cells in ((name, names), (post, posts)):
            if cell and cell.strip() not in ("", "missing"):
                cells.setdefault(" ".join(cell.split()))
    return {key: ("; ".join(names) or None, "; ".join(posts) or None) for key, (names, posts) in listed.items()}


SOURCE = Source(
    name="un_general_debate",
    title="United Nations General Debate Corpus",
    citation="Jankin, S., Baturo, A., & Dasandi, N. (2025). Words to unite nations: The complete United Nations "
    "General Debate Corpus, 1946-present. Journal of Peace Research, 62(4), 1339-1351.",
    licence="CC0",
    location="doi:10.7910/DVN/0TJX8Y (UNGDC_1946-2024.tar.gz)",
    files=("UNGDC*", "TXT"),
    venues=("un_general_debate",),
    read=_read,
)
