"""What the rules found, sentence by sentence: the first phase that a hand-coded sample is set against.

Every sentence has one of three states: `rule_plus` (an own span of some code), `near_miss` (spans, none of them own),
`rule_minus` (no span).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.coding.codes import STANCE
from discourse.compare._counting import ANY, STANCE_CODE, DocumentCounts, count_by_document
from discourse.documents import check_documents
from discourse.errors import InputError
from discourse.segment import sentences

__all__ = ["STATES", "Found", "find"]

STATES = ("rule_plus", "near_miss", "rule_minus")

_PLACES = 1 << 32
"""More sentences than any document has."""


class Found(NamedTuple):
    """Documents with their counts, and the sentences in which the rules found anything.

    `n_sentences` has an entry per document of `counts`. `row` (place of the document), `number` (of the sentence),
    `own` and `seen` (sentences x codes: an own span of the code, any span of it) have one per such sentence, sorted by
    `row` and `number`.
    """

    counts: DocumentCounts
    n_sentences: np.ndarray
    row: np.ndarray
    number: np.ndarray
    own: np.ndarray
    seen: np.ndarray

    def members(self) -> list[frozenset[str]]:
        """Return for each code the codes that stand for it: itself, or all that a summary sums up."""
        names: dict[str, set[str]] = {}
        for construct, code in self.counts.codes:
            if code not in (ANY, STANCE_CODE):
                names.setdefault(construct, set()).add(code)
        summaries = {ANY: lambda construct: names.get(construct, ()), STANCE_CODE: lambda _: STANCE}
        return [
            frozenset(summaries.get(code, lambda _, own=code: [own])(construct))
            for construct, code in self.counts.codes
        ]

    def states(self) -> np.ndarray:
        """Return for each sentence with a span whether it is `STATES` 0 (an own span) or 1."""
        return np.where(self.own.any(axis=1), 0, 1)

    def by_state(self) -> np.ndarray:
        """Count the sentences of each document (rows) in each state (columns)."""
        shape = (len(self.n_sentences), len(STATES))
        counted = np.zeros(shape, np.int64)
        np.add.at(counted, (self.row, self.states()), 1)
        counted[:, 2] = self.n_sentences - counted.sum(axis=1)
        return counted

    def locate(self, rows: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Return where sentences stand among those with a span; -1 for the others."""
        return pd.Index(self.row * _PLACES + self.number).get_indexer(rows * _PLACES + numbers)


def find(spans: pd.DataFrame, documents: pd.DataFrame) -> Found:
    """Read from the spans in which sentences of the documents each code was found, own or not.

    Documents need `n_words` and `n_sentences`, or `text` to count them in. Spans of other documents are left out.
    """
    counts = count_by_document(spans, documents)
    n_sentences = _n_sentences(counts.documents)
    rows = pd.Index(counts.documents["doc_id"]).get_indexer(spans["doc_id"].astype("str"))
    known = np.flatnonzero(rows >= 0)
    places, sentence = np.unique(
        rows[known] * _PLACES + spans["sentence"].to_numpy(np.int64)[known], return_inverse=True
    )
    found = Found(counts, n_sentences, places // _PLACES, places % _PLACES, *_matrices(len(places), len(counts.codes)))
    beyond = np.flatnonzero(found.number >= n_sentences[found.row])
    if beyond.size:
        name, number = counts.documents["doc_id"].iloc[found.row[beyond[0]]], found.number[beyond[0]]
        has = n_sentences[found.row[beyond[0]]]
        raise InputError(
            f"spans: sentence {number} of {name!r}, which has {has}; legal: spans coded from these documents"
        )
    codes, constructs = spans["code"].to_numpy(object)[known], spans["construct"].to_numpy(object)[known]
    own = spans["own"].to_numpy(bool)[known]
    for column, ((construct, _), members) in enumerate(zip(counts.codes, found.members(), strict=True)):
        chosen = (constructs == construct) & np.isin(codes, list(members))
        found.seen[sentence[chosen], column] = True
        found.own[sentence[chosen & own], column] = True
    return found


def _matrices(n_sentences: int, n_codes: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((n_sentences, n_codes), bool), np.zeros((n_sentences, n_codes), bool)


def _n_sentences(documents: pd.DataFrame) -> np.ndarray:
    if "n_sentences" not in documents:
        if "text" not in documents:
            raise InputError("documents: columns 'text' and 'n_sentences' are missing; legal: one of them")
        return np.array([len(sentences(text)) for text in check_documents(documents)["text"]], dtype=np.int64)
    counted = pd.to_numeric(documents["n_sentences"], errors="coerce").to_numpy(float, na_value=np.nan)
    for position in np.flatnonzero(~((counted >= 0) & (counted % 1 == 0))):
        name, value = documents["doc_id"].iloc[position], documents["n_sentences"].iloc[position]
        raise InputError(f"documents, column 'n_sentences' of {name!r}: {value}; legal: a whole number from 0")
    return counted.astype(np.int64)
