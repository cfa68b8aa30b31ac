"""Mends misspelt words of a query towards the words the articles use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from corpus import fold
from index.ranking import Passage, PassageKind

SHORTEST = 4
SHORT = 5
LONG = 8
"""From this length on two slips are mended, below it one; below :data:`SHORT` only swapped letters."""
_ASKED = (PassageKind.PHRASING, PassageKind.NOTHING)
RARER = 20
"""How many times as often a word stands in the corpus as a slip of it that stands there, too."""


class Spelling:
    """The words of a corpus, and which of them a misspelt word may have meant.

    ``is_common`` says of a folded word whether it is an everyday word; such a word is never touched, nor is
    any word of an editor's. Phrasings hold slips on purpose: a word that stands in these alone is taken for
    one where a far more frequent word differs from it, and not merely in its ending.
    """

    def __init__(self, passages: Sequence[Passage], is_common: Callable[[str], bool]) -> None:
        self._is_common = is_common
        self._counts: Counter[str] = Counter()
        self._edited: set[str] = set()
        for passage in passages:
            words = split_words(passage.text)
            self._counts.update(words)
            if passage.kind not in _ASKED:
                self._edited.update(words)
        self._models: dict[str, list[str]] = defaultdict(list)
        for word, count in sorted(self._counts.items()):
            spelt_right = word in self._edited or count > 1 or is_common(word)
            if len(word) >= SHORTEST and word.isalpha() and spelt_right:
                self._models[word[0]].append(word)

    def correct(self, text: str) -> str | None:
        """Return the folded text with misspelt words mended, ``None`` where there is nothing to mend."""
        words = split_words(text)
        mended = [self._mend(word) for word in words]
        return " ".join(mended) if mended != words else None

    def _mend(self, word: str) -> str:
        nearer = self._nearer(word)
        return word if nearer is None else self._mend(nearer)

    def _nearer(self, word: str) -> str | None:
        if len(word) < SHORTEST or not word.isalpha() or word in self._edited or self._is_common(word):
            return None
        # Slips seldom hit the first letter, and "inactivate" must not become "activate".
        near = process.extract(
            word,
            self._models.get(word[0], ()),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=2 if len(word) >= LONG else 1,
            limit=None,
        )
        count = self._counts[word]
        likely = [
            (distance, -self._counts[model], model)
            for model, distance, _ in near
            if (len(word) >= SHORT or sorted(word) == sorted(model))
            and (not count or (self._counts[model] >= RARER * count and not _same_stem(word, model)))
        ]
        return min(likely)[2] if likely else None


def _same_stem(word: str, other: str) -> bool:
    """Say whether two words differ in their last two letters alone, as forms of one word do."""
    shorter = min(len(word), len(other))
    return word[: shorter - 1] == other[: shorter - 1]


def split_words(text: str) -> list[str]:
    """Split a text into its folded words, without punctuation."""
    return "".join(char if char.isalnum() else " " for char in fold(text)).split()
