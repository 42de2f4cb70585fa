"""Rogan and Gladen's correction: the apparent share of sentences, put right by sensitivity and specificity."""

import numpy as np

from discourse.validate._labels import Labels, Sample, shortfall
from discourse.validate._resampled import per_word

__all__ = ["LEAST", "RoganGladen"]

LEAST = 0.3
"""Where sensitivity + specificity - 1 is less, the correction is refused: it would divide by next to nothing."""


class RoganGladen:
    """(q + specificity - 1) / (sensitivity + specificity - 1), from 0 to 1, times the number of sentences.

    q is the share of sentences in which the rules found the code; sensitivity and specificity are the group's own,
    from labels weighted by 1 / probability.
    """

    def __init__(self, sample: Sample, labels: Labels):
        self._sample, self._labels = sample, labels
        self._codes = sample.naive.shape[1]
        truth, said = labels.truth[sample.labels], labels.said[sample.labels]
        sums = np.concatenate([truth & said, truth, ~truth & said, ~truth], axis=1) * sample.weight[:, None]
        by_document = np.zeros((len(sample.words), sums.shape[1]))
        np.add.at(by_document, sample.row, sums)
        self.table = np.column_stack([sample.words, sample.sizes.sum(axis=1), sample.naive, by_document]).astype(float)

    def youden(self) -> np.ndarray:
        """Sensitivity + specificity - 1 by code; missing where no label has the code, or all have."""
        hit, truth, false, free = self._parts(self.table.sum(axis=0)[None])[3:]
        with np.errstate(invalid="ignore", divide="ignore"):
            return (hit / truth - false / free)[0]

    def rates(self, sums: np.ndarray, shift: np.ndarray | None = None) -> np.ndarray:
        """Return sentences with the code per word; missing where the correction is refused."""
        words, size, said, hit, truth, false, free = self._parts(sums)
        if shift is not None:
            hit, truth = hit + shift[0], truth + shift[1]
            false, free = false - shift[0], free - shift[1]
        with np.errstate(invalid="ignore", divide="ignore"):
            wrong = np.clip(np.nan_to_num(false / free), 0, 1)
            right = np.clip(np.where(truth > 0, hit / truth, 1.0), 0, 1)
            share = np.clip((said / size - wrong) / np.maximum(right - wrong, 1e-6), 0, 1)
            refused = ~(self.youden() >= LEAST)
        return per_word(np.where(refused, np.nan, share * size), words[:, 0])

    def shifts(self, n_boot: int, rng: np.random.Generator) -> np.ndarray:
        """Draw the doubt about strata where few labels have or lack the code: those found, and all with the code."""
        shift = np.zeros((2, n_boot, self._codes))
        for _, members, drawn in shortfall(self._sample, self._labels, n_boot, rng):
            said = self._labels.said[self._sample.labels[members]]
            shift[0] += drawn * np.average(said, axis=0, weights=self._sample.weight[members])
            shift[1] += drawn
        return shift

    def _parts(self, sums: np.ndarray) -> list[np.ndarray]:
        return np.split(sums, np.cumsum([1, 1, *[self._codes] * 4]), axis=1)
