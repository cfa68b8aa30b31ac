"""The words that a corpus uses, and which articles are asked for with them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import chain
from math import log

from corpus import Article, Language, fold

SHORTEST = 3
"""Fewer letters begin too many words."""
MOST_COMPLETIONS = 2
TELLING = 0.25
"""Words that more than three in four articles use (the logarithm of the inverse share) tell nothing."""
LARGE_SHARE = 0.15
"""Wordings of an article with a word, weighed by its rarity, from which on the word asks for the article."""
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}\Z")


class Vocabulary:
    """The words of the titles, phrasings and keywords of one language; immutable.

    :param articles: what may be asked for.
    :param language: whose wordings are read.
    """

    def __init__(self, articles: Iterable[Article], language: Language) -> None:
        self._held: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._wordings: dict[str, int] = {}
        self._titles: dict[str, frozenset[str]] = {}
        self._spelling: dict[str, str] = {}
        folding = cache(fold)
        for article in articles:
            if (words := article.translation(language)) is None:
                continue
            wordings = (words.question, *words.phrasings, *words.keywords)
            self._wordings[article.id] = len(wordings)
            self._titles[article.id] = frozenset(map(fold, _WORD.findall(words.question)))
            held = Counter(chain.from_iterable(set(_WORD.findall(each.lower())) for each in wordings))
            for word, count in held.items():
                folded = folding(word)
                self._spelling.setdefault(folded, word)
                self._held[folded][article.id] += count
        self._sorted = sorted(self._held)

    def __contains__(self, word: str) -> bool:
        return fold(word) in self._held

    def completions(self, text: str) -> list[str]:
        """Finish the last word of a text as the corpus most often does beside the words before it.

        :param text: what has been typed so far.
        :return: at most two texts with a longer last word, the likeliest first.
        """
        if (last := _LAST_WORD.search(text)) is None:
            return []
        beginning, before = fold(last[0]), text[: last.start()]
        start = bisect_left(self._sorted, beginning)
        end = bisect_left(self._sorted, beginning + "\uffff")
        around = self._around(before)
        frequencies = {
            word: sum(count for article, count in self._held[word].items() if article in around)
            for word in self._sorted[start:end]
            if word != beginning
        }
        likeliest = sorted(frequencies, key=lambda word: -frequencies[word])[:MOST_COMPLETIONS]
        return [before + self._spelling[word] for word in likeliest if frequencies[word]]

    def knows(self, text: str) -> bool:
        """Say whether the corpus uses all words of a text."""
        words = _WORD.findall(text)
        return bool(words) and all(word in self for word in words)

    def likeness(self, text: str) -> float:
        """Return how much a text speaks like the corpus: its words' frequencies, as logarithms, together."""
        held = (self._held.get(fold(word)) for word in _WORD.findall(text))
        return sum(log(1 + articles.total()) for articles in held if articles)

    def asked_with(self, text: str) -> list[str]:
        """Return the articles that are asked for with the telling words of a text, the most often first.

        :param text: a question, or a mere word.
        :return: ids of those whose title holds such a word, or a large share of whose wordings do.
        """
        telling = {fold(each) for each in _WORD.findall(text)} & self._held.keys()
        weights: Counter[str] = Counter()
        for word in telling:
            held = self._held[word]
            rarity = log(len(self._wordings) / len(held))
            for article, count in held.items() if rarity >= TELLING else ():
                share = count / self._wordings[article]
                if rarity * share >= LARGE_SHARE or word in self._titles[article]:
                    weights[article] += round(min(1, 5 * share) * self._wordings[article])
        return [article for article, _ in weights.most_common()]

    def _around(self, before: str) -> frozenset[str]:
        """Return the articles that are asked for with all words before the last one."""
        around = frozenset(self._wordings)
        for word in map(fold, _WORD.findall(before)):
            if word in self._held:
                around &= self._held[word].keys()
        return around
