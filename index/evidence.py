"""What speaks for each article, one row an article, and how much each kind of evidence weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

EVIDENCE = ("density", "nearest", "learned", "likelihood", "coverage", "foreign")
"""Kinds of evidence.

``density``: ln of the sum of exp(20 cosine) over the article's passages, divided by 20: a kernel density, so
that near passages support each other. ``nearest``: its best cosine. ``learned``: log probability by a softmax
regression over all articles' texts. ``likelihood``: naive Bayes over character n-grams; ``coverage``: share
of the query's words it holds. ``foreign``: 1 where it is not in the query's language.
"""
SHARPNESS = 20.0

Values: TypeAlias = npt.NDArray[np.float32]
"""Evidence, shape ``(articles, 6)``, float32, in the order of :data:`EVIDENCE`."""

LEXICAL = slice(3, 5)
DENSITY = 0
FOREIGN = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence weighs; scores are logits of a softmax over the articles."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(EVIDENCE):
            raise ValueError(f"{len(self.values)} weights for {len(EVIDENCE)} kinds of evidence")

    def scores(self, values: Values) -> npt.NDArray[np.float64]:
        """Return one logit an article, shape ``(articles,)``."""
        return np.asarray(values.astype(np.float64) @ np.array(self.values), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates of one query.

    ``articles`` numbers them, shape ``(m,)``; ``values`` has their evidence; ``rows`` the nearest passage
    of each in each language, nearest first, shape ``(m, languages)``, -1 where there is none. ``nothing``
    is the density of the questions known to have no article, less that of the densest article, and
    ``learned_nothing`` their log probability less that of the likeliest article; both 0 without such
    questions. ``unknown`` is the share of the query's words, by weight, that no passage holds in any form.
    """

    articles: npt.NDArray[np.int64]
    values: Values
    rows: npt.NDArray[np.int64]
    nothing: float
    learned_nothing: float
    unknown: float


def densities(
    cosines: Sequence[npt.NDArray[np.float32]],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the density of a query among the passages of each article, and the cosine of the nearest.

    :param cosines: those of each article's passages, of any length from 1 on; -inf for passages that do not
        count, of which an article has others, too.
    :return: densities, see :data:`EVIDENCE`, and cosines, each of shape ``(articles,)``.
    """
    together = np.concatenate(cosines)
    lengths = np.array([len(near) for near in cosines])
    begins = np.cumsum(lengths) - lengths
    best = np.maximum.reduceat(together, begins)
    summed = np.add.reduceat(np.exp(SHARPNESS * (together - np.repeat(best, lengths))), begins)
    return np.asarray(best + np.log(summed) / SHARPNESS, dtype=np.float32), best


def fill_foreign(values: Values) -> Values:
    """Give articles in another language the lexical evidence that their density lets expect.

    Words and n-grams of another language say nothing, for or against: they are replaced by the regression of
    lexical evidence on density over the articles in the query's language.

    :param values: all candidates; those with ``foreign`` 1 are filled.
    :return: the same shape; unchanged where fewer than three articles are in the query's language.
    """
    foreign = values[:, FOREIGN] > 0
    own = ~foreign
    if not foreign.any() or own.sum() < 3:
        return values
    filled = values.copy()
    near = values[own, DENSITY]
    middle, spread = near.mean(), max(float(near.var()), 1e-6)
    for column in range(LEXICAL.start, LEXICAL.stop):
        known = values[own, column]
        slope = max(0.0, float(((near - middle) * (known - known.mean())).mean()) / spread)
        filled[foreign, column] = known.mean() + slope * (values[foreign, DENSITY] - middle)
    return filled


LEARNED = Weights((10.0, 6.0, 0.5, 0.35, 4.0, 0.5))
"""What serves where nothing was learned."""
