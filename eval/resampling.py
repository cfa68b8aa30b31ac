"""Figures as functions of how often each question counts, so that a thousand resamples cost one pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""One value a question, shape ``(n,)``; as a result, one value a resample, shape ``(resamples,)``."""

Weights = NDArray[np.float64]
"""How often each question counts, shape ``(resamples, n)``; all ones is the sample itself."""

Statistic = Callable[[Weights], Floats]
"""A figure for every resample, shape ``(resamples,)``; NaN where the figure is undefined."""


def mean_of(values: Sequence[float]) -> Statistic:
    """Return the mean of one value a question."""
    column = np.asarray(values, dtype=np.float64)
    return lambda weights: _ratio(weights @ column, weights.sum(axis=1))


def ratio_of(above: Sequence[float], below: Sequence[float]) -> Statistic:
    """Return the sum of one value a question over the sum of another of the same questions."""
    upper, lower = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return lambda weights: _ratio(weights @ upper, weights @ lower)


def spearman_of(left: Sequence[float], right: Sequence[float]) -> Statistic:
    """Return Spearman's rank correlation of two values a question, tied values at their mean rank.

    Pearson's correlation of the ranks (Spearman, 1904), which are taken anew in every resample; of the
    sample itself it is that of :func:`scipy.stats.spearmanr`.
    """
    ranks = _mean_ranks(left), _mean_ranks(right)

    def statistic(weights: Weights) -> Floats:
        total = weights.sum(axis=1, keepdims=True)
        first, second = (rank(weights) for rank in ranks)
        first -= (weights * first).sum(axis=1, keepdims=True) / total
        second -= (weights * second).sum(axis=1, keepdims=True) / total
        spreads = (weights * first**2).sum(axis=1) * (weights * second**2).sum(axis=1)
        return _ratio((weights * first * second).sum(axis=1), np.sqrt(spreads))

    return statistic if len(left) else _undefined


def auroc_of(confidence: Sequence[float], correct: Sequence[bool]) -> Statistic:
    """Return the area under the ROC curve; see :func:`eval.metrics.auroc`."""
    order = np.argsort(np.asarray(confidence, dtype=np.float64), kind="stable")
    right = np.asarray(correct, dtype=np.float64)[order]
    starts = _tie_starts(np.asarray(confidence, dtype=np.float64)[order])

    def statistic(weights: Weights) -> Floats:
        ordered = weights[:, order]
        good = np.add.reduceat(ordered * right, starts, axis=1)
        bad = np.add.reduceat(ordered * (1 - right), starts, axis=1)
        bad_below = np.cumsum(bad, axis=1) - bad
        won = (good * (bad_below + bad / 2)).sum(axis=1)
        return _ratio(won, good.sum(axis=1) * bad.sum(axis=1))

    return statistic if len(right) else _undefined


def augrc_of(confidence: Sequence[float], correct: Sequence[bool]) -> Statistic:
    """Return the area under the generalised risk-coverage curve; see :func:`eval.metrics.augrc`."""
    order = np.argsort(np.asarray(confidence, dtype=np.float64), kind="stable")
    wrong = 1 - np.asarray(correct, dtype=np.float64)[order]
    starts = _tie_starts(np.asarray(confidence, dtype=np.float64)[order])

    def statistic(weights: Weights) -> Floats:
        ordered = weights[:, order]
        tied = np.add.reduceat(ordered, starts, axis=1)
        bad = np.add.reduceat(ordered * wrong, starts, axis=1)
        below = np.cumsum(tied, axis=1) - tied
        return _ratio((bad * (below + tied / 2)).sum(axis=1), weights.sum(axis=1) ** 2)

    return statistic if len(wrong) else _undefined


def calibration_error_of(confidence: Sequence[float], correct: Sequence[bool], bins: int) -> Statistic:
    """Return the calibration error; see :func:`eval.metrics.expected_calibration_error`."""
    gap = np.asarray(correct, dtype=np.float64) - np.asarray(confidence, dtype=np.float64)
    bin_of = equal_mass(confidence, bins)

    def statistic(weights: Weights) -> Floats:
        cells = bin_of(weights) + bins * np.arange(len(weights))[:, np.newaxis]
        sums = np.bincount(cells.ravel(), (weights * gap).ravel(), minlength=bins * len(weights))
        return _ratio(np.abs(sums.reshape(-1, bins)).sum(axis=1), weights.sum(axis=1))

    return statistic if len(gap) else _undefined


def equal_mass(confidence: Sequence[float], bins: int) -> Callable[[Weights], NDArray[np.intp]]:
    """Return each question's bin in each resample, shape ``(resamples, n)``, the least confidence first.

    Bins hold about equally many questions; those of equal confidence stay in one bin.
    """
    ranks = _mean_ranks(confidence)

    def bin_of(weights: Weights) -> NDArray[np.intp]:
        places = ranks(weights) / weights.sum(axis=1, keepdims=True)
        numbers: NDArray[np.intp] = np.minimum(places * bins, bins - 1).astype(np.intp)
        return numbers

    return bin_of


def difference_of(left: Statistic, right: Statistic) -> Statistic:
    """Return a figure of one system less that of another on the same questions."""
    return lambda weights: left(weights) - right(weights)


def coverage_at_precision_of(
    confidence: Sequence[float], correct: Sequence[bool], precision: float
) -> Statistic:
    """Return the coverage at a precision; see :func:`eval.metrics.coverage_at_precision`."""
    descending = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    right = np.asarray(correct, dtype=np.float64)[descending]
    starts = _tie_starts(np.asarray(confidence, dtype=np.float64)[descending])

    def statistic(weights: Weights) -> Floats:
        ordered = weights[:, descending]
        answered = np.cumsum(np.add.reduceat(ordered, starts, axis=1), axis=1)
        good = np.cumsum(np.add.reduceat(ordered * right, starts, axis=1), axis=1)
        reached = _ratio(good, answered) >= precision
        return _ratio(np.where(reached, answered, 0.0).max(axis=1), weights.sum(axis=1))

    return statistic if len(right) else _undefined


def mcc_of(truth: Sequence[str | None], predicted: Sequence[str | None]) -> Statistic:
    """Return the multiclass correlation; see :func:`eval.metrics.multiclass_mcc`."""
    classes = {label: column for column, label in enumerate(dict.fromkeys((*truth, *predicted)))}
    true_columns, predicted_columns = (
        np.eye(len(classes))[[classes[label] for label in labels]].reshape(len(labels), len(classes))
        for labels in (truth, predicted)
    )
    agree = (true_columns * predicted_columns).sum(axis=1)

    def statistic(weights: Weights) -> Floats:
        total, right = weights.sum(axis=1), weights @ agree
        true, guessed = weights @ true_columns, weights @ predicted_columns
        above = right * total - (true * guessed).sum(axis=1)
        below = (total**2 - (true**2).sum(axis=1)) * (total**2 - (guessed**2).sum(axis=1))
        return np.nan_to_num(_ratio(above, np.sqrt(below)))

    return statistic if len(truth) else _undefined


def value_of(statistic: Statistic, n: int) -> float | None:
    """Return the figure of the sample itself, ``None`` where it is undefined."""
    value = float(statistic(np.ones((1, n)))[0])
    return None if np.isnan(value) else value


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return ratio


def _mean_ranks(values: Sequence[float]) -> Callable[[Weights], NDArray[np.float64]]:
    """Return the questions' ranks in each resample, shape ``(resamples, n)``, up to a constant."""
    column = np.asarray(values, dtype=np.float64)
    order = np.argsort(column, kind="stable")
    starts = _tie_starts(column[order])
    _, group = np.unique(column, return_inverse=True)

    def ranks(weights: Weights) -> NDArray[np.float64]:
        tied = np.add.reduceat(weights[:, order], starts, axis=1)
        middle: NDArray[np.float64] = np.cumsum(tied, axis=1) - tied / 2
        return middle[:, group]

    return ranks


def _tie_starts(ordered: Floats) -> NDArray[np.intp]:
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])


def _undefined(weights: Weights) -> Floats:
    return np.full(len(weights), np.nan)
