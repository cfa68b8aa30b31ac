"""Word evidence: which words of a query an article holds, in any of the forms customers give them.

A query word stands for the corpus words that are written the same, differ in how umlauts are written, are
its parts or a compound of it and its neighbour, are one or two slips away, or mean the same. The nearer the
form, the more it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from scipy.sparse import csc_matrix, csr_matrix

from index.sparse import entries
from index.spelling import split_words

EXACT, RESPELT, SYNONYM, PARTS, SLIP = 1.0, 0.9, 0.8, 0.8, 0.7
"""How much a form counts: as written, another spelling of its umlauts, a word of the same meaning, a compound
by its parts, a slip of the pen."""
SHORTEST_PART = 4
LINKS = ("", "s", "es", "n", "en", "e", "er")
"""Linking elements between the parts of a German compound."""

Forms: TypeAlias = tuple[tuple[tuple[int, ...], float], ...]
"""What a query word may stand for: columns that must all be there, and how much that counts."""


def skeleton(word: str) -> str:
    """Write a folded word as without dots: ae, oe, ue as one letter, so that 'schön' meets 'schon'."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def slips_allowed(word: str) -> int:
    """Return how many slips are forgiven: none up to four letters, one up to seven, then two."""
    return 0 if len(word) <= 4 else 1 if len(word) <= 7 else 2


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The words of a query with their forms and their weight (inverse document frequency)."""

    words: tuple[str, ...]
    forms: tuple[Forms, ...]
    weights: npt.NDArray[np.float32]


class Words:
    """The words of all passages, and which article holds which.

    ``counts`` has shape ``(passages, words)``: 1 where a passage holds a word.
    """

    def __init__(
        self,
        texts: Sequence[str],
        starts: npt.NDArray[np.int64],
        synonyms: Sequence[Sequence[str]] = (),
    ) -> None:
        self._columns: dict[str, int] = {}
        indices: list[int] = []
        pointers = [0]
        for text in texts:
            held = {self._columns.setdefault(word, len(self._columns)) for word in split_words(text)}
            indices.extend(sorted(held))
            pointers.append(len(indices))
        shape = (len(texts), len(self._columns))
        self.counts = csr_matrix((np.ones(len(indices), dtype=np.float32), indices, pointers), shape=shape)
        groups = csr_matrix(
            (np.ones(len(texts), dtype=np.float32), np.arange(len(texts)), np.append(starts, len(texts))),
            shape=(len(starts), len(texts)),
        )
        self._starts = starts
        self._held = (groups @ self.counts).tocsc()
        articles_with = np.diff(self._held.indptr)
        self._idf = np.log((1.0 + len(starts)) / (0.5 + articles_with)).astype(np.float32)
        self._unknown = float(np.log((1.0 + len(starts)) / 0.5))
        self._skeletons: dict[str, list[int]] = defaultdict(list)
        self._initials: dict[str, list[str]] = defaultdict(list)
        for word, column in self._columns.items():
            self._skeletons[skeleton(word)].append(column)
            if len(word) > SHORTEST_PART and word.isalpha():
                self._initials[word[0]].append(word)
        self._synonyms = _synonyms_of(synonyms)

    def __contains__(self, word: str) -> bool:
        return word in self._columns

    def look_up(self, text: str) -> QueryWords:
        """Find what each word of a query may stand for.

        :param text: the query.
        :return: its words, each once, in order.
        """
        ordered = split_words(text)
        words = tuple(dict.fromkeys(ordered))
        joined = self._joined(ordered)
        forms = tuple(self._forms(word, joined[word]) for word in words)
        weights = np.array([self._weight(each) for each in forms], dtype=np.float32)
        return QueryWords(words, forms, weights)

    def coverage(
        self, query: QueryWords, articles: npt.NDArray[np.int64], *, without: Sequence[int] = ()
    ) -> npt.NDArray[np.float32]:
        """Return the share of a query's words, by weight, that each article holds.

        :param query: from :meth:`look_up`.
        :param articles: numbers of articles, shape ``(m,)``.
        :param without: passages whose words do not count.
        :return: shape ``(m,)``, 0..1.
        """
        total = float(query.weights.sum())
        if total <= 0:
            return np.zeros(len(articles), dtype=np.float32)
        worths = self._worths(query.forms, articles, self._lost(without) if without else None)
        return np.asarray(query.weights @ worths / total, dtype=np.float32)

    def held(self, query: QueryWords, article: npt.NDArray[np.int64]) -> list[bool]:
        """Say of each word of a query whether an article, shape ``(1,)``, holds it in any form."""
        return [bool(worth.any()) for worth in self._worths(query.forms, article, None)]

    def _lost(self, without: Sequence[int]) -> csc_matrix:
        """How many passages with a word each article loses, shape ``(articles, words)``."""
        rows = np.asarray(without, dtype=np.int64)
        of = np.searchsorted(self._starts, rows, side="right") - 1
        pick = csr_matrix(
            (np.ones(len(rows), dtype=np.float32), (of, np.arange(len(rows)))),
            shape=(len(self._starts), len(rows)),
        )
        return (pick @ self.counts[rows]).tocsc()

    def _worths(
        self, forms: Sequence[Forms], articles: npt.NDArray[np.int64], lost: csc_matrix | None
    ) -> npt.NDArray[np.float32]:
        """What the best form of each word that an article holds is worth, shape ``(words, m)``; 0: none."""
        best = np.zeros((len(forms), len(articles)), dtype=np.float32)
        flat = [form for each in forms for form in each]
        if not flat:
            return best
        lengths = np.array([len(columns) for columns, _ in flat])
        holding = self._holding([column for columns, _ in flat for column in columns], articles, lost)
        whole = np.multiply.reduceat(holding, np.cumsum(lengths) - lengths, axis=0)
        worths = whole * np.array([worth for _, worth in flat], dtype=np.float32)[:, np.newaxis]
        numbers = np.array([len(each) for each in forms])
        begins = np.cumsum(numbers) - numbers
        best[numbers > 0] = np.maximum.reduceat(worths, begins[numbers > 0], axis=0)
        return best

    def _holding(
        self, columns: Sequence[int], articles: npt.NDArray[np.int64], lost: csc_matrix | None
    ) -> npt.NDArray[np.float32]:
        """1 where an article holds a word in more passages than are left out, shape ``(columns, m)``."""
        place = np.full(self._held.shape[0], -1)
        place[articles] = np.arange(len(articles))
        counts = np.zeros((len(columns), len(articles)), dtype=np.float32)
        for matrix, sign in ((self._held, 1.0), (lost, -1.0)):
            if matrix is not None:
                which, rows, held = entries(matrix, np.asarray(columns))
                places = place[rows]
                among = places >= 0
                counts[which[among], places[among]] += sign * held[among]
        return (counts > 0.5).astype(np.float32)

    def _weight(self, forms: Forms) -> float:
        if not forms:
            return self._unknown
        return max(min(float(self._idf[column]) for column in columns) for columns, _ in forms[:1])

    def _joined(self, ordered: Sequence[str]) -> Mapping[str, list[int]]:
        """The compounds that a word makes with its neighbour, by word: customers split what is one word."""
        found: dict[str, list[int]] = defaultdict(list)
        for first, second in pairwise(ordered):
            for link in LINKS:
                column = self._columns.get(first + link + second)
                if column is not None:
                    found[first].append(column)
                    found[second].append(column)
        return found

    def _forms(self, word: str, joined: Sequence[int]) -> Forms:
        found: dict[tuple[int, ...], float] = {}

        def add(columns: Sequence[int], worth: float) -> None:
            found.setdefault(tuple(columns), worth)

        if word in self._columns:
            add([self._columns[word]], EXACT)
        for column in self._skeletons.get(skeleton(word), ()):
            add([column], RESPELT)
        for other in self._synonyms.get(word, ()):
            columns = [self._columns[part] for part in other if part in self._columns]
            if len(columns) == len(other):
                add(columns, SYNONYM)
        for column in joined:
            add([column], PARTS)
        if (parts := self._parts(word)) is not None:
            add([self._columns[part] for part in parts], PARTS)
        if not found and word.isalpha():
            near = process.extract(
                word,
                self._initials.get(word[0], ()),
                scorer=DamerauLevenshtein.distance,
                score_cutoff=slips_allowed(word),
                limit=3,
            )
            for meant, _, _ in near:
                add([self._columns[meant]], SLIP)
        return tuple(found.items())

    def _parts(self, word: str) -> tuple[str, ...] | None:
        """Split a compound into two or three corpus words that cover it but for linking elements."""
        if len(word) < 2 * SHORTEST_PART or not word.isalpha():
            return None
        for end in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            head = self._stem(word[:end])
            if head is None:
                continue
            if word[end:] in self._columns:
                return head, word[end:]
            rest = self._parts(word[end:])
            if rest is not None and len(rest) == 2:
                return head, *rest
        return None

    def _stem(self, part: str) -> str | None:
        """Return the corpus word that a part is, its linking element left off."""
        for link in LINKS:
            stem = part.removesuffix(link) if link else part
            if part.endswith(link) and len(stem) >= SHORTEST_PART and stem in self._columns:
                return stem
        return None


def _synonyms_of(groups: Sequence[Sequence[str]]) -> Mapping[str, list[tuple[str, ...]]]:
    """Map each single word of a group to the others, which may be several words."""
    others: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for group in groups:
        split = [tuple(split_words(text)) for text in group]
        for one in split:
            if len(one) == 1:
                others[one[0]].extend(each for each in split if each and each != one)
    return dict(others)
