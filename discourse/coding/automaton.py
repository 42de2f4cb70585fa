"""All patterns in one pass: where in a text any of many regular expressions may end, at hundreds of MB/s.

The automaton is Hyperscan's, compiled with its prefilter flag: what it cannot decide (looking ahead or behind, words
outside ASCII) it lets pass, so it finds every place that an expression matches and few others; the expression itself is
then tried in that sentence only. Compiling takes seconds, so the automaton is kept in the user's cache folder under the
hash of its patterns, written beside and renamed, and read only if its own hash is right; where the folder cannot be
written, it is compiled anew.
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

_FLAGS = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
_DIGEST = 32
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
        If an expression is too large for an automaton.

    Examples
    --------
    >>> Automaton([r"\bfake\b", r"\blies?\b"]).ends("fake, and a lie")
    [(0, 4), (1, 15)]
    """

    def __init__(self, expressions: Sequence[str]):
        self._patterns = [project(_GROUP_NAME.sub("(?:", one)).encode() for one in expressions]
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
    try:
        database.compile(
            expressions=patterns, ids=list(range(len(patterns))), elements=len(patterns), flags=[_FLAGS] * len(patterns)
        )
    except hyperscan.error as error:
        raise InputError(
            f"a pattern cannot be part of the automaton: {error}; legal: a simpler or shorter one"
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
