"""How often each of a batch of texts uses each term.

A word never spans a blank, save where a compound was broken after its hyphen; those few are joined first. So the
word pattern need not run over the texts: Arrow splits them at blanks, and the pattern reads each distinct piece once.
Tallies of batches merge exactly.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from discourse.segment import WORD

__all__ = ["Tally", "batches", "merge", "tally", "term_of", "word_sequences"]

BATCH = 8_000_000
"""Characters of text that are counted at once."""

_BROKEN = re.compile(r"-\s{1,3}(?=\w)")
_SPELLING = str.maketrans({"\u2019": "'", "\u2010": "-", "\u2011": "-", "\u00ac": None, "\u00ad": None})


class Tally(NamedTuple):
    """Partial counts: sorted `terms`, their `spans` in words, `matrix` (CSR, texts x terms), `n_words` of each text."""

    terms: list[str]
    spans: np.ndarray
    matrix: sparse.csr_array
    n_words: np.ndarray


def term_of(word: str) -> str:
    """Return the one spelling under which a word is counted.

    Parameters
    ----------
    word : str
        A match of `discourse.segment.WORD`.

    Returns
    -------
    str
        Casefolded, with straight apostrophes and plain hyphens, without soft hyphens or blanks.

    Examples
    --------
    >>> [term_of(word) for word in ("U.S.", "Don\u2019t", "non- interference", "Суверенитет")]
    ['u.s.', "don't", 'non-interference', 'суверенитет']
    """
    whole = "".join(word.split())
    return whole.lower() if whole.isascii() else whole.translate(_SPELLING).casefold()


def _join_broken(text: str) -> str:
    """Take out the blanks that a line break left inside words, so that no word holds a blank."""
    kept, last = [], 0
    for match in _BROKEN.finditer(text):
        start, end = match.span()
        if not start or text[start - 1].isspace():
            continue
        left = text[max(0, start - 40) : start].split()[-1] + "-"
        right = text[end : end + 40].split(None, 1)[0]
        joint = len(left)
        if any(word.start() < joint < word.end() for word in WORD.finditer(left + match[0][1:] + right)):
            kept.append(text[last : start + 1])
            last = end
    return "".join([*kept, text[last:]]) if kept else text


class _Runs(NamedTuple):
    """Runs of `size` words: the distinct `terms`, and for each run which term it is and at which word it starts."""

    terms: list[str]
    codes: np.ndarray
    starts: np.ndarray
    size: int


def _read_words(texts: Sequence[str]) -> tuple[_Runs, np.ndarray]:
    """Return the words of the texts one after another, and where each text begins (with the end of the last)."""
    split = pc.utf8_split_whitespace(pa.array(map(_join_broken, texts), pa.large_string(), size=len(texts)))
    encoded = split.values.dictionary_encode()
    pieces = encoded.dictionary.to_pylist()
    found = [list(map(term_of, WORD.findall(piece))) for piece in pieces]
    n_words = np.fromiter(map(len, found), np.int64, len(found))
    vocabulary = sorted(set(chain.from_iterable(found)))
    index = {term: number for number, term in enumerate(vocabulary)}
    words = np.fromiter(map(index.__getitem__, chain.from_iterable(found)), np.int64, n_words.sum())
    codes = encoded.indices.to_numpy()
    here = n_words[codes]
    ends = np.cumsum(here)
    firsts = (np.cumsum(n_words) - n_words)[codes]
    sequence = words[np.repeat(firsts - (ends - here), here) + np.arange(here.sum())]
    begins = np.concatenate([[0], ends])[split.offsets.to_numpy()]
    return _Runs(vocabulary, sequence, np.arange(len(sequence)), 1), begins


def _extend(runs: _Runs, words: _Runs, ends: np.ndarray) -> _Runs:
    """Make each run one word longer, where its text goes on."""
    size = runs.size + 1
    fits = runs.starts + size <= ends[runs.starts]
    starts = runs.starts[fits]
    width = len(words.terms)
    codes, inverse = np.unique(runs.codes[fits] * width + words.codes[starts + size - 1], return_inverse=True)
    terms = [f"{runs.terms[code // width]} {words.terms[code % width]}" for code in codes.tolist()]
    return _Runs(terms, inverse, starts, size)


def _count(runs: _Runs, begins: np.ndarray) -> sparse.csr_array:
    """Count the runs that start between one begin and the next."""
    bounds = np.searchsorted(runs.starts, begins)
    shape = (len(begins) - 1, len(runs.terms))
    matrix = sparse.csr_array(
        (np.ones(len(runs.codes), dtype=np.int32), runs.codes.astype(np.int32), bounds), shape=shape
    )
    matrix.sum_duplicates()
    return matrix


def tally(texts: Sequence[str], sizes: Sequence[int]) -> Tally:
    """Count the words and the runs of words of a batch of texts.

    Parameters
    ----------
    texts : sequence of str
        The batch.
    sizes : sequence of int
        How many words a term has: ``(1, 2)`` counts words and pairs of neighbouring words.

    Returns
    -------
    Tally
        The batch's counts.

    Examples
    --------
    >>> part = tally(["No means no.", ""], (1, 2))
    >>> part.terms, part.matrix.toarray().tolist()
    (['means', 'means no', 'no', 'no means'], [[1, 1, 2, 1], [0, 0, 0, 0]])
    """
    words, begins = _read_words(texts)
    ends = np.repeat(begins[1:], np.diff(begins))
    runs, counted = words, []
    for size in range(1, max(sizes) + 1):
        runs = words if size == 1 else _extend(runs, words, ends)
        if size in sizes:
            counted.append((runs.terms, size, _count(runs, begins)))
    if tuple(sizes) == (1,):
        return Tally(words.terms, np.ones(len(words.terms), dtype=np.int16), counted[0][2], np.diff(begins))
    terms = list(chain.from_iterable(part[0] for part in counted))
    spans = np.concatenate([np.full(len(part[0]), part[1], dtype=np.int16) for part in counted])
    matrix = sparse.hstack([part[2] for part in counted], format="csr")
    order = sorted(range(len(terms)), key=terms.__getitem__)
    return Tally([terms[at] for at in order], spans[order], matrix[:, order], np.diff(begins))


def word_sequences(texts: Sequence[str]) -> Iterator[tuple[list[str], np.ndarray]]:
    """Give the words of each text in their order.

    Parameters
    ----------
    texts : sequence of str
        Texts.

    Yields
    ------
    terms : list of str
        Terms of this text and of some others.
    codes : ndarray of int
        Which term each word of the text is.

    Examples
    --------
    >>> [[terms[code] for code in codes] for terms, codes in word_sequences(["No means no.", "Yes"])]
    [['no', 'means', 'no'], ['yes']]
    """
    for batch in batches(texts):
        words, begins = _read_words(batch)
        for start, stop in pairwise(begins):
            yield words.terms, words.codes[start:stop]


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut texts into batches of about `BATCH` characters.

    Parameters
    ----------
    texts : sequence of str
        All texts.

    Yields
    ------
    sequence of str
        Neighbouring texts; no batch is empty.

    Examples
    --------
    >>> [len(batch) for batch in batches(["a" * BATCH, "b", "c"])]
    [1, 2]
    """
    ends = np.cumsum([len(text) for text in texts])
    cuts = np.flatnonzero(np.diff((ends - 1) // BATCH)) + 1
    bounds = [0, *cuts.tolist(), len(texts)]
    for start, stop in zip(bounds, bounds[1:], strict=False):
        if start < stop:
            yield texts[start:stop]


def merge(parts: Sequence[Tally]) -> Tally:
    """Put the tallies of batches below one another.

    Parameters
    ----------
    parts : sequence of Tally
        Tallies of different texts, in the order of the texts.

    Returns
    -------
    Tally
        What one tally of all texts would be.

    Examples
    --------
    >>> whole = merge([tally(["no no"], (1,)), tally(["yes no"], (1,))])
    >>> whole.terms, whole.matrix.toarray().tolist()
    (['no', 'yes'], [[2, 0], [1, 1]])
    """
    spans = {term: span for part in parts for term, span in zip(part.terms, part.spans.tolist(), strict=True)}
    terms = sorted(spans)
    index = {term: number for number, term in enumerate(terms)}
    rows = []
    for part in parts:
        columns = np.fromiter((index[term] for term in part.terms), np.int64, len(part.terms))
        matrix = part.matrix
        shape = (matrix.shape[0], len(terms))
        rows.append(sparse.csr_array((matrix.data, columns[matrix.indices], matrix.indptr), shape=shape))
    lengths = np.fromiter((spans[term] for term in terms), np.int16, len(terms))
    n_words = np.concatenate([part.n_words for part in parts])
    return Tally(terms, lengths, sparse.vstack(rows, format="csr"), n_words)
