"""The documents table: one row per statement, read from a user's own file or folder, checked and described.

Required columns are `doc_id`, `actor` and `text`; further columns are kept. `text` is never altered: only a byte order
mark at the very start of a file is taken for what it is and left out. Cells are never guessed to be missing ("NA" is
Namibia). A file's own layout is read in `tabular.py`; here stands what is legal in it.
"""

import datetime
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from discourse import tabular
from discourse.errors import InputError, one_of
from discourse.segment import word_counts

__all__ = ["check_documents", "describe", "read_documents"]

REQUIRED = ("doc_id", "actor", "text")
PRECISIONS = ("day", "month", "year")
LEGAL_DATES = "legal: YYYY, YYYY-MM or YYYY-MM-DD, which a time may follow"

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?")


def read_documents(source: str | Path | pd.DataFrame) -> pd.DataFrame:
    """Read statements of your own as a documents table.

    Parameters
    ----------
    source : str, Path or DataFrame
        A file `.csv`, `.tsv`, `.jsonl` or `.parquet`, a folder of `.txt` files, or a table already in memory. Text is
        UTF-8, with or without a byte order mark. Columns `doc_id`, `actor` and `text` are required; `date` may be a
        year, a month (`2017-05`) or a day. In a folder (searched through its sub-folders) `doc_id` is the file's name
        without `.txt`, and `actor` the part of it before the first `_` (`USA_2017_speech.txt`) or, without one, the
        name of the sub-folder the file lies in.

    Returns
    -------
    DataFrame
        `doc_id`, `actor`, `text` as text; `date` (datetime64) and `date_precision` ("day", "month", "year") where there
        are dates; all other columns as they were, those of .csv and .tsv as text, their empty cells missing.

    Raises
    ------
    InputError
        If the file cannot be read or breaks a rule of the table; the text names file, row (the header is row 1),
        column and what is legal.

    Examples
    --------
    >>> frame = pd.DataFrame({"doc_id": ["a", "b"], "actor": ["NA", "NAM"], "text": ["We object.", "So do we."],
    ...                       "date": ["2017", "2017-05"]})
    >>> read_documents(frame)[["actor", "date", "date_precision"]]
      actor       date date_precision
    0    NA 2017-01-01           year
    1   NAM 2017-05-01          month
    """
    if isinstance(source, pd.DataFrame):
        return check_documents(source)
    path = Path(source)
    if path.is_dir():
        return _check(tabular.read_folder(path), str(path))
    readers = {".csv": tabular.read_csv, ".tsv": tabular.read_tsv}
    readers |= {".jsonl": tabular.read_jsonl, ".parquet": tabular.read_parquet}
    if not path.is_file():
        raise InputError(f"{path}: there is no such file or folder; legal: a folder of .txt, or {', '.join(readers)}")
    one_of(path.suffix.lower(), readers, f"the ending of {path}")
    return _check(readers[path.suffix.lower()](path), str(path))


def check_documents(frame: pd.DataFrame, where: str = "documents") -> pd.DataFrame:
    """Check that a table is a documents table, and give its columns their types.

    Parameters
    ----------
    frame : DataFrame
        One row per document, with `doc_id`, `actor` and `text` at least; not changed.
    where : str, default "documents"
        What the table is called in an error message.

    Returns
    -------
    DataFrame
        A copy with a RangeIndex: `doc_id`, `actor`, `text` as text, `date` as datetime64[us] and `date_precision` where
        dates are given. `attrs` are kept.

    Raises
    ------
    InputError
        If a required column is missing or stands twice, a required cell is empty or no text, a `doc_id` occurs twice,
        or a date is none.

    Examples
    --------
    >>> check_documents(pd.DataFrame({"doc_id": [1], "actor": ["USA"]}))
    Traceback (most recent call last):
    discourse.errors.InputError: documents: column 'text' is missing; it has: doc_id, actor; legal: ...
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"{where} is a {type(frame).__name__}; legal: a DataFrame with columns {', '.join(REQUIRED)}")
    return _check(tabular.Table(frame, lambda position: f"index {frame.index[position]}"), where)


def describe(documents: pd.DataFrame) -> pd.DataFrame:
    """Count what a documents table holds, by actor and venue.

    Parameters
    ----------
    documents : DataFrame
        Documents; without a column `venue` or `date` the respective columns of the result are left out.

    Returns
    -------
    DataFrame
        `actor`, `venue`, `n_documents`, `n_words`, `first`, `last` (dates), sorted by actor and venue.
        Documents without a venue are a row of their own.

    Examples
    --------
    >>> describe(pd.DataFrame({"doc_id": ["a", "b"], "actor": "USA", "text": ["We object.", "So do we."]}))
      actor  n_documents  n_words
    0   USA            2        5
    """
    documents = check_documents(documents)
    by = [column for column in ("actor", "venue") if column in documents]
    measures = {"n_documents": ("doc_id", "size"), "n_words": ("n_words", "sum")}
    if "date" in documents:
        measures |= {"first": ("date", "min"), "last": ("date", "max")}
    counted = documents.assign(n_words=word_counts(documents["text"]))
    return counted.groupby(by, sort=True, dropna=False).agg(**measures).reset_index()


def _check(table: tabular.Table, where: str) -> pd.DataFrame:
    """Check the columns that the documents table knows, and type them; other columns pass."""
    names = list(table.frame.columns)
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{where}: column {name!r} occurs twice; legal: every name once")
    for name in REQUIRED:
        if name not in names:
            has = ", ".join(map(str, names)) or "no column"
            legal = f"{', '.join(REQUIRED)} and others"
            raise InputError(f"{where}: column {name!r} is missing; it has: {has}; legal: {legal}")
    frame = table.frame.reset_index(drop=True)
    for name in REQUIRED:
        frame[name] = _texts(frame[name], table, where)
    twice = np.flatnonzero(frame["doc_id"].duplicated())
    if twice.size:
        first = np.flatnonzero(frame["doc_id"] == frame["doc_id"][twice[0]])[0]
        place, other = table.place(twice[0]), table.place(first)
        what = f"{frame['doc_id'][first]!r} stands in {other} too"
        raise InputError(f"{where}, {place}, column 'doc_id': {what}; legal: every id once")
    return _with_dates(frame, table, where) if "date" in frame else frame


def _texts(column: pd.Series, table: tabular.Table, where: str) -> pd.Series:
    """Type a required column as text; whole numbers are legal names and ids, though no statements."""
    legal = "text" if column.name == "text" else "text or a whole number"

    def refuse_any(flags: np.ndarray, what: str) -> None:
        positions = np.flatnonzero(flags)
        if positions.size:
            place = f"{where}, {table.place(positions[0])}, column {column.name!r}"
            raise InputError(f"{place}: the cell {what}; legal: {legal}")

    refuse_any(column.isna().to_numpy(), "is empty")
    if not isinstance(column.dtype, pd.StringDtype):
        kinds = (str,) if column.name == "text" else (str, int, np.integer)
        values = column.tolist()
        refuse_any([not isinstance(value, kinds) or isinstance(value, bool) for value in values], "is no text")
        refuse_any([not _is_whole(str(value)) for value in values], "holds half a character (a lone surrogate)")
        column = pd.Series([str(value) for value in values], name=column.name)
    column = column.astype("str")
    cells = pa.array(column, type=pa.large_string())
    blank = pc.or_(pc.equal(pc.binary_length(cells), 0), pc.utf8_is_space(cells))
    refuse_any(blank.to_numpy(zero_copy_only=False), "is empty")
    if _has_zero_byte(cells):
        refuse_any(pc.match_substring(cells, "\0").to_numpy(zero_copy_only=False), "holds a NUL character")
    return column


def _has_zero_byte(cells: pa.Array | pa.ChunkedArray) -> bool:
    """Look at the buffers as they lie in memory: 50 times faster than looking into each cell."""
    chunks = cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]
    buffers = [chunk.buffers()[2] for chunk in chunks if len(chunk)]
    return any(buffer.size and not np.frombuffer(buffer, np.uint8).min() for buffer in buffers)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _with_dates(frame: pd.DataFrame, table: tabular.Table, where: str) -> pd.DataFrame:
    """Read the column `date`, and say in `date_precision` how much of each date was given."""
    values = frame["date"]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        frame["date"] = values.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
        given = values.map(lambda value: None if pd.isna(value) else "day")
    else:
        read = [_date_at(position, value, table, where) for position, value in enumerate(values)]
        frame["date"] = np.array([day for day, _ in read], dtype="datetime64[us]")
        given = pd.Series([precision for _, precision in read], dtype=object)
    if "date_precision" in frame:
        stated = frame["date_precision"]
        for position in np.flatnonzero(~stated.isin(PRECISIONS) & ~stated.isna()):
            one_of(stated[position], PRECISIONS, f"{where}, {table.place(position)}, column 'date_precision'")
        given = stated.astype(object).where(stated.notna(), given)
    precision = given.astype("str")
    rest = frame.drop(columns="date_precision", errors="ignore")
    rest.insert(rest.columns.get_loc("date") + 1, "date_precision", precision)
    return rest


def _date_at(position: int, value: object, table: tabular.Table, where: str) -> tuple:
    """Read one date, or say where it is none."""
    try:
        return _date(value)
    except ValueError as error:
        place = f"{where}, {table.place(position)}, column 'date'"
        raise InputError(f"{place}: {value!r} is no date; {LEGAL_DATES}") from error


def _date(value: object) -> tuple[datetime.date | None, str | None]:
    """Read one date as (day, how much of it was given); ValueError if it is none."""
    if pd.isna(value) or value == "":
        return None, None
    if isinstance(value, datetime.date):
        return datetime.date(value.year, value.month, value.day), "day"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    match = None if isinstance(value, bool) else _DATE.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(value)
    given = [int(part) for part in match.groups() if part]
    return datetime.date(*given, *(1, 1, 1)[len(given) :]), ("year", "month", "day")[len(given) - 1]
