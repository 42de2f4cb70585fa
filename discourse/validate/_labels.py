"""The second phase: sentences coded by hand, joined to what the rules found in them, and cut up by group."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from discourse.compare._counting import ANY, STANCE_CODE, Group
from discourse.errors import InputError, one_of
from discourse.validate._found import STATES, Found

__all__ = ["Labels", "Sample", "read_labels", "shortfall", "take"]


class Labels(NamedTuple):
    """Coded sentences: `row` of the document, `weight` (1 / probability), `stratum` (a number), `state` (of `STATES`).

    `place` is where the sentence stands among those with a span (-1: it has none); `truth` and `said` (labels x codes)
    tell whether the coders, and whether the rules, gave it the code. `by_state`: the strata follow the states.
    """

    row: np.ndarray
    weight: np.ndarray
    stratum: np.ndarray
    state: np.ndarray
    place: np.ndarray
    truth: np.ndarray
    said: np.ndarray
    by_state: bool


class Sample(NamedTuple):
    """One group's documents and labels.

    `words` (documents) and `naive` (documents x codes) are what the rules counted; `sizes` (documents x cells) the
    sentences of each cell. A cell is a part of the group's sentences within which labels are weighted up to a known
    number of sentences: a state where the strata follow the states, else all sentences. `labels` tells which labels
    are the group's; `row`, `cell` and `weight` have an entry for each.
    """

    rows: np.ndarray
    words: np.ndarray
    naive: np.ndarray
    sizes: np.ndarray
    labels: np.ndarray
    row: np.ndarray
    cell: np.ndarray
    weight: np.ndarray


def read_labels(sheet: pd.DataFrame, found: Found, spans: pd.DataFrame) -> Labels:
    """Join the rows of a sheet that have a probability to what was found; rows of other documents are left out."""
    for column in ("doc_id", "sentence", "start", "end", "stratum", "codes"):
        if column not in sheet:
            raise InputError(f"sheet: column {column!r} is missing; legal: a table as discourse.draw_sheet returns it")
    probability = _probabilities(sheet)
    rows = pd.Index(found.counts.documents["doc_id"]).get_indexer(sheet["doc_id"].astype("str"))
    kept = np.flatnonzero((rows >= 0) & ~np.isnan(probability))
    rows, numbers = rows[kept], sheet["sentence"].to_numpy(np.int64)[kept]
    _check_places(sheet, kept, found, rows)
    _check_offsets(sheet, kept, spans)
    truth = _truth(sheet, kept, found)
    place = found.locate(rows, numbers)
    hit = place >= 0
    said, state = np.zeros_like(truth), np.full(len(kept), 2)
    said[hit], state[hit] = found.own[place[hit]], found.states()[place[hit]]
    strata = sheet["stratum"].fillna("").astype("str").iloc[kept]
    by_state = bool(len(kept)) and all(name.endswith(STATES) for name in strata)
    weight = 1 / probability[kept]
    return Labels(rows, weight, pd.factorize(strata, sort=True)[0], state, place, truth, said, by_state)


def take(found: Found, labels: Labels, group: Group, name: str) -> Sample:
    """Take one group's part of documents and labels; documents without a word are left out."""
    rows = group.rows[found.counts.words[group.rows] > 0]
    local = np.full(len(found.n_sentences), -1)
    local[rows] = np.arange(len(rows))
    chosen = np.flatnonzero(local[labels.row] >= 0)
    legal = "labels in every group, as discourse.draw_sheet gives them, or documents of the labelled groups only"
    if not len(chosen):
        raise InputError(f"sheet has no labelled sentence with a probability in {name}; legal: {legal}")
    sizes, cell = found.by_state()[rows], labels.state[chosen]
    if not labels.by_state:
        sizes, cell = sizes.sum(axis=1, keepdims=True), np.zeros(len(chosen), int)
    elif not (cell == 1).any():
        sizes, cell = np.column_stack([sizes[:, 0], sizes[:, 1] + sizes[:, 2]]), np.minimum(cell, 1)
    for number, size in enumerate(sizes.sum(axis=0)):
        if size and not (cell == number).any():
            what = STATES[0] if not number else STATES[2]
            raise InputError(
                f"sheet has no labelled sentence of the {size} in state {what!r} in {name}; legal: {legal}"
            )
    counts = found.counts
    words, naive = counts.words[rows], counts.sentences[rows]
    return Sample(rows, words, naive, sizes, chosen, local[labels.row[chosen]], cell, labels.weight[chosen])


def shortfall(sample: Sample, labels: Labels, n_boot: int, rng: np.random.Generator) -> list[tuple]:
    """Draw how far off the labels of each stratum can be beyond what drawing documents again shows.

    Of n labels s have the code. Under Jeffreys' prior the true number is about Gamma(s + 1/2), which is the sum of
    Gamma(s) and Gamma(1/2): drawing labels again gives the first part (none at all, where s is 0), and the second is
    drawn here, as shares Beta(1/2, n + 1/2); for labels without the code likewise. Returns for each stratum its cell,
    its members and the draws in sentences (draws x codes).
    """
    found = []
    layers = labels.stratum[sample.labels] * (len(STATES) + 1) + sample.cell
    for layer in np.unique(layers):
        members = np.flatnonzero(layers == layer)
        weight = sample.weight[members]
        size, n = weight.sum(), weight.sum() ** 2 / (weight**2).sum()
        share = np.average(labels.truth[sample.labels[members]], axis=0, weights=weight)
        more, fewer = rng.beta(0.5, n + 0.5, (2, n_boot, len(share)))
        unread = size * np.sqrt(max(0.0, 1 - n / size))
        found.append((sample.cell[members[0]], members, unread * ((1 - share) * more - share * fewer)))
    return found


def _probabilities(sheet: pd.DataFrame) -> np.ndarray:
    legal = "a sheet drawn with discourse.draw_sheet, or a column with each sentence's chance of being drawn"
    if "probability" not in sheet or sheet["probability"].isna().all():
        raise InputError(f"sheet has no probabilities, so its labels cannot say how frequent a code is; legal: {legal}")
    given = sheet["probability"]
    read = pd.to_numeric(given, errors="coerce").to_numpy(float, na_value=np.nan)
    for position in np.flatnonzero(given.notna().to_numpy() & ~((read > 0) & (read <= 1))):
        value = given.iloc[position]
        raise InputError(f"sheet, row {position}, column 'probability': {value}; legal: above 0, at most 1, or missing")
    return read


def _check_places(sheet: pd.DataFrame, kept: np.ndarray, found: Found, rows: np.ndarray) -> None:
    numbers = sheet["sentence"].to_numpy(np.int64)[kept]
    twice = pd.DataFrame({"row": rows, "sentence": numbers}).duplicated().to_numpy()
    beyond = (numbers < 0) | (numbers >= found.n_sentences[rows])
    for faulty, what in (
        (twice, "stands in the sheet before; legal: every sentence once"),
        (beyond, "is more than the document has; legal: sentences from 0"),
    ):
        for position in np.flatnonzero(faulty):
            raise InputError(f"sheet, row {kept[position]}, column 'sentence': {numbers[position]} {what}")


def _check_offsets(sheet: pd.DataFrame, kept: np.ndarray, spans: pd.DataFrame) -> None:
    """Refuse a sheet whose sentences are not those of the spans, as when texts were split differently then."""
    if "start" not in spans:
        return
    places = (
        sheet[["doc_id", "sentence", "start", "end"]]
        .iloc[kept]
        .assign(position=kept, doc_id=lambda one: one["doc_id"].astype("str"))
    )
    inside = spans[["doc_id", "sentence", "start"]].rename(columns={"start": "cue"}).astype({"doc_id": "str"})
    both = places.merge(inside, on=["doc_id", "sentence"])
    for row in both[(both["cue"] < both["start"]) | (both["cue"] >= both["end"])].itertuples():
        what = f"{row.start} to {row.end} does not hold the span at {row.cue} of sentence {row.sentence}"
        raise InputError(f"sheet, row {row.position}: {what}; legal: sentences split as in the spans")


def _truth(sheet: pd.DataFrame, kept: np.ndarray, found: Found) -> np.ndarray:
    members = found.members()
    legal = sorted({code for (_, code) in found.counts.codes if code not in (ANY, STANCE_CODE)})
    truth = np.zeros((len(kept), len(members)), bool)
    for position, (row, cell) in enumerate(zip(kept, sheet["codes"].iloc[kept], strict=True)):
        if pd.isna(cell):
            where = f"sheet, row {row}, column 'codes': the sentence is not coded"
            raise InputError(
                f"{where}; legal: every sentence that has a probability coded, with empty text for no code"
            )
        given = set(str(cell).split())
        for code in sorted(given):
            one_of(code, legal, f"sheet, row {row}, column 'codes': a code")
        truth[position] = [bool(given & some) for some in members]
    return truth
