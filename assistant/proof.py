"""What a number of answers can prove about the share of wrong ones."""

from __future__ import annotations

from math import lgamma, log

import numpy as np

LEVEL = 0.95
POWER = 0.95


def errors_allowed(max_wrong: float, answers: int, *, level: float = LEVEL) -> int:
    """Return how many of ``answers`` may be wrong and ``max_wrong`` is still proven; -1 where none may.

    By the one-sided Clopper-Pearson bound: the largest k with P(X <= k) <= 1 - level, X binomial with
    ``answers`` and ``max_wrong``. 0 of 59 prove 5 %, 2 of 124, 8 of 300.

    :param max_wrong: the share to prove, above 0 and below 1.
    :param answers: at least 0.
    :param level: one-sided confidence level.
    :return: between -1 and ``answers``.
    """
    below = np.cumsum(_binomial(answers, max_wrong))
    return int(np.searchsorted(below, 1.0 - level, side="right")) - 1


def answers_needed(max_wrong: float, errors: int, *, level: float = LEVEL) -> int:
    """Return how many answers prove ``max_wrong`` when ``errors`` of them are wrong."""
    answers = max(1, errors)
    while errors_allowed(max_wrong, answers, level=level) < errors:
        answers += 1
    return answers


def provable_share(max_wrong: float, answers: int, *, power: float = POWER, level: float = LEVEL) -> float:
    """Return the largest true wrong share with which ``answers`` answers prove ``max_wrong`` as a rule.

    :param max_wrong: the share to prove.
    :param answers: how many answers the proof will count.
    :param power: the chance of success that is asked for.
    :param level: of the proof.
    :return: between 0 and ``max_wrong``.
    """
    allowed = errors_allowed(max_wrong, answers, level=level)
    shares = np.linspace(0.0, max_wrong, 201)[1:]
    passes = [float(_binomial(answers, share)[: allowed + 1].sum()) >= power for share in shares]
    return float(shares[np.flatnonzero(passes)[-1]]) if any(passes) else 0.0


def _binomial(n: int, p: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Probabilities of 0..n, shape ``(n + 1,)``."""
    k = np.arange(n + 1)
    ways = lgamma(n + 1) - np.array([lgamma(each + 1) + lgamma(n - each + 1) for each in k])
    return np.asarray(np.exp(ways + k * log(p) + (n - k) * log(1 - p)), dtype=np.float64)
