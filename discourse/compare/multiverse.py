"""The multiverse: one contrast under every combination of declared choices, and what all of them say together."""

from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare._forks import Forks, Option, check_entries, check_forks, combinations, read_option
from discourse.compare._pair import Pair, take_pair
from discourse.compare._variants import estimate, strata, year_p, yearly_differences
from discourse.errors import InputError

__all__ = ["joint_test", "multiverse", "specifications"]

PER = 10_000
LEVEL, ALPHA = 0.95, 0.05
N_PERMUTATIONS, N_JOINT = 9_999, 1_999
STATISTICS = ("median", "share_significant", "share_same_sign")


class _Universe(NamedTuple):
    """All specifications: their names, and the documents' sentences and words in each (documents x specifications)."""

    pair: Pair
    names: pd.DataFrame
    k: np.ndarray
    words: np.ndarray
    years: np.ndarray


def specifications(forks: Forks) -> pd.DataFrame:
    """List every combination of the options of declared forks.

    Parameters
    ----------
    forks : mapping of str to mapping
        ``{fork: {option: settings}}``, see `multiverse`.

    Returns
    -------
    DataFrame
        One row per specification and one column per fork, with the names of the options. The first row takes the first
        option of each fork.

    Raises
    ------
    InputError
        If a fork has fewer than two options, a setting is unknown, or there are more than 100,000 specifications.

    Examples
    --------
    >>> years = {"all": {}, "2000s": {"years": (2000, 2009)}}
    >>> specifications({"quotes": {"own": {}, "all": {"quoted": True}}, "years": years})
      quotes  years
    0    own    all
    1    own  2000s
    2    all    all
    3    all  2000s
    """
    check_forks(forks)
    return pd.DataFrame(combinations(forks), columns=list(forks), dtype="str")


def multiverse(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    forks: Forks,
    by: str = "actor",
    *,
    target: object,
    code: str,
    reference: object | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Contrast two groups under every combination of declared choices.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, and `text` or `n_words`, and the columns that the forks ask for.
    forks : mapping of str to mapping
        ``{fork: {option: settings}}``; the first option of each fork is the analysis one would report. Settings:

        - `without_rules`, `without_cues`: lists of rules or cues left out (``*`` stands for any letters);
        - `referents`: list of those kept ("self", "other", "all");
        - `quoted`: whether spans in direct quotations count beside the actor's own;
        - `years`: the first and the last; `without_years`: list;
        - `venues`: list of those kept; `without_speakers`: list of names as `unify_speakers` gives them;
        - `repeats`: False leaves out documents that repeat another (column `duplicate_of`);
        - `factors`: {group: number}, which the sentences of the group are multiplied with, as the quotient of
          `estimate` and `naive` that `discourse.correct` finds for it.

        An option without settings, ``{}``, changes nothing. Of several forks' settings all hold.
    by : str, default "actor"
        Column of `documents` that groups.
    target : object
        The group of interest, a value of the column `by`.
    code : str
        A code, "stance", or the name of a construct for any of its codes.
    reference : object, optional
        The group it is compared with; all other documents by default.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        One row per specification: a column per fork with the option's name; `n_target`, `n_reference` (documents with
        words), `k_target`, `k_reference` (sentences, multiplied where a factor says so), `rate_target`,
        `rate_reference`, `estimate` (their difference), `low`, `high` (95 %), all per 10,000 words; `n_years` (with
        words of both groups, within a venue) and `p`. What a specification leaves too little for is missing, p also
        where it mixes venues or shares no year.

    Raises
    ------
    InputError
        If forks are wrong, a group or code is unknown, a column is missing that a setting needs, or a side has fewer
        than two documents with words before any choice.

    Notes
    -----
    The interval is that of `discourse.contrast` with its standard error in closed form; p its sign-flip permutation by
    years. Neither knows of the error in a factor. The specifications share their data: they are no independent tests,
    and the share of small p-values means nothing without `joint_test`. Declare what a reader may hold to be as good a
    choice as yours; a multiverse of bad choices hides a good one (Del Giudice and Gangestad 2021, Advances in Methods
    and Practices in Psychological Science 4, 1).

    References
    ----------
    Steegen, S., et al. (2016). Increasing transparency through a multiverse analysis. Perspectives on Psychological
    Science 11, 702-712. Simonsohn, U., Simmons, J. P., and Nelson, L. D. (2020). Specification curve analysis. Nature
    Human Behaviour 4, 1208-1214.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": list("abcd"), "actor": ["AVR", "AVR", "BEL", "BEL"], "n_words": 500,
    ...                           "date": ["2001", "2002", "2001", "2002"]})
    >>> spans = pd.DataFrame({"doc_id": list("aab"), "sentence": [0, 1, 0], "own": True, "rule": ["r", "s", "r"],
    ...                       "construct": "contested_claims", "code": "label"})
    >>> forks = {"lexicon": {"all": {}, "core": {"without_rules": ["s"]}}}
    >>> multiverse(spans, documents, forks, target="AVR", code="label")[["lexicon", "k_target", "estimate", "p"]]
      lexicon  k_target  estimate    p
    0     all       3.0      30.0  0.5
    1    core       2.0      20.0  0.5
    """
    universe = _universe(spans, documents, forks, by, (target, reference), code)
    pair, k, words = universe.pair, universe.k, universe.words
    ends = estimate(k, words, pair.target, LEVEL)
    differences = yearly_differences(k, words, pair.target, universe.years)
    p = year_p(differences, N_PERMUTATIONS, random_state)
    table = universe.names
    for name, side in (("target", pair.target), ("reference", ~pair.target)):
        table = table.assign(**{f"n_{name}": (words[side] > 0).sum(axis=0), f"k_{name}": k[side].sum(axis=0)})
    table = table.assign(rate_target=ends.target * PER, rate_reference=ends.reference * PER)
    table = table.assign(estimate=ends.difference * PER, low=ends.low * PER, high=ends.high * PER)
    table["n_years"] = (~np.isnan(differences)).sum(axis=0)
    table["p"] = np.where(_one_venue(pair.documents, words), p, np.nan)
    ordered = [column for name in ("n", "k") for column in (f"{name}_target", f"{name}_reference")]
    table = table[[*universe.names, *ordered, *table.columns.difference([*universe.names, *ordered], sort=False)]]
    table.attrs = {"measure": "multiverse", "by": by, "target": target, "reference": reference, "code": code}
    table.attrs |= {"forks": list(forks), "per": PER, "level": LEVEL}
    table.attrs |= {"n_permutations": N_PERMUTATIONS, "random_state": random_state}
    return table


def joint_test(
    spans: pd.DataFrame,
    documents: pd.DataFrame,
    forks: Forks,
    by: str = "actor",
    *,
    target: object,
    code: str,
    reference: object | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Test all specifications together against the null hypothesis that the groups do not differ.

    Parameters
    ----------
    spans, documents, forks, by, target, code, reference, random_state
        As in `multiverse`.

    Returns
    -------
    DataFrame
        Three rows: `statistic`, its value `observed`, `expected` (the median of what permutations give) and `p`:

        - "median": the median of the specifications' differences (p: how often its size is reached);
        - "share_significant": the share of specifications with p at most .05 in the direction that has more of them;
        - "share_same_sign": the share of specifications with the more frequent sign.

        ``attrs["n_specifications"]`` counts those that `multiverse` gives a p; the others are left out.

    Raises
    ------
    InputError
        As `multiverse`; and if no specification can be tested.

    Notes
    -----
    Documents exchange their groups at random within year and venue, 1,999 times, and each time every specification is
    reckoned anew; what a specification keeps and the factors stay with the document. The p of a specification is the
    rank of its mean yearly difference among the permutations (observed included), so that permuted data are judged as
    the observed are (Westfall and Young 1993, Resampling-Based Multiple Testing). One is added to both counts (Phipson
    and Smyth 2010, Statistical Applications in Genetics and Molecular Biology 9, 39): p is never 0.

    References
    ----------
    Simonsohn, U., Simmons, J. P., and Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4,
    1208-1214.

    Examples
    --------
    >>> years = [str(year) for year in range(2001, 2011)]
    >>> documents = pd.DataFrame({"doc_id": [f"{actor}{year}" for actor in "AB" for year in years],
    ...                           "actor": ["AVR"] * 10 + ["BEL"] * 10, "n_words": 500, "date": years * 2})
    >>> spans = pd.DataFrame({"doc_id": documents["doc_id"].head(10), "sentence": 0, "own": True, "rule": "r",
    ...                       "construct": "contested_claims", "code": "label"})
    >>> forks = {"years": {"all": {}, "late": {"years": (2003, 2010)}}}
    >>> table = joint_test(spans, documents, forks, target="AVR", code="label")
    >>> table[["statistic", "observed"]], bool((table["p"] < 0.05).any())
    (           statistic  observed
    0             median      20.0
    1  share_significant       1.0
    2    share_same_sign       1.0, True)
    """
    universe = _universe(spans, documents, forks, by, (target, reference), code)
    pair = universe.pair
    differences = yearly_differences(universe.k, universe.words, pair.target, universe.years)
    tested = (~np.isnan(differences)).any(axis=0) & _one_venue(pair.documents, universe.words)
    if not tested.any():
        raise InputError(
            "no specification can be tested: that takes documents of both groups in common years (column 'date') and"
            " one venue; add a fork that keeps one venue, or describe with multiverse alone"
        )
    k, words = universe.k[:, tested], universe.words[:, tested]
    drawn = _permuted(k, words, pair.target, universe.years, np.random.default_rng([random_state, len(pair.k)]))
    values = _summaries(*drawn)
    size = np.round(np.abs(values), 12)
    table = pd.DataFrame(
        {"statistic": STATISTICS, "observed": values[:, 0], "expected": np.median(size[:, 1:], axis=1)}
    )
    table["p"] = (size >= size[:, :1]).mean(axis=1)
    table.loc[0, ["observed", "expected"]] *= PER
    table.attrs = {"measure": "joint_test", "by": by, "target": target, "reference": reference, "code": code}
    table.attrs |= {"forks": list(forks), "n_specifications": int(tested.sum()), "n_untested": int((~tested).sum())}
    table.attrs |= {"per": PER, "n_permutations": N_JOINT, "random_state": random_state}
    return table


def _universe(
    spans: pd.DataFrame, documents: pd.DataFrame, forks: Forks, by: str, sides: tuple[object, object], code: str
) -> _Universe:
    """Count the sentences and words of every document in every specification."""
    names = specifications(forks)
    check_entries(forks, spans)
    pair = take_pair(_with_quoted(spans, forks), documents, by, sides, code)
    options = {
        (fork, name): read_option(settings, pair, by, f"fork {fork!r}, option {name!r}")
        for fork, some in forks.items()
        for name, settings in some.items()
    }
    chosen = [[options[pick] for pick in zip(forks, names_, strict=True)] for names_ in combinations(forks)]
    words = np.stack([pair.words * _all(option.documents for option in some) for some in chosen], axis=1).astype(float)
    k = np.stack(_counts(pair, chosen), axis=1)
    return _Universe(pair, names, np.where(words > 0, k, 0.0), words, strata(pair.documents))


def _with_quoted(spans: pd.DataFrame, forks: Mapping) -> pd.DataFrame:
    """Let direct quotations through where an option asks for them; `stated` tells them from own spans."""
    asked = any(settings.get("quoted") for options in forks.values() for settings in options.values())
    if "own" not in spans or not asked:
        return spans.assign(stated=True)
    if "quoted" not in spans:
        raise InputError("spans: column 'quoted' is missing; legal: the table that discourse.code returns")
    own = spans["own"].astype(bool)
    return spans.assign(stated=own, own=own | (spans["quoted"] == "direct"))


def _all(masks: object) -> np.ndarray:
    return reduce(np.logical_and, masks)


def _counts(pair: Pair, chosen: list[list[Option]]) -> list[np.ndarray]:
    """Sentences per document for each specification; those that keep the same spans are counted once."""
    places = pair.spans.groupby(["row", "sentence"], sort=True)
    sentence, rows = places.ngroup().to_numpy(), np.array([row for row, _ in places.groups], dtype=int)
    stated = pair.spans["stated"].to_numpy(bool)
    known: dict[bytes, np.ndarray] = {}
    counts = []
    for options in chosen:
        kept = _all(option.spans for option in options)
        if not any(option.quoted for option in options):
            kept = kept & stated
        key = np.packbits(kept).tobytes()
        if key not in known:
            found = np.unique(sentence[kept])
            known[key] = np.bincount(rows[found], minlength=len(pair.k)).astype(float)
        counts.append(reduce(np.multiply, (option.factors for option in options), known[key]))
    return counts


def _one_venue(documents: pd.DataFrame, words: np.ndarray) -> np.ndarray:
    """Which specifications keep documents of a single venue."""
    if "venue" not in documents:
        return np.ones(words.shape[1], dtype=bool)
    venues = pd.factorize(documents["venue"].astype("str").fillna(""))[0]
    kept = words > 0
    first = np.where(kept, venues[:, None], len(documents)).min(axis=0)
    return first == np.where(kept, venues[:, None], -1).max(axis=0)


def _permuted(
    k: np.ndarray, words: np.ndarray, target: np.ndarray, years: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Differences of pooled rates, and mean differences by year (1 + permutations x specifications), observed first."""
    shape = (1 + N_JOINT, k.shape[1])
    sums, totals = np.zeros((2, *shape)), np.stack([k.sum(axis=0), words.sum(axis=0)])
    yearly, shared = np.zeros((2, *shape))
    for year in np.unique(years):
        rows = years == year
        sides = np.tile(target[rows], (1 + N_JOINT, 1))
        if year >= 0:
            sides[1:] = rng.permuted(sides[1:], axis=1)
        here = np.stack([sides @ k[rows], sides @ words[rows]])
        sums += here
        rest = np.stack([k[rows].sum(axis=0), words[rows].sum(axis=0)])[:, None] - here
        both = (here[1] > 0) & (rest[1] > 0) & (year >= 0)
        yearly += np.where(both, _quotient(*here) - _quotient(*rest), 0)
        shared += both
    rest = totals[:, None] - sums
    pooled = np.where((sums[1] > 0) & (rest[1] > 0), _quotient(*sums) - _quotient(*rest), 0)
    return pooled, _quotient(yearly, shared)


def _quotient(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return above / np.where(below > 0, below, 1)


def _summaries(pooled: np.ndarray, yearly: np.ndarray) -> np.ndarray:
    """The three statistics (3 x 1 + permutations) from the differences of all specifications."""
    size = np.abs(yearly)
    size = np.round(size / np.where(size.max(axis=0) > 0, size.max(axis=0), 1), 9)
    below = np.stack([np.searchsorted(np.sort(column), column) for column in size.T], axis=1)
    significant = 1 - below / len(size) <= ALPHA
    up, down = pooled > 0, pooled < 0
    shares = [np.maximum((rows & up).mean(axis=1), (rows & down).mean(axis=1)) for rows in (significant, True)]
    return np.stack([np.median(pooled, axis=1), *shares])
