"""Fragility: the fewest documents, speakers, rules or cues without which a contrast would read differently."""

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare._fewest import Found, Side, by_ratios, search
from discourse.compare._pair import Pair, Units, make_units, take_pair
from discourse.compare._variants import estimate, strata, year_p, yearly_differences
from discourse.errors import InputError, one_of

__all__ = ["fragility"]

RESULTS = ("sign", "interval", "p")
PER = 10_000
LEVEL = 0.95
ALPHA = 0.05
MOST = 50
"""Units that may be removed."""
N_PERMUTATIONS, SEED = 9_999, 0
_CELLS, _PERMUTED = 200_000_000, 600_000_000
"""Documents x removals, and permutations x removals, that the exact search may go through for one number of them."""


def fragility(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    by: str = "actor",
    *,
    target: object,
    code: str,
    reference: object | None = None,
    unit: str = "document",
    result: str = "sign",
) -> pd.DataFrame:
    """Find the fewest units whose removal flips the sign or the significance of a contrast.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned; only rows with `own` count.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`; `speaker` where speakers are removed,
        `date` for "p".
    by : str, default "actor"
        Column of `documents` that groups.
    target : object
        The group of interest, a value of the column `by`.
    code : str
        A code, "stance", or the name of a construct for any of its codes.
    reference : object, optional
        The group it is compared with; all other documents by default.
    unit : {"document", "speaker", "rule", "cue"}, default "document"
        What is removed. Spellings of one speaker are brought together by `unify_speakers`; cues are casefolded.
    result : {"sign", "interval", "p"}, default "sign"
        What is to flip: the sign of the difference in rates (no difference counts as flipped); whether, and on which
        side, its interval leaves out 0; or whether p is at most .05.

    Returns
    -------
    DataFrame
        One row: `target`, `reference`, `code`, `unit`, `result`; `n_units`, how many there are;
        `n_removed`, the fewest that were found to flip the result (missing where 50 are not enough or nothing
        would be left), and `removed`, their names, joined by " | "; `at_least`, the number below which nothing flips
        it, and `exact`, whether that is what was found; `estimate`, `low`, `high` (difference in rates per 10,000
        words) and `p` with all units, and the same without those removed: `estimate_without` and so on. p is missing
        where `discourse.contrast` tests no difference between years.

    Raises
    ------
    InputError
        If a column, group, code or unit is unknown, a side has fewer than two documents with words, there is no
        difference whose sign could flip, or no p that could.

    Notes
    -----
    *Sign by documents or speakers* is exact for any number: each side's rate is a ratio of sums over units of its own,
    whose extreme values after so many removals Dinkelbach's algorithm finds. All else is exact up to three removals,
    where those are not too many to be tried (`at_least` says how far the search went), by bounding what rules and cues
    can move the sign; beyond, the unit that moves the result furthest is removed first, then the next, and those that
    turn out needless are put back: fewer might do.

    Of removals of the same number, the one that moves the result furthest is named. "interval" and "p" keep two
    documents on each side. The interval is that of `discourse.contrast` with its standard error in closed form, p its
    sign-flip permutation by years, with its default settings. Removing rules or cues leaves the words where they are.

    Fragility tells where a result comes from. It is no test: the fewest removals are few in small corpora.

    References
    ----------
    Walsh, M., et al. (2014). The statistical significance of randomized controlled trial results is frequently fragile.
    Journal of Clinical Epidemiology 67, 622-628. Broderick, T., Giordano, R., and Meager, R. (2020). An automatic
    finite-sample robustness metric: when can dropping a little data make a big difference? arXiv 2011.14999.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcdef"), "actor": ["AVR"] * 3 + ["BEL"] * 3, "n_words": 500})
    >>> spans = pd.DataFrame({"doc_id": list("aaaadef"), "sentence": [0, 1, 2, 3, 0, 0, 0], "own": True,
    ...                       "construct": "contested_claims", "code": "label"})
    >>> table = fragility(spans, documents, target="AVR", code="label")
    >>> table[["n_removed", "removed", "exact"]]
       n_removed removed  exact
    0          1       a   True
    """
    one_of(result, RESULTS, "result")
    pair = take_pair(spans, documents, by, (target, reference), code)
    units = make_units(pair, unit)
    judge = _Judge(pair, units, result)
    found = _find(judge)
    row = {"target": target, "reference": "all others" if reference is None else reference}
    row |= {"code": code, "unit": unit, "result": result, "n_units": len(units.names)}
    row |= {"n_removed": len(found.units) if found.units else None}
    row |= {"removed": " | ".join(units.names[one] for one in found.units or ()), "at_least": found.at_least}
    row |= {"exact": found.units is not None and len(found.units) == found.at_least}
    row |= judge.describe(()) | {f"{name}_without": value for name, value in judge.describe(found.units).items()}
    table = pd.DataFrame([row]).astype({"n_removed": "Int64"})
    table.attrs = {"measure": "fragility", "by": by, "per": PER, "level": LEVEL, "most": MOST}
    table.attrs |= {"n_permutations": N_PERMUTATIONS, "random_state": SEED}
    return table


class _Judge:
    """Tells what a contrast reads like without some units."""

    def __init__(self, pair: Pair, units: Units, result: str) -> None:
        self.pair, self.units, self.result = pair, units, result
        self.searched = _summed(pair, units) if result == "sign" and units.of_document is None else (pair, units)
        self.years = strata(pair.documents)
        self.tested = _comparable(pair.documents, pair.target)
        self.before = self.describe(())
        self.verdict = 1
        if result == "sign":
            self.verdict = int(np.sign(self.before["estimate"]))
            if not self.verdict:
                raise InputError("the two rates are equal, so there is no sign to flip; use result='interval'")
        elif result == "interval":
            self.verdict = int(self.before["low"] > 0) - int(self.before["high"] < 0)
        elif np.isnan(self.before["p"]):
            raise InputError(
                "there is no p to flip: it takes documents of both groups in common years (column 'date') and one"
                " venue; use result='interval' or result='sign'"
            )
        else:
            self.verdict = int(self.before["p"] <= ALPHA)

    def __call__(self, removals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which removals flip the result, and how far each moves it; NaN where too little would be left."""
        pair, units = self.searched
        k, words = _remaining(pair, units, removals)
        least = 1 if self.result == "sign" else 2
        legal = np.minimum((words[pair.target] > 0).sum(axis=0), (words[~pair.target] > 0).sum(axis=0)) >= least
        flipped, moved = {"sign": self._sign, "interval": self._interval, "p": self._p}[self.result](k, words)
        return flipped, np.where(legal, moved, np.nan)

    def _sign(self, k: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        target = self.searched[0].target
        sides = (target, ~target)
        here, there = ((k[side].sum(axis=0), words[side].sum(axis=0)) for side in sides)
        with np.errstate(divide="ignore", invalid="ignore"):
            moved = -self.verdict * (here[0] / here[1] - there[0] / there[1])
        return self.verdict * (here[0] * there[1] - there[0] * here[1]) <= 0, moved

    def _interval(self, k: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ends = estimate(k, words, self.pair.target, LEVEL)
        if not self.verdict:
            moved = np.fmax(ends.low, -ends.high)
            return moved > 0, moved
        moved = -ends.low if self.verdict > 0 else ends.high
        return moved >= 0, moved

    def _p(self, k: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        differences = yearly_differences(k, words, self.pair.target, self.years)
        p = year_p(differences, N_PERMUTATIONS, SEED)
        spread = np.sqrt(np.nansum(differences**2, axis=0))
        moved = np.abs(np.nansum(differences, axis=0)) / np.where(spread > 0, spread, 1)
        significant = p <= ALPHA
        return significant != bool(self.verdict), np.where(np.isnan(p), np.nan, -moved if self.verdict else moved)

    def describe(self, removed: tuple[int, ...] | None) -> dict[str, float]:
        """Estimate, interval and p without some units; all missing where there are none to be removed."""
        if removed is None:
            return dict.fromkeys(("estimate", "low", "high", "p"), np.nan)
        k, words = _remaining(self.pair, self.units, np.array([removed], dtype=int))
        ends = estimate(k, words, self.pair.target, LEVEL)
        p = [np.nan]
        if self.tested:
            differences = yearly_differences(k, words, self.pair.target, self.years)
            p = year_p(differences, N_PERMUTATIONS, SEED)
        values = (ends.difference[0] * PER, ends.low[0] * PER, ends.high[0] * PER, p[0])
        return dict(zip(("estimate", "low", "high", "p"), map(float, values), strict=True))

    def limit(self) -> int:
        """Removals that may be tried for one number of them."""
        most = _CELLS // len(self.searched[0].k)
        return min(most, _PERMUTED // N_PERMUTATIONS) if self.result == "p" else most


def _remaining(pair: Pair, units: Units, removals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sentences and words of each document (documents x removals)."""
    shape = (len(pair.k), len(removals))
    k = np.broadcast_to(pair.k[:, None].astype(float), shape)
    words = np.broadcast_to(pair.words[:, None].astype(float), shape)
    if units.of_document is None:
        left = np.repeat(units.found.sum(axis=1, dtype=np.int16)[:, None], len(removals), axis=1)
        for unit in removals.T:
            left -= units.found[:, unit]
        return k - units.sentences @ (left == 0).astype(float), words
    gone = np.zeros(shape, dtype=bool)
    for unit in removals.T:
        gone |= units.of_document[:, None] == unit
    return np.where(gone, 0, k), np.where(gone, 0, words)


def _summed(pair: Pair, units: Units) -> tuple[Pair, Units]:
    """The pair with all documents of a side taken for one, which is all that its sign depends on."""
    sides = np.stack([pair.target, ~pair.target]).astype(np.int64)
    one = pair._replace(k=sides @ pair.k, words=sides @ pair.words, target=np.array([True, False]))
    return one, units._replace(sentences=sparse.csr_array(sides @ units.sentences))


def _comparable(documents: pd.DataFrame, target: np.ndarray) -> bool:
    """Whether `discourse.contrast` tests the two sides by years: one venue, the same for both, and common years."""
    if "date" not in documents:
        return False
    if "venue" in documents and len(set(documents["venue"].astype("str").fillna(""))) > 1:
        return False
    years = documents["date"].dt.year
    return bool(set(years[target].dropna()) & set(years[~target].dropna()))


def _find(judge: _Judge) -> Found:
    """Look for the fewest units in the way that fits them."""
    pair, units = judge.pair, judge.units
    bound = None
    if judge.result == "sign" and units.of_document is not None:
        sides = [_side(pair, units, side) for side in (pair.target, ~pair.target)]
        if not set(sides[0].units) & set(sides[1].units):
            return by_ratios(*sides[:: judge.verdict], MOST)
    elif judge.result == "sign":
        bound = _bound(pair, units, judge.verdict) / abs(judge.before["estimate"] / PER)
    return search(len(units.names), judge, most=MOST, limit=judge.limit(), bound=bound)


def _side(pair: Pair, units: Units, side: np.ndarray) -> Side:
    """Sentences and words of the units that have documents on a side."""
    numbers, place = np.unique(units.of_document[side], return_inverse=True)
    k, words = np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.int64)
    np.add.at(k, place, pair.k[side])
    np.add.at(words, place, pair.words[side])
    return Side(numbers, k, words)


def _bound(pair: Pair, units: Units, verdict: int) -> np.ndarray:
    """What each entry adds to the difference at most: all it found above, less what it alone found below."""
    upper = pair.target if verdict > 0 else ~pair.target
    here, there = (side.astype(float) @ units.sentences / pair.words[side].sum() for side in (upper, ~upper))
    alone = units.found * (units.found.sum(axis=1) == 1)[:, None]
    return here @ units.found - there @ alone
