"""Tells questions among small talk, so that a long message comes to mean what it asks.

Customers wrap a question in what led to it. The sentences around it are taken from stories of the corpus
itself: those that say little of their own article and nothing clear of another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from corpus import LANGUAGES, Language
from index.classifier import fit_classifier
from index.encoder import Vectors
from index.ranking import Passage, PassageKind

_BREAK = re.compile(r"(?<=[.!?…])\s+")
_STORY = 3
"""Sentences that make a story."""
_WORDS = range(3, 31)
_SAYS = 0.1
"""From this probability of its own article on, a sentence says what the story is about."""
_MISLEADS = 0.5
"""From this probability of any article on, a sentence asks something itself."""
_BEFORE = (0, 1, 1, 2, 2, 3)
_AFTER = (0, 0, 1, 1, 2)


def small_talk(
    passages: Sequence[Passage], vectors: Vectors, encode: Callable[[Sequence[str]], Vectors]
) -> dict[Language, list[str]]:
    """Collect the sentences of phrasings that are stories, and could stand in any other.

    :param passages: those of a corpus.
    :param vectors: theirs, shape ``(n, dim)``.
    :param encode: embeds texts, shape ``(n, dim)``.
    :return: sentences by language; none where the corpus tells no stories.
    """
    names, numbers = np.unique([passage.article for passage in passages], return_inverse=True)
    found = [
        (number, passage.language, sentence)
        for number, passage in zip(numbers.tolist(), passages, strict=True)
        if passage.kind is PassageKind.PHRASING and len(sentences := _BREAK.split(passage.text)) >= _STORY
        for sentence in sentences
        if len(sentence.split()) in _WORDS
    ]
    talk: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
    if not found:
        return talk
    classifier = fit_classifier(passages, vectors, numbers)
    told = encode([sentence for _, _, sentence in found])
    shares = np.exp([classifier.log_shares(vector[np.newaxis]) for vector in told])
    own = shares[np.arange(len(found)), [number for number, _, _ in found]]
    clearest = np.where(names == "", 0.0, shares).max(axis=1)
    for (_, language, sentence), fits in zip(found, (own < _SAYS) & (clearest < _MISLEADS), strict=True):
        if fits:
            talk[language].append(sentence)
    return talk


def tell(text: str, talk: Sequence[str], rng: Random) -> str:
    """Put a text among sentences of small talk."""
    ended = text if text.endswith((".", "!", "?")) else text + rng.choice((".", "?", ""))
    before = [rng.choice(talk) for _ in range(rng.choice(_BEFORE))]
    after = [rng.choice(talk) for _ in range(rng.choice(_AFTER))]
    return " ".join([*before, ended, *after])
