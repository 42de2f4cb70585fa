"""The fewest units whose removal changes a verdict: exact where that can be had, greedy beyond.

Units are numbers from 0 in the order of their names, so that ties are broken by name.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

__all__ = ["Found", "Side", "by_ratios", "search"]

Judge = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Takes removals (removals x units), tells which change the verdict, and how far each moves it (NaN: illegal)."""

EXACT = 3
"""Removals up to which all are tried."""
_BLOCK = 2_000


class Found(NamedTuple):
    """The units removed (None: none that are allowed change the verdict) and the number that is proven necessary."""

    units: tuple[int, ...] | None
    at_least: int


class Side(NamedTuple):
    """Units of one side, with sentences and words of each."""

    units: np.ndarray
    k: np.ndarray
    words: np.ndarray


def by_ratios(upper: Side, lower: Side, most: int) -> Found:
    """Find the fewest units without which the upper side's rate is not above the lower side's; exact for any number.

    The rates are ratios of sums over different units. For a given number of removals from each, the least and the
    greatest that a rate can become are found by Dinkelbach's algorithm (1967, Management Science 13, 492-498).
    """
    falls, rises = [_extreme(upper, 0, 1)], [_extreme(lower, 0, -1)]
    for size in range(1, most + 1):
        for side, ends, sign in ((upper, falls, 1), (lower, rises, -1)):
            if size < len(side.units):
                ends.append(_extreme(side, size, sign))
        best = None
        for taken in range(max(0, size - len(rises) + 1), min(size, len(falls) - 1) + 1):
            (k_up, n_up, chosen), (k_low, n_low, others) = falls[taken], rises[size - taken]
            if k_up * n_low <= k_low * n_up:
                gap = round(k_up / n_up - k_low / n_low, 15)
                best = min(best or (np.inf,), (gap, tuple(sorted([*chosen, *others]))))
        if best:
            return Found(best[1], size)
    return Found(None, most + 1)


def _extreme(side: Side, size: int, sign: int) -> tuple[int, int, list[int]]:
    """Sentences and words left, and units taken, where the rate is least (sign 1) or greatest (-1) without `size`."""
    k, words = int(side.k.sum()), int(side.words.sum())
    left, taken = (k, words), np.empty(0, dtype=int)
    while size:
        pull = sign * (side.k * float(left[1]) - side.words * float(left[0]))
        now = np.lexsort((side.units, -pull))[:size]
        new = k - int(side.k[now].sum()), words - int(side.words[now].sum())
        if len(taken) and sign * (new[0] * left[1] - left[0] * new[1]) >= 0:
            break
        left, taken = new, now
    return *left, side.units[taken].tolist()


def search(n_units: int, judge: Judge, *, most: int, limit: int, bound: np.ndarray | None = None) -> Found:
    """Find the fewest units whose removal changes the verdict: all up to three, one after another beyond.

    Parameters
    ----------
    n_units : int
    judge : callable
    most : int
        Units that may be removed.
    limit : int
        Removals that may be tried for one number of units; where there are more, they are not all tried.
    bound : ndarray of shape (n_units,), optional
        What each unit adds at most; removals whose sum is below 1 cannot change the verdict and are not tried.

    Returns
    -------
    Found
    """
    size = 1
    while size <= min(EXACT, most, n_units):
        tried = _blocks(n_units, size, limit, bound)
        if tried is None:
            break
        best = _best(tried, judge)
        if best is not None:
            return Found(best, size)
        size += 1
    return Found(_greedy(n_units, judge, most), size)


def _blocks(n_units: int, size: int, limit: int, bound: np.ndarray | None) -> list[np.ndarray] | None:
    """All removals of a size that may change the verdict, in blocks; None where they are too many."""
    removals = itertools.combinations(range(n_units), size) if bound is None else _promising(bound, size)
    some = list(itertools.islice(removals, limit + 1))
    if len(some) > limit:
        return None
    return [np.array(some[start : start + _BLOCK]) for start in range(0, len(some), _BLOCK)]


def _promising(bound: np.ndarray, size: int) -> Iterator[tuple[int, ...]]:
    """Removals of a size whose bounds add up to 1 or more."""
    order = np.argsort(-bound, kind="stable").tolist()
    value = bound[order].tolist()

    def extend(chosen: tuple[int, ...], start: int, total: float) -> Iterator[tuple[int, ...]]:
        missing = size - len(chosen)
        if not missing:
            yield tuple(sorted(chosen))
            return
        for place in range(start, len(order) - missing + 1):
            if total + sum(value[place : place + missing]) < 1 - 1e-9:
                return
            yield from extend((*chosen, order[place]), place + 1, total + value[place])

    return extend((), 0, 0.0)


def _best(blocks: list[np.ndarray], judge: Judge) -> tuple[int, ...] | None:
    """Return the removal that changes the verdict and moves it furthest."""
    found = []
    for block in blocks:
        changed, moved = judge(block)
        changed &= ~np.isnan(moved)
        if changed.any():
            top = np.round(np.where(changed, moved, -np.inf), 12)
            same = block[top == top.max()]
            found.append((-top.max(), min(map(tuple, same.tolist()))))
    return min(found)[1] if found else None


def _greedy(n_units: int, judge: Judge, most: int) -> tuple[int, ...] | None:
    """Remove the unit that moves the verdict furthest, until it changes; then put back what was not needed."""
    chosen: list[int] = []
    while len(chosen) < min(most, n_units):
        rest = np.setdiff1d(np.arange(n_units), chosen)
        tried = np.column_stack([np.tile(np.array(chosen, dtype=int), (len(rest), 1)), rest])
        judged = [judge(tried[start : start + _BLOCK]) for start in range(0, len(tried), _BLOCK)]
        changed, moved = (np.concatenate(part) for part in zip(*judged, strict=True))
        if np.isnan(moved).all():
            return None
        moved = np.where(np.isnan(moved), -np.inf, np.round(moved, 12))
        changed &= np.isfinite(moved)
        if changed.any():
            moved = np.where(changed, moved, -np.inf)
        chosen.append(int(rest[np.argmax(moved)]))
        if changed.any():
            return _without_needless(chosen, judge)
    return None


def _without_needless(chosen: list[int], judge: Judge) -> tuple[int, ...]:
    """Drop units, the first chosen last, as long as the verdict stays changed."""
    for unit in reversed(chosen[:-1]):
        fewer = [one for one in chosen if one != unit]
        changed, moved = judge(np.array([fewer]))
        if changed[0] and not np.isnan(moved[0]):
            chosen = fewer
    return tuple(sorted(chosen))
