"""How evenly a term is spread over documents: a word of one speech is not a word of its actor.

Each measure compares the term's frequency in each document with what the document's length leads one to expect.
"""

import numpy as np
import pandas as pd
from scipy import sparse, special

from discourse.compare._sides import check_counts
from discourse.counts import TermCounts
from discourse.errors import InputError

__all__ = ["deviation_of_proportions", "dispersion"]


def dispersion(counts: TermCounts) -> pd.DataFrame:
    """Measure how evenly each term is spread over the documents.

    Parameters
    ----------
    counts : TermCounts
        Counts of two documents or more; each document is a part, and its words are the part's size.

    Returns
    -------
    DataFrame
        One row per term that occurs, sorted by term: `term`; `k`, its frequency; `n_documents`, the documents with it
        (the range); `dp`, deviation of proportions, 0 (even) to nearly 1 (all in one small document); `dp_norm`, the
        same on a scale up to 1; `juilland_d` (over rates), `carroll_d2` (over rates) and `rosengren_s` (over
        frequencies and sizes), all from 0 or the smallest part's share to 1 (even); `kl`, Kullback-Leibler divergence
        from the sizes in bits, from 0 (even).

    Raises
    ------
    InputError
        If there are fewer than two documents, or one without words.

    Notes
    -----
    All of these grow less even, for chance reasons alone, the rarer the term: compare terms of like frequency.

    References
    ----------
    Gries, S. Th. (2008). Dispersions and adjusted frequencies in corpora. International Journal of Corpus Linguistics
    13, 403-437; Lijffijt, J., & Gries, S. Th. (2012), the same journal 17, 147-149 (normalised DP). Juilland, A., &
    Chang-Rodriguez, E. (1964); Carroll, J. B. (1970); Rosengren, I. (1971), all as in Gries (2008).

    Examples
    --------
    >>> frame = pd.DataFrame({"war": [2, 2], "peace": [4, 0]})
    >>> counts = TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "b"], "n_words": [100, 100]}))
    >>> dispersion(counts)[["term", "k", "n_documents", "dp", "dp_norm", "juilland_d"]]
        term  k  n_documents   dp  dp_norm  juilland_d
    0  peace  4            1  0.5      1.0         0.0
    1    war  4            2  0.0      0.0         1.0
    """
    check_counts(counts)
    if len(counts.documents) < 2:
        raise InputError(f"counts has {len(counts.documents)} document; dispersion needs two or more to spread over")
    counts = counts.select()
    n_documents, n_terms = counts.matrix.shape
    used = counts.matrix.tocoo()
    document, term = used.coords
    frequency = counts.matrix.sum(axis=0).astype(np.int64)
    places = counts.exposure.sum(axis=0)
    size = counts.exposure[document, counts.spans[term] - 1]
    expected = size / places[counts.spans[term] - 1]
    share = used.data / frequency[term]
    rate = used.data / size

    def add(values: np.ndarray) -> np.ndarray:
        return np.bincount(term, values, n_terms)

    total = add(rate)
    spread = np.sqrt(np.maximum(add(rate**2) * n_documents / total**2 - 1, 0))
    dp = deviation_of_proportions(sparse.csr_array(counts.matrix.T), counts.exposure, counts.spans)
    return pd.DataFrame(
        {
            "term": counts.terms,
            "k": frequency,
            "n_documents": np.bincount(term, minlength=n_terms),
            "dp": dp,
            "dp_norm": dp / (1 - (counts.exposure.min(axis=0) / places)[counts.spans - 1]),
            "juilland_d": 1 - spread / np.sqrt(n_documents - 1),
            "carroll_d2": add(special.entr(rate / total[term])) / np.log(n_documents),
            "rosengren_s": add(np.sqrt(expected * used.data)) ** 2 / frequency,
            "kl": add(special.rel_entr(share, expected)) / np.log(2),
        }
    )


def deviation_of_proportions(matrix: sparse.csr_array, exposure: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """Return Gries' DP of each row of counts, NaN for a term that does not occur.

    Parameters
    ----------
    matrix : csr_array of int, shape (n_terms, n_documents)
        Counts; note that terms are rows here.
    exposure : ndarray of int, shape (n_documents, longest span)
        Sizes of the documents, for terms of 1, 2, ... words.
    spans : ndarray of int, shape (n_terms,)
        How many words each term has.

    Returns
    -------
    ndarray of float, shape (n_terms,)
        Half the sum of the absolute differences between a document's share of the term and its share of the words.

    Examples
    --------
    >>> counts = sparse.csr_array([[1, 2, 3, 4, 5]])
    >>> deviation_of_proportions(counts, np.array([[9], [10], [10], [10], [11]]), np.array([1])).round(2)
    array([0.18])
    """
    used = np.diff(matrix.indptr)
    term = np.repeat(np.arange(len(used), dtype=np.int32), used)
    frequency = np.bincount(term, matrix.data, len(used))
    expected = (exposure / exposure.sum(axis=0))[matrix.indices, spans[term] - 1]
    gaps = np.abs(matrix.data / frequency[term] - expected) - expected
    return np.where(used > 0, (np.bincount(term, gaps, len(used)) + 1) / 2, np.nan)
