"""Coding sheets: draw sentences for coding by hand, with known probabilities and without a word of what the rules say.

A sheet holds places, not sentences, so that it can be published; the file that coders fill in holds the sentences, but
neither stratum nor probability, which would give the rules' verdict away.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.coding.codes import CONSTRUCTS
from discourse.compare._counting import split
from discourse.compare._resample import generator
from discourse.documents import check_documents
from discourse.errors import InputError, one_of
from discourse.segment import sentences
from discourse.tabular import Table, read_csv
from discourse.validate._found import STATES, Found, find

__all__ = ["draw_sheet", "read_sheet", "write_sheet"]

SHARES = {"rule_plus": 0.35, "near_miss": 0.15, "rule_minus": 0.5}
PLACE = ("doc_id", "sentence", "start", "end")
HELD_BACK = ("stratum", "probability")
TEXTS = ("before", "text", "after")
CODERS = ("coder_a", "coder_b")


def draw_sheet(
    documents: pd.DataFrame,
    spans: pd.DataFrame,
    *,
    n: int = 600,
    by: str | list[str] = "actor",
    strata: Mapping[str, float] | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Draw sentences for coding by hand, from each group as many.

    A stratum is a group and what the rules found in the sentence: `rule_plus` (a position of the actor's own),
    `near_miss` (cues, none of them own) or `rule_minus` (nothing). Within a stratum every sentence is as likely as any
    other. Sentences that the rules passed over are what recall is read from: leave them in.

    Parameters
    ----------
    documents : DataFrame
        Documents with their texts.
    spans : DataFrame
        What `discourse.code` found in them.
    n : int, default 600
        Sentences per group; all, where it has fewer.
    by : str or list of str, default "actor"
        The column or columns of `documents` that make the groups.
    strata : mapping of str to float, optional
        The share of `n` that each stratum gets; by default .35 `rule_plus`, .15 `near_miss`, .5 `rule_minus`: few
        sentences of the last have a code, but there are so many that what is missed in them decides how wide a
        corrected interval is. What a stratum cannot supply is drawn from `rule_minus`, then from the others.
    random_state : int, default 0
        Seed. A group's sentences depend on it and on the group alone.

    Returns
    -------
    DataFrame
        In random order: `doc_id`, `sentence` (from 0), `start`, `end`, `stratum`, `probability` (chance of being
        drawn), `codes` and one column per coder (`coder_a`, `coder_b`), which are missing until somebody has coded.

    Raises
    ------
    InputError
        If a column is missing, `n` is not positive or a share is no share.

    References
    ----------
    Neyman, J. (1938), Journal of the American Statistical Association 33, 101-116 (two-phase sampling).

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b"], "actor": ["AVR", "BEL"],
    ...                           "text": ["A groundless rumour. It rained.", "We came. We saw. We left."]})
    >>> spans = pd.DataFrame({"doc_id": ["a"], "sentence": [0], "start": [2], "end": [19], "own": True,
    ...                       "construct": "contested_claims", "code": "label"})
    >>> draw_sheet(documents, spans, n=2).sort_values("stratum")[["doc_id", "sentence", "stratum", "probability"]]
      doc_id  sentence          stratum  probability
    ...     a         1  AVR: rule_minus     1.000000
    ...     a         0   AVR: rule_plus     1.000000
    ...     b         ...  BEL: rule_minus     0.666667
    ...     b         ...  BEL: rule_minus     0.666667
    """
    if not (isinstance(n, int | np.integer) and n > 0):
        raise InputError(f"n is {n!r}; legal: a whole number of sentences per group, from 1")
    shares = _shares(strata)
    found = find(spans, check_documents(documents).drop(columns="n_sentences", errors="ignore"))
    columns, groups = split(found.counts.documents, by)
    frame, parts = _all_sentences(found), []
    for group in groups:
        rng = generator(group.key, random_state)
        members = frame[frame["row"].isin(group.rows)]
        sizes = _sizes(members["state"].value_counts(), shares, n)
        name = ", ".join(map(str, group.key)) or "all"
        for state, size in sizes.items():
            stratum = members[members["state"] == state]
            chosen = stratum.iloc[np.sort(rng.choice(len(stratum), size, replace=False))]
            parts.append(chosen.assign(stratum=f"{name}: {state}", probability=size / len(stratum) if size else 1.0))
    drawn = pd.concat(parts, ignore_index=True)
    drawn = drawn.iloc[generator(("order",), random_state).permutation(len(drawn))].reset_index(drop=True)
    sheet = _with_places(drawn, found.counts.documents)
    empty = pd.Series([None] * len(sheet), dtype="str")
    sheet = sheet.assign(codes=empty, **dict.fromkeys(CODERS, empty))
    sheet.attrs = {"measure": "sheet", "by": columns, "n": int(n), "strata": shares, "random_state": random_state}
    return sheet


def write_sheet(sheet: pd.DataFrame, documents: pd.DataFrame, path: str | Path) -> None:
    """Write the file that coders fill in.

    Each sentence stands between its neighbours; code the sentence only. Write the codes into the cell, set apart by
    blanks, and ``-`` where there is none: a cell left empty counts as not yet coded. Give every coder a file with a
    column of their own and join the columns afterwards, so that neither sees the other's.

    Parameters
    ----------
    sheet : DataFrame
        What `draw_sheet` returned. Keep it: stratum and probability are not in the file, and `read_sheet` needs them.
    documents : DataFrame
        The documents it was drawn from.
    path : str or Path
        The CSV file to write: `doc_id`, `sentence`, `start`, `end`, `before`, `text`, `after`, `codes`, and the coders'
        columns.

    Raises
    ------
    InputError
        If a row of the sheet is no sentence of the documents.

    Examples
    --------
    >>> import io
    >>> documents = pd.DataFrame({"doc_id": ["a"], "actor": ["AVR"], "text": ["We came. We saw. We left."]})
    >>> sheet = pd.DataFrame({"doc_id": ["a"], "sentence": [1], "start": [9], "end": [16], "codes": [""]})
    >>> file = io.StringIO()
    >>> write_sheet(sheet, documents, file)
    >>> print(file.getvalue())
    doc_id,sentence,start,end,before,text,after,codes
    a,1,9,16,We came.,We saw.,We left.,-
    <BLANKLINE>
    """
    texts = check_documents(documents).set_index("doc_id")["text"]
    rows, bounds = [], {}
    for position, (doc_id, number, start, end) in enumerate(sheet[list(PLACE)].itertuples(index=False, name=None)):
        if doc_id not in texts.index:
            raise InputError(
                f"sheet, row {position}, column 'doc_id': {doc_id!r} is no document; legal: those drawn from"
            )
        here = bounds.setdefault(doc_id, sentences(texts[doc_id]))
        if not (0 <= number < len(here) and here[number] == (start, end)):
            legal = "the documents that the sheet was drawn from"
            raise InputError(
                f"sheet, row {position}: {start} to {end} is not sentence {number} of {doc_id!r}; legal: {legal}"
            )
        around = [here[at] if 0 <= at < len(here) else (0, 0) for at in (number - 1, number, number + 1)]
        rows.append([texts[doc_id][first:last] for first, last in around])
    filled = sheet.drop(columns=list(HELD_BACK), errors="ignore").reset_index(drop=True)
    for column in _coded_columns(filled):
        filled[column] = filled[column].astype("str").replace("", "-")
    context = pd.DataFrame(rows, columns=list(TEXTS), dtype="str")
    order = [*PLACE, *TEXTS, *(column for column in filled if column not in PLACE)]
    filled.join(context)[order].to_csv(path, index=False, lineterminator="\n")


def read_sheet(
    path: str | Path,
    drawn: pd.DataFrame | None = None,
    *,
    codes: list[str] | None = None,
    none: str = "-",
    gold_status: str | None = None,
) -> pd.DataFrame:
    r"""Read what coders filled in; their labels leave without the sentences.

    Parameters
    ----------
    path : str or Path
        A CSV file with `doc_id`, `sentence`, `start`, `end`, `codes`; the columns `before`, `text`, `after` are left
        out.
    drawn : DataFrame, optional
        The sheet that was drawn, whose strata and probabilities the file lacks; rows return in its order. Without it
        they are read from the file, or missing: the labels are then no probability sample.
    codes : list of str, optional
        Legal codes; by default those of the project's codebooks.
    none : str, default "-"
        What stands in the cell of a sentence without a code. With ``""`` an empty cell means that; otherwise an empty
        cell means that the sentence is not coded yet.
    gold_status : str, optional
        Who coded: "two human coders", where two people coded independently and settled their differences. Everything
        else is kept as `attrs` and makes estimates provisional.

    Returns
    -------
    DataFrame
        A sheet as `draw_sheet` returns it, the codes filled in: empty text for a sentence without a code, missing for
        one that is not coded.

    Raises
    ------
    InputError
        If a cell breaks a rule; the text names file, row (the header is row 1), column and what is legal.

    Examples
    --------
    >>> import tempfile
    >>> lines = "doc_id,sentence,start,end,text,codes\na,0,0,9,It rains.,-\na,1,10,13,No.,denial\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "filled.csv")
    ...     _ = path.write_text(lines)
    ...     read_sheet(path)[["doc_id", "sentence", "probability", "codes"]]
      doc_id  sentence  probability   codes
    0      a         0          NaN
    1      a         1          NaN  denial
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path} is no file; legal: a coding sheet saved as .csv")
    table = read_csv(path)
    sheet = _places(table, path)
    legal = sorted(codes if codes is not None else {code for some in CONSTRUCTS.values() for code in some})
    held = table.frame.get("stratum", pd.Series([None] * len(sheet), dtype="str"))
    sheet = sheet.assign(stratum=held, probability=_probabilities(table, path))
    for column in _coded_columns(table.frame):
        cells = [_read_cell(cell, none) for cell in table.frame[column]]
        for position, cell in enumerate(cells):
            for code in (cell or "").split():
                one_of(code, legal, f"{path}, {table.place(position)}, column {column!r}: a code")
        sheet[column] = pd.Series(cells, dtype="str")
    if drawn is not None:
        sheet = _as_drawn(sheet, drawn, path)
    sheet.attrs = {"measure": "sheet", "gold_status": gold_status or "not stated"}
    return sheet


def _shares(strata: Mapping[str, float] | None) -> dict[str, float]:
    given = dict(SHARES if strata is None else strata)
    for state, share in given.items():
        one_of(state, STATES, "a name in strata")
        if not share >= 0:
            raise InputError(f"strata: the share of {state!r} is {share!r}; legal: 0 or more")
    total = sum(given.values())
    if not 0 < total < np.inf:
        raise InputError(f"strata: the shares sum to {total!r}; legal: a positive sum")
    return {state: given.get(state, 0.0) / total for state in STATES}


def _sizes(available: pd.Series, shares: dict[str, float], n: int) -> dict[str, int]:
    """Share `n` out; what a stratum cannot supply comes from `rule_minus`, then from the others."""
    sizes = {state: min(int(available.get(state, 0)), round(n * share)) for state, share in shares.items()}
    for state in ("rule_minus", "rule_plus", "near_miss"):
        if shares[state]:
            lacking = n - sum(sizes.values())
            sizes[state] = max(0, min(int(available.get(state, 0)), sizes[state] + lacking))
    return sizes


def _all_sentences(found: Found) -> pd.DataFrame:
    """List every sentence: `row` (place of its document), `sentence`, `state`."""
    row = np.repeat(np.arange(len(found.n_sentences)), found.n_sentences)
    firsts = np.cumsum(found.n_sentences) - found.n_sentences
    states = np.full(len(row), 2)
    states[firsts[found.row] + found.number] = found.states()
    named = np.array(STATES, dtype=object)[states]
    return pd.DataFrame({"row": row, "sentence": np.arange(len(row)) - firsts[row], "state": named})


def _with_places(drawn: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Name the documents, and look up where the sentences start and end."""
    bounds = {row: sentences(documents["text"].iloc[row]) for row in sorted(set(drawn["row"]))}
    pairs = zip(drawn["row"], drawn["sentence"], strict=True)
    places = np.array([bounds[row][number] for row, number in pairs], dtype=np.int64).reshape(-1, 2)
    doc_ids = documents["doc_id"].iloc[drawn["row"]].reset_index(drop=True)
    placed = drawn.assign(doc_id=doc_ids, start=places[:, 0], end=places[:, 1])
    return placed[[*PLACE, *HELD_BACK]]


def _coded_columns(frame: pd.DataFrame) -> list[str]:
    return [column for column in frame if column == "codes" or str(column).startswith("coder_")]


def _read_cell(cell: object, none: str) -> str | None:
    """Return codes set apart by single blanks, "" for none, None for not coded."""
    text = "" if pd.isna(cell) else str(cell).strip()
    if text == none:
        return ""
    return " ".join(dict.fromkeys(text.split())) or None


def _places(table: Table, path: Path) -> pd.DataFrame:
    """Read and check doc_id, sentence, start and end."""
    for column in (*PLACE, "codes"):
        if column not in table.frame:
            raise InputError(f"{path}: column {column!r} is missing; legal: {', '.join((*PLACE, 'codes'))} and others")
    places = pd.DataFrame({"doc_id": table.frame["doc_id"]})
    for column in PLACE[1:]:
        cells = table.frame[column]
        for position in np.flatnonzero(~cells.fillna("").str.fullmatch(r"\d{1,15}").to_numpy(bool)):
            where = f"{path}, {table.place(position)}, column {column!r}"
            raise InputError(f"{where}: {cells[position]!r}; legal: a whole number from 0")
        places[column] = cells.astype("int64")
    faults = [
        (places["doc_id"].isna(), "doc_id", "the cell is empty; legal: the document's id"),
        (places["end"] <= places["start"], "end", "does not lie after start; legal: offsets as they were drawn"),
        (
            places.duplicated(["doc_id", "sentence"]),
            "sentence",
            "stands in the file before; legal: every sentence once",
        ),
    ]
    for faulty, column, what in faults:
        for position in np.flatnonzero(faulty.to_numpy(bool)):
            raise InputError(f"{path}, {table.place(position)}, column {column!r}: {what}")
    return places


def _probabilities(table: Table, path: Path) -> pd.Series:
    """Read the probabilities; an empty cell is missing."""
    if "probability" not in table.frame:
        return pd.Series(np.nan, index=table.frame.index)
    cells = table.frame["probability"]
    read = pd.to_numeric(cells, errors="coerce").astype(float)
    for position in np.flatnonzero((cells.notna() & ~((read > 0) & (read <= 1))).to_numpy(bool)):
        where = f"{path}, {table.place(position)}, column 'probability'"
        raise InputError(f"{where}: {cells[position]!r}; legal: above 0, at most 1, or empty")
    return read


def _as_drawn(sheet: pd.DataFrame, drawn: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Put the filled rows into the order they were drawn in, with their strata and probabilities."""
    for name, one, other in ((str(path), sheet, drawn), ("the sheet drawn", drawn, sheet)):
        known = pd.MultiIndex.from_frame(other[list(PLACE)])
        for position in np.flatnonzero(~pd.MultiIndex.from_frame(one[list(PLACE)]).isin(known)):
            doc_id, number = one["doc_id"].iloc[position], one["sentence"].iloc[position]
            where = "the sheet drawn" if one is sheet else str(path)
            what = f"sentence {number} of {doc_id!r} stands in {name}, with these offsets, but not in {where}"
            raise InputError(f"{what}; legal: the rows that were drawn, all of them")
    places = drawn[[*PLACE, *HELD_BACK]].reset_index(drop=True)
    return places.merge(sheet.drop(columns=list(HELD_BACK)), on=list(PLACE), how="left", validate="one_to_one")
