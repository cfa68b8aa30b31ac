"""How good a list of answers is: pure functions, each with its formula and its source.

A question's ``expected`` are the articles that answer it; none means that it must be refused.
A refusal is ``None``. Every figure is ``None`` where its denominator is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eval.resampling import (
    augrc_of,
    auroc_of,
    calibration_error_of,
    coverage_at_precision_of,
    mcc_of,
    mean_of,
    value_of,
)

Expected = Collection[str]
Refused = None
BINS = 15
"""Bins of the calibration error, as is usual."""


def hit(ranked: Sequence[str], expected: Expected, k: int) -> bool:
    """Say whether one of the first ``k`` articles is acceptable."""
    return any(article in expected for article in ranked[:k])


def reciprocal_rank(ranked: Sequence[str], expected: Expected, k: int) -> float:
    """Return 1 / rank of the first acceptable article, 0 where none stands among the first ``k``."""
    return next((1 / rank for rank, article in enumerate(ranked[:k], 1) if article in expected), 0.0)


def recall_at_k(ranked: Sequence[Sequence[str]], expected: Sequence[Expected], k: int) -> float | None:
    """Return the share of answerable questions with an acceptable article among the first ``k``.

    Also called success@k or hit rate. Questions without expected articles do not count.

    :param ranked: article ids a question, best first.
    :param expected: acceptable article ids a question.
    :param k: how many articles are looked at.
    :return: between 0 and 1.
    """
    hits = [hit(found, wanted, k) for found, wanted in zip(ranked, expected, strict=True) if wanted]
    return _mean(hits)


def mrr_at_k(ranked: Sequence[Sequence[str]], expected: Sequence[Expected], k: int) -> float | None:
    """Return the mean reciprocal rank over answerable questions (Voorhees, TREC-8, 1999).

    The reciprocal rank is 1 / rank of the first acceptable article, 0 beyond rank ``k``.

    :param ranked: article ids a question, best first.
    :param expected: acceptable article ids a question.
    :param k: how many articles are looked at.
    :return: between 0 and 1.
    """
    pairs = zip(ranked, expected, strict=True)
    return _mean([reciprocal_rank(found, wanted, k) for found, wanted in pairs if wanted])


def auroc(confidence: Sequence[float], correct: Sequence[bool]) -> float | None:
    """Return how well confidence tells right from wrong: the area under the ROC curve.

    The Mann-Whitney statistic: the chance that a right question has a higher confidence than a wrong
    one, ties counting half (Hanley & McNeil, Radiology 1982). Right means that the first article is
    acceptable, so questions that no article answers are always wrong.

    :param confidence: one number a question, higher is surer.
    :param correct: whether the first article is acceptable.
    :return: between 0 and 1, ``None`` unless both right and wrong questions occur.
    """
    return value_of(auroc_of(confidence, correct), len(correct))


def augrc(confidence: Sequence[float], correct: Sequence[bool]) -> float | None:
    """Return the area under the generalised risk-coverage curve (Traub et al., arXiv 2407.01032).

    The generalised risk at a threshold is the share of all questions that are answered and wrong; the area is
    taken over coverage by trapezoids, questions of equal confidence being answered together. It equals
    (1 - AUROC) a (1 - a) + (1 - a)^2 / 2 with a the share of right ones. Lower is better.

    :param confidence: one number a question, higher is surer.
    :param correct: whether the first article is acceptable.
    :return: between 0 and 0.5.
    """
    return value_of(augrc_of(confidence, correct), len(correct))


def expected_calibration_error(
    confidence: Sequence[float], correct: Sequence[bool], bins: int = BINS
) -> float | None:
    """Return the mean distance of confidence and share of right ones (Naeini et al., AAAI 2015).

    Sum over bins of |bin| / n * |right share - mean confidence|, the bins holding about equally many
    questions. Noise adds to it, so that its bootstrap interval lies too high rather than too low.

    :param confidence: one probability a question.
    :param correct: whether the first article is acceptable.
    :param bins: number of bins.
    :return: between 0 and 1.
    """
    return value_of(calibration_error_of(confidence, correct, bins), len(correct))


def coverage_at_precision(
    confidence: Sequence[float], correct: Sequence[bool], precision: float = 0.95
) -> float | None:
    """Return the largest share of all questions that can be answered at a precision.

    Over all thresholds t: max share of questions with confidence >= t, where the share of right ones
    among them is >= ``precision`` (Kamath et al., ACL 2020). Questions of equal confidence are
    answered together or not at all.

    :param confidence: one number a question, higher is surer.
    :param correct: whether the first article is acceptable.
    :param precision: smallest share of right answers.
    :return: between 0 and 1; 0 where no threshold reaches the precision.
    """
    return value_of(coverage_at_precision_of(confidence, correct, precision), len(correct))


def multiclass_mcc(truth: Sequence[str | None], predicted: Sequence[str | None]) -> float | None:
    """Return Gorodkin's R_K, the multiclass Matthews correlation; refusal is a class of its own.

    (c s - sum p_k t_k) / sqrt((s^2 - sum p_k^2)(s^2 - sum t_k^2)) with c right of s questions, p_k
    predicted and t_k true members of class k (Gorodkin, Comput. Biol. Chem. 2004). 0 where all
    questions are predicted, or are, of one class (the convention of Chicco & Jurman 2020).

    :param truth: the right article a question, ``None`` where refusing is right.
    :param predicted: the answered article, ``None`` where the question was refused.
    :return: between -1 and 1.
    """
    return value_of(mcc_of(truth, predicted), len(truth))


def nearest_truth(expected: Expected, predicted: str | None) -> str | None:
    """Return the one right class of a question with several acceptable articles.

    The predicted article where it is acceptable, else the first by name; ``None`` (refuse) where no
    article answers the question.
    """
    return predicted if predicted in expected else min(expected, default=Refused)


def is_right(expected: Expected, predicted: str | None) -> bool:
    """Say whether an acceptable article was answered, or an unanswerable question refused."""
    return not expected if predicted is Refused else predicted in expected


def deflection_accuracy(expected: Sequence[Expected], predicted: Sequence[str | None]) -> float | None:
    """Return (right answers + right refusals) / all questions."""
    return _mean([is_right(*pair) for pair in zip(expected, predicted, strict=True)])


def coverage(predicted: Sequence[str | None]) -> float | None:
    """Return answered / all questions."""
    return _mean([article is not Refused for article in predicted])


def wrong_rate(expected: Sequence[Expected], predicted: Sequence[str | None]) -> float | None:
    """Return wrong answers / answered questions; ``None`` where nothing was answered."""
    answered = [pair for pair in zip(expected, predicted, strict=True) if pair[1] is not Refused]
    return _mean([not is_right(*pair) for pair in answered])


def false_deflection(expected: Sequence[Expected], predicted: Sequence[str | None]) -> float | None:
    """Return the share of unanswerable questions that were answered all the same."""
    pairs = zip(expected, predicted, strict=True)
    return _mean([article is not Refused for wanted, article in pairs if not wanted])


def missed_deflection(expected: Sequence[Expected], predicted: Sequence[str | None]) -> float | None:
    """Return the share of answerable questions that were refused."""
    pairs = zip(expected, predicted, strict=True)
    return _mean([article is Refused for wanted, article in pairs if wanted])


def _mean(values: Sequence[float]) -> float | None:
    return value_of(mean_of(values), len(values))
