"""What the plots show: wrong share by coverage, and right share by confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.intervals import Figure, share
from eval.metrics import BINS
from eval.outcome import Outcome
from eval.resampling import equal_mass

POINTS = 200
"""Most points a curve is drawn with."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How many of ``n`` questions are answered from some confidence on, and how many of these are wrong."""

    answered: int
    wrong: int
    n: int

    @property
    def coverage(self) -> float:
        """The share answered."""
        return self.answered / self.n

    @property
    def risk(self) -> float:
        """The wrong share among those answered."""
        return self.wrong / self.answered


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of similar confidence: their mean confidence, and how many are right."""

    confidence: float
    right: Figure


def risk_coverage(outcomes: Sequence[Outcome]) -> list[CurvePoint]:
    """Return the risk-coverage curve (El-Yaniv & Wiener, JMLR 2010).

    Questions of equal confidence are answered together.

    :param outcomes: one a question; none where one has no confidence.
    :return: at most 200 points, by rising coverage.
    """
    confidence, correct = confidences(outcomes)
    order = np.argsort(-np.array(confidence), kind="stable")
    sorted_confidence = np.array(confidence)[order]
    wrong = np.cumsum(1 - np.array(correct, dtype=np.int64)[order])
    last = np.flatnonzero(np.append(sorted_confidence[1:] != sorted_confidence[:-1], True)[: len(order)])
    if len(last) > POINTS:
        last = last[np.unique(np.linspace(0, len(last) - 1, POINTS).astype(np.intp))]
    return [CurvePoint(at + 1, int(wrong[at]), len(order)) for at in last.tolist()]


def reliability(confidence: Sequence[float], correct: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Return the bins of :func:`eval.metrics.expected_calibration_error`, the least confident first.

    :param confidence: one probability a question.
    :param correct: whether the first article is acceptable.
    :param bins: how many; those without questions are left out.
    :return: the bins.
    """
    if not confidence:
        return []
    bin_of = equal_mass(confidence, bins)(np.ones((1, len(confidence))))[0].tolist()
    members = [[at for at, own in enumerate(bin_of) if own == number] for number in range(bins)]
    return [
        Bin(sum(confidence[at] for at in rows) / len(rows), share([correct[at] for at in rows]))
        for rows in members
        if rows
    ]


def confidences(outcomes: Sequence[Outcome]) -> tuple[list[float], list[bool]]:
    """Return confidence and correctness, one a question; nothing where a confidence is missing."""
    known = [outcome.confidence for outcome in outcomes if outcome.confidence is not None]
    if len(known) < len(outcomes):
        return [], []
    return known, [outcome.correct for outcome in outcomes]
