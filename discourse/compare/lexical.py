"""Lexical diversity: how varied the vocabulary of each document is.

Every measure here that uses a whole text depends on its length, and most do so strongly: compare documents of like
length, or the measures made for unlike ones (MATTR, MTLD, HD-D).
"""

import numpy as np
import pandas as pd
from scipy import special

from discourse.documents import check_documents
from discourse.errors import InputError
from discourse.tally import word_sequences

__all__ = ["lexical_diversity"]

MTLD_THRESHOLD = 0.72
HDD_SAMPLE = 42


def lexical_diversity(documents: pd.DataFrame, *, window: int = 100) -> pd.DataFrame:
    """Measure the lexical diversity of each document.

    Words are those of `count_terms`: casefolded, `so-called` and `U.S.` whole.

    Parameters
    ----------
    documents : DataFrame
        Documents.
    window : int, default 100
        Words in the moving window of `mattr`.

    Returns
    -------
    DataFrame
        One row per document: `doc_id`, `actor`, `n_words` (N), `n_types` (V), then

        - `ttr` V/N, `rttr` V/sqrt(N) (Guiraud), `cttr` V/sqrt(2N) (Carroll), `herdan_c` log V/log N, `maas` (a
          squared, natural logarithms; lower is more diverse): all of them change with length, `ttr` most;
        - `yule_k`, `yule_i`, `herdan_vm`, `simpson_d`: of repeated words, nearly free of length in theory, less so in
          practice (`yule_k`, `herdan_vm` and `simpson_d` are lower where the vocabulary is more diverse);
        - `mattr` (mean type-token ratio of all windows), `mtld` (mean length of runs that keep a type-token ratio of
          0.72) and `hdd` (expected type-token ratio of 42 words drawn): made for texts of unlike length, above some
          100 words.

        A measure is missing where it is not defined: `mattr` and `hdd` for texts shorter than their window or sample,
        `mtld` and `yule_i` where no word is repeated, all where there are too few words.

    Raises
    ------
    InputError
        If the table is no documents table, or `window` is below 1.

    Notes
    -----
    Inflection and translation set the level: an English translation of Korean is compared with other translations.

    References
    ----------
    Tweedie, F. J., & Baayen, R. H. (1998). How variable may a constant be? Computers and the Humanities 32, 323-352.
    Covington, M. A., & McFall, J. D. (2010). Cutting the Gordian knot: MATTR. Journal of Quantitative Linguistics 17,
    94-100. McCarthy, P. M., & Jarvis, S. (2010). MTLD, vocd-D, and HD-D. Behavior Research Methods 42, 381-392.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a"], "actor": ["PRK"], "text": ["a b c d d e e f f f"]})
    >>> lexical_diversity(documents, window=4)[["n_words", "n_types", "ttr", "yule_k", "mattr"]].round(3)
       n_words  n_types  ttr  yule_k  mattr
    0       10        6  0.6  1000.0  0.679
    """
    documents = check_documents(documents)
    if not isinstance(window, (int, np.integer)) or window < 1:
        raise InputError(f"window is {window!r}; legal: a whole number of words from 1")
    rows = []
    for _, codes in word_sequences(documents["text"].tolist()):
        frequencies = np.unique(codes, return_counts=True)[1]
        sequential = {"mattr": _mattr(codes, window), "mtld": _mtld(codes.tolist()), "hdd": _hdd(frequencies)}
        rows.append({"n_words": len(codes), "n_types": len(frequencies)} | _spectrum(frequencies) | sequential)
    table = pd.concat([documents[["doc_id", "actor"]], pd.DataFrame(rows, index=documents.index)], axis=1)
    table.attrs = {"window": int(window), "mtld_threshold": MTLD_THRESHOLD, "hdd_sample": HDD_SAMPLE}
    return table


def _spectrum(frequencies: np.ndarray) -> dict[str, float]:
    """Return the measures of how often words occur, whatever their order."""
    n, v, squares = (np.float64(value) for value in (frequencies.sum(), len(frequencies), (frequencies**2).sum()))
    with np.errstate(divide="ignore", invalid="ignore"):
        measures = {
            "ttr": v / n,
            "rttr": v / np.sqrt(n),
            "cttr": v / np.sqrt(2 * n),
            "herdan_c": np.log(v) / np.log(n),
            "maas": (np.log(n) - np.log(v)) / np.log(n) ** 2,
            "yule_k": 1e4 * (squares - n) / n**2,
            "yule_i": v**2 / (squares - v),
            "herdan_vm": np.sqrt(np.maximum(squares / n**2 - 1 / v, 0)),
            "simpson_d": (squares - n) / (n * (n - 1)),
        }
    return {name: float(value) if np.isfinite(value) else np.nan for name, value in measures.items()}


def _mattr(codes: np.ndarray, window: int) -> float:
    """Return the mean type-token ratio of all windows: each word counts in those it comes first of its kind in."""
    n = len(codes)
    if n < window:
        return np.nan
    order = np.argsort(codes, kind="stable")
    previous = np.full(n, -1)
    again = codes[order[1:]] == codes[order[:-1]]
    previous[order[1:][again]] = order[:-1][again]
    places = np.arange(n)
    first = np.maximum(previous + 1, np.maximum(places - window + 1, 0))
    last = np.minimum(places, n - window)
    return float(np.maximum(last - first + 1, 0).sum() / window / (n - window + 1))


def _mtld(codes: list[int]) -> float:
    """Return the mean of the measure forwards and backwards."""
    factors = [_factors(codes), _factors(codes[::-1])]
    return len(codes) * sum(1 / factor for factor in factors) / 2 if min(factors) > 0 else np.nan


def _factors(codes: list[int]) -> float:
    """Count the runs in which the type-token ratio falls below the threshold, the last one in part."""
    full, seen, length = 0, set(), 0
    for code in codes:
        length += 1
        seen.add(code)
        if len(seen) < MTLD_THRESHOLD * length:
            full, seen, length = full + 1, set(), 0
    return full + (1 - len(seen) / length) / (1 - MTLD_THRESHOLD) if length else full


def _hdd(frequencies: np.ndarray) -> float:
    """Return the expected type-token ratio of a sample: the sum of each type's chance to be in it."""
    n = frequencies.sum()
    if n < HDD_SAMPLE:
        return np.nan
    left = n - frequencies
    ways = special.gammaln(left + 1) - special.gammaln(np.maximum(left - HDD_SAMPLE, 0) + 1)
    every = special.gammaln(n + 1) - special.gammaln(n - HDD_SAMPLE + 1)
    absent = np.where(left >= HDD_SAMPLE, np.exp(ways - every), 0)
    return float((1 - absent).sum() / HDD_SAMPLE)
