"""Finds articles: dense and lexical evidence on passages, one score an article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import faiss
import numpy as np
import numpy.typing as npt

from corpus import Language
from index.encoder import Encoder, Vectors
from index.lexical import Lexical, Scores
from index.ranking import Passage, PassageKind, RankedArticle, Ranking
from index.spelling import Spelling, split_words

CANDIDATES = 1000
"""Passages that FAISS returns; below this size every passage is scored."""
LEXICAL_CANDIDATES = 100
RANKED = 10
SUPPORT = 4
FIELD = 50
"""Articles whose mean score describes the field a query stands in."""

LEXICAL_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search leaves out: rows as if never indexed, languages and articles not wanted."""

    without: tuple[int, ...] = ()
    languages: frozenset[Language] | None = None
    articles: frozenset[str] = frozenset()


NO_FILTER = Filter()


class Index:
    """Passages with their vectors and n-grams; immutable, safe to share between threads."""

    def __init__(
        self, passages: Sequence[Passage], vectors: Vectors, lexical: Lexical, encoder: Encoder
    ) -> None:
        if len(passages) != len(vectors):
            raise ValueError(f"{len(passages)} passages but {len(vectors)} vectors; build the index again")
        self.passages = tuple(passages)
        self.vectors = vectors
        self.lexical = lexical
        self.encoder = encoder
        self.articles, starts, self._article_of = np.unique(
            [p.article for p in self.passages], return_index=True, return_inverse=True
        )
        if any(a.article > b.article for a, b in zip(self.passages, self.passages[1:], strict=False)):
            raise ValueError("passages are not ordered by article; order them before building")
        self._spelling = Spelling(self.passages, encoder.is_common)
        self._rows_asked = _rows_asked(self.passages)
        self._starts: npt.NDArray[np.int64] = starts
        self._ends = np.append(starts[1:], len(self.passages))
        self._languages = np.array([p.language for p in self.passages])
        faiss.omp_set_num_threads(1)
        self._faiss = faiss.IndexFlatIP(vectors.shape[1])
        self._faiss.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def __len__(self) -> int:
        return len(self.passages)

    def query_vectors(self, rows: Sequence[int]) -> Vectors:
        """Embed passages as if they were asked, shape ``(rows, dim)``; a symmetric encoder has done so."""
        if self.encoder.symmetric:
            return self.vectors[list(rows)]
        return self.encoder.encode([self.passages[row].text for row in rows], role="query")

    def rank(self, text: str, *, language: Language | None, leave_out: Filter = NO_FILTER) -> Ranking:
        """Search for the articles that answer a text, as written and with misspelt words mended.

        :param text: the query.
        :param language: the query's language; ``None`` when unsure. Lexical evidence counts within
            a language only.
        :param leave_out: what not to find.
        :return: the better of the two rankings, led by the article that has the text as its phrasing;
            empty where nothing is left to find.
        """
        corrected = self._spelling.correct(text)
        texts = [text] if corrected is None else [text, corrected]
        rankings = [
            self.rank_vector(vector, each, language=language, leave_out=leave_out)
            for vector, each in zip(self.encoder.encode(texts, role="query"), texts, strict=True)
        ]
        best = max(rankings, key=lambda ranking: ranking.articles[0].score if ranking.articles else 0.0)
        first = {ranking.articles[0].article for ranking in rankings if ranking.articles}
        known = self._known_article(text, leave_out)
        if known is None:
            return replace(best, doubtful=len(first) > 1)
        leading = sorted(best.articles, key=lambda ranked: ranked.article != known)
        return replace(best, articles=tuple(leading), known=leading[0].article == known)

    def _known_article(self, text: str, leave_out: Filter) -> str | None:
        """The one visible article that has the text as its question or phrasing, else ``None``."""
        rows = self._rows_asked.get(tuple(split_words(text)), ())
        hidden = self._hidden(leave_out)
        articles = {self.passages[row].article for row in rows if not hidden[row]}
        return articles.pop() if len(articles) == 1 else None

    def rank_vector(
        self,
        vector: npt.NDArray[np.float32],
        text: str,
        *,
        language: Language | None,
        leave_out: Filter = NO_FILTER,
    ) -> Ranking:
        """Search like :meth:`rank`, exactly as written, with a text embedded already, shape ``(dim,)``."""
        lexical = self.lexical.scores(text, without=leave_out.without)
        if language is not None:
            lexical = np.where(self._languages == language, lexical, 0.0).astype(np.float32)
        dense = self._dense(vector, lexical)
        dense[self._hidden(leave_out)] = -np.inf
        return self._ranking(text, dense, lexical)

    def _dense(self, vector: npt.NDArray[np.float32], lexical: Scores) -> Scores:
        """Cosine a passage, shape ``(n,)``; -inf for passages that are no candidates."""
        query = np.ascontiguousarray(vector[np.newaxis, :], dtype=np.float32)
        cosines, rows = self._faiss.search(query, min(CANDIDATES, len(self)))
        dense = np.full(len(self), -np.inf, dtype=np.float32)
        dense[rows[0]] = cosines[0]
        if len(self) > CANDIDATES:
            more = np.argpartition(-lexical, LEXICAL_CANDIDATES)[:LEXICAL_CANDIDATES]
            dense[more] = self.vectors[more] @ query[0]
        return dense

    def _hidden(self, leave_out: Filter) -> npt.NDArray[np.bool_]:
        hidden = np.zeros(len(self), dtype=bool)
        hidden[list(leave_out.without)] = True
        if leave_out.languages is not None:
            hidden |= ~np.isin(self._languages, list(leave_out.languages))
        for number in np.flatnonzero(np.isin(self.articles, list(leave_out.articles))):
            hidden[self._starts[number] : self._ends[number]] = True
        return hidden

    def _ranking(self, text: str, dense: Scores, lexical: Scores) -> Ranking:
        fused = dense + LEXICAL_WEIGHT * lexical
        scores = self._article_scores(fused)
        order = np.argsort(-scores, kind="stable")
        order = order[np.isfinite(scores[order])]
        if not order.size:
            return Ranking(text, (), 0.0, 0.0)
        best_dense = np.sort(dense[np.isfinite(dense)])[-5:]
        return Ranking(
            query=text,
            articles=tuple(
                self._ranked(int(number), fused, dense, lexical, float(scores[number]))
                for number in order[:RANKED]
            ),
            mean_score=float(scores[order[:FIELD]].mean()),
            top_passages=float(best_dense.mean()),
        )

    def _article_scores(self, fused: Scores) -> Scores:
        """Mean of an article's best passage and of its best four, shape ``(articles,)``.

        The best alone lets one stray passage win; its neighbours must agree. An article without a
        visible passage scores -inf.
        """
        order = np.lexsort((-fused, self._article_of))
        best_first = fused[order]
        position = np.arange(len(self)) - self._starts[self._article_of]
        counted = (position < SUPPORT) & np.isfinite(best_first)
        counts = np.add.reduceat(counted, self._starts, dtype=np.int64)
        sums = np.add.reduceat(np.where(counted, best_first, 0.0), self._starts)
        best = best_first[self._starts]
        return np.where(counts > 0, (best + sums / np.maximum(counts, 1)) / 2, -np.inf).astype(np.float32)

    def _ranked(
        self, number: int, fused: Scores, dense: Scores, lexical: Scores, score: float
    ) -> RankedArticle:
        rows = slice(int(self._starts[number]), int(self._ends[number]))
        visible = np.isfinite(dense[rows])
        within = np.sort(dense[rows][visible])[-SUPPORT:]
        return RankedArticle(
            article=str(self.articles[number]),
            score=score,
            dense=float(within[-1]),
            lexical=float(lexical[rows][visible].max()),
            support=float(within.mean()),
            passage=self.passages[rows.start + int(np.argmax(fused[rows]))],
        )


def _rows_asked(passages: Sequence[Passage]) -> dict[tuple[str, ...], list[int]]:
    """The rows of questions and phrasings, by their folded words."""
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, passage in enumerate(passages):
        if passage.kind in (PassageKind.QUESTION, PassageKind.PHRASING):
            rows[tuple(split_words(passage.text))].append(row)
    return dict(rows)


def build_index(passages: Sequence[Passage], encoder: Encoder) -> Index:
    """Embed and count passages.

    :param passages: in any order; they are ordered by article.
    :param encoder: makes the vectors.
    :return: the index.
    :raises ValueError: when there are no passages.
    """
    if not passages:
        raise ValueError("there is nothing to index: the corpus has no published article")
    ordered = sorted(passages, key=lambda passage: passage.article)
    texts = [passage.text for passage in ordered]
    return Index(ordered, encoder.encode(texts, role="passage"), Lexical.build(texts), encoder)
