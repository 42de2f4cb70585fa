"""Sentences, quotations and speaker turns, as character offsets into the text that was passed in.

What a word is stands in `discourse.words`, whose functions are offered here too. Sentences are found by their stops;
quotation marks are paired within a paragraph and told apart by what stands inside and before them. Nothing here needs
a model or a download.
"""

import re
from typing import NamedTuple

from discourse.words import WORD, count_words, word_counts, words

__all__ = [
    "PAGE_BREAK",
    "WORD",
    "Quotation",
    "Turn",
    "count_words",
    "quotations",
    "sentences",
    "turns",
    "word_counts",
    "words",
]


def _listed(names: str) -> frozenset[str]:
    """Return the names that stand in one string."""
    return frozenset(names.split())


_CLOSERS = "\"'”’»)\\]*"
_STOP = re.compile(
    rf"[.!?…。！？](?:(?=\s)|[.!?…。！？」』）{_CLOSERS}]{{0,12}}(?:(?=\s|\Z|[A-Z][a-z])|(?<=[。！？」』）])))"
)
_SYMBOL = r"(?:\d\d-\d{5}|\d{1,3}/\d{1,3}|A/\d\d/[\w./]*\d|\d\d/\d\d/\d{4})"
_PAGE = (
    rf"\s{{0,20}}+(?=\d|A/)(?:(?:\d{{1,3}}[ \t]+)?(?:{_SYMBOL}\s+)*\d\d-\d{{5}}(?:\s+{_SYMBOL})*"
    rf"(?:[ \t]+\d{{1,3}}(?=\s*\n))?(?:\s{{1,20}}|\Z)"
    rf"|(?:\d{{1,3}}|{_SYMBOL}(?:\s+{_SYMBOL})*)[ \t\r]*(?:\n\s{{0,20}}|\Z))"
)
PAGE_BREAK = re.compile(rf"\n{_PAGE}")
"""A page's number, symbol and date between two lines of text, where no sentence ends."""
_BREAK = re.compile(rf"\n(?:(?P<page>{_PAGE})|(?:[^\S\n]*+\n)++[^\S\n]*+|(?=\d{{1,3}}\.\t))")
_LETTER = re.compile(r"[^\W\d_]")
_TOKEN = re.compile(r"[^\W\d_](?:[\w.]*\w)?\Z|\d+\Z")
_ALWAYS = _listed(
    "mr mrs ms dr st gen sen gov rep prof hon messrs col lt sgt capt maj adm amb pres rev mt ft h.e e.g i.e cf viz vs"
    " dept \u0433 \u0433\u0433 \u0438\u043c \u0442 \u0442.\u0435 \u0441\u043c \u0441\u0442 \u0443\u043b"
)
_BEFORE_NUMBER = _listed(
    "no nos art arts para paras p pp vol ch sec sect fig jan feb mar apr jun jul aug sept oct nov dec"
)
_EITHER = _listed("etc inc co corp ltd jr sr al bros")
_STARTERS = _listed(
    "a according additionally after again all also although an and another any are as at be because before both but"
    " by can could despite did do does during each earlier even every finally for from further furthermore given has"
    " have he hence her here his how however i if in indeed instead is it its just last later let like likewise many"
    " may meanwhile more moreover most mr much my neither nevertheless no nobody none nor not nothing now of on once"
    " one only or others our perhaps please rather recently she should similarly since so some still such thank that"
    " the their then there therefore these they this those though through throughout thus to today together"
    " unfortunately unless until was we well were what when where whether which while who why will with without would"
    " yes yet you your"
)
_ABBREVIATIONS = _ALWAYS | _BEFORE_NUMBER | _EITHER
_FOLLOWING = re.compile(r"\W*(?:([^\W\d_]\.)|(\w*))")
_DOUBTFUL = frozenset(["", *"-–— \t\n\r\u00a0"])
_RUNS_ON = re.compile(r"\s*(?:[-–—]+\s*)?[a-z]")


def _opens_item(text: str, start: int) -> bool:
    """Tell whether a line or the item of a list begins at `start`."""
    before = text[max(0, start - 8) : start].rstrip(" \t\ufeff(")
    return before[-1:] in tuple("\n:;") if before else start <= 8


def _is_abbreviation(text: str, start: int, end: int) -> bool:
    """Tell whether the single dot at `start` belongs to an abbreviation, an initial or a list number."""
    tail = text[max(0, start - 12) : start]
    found = _TOKEN.search(tail)
    token = found[0] if found else ""
    folded = token.casefold()
    initial = len(token) == 1 and token.isalpha()
    if folded.isalpha() and not initial and folded not in _ABBREVIATIONS:
        return False
    if folded in _ALWAYS:
        return True
    initial_follows, following = _FOLLOWING.match(text, end).groups("")
    if folded in _BEFORE_NUMBER:
        return following[:1].isdigit()
    if (initial or token.isdigit()) and len(token) <= 3 and _opens_item(text, start - len(token)):
        return True
    if initial or folded in _EITHER or re.fullmatch(r"\w(?:\.\w)+", token):
        return bool(initial_follows) or (following != "" and following.casefold() not in _STARTERS)
    return False


def _is_end(text: str, start: int, end: int) -> bool:
    """Tell whether the stop at `start`, with closing marks up to `end`, ends a sentence."""
    if text[start] in "。！？":
        return True
    if end < len(text) and not text[end].isspace():
        before = text[max(0, start - 2) : start]
        return before.isalpha() and before[-1].islower() and not _is_abbreviation(text, start, end)
    following = text[end + 1 : end + 2]
    if following.islower() or (following in _DOUBTFUL and _RUNS_ON.match(text, end)):
        return False
    if text[start] != "." or text[start + 1 : start + 2] == ".":
        return True
    tail = text[max(0, start - 5) : start]
    is_long_word = len(tail) == 5 and tail.isalpha() and tail.islower() and tail not in ("paras", "essrs")
    return is_long_word or not _is_abbreviation(text, start, end)


def sentences(text: str) -> list[tuple[int, int]]:
    """Split a text into sentences.

    A sentence ends at a stop that is followed by a blank and no small letter, unless the stop belongs to an
    abbreviation, an initial, a decimal or a list number; at a full-width stop; and at a blank line that no
    small letter follows. A single line break ends nothing, nor does a page's number or symbol between two lines:
    published records are hard-wrapped.

    Parameters
    ----------
    text : str
        A text as published; its working copy gives the same sentences, page numbers and the like apart.

    Returns
    -------
    list of tuple of int
        Start and end (excluded) of each sentence in characters, in order, without surrounding blanks. What holds no
        letter is no sentence.

    Examples
    --------
    >>> text = "Mr. Aldane left the U.S. Embassy at 3.5 p.m. sharp. \u201cNo comment,\u201d he said."
    >>> [text[start:end] for start, end in sentences(text)]
    ['Mr. Aldane left the U.S. Embassy at 3.5 p.m. sharp.', '“No comment,” he said.']
    """
    cuts = [match.end() for match in _STOP.finditer(text) if _is_end(text, *match.span())]
    if "\n" in text:
        breaks = (match.span() for match in _BREAK.finditer(text) if match.lastgroup != "page")
        cuts = sorted({*cuts, *(start for start, end in breaks if not text[end : end + 1].islower())})
    found = []
    start = 0
    for cut in [*cuts, len(text)]:
        body = text[start:cut].lstrip()
        begin = cut - len(body)
        body = body.rstrip()
        if body and (body[0].isalpha() or _LETTER.search(body)):
            found.append((begin, begin + len(body)))
        start = cut
    return found


class Turn(NamedTuple):
    """What one speaker says until the next label: `speaker`, `start`, `end` (characters, without the label)."""

    speaker: str
    start: int
    end: int


def turns(text: str, label: re.Pattern[str]) -> list[Turn]:
    r"""Split a transcript into speakers' turns.

    Parameters
    ----------
    text : str
        The transcript.
    label : re.Pattern
        Finds a speaker's label; its first group is the speaker's name.

    Returns
    -------
    list of Turn
        In order; what stands before the first label has the empty name. Turns without a word are left out.

    Examples
    --------
    >>> text = "Q: Any comment? MS. ORLO: We have none."
    >>> [(turn.speaker, text[turn.start:turn.end]) for turn in turns(text, re.compile(r"\b(Q|MS\. [A-Z]+): "))]
    [('Q', 'Any comment?'), ('MS. ORLO', 'We have none.')]
    """
    labels = list(label.finditer(text))
    speakers = ["", *(match[1] for match in labels)]
    starts = [0, *(match.end() for match in labels)]
    ends = [*(match.start() for match in labels), len(text)]
    found = []
    for speaker, start, end in zip(speakers, starts, ends, strict=True):
        body = text[start:end].strip()
        if WORD.search(body):
            begin = text.index(body, start)
            found.append(Turn(speaker, begin, begin + len(body)))
    return found


class Quotation(NamedTuple):
    """A pair of quotation marks: `start`, `end` (characters, marks included) and `kind` (direct, scare or title)."""

    start: int
    end: int
    kind: str


_INSIDE = r"(?:(?!\n[^\S\n]*\n)[^%s]){1,600}?"
_PAIRS = re.compile(
    "|".join(
        [f"{pair[0]}{_INSIDE % pair}[{pair[1:]}]" for pair in ("“”", "„“”", "«»", "《》", "「」", "『』")]
        + [
            rf'"(?<!\w")(?=\S){_INSIDE % chr(34)}(?<=\S)"(?!\w)',
            r"‘(?<!\w‘)(?=\S)(?:(?!\n[^\S\n]*\n)[^‘’]|(?<=\w)’(?=\w)){1,600}?(?<=\S)’(?!\w)",
            r"'(?<!\w')(?=\w)(?:(?!\n[^\S\n]*\n)[^']|(?<=\w)'(?=\w)){1,200}?(?<=[\w.,!?])'(?!\w)",
        ]
    )
)
_SPEECH = re.compile(
    r"(?:\b(?:said|says?|saying|stated?|states|stating|declared?|declares|declaring|asked?|asks|asking|answered|replied"
    r"|quote|quoted|wrote|writes|written|reads?|reading|told|added|adding|noted|warned|insisted|remarked|announced"
    r"|proclaimed?|proclaims|asserted?|asserts|affirmed?|affirms|provides?|stipulates?|concluded)(?:\s+(?:that|as|us"
    r"|me|them))?\s*[,:]?|:|\bthat|\bwords,?|\bas follows)\s*\Z",
    re.I,
)
_SO_CALLED = re.compile(r"\bso-\s?called\s*\Z", re.I)
_THAT = re.compile(r"\bthat\s*\Z", re.I)
_NAMING = re.compile(
    r"\b(?:named|entitled|titled|theme|motto|slogans?|banner of|ideal of|spirit of|songs?|film|book|novel|poem|opera"
    r"|report|article|brochure|pamphlet|declaration|doctrine|operation|programme|program|project|initiative|campaign|conference"
    r"|forum|newspaper|seminar|exhibition|resolution|plan|treaty|paper|under the title|title)\s*(?:of|on|as|is|was)?"
    r"\s*[,:]?\s*(?:the\s+)?\Z",
    re.I,
)
_SMALL_WORDS = _listed("a an and as at but by for from in into is of on or our out the to under up with")


def _is_title_case(inner: str) -> bool:
    """Tell whether all but the small words begin with a capital or a digit."""
    found = [inner[start:end] for start, end in words(inner)]
    is_cased = any(word[0].isupper() or word[0].isdigit() for word in found)
    return is_cased and all(word in _SMALL_WORDS or not word[0].islower() for word in found)


def _kind(text: str, start: int, end: int) -> str:
    """Tell quoted speech from titles and from terms held at a distance."""
    inner = text[start + 1 : end - 1].strip()
    before = text[max(0, start - 40) : start]
    length = count_words(inner)
    if _SO_CALLED.search(before):
        return "scare"
    if _NAMING.search(before) and (length > 1 or _is_title_case(inner)):
        return "title"
    speech = _SPEECH.search(before)
    if length > 8 or (speech and (length > 2 or not _THAT.search(before))):
        return "direct"
    if inner[:1].isupper() and length > 2:
        return "direct" if inner[-1] in ".?!" and length > 3 else "title"
    return "title" if _is_title_case(inner) else "scare"


def quotations(text: str) -> list[Quotation]:
    """Find what stands in quotation marks and tell speech, titles and terms held at a distance apart.

    A pair lies within one paragraph and within 600 characters, so that a mark without a partner swallows nothing.
    Apostrophes are not marks. Of nested pairs the outer one is returned.

    Parameters
    ----------
    text : str
        The text as published: the working copy has its typographic marks flattened.

    Returns
    -------
    list of Quotation
        In order, without overlap. `kind` is 'direct' (somebody's words: a clause, or introduced as speech), 'title' (a
        name, document, work or slogan) or 'scare' (a short term in marks, as in the codebook's `distancing`).

    Examples
    --------
    >>> text = 'Their "aid" is war. He said, "We will never bow." The song "Green Hills" was heard.'
    >>> [(text[quote.start:quote.end], quote.kind) for quote in quotations(text)]
    [('"aid"', 'scare'), ('"We will never bow."', 'direct'), ('"Green Hills"', 'title')]
    """
    return [Quotation(*match.span(), _kind(text, *match.span())) for match in _PAIRS.finditer(text)]
