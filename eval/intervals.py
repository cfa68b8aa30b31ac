"""How sure a figure is: intervals for shares and for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import beta, norm

from eval.resampling import Statistic, mean_of, value_of

RESAMPLES = 1_000
SEED = 20_250


@dataclass(frozen=True, slots=True)
class Interval:
    """The two ends of a confidence interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its interval and the number of questions behind it."""

    value: float | None
    interval: Interval | None
    n: int


def wilson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of a share (Wilson, JASA 1927).

    :param successes: how many of the ``n`` have the property.
    :param n: at least 1, and at least ``successes``.
    :param level: two-sided confidence level.
    :return: the interval, within 0 and 1.
    """
    _check(successes, n)
    z = float(norm.ppf((1 + level) / 2))
    share = successes / n
    middle = share + z * z / (2 * n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if successes == 0 else (middle - reach) / scale
    return Interval(low, 1.0 if successes == n else (middle + reach) / scale)


def clopper_pearson_upper(errors: int, n: int, level: float = 0.95) -> float:
    """Return the exact one-sided upper bound of an error share (Clopper & Pearson, Biometrika 1934).

    The largest share under which ``errors`` or fewer among ``n`` still have a chance of 1 - ``level``;
    0 errors in 59 prove 5 %.

    :param errors: wrong ones among the ``n``.
    :param n: at least 1, and at least ``errors``.
    :param level: one-sided confidence level.
    :return: between 0 and 1.
    """
    _check(errors, n)
    return 1.0 if errors == n else float(beta.ppf(level, errors + 1, n - errors))


def bootstrap(
    statistic: Statistic, n: int, *, level: float = 0.95, resamples: int = RESAMPLES, seed: int = SEED
) -> Interval | None:
    """Return the percentile bootstrap interval of a figure (Efron & Tibshirani 1993, chapter 13).

    Resamples on which the figure is undefined are left out.

    :param statistic: the figure as a function of how often each question counts.
    :param n: number of questions.
    :param level: two-sided confidence level.
    :param resamples: number of resamples.
    :param seed: the same seed gives the same interval.
    :return: the interval, ``None`` where the figure is undefined on every resample.
    """
    if n == 0:
        return None
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
    values = statistic(weights.astype(np.float64))
    defined = values[~np.isnan(values)]
    if not len(defined):
        return None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def share(flags: Sequence[bool]) -> Figure:
    """Return the share of true flags with Wilson's 95 % interval."""
    n, successes = len(flags), sum(flags)
    return Figure(successes / n, wilson(successes, n), n) if n else Figure(None, None, 0)


def mean(values: Sequence[float]) -> Figure:
    """Return the mean of one value a question with its 95 % bootstrap interval."""
    return resampled(mean_of(values), len(values))


def mean_of_groups(groups: Sequence[Sequence[float]]) -> Figure:
    """Return the mean of the groups' means with its 95 % bootstrap interval.

    Every group weighs the same, however many questions it has, and each is resampled within itself
    (Davison & Hinkley 1997, section 3.2, several samples). Over the differences of two systems on the same
    questions this is the paired bootstrap.

    :param groups: one value a question, group by group.
    :return: the figure; undefined where there is no group, or a group without questions.
    """
    if not groups or not all(groups):
        return Figure(None, None, 0)
    rng = np.random.default_rng(SEED)
    means = np.zeros(RESAMPLES)
    for group in groups:
        weights = rng.multinomial(len(group), np.full(len(group), 1 / len(group)), size=RESAMPLES)
        means += mean_of(group)(weights.astype(np.float64)) / len(groups)
    low, high = np.quantile(means, [0.025, 0.975])
    value = sum(sum(group) / len(group) for group in groups) / len(groups)
    return Figure(value, Interval(float(low), float(high)), sum(len(group) for group in groups))


def resampled(statistic: Statistic, n: int) -> Figure:
    """Return any other figure with its 95 % bootstrap interval."""
    value = value_of(statistic, n)
    return Figure(value, None if value is None else bootstrap(statistic, n), n)


def _check(successes: int, n: int) -> None:
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n}: needs 0 <= count <= n and n >= 1")
