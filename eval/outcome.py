"""What a system did with one question, and all figures over many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Language
from eval.intervals import Figure, mean, resampled, share
from eval.metrics import hit, is_right, nearest_truth, reciprocal_rank
from eval.resampling import auroc_of, coverage_at_precision_of, mcc_of

FIGURES = (
    "recall_at_1",
    "recall_at_3",
    "mrr_at_10",
    "auroc",
    "coverage_at_p95",
    "mcc",
    "deflection_accuracy",
    "coverage",
    "wrong_rate",
)
"""The figures of :func:`measure`, in the order in which they are shown."""

_UNDEFINED = Figure(None, None, 0)


@dataclass(frozen=True, slots=True)
class Points:
    """The confidences from which an article counts as relevant, and is answered directly."""

    relevance: float
    answer: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The articles a system found for one question, best first, and how sure it was.

    ``confidence`` is ``None`` where none could be calibrated, ``points`` where the system decides
    nothing.
    """

    language: Language
    expected: frozenset[str]
    ranked: tuple[str, ...]
    confidence: float | None
    points: Points | None

    @property
    def correct(self) -> bool:
        """Whether the first article is acceptable; never for an unanswerable question."""
        return hit(self.ranked, self.expected, 1)

    def taken_from(self, point: float) -> str | None:
        """Return the first article where the confidence reaches ``point``, else ``None``: refused."""
        if self.confidence is None or self.confidence < point or not self.ranked:
            return None
        return self.ranked[0]


def measure(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Compute every figure of :data:`FIGURES` with its 95 % interval.

    Recall and MRR are over answerable questions, all others over all questions. MCC and deflection
    accuracy are taken at the relevance point, coverage and wrong rate at the answer point.

    :param outcomes: what one system did, one a question.
    :return: figures by name; without value where there is no confidence, or no question to count.
    """
    answerable = [outcome for outcome in outcomes if outcome.expected]
    figures = {
        "recall_at_1": share([hit(o.ranked, o.expected, 1) for o in answerable]),
        "recall_at_3": share([hit(o.ranked, o.expected, 3) for o in answerable]),
        "mrr_at_10": mean([reciprocal_rank(o.ranked, o.expected, 10) for o in answerable]),
        **_of_confidence(outcomes),
        **_of_decisions(outcomes),
    }
    return {name: figures.get(name, _UNDEFINED) for name in FIGURES}


def _of_confidence(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    confidence = [o.confidence for o in outcomes if o.confidence is not None]
    if len(confidence) < len(outcomes):
        return {}
    correct = [outcome.correct for outcome in outcomes]
    return {
        "auroc": resampled(auroc_of(confidence, correct), len(outcomes)),
        "coverage_at_p95": resampled(coverage_at_precision_of(confidence, correct, 0.95), len(outcomes)),
    }


def _of_decisions(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    points = [outcome.points for outcome in outcomes if outcome.points is not None]
    if len(points) < len(outcomes):
        return {}
    relevant = [o.taken_from(p.relevance) for o, p in zip(outcomes, points, strict=True)]
    answered = [o.taken_from(p.answer) for o, p in zip(outcomes, points, strict=True)]
    expected = [outcome.expected for outcome in outcomes]
    truth = [nearest_truth(*pair) for pair in zip(expected, relevant, strict=True)]
    given = [pair for pair in zip(expected, answered, strict=True) if pair[1] is not None]
    return {
        "mcc": resampled(mcc_of(truth, relevant), len(outcomes)),
        "deflection_accuracy": share([is_right(*pair) for pair in zip(expected, relevant, strict=True)]),
        "coverage": share([article is not None for article in answered]),
        "wrong_rate": share([not is_right(*pair) for pair in given]),
    }
