"""Why two groups differ: a difference taken apart into what each term, rule or cue contributes to it.

Contributions add up to the difference. They describe; whether the difference itself outlasts chance is a question for
`keyness`, `contrast` and `fragility`.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special, stats

from discourse.compare._counting import count_by_document
from discourse.compare._sides import side_masks, sides
from discourse.counts import TermCounts
from discourse.errors import InputError, one_of

__all__ = ["rank_turbulence", "rate_shift", "word_shift"]

KINDS = ("proportion", "entropy", "jsd", "weighted")
ENTRIES = ("rule", "cue")
PER = 10_000


def word_shift(
    counts: TermCounts,
    *,
    target: object,
    reference: object | None = None,
    by: str = "actor",
    kind: str = "jsd",
    scores: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Take the difference of two groups' vocabularies apart, term by term.

    Parameters
    ----------
    counts : TermCounts
        Counts of terms of one length. Shares are of these terms' uses, so what was left out counts for nothing.
    target : object
        The group of interest, a value of the column `by`.
    reference : object, optional
        The group it is compared with; all other documents by default.
    by : str, default "actor"
        Column of ``counts.documents`` that groups.
    kind : {"proportion", "entropy", "jsd", "weighted"}, default "jsd"
        What is taken apart: "proportion" p - q of each term (adds up to 0); "entropy" of target less reference, in
        bits; "jsd", the Jensen-Shannon divergence in bits; "weighted", the average of `scores` in target less
        reference.
    scores : mapping of str to float, optional
        For "weighted": a score for each term that has one; only those terms' shares enter.

    Returns
    -------
    DataFrame
        One row per term, largest contribution (of either sign) first: `term`, `k_target`, `k_reference`,
        `share_target` (p), `share_reference` (q), `contribution`; for "weighted" also `score`. `attrs` hold
        `target_value`, `reference_value` (missing for "jsd") and `difference`, the sum of the contributions.

    Raises
    ------
    InputError
        If a group or kind is unknown, `scores` are missing, out of place, or fit no term, or a side has no uses.

    References
    ----------
    Gallagher, R. J., et al. (2021). Generalized word shift graphs. EPJ Data Science 10, 4. Lin, J. (1991). Divergence
    measures based on the Shannon entropy. IEEE Transactions on Information Theory 37, 145-151.

    Examples
    --------
    >>> frame = pd.DataFrame({"war": [6, 1], "peace": [2, 3]})
    >>> counts = TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "b"], "actor": ["PRK", "USA"]}))
    >>> table = word_shift(counts, target="PRK", kind="weighted", scores={"war": -1, "peace": 1})
    >>> table[["term", "contribution"]], table.attrs["difference"]
    (    term  contribution
    0    war         -0.75
    1  peace         -0.25, -1.0)
    """
    one_of(kind, KINDS, "kind")
    if (scores is not None) != (kind == "weighted"):
        raise InputError("scores: give a score for each term with kind='weighted', and only there")
    table = _frequencies(counts, by, target, reference)
    score = None
    if scores is not None:
        table = table.assign(score=table["term"].map(dict(scores)).astype(float)).dropna(subset="score")
        score = table["score"].to_numpy()
    p, q = _shares(table, "k_target", target), _shares(table, "k_reference", reference)
    contribution, values = _take_apart(kind, p, q, score)
    table = _sort(table.assign(share_target=p, share_reference=q, contribution=contribution), "term")
    table.attrs = {"by": by, "target": target, "reference": reference, "kind": kind}
    if values:
        table.attrs |= {"target_value": float(values[0]), "reference_value": float(values[1])}
    table.attrs["difference"] = float(np.sum(contribution))
    return table


def rank_turbulence(
    counts: TermCounts,
    *,
    target: object,
    reference: object | None = None,
    by: str = "actor",
    alpha: float = 1 / 3,
) -> pd.DataFrame:
    """Compare two groups by the ranks of their terms: rank-turbulence divergence, and each term's part in it.

    Parameters
    ----------
    counts : TermCounts
        Counts.
    target : object
        The group of interest, a value of the column `by`.
    reference : object, optional
        The group it is compared with; all other documents by default.
    by : str, default "actor"
        Column of ``counts.documents`` that groups.
    alpha : float, default 1/3
        From 0, where ranks count by their ratio, upwards, where only the first ranks count.

    Returns
    -------
    DataFrame
        One row per term of either side, largest contribution first: `term`, `k_target`, `k_reference`, `rank_target`,
        `rank_reference` (1 is the most frequent; ties share their mean; what a side lacks ties for its last place),
        `contribution`. ``attrs["divergence"]`` is the sum: 0 for equal rankings, about 1 for vocabularies without a
        common term.

    Raises
    ------
    InputError
        If a group is unknown, `alpha` is negative, or a side has no uses.

    Notes
    -----
    The measure has no sampling theory, and it grows as a side gets smaller: compare sides of like size, and draw no
    conclusion from one value.

    References
    ----------
    Dodds, P. S., et al. (2023). Allotaxonometry and rank-turbulence divergence. EPJ Data Science 12, 37.

    Examples
    --------
    >>> frame = pd.DataFrame({"war": [6, 1], "peace": [2, 3]})
    >>> counts = TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "b"], "actor": ["PRK", "USA"]}))
    >>> round(rank_turbulence(counts, target="PRK", alpha=1).attrs["divergence"], 3)
    0.577
    """
    if not 0 <= alpha < np.inf:
        raise InputError(f"alpha is {alpha!r}; legal: a number from 0")
    table = _frequencies(counts, by, target, reference)
    for column, name in (("k_target", target), ("k_reference", reference)):
        _shares(table, column, name)
    used = [table[column].to_numpy() > 0 for column in ("k_target", "k_reference")]
    ranks = [stats.rankdata(-table[column].to_numpy()) for column in ("k_target", "k_reference")]
    sizes = [np.count_nonzero(side) for side in used]
    apart = [_turbulence(ranks[side][used[side]], sizes[1 - side] + sizes[side] / 2, alpha).sum() for side in (0, 1)]
    contribution = _turbulence(*ranks, alpha) / sum(apart)
    table = table.assign(rank_target=ranks[0], rank_reference=ranks[1], contribution=contribution)
    table = _sort(table, "term")
    table.attrs = {"by": by, "target": target, "reference": reference, "alpha": alpha}
    table.attrs["divergence"] = float(contribution.sum())
    return table


def rate_shift(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    target: object,
    reference: object | None = None,
    by: str = "actor",
    entry: str = "rule",
) -> pd.DataFrame:
    """Take the difference of two groups' rates of a code apart into the rules or cues that make it.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned, cut down to the code or construct in question, as in
        ``spans[spans["code"] == "label"]``. Only rows with `own` count.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`.
    target : object
        The group of interest, a value of the column `by`.
    reference : object, optional
        The group it is compared with; all other documents by default.
    by : str, default "actor"
        Column of `documents` that groups.
    entry : {"rule", "cue"}, default "rule"
        What to take the rate apart into: rules of the codebook, or cues (casefolded).

    Returns
    -------
    DataFrame
        One row per rule or cue, largest contribution (of either sign) first: `entry`, `k_target`, `k_reference`
        (sentences; one that several entries found is shared out among them equally), `rate_target`, `rate_reference`
        (per 10,000 words), `contribution` (their difference). `attrs` hold `target_value`, `reference_value`, the rates
        as `rates` gives them, and `difference`, the sum of the contributions.

    Raises
    ------
    InputError
        If a column, group or entry is unknown, or a side has no words.

    References
    ----------
    The proportion shift of Gallagher, R. J., et al. (2021), EPJ Data Science 10, 4, over entries of a codebook.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b"], "actor": ["PRK", "USA"], "n_words": [1000, 2000]})
    >>> spans = pd.DataFrame({"doc_id": ["a", "a", "b"], "sentence": [0, 0, 1], "own": True, "code": "label",
    ...                       "construct": "contested_claims", "rule": ["rumour", "slander", "slander"]})
    >>> rate_shift(spans, documents, target="PRK")[["entry", "k_target", "rate_target", "contribution"]]
         entry  k_target  rate_target  contribution
    0   rumour       0.5          5.0           5.0
    1  slander       0.5          5.0           0.0
    """
    one_of(entry, ENTRIES, "entry")
    if entry not in spans:
        raise InputError(f"spans: column {entry!r} is missing; legal: the table that discourse.code returns")
    counted = count_by_document(spans, documents)
    masks = side_masks(counted.documents, by, target, reference, least=1)
    places = ["doc_id", "sentence"]
    own = spans.loc[spans["own"].astype(bool), [*places, entry]].rename(columns={entry: "entry"})
    if entry == "cue":
        own["entry"] = own["entry"].str.casefold()
    own = own.drop_duplicates()
    own["part"] = 1 / own.groupby(places)["entry"].transform("size")
    table = pd.DataFrame({"entry": sorted(own["entry"].unique())})
    values = {}
    for side, mask in zip(("target", "reference"), masks, strict=True):
        n_words = int(counted.words[mask].sum())
        if not n_words:
            raise InputError(f"{side}: its documents have no words, so there is no rate; leave that group out")
        inside = own[own["doc_id"].isin(counted.documents["doc_id"][mask])]
        table[f"k_{side}"] = inside.groupby("entry")["part"].sum().reindex(table["entry"], fill_value=0).to_numpy()
        table[f"rate_{side}"] = table[f"k_{side}"] * PER / n_words
        values[f"{side}_value"] = len(inside[places].drop_duplicates()) * PER / n_words
    table = table[(table["k_target"] > 0) | (table["k_reference"] > 0)]
    table = _sort(table.assign(contribution=table["rate_target"] - table["rate_reference"]), "entry")
    table.attrs = {"by": by, "target": target, "reference": reference, "entry": entry, "per": PER, **values}
    table.attrs["difference"] = float(table["contribution"].sum())
    return table[["entry", "k_target", "k_reference", "rate_target", "rate_reference", "contribution"]]


def _frequencies(counts: TermCounts, by: str, target: object, reference: object | None) -> pd.DataFrame:
    """Return the frequencies of the terms that either side uses."""
    masks = sides(counts, by, target, reference, least=1)
    if len(np.unique(counts.spans)) > 1:
        raise InputError(
            "counts holds terms of different lengths, which have no common total; count words and runs of words apart,"
            " with count_terms(documents, ngrams=2)"
        )
    frequencies = [counts.matrix[np.flatnonzero(mask)].sum(axis=0).astype(np.int64) for mask in masks]
    table = pd.DataFrame({"term": counts.terms, "k_target": frequencies[0], "k_reference": frequencies[1]})
    return table[(table["k_target"] > 0) | (table["k_reference"] > 0)]


def _shares(table: pd.DataFrame, column: str, name: object) -> np.ndarray:
    """Return each term's share of the uses of one side."""
    k = table[column].to_numpy(dtype=float)
    if not k.sum():
        side = "the reference" if name is None else repr(name)
        raise InputError(f"{side} uses none of the terms, so there are no shares; keep terms that both sides use")
    return k / k.sum()


def _take_apart(kind: str, p: np.ndarray, q: np.ndarray, score: np.ndarray | None) -> tuple[np.ndarray, tuple]:
    """Return each term's contribution, and the values of both sides where there are any."""
    if kind == "proportion":
        return p - q, (p.sum(), q.sum())
    if kind == "entropy":
        first, second = special.entr(p) / np.log(2), special.entr(q) / np.log(2)
        return first - second, (first.sum(), second.sum())
    if kind == "jsd":
        middle = (p + q) / 2
        return (special.rel_entr(p, middle) + special.rel_entr(q, middle)) / (2 * np.log(2)), ()
    return (p - q) * (score - q @ score), (p @ score, q @ score)


def _turbulence(first: np.ndarray, second: np.ndarray | float, alpha: float) -> np.ndarray:
    """Return the turbulence between ranks, before it is brought to a scale of 0 to 1."""
    if alpha == 0:
        return np.abs(np.log(first / second))
    return (alpha + 1) / alpha * np.abs(first**-alpha - second**-alpha) ** (1 / (alpha + 1))


def _sort(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Sort by the size of the contribution, then by name."""
    order = np.lexsort((table[name].to_numpy(dtype=object), -table["contribution"].abs().round(15)))
    return table.iloc[order].reset_index(drop=True)
