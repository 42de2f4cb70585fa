"""Co-occurrence: whether two codes stand nearer to each other than chance within the same statements would have it.

Sentences with the first code and sentences with the second are paired by their distance. Chance is turning the second
code's sentences round the document: how often each code is used, and in what clusters, stays as it is.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.coding.codes import CONSTRUCTS, STANCE
from discourse.compare._counting import split
from discourse.compare._resample import check_settings, generator, rate_interval
from discourse.documents import check_documents
from discourse.errors import InputError, one_of
from discourse.segment import sentences

__all__ = ["cooccurrence"]

_LEVEL = 0.95
_ROUNDING = 1e-9


class _Shifts(NamedTuple):
    """Pairs in one document by shift of the second code (rows; the first is none) and by distance."""

    row: int
    pairs: np.ndarray


def cooccurrence(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    first: str,
    second: str,
    *,
    by: str | list[str] = "actor",
    max_distance: int = 5,
    n_draws: int = 1999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure how much nearer two codes stand than they would by chance.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned; only rows with `own` count.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_sentences` (used where given).
    first, second : str
        A code, "stance", or a construct (any of its codes). They must not share a code.
    by : str or list of str, default "actor"
        Column or columns that make the groups; ``[]`` for all documents together.
    max_distance : int, default 5
        Largest distance in sentences; 0 is the same sentence.
    n_draws : int, default 1999
        Random shifts of the documents, and bootstrap draws.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        One row per group and distance: the grouping columns, `first`, `second`, `distance`, `n_documents` (with both
        codes), `n_first`, `n_second` (sentences in those documents), `observed` (pairs so far apart, either
        way), `expected` (their mean over all shifts), `lift` (observed / expected), `low`, `high` (95 % interval
        over documents), `null_low`, `null_high` (where the lifts of 95 % of random shifts lie), `p` (two-sided),
        `p_joint` (of any distance being unusual, the same for all).

    Raises
    ------
    InputError
        If there are fewer than two documents, the codes overlap, a column is missing, a span lies beyond its
        document's last sentence, or a setting is out of range.

    Notes
    -----
    Each document's second sequence is shifted by a random number of sentences, its end joined to its beginning (random
    shift test: Harrison, Amarasingham and Kass 2013, in Spike Timing, ch. 6; on the torus Lotwick and Silverman 1982,
    Journal of the Royal Statistical Society B 44, 406-413). Only documents with both codes tell anything. That one
    group of documents uses both codes more is no co-occurrence here, nor is a long document; that both codes keep to
    the end of a speech is. With n draws no p is below 1 / (n + 1). `p_joint` compares the largest standardised
    deviation over distances. The interval is that of `rates`, for observed by expected pairs.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b"], "actor": "AVR", "n_sentences": [10, 20]})
    >>> places = [("a", 2, "entitlement"), ("a", 2, "denial"), ("b", 5, "entitlement"), ("b", 6, "denial")]
    >>> spans = pd.DataFrame(places, columns=["doc_id", "sentence", "code"]).assign(own=True)
    >>> spans["construct"] = spans["code"].map({"entitlement": "sovereignty", "denial": "contested_claims"})
    >>> table = cooccurrence(spans, documents, "entitlement", "denial", max_distance=1)
    >>> table[["distance", "n_documents", "observed", "expected", "lift"]].round(2)
       distance  n_documents  observed  expected  lift
    0         0            2         1      0.15  6.67
    1         1            2         1      0.30  3.33
    """
    check_settings(1, _LEVEL, n_draws)
    if max_distance < 0:
        raise InputError(f"max_distance is {max_distance!r}; legal: a number of sentences from 0")
    documents = _with_sentences(documents)
    chosen = _chosen(spans, first, second)
    shifts, marks = _shift_documents(spans, documents, chosen, max_distance)
    columns, groups = split(documents, by)
    parts = []
    for group in groups:
        inside = [one for one in shifts if one.row in set(group.rows.tolist())]
        rng = generator((*group.key, first, second), random_state)
        part = _measure(inside, max_distance, n_draws, rng)
        counted = marks[[one.row for one in inside]].sum(axis=0)
        names = dict(zip(columns, group.key, strict=True)) | {"first": first, "second": second}
        names |= {"distance": np.arange(max_distance + 1), "n_documents": len(inside)}
        parts.append(pd.DataFrame(names | {"n_first": counted[0], "n_second": counted[1]} | part))
    table = pd.concat(parts, ignore_index=True)
    for column in columns:
        table[column] = table[column].astype(documents[column].dtype)
    table.attrs = {
        "measure": "cooccurrence",
        "first": first,
        "second": second,
        "by": columns,
        "level": _LEVEL,
        "n_draws": n_draws,
        "random_state": random_state,
        "null": "circular shift within documents",
    }
    return table


def _with_sentences(documents: pd.DataFrame) -> pd.DataFrame:
    """Check documents, sort them, and count their sentences where they are not counted already."""
    if "n_sentences" not in documents:
        if "text" not in documents:
            raise InputError("documents: columns 'text' and 'n_sentences' are missing; legal: one of them")
        documents = check_documents(documents)
        documents = documents.assign(n_sentences=[len(sentences(text)) for text in documents["text"]])
    else:
        documents = check_documents(documents if "text" in documents else documents.assign(text="-"))
    if len(documents) < 2:
        raise InputError(f"documents has {len(documents)} row; legal: two documents or more")
    counted = pd.to_numeric(documents["n_sentences"], errors="coerce").to_numpy(float, na_value=np.nan)
    for row in np.flatnonzero(~((counted >= 0) & (counted % 1 == 0))):
        value = documents["n_sentences"].iloc[row]
        raise InputError(f"documents, row {row}, column 'n_sentences': {value!r}; legal: a whole number from 0")
    return documents.assign(n_sentences=counted.astype(np.int64)).sort_values("doc_id", ignore_index=True)


def _chosen(spans: pd.DataFrame, first: str, second: str) -> list[np.ndarray]:
    """Which own spans belong to the first and to the second, after refusing names that are none or overlap."""
    for column in ("doc_id", "sentence", "construct", "code", "own"):
        if column not in spans:
            raise InputError(f"spans: column {column!r} is missing; legal: the table that discourse.code returns")
    looked_for = spans.attrs.get("codes", CONSTRUCTS)
    pairs = {(construct, code) for construct, codes in looked_for.items() for code in codes}
    pairs |= set(spans[["construct", "code"]].itertuples(index=False, name=None))
    members = {code: {pair for pair in pairs if pair[1] == code} for _, code in sorted(pairs)}
    members |= {"stance": {pair for pair in pairs if pair[1] in STANCE}}
    members |= {construct: {pair for pair in pairs if pair[0] == construct} for construct, _ in sorted(pairs)}
    one_of(first, sorted(members), "first")
    one_of(second, sorted(members), "second")
    if shared := members[first] & members[second]:
        names = ", ".join(sorted(code for _, code in shared))
        raise InputError(f"{first!r} and {second!r} share {names}; legal: two without a code in common")
    own = spans["own"].to_numpy(bool)
    found = pd.MultiIndex.from_frame(spans[["construct", "code"]])
    return [own & found.isin(sorted(members[name])) for name in (first, second)]


def _shift_documents(
    spans: pd.DataFrame, documents: pd.DataFrame, chosen: list[np.ndarray], max_distance: int
) -> tuple[list[_Shifts], np.ndarray]:
    """Pairs by shift and distance of the documents with both codes, and the number of sentences with either."""
    rows = pd.Index(documents["doc_id"]).get_indexer(spans["doc_id"].astype("str"))
    places = spans["sentence"].to_numpy(np.int64)
    lengths = documents["n_sentences"].to_numpy()
    for beyond in np.flatnonzero((rows >= 0) & (places >= lengths[rows])):
        name, last = spans["doc_id"].iloc[beyond], lengths[rows[beyond]] - 1
        raise InputError(f"spans: {name!r} has a span in sentence {places[beyond]}, but its last sentence is {last}")
    sides = [_by_document(rows[mask & (rows >= 0)], places[mask & (rows >= 0)]) for mask in chosen]
    marks = np.zeros((len(documents), 2), dtype=np.int64)
    for side, found in enumerate(sides):
        for row, where in found.items():
            marks[row, side] = len(where)
    both = sorted(sides[0].keys() & sides[1].keys())
    return [_Shifts(row, _pairs(sides[0][row], sides[1][row], lengths[row], max_distance)) for row in both], marks


def _by_document(rows: np.ndarray, places: np.ndarray) -> dict[int, np.ndarray]:
    """Places of the sentences with a code, each once, by document."""
    found = np.unique(np.column_stack([rows, places]), axis=0)
    edges = np.flatnonzero(np.diff(found[:, 0])) + 1
    return {int(part[0, 0]): part[:, 1] for part in np.split(found, edges) if len(part)}


def _pairs(first: np.ndarray, second: np.ndarray, length: int, max_distance: int) -> np.ndarray:
    """Pairs by shift of the second code, round the document, and by distance (not round it)."""
    table = np.zeros((length, max_distance + 1), dtype=np.int64)
    for distance, step in _steps(max_distance):
        beside = first + step
        beside = beside[(beside >= 0) & (beside < length)]
        shift = (beside[:, None] - second) % length
        table[:, distance] += np.bincount(shift.ravel(), minlength=length)
    return table


def _steps(max_distance: int) -> Iterator[tuple[int, int]]:
    yield 0, 0
    for distance in range(1, max_distance + 1):
        yield distance, distance
        yield distance, -distance


def _measure(shifts: list[_Shifts], max_distance: int, n_draws: int, rng: np.random.Generator) -> dict[str, object]:
    """Observed and expected pairs, lift, intervals and tests by distance."""
    width = max_distance + 1
    pairs = np.array([one.pairs[0] for one in shifts]).reshape(-1, width)
    means = np.array([one.pairs.mean(axis=0) for one in shifts]).reshape(-1, width)
    observed, expected = pairs.sum(axis=0), means.sum(axis=0)
    drawn = np.zeros((n_draws, width))
    for one in shifts:
        drawn += one.pairs[rng.integers(0, len(one.pairs), n_draws)]
    ends = [rate_interval(pairs[:, [d]], means[:, d], rng, level=_LEVEL, n_boot=n_draws) for d in range(width)]
    with np.errstate(divide="ignore", invalid="ignore"):
        lift, nulls = observed / expected, np.quantile(drawn, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], axis=0) / expected
    p, joint = _tests(np.vstack([observed, drawn]) - expected)
    some = expected > 0
    return {
        "observed": observed,
        "expected": expected,
        "lift": lift,
        "low": np.concatenate([low for low, _ in ends]),
        "high": np.concatenate([high for _, high in ends]),
        "null_low": nulls[0],
        "null_high": nulls[1],
        "p": np.where(some, p, np.nan),
        "p_joint": joint if some.any() else np.nan,
    }


def _tests(deviations: np.ndarray) -> tuple[np.ndarray, float]:
    """Two-sided p by distance, and of the largest standardised deviation; the first row is what was observed."""
    far = np.abs(deviations)
    extreme = (far >= far[0] - _ROUNDING).sum(axis=0)
    spread = np.sqrt((deviations**2).mean(axis=0))
    largest = (far / np.where(spread > 0, spread, np.inf)).max(axis=1)
    return extreme / len(far), float((largest >= largest[0] - _ROUNDING).mean())
