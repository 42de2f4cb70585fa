"""Reading a cue in its sentence: negation, quotation, whose position it is, about whom, whose sovereignty.

All functions see the clean copy of one sentence in lower case, with offsets in it.
"""

import re

from discourse.coding.actors import Parties, load_actors

__all__ = ["holder_of", "is_negated", "referent_of", "reported_by", "target_of"]

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
    r"says?|said|stated|states(?=\s+that\b)|declar(?:es?|ed)|argu(?:es?|ed)|assert(?:s|ed)?|insist(?:s|ed)?"
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
        if not _CLAUSE_END.search(sentence, match.end(), start):
            verdict = _reporter(sentence, match, parties)
    return verdict


def _reporter(sentence: str, report: re.Match, parties: Parties) -> str | None:
    """Who the subject of a reporting verb is: the party named last before it."""
    first, last = max(0, report.start() - 60), report.start()
    named = [(found.start(), "self") for found in parties.self_words.finditer(sentence, first, last)]
    named += [(found.start(), "third") for found in _THIRD_PERSON.finditer(sentence, first, last)]
    for start, end, actor in load_actors().mentions(sentence):
        if first <= start and end <= last and actor != parties.actor:
            side = "ally" if actor in parties.allies else "adversary" if actor in parties.adversaries else "third"
            named.append((start, side))
    who = max(named, default=(0, "third"))[1]
    if who == "third":
        return "other" if report.group("doubted") else None
    return "other" if who == "adversary" else who


def holder_of(sentence: str, start: int, parties: Parties) -> str:
    """Whose position the cue at `start` expresses: ``self``, ``ally`` or ``other``."""
    return reported_by(sentence, start, parties) or "self"


def referent_of(sentence: str, start: int, end: int, parties: Parties) -> str:
    """Whose sovereignty the cue is about: ``self``, ``other`` or ``all``.

    The determiner or name nearest to the cue decides; without one near it, it is everyone's.
    """
    first, last = max(0, start - _NEAR), end + _NEAR
    found = [
        (_distance(start, end, match.start(), match.end()), order, referent)
        for order, (referent, pattern) in enumerate((("self", parties.self_words), ("other", _OTHERS), ("all", _ALL)))
        for match in pattern.finditer(sentence, first, last)
    ]
    found += [
        (distance, 1, "other") for distance, _ in _others_named(sentence, start, end, parties) if distance < _NEAR
    ]
    return min(found, default=(0, 0, "all"))[2]


def target_of(sentence: str, start: int, end: int, parties: Parties) -> str | None:
    """The actor whose claim or act the cue is about: the nearest one named that is not the speaker, or None."""
    return min(_others_named(sentence, start, end, parties), default=(0, None))[1]


def _others_named(sentence: str, start: int, end: int, parties: Parties) -> list[tuple[int, str]]:
    """(distance to the cue, actor) for everyone named but the speaker."""
    return [
        (_distance(start, end, first, last), actor)
        for first, last, actor in load_actors().mentions(sentence)
        if actor != parties.actor
    ]


def _distance(start: int, end: int, first: int, last: int) -> int:
    return max(first - end, start - last, 0)
