"""The words of each document as a sparse matrix, with the documents they come from and how many words those have.

Terms are the words of `discourse.segment.WORD` in one spelling, or runs of such words. Counts of parts of a corpus
merge exactly, rows of one group add up exactly, and a term that is left out stays part of the number of words.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import sparse

from discourse.documents import check_documents
from discourse.errors import InputError
from discourse.tally import batches, merge, tally

__all__ = ["TermCounts", "count_terms", "group_column"]

_LEGAL_COUNTS = "legal: whole numbers from 0, not rates or weights"


@dataclass(frozen=True, eq=False)
class TermCounts:
    """How often each document uses each term.

    Made by `count_terms`, or by `TermCounts.from_table` from a ready table of frequencies.

    Parameters
    ----------
    matrix : scipy.sparse array of int, shape (n_documents, n_terms)
        The counts; kept as a `csr_array`.
    terms : list of str
        The columns, sorted.
    documents : DataFrame
        The rows: `doc_id`, what else is known of the documents (but not their text), and `n_words`, the words of the
        document, those left out of `terms` included; by default the sums of the rows.
    spans : ndarray of int, shape (n_terms,), optional
        How many words each term has; 1 by default, more for runs of words.
    exposure : ndarray of int, shape (n_documents, longest span), optional
        Places at which a term of 1, 2, ... words could stand; by default, and in the first column, `n_words`.

    Raises
    ------
    InputError
        If a count is no whole number, is negative, missing, or above the words of its document; if terms are not sorted
        and different; if ids are missing or stand twice.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b"], "actor": ["USA", "PRK"], "text": ["We object.", "We, too."]})
    >>> counts = count_terms(documents)
    >>> counts.terms, counts.matrix.toarray().tolist()
    (['object', 'too', 'we'], [[1, 0, 1], [0, 1, 1]])
    """

    matrix: sparse.csr_array
    terms: list[str]
    documents: pd.DataFrame
    spans: np.ndarray | None = field(default=None, repr=False)
    exposure: np.ndarray | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        matrix, documents = _check_matrix(self.matrix), _check_rows(self.documents)
        if matrix.shape != (len(documents), len(self.terms)):
            raise InputError(
                f"the counts are {matrix.shape[0]} x {matrix.shape[1]}, but there are {len(documents)} documents and"
                f" {len(self.terms)} terms; legal: one row for each document, one column for each term"
            )
        if any(first >= second for first, second in pairwise(self.terms)):
            raise InputError("terms: give each term once, in sorted order (TermCounts.from_table sorts them)")
        exposure = _read_exposure(documents, matrix) if self.exposure is None else self.exposure
        spans = np.ones(len(self.terms), dtype=np.int16) if self.spans is None else self.spans
        ready = {"matrix": matrix, "terms": list(self.terms), "spans": spans, "exposure": exposure}
        for name, value in (ready | {"documents": documents.assign(n_words=exposure[:, 0])}).items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_table(cls, frame: pd.DataFrame, documents: pd.DataFrame) -> "TermCounts":
        """Take the counts from a table of frequencies.

        Parameters
        ----------
        frame : DataFrame
            Documents x terms: whole numbers, none negative, none missing. Its index (or its column `doc_id`) holds the
            same ids as `documents`; an index without names (0, 1, 2, ...) means the order of `documents`.
        documents : DataFrame
            One row per document with `doc_id`; a column `n_words` says how many words each document has, otherwise it
            is the sum of its counts.

        Returns
        -------
        TermCounts
            Terms sorted, rows in the order of `documents`.

        Raises
        ------
        InputError
            If a count is no whole number, is negative or missing, exceeds the words of its document, or if rows or
            terms do not match.

        Examples
        --------
        >>> frame = pd.DataFrame({"war": [3, 0], "peace": [1, 2]}, index=["a", "b"])
        >>> counts = TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "b"], "actor": ["USA", "PRK"]}))
        >>> counts.terms, counts.documents["n_words"].tolist()
        (['peace', 'war'], [4, 2])
        """
        frame = _align(frame, _check_rows(documents)["doc_id"])
        terms = [str(name) for name in frame.columns]
        order = sorted(range(len(terms)), key=terms.__getitem__)
        return cls(_check_frame(frame.iloc[:, order]), [terms[at] for at in order], documents)

    def select(
        self, *, documents: Sequence[bool] | None = None, terms: Sequence[str] | None = None, min_documents: int = 1
    ) -> "TermCounts":
        """Keep some documents or terms; the numbers of words stay what they are.

        Parameters
        ----------
        documents : sequence of bool, optional
            Which rows to keep, for example ``counts.documents["actor"] == "PRK"``; all by default.
        terms : sequence of str, optional
            Which terms to keep, where they occur at all; all by default.
        min_documents : int, default 1
            Keep only terms that at least this many of the kept documents use.

        Returns
        -------
        TermCounts
            A smaller table of counts.

        Raises
        ------
        InputError
            If `documents` has not one truth value per document, or `min_documents` is below 1.

        Examples
        --------
        >>> frame = pd.DataFrame({"war": [3, 0], "peace": [1, 2]})
        >>> counts = TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "b"]}))
        >>> counts.select(min_documents=2).terms
        ['peace']
        """
        if min_documents < 1:
            raise InputError(f"min_documents is {min_documents!r}; legal: a whole number from 1")
        rows = np.ones(len(self.documents), dtype=bool) if documents is None else np.asarray(documents)
        if rows.dtype != bool or rows.shape != (len(self.documents),):
            raise InputError(f"documents: give one truth value for each of the {len(self.documents)} documents")
        matrix = self.matrix if documents is None else self.matrix[np.flatnonzero(rows)]
        keep = np.bincount(matrix.indices, minlength=len(self.terms)) >= min_documents
        if terms is not None:
            keep &= np.isin(np.array(self.terms, dtype=object), list(terms))
        columns = np.flatnonzero(keep)
        return TermCounts(
            matrix[:, columns],
            [self.terms[at] for at in columns],
            self.documents[rows].reset_index(drop=True),
            self.spans[columns],
            self.exposure[rows],
        )

    def group(self, by: str | list[str]) -> "TermCounts":
        """Add up the documents of each group, for example of each speaker.

        Parameters
        ----------
        by : str or list of str
            Column or columns of `documents`.

        Returns
        -------
        TermCounts
            One row per group, sorted; its `documents` hold `doc_id` (the group's values, joined by blanks), the columns
            `by`, `n_documents` and `n_words`.

        Raises
        ------
        InputError
            If a column is missing, or empty for a document.

        Examples
        --------
        >>> documents = pd.DataFrame({"doc_id": ["a", "b", "c"], "actor": ["USA", "PRK", "USA"]})
        >>> counts = TermCounts.from_table(pd.DataFrame({"war": [3, 0, 1], "peace": [1, 2, 0]}), documents)
        >>> grouped = counts.group("actor")
        >>> grouped.documents["actor"].tolist(), grouped.matrix.toarray().tolist()
        (['PRK', 'USA'], [[2, 0], [1, 4]])
        """
        by = [by] if isinstance(by, str) else list(by)
        groups = pd.DataFrame({name: group_column(self.documents, name) for name in by})
        keys = groups.drop_duplicates().sort_values(by).reset_index(drop=True)
        numbers = groups.merge(keys.assign(number=np.arange(len(keys))), on=by, how="left")["number"].to_numpy()
        shape = (len(keys), len(self.documents))
        adder = sparse.csr_array((np.ones(len(numbers), np.int64), (numbers, np.arange(len(numbers)))), shape=shape)
        exposure = adder @ self.exposure
        keys.insert(0, "doc_id", keys[by].astype(str).agg(" ".join, axis=1))
        keys["n_documents"] = np.bincount(numbers, minlength=len(keys))
        keys["n_words"] = exposure[:, 0]
        return TermCounts(adder @ self.matrix, self.terms, keys, self.spans, exposure)


def group_column(documents: pd.DataFrame, by: Hashable) -> pd.Series:
    """Return the column that groups documents.

    Parameters
    ----------
    documents : DataFrame
        Documents, or the rows of counts.
    by : str
        The column's name.

    Returns
    -------
    Series
        The column.

    Raises
    ------
    InputError
        If there is no such column, or a document has no value in it.

    Examples
    --------
    >>> group_column(pd.DataFrame({"actor": ["USA"]}), "party")
    Traceback (most recent call last):
    discourse.errors.InputError: documents: there is no column 'party'; legal: actor
    """
    if by not in documents:
        raise InputError(f"documents: there is no column {by!r}; legal: {', '.join(map(str, documents.columns))}")
    column = documents[by]
    if column.isna().any():
        at = column.index[column.isna()][0]
        raise InputError(f"documents, row {at}: {by!r} is empty; give each document a group or leave it out")
    return column


def count_terms(
    documents: pd.DataFrame, *, ngrams: int | Sequence[int] = 1, min_documents: int = 1, n_jobs: int | None = None
) -> TermCounts:
    """Count the words of each document.

    A word is what `discourse.segment.WORD` matches, casefolded, with straight apostrophes and plain hyphens;
    `so-called`, `U.S.` (term `u.s.`) and a broken `non- interference` (term `non-interference`) are one term each. Runs
    of words are neighbours in the text, whatever stands between them.

    Parameters
    ----------
    documents : DataFrame
        Documents.
    ngrams : int or sequence of int, default 1
        How many words a term has; ``(1, 2)`` counts words and pairs.
    min_documents : int, default 1
        Leave out terms that fewer documents use. `n_words` still counts all words.
    n_jobs : int, optional
        Threads; the result does not depend on it. By default one for each processor.

    Returns
    -------
    TermCounts
        Rows in the order of `documents`.

    Raises
    ------
    InputError
        If the documents table is none, or a parameter is below 1.

    Examples
    --------
    >>> text = "The so-called non- interference of the U.S."
    >>> count_terms(pd.DataFrame({"doc_id": ["a"], "actor": ["PRK"], "text": [text]})).terms
    ['non-interference', 'of', 'so-called', 'the', 'u.s.']
    """
    documents = check_documents(documents)
    sizes = sorted({ngrams} if isinstance(ngrams, int) else set(ngrams))
    if not sizes or not all(isinstance(size, (int, np.integer)) and size >= 1 for size in sizes):
        raise InputError(f"ngrams is {ngrams!r}; legal: a whole number from 1, or several, as in (1, 2)")
    texts = documents["text"].tolist()
    threads = Parallel(n_jobs=-1 if n_jobs is None else n_jobs, prefer="threads")
    counted = merge(threads(delayed(tally)(batch, sizes) for batch in list(batches(texts)) or [texts]))
    beyond = np.arange(sizes[-1])
    exposure = np.maximum(counted.n_words[:, None] - beyond, 0)
    rows = documents.drop(columns="text").assign(n_words=counted.n_words)
    counts = TermCounts(counted.matrix, counted.terms, rows, counted.spans, exposure)
    return counts.select(min_documents=min_documents) if min_documents != 1 else counts


def _check_rows(documents: pd.DataFrame) -> pd.DataFrame:
    """Return the documents without their text, refusing ids that are missing or not unique."""
    if not isinstance(documents, pd.DataFrame) or "doc_id" not in documents:
        raise InputError("documents: give a table with a column 'doc_id' and one row per document")
    rows = documents.drop(columns="text", errors="ignore").reset_index(drop=True)
    ids = rows["doc_id"]
    if ids.isna().any() or ids.duplicated().any():
        raise InputError("documents: each row needs a 'doc_id' of its own")
    return rows


def _align(frame: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Bring the rows of a table of frequencies into the order of the ids."""
    if "doc_id" in frame and frame["doc_id"].isin(ids).all():
        frame = frame.set_index("doc_id")
    if isinstance(frame.index, pd.RangeIndex) and len(frame) == len(ids):
        return frame
    if frame.index.has_duplicates or set(frame.index) != set(ids):
        raise InputError(
            "the table of frequencies and the documents do not have the same doc_ids; legal: one row for each"
        )
    return frame.loc[ids]


def _check_frame(frame: pd.DataFrame) -> sparse.csr_array:
    """Return a table of frequencies as a matrix, naming the term that holds what is no count."""
    for name, column in frame.items():
        if column.isna().any():
            raise InputError(f"term {name!r}: a count is missing; put 0 where a document does not use the term")
        if not pd.api.types.is_numeric_dtype(column) or (column < 0).any() or (column % 1 != 0).any():
            raise InputError(f"term {name!r} holds a value that is no count; {_LEGAL_COUNTS}")
    return sparse.csr_array(frame.to_numpy(dtype=np.int64))


def _check_matrix(matrix: sparse.sparray) -> sparse.csr_array:
    """Return a matrix as counts without stored zeros, refusing what is none."""
    matrix = sparse.csr_array(matrix)
    values = matrix.data
    if not np.issubdtype(values.dtype, np.integer):
        if np.isnan(values).any() or (values % 1 != 0).any():
            raise InputError(f"the counts hold a value that is no whole number; {_LEGAL_COUNTS}")
        matrix = matrix.astype(np.int64)
    if values.min(initial=1) < 0:
        raise InputError(f"the counts hold a negative number; {_LEGAL_COUNTS}")
    if not matrix.has_canonical_format or values.min(initial=1) == 0:
        matrix = matrix.copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    if max(matrix.nnz, *matrix.shape) < np.iinfo(np.int32).max and matrix.indices.dtype != np.int32:
        parts = matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
        matrix = sparse.csr_array(parts, shape=matrix.shape)
    return matrix


def _read_exposure(documents: pd.DataFrame, matrix: sparse.csr_array) -> np.ndarray:
    """Return the words of each document, from its column or from its counts."""
    if "n_words" not in documents:
        return matrix.sum(axis=1).astype(np.int64)[:, None]
    n_words = documents["n_words"].to_numpy()
    largest = matrix.max(axis=1).toarray().ravel() if matrix.shape[1] else 0
    wrong = ~(n_words >= largest) | (n_words % 1 != 0)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise InputError(
            f"document {documents['doc_id'][at]!r}: 'n_words' is {n_words[at]}; legal: the number of all its words,"
            " which is no smaller than one of its counts"
        )
    return n_words.astype(np.int64)[:, None]
