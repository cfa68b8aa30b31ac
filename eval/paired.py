"""How much better the product is than its rivals, on the very same questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.intervals import RESAMPLES, SEED, Figure, Interval, mean, mean_of_groups, resampled
from eval.outcome import Outcome
from eval.resampling import Statistic, auroc_of, difference_of, value_of

PRODUCT = "kundenlotse"
RECALL, AUROC = "recall_at_1", "auroc"

Systems = Mapping[str, Sequence[Outcome]]
"""One outcome a question, in the same order, by the name of the system; the product is among them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The product's figure less a rival's, on one task, or on average over tasks where ``task`` is ``None``.

    The interval is a paired 95 % bootstrap; ``tasks`` counts those on which the difference is defined.
    """

    rival: str
    measure: str
    task: str | None
    tasks: int
    figure: Figure

    @property
    def worse(self) -> bool:
        """Whether the product is worse by more than chance."""
        return self.figure.interval is not None and self.figure.interval.high < 0


def differences(task: str, systems: Systems) -> list[Difference]:
    """Compare the product with each rival on one task, by recall@1 and by AUROC."""
    found = []
    for rival in _rivals(systems):
        product, other = systems[PRODUCT], systems[rival]
        area = auroc_difference(product, other)
        figures = {
            RECALL: mean(recall_differences(product, other)),
            AUROC: Figure(None, None, 0) if area is None else resampled(area, len(product)),
        }
        found += [
            Difference(rival, measure, task, int(figure.value is not None), figure)
            for measure, figure in figures.items()
        ]
    return found


def mean_differences(tasks: Sequence[Systems]) -> list[Difference]:
    """Compare the product with each rival on average: every task weighs the same, resampled within itself.

    Tasks on which a difference is undefined are left out.
    """
    found = []
    for rival in _rivals(tasks[0]) if tasks else []:
        pairs = [(systems[PRODUCT], systems[rival]) for systems in tasks]
        groups = [group for pair in pairs if (group := recall_differences(*pair))]
        areas = [(area, len(pair[0])) for pair in pairs if (area := auroc_difference(*pair)) is not None]
        areas = [(area, n) for area, n in areas if value_of(area, n) is not None]
        found.append(Difference(rival, RECALL, None, len(groups), mean_of_groups(groups)))
        found.append(Difference(rival, AUROC, None, len(areas), mean_of_samples(areas)))
    return found


def recall_differences(product: Sequence[Outcome], rival: Sequence[Outcome]) -> list[float]:
    """Return 1, 0 or -1 an answerable question: right is only the product, both or none, only the rival."""
    pairs = zip(product, rival, strict=True)
    return [float(own.correct) - float(other.correct) for own, other in pairs if own.expected]


def auroc_difference(product: Sequence[Outcome], rival: Sequence[Outcome]) -> Statistic | None:
    """Return the difference of AUROC, ``None`` where one of them has no confidence."""
    areas = []
    for outcomes in (product, rival):
        confidence = [outcome.confidence for outcome in outcomes if outcome.confidence is not None]
        if len(confidence) < len(outcomes):
            return None
        areas.append(auroc_of(confidence, [outcome.correct for outcome in outcomes]))
    return difference_of(*areas)


def mean_of_samples(samples: Sequence[tuple[Statistic, int]]) -> Figure:
    """Return the mean of one figure over several samples with its 95 % bootstrap interval.

    Like :func:`eval.intervals.mean_of_groups`, for figures that are no means themselves; resamples on which
    one is undefined are left out.

    :param samples: the figure of each sample, and its number of questions.
    :return: the figure; undefined where there is no sample, or one has no value.
    """
    values = [value_of(statistic, n) for statistic, n in samples]
    defined = [value for value in values if value is not None]
    if not samples or len(defined) < len(samples):
        return Figure(None, None, 0)
    rng = np.random.default_rng(SEED)
    means = np.zeros(RESAMPLES)
    for statistic, n in samples:
        weights = rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
        means += statistic(weights.astype(np.float64)) / len(samples)
    low, high = np.nanquantile(means, [0.025, 0.975])
    total = sum(n for _, n in samples)
    return Figure(sum(defined) / len(samples), Interval(float(low), float(high)), total)


def _rivals(systems: Systems) -> list[str]:
    return [name for name in systems if name != PRODUCT]
