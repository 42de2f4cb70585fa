"""What a word is, and how many a text has.

A word is a run of letters and digits; it goes on over a hyphen or an apostrophe that stands between two such runs
(`so-called`, `don't`), over a dot or a comma between digits (`3.5`, `1,000`), over the dots of an abbreviation made of
single letters, whose last dot belongs to it (`U.S.`, `e.g.`), and over the blank that a line break left after the
hyphen of one of the `COMPOUNDS` (`non- interference`). Dashes, ellipses, underscores and other signs are never part
of a word. `WORD` is the definition; the counts here agree with it.
"""

import re
from collections.abc import Iterable
from functools import cache

import numpy as np

__all__ = ["COMPOUNDS", "WORD", "count_words", "word_counts", "words"]

_LISTED = """
above mentioned | action oriented | age old | all embracing encompassing european important inclusive out round | anti
ballistic colonial colonialist corruption personnel semitism terrorism terrorist | arab israeli | arms control | asia
europe pacific | asylum seekers | broad based | burden sharing | capacity building | cease fire | centuries old |
civil society | clear cut sighted | co author chairmanship exist existence operate operated operating operation
operative ordinate ordinated ordination sponsors | cold war | confidence building | conflict affected prevention
resolution | consensus based building | cost effective effectiveness | counter measures productive terrorism | country
specific | cross border cutting strait | debt servicing | decades long | decision making | deep rooted sea seated |
director general | drug trafficking | early warning | east west | eighty eighth fifth first fourth ninth second
seventh sixth third | energy related | english speaking | euro atlantic mediterranean | even handed | ever changing
expanding greater growing increasing widening | ex combatants | fact finding | far fetched reaching sighted
sightedness | fifty eighth fifth first fourth ninth second seventh sixth third | first ever hand | five power year |
follow up | foreign exchange policy | forty eighth fifth first fourth ninth second seventh sixth third | forward
looking | free market trade | freedom loving | french speaking | full fledged scale | gender based | god given | good
neighbourliness neighbourly | grass roots | great power | guinea bissau | half century | hard earned won working |
have nots | head on | health care related | high handed handedness level quality ranking | human centred made resource
rights | ibero american | in depth | indo china chinese pacific | institution building | inter african agency american
communal ethnic governmental korean state | intermediate range | intra afghan state | inward looking | israeli
palestinian | justice loving | know how | land based locked mines | large scale | latin american | law abiding
enforcement | least developed | less developed | life support threatening | like minded | lip service | long awaited
lasting overdue range sought standing suffering term | longer term | low carbon income lying | man made | market
economy | medium income range sized term | middle income | military industrial political | money laundering | much
desired needed | multi ethnic lateral party polar | nation building states | neo colonial colonialism colonialist |
non aggression aligned alignment combatants communicable compliance confirmation democratic discrimination
discriminatory existence existent governmental interference intervention nuclear permanent proliferation racial
recognition selective selectivity self state tariff use violence violent | north east south | nuclear free weapon |
oil exporting importing producing | one sided third | open ended mindedness | palestinian israeli | peace building
keepers keeping loving making | people centred | policy making | post cold colonial conflict disaster independence
second war | poverty reduction | power sharing | pre eminent emptive | present day | private sector | problem solving
| public private | rapid reaction response | re election emergence establish establishing establishment | result
oriented | results oriented | rights based | round table | rule based | rules based | sea level | second largest |
secretaries general | secretary general | self appointed confidence contained defeating defence defense destruction
determination development evident governing government help imposed interest proclaimed realization reliance reliant
respect restraint rule serving styled sufficiency sufficient sustaining | seventy eighth fifth first fourth ninth
second seventh sixth third | short term | six party | sixty eighth fifth first fourth ninth second seventh sixth third
| small scale | so called | socio cultural economic political | south east eastern south western | soviet american |
stand by | starting point | sub committee regional saharan | super power powers | system wide | test ban | third
country party world | thirty eighth fifth first fourth ninth second seventh sixth third | time bound frame honoured |
timor leste | trans atlantic shipment | troop contributing | turning point | twentieth century | twenty eighth fifth
first fourth ninth second seventh sixth third | two pronged state thirds year | under secretary | vice president
presidents | war torn | weapon free | well balanced being coordinated defined deserved established founded functioning
intentioned known trained | wide ranging | world wide | year old | zero sum tolerance
"""
COMPOUNDS = {first: tuple(seconds) for first, *seconds in (entry.split() for entry in _LISTED.split("|"))}
"""First part -> second parts of the compounds that are one word even when broken after their hyphen."""

_RUN = r"[^\W_]"
_LETTER = r"[^\W\d_]"
_BROKEN = r"(?=\s)(?i:{})".format(
    "|".join(
        rf"(?<=(?<!{_RUN}){first}-)(?:[ \t\r\u00a0]\n?|\n)[ \t\u00a0]?(?:{'|'.join(seconds)})(?!{_RUN})"
        for first, seconds in COMPOUNDS.items()
    )
)
_TWO_INITIALS = rf"(?<=(?<!{_RUN}){_LETTER}\.{_LETTER}\.)"
_JOINERS = "-\u00ac\u00ad\u2010\u2011'\u2019"
WORD = re.compile(
    rf"{_RUN}++(?:[{_JOINERS}](?:{_RUN}++|{_BROKEN})"
    rf"|[.,](?:(?<=\d.)\d{_RUN}*+"
    rf"|(?<=(?<!{_RUN}){_LETTER}\.){_LETTER}(?!{_RUN})"
    rf"|{_TWO_INITIALS}[{_JOINERS}]{_RUN}++)"
    rf"|[\u0300-\u036f]{_RUN}*+"
    rf")*+(?:\.{_TWO_INITIALS})?+"
)
"""One word, by the definition in the module's docstring."""
_BROKEN_COMPOUND = re.compile(f"-{_BROKEN}")
_MARK, _COMMA, _DOT, _JOIN, _DIGIT, _OTHER_LETTER = range(1, 7)


def words(text: str) -> list[tuple[int, int]]:
    """Find the words of a text.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of tuple of int
        Start and end (excluded) of each word, in characters.

    Examples
    --------
    >>> text = "The U.S. so-called aid – 1,000 tons … isn't non- interference."
    >>> [text[start:end] for start, end in words(text)]
    ['The', 'U.S.', 'so-called', 'aid', '1,000', 'tons', "isn't", 'non- interference']
    """
    return [match.span() for match in WORD.finditer(text)]


@cache
def _character_classes() -> np.ndarray:
    """Return the class of every character, by code point."""
    characters = "".join(map(chr, range(0x110000)))
    classes = np.zeros(0x110000, dtype=np.uint8)
    for run in re.finditer(rf"{_RUN}+", characters):
        classes[run.start() : run.end()] = _OTHER_LETTER
    for run in re.finditer(r"\d+", characters):
        classes[run.start() : run.end()] = _DIGIT
    classes[0x300:0x370] = _MARK
    classes[[ord(sign) for sign in _JOINERS]] = _JOIN
    classes[ord(".")] = _DOT
    classes[ord(",")] = _COMMA
    return classes


def count_words(text: str) -> int:
    """Count the words of a text.

    Runs of letters and digits are counted, and the signs that join two of them are subtracted.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    int
        ``len(words(text))``, several times as fast.

    Examples
    --------
    >>> count_words("We never exported arms … to the so-called front.")
    8
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    kinds = np.zeros(len(codes) + 7, dtype=np.uint8)
    kinds[5:-2] = _character_classes()[codes]
    if (kinds == _MARK).any():
        return len(words(text))
    in_word = kinds >= _DIGIT
    runs = np.count_nonzero(in_word[1:] & ~in_word[:-1])
    signs = np.flatnonzero((kinds != 0) & ~in_word)
    signs = signs[in_word[signs + 1]]
    joined = _count_joined(kinds, in_word, signs)
    broken = len(_BROKEN_COMPOUND.findall(text))
    return int(runs - joined - broken)


def _count_joined(kinds: np.ndarray, in_word: np.ndarray, at: np.ndarray) -> int:
    """Count the signs at `at`, each before a letter or digit, that join it to what precedes them."""
    kind, before, after = kinds[at], kinds[at - 1], kinds[at + 1]
    hyphenated = (kind == _JOIN) & (before >= _DIGIT)
    decimal = (kind <= _DOT) & (before == _DIGIT) & (after == _DIGIT)
    initials = (kind == _DOT) & (before == _OTHER_LETTER) & ~in_word[at - 2]
    initials &= (after == _OTHER_LETTER) & ~in_word[at + 2]
    dotted = (kind == _JOIN) & (before == _DOT) & (kinds[at - 2] == _OTHER_LETTER) & (kinds[at - 3] == _DOT)
    dotted &= (kinds[at - 4] == _OTHER_LETTER) & ~in_word[at - 5]
    return np.count_nonzero(hyphenated | decimal | initials | dotted)


def word_counts(texts: Iterable[str]) -> np.ndarray:
    """Count the words of many texts.

    Parameters
    ----------
    texts : iterable of str
        Texts, for example the column `text` of a documents table.

    Returns
    -------
    numpy.ndarray of int64
        One count for each text.

    Examples
    --------
    >>> word_counts(["No comment.", ""]).tolist()
    [2, 0]
    """
    return np.fromiter((count_words(text) for text in texts), dtype=np.int64)
