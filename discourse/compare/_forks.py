"""Declared forks: what each option of an analysis keeps, of the documents and of the spans."""

import itertools
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare._pair import Pair
from discourse.compare.speakers import unify_speakers
from discourse.errors import InputError, one_of

__all__ = ["COLUMNS", "SETTINGS", "Forks", "Option", "check_entries", "check_forks", "combinations", "read_option"]

Forks = Mapping[str, Mapping[str, Mapping[str, object]]]

SETTINGS = (
    "without_rules",
    "without_cues",
    "referents",
    "quoted",
    "years",
    "without_years",
    "venues",
    "without_speakers",
    "repeats",
    "factors",
)
COLUMNS = (
    "n_target",
    "n_reference",
    "k_target",
    "k_reference",
    "rate_target",
    "rate_reference",
    "estimate",
    "low",
    "high",
    "n_years",
    "p",
)
MOST = 100_000


class Option(NamedTuple):
    """What an option keeps: `documents` and `spans` (masks), whether quotations count, and a factor per document."""

    documents: np.ndarray
    spans: np.ndarray
    quoted: bool
    factors: np.ndarray


def check_forks(forks: Forks) -> None:
    """Refuse forks that are none, and options with settings that nobody knows."""
    legal = "legal: {fork: {option: {setting: value}}}, as {'quotes': {'own': {}, 'all': {'quoted': True}}}"
    if not isinstance(forks, Mapping) or not forks:
        raise InputError(f"forks is {type(forks).__name__}, or empty; {legal}")
    for fork, options in forks.items():
        if not isinstance(options, Mapping) or len(options) < 2:
            raise InputError(f"fork {fork!r} needs two options or more; {legal}")
        if fork in COLUMNS:
            raise InputError(f"fork {fork!r} is called like a column of the result; give it another name")
        for name, option in options.items():
            if not isinstance(option, Mapping):
                raise InputError(f"fork {fork!r}, option {name!r} is a {type(option).__name__}; {legal}")
            for setting in option:
                one_of(setting, SETTINGS, f"fork {fork!r}, option {name!r}: setting")
    size = np.prod([float(len(options)) for options in forks.values()])
    if size > MOST:
        raise InputError(f"forks make {size:.0f} specifications; legal: at most {MOST}, so declare fewer options")


def combinations(forks: Forks) -> list[tuple[str, ...]]:
    """All combinations of option names, one per fork, the last fork changing fastest."""
    return list(itertools.product(*forks.values()))


def read_option(option: Mapping[str, object], pair: Pair, by: str, where: str) -> Option:
    """Work out what an option keeps of a pair's documents and spans."""
    kept = Option(np.ones(len(pair.k), bool), np.ones(len(pair.spans), bool), False, np.ones(len(pair.k)))
    for setting, value in option.items():
        place = f"{where}: {setting}"
        if setting in ("quoted", "repeats"):
            one_of(value, (True, False), place)
        if setting == "quoted":
            kept = kept._replace(quoted=bool(value))
        elif setting == "factors":
            kept = kept._replace(factors=_factors(value, pair, by, place))
        elif setting in ("without_rules", "without_cues", "referents"):
            kept = kept._replace(spans=kept.spans & _spans(setting, _list(value, place), pair, place))
        else:
            kept = kept._replace(documents=kept.documents & _documents(setting, value, pair, place))
    return kept


def _spans(setting: str, value: list, pair: Pair, place: str) -> np.ndarray:
    """Which spans a setting keeps."""
    column = {"without_rules": "rule", "without_cues": "cue", "referents": "referent"}[setting]
    if column not in pair.spans:
        raise InputError(f"{place}: spans have no column {column!r}; legal: the table that discourse.code returns")
    given = pair.spans[column]
    if setting == "referents":
        for referent in value:
            one_of(referent, ("self", "other", "all"), place)
        return given.isin(value).to_numpy()
    return ~_matching(given, value, column).any(axis=1)


def check_entries(forks: Forks, spans: pd.DataFrame) -> None:
    """Refuse rules and cues to be left out that no span has: a slip of the pen would leave nothing out, unnoticed."""
    for fork, options in forks.items():
        for name, settings in options.items():
            for setting, column in (("without_rules", "rule"), ("without_cues", "cue")):
                if setting in settings and column in spans:
                    place = f"fork {fork!r}, option {name!r}: {setting}"
                    value = _list(settings[setting], place)
                    found = _matching(spans[column], value, column).any(axis=0)
                    for one in itertools.compress(value, ~found):
                        raise InputError(
                            f"{place}: no span has {column} {one!r}; legal: a {column} of spans, or with *"
                        )


def _matching(given: pd.Series, patterns: list, column: str) -> np.ndarray:
    """Which rules or cues match which patterns (spans x patterns)."""
    if column == "cue":
        given, patterns = given.str.casefold(), [str(one).casefold() for one in patterns]
    numbers, names = pd.factorize(given)
    matched = np.array([[fnmatchcase(str(name), str(one)) for one in patterns] for name in names], dtype=bool)
    return matched.reshape(len(names), len(patterns))[numbers]


def _documents(setting: str, value: object, pair: Pair, place: str) -> np.ndarray:
    """Which documents a setting keeps."""
    documents = pair.documents
    column = {"years": "date", "without_years": "date", "venues": "venue", "without_speakers": "speaker"}
    column = column.get(setting, "duplicate_of")
    if column not in documents:
        raise InputError(f"{place}: documents have no column {column!r}; give them one, or leave this option out")
    if setting == "repeats":
        return np.full(len(documents), bool(value)) | documents[column].isna().to_numpy()
    value = _list(value, place)
    if setting == "years":
        if len(value) != 2 or value[0] > value[1]:
            raise InputError(f"{place} is {value!r}; legal: the first and the last year, as (1991, 2023)")
        return documents[column].dt.year.between(*value).to_numpy()
    if setting == "without_years":
        return ~documents[column].dt.year.isin(value).to_numpy()
    known = documents[column] if setting == "venues" else unify_speakers(documents)
    for name in value:
        one_of(name, sorted(known.dropna().unique()), place)
    inside = known.isin(value).to_numpy()
    return inside if setting == "venues" else ~inside


def _factors(value: object, pair: Pair, by: str, place: str) -> np.ndarray:
    """What to multiply the sentences of each document with."""
    if not isinstance(value, Mapping):
        raise InputError(f"{place} is a {type(value).__name__}; legal: a number for each group, as {{'PRK': 1.1}}")
    for group, factor in value.items():
        one_of(group, sorted(pair.documents[by].unique()), place)
        if not 0 <= factor < np.inf:
            raise InputError(f"{place}: {factor!r} for {group!r}; legal: a number from 0")
    return pair.documents[by].map(dict(value)).fillna(1.0).to_numpy(float)


def _list(value: object, place: str) -> list:
    if isinstance(value, str) or not isinstance(value, (list, tuple, set, frozenset, np.ndarray, pd.Index)):
        raise InputError(f"{place} is {value!r}; legal: a list")
    return sorted(value) if isinstance(value, (set, frozenset)) else list(value)
