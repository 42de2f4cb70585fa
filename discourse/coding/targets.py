"""About whose claim or act a cue is: the nearest actor named in the sentence that is not the speaker."""

import re
from functools import cache

from discourse.coding.actors import Parties, load_actors

__all__ = ["target_of"]


@cache
def _gazetteer() -> re.Pattern:
    """One expression for all actors' names, a group per actor."""
    actors = load_actors()
    return re.compile("|".join(f"(?P<{actor}>{'|'.join(actors.names(actor))})" for actor in actors.entries))


def target_of(sentence: str, start: int, end: int, actor: str, parties: Parties) -> str | None:
    """The actor whose claim or act a cue is about.

    Parameters
    ----------
    sentence : str
        The sentence, clean and in lower case.
    start, end : int
        The cue in it.
    actor : str
        The document's actor, which is never its own target.
    parties : Parties
        The document's parties.

    Returns
    -------
    str or None
        The nearest other actor with an entry in ``actors.yaml``, or None where none is named.
    """
    nearest, name = None, None
    for found in _gazetteer().finditer(sentence):
        if found.lastgroup == actor or parties.self_names.fullmatch(found.group()):
            continue
        distance = max(found.start() - end, start - found.end(), 0)
        if nearest is None or distance < nearest:
            nearest, name = distance, found.lastgroup
    return name
