"""Codebooks as data: what a code means, the rules that find it, and examples that are run as tests.

A codebook is one YAML file for one construct. Adding a code or a rule needs no Python; `load_codebook` checks the
file and names line and column of a mistake.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path

from discourse.coding._yaml import read_yaml
from discourse.coding.patterns import PARTIES, Pattern, translate
from discourse.errors import InputError

__all__ = ["Code", "Codebook", "Example", "Rule", "default_codebooks", "load_codebook"]

FOLDER = Path(__file__).parent.parent / "codebooks"
_TREATMENT = {"keep", "drop"}
_EXAMPLE = (str, {"actor!": str, "text!": str})
_RULE = {
    "id!": str,
    "any!": [str],
    "all": [str],
    "without": [str],
    "except": [str],
    "near": {"any!": [str], "words!": int},
    "case": bool,
    "negated": _TREATMENT,
    "quoted": _TREATMENT,
    "reported": _TREATMENT,
    "source": str,
    "note": str,
    "positive!": [_EXAMPLE],
    "negative": [_EXAMPLE],
}
_CODE = {
    "definition!": str,
    "excludes": str,
    "theory": str,
    "source": str,
    "negated": _TREATMENT,
    "quoted": _TREATMENT,
    "reported": _TREATMENT,
    "rules!": [_RULE],
}
_SCHEMA = {
    "construct!": str,
    "title": str,
    "description": str,
    "citation": [str],
    "nested_scope": {"code", "codebook"},
    "lists": {"*": [str]},
    "codes!": {"*": _CODE},
}


@dataclass(frozen=True)
class Example:
    """A sentence that a rule's code must be found in, or must not; `actor` is who says it."""

    text: str
    actor: str = "AVR"


@dataclass(frozen=True)
class Rule:
    """One rule: a cue (any of its patterns) and the conditions under which it counts.

    Parameters
    ----------
    id, code : str
        Its name and the code it finds.
    any : tuple of Pattern
        The cue: one of these.
    all, without : tuple of Pattern
        What the sentence must hold too (each of them), and must not hold (none of them).
    exclusions : tuple of Pattern
        Longer expressions in which the cue means something else; a cue that overlaps one is none.
    near : tuple of Pattern
        One of these must stand within `near_words` words of the cue.
    near_words : int
    case : bool
        Whether patterns see upper and lower case.
    negated, quoted, reported : str
        ``keep`` or ``drop``: whether the position remains the speaker's own where the cue is negated, inside a
        direct quotation, or inside what an adversary or a doubted source is reported to say.
    positive, negative : tuple of Example
        Sentences in which the code must be found and must not be found.
    source : str
        Where the rule comes from.
    """

    id: str
    code: str
    any: tuple[Pattern, ...]
    all: tuple[Pattern, ...] = ()
    without: tuple[Pattern, ...] = ()
    exclusions: tuple[Pattern, ...] = ()
    near: tuple[Pattern, ...] = ()
    near_words: int = 0
    case: bool = False
    negated: str = "drop"
    quoted: str = "drop"
    reported: str = "drop"
    positive: tuple[Example, ...] = ()
    negative: tuple[Example, ...] = ()
    source: str = ""

    def conditions(self) -> Iterator[Pattern]:
        """All patterns but the cue's."""
        return chain(self.all, self.without, self.exclusions, self.near)


@dataclass(frozen=True)
class Code:
    """One code: its name, what it means, what it does not apply to, and its rules."""

    name: str
    definition: str
    excludes: str = ""
    theory: str = ""
    source: str = ""
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """All codes of one construct."""

    construct: str
    codes: tuple[Code, ...]
    title: str = ""
    description: str = ""
    citation: tuple[str, ...] = ()
    nested_scope: str = "code"
    path: Path | None = field(default=None, compare=False)

    def rules(self) -> Iterator[Rule]:
        """All rules in the order of the file."""
        for code in self.codes:
            yield from code.rules


def load_codebook(path: str | Path) -> Codebook:
    """Read and check a codebook.

    Parameters
    ----------
    path : str or Path
        A YAML file, or the name of a shipped codebook (``sovereignty``, ``rumour``).

    Returns
    -------
    Codebook
        The codes with their rules, patterns translated to regular expressions.

    Raises
    ------
    InputError
        If the file does not follow the format; the message has line and column, or the rule's id.

    Examples
    --------
    >>> [code.name for code in load_codebook("sovereignty").codes][:2]
    ['statehood', 'entitlement']
    """
    shipped = FOLDER / f"{path}.yaml"
    return _read(shipped if shipped.is_file() else Path(path))


def default_codebooks() -> tuple[Codebook, ...]:
    """The two codebooks that the project ships."""
    return load_codebook("sovereignty"), load_codebook("rumour")


@cache
def _read(path: Path) -> Codebook:
    data = read_yaml(path, _SCHEMA)
    lists = _lists(path, data.get("lists", {}))
    codes = tuple(_code(path, name, entry, lists) for name, entry in data["codes"].items())
    book = Codebook(
        construct=data["construct"],
        codes=codes,
        title=data.get("title", ""),
        description=data.get("description", ""),
        citation=tuple(data.get("citation", ())),
        nested_scope=data.get("nested_scope", "code"),
        path=path,
    )
    _check_ids(path, book)
    return book


def _lists(path: Path, entries: dict[str, list[str]]) -> dict[str, str]:
    """Word lists as regular expressions; a list may use those above it."""
    lists: dict[str, str] = {}
    for name, patterns in entries.items():
        if name in PARTIES:
            raise InputError(f"{path}: the word list {name!r} has a reserved name; legal: any but {', '.join(PARTIES)}")
        lists[name] = "|".join(_translate(path, f"list {name}", pattern, lists) for pattern in patterns)
    return lists


def _translate(path: Path, where: str, pattern: str, lists: dict[str, str]) -> str:
    try:
        return translate(pattern, lists)
    except InputError as error:
        raise InputError(f"{path}: {where}: {error}") from None


def _code(path: Path, name: str, entry: dict, lists: dict[str, str]) -> Code:
    rules = tuple(_rule(path, name, {**_inherited(entry), **rule}, lists) for rule in entry["rules"])
    plain = {key: entry.get(key, "") for key in ("definition", "excludes", "theory", "source")}
    return Code(name=name, rules=rules, **plain)


def _inherited(entry: dict) -> dict[str, str]:
    """What a rule takes from its code where it says nothing itself."""
    return _treatments(entry) | {"source": entry.get("source", "")}


def _treatments(entry: dict) -> dict[str, str]:
    return {key: entry[key] for key in ("negated", "quoted", "reported") if key in entry}


def _rule(path: Path, code: str, entry: dict, lists: dict[str, str]) -> Rule:
    def patterns(sources: list[str]) -> tuple[Pattern, ...]:
        return tuple(Pattern(one, _translate(path, f"rule {entry['id']}", one, lists)) for one in sources)

    near = entry.get("near", {})
    return Rule(
        id=entry["id"],
        code=code,
        any=patterns(entry["any"]),
        all=patterns(entry.get("all", [])),
        without=patterns(entry.get("without", [])),
        exclusions=patterns(entry.get("except", [])),
        near=patterns(near.get("any", [])),
        near_words=near.get("words", 0),
        case=entry.get("case", False),
        positive=_examples(entry["positive"]),
        negative=_examples(entry.get("negative", [])),
        source=entry.get("source", ""),
        **_treatments(entry),
    )


def _examples(entries: list) -> tuple[Example, ...]:
    return tuple(Example(entry) if isinstance(entry, str) else Example(**entry) for entry in entries)


def _check_ids(path: Path, book: Codebook) -> None:
    seen: set[str] = set()
    for rule in book.rules():
        if rule.id in seen:
            raise InputError(f"{path}: the rule id {rule.id!r} stands here twice; legal: each id once")
        seen.add(rule.id)
