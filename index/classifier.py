"""Which article's texts a vector is like, learned from all of them: a softmax regression over articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from index.encoder import Vectors
from index.ranking import Passage, PassageKind

PENALTY = 0.1
"""Of the squared weights, beside the summed loss of all passages."""
STEPS = 60
KEYWORD_WEIGHT = 0.3
MOST_EACH = 240
"""Passages an article that are learned from; more make a build long and say little more."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """One row an article name, in the order of the index; a name that was not learned has -inf.

    ``weights`` has shape ``(names, dim)``, ``intercepts`` ``(names,)``, float32.
    """

    weights: npt.NDArray[np.float32]
    intercepts: npt.NDArray[np.float32]

    def log_shares(self, vectors: Vectors) -> npt.NDArray[np.float32]:
        """Return the log probability of each name, the best of several vectors of one text.

        :param vectors: shape ``(n, dim)``.
        :return: shape ``(names,)``; -inf for a name that was not learned.
        """
        logits = vectors @ self.weights.T + self.intercepts
        top = logits.max(axis=1, keepdims=True)
        sums = np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
        return np.asarray((logits - top - sums).max(axis=0), dtype=np.float32)


def fit_classifier(
    passages: Sequence[Passage],
    vectors: Vectors,
    names: npt.NDArray[np.int64],
    *,
    without: npt.NDArray[np.bool_] | None = None,
) -> Classifier:
    """Fit a classifier by L-BFGS, with a Gaussian prior on the weights.

    :param passages: the texts.
    :param vectors: theirs, shape ``(n, dim)``.
    :param names: the number of each text's article name, shape ``(n,)``, from 0 without gaps.
    :param without: which texts are left out, shape ``(n,)``.
    :return: the classifier; the same for the same texts.
    """
    counted = np.ones(len(names), dtype=bool) if without is None else ~without
    rows = _learned_from(passages, names, counted)
    kinds = np.array([passages[row].kind is PassageKind.KEYWORD for row in rows])
    x, weight = vectors[rows], np.where(kinds, KEYWORD_WEIGHT, 1.0).astype(np.float32)
    known, y = np.unique(names[rows], return_inverse=True)
    shape = (len(known), vectors.shape[1] + 1)

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        w = flat.reshape(shape).astype(np.float32)
        logits = x @ w[:, :-1].T + w[:, -1]
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        shares /= shares.sum(axis=1, keepdims=True)
        right = shares[np.arange(len(y)), y]
        total = -float((weight * np.log(np.maximum(right, 1e-12))).sum())
        shares[np.arange(len(y)), y] -= 1.0
        shares *= weight[:, np.newaxis]
        slope = np.concatenate([shares.T @ x, shares.sum(axis=0)[:, np.newaxis]], axis=1)
        slope[:, :-1] += 2 * PENALTY * w[:, :-1]
        return total + PENALTY * float((w[:, :-1] ** 2).sum()), slope.ravel().astype(np.float64)

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    fitted = found.x.reshape(shape).astype(np.float32)
    size = int(names.max()) + 1
    weights = np.zeros((size, vectors.shape[1]), dtype=np.float32)
    intercepts = np.full(size, -np.inf, dtype=np.float32)
    weights[known], intercepts[known] = fitted[:, :-1], fitted[:, -1]
    return Classifier(weights, intercepts)


def _learned_from(
    passages: Sequence[Passage], names: npt.NDArray[np.int64], counted: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """The rows to learn from: all questions without an article, and evenly spread ones of large articles."""
    chosen = []
    for number in np.unique(names[counted]):
        own = np.flatnonzero(counted & (names == number))
        most = MOST_EACH if passages[own[0]].article else len(own)
        chosen.append(own[np.linspace(0, len(own) - 1, min(len(own), most), dtype=np.int64)])
    return np.concatenate(chosen)
