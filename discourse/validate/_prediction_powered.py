"""Prediction-powered inference with power tuning: what the rules say, trusted as far as the labels bear it out."""

import numpy as np

from discourse.validate._design_based import DifferenceEstimator, horvitz_thompson
from discourse.validate._labels import Labels, Sample
from discourse.validate._resampled import left_out

__all__ = ["prediction_powered", "tune"]


def tune(sample: Sample, labels: Labels) -> np.ndarray:
    """Return for each code the lambda, from 0 to 1, at which the estimate varies least between documents.

    The estimate is ``a + lambda * b``: `a` from the labels alone, `b` the rules' count less what the labels make of
    it. Its variance is least at ``-cov(a, b) / var(b)``, both taken from leaving out one document after the other.
    Where the rules' count is met exactly, `b` does not vary and lambda is 1.
    """
    alone = left_out(horvitz_thompson(sample, labels))
    power = left_out(_at(sample, labels, np.ones(alone.shape[1]))) - alone
    alone, power = alone - alone.mean(axis=0), power - power.mean(axis=0)
    spread = (power**2).sum(axis=0)
    varies = spread > 1e-12 * (alone**2).sum(axis=0)
    return np.where(varies, np.clip(-(alone * power).sum(axis=0) / np.where(varies, spread, 1.0), 0, 1), 1.0)


def prediction_powered(sample: Sample, labels: Labels) -> DifferenceEstimator:
    """Return the estimator with the tuned lambda."""
    return _at(sample, labels, tune(sample, labels) if len(sample.words) > 1 else np.ones(sample.naive.shape[1]))


def _at(sample: Sample, labels: Labels, power: np.ndarray) -> DifferenceEstimator:
    return DifferenceEstimator(sample, labels, power * sample.naive, power * labels.said[sample.labels])
