"""Well-known rivals on the same passages: BM25, character TF-IDF, and vectors alone.

The score of an article is that of its best passage, and a rival's confidence is its highest score.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer

from corpus import LANGUAGES, Language, fold
from eval.outcome import Outcome
from index import Encoder, Passage, Vectors

Scores = NDArray[np.float64]
"""One score a passage, shape ``(passages,)``."""

RANKED = 10
_WORD = re.compile(r"\w+")


class Scorer(Protocol):
    """Gives every passage a score for a text."""

    name: str

    def scores(self, text: str) -> Scores:
        """Return one score a passage, shape ``(passages,)``."""


class Bm25:
    """Okapi BM25 over folded words (Robertson & Zaragoza 2009, with Lucene's non-negative idf).

    Sum over the query's words of ln(1 + (N - df + 0.5) / (df + 0.5)) * tf (k1 + 1) /
    (tf + k1 (1 - b + b length / mean length)).
    """

    name = "BM25"

    def __init__(self, texts: Sequence[str], *, k1: float = 1.2, b: float = 0.75) -> None:
        counts = [Counter(_WORD.findall(fold(text))) for text in texts]
        self._columns = {word: at for at, word in enumerate(dict.fromkeys(w for c in counts for w in c))}
        rows = np.repeat(np.arange(len(texts)), [len(count) for count in counts])
        columns = np.array([self._columns[word] for count in counts for word in count], dtype=np.intp)
        tf = np.array([times for count in counts for times in count.values()], dtype=np.float64)
        lengths = np.array([count.total() for count in counts], dtype=np.float64)
        df = np.bincount(columns, minlength=len(self._columns))
        idf = np.log1p((len(texts) - df + 0.5) / (df + 0.5))
        norm = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))
        values = idf[columns] * tf * (k1 + 1) / (tf + norm[rows])
        self._matrix = csr_array((values, (rows, columns)), shape=(len(texts), len(self._columns)))

    def scores(self, text: str) -> Scores:
        """Return one score a passage, 0 where no word is shared."""
        query = np.zeros(len(self._columns))
        for word, times in Counter(_WORD.findall(fold(text))).items():
            if word in self._columns:
                query[self._columns[word]] = times
        return np.asarray(self._matrix @ query)


class CharacterTfidf:
    """Cosine of TF-IDF vectors of character 2- to 5-grams inside folded words (scikit-learn)."""

    name = "character TF-IDF"

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), preprocessor=fold, sublinear_tf=True
        )
        self._matrix = self._vectorizer.fit_transform(texts)

    def scores(self, text: str) -> Scores:
        """Return one cosine a passage."""
        return np.asarray((self._matrix @ self._vectorizer.transform([text]).T).toarray()).ravel()


class Dense:
    """Cosine of vectors alone, by an encoder of ours."""

    name = "dense alone"

    def __init__(self, vectors: Vectors, encoder: Encoder) -> None:
        self._vectors = vectors
        self._encoder = encoder

    def scores(self, text: str) -> Scores:
        """Return one cosine a passage."""
        (asked,) = self._encoder.encode([text], role="query")
        return np.asarray(self._vectors @ asked, dtype=np.float64)


class Peer:
    """A rival that ranks articles by their best passage."""

    def __init__(self, scorer: Scorer, passages: Sequence[Passage]) -> None:
        self.name = scorer.name
        self._scorer = scorer
        self._articles = sorted({passage.article for passage in passages})
        row = {article: at for at, article in enumerate(self._articles)}
        self._rows = np.array([row[passage.article] for passage in passages], dtype=np.intp)
        self._languages = np.array([passage.language for passage in passages])

    def rank(
        self, text: str, languages: frozenset[Language] = frozenset(LANGUAGES)
    ) -> list[tuple[str, float]]:
        """Return articles with passages in ``languages`` and their scores, best first."""
        searched = np.isin(self._languages, sorted(languages))
        best = np.full(len(self._articles), -np.inf)
        np.maximum.at(best, self._rows[searched], self._scorer.scores(text)[searched])
        order = np.argsort(-best, kind="stable")
        return [(self._articles[at], float(best[at])) for at in order if np.isfinite(best[at])]

    def outcome(
        self, text: str, *, language: Language, expected: frozenset[str], searched: frozenset[Language]
    ) -> Outcome:
        """Put one question to the rival, which has no operating points.

        :param text: the question.
        :param language: that it counts to.
        :param expected: the articles that answer it.
        :param searched: languages whose articles are searched.
        :return: the ten best articles, and the highest score as confidence.
        """
        found = self.rank(text, searched)[:RANKED]
        ranked = tuple(article for article, _ in found)
        return Outcome(language, expected, ranked, found[0][1] if found else 0.0, None)


def peers_of(
    passages: Sequence[Passage], encoder: Encoder | None = None, vectors: Vectors | None = None
) -> tuple[Peer, ...]:
    """Return all rivals over the same passages.

    :param passages: those that belong to no article are left out.
    :param encoder: makes the vectors of :class:`Dense`; without it that rival is left out.
    :param vectors: those of the passages where they are known, shape ``(passages, dim)``.
    :return: BM25, character TF-IDF, and vectors alone.
    """
    real = [row for row, passage in enumerate(passages) if passage.article]
    kept = [passages[row] for row in real]
    texts = [passage.text for passage in kept]
    scorers: list[Scorer] = [Bm25(texts), CharacterTfidf(texts)]
    if encoder is not None:
        known = encoder.encode(texts, role="passage") if vectors is None else vectors[real]
        scorers.append(Dense(known, encoder))
    return tuple(Peer(scorer, kept) for scorer in scorers)
