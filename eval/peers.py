"""Well-known rivals on the same passages: BM25 and character TF-IDF.

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
from index import Passage

Scores = NDArray[np.float64]
"""One score a passage, shape ``(passages,)``."""

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


def peers_of(passages: Sequence[Passage]) -> tuple[Peer, ...]:
    """Return both rivals over the same passages."""
    texts = [passage.text for passage in passages]
    return Peer(Bm25(texts), passages), Peer(CharacterTfidf(texts), passages)
