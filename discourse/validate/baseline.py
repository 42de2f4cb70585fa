"""The plain keyword dictionary that a coder has to beat: obvious words for each code, no context read."""

import re
from collections.abc import Iterable
from functools import cache

__all__ = ["KEYWORDS", "keyword_codes"]

KEYWORDS = {
    "statehood": "sovereign* statehood independence dignity",
    "entitlement": "right_to rights_of_states legitimate_right* lawful_right* sovereign_right* inalienable inherent",
    "non_interference": "interfer* non-interference internal_affairs domestic_affairs regime_change meddl*",
    "territorial_integrity": "territorial_integrity inviolab* annex* borders",
    "self_defence": "self-defence self-defense deterren* defend*",
    "sovereign_equality": "sovereign_equality hegemon* dominat* diktat double_standard* unilateral* multipolar*",
    "self_determination": "self-determination colonial* decoloni* own_path",
    "violation": "violat* aggress* invasion invade* occup* encroach* infring*",
    "limit": "responsibility_to_protect accountab*",
    "label": "rumour* rumor* lie lies fabricat* fake* false* slander* smear* disinformation propaganda groundless"
    " baseless unfounded nonsense myth*",
    "denial": "deny denies denied denial* refute* reject* never",
    "motive": "pretext* under_the_guise aimed_at in_order_to destabili* hidden",
    "distancing": "so-called alleged* allege* claim* purported*",
    "challenge": "no_evidence proof unproven unsubstantiated",
    "non_confirmation": "cannot_confirm not_comment no_comment confirm* no_information not_aware",
    "sourcing": "intelligence evidence report* information according_to source*",
    "hedge": "may might could perhaps possibl* probabl* likely seem* appear* reportedly",
}
"""Code -> words set apart by blanks; `*` stands for any letters, `_` for a blank."""


def keyword_codes(texts: Iterable[str]) -> list[str]:
    """Give each text the codes of which it holds a word.

    Parameters
    ----------
    texts : iterable of str
        Sentences.

    Returns
    -------
    list of str
        Codes set apart by blanks, for each text.

    Examples
    --------
    >>> keyword_codes(["We may respect their Sovereignty.", "Good morning."])
    ['statehood hedge', '']
    """
    patterns = {code: _pattern(words) for code, words in KEYWORDS.items()}
    return [" ".join(code for code, pattern in patterns.items() if pattern.search(text)) for text in texts]


@cache
def _pattern(words: str) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word).replace(r"\*", r"\w*").replace("_", r"\s+") for word in words.split())
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)
