"""Which rows belong to which article and language, and which of them a search does without."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus import LANGUAGES, Language
from index.encoder import Vectors
from index.ranking import Passage


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search leaves out: rows as if never indexed, languages and articles not wanted.

    ``untranslated`` articles are searched as if they had no version in ``language``.
    """

    without: tuple[int, ...] = ()
    languages: frozenset[Language] | None = None
    articles: frozenset[str] = frozenset()
    untranslated: frozenset[str] = frozenset()
    language: Language | None = None


NO_FILTER = Filter()


class Documents:
    """The order of passages: names of articles, and within each one *document* a language.

    A document is all that an article says in one language. The name ``""`` stands for questions that no
    article answers.

    :ivar names: the articles' ids, ``""`` among them where there are such questions, shape ``(names,)``.
    :ivar starts: the first row of each name; ``ends`` the row behind its last.
    :ivar rows: the first row of each document, shape ``(documents,)``.
    :ivar article: the number of each document's name.
    :ivar first: the number of the first name that is an article.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        if any(order(a) > order(b) for a, b in itertools.pairwise(passages)):
            raise ValueError("passages are not ordered by article and language; order them before building")
        names, starts = np.unique([passage.article for passage in passages], return_index=True)
        self.names: npt.NDArray[np.str_] = names
        self.starts: npt.NDArray[np.int64] = starts
        self.ends: npt.NDArray[np.int64] = np.append(starts[1:], len(passages))
        self._numbers = {str(name): number for number, name in enumerate(names)}
        self.articles = names[names != ""]
        self.first = len(names) - len(self.articles)
        borders = np.flatnonzero(np.diff(documents_of(passages))) + 1
        self.rows = np.concatenate(([0], borders)).astype(np.int64)
        self.article = np.searchsorted(names, [passages[row].article for row in self.rows])
        self._firsts = np.flatnonzero(np.diff(self.article, prepend=-1))
        self._lengths = np.diff(np.append(self.rows, len(passages)))
        self._language = np.array([passages[row].language for row in self.rows])
        self._speaks = {
            language: np.isin(np.arange(len(names)), self.article[self._language == language])
            for language in LANGUAGES
        }
        self._spans: list[list[tuple[int, int]]] = [[] for _ in names]
        for article, row, length in zip(self.article, self.rows, self._lengths, strict=True):
            self._spans[article].append((int(row), int(row + length)))
        self._languages = np.array([passage.language for passage in passages])

    def visible(self, leave_out: Filter) -> npt.NDArray[np.bool_] | None:
        """Say which rows may be found, shape ``(rows,)``; hidden articles are not considered.

        :param leave_out: what not to find.
        :return: ``None`` where all may.
        """
        if not leave_out.without and leave_out.languages is None and not leave_out.untranslated:
            return None
        visible = np.ones(len(self._languages), dtype=bool)
        for document in self.untranslated(leave_out):
            start = self.rows[document]
            visible[start : start + self._lengths[document]] = False
        visible[list(leave_out.without)] = False
        if leave_out.languages is not None:
            visible &= np.isin(self._languages, list(leave_out.languages))
        return visible

    def untranslated(self, leave_out: Filter) -> npt.NDArray[np.int64]:
        """Return the documents that a search does without."""
        if not leave_out.untranslated:
            return np.empty(0, dtype=np.int64)
        gone = np.isin(self.names[self.article], list(leave_out.untranslated))
        return np.flatnonzero(gone & (self._language == leave_out.language))

    def wanted(self, leave_out: Filter) -> npt.NDArray[np.bool_] | None:
        """Say which documents are searched, shape ``(documents,)``; ``None`` where all are."""
        if leave_out.languages is None and not leave_out.untranslated:
            return None
        wanted = np.ones(len(self.rows), dtype=bool)
        wanted[self.untranslated(leave_out)] = False
        if leave_out.languages is not None:
            wanted &= np.isin(self._language, list(leave_out.languages))
        return wanted

    def best(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the best score of each name's documents.

        :param scores: one a document, shape ``(documents,)``.
        :return: shape ``(names,)``.
        """
        return np.asarray(np.maximum.reduceat(scores, self._firsts), dtype=np.float32)

    def findable(self, leave_out: Filter) -> npt.NDArray[np.bool_]:
        """Say which names are articles that are not hidden, shape ``(names,)``."""
        found = np.ones(len(self.names), dtype=bool)
        found[[self._numbers[article] for article in leave_out.articles if article in self._numbers]] = False
        found[: self.first] = False
        return found

    def foreign(
        self, numbers: npt.NDArray[np.int64], language: Language | None, leave_out: Filter
    ) -> npt.NDArray[np.bool_]:
        """Say which articles have no version in a language.

        :param numbers: of the articles, shape ``(m,)``.
        :param language: the query's; where it is unknown or not wanted, no article is foreign.
        :param leave_out: what not to find.
        :return: shape ``(m,)``.
        """
        if language is None or (leave_out.languages is not None and language not in leave_out.languages):
            return np.zeros(len(numbers), dtype=bool)
        foreign = ~self._speaks[language][numbers]
        if leave_out.untranslated and language == leave_out.language:
            foreign |= np.isin(self.names[numbers], list(leave_out.untranslated))
        return foreign

    def nearest(self, near: npt.NDArray[np.float32], number: int) -> list[int]:
        """Return an article's nearest row in each language that has one, nearest first, then -1.

        :param near: the cosines of its rows, -inf for those that are not found.
        :param number: its number.
        :return: one row for each of the languages.
        """
        first = int(self.starts[number])
        best = [start + int(near[start - first : end - first].argmax()) for start, end in self._spans[number]]
        found = sorted(
            (row for row in best if np.isfinite(near[row - first])), key=lambda row: -near[row - first]
        )
        return [*found, *[-1] * (len(LANGUAGES) - len(found))]


def centres(vectors: Vectors, starts: npt.NDArray[np.int64]) -> Vectors:
    """Return the direction of each document's mean vector, shape ``(documents, dim)``."""
    sums = np.add.reduceat(vectors, starts, axis=0)
    return np.ascontiguousarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def documents_of(passages: Sequence[Passage]) -> npt.NDArray[np.int64]:
    """Number the documents of ordered passages, shape ``(n,)``: one an article and language."""
    changes = [order(a) != order(b) for a, b in itertools.pairwise(passages)]
    return np.concatenate(([0], np.cumsum(changes))).astype(np.int64)


def order(passage: Passage) -> tuple[str, str]:
    """Return what passages are ordered by before they are indexed."""
    return passage.article, passage.language
