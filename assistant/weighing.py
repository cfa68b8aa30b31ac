"""Learns how much each kind of evidence weighs, from questions whose article is known.

A conditional logit over the candidates of each question (McFadden 1974; as a ranking loss "ListNet" with one
relevant document, Cao et al., ICML 2007), drawn towards the weights that ship, so that few questions change
them little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from index import EVIDENCE, LEARNED, Values, Weights

PRIOR = 30.0
"""How many labelled questions the shipped weights count as."""
PRIOR_OF_PHRASINGS = 300.0
"""How many phrasings they count as: these differ from each other on purpose, as questions do not."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The evidence of one question, shape ``(m, 6)``, and which candidates are right, shape ``(m,)``."""

    values: Values
    right: npt.NDArray[np.bool_]
    weight: float = 1.0


def learn_weights(
    choices: Sequence[Choice], *, prior: float = PRIOR, without: frozenset[str] = frozenset()
) -> Weights:
    """Fit the weights that make the right articles most likely.

    :param choices: questions; those without a right candidate say nothing and are left out.
    :param prior: how many questions the shipped weights count as.
    :param without: kinds of evidence that get no weight, to see what they bring.
    :return: the weights; the shipped ones where there is nothing to learn from.
    """
    known = [choice for choice in choices if choice.right.any() and not choice.right.all()]
    used = np.array([name not in without for name in EVIDENCE])
    start = np.array(LEARNED.values) * used
    if not known:
        return Weights(tuple(start.tolist()))
    scale = _spread(known)
    first = start * scale
    strength = prior / len(first)

    def loss(scaled: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        difference = scaled - first
        total, slope = strength / 2 * float(difference @ difference), strength * difference
        for choice in known:
            x = choice.values / scale
            shares = _softmax(x @ scaled)
            right = float(shares[choice.right].sum())
            wanted = np.where(choice.right, shares, 0.0) / max(right, 1e-12)
            total -= choice.weight * float(np.log(max(right, 1e-12)))
            slope = slope - choice.weight * ((wanted - shares) @ x)
        return total, slope

    # More of any evidence never speaks against an article; being foreign may.
    least = [None if name == "foreign" else 0.0 for name in EVIDENCE]
    bounds = [(low, None) if use else (0.0, 0.0) for low, use in zip(least, used, strict=True)]
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds)
    return Weights(tuple(float(value) for value in found.x / scale))


def _spread(choices: Sequence[Choice]) -> npt.NDArray[np.float64]:
    """How much each kind of evidence differs among the candidates of a question, shape ``(6,)``."""
    spread = np.mean([choice.values.std(axis=0) for choice in choices], axis=0)
    return np.asarray(np.maximum(spread, 1e-3), dtype=np.float64)


def _softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum(), dtype=np.float64)
