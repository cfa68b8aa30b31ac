"""Character n-grams: what finds compounds, product names and misspelt words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix

from index.spelling import split_words

Scores: TypeAlias = npt.NDArray[np.float32]
"""One score a passage, shape ``(n,)``, float32."""
_SIZES = (3, 4, 5)


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
class Lexical:
    """TF-IDF over character n-grams, with the documents' statistics kept apart.

    ``counts`` holds 1 + ln(term frequency), shape ``(passages, n-grams)``; ``document_frequency``
    shape ``(n-grams,)``. Because idf is applied when searching, a passage can be left out as if it
    had never been in the corpus.
    """

    vocabulary: dict[str, int]
    counts: csr_matrix
    columns: csc_matrix
    squares: csr_matrix
    document_frequency: npt.NDArray[np.float32]
    norms: Scores

    @classmethod
    def build(cls, texts: Sequence[str]) -> Lexical:
        """Count the n-grams of all passages."""
        from sklearn.feature_extraction.text import CountVectorizer

        vectorizer = CountVectorizer(analyzer=char_ngrams)
        counts = csr_matrix(vectorizer.fit_transform(texts), dtype=np.float32)
        counts.data = 1.0 + np.log(counts.data)
        counts.sort_indices()
        vocabulary = {gram: int(column) for gram, column in vectorizer.vocabulary_.items()}
        return cls.from_counts(vocabulary, counts)

    @classmethod
    def from_counts(cls, vocabulary: dict[str, int], counts: csr_matrix) -> Lexical:
        """Derive frequencies and norms from the counts."""
        frequency = np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.float32)
        squares = counts.multiply(counts).tocsr()
        norms = _norms(squares, _idf(frequency, counts.shape[0]))
        return cls(vocabulary, counts, counts.tocsc(), squares, frequency, norms)

    def scores(self, text: str, *, without: Sequence[int] = ()) -> Scores:
        """Compare a text with every passage by TF-IDF cosine.

        N-grams no passage has count towards the length of the text, so a text full of unknown words
        scores low everywhere.

        :param text: the query.
        :param without: passages to leave out, as if they had never been in the corpus; their own
            scores are meaningless.
        :return: cosine a passage, shape ``(passages,)``, 0..1.
        """
        total, frequency, norms = self.counts.shape[0], self.document_frequency, self.norms
        if without:
            frequency = frequency - np.bincount(
                self.counts[list(without)].indices, minlength=frequency.size
            ).astype(np.float32)
            total -= len(without)
            norms = _norms(self.squares, _idf(frequency, total))
        found, weights, length = self._query(text, frequency, total)
        if not length:
            return np.zeros(self.counts.shape[0], dtype=np.float32)
        products = self.columns[:, found] @ weights
        return np.asarray(products / np.maximum(norms * length, 1e-9), dtype=np.float32)

    def _query(
        self, text: str, frequency: npt.NDArray[np.float32], total: int
    ) -> tuple[list[int], npt.NDArray[np.float32], float]:
        unknown = float(np.log(1.0 + total) + 1.0)
        found, weights, squared = [], [], 0.0
        for gram, count in Counter(char_ngrams(text)).items():
            tf = 1.0 + float(np.log(count))
            column = self.vocabulary.get(gram, -1)
            if column < 0 or frequency[column] < 0.5:
                squared += (tf * unknown) ** 2
                continue
            idf = float(np.log((1.0 + total) / (1.0 + frequency[column])) + 1.0)
            squared += (tf * idf) ** 2
            found.append(column)
            weights.append(tf * idf * idf)
        return found, np.array(weights, dtype=np.float32), float(np.sqrt(squared))


def _idf(frequency: npt.NDArray[np.float32], total: int) -> npt.NDArray[np.float32]:
    """Smoothed inverse document frequency, ln((1 + n) / (1 + df)) + 1, as scikit-learn defines it."""
    idf = np.where(frequency > 0.5, np.log((1.0 + total) / (1.0 + frequency)) + 1.0, 0.0)
    return np.asarray(idf, dtype=np.float32)


def _norms(squares: csr_matrix, idf: npt.NDArray[np.float32]) -> Scores:
    return np.asarray(np.sqrt(squares @ (idf * idf)), dtype=np.float32)
