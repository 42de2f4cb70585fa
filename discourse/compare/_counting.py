"""From spans to counts by document: the sentences in which each code stands, and the words they stand among.

A sentence counts once per code however often the code is cued in it; only spans that are the actor's own count.
"""

import hashlib
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.coding.codes import CONSTRUCTS, STANCE
from discourse.documents import check_documents
from discourse.errors import InputError, one_of
from discourse.segment import word_counts

__all__ = ["DocumentCounts", "Group", "count_by_document", "split"]

ANY = "any"
STANCE_CODE = "stance"
_TAKEN = {"construct", "code", "n_documents", "n_hit", "n_words", "k", "n_spans", "rate", "low", "high", "text"}
_NEEDED = ("doc_id", "sentence", "construct", "code", "own")


class DocumentCounts(NamedTuple):
    """Counts by document: `documents` (sorted by doc_id), `codes` (construct, code), and arrays by document.

    `sentences` and `spans` (documents x codes) count own sentences and own spans, `words` (documents) the words.
    """

    documents: pd.DataFrame
    codes: list[tuple[str, str]]
    sentences: np.ndarray
    spans: np.ndarray
    words: np.ndarray

    def fingerprint(self) -> str:
        """Return a hash of what was counted, whatever the order of the rows it was counted from."""
        digest = hashlib.sha256(repr((self.documents["doc_id"].tolist(), self.codes)).encode())
        for counted in (self.words, self.sentences, self.spans):
            digest.update(counted.astype("<i8").tobytes())
        return digest.hexdigest()


class Group(NamedTuple):
    """The documents of one group: `key` (a value per grouping column) and `rows` (their places, sorted by doc_id)."""

    key: tuple
    rows: np.ndarray


def count_by_document(spans: pd.DataFrame, documents: pd.DataFrame) -> DocumentCounts:
    """Count own sentences per document and code, with the summaries `any` and `stance`.

    Documents without `text` need a column `n_words`; where there is one it is used. Spans of other documents are
    left out, so that a part of the documents can be measured with the spans of all.
    """
    documents = _with_words(documents).sort_values("doc_id", ignore_index=True)
    for column in _NEEDED:
        if column not in spans:
            raise InputError(f"spans: column {column!r} is missing; legal: the table that discourse.code returns")
    codes = _codes(spans)
    own = spans.loc[spans["own"].astype(bool), ["doc_id", "sentence", "construct", "code"]].reset_index(drop=True)
    rows = pd.Index(documents["doc_id"]).get_indexer(own["doc_id"].astype("str"))
    known = rows >= 0
    own, rows = own[known], rows[known]
    shape = (len(documents), len(codes))
    sentences, found = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for column, (construct, code) in enumerate(codes):
        chosen = ((own["construct"] == construct) & _stands_for(own["code"], code)).to_numpy()
        found[:, column] = np.bincount(rows[chosen], minlength=len(documents))
        places = np.unique(np.column_stack([rows[chosen], own["sentence"].to_numpy(np.int64)[chosen]]), axis=0)
        sentences[:, column] = np.bincount(places[:, 0], minlength=len(documents))
    return DocumentCounts(documents, codes, sentences, found, documents["n_words"].to_numpy(np.int64))


def split(documents: pd.DataFrame, by: str | list[str]) -> tuple[list[str], list[Group]]:
    """Split checked documents by one column, several, or none ([]: all are one group); groups are sorted."""
    columns = [by] if isinstance(by, str) else list(by)
    legal = [column for column in documents if column not in _TAKEN]
    for column in columns:
        one_of(column, legal, "by")
    if not len(documents):
        return columns, []
    if not columns:
        return columns, [Group((), np.arange(len(documents)))]
    grouped = documents.groupby(columns, sort=True, dropna=False, observed=True)
    numbers = grouped.ngroup().to_numpy()
    keys = documents[columns].iloc[[np.flatnonzero(numbers == n)[0] for n in range(grouped.ngroups)]]
    return columns, [
        Group(key, np.flatnonzero(numbers == number))
        for number, key in enumerate(keys.itertuples(index=False, name=None))
    ]


def _with_words(documents: pd.DataFrame) -> pd.DataFrame:
    """Check documents, which need no text where their words are counted already."""
    if "text" in documents:
        documents = check_documents(documents)
        if "n_words" not in documents:
            return documents.assign(n_words=word_counts(documents["text"]))
    elif "n_words" in documents:
        documents = check_documents(documents.assign(text="-")).drop(columns="text")
    else:
        raise InputError("documents: columns 'text' and 'n_words' are missing; legal: one of them")
    words = pd.to_numeric(documents["n_words"], errors="coerce").to_numpy(float, na_value=np.nan)
    for position in np.flatnonzero(~((words >= 0) & (words % 1 == 0))):
        value = documents["n_words"].iloc[position]
        raise InputError(f"documents, row {position}, column 'n_words': {value!r}; legal: a whole number from 0")
    return documents.assign(n_words=words.astype(np.int64))


def _codes(spans: pd.DataFrame) -> list[tuple[str, str]]:
    """List what was looked for: the codes in `attrs`, else the project's own and those of further codebooks seen."""
    looked_for = spans.attrs.get("codes", CONSTRUCTS)
    seen = spans[["construct", "code"]].drop_duplicates().sort_values(["construct", "code"])
    codes = {construct: list(names) for construct, names in looked_for.items()}
    for construct, code in seen.itertuples(index=False):
        names = codes.setdefault(construct, [])
        if code not in names:
            names.append(code)
    listed = []
    for construct, names in codes.items():
        summaries = [ANY, STANCE_CODE] if set(STANCE) & set(names) else [ANY]
        listed += [(construct, code) for code in [*summaries, *names]]
    return listed


def _stands_for(codes: pd.Series, code: str) -> pd.Series:
    if code == ANY:
        return codes.notna()
    return codes.isin(STANCE) if code == STANCE_CODE else codes == code
