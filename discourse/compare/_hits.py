"""One code's counts by document: what trends, regressions, event windows and matching are computed from.

The counts are sentences with an own span of a code, as in `discourse.rates`, or any column of whole numbers.
"""

import hashlib
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare._counting import ANY, count_by_document
from discourse.errors import InputError, one_of

__all__ = ["Hits", "code_names", "count_hits", "dated", "group_name", "years_of"]

_NO_SPANS = {"doc_id": "str", "sentence": "int64", "construct": "str", "code": "str", "own": "bool"}


class Hits(NamedTuple):
    """Counts of one code in documents with words, sorted by doc_id: `k` hits in `words` words."""

    documents: pd.DataFrame
    construct: str
    code: str
    k: np.ndarray
    words: np.ndarray

    def fingerprint(self) -> str:
        """Return a hash of what was counted, whatever the order of the rows it was counted from."""
        digest = hashlib.sha256(repr((self.documents["doc_id"].tolist(), self.construct, self.code)).encode())
        for counted in (self.words, self.k):
            digest.update(counted.astype("<i8").tobytes())
        return digest.hexdigest()

    def part(self, rows: np.ndarray) -> "Hits":
        """Return the counts of some rows."""
        documents = self.documents.iloc[rows].reset_index(drop=True)
        return self._replace(documents=documents, k=self.k[rows], words=self.words[rows])


def count_hits(spans: pd.DataFrame | None, documents: pd.DataFrame, code: str) -> Hits:
    """Count the sentences of a code, of a construct (any of its codes) or of `stance` in each document with words.

    Without spans (None), `code` is a column of `documents` that holds counts, for example of a word.
    """
    if spans is None:
        one_of(code, [name for name in documents if name not in ("doc_id", "actor", "text")], "code (spans is None)")
        counts = count_by_document(pd.DataFrame(columns=list(_NO_SPANS)).astype(_NO_SPANS), documents)
        hits, construct = _whole_numbers(counts.documents[code], code), ""
    else:
        counts = count_by_document(spans, documents)
        names = code_names(counts.codes)
        one_of(code, names, "code")
        construct, code = counts.codes[names[code]]
        hits = counts.sentences[:, names[construct if code == ANY else code]]
    spoken = counts.words > 0
    if spoken.sum() < 2:
        raise InputError(f"documents: {int(spoken.sum())} of them has words; legal: two documents with words or more")
    kept = counts.documents.loc[spoken].reset_index(drop=True)
    return Hits(kept, construct, code, hits[spoken], counts.words[spoken])


def code_names(codes: list[tuple[str, str]]) -> dict[str, int]:
    """Name every column of counts: a construct for its summary `any`, else the code; the first of a name wins."""
    names: dict[str, int] = {}
    for place, (construct, code) in enumerate(codes):
        names.setdefault(construct if code == ANY else code, place)
    return names


def _whole_numbers(column: pd.Series, name: str) -> np.ndarray:
    values = pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan)
    for place in np.flatnonzero(~((values >= 0) & (values % 1 == 0))):
        raise InputError(
            f"documents, row {place}, column {name!r}: {column.iloc[place]!r}; legal: counts, whole numbers from 0"
        )
    return values.astype(np.int64)


def dated(hits: Hits) -> Hits:
    """Keep the documents that have a date, refusing a table without any."""
    if "date" not in hits.documents:
        raise InputError("documents: column 'date' is missing; add one (years will do) to compare over time")
    known = hits.documents["date"].notna().to_numpy()
    if known.sum() < 2:
        raise InputError(f"documents: {int(known.sum())} has a date; legal: two dated documents with words or more")
    return hits.part(np.flatnonzero(known))


def years_of(hits: Hits) -> np.ndarray:
    """Return the year of each dated document."""
    return hits.documents["date"].dt.year.to_numpy(np.int64)


def group_name(key: tuple) -> object:
    """Return a group's name in one cell: its value, or the values of several columns joined by " | "."""
    return key[0] if len(key) == 1 else " | ".join(map(str, key))
