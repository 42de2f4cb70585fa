"""Literals that every match of a regular expression must contain, so that an automaton can find where it may match.

The idea is RE2's prefilter (Cox 2012, "Regular Expression Matching with a Trigram Index"): from the parsed
expression follows a set of strings of which each match contains at least one. Only texts with one of them are
searched with the expression itself.
"""

from re import _constants as op  # the parser of the standard library: no second grammar to keep in step
from re import _parser

__all__ = ["required_literals"]

_SHORTEST = 2
_MOST_EXACT = 48


def required_literals(expression: str) -> frozenset[str]:
    r"""Lower-case strings of which every match of `expression` contains at least one.

    Parameters
    ----------
    expression : str
        A regular expression for text in lower case.

    Returns
    -------
    frozenset of str
        Empty where no such set exists, as for ``\w+``.

    Examples
    --------
    >>> sorted(required_literals(r"\b(?:we|they)\s+never\s+(?:sold|exported)"))
    ['never']
    """
    exact, needed = _walk(_parser.parse(expression))
    best = _better(needed, exact)
    return best if best and min(map(len, best)) >= _SHORTEST else frozenset()


def _score(literals: frozenset[str] | None) -> tuple[int, int]:
    return (min(map(len, literals)), -len(literals)) if literals else (0, 0)


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return one if _score(one) >= _score(other) else other


def _walk(sequence) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """(every string the sequence can be, or None where they are too many; the best set it must contain)."""
    exact, best, whole = frozenset({""}), None, True
    for code, argument in sequence:
        part, needed = _item(code, argument)
        joined = None if part is None else frozenset(a + b for a in exact for b in part)
        if joined is not None and len(joined) <= _MOST_EXACT:
            exact = joined
            continue
        best = _better(_better(best, needed), exact)
        exact, whole = part if part is not None and len(part) <= _MOST_EXACT else frozenset({""}), False
    return (exact, best) if whole else (None, _better(best, exact))


def _item(code, argument) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    if code is op.LITERAL:
        return frozenset({chr(argument).lower()}), None
    if code is op.IN:
        return _character_class(argument), None
    if code is op.SUBPATTERN:
        return _walk(argument[3])
    if code is op.BRANCH:
        return _branch([_walk(branch) for branch in argument[1]])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _repeat(*argument)
    if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return frozenset({""}), None
    return None, None


def _branch(walked: list) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    exacts = [exact for exact, _ in walked]
    if all(exact is not None for exact in exacts):
        union = frozenset().union(*exacts)
        return (union, None) if len(union) <= _MOST_EXACT else (None, union if all(union) else None)
    bests = [_better(exact, needed) for exact, needed in walked]
    return None, frozenset().union(*bests) if all(_score(best)[0] for best in bests) else None


def _repeat(least: int, most: int, body) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    exact, needed = _walk(body)
    if (least, most) == (1, 1):
        return exact, needed
    if (least, most) == (0, 1) and exact is not None:
        return exact | {""}, None
    if least == 0:
        return None, None
    return None, _better(exact, needed)


def _character_class(members) -> frozenset[str] | None:
    if len(members) > 4 or any(code is not op.LITERAL for code, _ in members):
        return None
    return frozenset(chr(value).lower() for _, value in members)
