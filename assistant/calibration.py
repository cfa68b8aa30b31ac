"""Fits ranking and confidence on questions whose answer is known.

Labelled questions are asked as they are. Without them every phrasing is such a question: it is asked
with itself left out (is its article still first?) and with its whole article left out (nothing can be
right), both computed as if the left-out passages had never been there. Phrasings are written to differ
from each other, so what is fitted on them is too careful with what customers really ask.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.confidence import NEVER, Confidence, features
from assistant.probes import FOLDS, MIN_PROBES, Probe, Progress, ask_labelled, ask_phrasings, choices_of
from assistant.proof import provable_share
from assistant.weighing import PRIOR_OF_PHRASINGS, learn_weights
from corpus import LANGUAGES
from corpus.questions import Question
from index import Index, Weights

PROOF = 2
"""How many questions a proof will count for each one that is calibrated on: a third and two thirds of all."""
COVERAGES = tuple(share / 100 for share in range(60, 96, 2))
"""Shares of the answerable questions that the candidates for an answer point answer. The proof ends at the
first candidate that fails, and one that answers few questions fails by a single wrong answer: from 0.6 on,
resampled calibration questions prove more than from 0.4 on, and less often nothing."""


def calibrate_index(
    index: Index,
    *,
    max_wrong: float,
    expected_unanswerable: float,
    questions: Sequence[Question] = (),
    progress: Progress | None = None,
) -> Confidence | None:
    """Fit ranking and confidence of an index on labelled questions, or on its own phrasings.

    :param index: the index.
    :param max_wrong: the wrong share of direct answers at which the answer points are set.
    :param expected_unanswerable: the share of questions without an article, 0..1; weighs examples.
    :param questions: labelled ones; those that must escalate are never answered, so they do not count. With
        fewer than 50 that have an article, or 50 that have none, the phrasings serve.
    :param progress: called with the number of probes done and their total.
    :return: the confidence, ``None`` with fewer than 50 probes or five articles, or where every
        probe ended the same way.
    """
    labelled = ask_labelled(index, questions)
    if labelled is not None:
        probes, choices = labelled
        weights = learn_weights([*choices_of(probes), *choices])
        return _fit(index, probes, weights, max_wrong, expected_unanswerable, proven=True)
    probes = list(ask_phrasings(index, progress))
    if not probes:
        return None
    weights = learn_weights(choices_of(probes), prior=PRIOR_OF_PHRASINGS)
    return _fit(index, probes, weights, max_wrong, expected_unanswerable, proven=False)


def _fit(
    index: Index,
    probes: Sequence[Probe],
    ranking: Weights,
    max_wrong: float,
    expected_unanswerable: float,
    *,
    proven: bool,
) -> Confidence | None:
    described, right = _described(index, probes, ranking)
    answerable = np.array([probe.answerable for probe in probes])
    if len(set(right.tolist())) < 2 or answerable.all() or not answerable.any():
        return None
    language = np.array([probe.language for probe in probes])
    mean, scale = described.mean(axis=0), described.std(axis=0) + 1e-9
    x = (described - mean) / scale
    weight = np.where(
        answerable,
        (1.0 - expected_unanswerable) / answerable.sum(),
        expected_unanswerable / (~answerable).sum(),
    ) * len(x)
    model = _regression(x, right, weight)
    held_out = _held_out(x, right, weight, np.array([probe.group for probe in probes]))
    points: dict[str, float] = {}
    ladder: dict[str, tuple[float, ...]] = {}
    for each in LANGUAGES:
        own = language == each
        if own.sum() >= 2 * MIN_PROBES:
            # What is proven afterwards need not be predicted cautiously as well.
            target = provable_share(max_wrong, PROOF * int(answerable[own].sum())) if proven else max_wrong
            seen = (held_out[own], right[own], weight[own])
            points[each] = answer_point(*seen, target, cautious=not proven)
            ladder[each] = coverage_ladder(held_out[own & answerable])
    return Confidence(
        ranking=ranking,
        mean=tuple(mean.tolist()),
        scale=tuple(scale.tolist()),
        weights=tuple(model.coef_[0].tolist()),
        intercept=float(model.intercept_[0]),
        answer_points=points,
        ladder=ladder,
        probes={each: int((language == each).sum()) for each in LANGUAGES},
        max_wrong=max_wrong,
        expected_unanswerable=expected_unanswerable,
    )


def _described(
    index: Index, probes: Sequence[Probe], ranking: Weights
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The features of each probe's ranking, shape ``(n, features)``; whether its first article is right."""
    described = np.stack([features(index.weigh(probe.query, probe.evidence, ranking)) for probe in probes])
    first = [int(np.argmax(ranking.scores(probe.evidence.values))) for probe in probes]
    right = [bool(probe.right[at]) for probe, at in zip(probes, first, strict=True)]
    return described, np.array(right)


def _regression(x: npt.NDArray[np.float64], y: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]):  # type: ignore[no-untyped-def]
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.1, max_iter=1000).fit(x, y, sample_weight=weight)


def _held_out(
    x: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    groups: npt.NDArray[np.str_],
) -> npt.NDArray[np.float64]:
    """Probabilities, shape (n,), each from a fit that has not seen the probe's group."""
    from sklearn.model_selection import GroupKFold

    probability = np.empty(len(x))
    for train, test in GroupKFold(FOLDS).split(x, right, groups):
        model = _regression(x[train], right[train], weight[train])
        probability[test] = model.predict_proba(x[test])[:, 1]
    return probability


def coverage_ladder(probability: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Return candidates for an answer point that answer more and more, the strictest first.

    :param probability: of the answerable questions, shape (n,).
    :return: one probability for each of :data:`COVERAGES`, each once.
    """
    points = np.quantile(probability, 1.0 - np.array(COVERAGES), method="lower")
    return tuple(sorted(set(points.tolist()), reverse=True))


def answer_point(
    probability: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    max_wrong: float,
    *,
    cautious: bool = True,
) -> float:
    """Find the lowest probability above which the wrong share stays within ``max_wrong``.

    :param probability: shape (n,).
    :param right: whether the first article was right, shape (n,).
    :param weight: weight of each example, shape (n,).
    :param max_wrong: the wrong share allowed.
    :param cautious: take the share both ways, as observed and as predicted by the probabilities, and let the
        worse one count; else it counts as observed.
    :return: the answer point; above 1 where no point is good enough.
    """
    order = np.argsort(-probability, kind="stable")
    p, w = probability[order], weight[order]
    answered = np.cumsum(w)
    observed = np.cumsum(w * ~right[order]) / answered
    predicted = np.cumsum(w * (1.0 - p)) / answered
    last_of_value = np.append(p[1:] != p[:-1], True)
    share = np.maximum(observed, predicted) if cautious else observed
    good = np.flatnonzero((share <= max_wrong) & last_of_value)
    return float(p[good[-1]]) if good.size else NEVER
