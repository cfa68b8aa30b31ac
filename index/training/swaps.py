"""New sentence pairs out of old ones: a noun and its translation give way to another such pair.

Sentences show few nouns, dictionaries show many without a sentence. "Der Adler sitzt auf dem Ast" with
"eagle: Adler" becomes "Das Nashorn …" with "rhino: Nashorn"; articles that no longer agree are left, since
what a sentence is about does not hang on them. Data augmentation by word replacement follows M. Fadaee et
al., "Data Augmentation for Low-Resource Neural Machine Translation", ACL 2017, arXiv 1705.00440.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from index.training.pairs import Pair

SOURCE = "swapped"

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_NOUN = re.compile(r"[a-z]{3,}(?: [a-z]{3,})?")
_GERMAN_NOUN = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{2,}")
_ARTICLE = re.compile(r"\b([Aa])n?(?= (\w))")
_LONGEST_CARRIER = 120
_LEAST_COUNT = 2
_MOST_MEANINGS = 3
_SWAP_EACH = 0.75


@dataclass(frozen=True, slots=True)
class NounList:
    """Noun pairs, English and German, drawn by weight; ``weights`` are cumulative."""

    pairs: Sequence[tuple[str, str]]
    weights: Sequence[float]

    @classmethod
    def from_weights(cls, weights: Mapping[tuple[str, str], float]) -> NounList:
        """Sum up weights."""
        return cls(list(weights), list(accumulate(weights.values())))

    def draw(self, rng: Random) -> tuple[str, str]:
        """Draw one pair."""
        return rng.choices(self.pairs, cum_weights=self.weights)[0]


@dataclass(frozen=True, slots=True)
class Nouns:
    """Noun pairs, singular and plural apart; ``known`` gives a German noun's English."""

    singular: NounList
    plural: NounList
    known: Mapping[str, frozenset[str]]

    @classmethod
    def from_pairs(cls, dictionary: Iterable[Pair], sentences: Iterable[Pair]) -> Nouns:
        """Take the nouns of a dictionary whose English words customers might use.

        :param dictionary: words and phrases; pairs that are not nouns are passed over.
        :param sentences: a noun is put in when each of its English words occurs in these, and when it has
            few translations, so that it does not mean something else.
        :return: the nouns.
        """
        counts = Counter(word for pair in sentences for word in _WORD.findall(pair.english.lower()))
        nouns = dict.fromkeys(
            (pair.english, pair.german)
            for pair in dictionary
            if _ENGLISH_NOUN.fullmatch(pair.english) and _GERMAN_NOUN.fullmatch(pair.german)
        )
        meanings = Counter(english for english, _ in nouns)
        weights = {
            (english, german): _weight(english.split(), counts)
            for english, german in nouns
            if meanings[english] <= _MOST_MEANINGS
            and all(counts[word] >= _LEAST_COUNT for word in english.split())
        }
        known: defaultdict[str, set[str]] = defaultdict(set)
        for english, german in nouns:
            known[german].add(english)
        singular, plural = (
            NounList.from_weights({noun: w for noun, w in weights.items() if _is_plural(noun[0]) == many})
            for many in (False, True)
        )
        return cls(singular, plural, {german: frozenset(english) for german, english in known.items()})

    def slots(self, pair: Pair) -> list[tuple[str, str]]:
        """Return the noun pairs that stand in a sentence pair, each once on either side."""
        if len(pair.english) > _LONGEST_CARRIER:
            return []
        english, german = Counter(_WORD.findall(pair.english)), Counter(_WORD.findall(pair.german))
        return [
            (own, noun)
            for noun, count in german.items()
            if count == 1 and noun in self.known
            for own in sorted(self.known[noun])
            if english[own] == 1
        ][:2]


def swap_nouns(carriers: Sequence[Pair], nouns: Nouns, number: int, seed: int) -> list[Pair]:
    """Make sentence pairs by swapping nouns.

    :param carriers: sentence pairs; those without a noun of the dictionary are passed over.
    :param nouns: what is put in.
    :param number: how many pairs are made, at most.
    :param seed: the same seed makes the same pairs.
    :return: new pairs of source :data:`SOURCE`, each once.
    """
    rng = Random(seed)  # noqa: S311
    usable = [(pair, slots) for pair in carriers if (slots := nouns.slots(pair))]
    if not (usable and nouns.singular.pairs and nouns.plural.pairs):
        return []
    made: dict[tuple[str, str], Pair] = {}
    for _ in range(number):
        pair, slots = rng.choice(usable)
        chosen = [slot for slot in slots if rng.random() < _SWAP_EACH] or slots[:1]
        english, german = pair.english, pair.german
        for own, noun in chosen:
            new, neu = (nouns.plural if _is_plural(own) else nouns.singular).draw(rng)
            english, german = _put(english, own, new), _put(german, noun, neu)
        made.setdefault((english, german), Pair(_ARTICLE.sub(_agreeing, english), german, SOURCE))
    return list(made.values())


def _weight(words: Sequence[str], counts: Mapping[str, int]) -> float:
    # Two words are mostly a craft's term, so they count less, and rare words less than common ones.
    return float(min(counts[word] for word in words) ** 0.5) * (1.0 if len(words) == 1 else 0.05)


def _put(text: str, word: str, instead: str) -> str:
    return re.sub(rf"\b{word}\b", instead, text, count=1)


def _agreeing(match: re.Match[str]) -> str:
    return match[1] + ("n" if match[2].lower() in "aeiou" else "")


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith("ss")
