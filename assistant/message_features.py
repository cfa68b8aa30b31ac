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

BUCKETS = 1 << 15
NEIGHBOURS = 4
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


def neighbours(cosines: npt.NDArray[np.float32], reported: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Say how near messages are to the examples of reports and to their look-alikes.

    :param cosines: of each message to each example, shape ``(n, examples)``.
    :param reported: which examples are reports, shape ``(examples,)``.
    :return: density and nearest of the reports, then of the look-alikes, 0 where there are none; shape
        ``(n, 4)``.
    """
    found = np.zeros((len(cosines), NEIGHBOURS), dtype=np.float32)
    for at, among in ((0, reported), (2, ~reported)):
        if among.any() and len(cosines):
            found[:, at], found[:, at + 1] = densities(list(cosines[:, among]))
    return found * np.float32(_STRETCH)


def cosines_between(vectors: Vectors, examples: Vectors, *, same: bool) -> npt.NDArray[np.float32]:
    """Compare messages with examples.

    :param vectors: of the messages, shape ``(n, dim)``.
    :param examples: of the examples, shape ``(examples, dim)``.
    :param same: whether the messages are the examples; none counts as an example of itself.
    :return: cosines, shape ``(n, examples)``.
    """
    cosines = vectors @ examples.T
    if same:
        np.fill_diagonal(cosines, -1.0)
    return cosines


def _words(text: str) -> list[str]:
    words = ["<", *split_words(text), ">"]
    return ["w " + word for word in words] + [f"w {a} {b}" for a, b in pairwise(words)]


def _buckets(features: Sequence[str]) -> list[int]:
    return [crc32(feature.encode()) % BUCKETS for feature in features]


def _lengthened(counts: Counter[int]) -> npt.NDArray[np.float32]:
    values = 1.0 + np.log(np.array(list(counts.values()), dtype=np.float32))
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), dtype=np.float32)
