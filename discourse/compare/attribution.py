"""Attribution: who is said to take a position on whose claim or act, as a table of edges and as a network.

Spans that are not the speaker's own belong here, too: they tell which positions it reports of others.
"""

import networkx as nx
import numpy as np
import pandas as pd

from discourse.compare._counting import DocumentCounts, Group, count_by_document, split
from discourse.compare._resample import check_settings, generator, rate_interval
from discourse.errors import InputError

__all__ = ["attribution", "attribution_network"]

UNRESOLVED = "unresolved"
_KEYS = ["holder", "target", "construct", "code"]


def attribution(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    per: float = 10_000,
    level: float = 0.95,
    n_boot: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Count who is said to hold which position towards whom.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned; all rows count, whether `own` or not.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`.
    per : float, default 10_000
        Words that a rate refers to.
    level : float, default 0.95
        Confidence level.
    n_boot : int, default 2000
        Bootstrap draws.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        A row per edge: `actor` (who speaks), `holder` (whose position it is: the actor, "ally of" it, or "others, by"
        it: the coder does not name them), `target` (the actor whose claim or act it is about, or "unresolved"),
        `construct`, `code`, `k` (sentences), `n_spans`, `n_own` (spans that are the actor's own position),
        `n_documents`, `rate` (sentences per `per` words of the actor), `low`, `high`.
        ``attrs["unresolved"]`` gives for each actor, and for all together (""), the share of spans without a named
        `target` and without a named `holder`.

    Raises
    ------
    InputError
        If there are no spans in the documents, a column is missing, or a setting is out of range.

    Notes
    -----
    Intervals are by documents, as in `rates`. Whether edges are compared at all depends on the unresolved share: it is
    not the same for all actors, and "they" is nobody's name.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b"], "actor": "AVR", "n_words": 500})
    >>> spans = pd.DataFrame({"doc_id": ["a", "a", "b"], "sentence": [0, 3, 1], "construct": "contested_claims",
    ...                       "code": ["label", "denial", "label"], "holder": ["self", "other", "self"],
    ...                       "target": ["BRN", None, "BRN"], "own": [True, False, True]})
    >>> table = attribution(spans, documents, per=1000)
    >>> table[["holder", "target", "code", "k", "n_own", "rate"]]
               holder      target    code  k  n_own  rate
    0             AVR         BRN   label  2      2   2.0
    1  others, by AVR  unresolved  denial  1      0   1.0
    """
    check_settings(per, level, n_boot)
    counts = count_by_document(spans, documents)
    for column in ("holder", "target"):
        if column not in spans:
            raise InputError(f"spans: column {column!r} is missing; legal: the table that discourse.code returns")
    edges = _edges(spans, counts)
    if edges.empty:
        raise InputError("spans: none lies in the documents; legal: the spans of these documents")
    _, groups = split(counts.documents, "actor")
    parts = []
    for group in groups:
        own = edges[edges["actor"] == group.key[0]]
        if len(own):
            rng = generator(group.key, random_state)
            parts.append(_rates(own, counts, group, rng, level=level, n_boot=n_boot))
    table = pd.concat(parts, ignore_index=True)
    table[["rate", "low", "high"]] *= per
    table.attrs = {
        "measure": "attribution",
        "per": per,
        "level": level,
        "n_boot": n_boot,
        "random_state": random_state,
        "unresolved": _unresolved(edges),
    }
    return table


def attribution_network(table: pd.DataFrame, *, min_low: float = 0.0) -> nx.DiGraph:
    """Draw the edges of an attribution table into a network from holders to targets.

    Parameters
    ----------
    table : DataFrame
        What `attribution` returned, or the rows of some actors, constructs or codes.
    min_low : float, default 0.0
        Edges of a code whose rate has a lower limit below this are left out.

    Returns
    -------
    networkx.DiGraph
        Holders and named targets; edges have `weight` (spans), `n_own` (of these, the speaker's own) and `codes` (spans
        by code). ``graph["unresolved"]`` is the share of the spans that have no named target and so no edge.

    Raises
    ------
    InputError
        If the table lacks a column or `min_low` is negative.

    Examples
    --------
    >>> table = pd.DataFrame({"holder": "AVR", "target": ["BRN", "BRN", "unresolved"],
    ...                       "code": ["label", "motive", "label"], "n_spans": [3, 1, 4], "n_own": 1, "low": 0.1})
    >>> network = attribution_network(table)
    >>> network["AVR"]["BRN"]["weight"], network.graph["unresolved"]
    (4, 0.5)
    """
    for column in ("holder", "target", "code", "n_spans", "n_own", "low"):
        if column not in table:
            raise InputError(f"table: column {column!r} is missing; legal: the table that attribution returns")
    if min_low < 0:
        raise InputError(f"min_low is {min_low!r}; legal: a rate from 0")
    named = table["target"] != UNRESOLVED
    total = int(table["n_spans"].sum())
    share = 1 - table.loc[named, "n_spans"].sum() / total if total else 0.0
    network = nx.DiGraph(unresolved=float(share), min_low=float(min_low))
    kept = table[named & ~(table["low"] < min_low)]
    for (holder, target), edge in kept.groupby(["holder", "target"], sort=True):
        codes = {code: int(n) for code, n in edge.groupby("code")["n_spans"].sum().items()}
        network.add_edge(holder, target, weight=sum(codes.values()), n_own=int(edge["n_own"].sum()), codes=codes)
    return network


def _edges(spans: pd.DataFrame, counts: DocumentCounts) -> pd.DataFrame:
    """Spans of known documents with their document's row, and holder and target by name."""
    columns = ["doc_id", "sentence", "construct", "code", "holder", "target", "own"]
    rows = pd.Index(counts.documents["doc_id"]).get_indexer(spans["doc_id"].astype("str"))
    edges = spans[columns].assign(row=rows)[rows >= 0].reset_index(drop=True)
    actor = counts.documents["actor"].iloc[edges["row"]].reset_index(drop=True).astype("str")
    by_holder = {"self": actor, "ally": "ally of " + actor}
    holder = "others, by " + actor
    for name, label in by_holder.items():
        holder = holder.where(edges["holder"] != name, label)
    named = edges["holder"] == "self"
    return edges.assign(
        actor=actor, holder=holder, named=named, target=edges["target"].fillna(UNRESOLVED).astype("str")
    )


def _rates(
    edges: pd.DataFrame, counts: DocumentCounts, group: Group, rng: np.random.Generator, *, level: float, n_boot: int
) -> pd.DataFrame:
    """Counts, rates and intervals of one actor's edges."""
    grouped = edges.groupby(_KEYS, sort=True)
    table = grouped.agg(n_spans=("own", "size"), n_own=("own", "sum"), n_documents=("row", "nunique")).reset_index()
    hits = np.zeros((len(counts.words), len(table)), dtype=np.int64)
    places = edges.assign(edge=grouped.ngroup())[["row", "sentence", "edge"]].drop_duplicates()
    np.add.at(hits, (places["row"].to_numpy(), places["edge"].to_numpy()), 1)
    hits, words = hits[group.rows], counts.words[group.rows]
    low, high = rate_interval(hits, words, rng, level=level, n_boot=n_boot)
    total = words.sum()
    rate = hits.sum(axis=0) / total if total else np.full(len(table), np.nan)
    table = table.assign(actor=group.key[0], k=hits.sum(axis=0), rate=rate, low=low, high=high)
    return table[["actor", *_KEYS, "k", "n_spans", "n_own", "n_documents", "rate", "low", "high"]]


def _unresolved(edges: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Shares of spans without a named target and without a named holder, by actor and ("") together."""
    missing = pd.DataFrame({"target": edges["target"] == UNRESOLVED, "holder": ~edges["named"]})
    shares = {"": missing.mean()} | {name: part.mean() for name, part in missing.groupby(edges["actor"], sort=True)}
    return {name: {column: float(share) for column, share in one.items()} for name, one in shares.items()}
