"""A user's own file, as a table: CSV, TSV, JSON lines, Parquet or a folder of .txt, always UTF-8, nothing guessed.

Each reader returns a `Table`: the cells, and a function that names the place of a record as its reader would find it in
the file. What the columns must be is checked in `documents.py`.
"""

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from discourse.errors import InputError

__all__ = ["Table", "decode", "json_lines", "read_csv", "read_folder", "read_jsonl", "read_parquet", "read_tsv"]


class Table(NamedTuple):
    """Cells, and `place(position)`: what a user calls that record ("row 3", "file USA_1.txt")."""

    frame: pd.DataFrame
    place: Callable[[int], str]


def decode(data: bytes, where: str) -> str:
    r"""Decode UTF-8 bytes, without the byte order mark that may stand first.

    Parameters
    ----------
    data : bytes
        What a file holds.
    where : str
        What the file is called in an error message.

    Returns
    -------
    str
        The text, its line ends untouched.

    Raises
    ------
    InputError
        If the bytes are not UTF-8 or hold a NUL.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfWe object.\r\n", "statement.txt")
    'We object.\r\n'
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(f"{where} is encoded in UTF-16; legal: UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise InputError(f"{where}, line {_line(data, nul)}: there is a NUL byte; legal: text in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad = f"byte 0x{error.object[error.start]:02x}"
        line = _line(error.object, error.start)
        raise InputError(f"{where}, line {line}: {bad} is not UTF-8; legal: a file saved as UTF-8") from error


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def read_csv(path: Path, delimiter: str = ",") -> Table:
    """Read comma-separated values; line ends inside quoted cells stay as they are, empty cells are missing."""
    text = decode(path.read_bytes(), str(path))
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    limit = csv.field_size_limit(max(len(text), csv.field_size_limit()))
    rows, places = [], []
    try:
        for number, record in enumerate(records, start=1):
            if record:
                rows.append(record)
                places.append(number)
    except csv.Error as error:
        raise InputError(
            f"{path}, line {records.line_num}: {error}; legal: quotation marks doubled and closed"
        ) from error
    finally:
        csv.field_size_limit(limit)
    header = rows[0] if rows else []
    for number, record in zip(places, rows, strict=True):
        if len(record) != len(header):
            raise InputError(f"{path}, row {number} has {len(record)} cells; legal: {len(header)}, as in the header")
    columns = [[record[i] or None for record in rows[1:]] for i in range(len(header))]
    frame = pd.DataFrame(dict(enumerate(columns)), dtype="str")
    frame.columns = header
    return Table(frame, lambda position: f"row {places[position + 1]}")


read_tsv = partial(read_csv, delimiter="\t")


def read_jsonl(path: Path) -> Table:
    """Read one JSON object a line; blank lines are passed over."""
    lines = json_lines(path.read_bytes(), str(path))
    columns = dict.fromkeys(name for _, record in lines for name in record)
    frame = pd.DataFrame({name: pd.Series([record.get(name) for _, record in lines], dtype=object) for name in columns})
    return Table(frame.infer_objects(), lambda position: f"line {lines[position][0]}")


def json_lines(data: bytes, where: str) -> list[tuple[int, dict]]:
    """Parse JSON lines: the number of each line that is not blank, and its object."""
    lines = enumerate(decode(data, where).split("\n"), start=1)
    return [(number, _json_object(line, f"{where}, line {number}")) for number, line in lines if line.strip()]


def _json_object(line: str, where: str) -> dict:
    """Parse one line that must be an object without a name given twice."""

    def unique(pairs: list[tuple[str, object]]) -> dict:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise InputError(f"{where}: column {name!r} occurs twice; legal: every name once")
        return dict(pairs)

    try:
        record = json.loads(line, object_pairs_hook=unique)
        if "\\u" in line:
            json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{where} holds half a character (a lone surrogate); legal: whole characters") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{where}, character {error.colno}: {error.msg}; legal: one JSON object a line") from error
    if not isinstance(record, dict):
        raise InputError(f"{where} is no JSON object; legal: one JSON object a line")
    return record


def read_parquet(path: Path) -> Table:
    """Read a Parquet file; rows are counted from 1."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path} cannot be read as Parquet ({error}); legal: a whole .parquet file") from error
    names = table.column_names
    frame = table.rename_columns([str(i) for i in range(len(names))]).replace_schema_metadata().to_pandas()
    frame.columns = names
    return Table(frame, lambda position: f"row {position + 1}")


def read_folder(path: Path) -> Table:
    """Read every .txt below a folder, in the order of their names; see `read_documents` for who the actor is."""
    files = sorted(path.rglob("*.txt"), key=lambda file: file.relative_to(path).as_posix())
    if not files:
        raise InputError(
            f"{path} holds no .txt file; legal: a folder of .txt files, or a .csv, .tsv, .jsonl or .parquet"
        )
    columns: dict[str, list[str]] = {"doc_id": [], "actor": [], "text": []}
    for file in files:
        prefix, underscore, _ = file.stem.partition("_")
        actor = prefix if underscore else file.parent.name
        if not actor or (not underscore and file.parent == path):
            raise InputError(f"{file}: no actor in its name; legal: ACTOR_….txt, or a sub-folder named after the actor")
        columns["doc_id"].append(file.stem)
        columns["actor"].append(actor)
        columns["text"].append(decode(file.read_bytes(), str(file)))
    names = [file.relative_to(path).as_posix() for file in files]
    return Table(pd.DataFrame(columns, dtype="str"), lambda position: f"file {names[position]}")
