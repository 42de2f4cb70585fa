"""The publishers' collections: where each is, how it is read, how it is cited. One module per publisher.

`load_source` reads one into a documents table; `SOURCES` describes them all; `inclusion_ledger` says what was left out.
Nothing is fetched and nothing is written: files are looked for in a data folder.
"""

import operator
from pathlib import Path

import pandas as pd

from discourse.errors import InputError, one_of
from discourse.sources import kcna, kremlin, state_department, un_general_debate, white_house
from discourse.sources._archive import data_folder, find
from discourse.sources._source import Reading, Source, documents_of

__all__ = ["SOURCES", "Source", "inclusion_ledger", "load_source"]

_MODULES = (un_general_debate, kcna, kremlin, white_house, state_department)
SOURCES = {module.SOURCE.name: module.SOURCE for module in _MODULES}


def load_source(
    name: str,
    *,
    actors: list[str] | None = None,
    years: tuple[int, int] | None = None,
    data_home: str | Path | None = None,
) -> pd.DataFrame:
    """Read a publisher's collection, as published, into a documents table.

    Parameters
    ----------
    name : str
        A name in `SOURCES`.
    actors : list of str, default all
        Actors wanted (ISO 3166-1 alpha-3, with SUN for the USSR up to 1991 and EUE for the EU's delegation).
    years : tuple of (first, last), default all
        Years wanted, both ends included.
    data_home : str or Path, default the environment variable DISCOURSE_DATA, else the user's data folder
        The folder that holds the publisher's archive (.tar.xz, .tar.gz, .tgz, .zip) or what was unpacked from it.

    Returns
    -------
    DataFrame
        Documents sorted by `doc_id`: `doc_id`, `actor`, `date`, `date_precision`, `venue`, `text`, `source`, `licence`
        and, where the source has them, `speaker`, `title`, `url` and columns of its own. `attrs` holds the citation,
        the selection, the name of the file read, and the ledger of what was left out (`inclusion_ledger`).

    Raises
    ------
    InputError
        If the source is unknown, its file is not there, damaged or cut short, or it has no such actor or year.

    Examples
    --------
    >>> load_source("league_of_nations")
    Traceback (most recent call last):
    discourse.errors.InputError: the name of a source is 'league_of_nations'; legal: ...
    """
    one_of(name, SOURCES, "the name of a source")
    if isinstance(actors, str):
        raise InputError(f"actors is {actors!r}; legal: a list of names, such as [{actors!r}]")
    if years is not None:
        _check_years(years)
    source = SOURCES[name]
    path = find(data_folder(data_home), source.files, source.location)
    reading = Reading(None if actors is None else frozenset(actors), None if years is None else tuple(years))
    source.read(path, reading)
    documents = documents_of(reading, source)
    documents.attrs["file"] = path.name
    return documents


def _check_years(years: object) -> None:
    try:
        first, last = map(operator.index, years)
    except (TypeError, ValueError):
        first, last = 1, 0
    if first > last:
        raise InputError(f"years is {years!r}; legal: a pair (first, last) of whole numbers")


def inclusion_ledger(documents: pd.DataFrame) -> pd.DataFrame:
    """Say what a source holds that is not among the documents, and why.

    Parameters
    ----------
    documents : DataFrame
        What `load_source` returned.

    Returns
    -------
    DataFrame
        `source`, `item`, `reason`, `n`; without rows where nothing was left out.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a"]})
    >>> documents.attrs["ledger"] = [{"source": "kcna", "item": "story", "reason": "without text", "n": 2}]
    >>> inclusion_ledger(documents)
      source   item        reason  n
    0   kcna  story  without text  2
    """
    return pd.DataFrame(documents.attrs.get("ledger", []), columns=["source", "item", "reason", "n"])
