"""Which documents stand on which side of a comparison of counts."""

import numpy as np
import pandas as pd

from discourse.counts import TermCounts, group_column
from discourse.errors import InputError, one_of

__all__ = ["check_counts", "check_draws", "group_names", "in_group", "side_masks", "sides"]


def check_counts(counts: TermCounts) -> None:
    """Refuse what is no table of counts, and documents without a word."""
    if not isinstance(counts, TermCounts):
        raise InputError(
            f"counts is a {type(counts).__name__}; make it with discourse.count_terms(documents) or"
            " discourse.TermCounts.from_table(frame, documents)"
        )
    empty = counts.documents["n_words"].to_numpy() == 0
    if empty.any():
        name = counts.documents["doc_id"].tolist()[int(np.argmax(empty))]
        raise InputError(
            f"document {name!r} has no words, so it has no rate; leave out such documents with"
            ' counts.select(documents=counts.documents["n_words"] > 0)'
        )


def check_draws(n_draws: int) -> None:
    """Refuse too few draws for a p-value or an interval."""
    if not isinstance(n_draws, (int, np.integer)) or n_draws < 100:
        raise InputError(f"n_draws is {n_draws!r}; legal: a whole number from 100")


def group_names(documents: pd.DataFrame, by: str) -> list[object]:
    """Return the groups of a column, refusing a single one."""
    names = sorted(group_column(documents, by).unique().tolist())
    if len(names) < 2:
        raise InputError(
            f"documents: {by!r} has {len(names)} group{'' if names else 's'} ({', '.join(map(str, names))});"
            " a comparison needs two, so pass documents of both sides together"
        )
    return names


def in_group(documents: pd.DataFrame, by: str, name: object, least: int) -> np.ndarray:
    """Return which documents belong to a group, refusing one with fewer than `least`."""
    inside = (documents[by] == name).to_numpy(dtype=bool)
    _check_size(inside, f"{by} {name!r}", least)
    return inside


def side_masks(
    documents: pd.DataFrame, by: str, target: object, reference: object | None, *, least: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return which documents belong to the target and which to the reference (None: all others)."""
    names = group_names(documents, by)
    one_of(target, names, "target")
    if reference is None:
        inside = in_group(documents, by, target, least)
        _check_size(~inside, f"all but {by} {target!r}", least)
        return inside, ~inside
    one_of(reference, names, "reference")
    if reference == target:
        raise InputError(
            f"reference is {reference!r}, which is the target; legal: another group, or None for all others"
        )
    return in_group(documents, by, target, least), in_group(documents, by, reference, least)


def sides(
    counts: TermCounts, by: str, target: object, reference: object | None, *, least: int = 2
) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows of counts belong to the target and which to the reference, after checking the counts."""
    check_counts(counts)
    return side_masks(counts.documents, by, target, reference, least=least)


def _check_size(inside: np.ndarray, what: str, least: int) -> None:
    """Refuse a side with fewer than `least` documents."""
    if inside.sum() < least:
        raise InputError(
            f"{what} has {int(inside.sum())} document; at least {least} are needed, for differences are judged by how"
            " much documents of one side differ: cut the text into statements, or compare larger groups"
        )
