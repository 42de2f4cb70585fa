"""Clean-up that never changes length, and the lint that names what is unclean.

`working_copy` returns a text in which every character stands where it stood: defects are overwritten by blanks or by a
plain sign of the same width, so offsets found in the copy hold in the text as published. A word that its source broke
("non- interference", "per¬sisting") stays broken, because joining it would move what follows; `discourse.words` counts
it as one word, and patterns must allow a blank after a hyphen. Read quotation marks (`discourse.segment.quotations`)
in the text itself: in the copy they are flattened.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pandas as pd

from discourse.documents import check_documents
from discourse.segment import PAGE_BREAK, WORD

__all__ = ["lint", "working_copy"]

_CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
_BLANKS = "\t\r\xa0\u1680\u202f\u205f\u3000\ufeff\u200b\u200c\u200d\u2060\ufffc"
_PLAIN = {
    **dict.fromkeys([*_CONTROLS, *_BLANKS, *map(chr, range(0x2000, 0x200B))], " "),
    **dict.fromkeys("\n\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys("“”„‟«»《》「」『』\x93\x94", '"'),
    **dict.fromkeys("‘’‚‛´`\x91\x92", "'"),
    **dict.fromkeys("\u00ac\u00ad\u2010\u2011", "-"),
    **dict.fromkeys("\x96\x97", "—"),
}
"""Signs that are read as another of the same width; dashes and ellipses stay, sentences need them."""
_SIGN = re.compile("[" + "".join(re.escape(sign) for sign in sorted(_PLAIN) if sign != "\n") + "]")
_ASCII = str.maketrans({sign: plain for sign, plain in _PLAIN.items() if sign.isascii()})
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*+\n)++[^\S\n]*+")


def _blanks(match: re.Match[str]) -> str:
    """Blank a match out."""
    return " " * len(match[0])


def _runs_on(match: re.Match[str]) -> bool:
    """Tell whether the sentence before a match has no end yet."""
    before = match.string[max(0, match.start() - 24) : match.start()].rstrip()
    return bool(before) and before[-1] not in ".!?:;…\"'“”’)]"


def _blank_number(match: re.Match[str]) -> str:
    """Blank a paragraph's number, leaving a paragraph break, unless the line runs on from the one before."""
    if match[0][-1] != "\t" and _runs_on(match):
        return match[0]
    return "\n\n" + " " * (len(match[0]) - 2) if match[0][0] == "\n" else _blanks(match)


def _blank_page_break(match: re.Match[str]) -> str:
    """Blank a page's number and symbol, leaving a paragraph break unless the sentence runs on over the page."""
    return _blanks(match) if _runs_on(match) else "\n\n" + " " * (len(match[0]) - 2)


def _unmark(match: re.Match[str]) -> str:
    """Blank Markdown's marks, keeping a link's words."""
    return f" {match[1]} ".ljust(len(match[0])) if match[1] else re.sub(r"[^\n]", " ", match[0])


_MISREAD = {"í": "'", "ì": '"', "î": '"', "ó": "—", "ñ": "—", "™": "'", "˜": "'", "”": "—", "“": "—"}


def _reread(match: re.Match[str]) -> str:
    """Replace a sign that was decoded with the wrong table."""
    return _MISREAD.get(match[0][-1], '"').ljust(len(match[0]))


class _Defect(NamedTuple):
    """A defect: its name, what finds it, how it is overwritten (None: by `_PLAIN`, or not at all).

    `hints` are quick tests; unless one of them is met the pattern is not tried.
    """

    name: str
    pattern: re.Pattern[str]
    overwrite: Callable[[re.Match[str]], str] | None = None
    hints: tuple[re.Pattern[str], ...] = ()

    def may_occur(self, text: str) -> bool:
        """Tell whether a quick test is met."""
        return not self.hints or any(hint.search(text) for hint in self.hints)


_MARKDOWN = re.compile(
    r"(?m)\[([^\[\]]{1,300})\]\((?:https?:|mailto:|/)[^)\s]*\)|^\#{1,6}[ \t]+(?:Page \d+[^\n]*)?|^>[ \t]?"
    r"|^[ \t]*(?:[-*_][ \t]?){3,}$|\*{1,3}|\\(?=[\[\]*_#.!>-])"
)
_DEFECTS = (
    _Defect("markdown", _MARKDOWN, _unmark, tuple(map(re.compile, (r"\*\*", r"\]\(", r"\n\#{1,6} ", r"\\[\[\]*_#]")))),
    _Defect("page_break", PAGE_BREAK, _blank_page_break),
    _Defect("numbered_paragraph", re.compile(r"\n[ \t\r>|]*\d{1,3}\.[ \t]"), _blank_number),
    _Defect("numbered_paragraph", re.compile(r"\A[\ufeff\s]*\d{1,3}\.[ \t]"), _blank_number),
    _Defect("mojibake", re.compile(r"â€[œ™˜”“\x9d]"), _reread),
    _Defect(
        "mojibake",
        re.compile(
            r"(?<=[^\W\d_]{2})(?<!\bLu)(?<!\bSol)(?<!\b[Pp]a)(?<!\bPar)(?<!\bAs)í(?=s\b)|(?<=s)í(?!\w)|(?<!\S)ì(?=\w)"
            r"|(?<=[\w.,!?])î(?!\w)|(?<= )[óñ](?= )"
        ),
        _reread,
        (re.compile(r"ís\b"),),
    ),
    _Defect("end_mark", re.compile(r"-0-(?=\s*\Z)"), _blanks),
    _Defect("byte_order_mark", re.compile("\ufeff")),
    _Defect("tab", re.compile("\t")),
    _Defect("no_break_space", re.compile("[\xa0\u202f\u2000-\u200a\u3000]")),
    _Defect("zero_width", re.compile("[\u200b-\u200d\u2060]")),
    _Defect("control_character", re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]")),
    _Defect("replacement_character", re.compile("\ufffd")),
    _Defect("soft_hyphen", re.compile("[\u00ac\u00ad]")),
    _Defect(
        "hyphen_break",
        re.compile(r"-(?<=[^\W\d_]-)(?:[ \t]\n?|\n)[ \t]?(?!(?:and|or|nor|to|as|versus)\b)(?=[a-z])"),
    ),
    _Defect("mixed_scripts", re.compile(r"[А-яЁё](?:(?=[A-Za-z])|(?<=[A-Za-z].))")),
)


def working_copy(text: str) -> str:
    r"""Return a copy in which patterns can be matched, every character at its place.

    Markdown marks, page headers, page and paragraph numbers and end marks become blanks; typographic quotation marks
    and apostrophes become straight; tabs, no-break spaces, control characters and single line breaks become blanks; a
    blank line stays a paragraph break unless a small letter follows. Letters and case stay as they are.

    Parameters
    ----------
    text : str
        A text as published.

    Returns
    -------
    str
        As long as `text`; ``working_copy(text)[start:end]`` stands where ``text[start:end]`` does.

    Examples
    --------
    >>> working_copy("“We\u00a0deny it.”\n\n17.\t**Averland** replied\nat once.")
    '"We deny it."\n\n\n     Averland   replied at once.'
    """
    copy = text
    for defect in _DEFECTS:
        if defect.overwrite and defect.may_occur(copy):
            copy = defect.pattern.sub(defect.overwrite, copy)
    copy = copy.translate(_ASCII) if copy.isascii() else _SIGN.sub(lambda match: _PLAIN[match[0]], copy)
    if "\n" not in copy:
        return copy
    flat = copy.replace("\n", " ")
    pieces, last = [], 0
    for match in _BLANK_LINES.finditer(copy):
        if not copy[match.end() : match.end() + 1].islower():
            pieces += [flat[last : match.start()], match[0]]
            last = match.end()
    return "".join([*pieces, flat[last:]])


def _defects(text: str) -> Iterator[tuple[str, int]]:
    """Yield the name and the offset of each defect."""
    for defect in _DEFECTS:
        if defect.may_occur(text):
            for match in defect.pattern.finditer(text):
                if defect.overwrite is None or defect.overwrite(match) != match[0]:
                    yield defect.name, match.start()
    if not WORD.search(text):
        yield "no_words", 0


def lint(documents: pd.DataFrame) -> pd.DataFrame:
    r"""Name the defects of texts, document by document.

    Parameters
    ----------
    documents : pandas.DataFrame
        A documents table.

    Returns
    -------
    pandas.DataFrame
        One row per document and defect, in the documents' order: `doc_id`, `source` (null where the documents have
        none), `defect`, `count`, `first` (offset of its first place, in characters). `working_copy` overwrites all but
        `hyphen_break`, `mixed_scripts`, `replacement_character` and `no_words`.

    Raises
    ------
    InputError
        If `documents` is not a documents table.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"doc_id": ["a"], "actor": ["AVR"], "text": ["Peace\tand non- interference\tfor all"]})
    >>> lint(frame)[["doc_id", "defect", "count", "first"]]
      doc_id        defect  count  first
    0      a  hyphen_break      1     13
    1      a           tab      2      5
    """
    documents = check_documents(documents)
    sources = documents["source"] if "source" in documents else [None] * len(documents)
    rows = []
    for doc_id, source, text in zip(documents["doc_id"], sources, documents["text"], strict=True):
        found: dict[str, list[int]] = {}
        for name, offset in _defects(text):
            found.setdefault(name, []).append(offset)
        rows += [(doc_id, source, name, len(found[name]), min(found[name])) for name in sorted(found)]
    return pd.DataFrame(rows, columns=["doc_id", "source", "defect", "count", "first"])
