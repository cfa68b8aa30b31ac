"""Character n-grams: what finds compounds, product names and misspelt words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from index.sparse import entries
from index.spelling import split_words

Scores: TypeAlias = npt.NDArray[np.float32]
"""One score a passage, an article or a document, shape ``(n,)``, float32."""
_SIZES = (3, 4, 5)
SMOOTHING = 0.3
"""Passages with an n-gram that a document is taken to have beyond those it has."""


def char_ngrams(text: str) -> list[str]:
    """Split a text into the character n-grams of its folded words, word borders included.

    The one analyzer for building and for searching.
    """
    return [
        padded[start : start + size]
        for padded in (f" {word} " for word in split_words(text))
        for size in _SIZES
        for start in range(len(padded) - size + 1)
    ]


@dataclass(frozen=True, slots=True)
class Grams:
    """A query's known n-grams: columns, and TF-IDF weights of the whole query at length 1.

    N-grams that no passage has count towards the length, so a text full of unknown words weighs little
    everywhere.
    """

    columns: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]


class Lexical:
    """N-gram counts of passages, and of documents: all passages of one article in one language.

    ``counts`` holds 1 for each n-gram of a passage, shape ``(passages, n-grams)``, float32. ``documents``
    numbers each passage's document, shape ``(passages,)``; documents are numbered from 0 without gaps.
    """

    def __init__(
        self, vocabulary: dict[str, int], counts: csr_matrix, documents: npt.NDArray[np.int64]
    ) -> None:
        self.vocabulary = vocabulary
        self.counts = counts
        self._documents = documents
        self._number = int(documents.max()) + 1
        self._frequency = np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.float32)
        groups = csr_matrix(
            (np.ones(len(documents), dtype=np.float32), (documents, np.arange(len(documents)))),
            shape=(self._number, len(documents)),
        )
        # By n-gram, so that a query touches the columns it has and nothing else.
        self._held = (groups @ counts).T.tocsr()
        self._gains = self._held.copy()
        self._gains.data = np.log1p(self._held.data / SMOOTHING)
        self._totals = np.asarray(self._held.sum(axis=0)).ravel().astype(np.float32)

    @classmethod
    def build(cls, texts: Sequence[str], documents: npt.NDArray[np.int64]) -> Lexical:
        """Count the n-grams of all passages.

        :param texts: the passages.
        :param documents: the document of each, shape ``(passages,)``.
        :return: the counts.
        """
        from sklearn.feature_extraction.text import CountVectorizer

        vectorizer = CountVectorizer(analyzer=char_ngrams, binary=True)
        counts = csr_matrix(vectorizer.fit_transform(texts), dtype=np.float32)
        counts.sort_indices()
        return cls({gram: int(column) for gram, column in vectorizer.vocabulary_.items()}, counts, documents)

    def look_up(self, text: str, *, without: Sequence[int] = ()) -> Grams:
        """Weigh the n-grams of a query.

        :param text: the query.
        :param without: passages to leave out, as if they had never been in the corpus.
        :return: what of it the corpus knows.
        """
        counted = Counter(char_ngrams(text))
        found = np.fromiter((self.vocabulary.get(gram, -1) for gram in counted), np.int64, len(counted))
        tf = 1.0 + np.log(np.fromiter(counted.values(), np.float32, len(counted)))
        total, frequency = self.counts.shape[0] - len(without), self._frequency[found]
        if without:
            gone = self.counts[list(without)].indices
            frequency -= np.bincount(gone, minlength=self._frequency.size)[found]
        known = (found >= 0) & (frequency > 0.5)
        weights = tf * _idf(np.where(known, frequency, 0.0), total)
        length = float(np.linalg.norm(weights)) or 1.0
        return Grams(found[known], (weights[known] / length).astype(np.float32))

    def likelihoods(self, grams: Grams, *, without: Sequence[int] = ()) -> Scores:
        """Return how well each document's n-grams explain a query, by multinomial naive Bayes.

        Sum over the query's n-grams of weight * log((n + s) / (N + s V)) with n of N passages-with-n-gram of
        the document and smoothing s (Manning, Raghavan & Schütze 2008, section 13.2), up to a constant of
        the query.

        :param grams: from :meth:`look_up`.
        :param without: passages to leave out, as if they had never been in the corpus.
        :return: shape ``(documents,)``.
        """
        totals = self._totals
        if without:
            held, totals = self._without(self._held[grams.columns], grams, totals, without)
            which, documents, counts = entries(held, np.arange(len(grams.columns)))
            gains = np.log1p(counts / SMOOTHING)
        else:
            which, documents, gains = entries(self._gains, grams.columns)
        gains = gains * grams.weights[which]
        explained = np.bincount(documents, weights=gains, minlength=self._number)
        length = np.log(totals + SMOOTHING * self.counts.shape[1])
        return np.asarray(explained - grams.weights.sum() * length, dtype=np.float32)

    def _without(
        self, held: csr_matrix, grams: Grams, totals: Scores, without: Sequence[int]
    ) -> tuple[csr_matrix, Scores]:
        rows = np.asarray(without, dtype=np.int64)
        of = self._documents[rows]
        gone = self.counts[rows]
        fewer = totals - np.bincount(of, weights=np.diff(gone.indptr), minlength=self._number)
        asked = gone[:, grams.columns].tocoo()
        lost = csr_matrix(
            (np.ones(asked.nnz, dtype=np.float32), (asked.col, of[asked.row])), shape=held.shape
        )
        return (held - lost).tocsr(), fewer.astype(np.float32)


def _idf(frequency: npt.NDArray[np.float32], total: int) -> npt.NDArray[np.float32]:
    """Smoothed inverse document frequency, ln((1 + n) / (1 + df)) + 1, as scikit-learn defines it."""
    return np.asarray(np.log((1.0 + total) / (1.0 + frequency)) + 1.0, dtype=np.float32)
