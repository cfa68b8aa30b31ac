"""What vectors alone find: the nearest rows, and the articles whose passages they are.

The score of an article is the highest cosine among its passages, so the first article is that of the
nearest passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.tasks import Task, TaskQuery
from index import Encoder, Vectors


@dataclass(frozen=True, slots=True)
class DenseArticles:
    """A task's passages as vectors, one article and one language a passage."""

    vectors: Vectors
    articles: NDArray[np.str_]
    languages: NDArray[np.str_]

    @classmethod
    def embed(cls, task: Task, encoder: Encoder) -> DenseArticles:
        """Embed a task's passages, cut by the product's own code."""
        passages = task.passages
        return cls(
            encoder.encode([passage.text for passage in passages], role="passage"),
            np.array([passage.article for passage in passages], dtype=np.str_),
            np.array([passage.language for passage in passages], dtype=np.str_),
        )

    def hits(self, queries: Sequence[TaskQuery], encoder: Encoder) -> list[bool]:
        """Say of each query whether its nearest passage, in the languages searched, is of a right article."""
        vectors = encoder.encode([query.query for query in queries], role="query")
        searched = [np.isin(self.languages, sorted(query.searched)) for query in queries]
        nearest = nearest_allowed(vectors, self.vectors, np.array(searched, dtype=np.bool_))
        return [
            at is not None and str(self.articles[at]) in query.expected
            for at, query in zip(nearest, queries, strict=True)
        ]


def nearest_is_own(asked: Vectors, found: Vectors) -> list[bool]:
    """Say of each row whether the same row of the other matrix is its nearest by cosine.

    :param asked: shape ``(n, dim)``, rows of unit length.
    :param found: the same shape; row i belongs to row i of ``asked``.
    :return: n flags; of several nearest rows the first one counts.
    """
    if not len(asked):
        return []
    flags: list[bool] = ((asked @ found.T).argmax(axis=1) == np.arange(len(asked))).tolist()
    return flags


def nearest_allowed(asked: Vectors, found: Vectors, allowed: NDArray[np.bool_]) -> list[int | None]:
    """Return the nearest of the allowed rows by cosine.

    :param asked: shape ``(n, dim)``, rows of unit length.
    :param found: shape ``(m, dim)``, rows of unit length.
    :param allowed: shape ``(n, m)``; which rows of ``found`` each row of ``asked`` may take.
    :return: n row numbers, ``None`` where nothing is allowed.
    """
    if not len(found) or not len(asked):
        return [None] * len(asked)
    cosines = np.where(allowed, asked @ found.T, -np.inf)
    return [int(row.argmax()) if may.any() else None for row, may in zip(cosines, allowed, strict=True)]
