"""The President of Russia's site in English (en.kremlin.ru), for whoever maintains this reader.

Where from: github.com/iandennismiller/valdai-transcripts, `var/extract/`, 7,235 pages of 1999-2020 as HTML. The site is
licensed CC BY 4.0; cite kremlin.ru and the collection.

Layout: `en.kremlin.ru/events/president/news/N.html`; in each, `h1.entry-title`, the summary `div.read__lead`, the date
in `time.read__published` (announcements have only the meta element `ya:ovs:upload_date`), and the paragraphs as
children of `div[itemprop=articleBody]`. What has class `masha-ignore` or `hidden` is furniture: captions, links, and
pop-ups with a person's name and present office that would otherwise stand inside sentences.

What is a document
- A page with speakers' labels is a transcript: a label is bold, opens a paragraph and ends in a colon, which may stand
  outside the bold type and after a note such as "(retranslated)"; later turns sometimes lack the bold type or the
  colon. Documents are the turns of Vladimir Putin and Dmitry Medvedev, each of whom led state or government throughout:
  venue "transcript", doc_id `kremlin-62963-017` for the page's 17th turn, whoever's the others are.
- Other speakers are not documents, Russian officials included: labels give a name, mostly without an office, so that
  ministers cannot be told from businessmen or guests without a register. The ledger counts them.
- A page without labels (all of 1999-2006) is the press office's own account: one document of venue "statement", doc_id
  `kremlin-28456`, without a speaker. It reports what others said, too: do not read it as the President's words.

Traps
- Years are uneven: no 2004, 2007, 2008; thin 2009, 2011, 2014, 2015; transcripts only from 2010, most from 2016.
- Pull-quotes (`blockquote`) in transcripts repeat the speech; headings and stage directions are whole bold or italic
  paragraphs; after "* * *" the press office speaks again. All are left out of transcripts, and counted.
- Names lose their blanks ("VladimirPutin:") or letters ("Vlaidmir"). Line breaks in the HTML are no line breaks of
  the text: blanks are joined as a browser does, no-break spaces stay, paragraphs are joined by an empty line.
- One page (63123) holds a byte that is not UTF-8.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import lxml.html

from discourse.errors import InputError
from discourse.sources._archive import members
from discourse.sources._source import Reading, Source
from discourse.tabular import decode

__all__ = ["SOURCE"]

_PAGE = re.compile(r"(?:.*/)?events/president/news/(\d+)\.html")
_DATE = re.compile(r'(?:class="read__published" datetime|"ya:ovs:upload_date" content)="(\d{4})-(\d\d)-(\d\d)')
_ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
_LABEL_END = re.compile(r"(?:\s*\([^)]*\))?\s*:\s*")
_PLAIN_LABEL = re.compile(r"([^:]{2,120}?)(?:\s*\([^)]*\))?\s?:\s+")
_SPEAKERS = {
    "Vladimir Putin": re.compile(r"(?:^|V\w*\.? ?)Putin$", re.IGNORECASE),
    "Dmitry Medvedev": re.compile(r"(?:^|\bD\w*\.? ?)Medvedev$", re.IGNORECASE),
}
_MOST_STRAY_BYTES = 5
_AUDIENCE = ("Question", "Remark", "Reply", "Response")


class _Paragraph(NamedTuple):
    """A paragraph as a browser shows it, the bold type it opens with, and whether it is no speech."""

    text: str
    bold: str
    aside: str


class _Turn(NamedTuple):
    """A speaker's label and the paragraphs up to the next label."""

    label: str
    paragraphs: list[str]


def _read(path: Path, reading: Reading) -> None:
    """Read the pages of the years wanted."""
    for member in members(path, lambda name: _PAGE.fullmatch(name) is not None):
        where = f"{path.name}, {member.path}"
        page = _decode(member.read(), where, reading)
        date, article = _DATE.search(page), _ARTICLE.search(page)
        if date is None or article is None:
            raise InputError(f"{where}: no article with a date; legal: pages of en.kremlin.ru as published")
        if reading.wants("RUS", int(date[1])):
            number = _PAGE.fullmatch(member.path)[1]
            _add_page(number, "-".join(date.groups()), lxml.html.fromstring(article[0]), reading)


def _decode(data: bytes, where: str, reading: Reading) -> str:
    """Decode a page; of a stray byte or two, which the site has, is made U+FFFD, and the ledger says so."""
    try:
        return decode(data, where)
    except InputError:
        page = data.decode("utf-8-sig", errors="replace")
        n = page.count("\ufffd")
        if "\0" in page or n > _MOST_STRAY_BYTES:
            raise
        reading.drop("byte", "not UTF-8, read as U+FFFD", n)
        return page


def _add_page(number: str, date: str, article: lxml.html.HtmlElement, reading: Reading) -> None:
    """Add the documents of one page, and count what is left out."""
    url = f"http://en.kremlin.ru/events/president/news/{number}"
    title = " ".join(article.findtext(".//h1", "").split())
    page = {"actor": "RUS", "date": date, "title": title, "url": url, "language": "en", "translated": True}
    paragraphs = [
        _paragraph(e) for e in article.xpath('.//div[@itemprop="articleBody"]/*[self::p or self::blockquote]')
    ]
    turns = list(_turns([paragraph for paragraph in paragraphs if paragraph.text], reading))
    if not turns:
        lead = [_paragraph(e) for e in article.xpath('.//div[contains(@class, "read__lead")]//p')]
        text = "\n\n".join(p.text for p in (*lead, *paragraphs) if p.text)
        if text:
            reading.rows.append(page | {"doc_id": f"kremlin-{number}", "venue": "statement", "text": text})
        else:
            reading.drop("page", "without text")
    for position, turn in enumerate(turns, start=1):
        speaker, text = _speaker(turn.label), "\n\n".join(filter(None, turn.paragraphs))
        if speaker is None:
            audience = turn.label.startswith(_AUDIENCE)
            reading.drop("turn", "a question or remark from the audience" if audience else "another speaker")
        elif not any(character.isalnum() for character in text):
            reading.drop("turn", "without words")
        else:
            doc_id = f"kremlin-{number}-{position:03d}"
            reading.rows.append(page | {"doc_id": doc_id, "venue": "transcript", "text": text, "speaker": speaker})


def _speaker(label: str) -> str | None:
    """Name the Russian leader a label stands for, if it does."""
    return next((name for name, pattern in _SPEAKERS.items() if pattern.search(label)), None)


def _turns(paragraphs: list[_Paragraph], reading: Reading) -> Iterator[_Turn]:
    """Split a page's paragraphs at its labels; without a label there is no turn."""
    labels = [_bold_label(paragraph) for paragraph in paragraphs]
    known = {name for label, _ in labels if label for name in (label, " ".join(label.split()[-2:]))} | set(_AUDIENCE)
    labels = [found if found[0] else _plain_label(p, known) for found, p in zip(labels, paragraphs, strict=True)]
    if not any(label for label, _ in labels):
        return
    turn = None
    for (label, rest), paragraph in zip(labels, paragraphs, strict=True):
        if label:
            if turn:
                yield turn
            turn = _Turn(label, [rest])
        elif turn is None or not paragraph.text.strip("* "):
            reading.drop("paragraph", "press office's, in a transcript")
            if turn:
                yield turn
            turn = None
        elif paragraph.aside:
            reading.drop("paragraph", paragraph.aside)
        else:
            turn.paragraphs.append(paragraph.text)
    if turn:
        yield turn


def _bold_label(paragraph: _Paragraph) -> tuple[str, str]:
    """Split 'label: rest' where the label is in bold type."""
    bold, colon, inside = paragraph.bold.partition(":")
    end = _LABEL_END.match(paragraph.text, len(paragraph.bold))
    if not bold or inside.strip() or not (colon or end):
        return "", paragraph.text
    start = paragraph.text.index(":", len(bold)) + 1
    return _name(bold), paragraph.text[start:].strip()


def _plain_label(paragraph: _Paragraph, known: set[str]) -> tuple[str, str]:
    """Split 'label: rest' in plain type, or bold without a colon, where the page has that label elsewhere."""
    if _name(paragraph.bold) in known:
        return _name(paragraph.bold), paragraph.text[len(paragraph.bold) :].lstrip(" .")
    plain = _PLAIN_LABEL.match(paragraph.text)
    if plain and (_name(plain[1]) in known or re.fullmatch(r"(?:President of Russia )?Vladimir Putin", plain[1])):
        return _name(plain[1]), paragraph.text[plain.end() :].strip()
    return "", paragraph.text


def _name(label: str) -> str:
    """Take notes, no-break spaces and a closing stop off a label."""
    return " ".join(re.sub(r"\([^)]*\)", " ", label).split()).rstrip(" .:")


def _paragraph(element: lxml.html.HtmlElement) -> _Paragraph:
    """Render an element, its pop-ups left out."""
    runs = [(_blanks(text), styles) for text, styles in _runs(element, frozenset()) if text]
    text = re.sub(r" *\n *", "\n", re.sub(" +", " ", "".join(run for run, _ in runs))).strip()
    bold = ""
    for run, styles in runs:
        if run.strip() and "b" not in styles:
            break
        bold += run
    bold = re.sub(" +", " ", bold).strip()
    aside = "a pull-quote" if element.tag == "blockquote" else ""
    if text and any(all(tag in styles for run, styles in runs if run.strip()) for tag in "bi"):
        aside = "a heading or stage direction"
    return _Paragraph(text, bold, aside)


def _blanks(text: str) -> str:
    return text if text == "\n" else re.sub(r"[ \t\r\n\f]+", " ", text)


def _runs(element: lxml.html.HtmlElement, styles: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Walk through the text with the type it is set in."""
    marks = (element.get("class") or "").split()
    if not isinstance(element.tag, str) or "hidden" in marks or "masha-ignore" in marks:
        return
    style = {"b": "b", "strong": "b", "i": "i", "em": "i"}.get(element.tag)
    styles = styles | {style} if style else styles
    if element.tag == "br":
        yield "\n", styles
    yield element.text or "", styles
    for child in element:
        yield from _runs(child, styles)
        yield child.tail or "", styles


SOURCE = Source(
    name="kremlin",
    title="President of Russia: news and transcripts, in English",
    citation="President of Russia (1999-2020), en.kremlin.ru, collected by I. D. Miller, valdai-transcripts, "
    "github.com/iandennismiller/valdai-transcripts.",
    licence="CC BY 4.0",
    location="github.com/iandennismiller/valdai-transcripts (var/extract/en.kremlin.ru)",
    files=("en.kremlin.ru*", "valdai-transcripts*"),
    venues=("statement", "transcript"),
    read=_read,
)
