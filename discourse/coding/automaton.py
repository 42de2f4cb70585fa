"""All patterns in one pass: where in a text any of many regular expressions may end, at hundreds of MB/s.

The automaton is Hyperscan's. It is given each expression without what that demands of its surroundings (looking ahead
and behind), and an ASCII projection of the text, so that it finds every place that an expression matches and few
others; the expression itself is then tried in that sentence only. Compiling takes seconds, so the automaton is kept in
the user's cache folder under the hash of its patterns, written beside and renamed, and read only if its own hash is
right; where the folder cannot be written, it is compiled anew.
"""

import codecs
import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import hyperscan
import platformdirs

from discourse.errors import InputError

__all__ = ["Automaton", "project"]

_FLAGS = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
_DIGEST = 32
_LOOKAROUND = {"(?=", "(?!", "(?<=", "(?<!"}
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[=!]|\(|.", re.DOTALL)
_GROUP_NAME = re.compile(r"\(\?P<\w+>")


class Automaton:
    r"""A multi-pattern automaton.

    Parameters
    ----------
    expressions : sequence of str
        Regular expressions; none may match the empty text.

    Raises
    ------
    InputError
        If an expression is too large for an automaton, or holds what automata cannot do (a back reference).

    Examples
    --------
    >>> Automaton([r"\bfake\b", r"\blies?\b"]).ends("fake, and a lie")
    [(0, 4), (1, 15)]
    """

    def __init__(self, expressions: Sequence[str]):
        self._patterns = [project(_GROUP_NAME.sub("(?:", without_lookaround(one))).encode() for one in expressions]
        self._database = _load(self._patterns) if self._patterns else None

    def ends(self, text: str) -> list[tuple[int, int]]:
        """(number of the expression, character at which it may end), in the order of the text.

        Parameters
        ----------
        text : str
            The text, in lower case.

        Returns
        -------
        list of tuple of (int, int)
            Every match of every expression is among them, some more than once.
        """
        found: list[tuple[int, int]] = []
        if self._database is not None and text:
            self._database.scan(
                project(text).encode("ascii"),
                match_event_handler=lambda number, _, end, *__: found.append((number, end)),
            )
        return found


def project(text: str) -> str:
    """A text in ASCII, character by character: a foreign letter is an x, a dash a semicolon, any other sign a comma.

    Patterns and texts are projected alike, so that what matches before matches after, and bytes count characters.
    """
    return text if text.isascii() else text.encode("ascii", "discourse.project").decode("ascii")


def without_lookaround(expression: str) -> str:
    """The expression without what it demands of its surroundings, which the automaton cannot see."""
    kept, depth, skipping = [], 0, 0
    for token in _TOKEN.findall(expression):
        depth += (token[0] == "(") - (token == ")")
        if not skipping and token in _LOOKAROUND:
            skipping = depth
        if not skipping:
            kept.append(token)
        elif token == ")" and depth < skipping:
            skipping = 0
    return "".join(kept)


def _stand_in(error: UnicodeEncodeError) -> tuple[str, int]:
    letters = error.object[error.start : error.end]
    return "".join(map(_stand_in_for, letters)), error.end


def _stand_in_for(letter: str) -> str:
    if letter.isalnum():
        return "x"
    return " " if letter.isspace() else ";" if letter in "–—" else ","


codecs.register_error("discourse.project", _stand_in)


def _load(patterns: list[bytes]) -> hyperscan.Database:
    name = hashlib.sha256(b"\0".join([hyperscan.__version__.encode(), *patterns])).hexdigest()
    path = platformdirs.user_cache_path("discourse") / f"{name}.automaton"
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    digest, payload = content[:_DIGEST], content[_DIGEST:]
    if payload and hashlib.sha256(payload).digest() == digest:
        database = hyperscan.loadb(payload, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
        return database
    database = _compile(patterns)
    _keep(path, hyperscan.dumpb(database))
    return database


def _compile(patterns: list[bytes]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    count = len(patterns)
    try:
        database.compile(expressions=patterns, ids=list(range(count)), elements=count, flags=[_FLAGS] * count)
    except hyperscan.error as error:
        if count > 1:
            for pattern in patterns:
                _compile([pattern])
        raise InputError(
            f"the pattern {patterns[0].decode()[:200]!r} cannot be part of the automaton: {error}; "
            "legal: a shorter one, or several in its place"
        ) from None
    return database


def _keep(path: Path, payload: bytes) -> None:
    """Write the automaton where the next process finds it; without a place to write, do without."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(payload).digest() + payload)
        Path(beside).replace(path)
    except OSError:
        return
