"""How alike two texts are to a reader: character n-grams they share, and runs of words in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from corpus import fold
from index import char_ngrams, split_words


def plain(text: str) -> str:
    """Fold a text until ü, ue and u are one letter: all ways to write umlauts become the same."""
    folded = fold(text)
    for umlaut in ("ae", "oe", "ue"):
        folded = folded.replace(umlaut, umlaut[0])
    return " ".join(split_words(folded))


class Ngrams:
    """The set of character n-grams of each text; the order of words does not matter."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer

        sets = HashingVectorizer(analyzer=char_ngrams, binary=True, norm=None, alternate_sign=False)
        self._sets = csr_matrix(sets.transform(map(plain, texts)), dtype=np.float32)
        self._sizes = np.asarray(self._sets.sum(axis=1)).ravel()

    def alike(
        self, rows: Sequence[int], others: Sequence[int], least: float
    ) -> Iterator[tuple[int, int, float]]:
        """Yield pairs of texts of at least ``least`` by Dice's coefficient, 2 |A ∩ B| / (|A| + |B|).

        Each pair is the number of a text in ``rows``, that of one in ``others``, and their coefficient.
        """
        shared = (self._sets[list(rows)] @ self._sets[list(others)].T).tocoo()
        left, right = np.asarray(rows)[shared.row], np.asarray(others)[shared.col]
        dice = 2.0 * shared.data / (self._sizes[left] + self._sizes[right])
        for pair in np.flatnonzero(dice >= least):
            yield int(left[pair]), int(right[pair]), float(dice[pair])


def word_runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return every run of ``length`` words of a text, umlauts made equal; a shorter text has none."""
    words = plain(text).split()
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}
