"""Who spoke: the spellings of one person brought together, so that a person is one unit and not three.

"Mr. Sergey V. Lavrov", "Sergei Lavrov" and "LAVROV" are one man; George Bush and George W. Bush are two.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from discourse.errors import InputError

__all__ = ["unify_speakers"]

NEAR = 10
"""Years within which a surname alone is taken for somebody of that name."""
_TITLE = re.compile(
    "mrs?|ms|miss|dr|prof|professor|sir|lord|lady|dame|vice|president|prime|minister|king|queen|prince|princess|his|her"
    "|excellency|majesty|royal|serene|highness|honou?rable|general|jr|sr"
)
_SHORT = {"bill": "william", "joe": "joseph", "jimmy": "james", "tony": "anthony", "mike": "michael", "bob": "robert"}
_INITIAL_TELLS = frozenset({("bush", "george")})
"""Names that two persons bear who differ by a middle initial."""
_VOWELS = re.compile(r"(?<=.)[aeiouy]+")


def unify_speakers(documents: pd.DataFrame, *, aliases: Mapping[str, str] | None = None) -> pd.Series:
    """Give each document the name of its speaker in one spelling per person.

    Parameters
    ----------
    documents : DataFrame
        `actor` and `speaker`; `date`, where there is one, tells which of two namesakes a surname alone stands for.
    aliases : mapping of str to str, optional
        Names for spellings, as they stand in `speaker`, that the rules below would get wrong; used as they are.

    Returns
    -------
    Series of str
        One name per document, on the index of `documents`; missing where `speaker` is. Names are told apart within an
        actor only.

    Raises
    ------
    InputError
        If `actor` or `speaker` is missing.

    Notes
    -----
    Two spellings are one person's if they have the same parts after titles, accents, case, initials and word order are
    set aside; parts may differ in vowels ("Sergei", "Sergey") and be short forms ("Bill"). A name whose parts are some
    of another's ("William Clinton", "William Jefferson Clinton") is the same person's; a surname alone is that of the
    person of that name who spoke nearest in time, within ten years. Where two persons' names differ in an initial only
    they become one, but for George Bush and George W. Bush: look at the result, and mend it with `aliases`.

    Examples
    --------
    >>> names = ["Mr. Sergey V. Lavrov", "Sergei LAVROV", "Lavrov", "Igor S. Ivanov"]
    >>> unify_speakers(pd.DataFrame({"actor": "RUS", "speaker": names})).tolist()
    ['Sergei Lavrov', 'Sergei Lavrov', 'Sergei Lavrov', 'Igor Ivanov']
    """
    for column in ("actor", "speaker"):
        if column not in documents:
            raise InputError(f"documents: column {column!r} is missing; legal: a table with 'actor' and 'speaker'")
    given = documents["speaker"].reset_index(drop=True)
    fixed = given.map(dict(aliases or {})).to_numpy(dtype=object)
    read = given.notna() & pd.isna(fixed)
    spelt = given.where(read, "").astype("str").str.split(";").str[0].map(_shown)
    years = documents["date"].dt.year.to_numpy(float) if "date" in documents else np.full(len(documents), np.nan)
    named = np.where(pd.isna(fixed), None, fixed)
    for rows in documents.reset_index(drop=True).groupby("actor", sort=True).indices.values():
        rows = rows[(spelt.iloc[rows] != "").to_numpy()]
        named[rows] = _persons(spelt.iloc[rows].tolist(), years[rows])
    return pd.Series(named, index=documents.index, name="speaker", dtype="str")


def _shown(name: str) -> str:
    """The name without titles, initials and capitals."""
    parts = [part for part in name.replace(",", " ").replace(".", ". ").split() if not _TITLE.fullmatch(_plain(part))]
    if len(parts) > 1 and parts[0].endswith(".") and len(_plain(parts[0])) > 1:
        parts = parts[1:]
    names = [part for part in parts if len(_plain(part)) > 1]
    if tuple(sorted(map(_plain, names))) in _INITIAL_TELLS:
        names = [part if len(_plain(part)) > 1 else f"{part[0].upper()}." for part in parts]
    return " ".join(part.title() if part.isupper() and len(part) > 2 else part for part in names or parts)


def _plain(part: str) -> str:
    """Letters only, without case and accents."""
    letters = unicodedata.normalize("NFKD", part).casefold()
    return "".join(letter for letter in letters if letter.isalpha())


def _parts(name: str) -> frozenset[str]:
    """What two spellings of a name have in common."""
    parts = [_plain(part) for part in re.split(r"(?<!\b\w\.)[\s-]+", name)]
    parts = [_SHORT.get(part, part) for part in parts if part]
    return frozenset(parts) if len(parts) == 1 else frozenset(_VOWELS.sub("", part) for part in parts)


def _persons(names: list[str], years: np.ndarray) -> list[str]:
    """Return each document's speaker, all of one actor."""
    keys = [_parts(name) for name in names]
    full = sorted({key for key in keys if len(key) > 1}, key=sorted)
    roots = {key: _largest(key, full) for key in full}
    whole = [(roots[key], name, year) for key, name, year in zip(keys, names, years, strict=True) if key in roots]
    persons = [
        roots[key] if key in roots else _bearer(key, name, year, whole)
        for key, name, year in zip(keys, names, years, strict=True)
    ]
    spellings: dict[frozenset, Counter] = {}
    for person, key, name in zip(persons, keys, names, strict=True):
        spellings.setdefault(person, Counter())[name] += len(key) > 1 or person == key
    best = {person: min(seen, key=lambda name: (-seen[name], name)) for person, seen in spellings.items()}
    return [best[person] for person in persons]


def _largest(key: frozenset[str], full: list[frozenset[str]]) -> frozenset[str]:
    """Return the one fullest name that has all parts of this one; itself where there is none, or more than one."""
    above = [other for other in full if key < other]
    above = [other for other in above if not any(other < another for another in above)]
    return above[0] if len(above) == 1 else key


def _bearer(key: frozenset[str], name: str, year: float, whole: list[tuple]) -> frozenset[str]:
    """Return who is meant by a surname: the person of that name nearest in time, else nobody known."""
    (surname,) = key or {""}
    same = [(person, other) for person, spelt, other in whole if surname in {_plain(part) for part in spelt.split()}]
    if len({person for person, _ in same}) == 1 and any(np.isnan([year, *(other for _, other in same)])):
        return same[0][0]
    near = [(abs(other - year), sorted(person), person) for person, other in same if abs(other - year) <= NEAR]
    return min(near)[2] if near else frozenset({name.casefold()})
