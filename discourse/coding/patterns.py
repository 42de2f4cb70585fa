r"""The patterns of a codebook: words, globs, gaps, choices and named word lists, or a regular expression.

========================  ==========================================================================
``sovereign* state``      words in a row; ``*`` is any ending (or beginning), any white space parts them
``self-defen(c|s)e``      ``(a|b)`` a choice, ``(a)?`` something that may be missing; a line break may follow a hyphen
``respect ..4 borders``   up to four words between, not across a semicolon, colon or dash
``<polity>``              one of the codebook's word list of that name; ``<self>``, ``<own>``, ``<other>`` are the
                          document's actor, the actor or its ally, and everyone else, from ``actors.yaml``
``{pretext} for <act>``   braces mark the cue where it is shorter than the match
``re:\bfake(?!r)``        a regular expression, word lists and braces excepted (``(?P<cue>...)`` marks the cue)
========================  ==========================================================================

Patterns see the clean copy of a sentence in lower case; with ``case: true`` as it is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from discourse.errors import InputError

__all__ = ["PARTIES", "Pattern", "expand", "translate"]

PARTIES = ("self", "own", "other")
_TOKEN = re.compile(
    r"""(?P<space>[ ]*\.\.(?P<gap>\d+)[ ]*|[ ]+) | <(?P<list>\w+)> | (?P<cue>[{}]) | (?P<glob>\*)
        | (?P<hyphen>-) | (?P<quote>['"]) | (?P<operator>[()|]|(?<=\))\?) | (?P<literal>.)""",
    re.VERBOSE,
)
_LIST = re.compile(r"<(\w+)>(?<!\(\?P<cue>)")
_BLANK = r"\s+"
_ANYONE = r"\w[\w'.-]*(?:\s+[\w'.-]+){0,6}"
_WORDS_BETWEEN = r"(?:[^\w;:–—]+\w[\w'’.-]*){{0,{}}}?[^\w;:–—]+"


@dataclass(frozen=True)
class Pattern:
    """One pattern of a rule, ready to be compiled once the parties are known.

    Parameters
    ----------
    source : str
        The pattern as the codebook has it.
    expression : str
        The regular expression it stands for, with ``<self>``, ``<own>`` and ``<other>`` still open.

    Examples
    --------
    >>> pattern = Pattern("{rumo(u)?r*} ..2 deal*", translate("{rumo(u)?r*} ..2 deal*", {}))
    >>> pattern.compile({}).search("a rumour of arms dealings").group("cue")
    'rumour'
    """

    source: str
    expression: str

    @cached_property
    def loose(self) -> str:
        """The expression for the automaton, which knows no parties: up to seven words stand for each."""
        return expand(self.expression, dict.fromkeys(PARTIES, _ANYONE))

    @cached_property
    def has_parties(self) -> bool:
        """Whether the expression depends on the document's actor."""
        return any(f"<{party}>" in self.expression for party in PARTIES)

    def compile(self, parties: Mapping[str, str]) -> re.Pattern:
        """The regular expression for one document's parties (name of party to expression)."""
        return re.compile(expand(self.expression, parties))


def translate(source: str, lists: Mapping[str, str]) -> str:
    r"""Write a pattern as a regular expression.

    Parameters
    ----------
    source : str
        The pattern; the module's docstring has the notation.
    lists : mapping of str to str
        Regular expressions of the codebook's word lists by name.

    Returns
    -------
    str
        The regular expression.

    Raises
    ------
    InputError
        If the pattern is no valid expression or names a list that does not exist.

    Examples
    --------
    >>> translate("territorial integrity", {})
    '\\bterritorial\\s+integrity\\b'
    """
    if source.startswith("re:"):
        expression = expand(source[3:].replace(" ", _BLANK), lists)
    else:
        expression = "".join(_translate_token(match, lists) for match in _TOKEN.finditer(source))
        expression = _edge(source[0]) + expression + _edge(source[-1])
    try:
        compiled = re.compile(expand(expression, dict.fromkeys(PARTIES, "x")))
    except re.error as error:
        raise InputError(f"pattern {source!r} cannot be read: {error}") from None
    if compiled.match(""):
        raise InputError(f"pattern {source!r} matches where nothing stands; legal: at least one character")
    return expression


def expand(expression: str, lists: Mapping[str, str]) -> str:
    """Put word lists in the place of their names; unknown names are refused, parties may stay open."""

    def fill(match: re.Match) -> str:
        name = match.group(1)
        if name in lists:
            return f"(?:{lists[name]})"
        if name in PARTIES:
            return match.group()
        raise InputError(f"there is no word list <{name}>; legal: {', '.join(sorted([*lists, *PARTIES]))}")

    return _LIST.sub(fill, expression)


def _edge(character: str) -> str:
    return r"\b" if character.isalnum() or character in "(<*{}>)?" else ""


def _translate_token(match: re.Match, lists: Mapping[str, str]) -> str:
    kind = match.lastgroup
    text = match.group()
    if match.group("gap"):
        return _WORDS_BETWEEN.format(match.group("gap"))
    if match.group("list"):
        return expand(text, lists)
    fixed = {"space": _BLANK, "glob": r"[\w'’-]*", "hyphen": r"-\s?", "operator": "(?:" if text == "(" else text}
    if kind == "cue":
        return "(?P<cue>" if text == "{" else ")"
    return fixed.get(kind) or re.escape(text)
