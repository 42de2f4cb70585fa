"""Who is self, who an ally and who an adversary of a document's actor on its date, from ``actors.yaml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from discourse.coding._yaml import read_yaml
from discourse.coding.codebook import FOLDER
from discourse.coding.patterns import translate

__all__ = ["Actors", "Parties", "load_actors"]

_TIE = {"actor!": str, "from": str, "to": str, "source!": str}
_PERSON = {"name!": str, "from": str, "to": str}
_SCHEMA = {
    "first_person!": [str],
    "actors!": {
        "*": {
            "names!": [str],
            "capitals": [str],
            "offices": [str],
            "leaders": [_PERSON],
            "allies": [_TIE],
            "adversaries": [_TIE],
            "source": str,
        }
    },
}


@dataclass(frozen=True)
class Parties:
    """The parties of one document.

    Parameters
    ----------
    expressions : mapping of str to str
        Regular expressions for ``self``, ``own`` (self or ally) and ``other``, to put into patterns.
    self_names, other_names, ally_names, adversary_names : re.Pattern or None
        How the parties are named, for reading context; None where none is known.
    key : tuple
        Equal for documents with the same parties.
    """

    expressions: Mapping[str, str]
    self_names: re.Pattern
    other_names: re.Pattern
    ally_names: re.Pattern | None
    adversary_names: re.Pattern | None
    key: tuple = field(default=())


@dataclass(frozen=True)
class Actors:
    """All actors with an entry, and the words of the first person."""

    first_person: tuple[str, ...]
    entries: Mapping[str, dict]

    def parties(self, actor: str, date: str) -> Parties:
        """The parties of `actor` on `date` (ISO; "" where unknown: every tie counts)."""
        return _parties(self, actor, date) if actor in self.entries else _stranger(self, actor)

    def names(self, actor: str, date: str = "") -> tuple[str, ...]:
        """Everything that `actor` is called in text, as regular expressions."""
        entry = self.entries.get(actor)
        if entry is None:
            return ()
        leaders = [leader["name"] for leader in entry.get("leaders", []) if _holds(leader, date)]
        plain = [*entry["names"], *entry.get("capitals", []), *entry.get("offices", []), *leaders]
        return tuple(translate(name, {}) for name in plain)

    def __hash__(self) -> int:
        return id(self)


@cache
def load_actors(path: Path | None = None) -> Actors:
    """Read ``actors.yaml``.

    Parameters
    ----------
    path : Path, optional
        A file of the same format; by default the shipped one.

    Returns
    -------
    Actors
        The gazetteer.

    Raises
    ------
    InputError
        If the file does not follow the format; the message has line and column.

    Examples
    --------
    >>> bool(load_actors().parties("PRK", "2024-10-01").self_names.search("the dprk has never done so"))
    True
    """
    data = read_yaml(path or FOLDER / "actors.yaml", _SCHEMA)
    return Actors(tuple(data["first_person"]), data["actors"])


def _holds(tie: Mapping[str, str], date: str) -> bool:
    """Whether a tie holds on a date; ISO dates of any precision compare as text."""
    if not date:
        return True
    return tie.get("from", "") <= date and date[: len(tie.get("to", "9"))] <= tie.get("to", "9")


def _union(expressions: tuple[str, ...]) -> str:
    return "|".join(dict.fromkeys(expressions)) or r"(?!)"


@cache
def _parties(actors: Actors, actor: str, date: str) -> Parties:
    entry = actors.entries[actor]
    ties = {
        kind: tuple(tie["actor"] for tie in entry.get(kind, []) if _holds(tie, date))
        for kind in ("allies", "adversaries")
    }
    called = {kind: tuple(name for one in ties[kind] for name in actors.names(one)) for kind in ties}
    mine = actors.names(actor, date)
    key = (actor, mine, *ties.values())
    others = tuple(name for one in actors.entries if one not in (actor, *ties["allies"]) for name in actors.names(one))
    return _build(actors, mine, called, others, key)


@cache
def _stranger(actors: Actors, actor: str) -> Parties:
    """An actor without an entry: first person and its own name, unless the name is a bare country code."""
    mine = () if re.fullmatch(r"[A-Z]{3}", actor) else (rf"\b{re.escape(actor.lower())}\b",)
    others = tuple(name for one in actors.entries for name in actors.names(one))
    return _build(actors, mine, {"allies": (), "adversaries": ()}, others, (None, mine))


def _build(actors: Actors, mine: tuple[str, ...], called: dict, others: tuple[str, ...], key: tuple) -> Parties:
    first = tuple(translate(word, {}) for word in actors.first_person)
    return Parties(
        expressions={
            "self": _union((*first, *mine)),
            "own": _union((*first, *mine, *called["allies"])),
            "other": _union((r"\b(?:they|he|she|their|his|others?|some)\b", *others)),
        },
        self_names=re.compile(_union((*first, *mine))),
        other_names=re.compile(_union((*others, *called["allies"]))),
        ally_names=re.compile(_union(called["allies"])) if called["allies"] else None,
        adversary_names=re.compile(_union(called["adversaries"])) if called["adversaries"] else None,
        key=key,
    )
