"""Mends misspelt words of a query towards the words the articles use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from corpus import fold
from index.ranking import Passage, PassageKind

SHORTEST = 5
LONG = 8
"""From this length on two slips are mended, below it one."""


class Spelling:
    """The words of a corpus, and which of them a misspelt word may have meant.

    ``is_common`` says of a folded word whether it is an everyday word; such a word is never
    touched, nor is any word that stands in the corpus.
    """

    def __init__(self, passages: Sequence[Passage], is_common: Callable[[str], bool]) -> None:
        self._is_common = is_common
        self._counts: Counter[str] = Counter()
        edited: set[str] = set()
        for passage in passages:
            words = split_words(passage.text)
            self._counts.update(words)
            if passage.kind is not PassageKind.PHRASING:
                edited.update(words)
        # Phrasings may hold typos on purpose: a word that stands there alone is no model to mend to.
        self._models: dict[str, list[str]] = defaultdict(list)
        for word, count in sorted(self._counts.items()):
            spelt_right = word in edited or count > 1 or is_common(word)
            if len(word) >= SHORTEST - 1 and word.isalpha() and spelt_right:
                self._models[word[0]].append(word)

    def correct(self, text: str) -> str | None:
        """Return the folded text with misspelt words mended, ``None`` where there is nothing to mend."""
        words = split_words(text)
        mended = [self._mend(word) for word in words]
        return " ".join(mended) if mended != words else None

    def _mend(self, word: str) -> str:
        if len(word) < SHORTEST or not word.isalpha() or word in self._counts or self._is_common(word):
            return word
        # Slips seldom hit the first letter, and "inactivate" must not become "activate".
        near = process.extract(
            word,
            self._models.get(word[0], ()),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=2 if len(word) >= LONG else 1,
            limit=5,
        )
        return min(near, key=lambda each: (each[1], -self._counts[each[0]]))[0] if near else word


def split_words(text: str) -> list[str]:
    """Split a text into its folded words, without punctuation."""
    return "".join(char if char.isalnum() else " " for char in fold(text)).split()
