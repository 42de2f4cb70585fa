"""Estimators that rest on the probabilities of the labels: two-phase stratified, and design-based supervised learning.

All are sums over documents of a prediction for every sentence plus what the labels show it to miss:
``sum(f) + sum((y - f) / probability)``, the weights 1 / probability scaled, cell by cell, to the known number of
sentences. Whatever f is, the estimate is unbiased; the better f, the narrower the interval.
"""

import hashlib

import numpy as np

from discourse.validate._found import Found
from discourse.validate._labels import Labels, Sample, shortfall
from discourse.validate._resampled import per_word

__all__ = ["DifferenceEstimator", "cross_fitted", "horvitz_thompson"]

FOLDS = 5
_NAIVE = np.array([0.0, 0.0, 0.0, 0.0, 1.0])
"""What the rules say in each class of `_classes`: the code only where it has a span of its own."""


class DifferenceEstimator:
    """Sentences with each code: those predicted, and the mean of label minus prediction in each cell times its size.

    `known` (documents x codes) sums the predictions over all sentences of a document, `fitted` (labels x codes) holds
    them for the group's labels.
    """

    def __init__(self, sample: Sample, labels: Labels, known: np.ndarray, fitted: np.ndarray):
        self._sample, self._labels = sample, labels
        n_documents, self._cells = sample.sizes.shape
        n_codes = known.shape[1]
        weight = np.zeros((n_documents, self._cells))
        np.add.at(weight, (sample.row, sample.cell), sample.weight)
        missed = np.zeros((n_documents, self._cells, n_codes))
        residual = labels.truth[sample.labels] - fitted
        np.add.at(missed, (sample.row, sample.cell), sample.weight[:, None] * residual)
        blocks = [sample.words, sample.sizes, weight, known, missed.reshape(n_documents, -1)]
        self.table = np.column_stack(blocks).astype(float)
        with np.errstate(invalid="ignore"):
            self._mean = np.nan_to_num(missed.sum(axis=0) / weight.sum(axis=0)[:, None])

    def rates(self, sums: np.ndarray, shift: np.ndarray | None = None) -> np.ndarray:
        """Return sentences with the code per word; a cell without a label in a draw has its mean in the sample."""
        cells, codes = self._mean.shape
        words, sizes, weight, known, missed = np.split(sums, np.cumsum([1, cells, cells, codes]), axis=1)
        drawn = weight > 0
        mean = missed.reshape(-1, cells, codes) / np.where(drawn, weight, 1.0)[:, :, None]
        mean = np.where(drawn[:, :, None], mean, self._mean)
        sentences = known + (sizes[:, :, None] * mean).sum(axis=1)
        return per_word(sentences if shift is None else sentences + shift, words[:, 0])

    def shifts(self, n_boot: int, rng: np.random.Generator) -> np.ndarray:
        """Draw the doubt about strata in which few labels have the code, or few lack it (draws x codes)."""
        cells = self._cells
        totals = self.table.sum(axis=0)
        scale = totals[1 : 1 + cells] / np.maximum(totals[1 + cells : 1 + 2 * cells], 1.0)
        shift = np.zeros((n_boot, self._mean.shape[1]))
        for cell, _, drawn in shortfall(self._sample, self._labels, n_boot, rng):
            shift += scale[cell] * drawn
        return shift


def horvitz_thompson(sample: Sample, labels: Labels) -> DifferenceEstimator:
    """Two-phase stratified estimate: nothing is predicted, all comes from the labels and the sizes of the strata."""
    return DifferenceEstimator(sample, labels, np.zeros(sample.naive.shape), np.zeros((len(sample.labels), 1)))


def cross_fitted(found: Found, labels: Labels, random_state: int) -> tuple[np.ndarray, np.ndarray]:
    """Predict each code in each sentence from what the rules found there, by labels of other documents.

    Sentences fall into five classes by code (nothing found; a span that is not own; another code's own span; a span of
    the code that is not own; an own span of it). The prediction is the share of labels with the code in the class, in
    the folds to which the document does not belong, with what the rules say thrown in as one label more.

    Returns the sums of the predictions by document (documents x codes), and those for the labels (labels x codes).
    """
    n_codes, n_classes = labels.truth.shape[1], len(_NAIVE)
    fold = np.array([_fold(doc_id, random_state) for doc_id in found.counts.documents["doc_id"]])
    everywhere = _classes(found)
    classes = np.zeros(labels.truth.shape, int)
    hit = labels.place >= 0
    classes[hit] = everywhere[labels.place[hit]]
    column = np.broadcast_to(np.arange(n_codes), classes.shape)
    seen, with_code = np.zeros((FOLDS, n_codes, n_classes)), np.zeros((FOLDS, n_codes, n_classes))
    where = (fold[labels.row][:, None], column, classes)
    np.add.at(seen, where, 1)
    np.add.at(with_code, where, labels.truth)
    others = seen.sum(axis=0) - seen
    predicted = (with_code.sum(axis=0) - with_code + _NAIVE) / (others + 1)
    counted = np.zeros((len(fold), n_codes, n_classes))
    np.add.at(counted, (found.row[:, None], np.arange(n_codes), everywhere), 1)
    counted[:, :, 0] = found.n_sentences[:, None] - counted.sum(axis=2)
    return (counted * predicted[fold]).sum(axis=2), predicted[where]


def _fold(doc_id: str, random_state: int) -> int:
    return hashlib.sha256(f"{random_state} {doc_id}".encode()).digest()[0] % FOLDS


def _classes(found: Found) -> np.ndarray:
    """Class of each sentence with a span (rows) for each code (columns), from 1."""
    other = np.where(found.own.any(axis=1), 2, 1)[:, None]
    return np.where(found.own, 4, np.where(found.seen, 3, other))
