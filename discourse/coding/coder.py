"""The coder: from documents to spans.

One pass of an automaton over each text finds where any pattern may match (`discourse.coding.automaton`); only those
sentences are searched with the patterns themselves, and only what they find is read in context. No parser, no model,
nothing to download.
"""

from collections.abc import Iterator, Sequence

import pandas as pd
from joblib import Parallel, delayed

from discourse.coding.codebook import Codebook, default_codebooks, load_codebook
from discourse.coding.codes import SPAN_COLUMNS
from discourse.coding.reader import Reader
from discourse.documents import check_documents
from discourse.errors import InputError

__all__ = ["code"]

_CHUNK = 4_000_000


def code(documents: pd.DataFrame, *, codebook: object = None, n_jobs: int | None = None) -> pd.DataFrame:
    """Code every statement for sovereignty framing and for the language of contested claims.

    Parameters
    ----------
    documents : DataFrame
        One row per statement with `doc_id`, `actor`, `text`; `date` (optional) decides who was an ally then.
    codebook : str, Path, Codebook or list of these, optional
        A shipped codebook's name, a file, or several; by default both shipped codebooks.
    n_jobs : int, optional
        Processes to spread the work over, as in joblib; by default one. The result does not depend on it.

    Returns
    -------
    DataFrame
        One row per coded stretch of words, in the order of the documents and of the text: `doc_id`, `actor`,
        `sentence` (from 0), `start`, `end` (characters in the caller's own text), `construct`, `code`, `cue`
        (= ``text[start:end]``), `rule`, `holder` (self, ally, other), `target`, `referent` (self, other, all; null
        for contested claims), `quoted` (none, direct, scare), `own` (whether the position is the actor's own).

    Raises
    ------
    InputError
        If a required column is missing or a codebook cannot be read.

    Examples
    --------
    >>> import discourse
    >>> documents = discourse.read_documents(
    ...     pd.DataFrame({"doc_id": ["1"], "actor": ["AVR"], "text": ["This is a groundless rumour."]})
    ... )
    >>> discourse.code(documents)[["code", "cue", "own"]].to_numpy().tolist()
    [['label', 'groundless rumour', True]]
    """
    documents = check_documents(documents)
    books = _codebooks(codebook)
    Reader.of(books)  # compiled here once; what it keeps is read by the workers
    parts = Parallel(n_jobs=n_jobs)(delayed(_code_chunk)(books, *chunk) for chunk in _chunks(documents))
    spans = pd.DataFrame([span for part in parts for span in part], columns=list(SPAN_COLUMNS))
    spans = _typed(spans)
    spans.attrs["codes"] = {book.construct: [one.name for one in book.codes] for book in books}
    return spans


def _codebooks(given: object) -> tuple[Codebook, ...]:
    if given is None:
        return default_codebooks()
    several = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    books = tuple(one if isinstance(one, Codebook) else load_codebook(one) for one in several)
    if not books:
        raise InputError("codebook is an empty list; legal: a name, a file, a Codebook, or several of these")
    return books


def _chunks(documents: pd.DataFrame) -> Iterator[tuple[list[str], ...]]:
    """Ids, actors, texts and dates in runs of some four million characters: enough to be worth a process's start.

    Texts leave the table run by run, so that a corpus is never held twice.
    """
    ends = documents["text"].str.len().cumsum() // _CHUNK
    for _, run in documents.groupby(ends, sort=True):
        dates = run["date"].dt.strftime("%Y-%m-%d").fillna("").tolist() if "date" in run else [""] * len(run)
        yield run["doc_id"].tolist(), run["actor"].tolist(), run["text"].tolist(), dates


def _code_chunk(books: tuple[Codebook, ...], *columns: list[str]) -> list[tuple]:
    reader = Reader.of(books)
    return [span for row in zip(*columns, strict=True) for span in reader.read(*row)]


def _typed(spans: pd.DataFrame) -> pd.DataFrame:
    integers = {"sentence": "int64", "start": "int64", "end": "int64", "own": "bool"}
    strings = {name: "str" for name in SPAN_COLUMNS if name not in integers}
    return spans.astype({**strings, **integers})
