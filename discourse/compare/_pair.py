"""Two groups of documents, what is counted in them of one code, and the units that can be taken away from them."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from discourse.compare._counting import ANY, _stands_for, count_by_document
from discourse.compare._sides import side_masks
from discourse.compare.speakers import unify_speakers
from discourse.errors import InputError, one_of

__all__ = ["ENTRIES", "UNITS", "Pair", "Units", "find_code", "make_units", "take_pair"]

ENTRIES = ("rule", "cue")
UNITS = ("document", "speaker", *ENTRIES)


class Pair(NamedTuple):
    """The documents with words of two groups, sorted by doc_id: whose they are (`target`), `k` sentences, `words`.

    `spans` are the own spans of the code, with the `row` of their document.
    """

    documents: pd.DataFrame
    target: np.ndarray
    k: np.ndarray
    words: np.ndarray
    spans: pd.DataFrame
    code: str


class Units(NamedTuple):
    """What can be taken away, sorted by name.

    `of_document` is the unit each document belongs to. Rules and cues hold no documents but find sentences: then it is
    None, `found` (sets of entries x units) tells the sets of entries that some sentence was found by, and `sentences`
    (documents x sets) counts those sentences. A sentence is lost when all entries that found it are gone.
    """

    names: list[str]
    of_document: np.ndarray | None
    found: np.ndarray | None
    sentences: sparse.csr_array | None


def find_code(codes: list[tuple[str, str]], code: str) -> int:
    """Return the place among (construct, code) of a code, or of a construct's summary `any` by the construct's name."""
    names = [construct if name == ANY else name for construct, name in codes]
    one_of(code, dict.fromkeys(names), "code")
    if names.count(code) > 1:
        raise InputError(f"code {code!r} stands in several constructs of spans; keep the spans of one of them")
    return names.index(code)


def take_pair(spans: pd.DataFrame, documents: pd.DataFrame, by: str, sides: tuple[object, object], code: str) -> Pair:
    """Count one code in the documents of target and reference (None: all others); two documents with words a side."""
    counts = count_by_document(spans, documents)
    place = find_code(counts.codes, code)
    masks = side_masks(counts.documents, by, *sides, least=2)
    for name, mask in zip(("target", "reference"), masks, strict=True):
        if (counts.words[mask] > 0).sum() < 2:
            raise InputError(f"{name}: fewer than two of its documents have words; legal: two documents with words")
    rows = np.flatnonzero((masks[0] | masks[1]) & (counts.words > 0))
    chosen = counts.documents.iloc[rows].reset_index(drop=True)
    construct, name = counts.codes[place]
    own = spans[spans["own"].astype(bool) & (spans["construct"] == construct) & _stands_for(spans["code"], name)]
    at = pd.Index(chosen["doc_id"]).get_indexer(own["doc_id"].astype("str"))
    own = own.assign(row=at)[at >= 0].reset_index(drop=True)
    return Pair(chosen, masks[0][rows], counts.sentences[rows, place], counts.words[rows], own, code)


def make_units(pair: Pair, unit: str) -> Units:
    """List the documents, speakers, rules or cues of a pair."""
    one_of(unit, UNITS, "unit")
    if unit == "document":
        return Units(pair.documents["doc_id"].tolist(), np.arange(len(pair.documents)), None, None)
    if unit == "speaker":
        persons = unify_speakers(pair.documents)
        persons = persons.where(persons.notna(), "not named: " + pair.documents["doc_id"])
        numbers, names = pd.factorize(persons + " (" + pair.documents["actor"] + ")", sort=True)
        return Units(names.tolist(), numbers, None, None)
    if unit not in pair.spans:
        raise InputError(f"spans: column {unit!r} is missing; legal: the table that discourse.code returns")
    entry = pair.spans[unit].str.casefold().str.split().str.join(" ") if unit == "cue" else pair.spans[unit]
    if not len(entry):
        raise InputError(
            f"neither group has a sentence of {pair.code!r}, so no {unit} can be left out; choose another code"
        )
    return _entries(pair, entry)


def _entries(pair: Pair, entry: pd.Series) -> Units:
    """Group the sentences by the set of entries that found them."""
    numbers, names = pd.factorize(entry, sort=True)
    places = np.column_stack([pair.spans["row"], pair.spans["sentence"], numbers])
    places = np.unique(places, axis=0)
    first = np.flatnonzero(np.append(True, (np.diff(places[:, :2], axis=0) != 0).any(axis=1)))
    sets: dict[tuple[int, ...], int] = {}
    which = [sets.setdefault(tuple(some.tolist()), len(sets)) for some in np.split(places[:, 2], first[1:])]
    found = np.zeros((len(sets), len(names)), dtype=bool)
    for entries, place in sets.items():
        found[place, list(entries)] = True
    shape = (len(pair.documents), len(sets))
    sentences = sparse.csr_array((np.ones(len(which)), (places[first, 0], which)), shape=shape)
    return Units(names.tolist(), None, found, sentences)
