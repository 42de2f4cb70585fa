"""Reading a cue in its sentence: negation, quotation, whose position it is, about whom, whose sovereignty.

All functions see the clean copy of one sentence in lower case, with offsets in it.
"""

import re
from collections.abc import Sequence

from discourse.coding.actors import Parties

__all__ = ["holder_of", "is_negated", "referent_of", "reported_by"]

_NEGATION = re.compile(
    r"(?:\b(?:not|never|no|nor|neither|without|nobody|none|cannot|hardly)\b|n't\b)(?!\s+(?:only|just|merely|simply|least)\b)"
    r"(?:[^\w,;:–—]+(?!but\b)[\w'’-]+){0,3}[^\w,;:–—]*$"
)
_EMPHASIS = re.compile(r"\b(?:no|without|beyond)\s+(?:any\s+)?(?:doubt|question)\b[^;:]*$")

# Verbs that report: doubted where the speaker keeps a distance to what is said, plain where it may agree.
_DOUBTED = (
    r"claim(?:s|ed|ing)?|alleg(?:es?|ed|ing)|accus(?:es?|ed|ing)|pretend(?:s|ed|ing)?"
    r"|insinuat(?:es?|ed|ing)|purport(?:s|ed|ing)?"
)
_PLAIN = (
    r"says?|said|stat(?:es?|ed)|declar(?:es?|ed)|argu(?:es?|ed)|assert(?:s|ed)?|insist(?:s|ed)?"
    r"|maintain(?:s|ed)?|believ(?:es?|ed)|th(?:inks?|ought)"
)
_REPORT = re.compile(rf"\b(?:(?P<doubted>{_DOUBTED})|(?P<plain>{_PLAIN}))\b(?:\s+(?:that|to|us|them)\b)?")
_CLAUSE_END = re.compile(r"[;:–—]|,\s+(?:but|however|yet|while|whereas)\b")
_THIRD_PERSON = re.compile(
    r"\b(?:they|he|she|some(?:\s+\w+)?|critics|opponents|others|those\s+who|western\s+\w+|media|adversaries)\b"
)

_ALL = re.compile(
    r"\b(?:all|every|each|any|both|many|small)\b[^,;:]{0,30}\b(?:states?|nations?|countr(?:y|ies)|peoples?|members?)\b"
    r"|\b(?:states|nations|countries|peoples|equality)\b"
)
_OTHERS = re.compile(r"\b(?:their|his|her|your|they|others?)\b")
_NEAR = 45


def is_negated(sentence: str, start: int) -> bool:
    """Whether a negation within three words before `start` scopes over what follows."""
    before = sentence[max(0, start - 80) : start]
    return bool(_NEGATION.search(before)) and not _EMPHASIS.search(before)


def reported_by(sentence: str, start: int, parties: Parties) -> str | None:
    """Who is reported to hold what stands at `start`: self, ally, other, or None where nothing is reported."""
    verdict = None
    for match in _REPORT.finditer(sentence, 0, start):
        if _CLAUSE_END.search(sentence, match.end(), start):
            continue
        subject = sentence[max(0, match.start() - 60) : match.start()]
        verdict = _reporter(subject, bool(match.group("doubted")), parties)
    return verdict


def _reporter(subject: str, doubted: bool, parties: Parties) -> str | None:
    nearest = max(
        ((_last(pattern, subject), party) for party, pattern in _named(parties)),
        default=(-1, None),
        key=lambda found: found[0],
    )
    if nearest[0] < 0:
        return "other" if doubted else None
    return {"adversary": "other", "third": "other" if doubted else None}.get(nearest[1], nearest[1])


def _named(parties: Parties) -> Sequence[tuple[str, re.Pattern]]:
    known = (("self", parties.self_names), ("ally", parties.ally_names), ("adversary", parties.adversary_names))
    return [(party, pattern) for party, pattern in (*known, ("third", _THIRD_PERSON)) if pattern is not None]


def _last(pattern: re.Pattern, text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def holder_of(sentence: str, start: int, parties: Parties) -> str:
    """Whose position the cue at `start` expresses: ``self``, ``ally`` or ``other``."""
    return reported_by(sentence, start, parties) or "self"


def referent_of(sentence: str, start: int, end: int, parties: Parties) -> str:
    """Whose sovereignty the cue is about: ``self``, ``other`` or ``all``.

    The determiner or name nearest to the cue decides; without one near it, it is everyone's.
    """
    first, last = max(0, start - _NEAR), end + _NEAR
    distances = {
        party: min(
            (max(found.start() - end, start - found.end(), 0) for found in pattern.finditer(sentence, first, last)),
            default=_NEAR,
        )
        for party, pattern in (
            ("self", parties.self_names),
            ("other", parties.other_names),
            ("other_pronoun", _OTHERS),
            ("all", _ALL),
        )
    }
    nearest = min(distances, key=distances.get)
    return "all" if distances[nearest] == _NEAR else nearest.removesuffix("_pronoun")
