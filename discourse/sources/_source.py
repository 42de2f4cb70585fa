"""What a source is, what a reader is asked for and hands back, and how the documents table is made of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from discourse.documents import check_documents
from discourse.errors import InputError

__all__ = ["Reading", "Source", "documents_of"]

COLUMNS = ("doc_id", "actor", "date", "date_precision", "venue", "text", "speaker", "title", "source", "url", "licence")


@dataclass(frozen=True)
class Source:
    """A publisher's collection of statements: how it is called, found, cited and read.

    Attributes
    ----------
    name, title : str
        The name in `load_source`, and the collection's own.
    citation, licence : str
        How to cite it, and under which terms its texts stand.
    location : str
        Where the publisher has it (a DOI or a repository).
    files : tuple of str
        Shell patterns of the file or folder in the data folder; of several matches the last by name is read.
    venues : tuple of str
        The values of `venue` that its documents have.
    read : callable
        Reads the path found into a `Reading`.
    """

    name: str
    title: str
    citation: str
    licence: str
    location: str
    files: tuple[str, ...]
    venues: tuple[str, ...]
    read: Callable[[Path, "Reading"], None] = field(repr=False)


@dataclass
class Reading:
    """One pass over a source: what is wanted, the documents found, and the ledger of what was left out.

    Attributes
    ----------
    actors : collection of str or None
        The actors wanted; None for all.
    years : tuple of (int, int) or None
        First and last year wanted, both included; None for all.
    rows : list of dict
        The documents, one dict a row, as the reader adds them.
    ledger : Counter
        How many items were left out, by (item, reason).
    seen_actors, seen_years : set
        All that the source has, wanted or not.
    """

    actors: frozenset[str] | None = None
    years: tuple[int, int] | None = None
    rows: list[dict] = field(default_factory=list)
    ledger: Counter = field(default_factory=Counter)
    seen_actors: set[str] = field(default_factory=set)
    seen_years: set[int] = field(default_factory=set)

    def wants(self, actor: str, year: int) -> bool:
        """Say whether a statement is wanted, and remember that the source has this actor and year."""
        self.seen_actors.add(actor)
        self.seen_years.add(year)
        return (self.actors is None or actor in self.actors) and (
            self.years is None or self.years[0] <= year <= self.years[1]
        )

    def drop(self, item: str, reason: str, n: int = 1) -> None:
        """Note in the ledger what is left out, and why."""
        self.ledger[item, reason] += n


def documents_of(reading: Reading, source: Source) -> pd.DataFrame:
    """Make the documents table of what was read, sorted by `doc_id`.

    Parameters
    ----------
    reading : Reading
        What the source's reader filled.
    source : Source
        Whose name and licence the documents carry.

    Returns
    -------
    DataFrame
        Documents; `attrs` holds source, citation, licence, actors, years and the ledger.

    Raises
    ------
    InputError
        If an actor or year was asked for that the source does not have.
    """
    _refuse_unknown(reading, source)
    rows = sorted(reading.rows, key=lambda row: row["doc_id"])
    extra = [name for name in dict.fromkeys(key for row in rows for key in row) if name not in COLUMNS]
    columns = {name: [row.get(name) for row in rows] for name in (*COLUMNS, *extra)}
    columns |= {"source": source.name, "licence": source.licence}
    documents = check_documents(pd.DataFrame(columns), where=source.name)
    optional = [name for name in ("speaker", "title", "url") if documents[name].isna().all()]
    documents = documents.drop(columns=optional)
    documents.attrs = {
        "source": source.name,
        "citation": source.citation,
        "licence": source.licence,
        "actors": None if reading.actors is None else sorted(reading.actors),
        "years": None if reading.years is None else list(reading.years),
        "ledger": [
            {"source": source.name, "item": item, "reason": reason, "n": n}
            for (item, reason), n in sorted(reading.ledger.items())
        ],
    }
    return documents


def _refuse_unknown(reading: Reading, source: Source) -> None:
    """Refuse actors and years that the source does not have."""
    unknown = sorted((reading.actors or frozenset()) - reading.seen_actors)
    if unknown:
        legal = ", ".join(sorted(reading.seen_actors))
        raise InputError(f"{source.name} has no actor {', '.join(map(repr, unknown))}; legal: {legal}")
    if reading.years is None or not reading.seen_years:
        return
    first, last = reading.years
    inside = any(first <= year <= last for year in reading.seen_years)
    if not inside or first < min(reading.seen_years) or last > max(reading.seen_years):
        raise InputError(f"{source.name} does not have the years {first}-{last}; legal: {_spans(reading.seen_years)}")


def _spans(years: Iterable[int]) -> str:
    """Write years as runs, '1999-2003, 2005'."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
