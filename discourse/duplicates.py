"""Texts that stand twice, and sentences that stand everywhere: what measures may want to leave out.

Near-duplicates are found by MinHash signatures and locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman &
Ullman 2014, chapter 3) over runs of five words; what the hashing proposes is checked by the exact Jaccard similarity.
"""

import numpy as np
import pandas as pd
from datasketch import MinHash, MinHashLSH

from discourse.documents import check_documents
from discourse.errors import InputError
from discourse.normalise import working_copy
from discourse.segment import sentences
from discourse.words import WORD

__all__ = ["boilerplate", "near_duplicates"]

_RUN = 5
_PERMUTATIONS = 128
_SEED = 1
_GENEROUS = 0.7  # hashing proposes from this share of the threshold, so that next to no pair above it is missed
_SHORTEST = 5


def near_duplicates(documents: pd.DataFrame, threshold: float = 0.8) -> pd.DataFrame:
    """Find documents that nearly repeat an earlier one.

    Documents are taken in the order of `date` (where there is one) and `doc_id`; the first of each group of
    near-duplicates is kept, and each later one is compared with those kept. Case, signs and blanks do not count.

    Parameters
    ----------
    documents : pandas.DataFrame
        A documents table.
    threshold : float, default=0.8
        Jaccard similarity of the sets of five-word runs, above 0 and at most 1, from which a document is a duplicate.

    Returns
    -------
    pandas.DataFrame
        One row per document to leave out, sorted by `doc_id`: `doc_id`, `duplicate_of` (the kept document most like
        it), `similarity` (exact Jaccard similarity). `attrs` holds the parameters. Documents without a word are in no
        group.

    Raises
    ------
    InputError
        If `documents` is not a documents table or `threshold` is out of range.

    References
    ----------
    Broder, A. Z. (1997). On the resemblance and containment of documents. Proceedings of Compression and Complexity
    of Sequences, 21-29.

    Examples
    --------
    >>> text = "Averland has never exported arms to any party to this conflict and has no plan to do so in future."
    >>> frame = pd.DataFrame({"doc_id": ["b", "a", "c"], "actor": "AVR", "text": [text.upper(), text, "We deny it."]})
    >>> near_duplicates(frame)
      doc_id duplicate_of  similarity
    0      b            a         1.0
    """
    if not 0 < threshold <= 1:
        raise InputError(f"threshold is {threshold!r}; legal: a number above 0 and at most 1")
    documents = check_documents(documents)
    order = documents.sort_values([name for name in ("date", "doc_id") if name in documents], kind="stable")
    index = MinHashLSH(threshold=_GENEROUS * threshold, num_perm=_PERMUTATIONS, weights=(0.1, 0.9))
    kept: dict[str, np.ndarray] = {}
    rows = []
    for doc_id, text in zip(order["doc_id"], order["text"], strict=True):
        runs = _hashed_runs(text)
        if not len(runs):
            continue
        signature = MinHash(num_perm=_PERMUTATIONS, seed=_SEED, hashfunc=int)
        signature.update_batch(runs)
        similarity = {other: _jaccard(runs, kept[other]) for other in sorted(index.query(signature))}
        best = max(similarity, key=similarity.__getitem__, default=None)
        if best is not None and similarity[best] >= threshold:
            rows.append((doc_id, best, similarity[best]))
        else:
            index.insert(doc_id, signature)
            kept[doc_id] = runs
    found = pd.DataFrame(rows, columns=["doc_id", "duplicate_of", "similarity"])
    found = found.astype({"doc_id": "str", "duplicate_of": "str", "similarity": "float64"})
    found = found.sort_values("doc_id", ignore_index=True)
    found.attrs = {"threshold": threshold, "words": _RUN, "permutations": _PERMUTATIONS, "seed": _SEED}
    return found


def _hashed_runs(text: str) -> np.ndarray:
    """Return the distinct runs of five words, each as a 32-bit number; a shorter text is one run."""
    found = WORD.findall(working_copy(text).casefold())
    if not found:
        return np.empty(0, dtype=np.uint32)
    hashed = pd.util.hash_array(np.array(found, dtype=object))
    length = min(_RUN, len(hashed))
    combined = np.zeros(len(hashed) - length + 1, dtype=np.uint64)
    for offset in range(length):
        combined = combined * np.uint64(0x100000001B3) + hashed[offset : offset + len(combined)]
    return np.unique((combined >> np.uint64(32)).astype(np.uint32))


def _jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Jaccard similarity of two arrays of distinct numbers."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def boilerplate(documents: pd.DataFrame, min_documents: int = 5) -> pd.DataFrame:
    """Find sentences that recur in many documents.

    Sentences are the same if their words are, case and figures apart ("on 3 May" is "on 4 May"). Sentences of fewer
    than five words recur by chance and are left alone.

    Parameters
    ----------
    documents : pandas.DataFrame
        A documents table.
    min_documents : int, default=5
        Smallest number of documents, two or more, in which a sentence must stand.

    Returns
    -------
    pandas.DataFrame
        One row per occurrence, in the documents' order: `doc_id`, `sentence` (its number in the document, from 0, as
        in the spans), `start`, `end` (characters, end excluded), `n_documents` (documents with the sentence).

    Raises
    ------
    InputError
        If `documents` is not a documents table or `min_documents` is no whole number of at least 2.

    Examples
    --------
    >>> texts = [f"I have a statement of {day} May to read out. Question {day}?" for day in range(1, 4)]
    >>> frame = pd.DataFrame({"doc_id": list("abc"), "actor": "AVR", "text": texts})
    >>> boilerplate(frame, min_documents=3)
      doc_id  sentence  start  end  n_documents
    0      a         0      0   40            3
    1      b         0      0   40            3
    2      c         0      0   40            3
    """
    if isinstance(min_documents, bool) or not isinstance(min_documents, int | np.integer) or min_documents < 2:
        raise InputError(f"min_documents is {min_documents!r}; legal: a whole number of at least 2")
    documents = check_documents(documents)
    rows = []
    for doc_id, text in zip(documents["doc_id"], documents["text"], strict=True):
        copy = working_copy(text)
        for number, (start, end) in enumerate(sentences(text)):
            found = WORD.findall(copy[start:end].casefold())
            if len(found) >= _SHORTEST:
                key = " ".join("0" if word[0].isdigit() else word for word in found)
                rows.append((doc_id, number, start, end, key))
    table = pd.DataFrame(rows, columns=["doc_id", "sentence", "start", "end", "key"])
    table["n_documents"] = table.groupby("key")["doc_id"].transform("nunique").astype("int64")
    table = table[table["n_documents"] >= min_documents].drop(columns="key").reset_index(drop=True)
    table.attrs = {"min_documents": int(min_documents), "shortest": _SHORTEST}
    return table
