"""Collocations: the words that a group's documents use around a word, and the network they make."""

from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import chain

import networkx as nx
import numpy as np
import pandas as pd

from discourse.compare._counting import split
from discourse.documents import check_documents
from discourse.errors import InputError, one_of
from discourse.segment import words
from discourse.tally import term_of

__all__ = ["collocation_network", "collocations"]

_MEASURES = ("log_likelihood", "pmi", "t_score", "dice")


def collocations(
    documents: pd.DataFrame,
    nodes: str | Sequence[str],
    *,
    by: str | list[str] = "actor",
    window: int = 5,
    min_count: int = 5,
    min_documents: int = 2,
) -> pd.DataFrame:
    """Find the words that stand near a word more often than elsewhere, group by group.

    Parameters
    ----------
    documents : DataFrame
        One row per document with `doc_id`, `actor`, `text`.
    nodes : str or sequence of str
        The words in question, case-folded; `*` stands for any letters, as in "sovereign*".
    by : str or list of str, default "actor"
        Column or columns that make the groups; ``[]`` for all documents together.
    window : int, default 5
        Words on either side, within a document.
    min_count : int, default 5
        Fewest uses of a collocate within the windows.
    min_documents : int, default 2
        Fewest documents in which it stands there.

    Returns
    -------
    DataFrame
        A row per group, node and collocate, highest `log_likelihood` first: the grouping columns, `node`, `collocate`,
        `k` (uses of the collocate within the windows), `k_node`, `k_collocate` (uses in the group), `n_window` (words
        within the windows, each once), `n_words` (of the group, without the node), `n_documents` (with the collocate
        in a window), `log_likelihood` (G2, negative where the collocate avoids the node), `pmi` (binary logarithm of
        observed to expected), `t_score`, `dice`. ``attrs["for_ranking"]`` lists the measures: words of a document are
        not independent, so none of them is a test.

    Raises
    ------
    InputError
        If documents have no text, no document uses a node, or a setting is out of range.

    Notes
    -----
    A word of the text either is the collocate or not and either stands in a window or not: the measures are those of
    this table of four cells (surface co-occurrence: Evert 2008, in Corpus Linguistics: An International Handbook, ch.
    58), by NLTK's `BigramAssocMeasures`. Dice's coefficient is that of `k` to `k_node` and `k_collocate`.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b"], "actor": "AVR",
    ...                           "text": ["Respect our sovereign rights now.", "The sovereign rights of states."]})
    >>> table = collocations(documents, "sovereign", window=1, min_count=2)
    >>> table[["collocate", "k", "k_node", "k_collocate", "n_window", "pmi"]].round(2)
      collocate  k  k_node  k_collocate  n_window   pmi
    0    rights  2       2            2         4  1.0
    """
    patterns = [nodes] if isinstance(nodes, str) else list(nodes)
    for value, name in ((window, "window"), (min_count, "min_count"), (min_documents, "min_documents")):
        if value < 1:
            raise InputError(f"{name} is {value!r}; legal: a whole number from 1")
    documents = check_documents(documents).sort_values("doc_id", ignore_index=True)
    columns, groups = split(documents, by)
    rows = []
    for group in groups:
        read = [_terms(text) for text in documents["text"].iloc[group.rows]]
        totals = Counter(chain.from_iterable(read))
        for pattern in patterns:
            own = {term for term in totals if fnmatchcase(term, pattern.casefold())}
            names = dict(zip(columns, group.key, strict=True)) | {"node": pattern}
            rows += [names | row for row in _collocates(read, totals, own, window, (min_count, min_documents))]
    if not rows:
        raise InputError(f"no document has {' or '.join(patterns)} with enough company; legal: words that are used")
    table = pd.DataFrame(rows).assign(_size=lambda frame: -frame["log_likelihood"])
    order = [*columns, "node", "_size", "collocate"]
    table = table.sort_values(order, ignore_index=True).drop(columns="_size")
    table.attrs = {
        "measure": "collocations",
        "nodes": patterns,
        "by": columns,
        "window": window,
        "min_count": min_count,
        "min_documents": min_documents,
        "for_ranking": list(_MEASURES),
    }
    return table


def collocation_network(table: pd.DataFrame, *, measure: str = "log_likelihood", top: int = 10) -> nx.Graph:
    """Join nodes to their strongest collocates; nodes that share one are neighbours in the network.

    Parameters
    ----------
    table : DataFrame
        What `collocations` returned, for one group. To grow the network, call `collocations` again with the strongest
        collocates as nodes and put the tables together.
    measure : {"log_likelihood", "pmi", "t_score", "dice"}, default "log_likelihood"
        What the strength of an edge is, and its `weight`.
    top : int, default 10
        Collocates shown of each node.

    Returns
    -------
    networkx.Graph
        Vertices are words, with `node` (whether it was asked for); edges have `weight` and `k`. Collocates that avoid
        the node are left out.

    Raises
    ------
    InputError
        If the table holds several groups, or a setting is out of range.

    Notes
    -----
    Collocation networks: Phillips (1985), Aspects of Text Structure; Brezina, McEnery and Wattam (2015), International
    Journal of Corpus Linguistics 20, 139-173.

    Examples
    --------
    >>> table = pd.DataFrame({"node": ["right", "right", "duty"], "collocate": ["lawful", "sole", "lawful"],
    ...                       "k": [9, 5, 6], "log_likelihood": [30.0, 12.0, 14.0]})
    >>> network = collocation_network(table)
    >>> sorted(network.edges), network["duty"]["lawful"]["weight"]
    ([('duty', 'lawful'), ('right', 'lawful'), ('right', 'sole')], 14.0)
    """
    one_of(measure, [name for name in _MEASURES if name in table], "measure")
    if top < 1:
        raise InputError(f"top is {top!r}; legal: a whole number from 1")
    if table.duplicated(["node", "collocate"]).any():
        raise InputError("table holds several groups; select the rows of one, or call collocations with by=[]")
    network = nx.Graph(measure=measure, top=int(top))
    network.add_nodes_from(sorted(table["node"].unique()), node=True)
    ordered = table[table[measure] > 0].sort_values([measure, "collocate"], ascending=[False, True])
    for row in ordered.groupby("node", sort=True).head(top).sort_values(["node", "collocate"]).to_dict("records"):
        if row["collocate"] not in network:
            network.add_node(row["collocate"], node=False)
        stronger = network.get_edge_data(row["node"], row["collocate"], {"weight": -np.inf})["weight"]
        if row[measure] > stronger:
            network.add_edge(row["node"], row["collocate"], weight=float(row[measure]), k=int(row["k"]))
    return network


def _terms(text: str) -> list[str]:
    return [term_of(text[start:end]) for start, end in words(text)]


def _collocates(
    read: list[list[str]], totals: Counter, own: set[str], window: int, least: tuple[int, int]
) -> list[dict[str, object]]:
    """Rows of one group and node: every other word with its four cells and what follows from them."""
    near, ranges, n_window = Counter(), Counter(), 0
    for terms in read:
        found = np.array([place for place, term in enumerate(terms) if term in own], dtype=int)
        if not len(found):
            continue
        reach = (found[:, None] + np.arange(-window, window + 1)).ravel()
        inside = np.unique(reach[(reach >= 0) & (reach < len(terms))])
        company = [terms[place] for place in inside if terms[place] not in own]
        near.update(company)
        ranges.update(set(company))
        n_window += len(company)
    k_node = sum(totals[term] for term in own)
    n_words = totals.total() - k_node
    counted = {"k_node": k_node, "n_window": n_window, "n_words": n_words}
    return [
        {"collocate": term, "k": k, "k_collocate": totals[term]}
        | counted
        | {"n_documents": ranges[term]}
        | _measures(k, n_window, totals[term], n_words, k_node)
        for term, k in near.items()
        if k >= least[0] and ranges[term] >= least[1]
    ]


def _measures(k: int, n_window: int, k_collocate: int, n_words: int, k_node: int) -> dict[str, float]:
    """NLTK's measures of the table of four cells."""
    from nltk.metrics import BigramAssocMeasures  # its import takes a second or more

    cells = (k, (n_window, k_collocate), n_words)
    side = np.sign(k * n_words - n_window * k_collocate)
    strength = 0.0 if side == 0 else float(BigramAssocMeasures.likelihood_ratio(*cells))
    return {
        "log_likelihood": float(side) * strength,
        "pmi": float(BigramAssocMeasures.pmi(*cells)),
        "t_score": float(BigramAssocMeasures.student_t(*cells)),
        "dice": float(BigramAssocMeasures.dice(k, (k_node, k_collocate), n_words)),
    }
