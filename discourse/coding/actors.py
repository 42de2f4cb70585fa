"""Who is self, who an ally and who an adversary of a document's actor on its date, from ``actors.yaml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from discourse.coding._yaml import read_yaml
from discourse.coding.automaton import Automaton
from discourse.coding.codebook import FOLDER
from discourse.coding.patterns import translate

__all__ = ["Actors", "Parties", "load_actors"]

_THIRD_PERSON = r"\b(?:they|he|she|their|his|others?|some)\b"
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
    actor : str
        Whose document it is.
    expressions : mapping of str to str
        Regular expressions for ``self``, ``own`` (self or ally) and ``other``, to put into patterns.
    self_words : re.Pattern
        The first person and the actor's own names.
    allies, adversaries : frozenset of str
        Actors on its side, and against it, on the document's date.
    key : tuple
        Equal for documents with the same expressions.
    """

    actor: str
    expressions: Mapping[str, str]
    self_words: re.Pattern
    allies: frozenset[str]
    adversaries: frozenset[str]
    key: tuple


@dataclass(frozen=True, eq=False)
class Actors:
    """All actors with an entry, and the words of the first person."""

    first_person: tuple[str, ...]
    entries: Mapping[str, dict]

    @cache  # noqa: B019 - one per gazetteer file, which lives as long as the process
    def parties(self, actor: str, date: str) -> Parties:
        """The parties of `actor` on `date` (ISO; "" where unknown: every tie counts)."""
        entry = self.entries.get(actor, {})
        allies, adversaries = (
            tuple(tie["actor"] for tie in entry.get(kind, []) if _holds(tie, date))
            for kind in ("allies", "adversaries")
        )
        return self._build(actor, self.names(actor, date), allies, adversaries)

    @cache  # noqa: B019
    def _build(
        self, actor: str, mine: tuple[str, ...], allies: tuple[str, ...], adversaries: tuple[str, ...]
    ) -> Parties:
        first = tuple(translate(word, {}) for word in self.first_person)
        friends = tuple(name for one in allies for name in self.names(one))
        others = tuple(name for one in self.entries if one not in (actor, *allies) for name in self.names(one))
        expressions = {
            "self": _union((*first, *mine)),
            "own": _union((*first, *mine, *friends)),
            "other": _union((_THIRD_PERSON, *others)),
        }
        key = (mine, allies)
        words = re.compile(expressions["self"])
        return Parties(actor, expressions, words, frozenset(allies), frozenset(adversaries), key)

    @cache  # noqa: B019
    def names(self, actor: str, date: str = "") -> tuple[str, ...]:
        """Everything that `actor` is called in text, as regular expressions.

        An actor without an entry is called by its own name, unless that is a bare country code.
        """
        entry = self.entries.get(actor)
        if entry is None:
            return () if re.fullmatch(r"[A-Z]{3}", actor) else (rf"\b{re.escape(actor.lower())}\b",)
        leaders = [leader["name"] for leader in entry.get("leaders", []) if _holds(leader, date)]
        plain = [*entry["names"], *entry.get("capitals", []), *entry.get("offices", []), *leaders]
        return tuple(translate(name, {}) for name in plain)

    @cached_property
    def _gazetteer(self) -> tuple[Automaton, list[tuple[str, re.Pattern]]]:
        """An automaton of all names, and for each name its actor and its expression."""
        owners = [(actor, re.compile(name)) for actor in self.entries for name in self.names(actor)]
        return Automaton([name.pattern for _, name in owners]), owners

    @lru_cache(maxsize=4096)  # noqa: B019
    def mentions(self, sentence: str) -> tuple[tuple[int, int, str], ...]:
        """Where actors with an entry are named in a clean lower-case sentence: (start, end, actor), in order."""
        automaton, owners = self._gazetteer
        named = {number for number, _ in automaton.ends(sentence)}
        found = {
            (*match.span(), owners[number][0]) for number in named for match in owners[number][1].finditer(sentence)
        }
        return tuple(sorted(found))


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
    >>> bool(load_actors().parties("PRK", "2024-10-01").self_words.search("the dprk has never done so"))
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
