"""Sentences coded by hand, against which a coder is held: read, checked, and coded as documents of one sentence."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from discourse import tabular
from discourse.coding.coder import code
from discourse.coding.codes import CONSTRUCTS
from discourse.errors import InputError
from discourse.sources import load_source

__all__ = ["check_gold", "code_gold", "read_gold", "with_sentences"]

_LEGAL = "id, actor, codes, and sentence or text (venue, doc and others may follow)"
_PLACED = ("source", "doc_id", "start", "end")
_KNOWN = [code for codes in CONSTRUCTS.values() for code in codes]


def read_gold(path: str | Path) -> pd.DataFrame:
    r"""Read a gold file.

    Parameters
    ----------
    path : str or Path
        A CSV in UTF-8 with a row per sentence: `id`, `actor`, `sentence` or `text`, `codes` (set apart by blanks, empty
        for none); `venue` and `doc` (the document it is from) where known. In place of the sentence it may have
        `source`, `doc_id`, `start` and `end`, as the project's own labels do: the texts are then read from the source.

    Returns
    -------
    DataFrame
        All columns of the file as text, `sentence` by the name `text`, `codes` without missing cells.

    Raises
    ------
    InputError
        If there is no such file, a column is missing, an id occurs twice, a cell is empty or a code is unknown; the
        message names the row (the header is row 1).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "gold.csv")
    ...     _ = path.write_text("id,actor,sentence,codes\na,AVR,It is a lie.,label\nb,AVR,Good morning.,\n")
    ...     read_gold(path)[["id", "text", "codes"]]
      id           text  codes
    0  a   It is a lie.  label
    1  b  Good morning.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; legal: a CSV with columns {_LEGAL}")
    table = tabular.read_csv(path)
    frame = table.frame
    if not {"text", "sentence"} <= {*frame} and {*_PLACED} <= {*frame}:
        frame = frame.drop(columns="sentence", errors="ignore")
        parts = [with_sentences(rows, load_source(source)) for source, rows in frame.groupby("source", sort=True)]
        return check_gold(pd.concat(parts).sort_values("id"), str(path))
    return check_gold(frame, str(path), table.place)


def with_sentences(gold: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Put the sentences of a source's documents to labels that are known by place.

    Parameters
    ----------
    gold : DataFrame
        Labels with `source`, `doc_id`, `start` and `end` (characters of the document's text).
    documents : DataFrame
        The documents of one source; labels of other documents are left out.

    Returns
    -------
    DataFrame
        Those labels with `text`, white space folded, `doc` and `venue` (the source).

    Examples
    --------
    >>> gold = pd.DataFrame({"source": ["own"], "doc_id": ["1"], "start": [0], "end": [13]})
    >>> documents = pd.DataFrame({"doc_id": ["1"], "text": ["It is  a lie. We object."]})
    >>> with_sentences(gold, documents)["text"].tolist()
    ['It is a lie.']
    """
    texts = documents.set_index("doc_id")["text"]
    here = gold[gold["doc_id"].isin(texts.index)]
    sentences = [texts[row.doc_id][int(row.start) : int(row.end)] for row in here.itertuples()]
    folded = [" ".join(sentence.split()) for sentence in sentences]
    return here.assign(text=folded, doc=here["doc_id"], venue=here["source"])


def check_gold(gold: pd.DataFrame, where: str = "gold", place: Callable[[int], str] = "row {}".format) -> pd.DataFrame:
    """Check a table of coded sentences.

    Parameters
    ----------
    gold : DataFrame
        As `read_gold` describes it; not changed.
    where : str, default "gold"
        What the table is called in an error message.
    place : callable
        From a row's position to what a user calls it.

    Returns
    -------
    DataFrame
        A copy with `text`, and `codes` without missing cells.

    Raises
    ------
    InputError
        If it breaks a rule.

    Examples
    --------
    >>> gold = pd.DataFrame({"id": ["a"], "actor": ["AVR"], "sentence": ["It is a lie."], "codes": ["lable"]})
    >>> check_gold(gold)
    Traceback (most recent call last):
    discourse.errors.InputError: gold, row 0, column 'codes': 'lable' is no code; legal: statehood, entitlement, ...
    """
    if "text" not in gold:
        gold = gold.rename(columns={"sentence": "text"})
    for column in ("id", "actor", "text", "codes"):
        if column not in gold:
            raise InputError(f"{where}: column {column!r} is missing; legal: {_LEGAL}")
    gold = gold.reset_index(drop=True)
    gold["codes"] = gold["codes"].astype("str").fillna("")
    for position, column, problem in _problems(gold):
        raise InputError(f"{where}, {place(position)}, column {column!r}: {problem}")
    return gold


def _problems(gold: pd.DataFrame) -> Iterator[tuple[int, str, str]]:
    """Row, column and sentence for each cell that breaks a rule."""
    for column in ("id", "actor", "text"):
        for position, cell in enumerate(gold[column]):
            if not isinstance(cell, str) or not cell.strip():
                yield position, column, "the cell is empty or no text; legal: text"
    for position in np.flatnonzero(gold["id"].duplicated()):
        yield position, "id", f"{gold['id'][position]!r} stands there twice; legal: every id once"
    for position, cell in enumerate(gold["codes"]):
        for name in sorted({*cell.split()} - {*_KNOWN}):
            yield position, "codes", f"{name!r} is no code; legal: {', '.join(_KNOWN)}"


def code_gold(gold: pd.DataFrame) -> list[str]:
    """Code every sentence as a document of its own, and list its own codes.

    Parameters
    ----------
    gold : DataFrame
        What `read_gold` or `check_gold` returned.

    Returns
    -------
    list of str
        Codes set apart by blanks, sentence by sentence.

    Examples
    --------
    >>> gold = pd.DataFrame({"id": ["a", "b"], "actor": "AVR", "codes": ["label", ""],
    ...                      "text": ["This is a groundless rumour.", "Good morning."]})
    >>> code_gold(check_gold(gold))
    ['label', '']
    """
    columns = {"id": "doc_id", "actor": "actor", "text": "text", "date": "date"}
    documents = gold[[column for column in columns if column in gold]].rename(columns=columns)
    spans = code(documents)
    own = spans[spans["own"]].groupby("doc_id")["code"].agg(lambda codes: " ".join(codes.drop_duplicates()))
    return own.reindex(gold["id"], fill_value="").tolist()
