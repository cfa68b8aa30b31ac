"""Finds articles: gathers what speaks for each, and weighs it into one score an article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from corpus import LANGUAGES, Language
from index.classifier import Classifier, fit_classifier
from index.documents import NO_FILTER, Documents, Filter, centres, documents_of, order
from index.encoder import Encoder, Vectors
from index.evidence import EVIDENCE, LEARNED, Evidence, Values, Weights, densities, fill_foreign
from index.lexical import Grams, Lexical
from index.nearest import Nearest
from index.ranking import Passage, PassageKind, RankedArticle, Ranking
from index.spelling import Spelling, split_words
from index.words import QueryWords, Words

CANDIDATES = 14
"""Articles taken by their nearest document, as many by what was learned, and as many by their n-grams."""
CLOSER = 6
"""Candidates whose passages are read, chosen by what is known without reading; on 511 questions the right
article was always read."""
ALWAYS = 2
"""The first of each way to a candidate, who are read anyway: in another language n-grams mislead."""
_ROUGH = (0.8, 0.35, 7.0)
"""How much a log probability, a likelihood and the cosine of a centre weigh in that choice."""
FELT = 256
"""Questions without an article that count for the density among them, the nearest ones."""
RANKED = 10
LEAST_LEARNED = -12.0
"""Log probabilities below this are all the same: not at all."""
_ASKED = (PassageKind.QUESTION, PassageKind.PHRASING)


@dataclass(frozen=True, slots=True)
class Query:
    """A text ready to be searched: its vectors, shape ``(1 or 2, dim)``; the second is of the mended text."""

    text: str
    searched: str
    vectors: Vectors
    language: Language | None


class Index:
    """Passages with their vectors, n-grams and words; immutable, safe to share between threads."""

    def __init__(
        self,
        passages: Sequence[Passage],
        vectors: Vectors,
        lexical: Lexical,
        encoder: Encoder,
        synonyms: Sequence[Sequence[str]] = (),
        classifier: Classifier | None = None,
    ) -> None:
        if len(passages) != len(vectors):
            raise ValueError(f"{len(passages)} passages but {len(vectors)} vectors; build the index again")
        self.passages = tuple(passages)
        self.vectors = vectors
        self.lexical = lexical
        self.encoder = encoder
        self.synonyms = tuple(tuple(group) for group in synonyms)
        self.candidates = CANDIDATES
        self._documents = Documents(self.passages)
        self.articles = self._documents.articles
        self.classifier = classifier or self.fit_classifier()
        texts = [passage.text for passage in self.passages]
        self._words = Words(texts, self._documents.starts, self.synonyms)
        self._spelling = Spelling(self.passages, encoder.is_common)
        self._rows_asked = _rows_asked(self.passages)
        self._centres = Nearest(centres(vectors, self._documents.rows))
        unanswered = vectors[: self._documents.ends[0]]
        self._unanswered = Nearest(unanswered) if self._documents.first else None

    def __len__(self) -> int:
        return len(self.passages)

    def query_vectors(self, rows: Sequence[int]) -> Vectors:
        """Embed passages as if they were asked, shape ``(rows, dim)``; a symmetric encoder has done so."""
        if self.encoder.symmetric:
            return self.vectors[list(rows)]
        return self.encoder.encode([self.passages[row].text for row in rows], role="query")

    def query(self, text: str, *, language: Language | None) -> Query:
        """Embed a text, as written and, where it has misspelt words, with these mended.

        :param text: the query.
        :param language: its language; ``None`` when unsure.
        :return: the query.
        """
        mended = self._spelling.correct(text)
        texts = [text] if mended is None else [text, mended]
        return Query(text, mended or text, self.encoder.encode(texts, role="query"), language)

    def rank(
        self,
        text: str,
        *,
        language: Language | None,
        leave_out: Filter = NO_FILTER,
        weights: Weights = LEARNED,
    ) -> Ranking:
        """Search for the articles that answer a text.

        :param text: the query.
        :param language: the query's language; ``None`` when unsure. Articles in another language are judged
            by meaning alone.
        :param leave_out: what not to find.
        :param weights: how much each kind of evidence weighs.
        :return: the ranking, led by the article that has the text as its phrasing; empty where nothing is
            left to find.
        """
        return self.rank_query(self.query(text, language=language), leave_out=leave_out, weights=weights)

    def rank_query(
        self,
        query: Query,
        *,
        leave_out: Filter = NO_FILTER,
        weights: Weights = LEARNED,
        most: int | None = RANKED,
        classifier: Classifier | None = None,
    ) -> Ranking:
        """Search like :meth:`rank`, with a text embedded already.

        :param query: from :meth:`query`.
        :param leave_out: what not to find.
        :param weights: how much each kind of evidence weighs.
        :param most: articles in the ranking; ``None``: all candidates.
        :param classifier: one that has not learned from what is left out; default: the index' own.
        :return: the ranking.
        """
        evidence = self.evidence(query, leave_out=leave_out, classifier=classifier)
        ranking = self.weigh(query, evidence, weights, most=most)
        known = self._known_article(query.text, leave_out)
        return ranking if known is None else _led_by(ranking, known)

    def fit_classifier(self, without: npt.NDArray[np.bool_] | None = None) -> Classifier:
        """Learn which article's texts a vector is like.

        :param without: passages that are not learned from, shape ``(n,)``.
        :return: the classifier over the index' articles.
        """
        names = np.searchsorted(self._documents.names, [passage.article for passage in self.passages])
        return fit_classifier(self.passages, self.vectors, names.astype(np.int64), without=without)

    def rows_hidden(self, leave_out: Filter) -> npt.NDArray[np.bool_]:
        """Say which passages a search does without, shape ``(n,)``; hidden articles are not among them."""
        visible = self._documents.visible(leave_out)
        return np.zeros(len(self), dtype=bool) if visible is None else ~visible

    def evidence(
        self, query: Query, *, leave_out: Filter = NO_FILTER, classifier: Classifier | None = None
    ) -> Evidence:
        """Gather what speaks for each candidate.

        :param query: from :meth:`query`.
        :param leave_out: what not to find.
        :param classifier: one that has not learned from what is left out; default: the index' own.
        :return: the evidence; without candidates where nothing is left to find.
        """
        visible = self._documents.visible(leave_out)
        grams = self.lexical.look_up(query.searched, without=leave_out.without)
        words = self._words.look_up(query.searched)
        likelihood = self._likelihoods(grams, leave_out)
        learned = (classifier or self.classifier).log_shares(query.vectors)
        candidates = self._candidates(query, likelihood, learned, leave_out)
        every = [self._cosines(query, number, visible) for number in candidates.tolist()]
        kept = [at for at, near in enumerate(every) if near.max() > -np.inf]
        numbers, cosines = candidates[kept], [every[at] for at in kept]
        values = np.zeros((len(numbers), len(EVIDENCE)), dtype=np.float32)
        rows = np.full((len(numbers), len(LANGUAGES)), -1, dtype=np.int64)
        for at, number in enumerate(numbers.tolist()):
            rows[at] = self._documents.nearest(cosines[at], number)
        if len(numbers):
            values[:, 0], values[:, 1] = densities(cosines)
            values[:, 2] = np.maximum(learned[numbers], LEAST_LEARNED)
            values[:, 3] = likelihood[numbers]
            values[:, 4] = self._words.coverage(words, numbers, without=leave_out.without)
            values[:, 5] = self._documents.foreign(numbers, query.language, leave_out)
            values = fill_foreign(values)
        total = float(words.weights.sum())
        missing = float(
            sum(weight for forms, weight in zip(words.forms, words.weights, strict=True) if not forms)
        )
        return Evidence(
            numbers,
            values,
            rows,
            nothing=self._nothing(query, float(values[:, 0].max(initial=0.0))),
            learned_nothing=self._learned_nothing(learned, values),
            unknown=missing / total if total else 1.0,
        )

    def _likelihoods(self, grams: Grams, leave_out: Filter) -> npt.NDArray[np.float32]:
        """The best of each article's documents, shape ``(names,)``; -inf where no language is wanted."""
        found = self.lexical.likelihoods(grams, without=leave_out.without)
        wanted = self._documents.wanted(leave_out)
        return self._documents.best(found if wanted is None else np.where(wanted, found, -np.inf))

    def _candidates(
        self,
        query: Query,
        likelihood: npt.NDArray[np.float32],
        learned: npt.NDArray[np.float32],
        leave_out: Filter,
    ) -> npt.NDArray[np.int64]:
        """Articles worth a closer look, in order of their number."""
        numbers = np.flatnonzero(self._documents.findable(leave_out) & np.isfinite(likelihood))
        if len(numbers) <= 3 * self.candidates:
            return numbers
        cosines, documents = self._centres.search(query.vectors, 4 * self.candidates)
        near = np.full(len(self._documents.rows), cosines.min(), dtype=np.float32)
        np.maximum.at(near, documents.ravel(), cosines.ravel())
        kinds = (np.maximum(learned, LEAST_LEARNED), likelihood, self._documents.best(near))
        firsts = [_highest(kind, numbers, self.candidates) for kind in kinds]
        chosen = np.unique(np.concatenate(firsts))
        rough = sum(weight * kind[chosen] for weight, kind in zip(_ROUGH, kinds, strict=True))
        closer = chosen[np.argsort(-rough, kind="stable")[:CLOSER]]
        return np.unique(np.concatenate([closer, *(first[:ALWAYS] for first in firsts)]))

    def _cosines(
        self, query: Query, number: int, visible: npt.NDArray[np.bool_] | None
    ) -> npt.NDArray[np.float32]:
        rows = slice(int(self._documents.starts[number]), int(self._documents.ends[number]))
        near = self.vectors[rows] @ query.vectors[0]
        for vector in query.vectors[1:]:
            near = np.maximum(near, self.vectors[rows] @ vector)
        return near if visible is None else np.where(visible[rows], near, -np.inf).astype(np.float32)

    def _nothing(self, query: Query, first: float) -> float:
        if self._unanswered is None:
            return 0.0
        cosines, _ = self._unanswered.search(query.vectors, FELT)
        return float(densities(list(cosines))[0].max()) - first

    def _learned_nothing(self, learned: npt.NDArray[np.float32], values: Values) -> float:
        if not self._documents.first or not np.isfinite(learned[0]):
            return 0.0
        return max(float(learned[0]), LEAST_LEARNED) - float(values[:, 2].max(initial=LEAST_LEARNED))

    def _known_article(self, text: str, leave_out: Filter) -> str | None:
        """The one visible article that has the text as its question or phrasing, else ``None``."""
        rows = self._rows_asked.get(tuple(split_words(text)), ())
        visible = self._documents.visible(leave_out)
        articles = {
            self.passages[row].article
            for row in rows
            if (visible is None or visible[row]) and self.passages[row].article not in leave_out.articles
        }
        return articles.pop() if len(articles) == 1 else None

    def numbered(self, evidence: Evidence, articles: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Say which candidates are among some articles, shape ``(m,)``."""
        return np.isin(self._documents.names[evidence.articles], list(articles))

    def look_up(self, text: str) -> tuple[Grams, QueryWords]:
        """Look the n-grams and words of a text up, as a search does."""
        return self.lexical.look_up(text), self._words.look_up(text)

    def lacking(self, query: Query, article: str) -> tuple[str, ...]:
        """Return the words of a query that an article holds in no form, the rarest first."""
        words = self._words.look_up(query.searched)
        number = np.flatnonzero(self._documents.names == article)
        missing = [
            (float(weight), word)
            for word, weight, held in zip(
                words.words, words.weights, self._words.held(words, number), strict=True
            )
            if not held
        ]
        return tuple(word for _, word in sorted(missing, reverse=True))

    def weigh(
        self, query: Query, evidence: Evidence, weights: Weights, *, most: int | None = RANKED
    ) -> Ranking:
        """Order the candidates by weighted evidence alone; :meth:`rank_query` also looks for phrasings."""
        scores = weights.scores(evidence.values)
        order = np.argsort(-scores, kind="stable")
        shares = np.exp(scores - scores.max()) if len(scores) else scores
        shares = shares / shares.sum() if len(scores) else shares
        return Ranking(
            query=query.searched,
            articles=tuple(
                RankedArticle(
                    article=str(self._documents.names[evidence.articles[at]]),
                    score=float(scores[at]),
                    evidence=tuple(evidence.values[at].tolist()),
                    passages=tuple(self.passages[row] for row in evidence.rows[at] if row >= 0),
                )
                for at in order[:most]
            ),
            shares=tuple(float(shares[at]) for at in order[:most]),
            nothing=evidence.nothing,
            learned_nothing=evidence.learned_nothing,
            unknown=evidence.unknown,
        )


def build_index(
    passages: Sequence[Passage],
    encoder: Encoder,
    synonyms: Sequence[Sequence[str]] = (),
    *,
    known: Mapping[str, npt.NDArray[np.float32]] = MappingProxyType({}),
) -> Index:
    """Embed and count passages.

    :param passages: in any order; they are ordered by article and language.
    :param encoder: makes the vectors.
    :param synonyms: groups of words that mean the same.
    :param known: vectors of texts that this encoder has embedded already, each of shape ``(dim,)``.
    :return: the index.
    :raises ValueError: when there are no passages.
    """
    if not any(passage.article for passage in passages):
        raise ValueError("there is nothing to index: the corpus has no published article")
    ordered = sorted(passages, key=order)
    texts = [passage.text for passage in ordered]
    lexical = Lexical.build(texts, documents_of(ordered))
    return Index(ordered, known_or_embedded(texts, encoder, known), lexical, encoder, synonyms)


def known_or_embedded(
    texts: Sequence[str], encoder: Encoder, known: Mapping[str, npt.NDArray[np.float32]]
) -> Vectors:
    """Return the vectors of texts, shape ``(n, dim)``, embedding those that are not known yet, each once."""
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    vectors = {**known, **dict(zip(fresh, encoder.encode(fresh, role="passage"), strict=True))}
    return np.array([vectors[text] for text in texts], dtype=np.float32).reshape(-1, encoder.dim)


def _highest(
    scores: npt.NDArray[np.float32], numbers: npt.NDArray[np.int64], most: int
) -> npt.NDArray[np.int64]:
    """The numbers of the highest scores, the highest first, of equal ones the lowest number."""
    values = scores[numbers]
    least = np.partition(values, -most)[-most]
    higher = np.flatnonzero(values > least)
    equal = np.flatnonzero(values == least)[: most - len(higher)]
    some = numbers[np.concatenate([higher, equal])]
    return np.asarray(some[np.argsort(-scores[some], kind="stable")], dtype=np.int64)


def _led_by(ranking: Ranking, known: str) -> Ranking:
    """Put the article first that has the query as its phrasing, where it is among those found."""
    order = sorted(range(len(ranking.articles)), key=lambda at: ranking.articles[at].article != known)
    articles = tuple(ranking.articles[at] for at in order)
    return replace(
        ranking,
        articles=articles,
        shares=tuple(ranking.shares[at] for at in order),
        known=bool(articles) and articles[0].article == known,
    )


def _rows_asked(passages: Sequence[Passage]) -> dict[tuple[str, ...], list[int]]:
    """The rows of questions and phrasings, by their folded words."""
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, passage in enumerate(passages):
        if passage.kind in _ASKED:
            rows[tuple(split_words(passage.text))].append(row)
    return dict(rows)
