"""Keyness among several groups: first whether they differ at all in a term, then which of them do."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse
from statsmodels.stats.multitest import multipletests

from discourse.compare._redraw import Units, group_g2, omnibus_p
from discourse.compare._sides import check_counts, group_names, in_group
from discourse.compare._term_contrast import Settings, adjust, compare_sides, generator, in_order
from discourse.counts import TermCounts
from discourse.errors import InputError, one_of

__all__ = ["keyness_groups"]


def keyness_groups(
    counts: TermCounts,
    *,
    groups: list[object] | None = None,
    by: str = "actor",
    correction: str = "none",
    prior: str | float = "informative",
    n_draws: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare how often several groups of documents use each term: an omnibus test, then every pair.

    Parameters
    ----------
    counts : TermCounts
        Counts of the documents of all groups; two documents in each at least.
    groups : list, optional
        Values of the column `by`, two or more; all of them by default.
    by, correction, prior, n_draws, random_state
        As in `keyness`.

    Returns
    -------
    DataFrame
        One row per term and pair of groups that uses it, most telling terms (highest `g2_omnibus`) first: `target`,
        `reference`, `g2_omnibus` (log-likelihood ratio of all groups, one cell each; for ranking), `p_omnibus`
        (permutation of documents over the groups), `p_omnibus_adjusted` (Benjamini-Hochberg over terms), then the
        columns of `keyness`. `p_adjusted` and `p_holm` are corrected over all terms and pairs, and never below the
        omnibus test's: a pair differs only where the groups do.

    Raises
    ------
    InputError
        If a group is unknown, there is one group only, a group has fewer than two documents, or a document no words.

    References
    ----------
    Rayson, P., & Garside, R. (2000), Workshop on Comparing Corpora, 1-6 (several corpora); Holm, S. (1979),
    Scandinavian Journal of Statistics 6, 65-70; otherwise as `keyness`.

    Examples
    --------
    >>> frame = pd.DataFrame({"war": [9, 7, 1, 0, 5, 5], "peace": [1, 3, 9, 10, 5, 5]})
    >>> documents = pd.DataFrame({"doc_id": list("abcdef"), "actor": ["PRK", "PRK", "USA", "USA", "RUS", "RUS"]})
    >>> table = keyness_groups(TermCounts.from_table(frame, documents))
    >>> table[["term", "target", "reference", "g2_omnibus", "log_ratio"]].round(2).head(3)
      term target reference  g2_omnibus  log_ratio
    0  war    PRK       RUS       16.12       0.68
    1  war    PRK       USA       16.12       4.00
    2  war    RUS       USA       16.12       3.32
    """
    settings = Settings(correction, prior, n_draws, random_state)
    settings.check()
    check_counts(counts)
    names = _choose(group_names(counts.documents, by), groups)
    members = [in_group(counts.documents, by, name, 2) for name in names]
    omnibus = _compare_all(counts, members, settings)
    pairs = []
    for first, second in combinations(range(len(names)), 2):
        table = compare_sides(counts, members[first], members[second], settings)
        pairs.append(table.assign(target=names[first], reference=names[second]))
    table = omnibus.merge(adjust(pd.concat(pairs, ignore_index=True)), on="term")
    table["p_adjusted"] = np.maximum(table["p_adjusted"], table["p_omnibus_adjusted"])
    table["p_holm"] = np.maximum(table["p_holm"], table.pop("p_omnibus_holm"))
    table.insert(1, "target", table.pop("target"))
    table.insert(2, "reference", table.pop("reference"))
    order = ["g2_omnibus", "term", "target", "reference"]
    table = table.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    table.attrs = {"by": by, "groups": names, **settings._asdict()}
    table.attrs |= {name: pairs[0].attrs[name] for name in ("level", "per", "inference")}
    table.attrs["for_ranking"] = ["g2_omnibus", *pairs[0].attrs["for_ranking"]]
    table.attrs["inference"] = ["p_omnibus", "p_omnibus_adjusted", *table.attrs["inference"]]
    return table


def _choose(names: list[object], groups: list[object] | None) -> list[object]:
    """Return the groups to compare, sorted."""
    if groups is None:
        return names
    for group in groups:
        one_of(group, names, "groups")
    chosen = sorted(set(groups))
    if len(chosen) < 2:
        raise InputError(
            f"groups has {len(chosen)} group; a comparison needs two or more of {', '.join(map(str, names))}"
        )
    return chosen


def _compare_all(counts: TermCounts, members: list[np.ndarray], settings: Settings) -> pd.DataFrame:
    """Test each term for differences among all groups."""
    chosen, order = in_order(counts, np.any(members, axis=0))
    groups = np.argmax(np.stack(members)[:, order], axis=0)
    units = Units(sparse.csr_array(chosen.matrix.T), chosen.exposure, chosen.spans)
    p = omnibus_p(units, groups, settings.n_draws, generator(settings, 3))
    return pd.DataFrame(
        {
            "term": chosen.terms,
            "g2_omnibus": group_g2(units, groups),
            "p_omnibus": p,
            "p_omnibus_adjusted": multipletests(p, method="fdr_bh")[1],
            "p_omnibus_holm": multipletests(p, method="holm")[1],
        }
    )
