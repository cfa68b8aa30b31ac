"""What tells a report from a question: a message's n-grams and words, and the examples that it is like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from index import Vectors, char_ngrams, split_words
from index.evidence import densities
from index.nearest import Nearest

BUCKETS = 1 << 15
NEIGHBOURS = 4
NEAR = 64
"""Examples of each kind that are compared, the nearest ones."""
_STRETCH = 3.0
"""Cosines differ by tenths where other features differ by ones, and the penalty is the same for all."""


def hashed(text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return the buckets of a text's character n-grams, words and pairs of words, and their weights.

    :param text: the message.
    :return: columns, some of them perhaps twice, and weights, those of the n-grams together of length 1 and
        those of the words, each of shape ``(features,)``.
    """
    kinds = [Counter(_buckets(each)) for each in (char_ngrams(text), _words(text))]
    columns = [np.array(list(counts), dtype=np.int64) for counts in kinds]
    return np.concatenate(columns), np.concatenate([_lengthened(counts) for counts in kinds])


class Examples:
    """The examples of reports and their look-alikes, to be compared with a message.

    :param vectors: of the examples, shape ``(examples, dim)``.
    :param labels: the reason of each, empty for look-alikes, shape ``(examples,)``.
    """

    def __init__(self, vectors: Vectors, labels: npt.NDArray[np.str_]) -> None:
        self._rows = [np.flatnonzero(labels != ""), np.flatnonzero(labels == "")]
        self._kinds = [Nearest(vectors[rows]) if len(rows) else None for rows in self._rows]

    def neighbours(
        self, vectors: Vectors, *, own: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Say how near messages are to the reports and to the look-alikes.

        :param vectors: of the messages, shape ``(n, dim)``.
        :param own: the example that each message is, or holds, and is not compared with, shape ``(n,)``; -1
            where there is none.
        :return: density among the nearest reports and cosine of the nearest, then those of the look-alikes, 0
            where there are none; shape ``(n, 4)``.
        """
        found = np.zeros((len(vectors), NEIGHBOURS), dtype=np.float32)
        for at, (kind, rows) in enumerate(zip(self._kinds, self._rows, strict=True)):
            if kind is None or not len(vectors):
                continue
            cosines, near = kind.search(vectors, NEAR)
            if own is not None:
                cosines = np.where(rows[near] == own[:, np.newaxis], -1.0, cosines)
            densest, nearest = densities(list(cosines))
            found[:, 2 * at], found[:, 2 * at + 1] = densest, nearest
        return found * np.float32(_STRETCH)


def _words(text: str) -> list[str]:
    words = ["<", *split_words(text), ">"]
    return ["w " + word for word in words] + [f"w {a} {b}" for a, b in pairwise(words)]


def _buckets(features: Sequence[str]) -> list[int]:
    return [crc32(feature.encode()) % BUCKETS for feature in features]


def _lengthened(counts: Counter[int]) -> npt.NDArray[np.float32]:
    values = 1.0 + np.log(np.array(list(counts.values()), dtype=np.float32))
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), dtype=np.float32)
