"""Concordance lines: every span in its context (key word in context), as in quanteda's `kwic`."""

import pandas as pd

from discourse.documents import check_documents
from discourse.errors import InputError
from discourse.segment import words

__all__ = ["kwic"]

_FURTHER = ("construct", "rule", "actor", "date", "own")
_LETTERS = 12
"""Characters looked at per word of context, doubled until they hold enough words."""


def kwic(spans: pd.DataFrame, documents: pd.DataFrame, window: int = 8) -> pd.DataFrame:
    """Show spans in their context.

    Parameters
    ----------
    spans : DataFrame
        What `discourse.code` returned, or any part of it; also spans that are not the actor's own are shown. Spans of
        documents that are not in `documents` are left out.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, `text`.
    window : int, default 8
        Words of context on each side.

    Returns
    -------
    DataFrame
        One line per span, in the order of `documents` and of the text: `docname`, `from`, `to` (characters in the
        text, from 0, end excluded), `pre`, `keyword`, `post` (slices of the text, each run of white space shown as one
        blank), `pattern` (the code), and, as far as the tables have them, `construct`, `rule`, `actor`, `date`, `own`.

    Raises
    ------
    InputError
        If documents have no text, the spans belong to other texts, or `window` is negative.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a"], "actor": ["AVR"], "text": ["Once more a groundless rumour goes"]})
    >>> spans = pd.DataFrame({"doc_id": ["a"], "start": [12], "end": [29], "code": ["label"]})
    >>> kwic(spans, documents, window=2)[["pre", "keyword", "post", "pattern"]]
          pre            keyword  post pattern
    0  more a  groundless rumour  goes   label
    """
    if window < 0:
        raise InputError(f"window is {window!r}; legal: a number of words from 0")
    documents = check_documents(documents)
    for column in ("doc_id", "start", "end", "code"):
        if column not in spans:
            raise InputError(f"spans: column {column!r} is missing; legal: the table that discourse.code returns")
    order = pd.Index(documents["doc_id"]).get_indexer(spans["doc_id"].astype("str"))
    shown = spans.assign(_order=order).loc[order >= 0].sort_values(["_order", "start", "end", "code"], kind="stable")
    texts = documents["text"].tolist()
    numbers = (shown[column].tolist() for column in ("_order", "start", "end"))
    places = [(texts[row], start, end) for row, start, end in zip(*numbers, strict=True)]
    _check_places(shown, places)
    lines = {
        "docname": shown["doc_id"].tolist(),
        "from": [start for _, start, _ in places],
        "to": [end for _, _, end in places],
        "pre": [_before(text, start, window) for text, start, _ in places],
        "keyword": [_folded(text[start:end]) for text, start, end in places],
        "post": [_after(text, end, window) for text, _, end in places],
        "pattern": shown["code"].tolist(),
    }
    for column in _FURTHER:
        if column in shown:
            lines[column] = shown[column].to_numpy()
        elif column in documents:
            lines[column] = documents[column].iloc[shown["_order"]].to_numpy()
    table = pd.DataFrame(lines)
    table.attrs = {"measure": "kwic", "window": window}
    return table


def _check_places(spans: pd.DataFrame, places: list[tuple[str, int, int]]) -> None:
    """Refuse spans that lie outside their text or hold another cue than it has there."""
    cues = spans["cue"] if "cue" in spans else [None] * len(spans)
    for doc_id, cue, (text, start, end) in zip(spans["doc_id"], cues, places, strict=True):
        if not 0 <= start <= end <= len(text) or cue not in (None, text[start:end]):
            raise InputError(
                f"spans: {doc_id!r} from {start} to {end} is not what stands there in the document; "
                "legal: spans of these very texts"
            )


def _before(text: str, start: int, window: int) -> str:
    """Return the last words before an offset, with what stands between and after them."""
    reach = _LETTERS * (window + 1)
    while True:
        begin = max(0, start - reach)
        found = words(text[begin:start])
        if begin == 0 or len(found) > window:
            break
        reach *= 2
    if window == 0 or not found:
        return ""
    return _folded(text[begin + found[-window:][0][0] : start])


def _after(text: str, end: int, window: int) -> str:
    """Return the first words after an offset, with what stands before and between them."""
    reach = _LETTERS * (window + 1)
    while True:
        found = words(text[end : end + reach])
        if end + reach >= len(text) or len(found) > window:
            break
        reach *= 2
    return _folded(text[end : end + found[:window][-1][1]]) if window and found else ""


def _folded(text: str) -> str:
    return " ".join(text.split())
