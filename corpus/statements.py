"""Finds the sentences that speak of a shared fact, and says whether they state it rightly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from corpus.facts import Fact
from corpus.fold import fold
from corpus.ledger import Meaning, SharedFact
from corpus.model import LANGUAGES, Language
from corpus.passages import Passage
from corpus.sentences import Search, searches_for, sentences_of, speaks_of


class Statement(NamedTuple):
    """A sentence that speaks of a shared fact: what it states, and whether that is allowed."""

    passage: Passage
    fact: SharedFact
    values: tuple[Fact, ...]
    right: bool


class _Topic(NamedTuple):
    """A shared fact as it is looked for in one language."""

    fact: SharedFact
    kind: str
    meanings: tuple[Meaning, ...]
    words: tuple[Search, ...]
    unless: tuple[Search, ...]


def statements_of(facts: Sequence[SharedFact], passages: Iterable[Passage]) -> Iterator[Statement]:
    """Yield every sentence that speaks of one of the facts and states a value of its kind."""
    topics = {language: [_topic(fact, language) for fact in facts] for language in LANGUAGES}
    for passage in passages:
        for folded, stated in _stating(passage):
            for topic in topics[passage.language]:
                values = tuple(fact for fact in stated if fact.kind == topic.kind)
                if values and speaks_of(folded, topic.words) and not speaks_of(folded, topic.unless):
                    yield Statement(passage, topic.fact, values, _allowed(values, topic.meanings))


def _topic(fact: SharedFact, language: Language) -> _Topic:
    words, unless = (searches_for(part.in_language(language), language) for part in (fact.words, fact.unless))
    return _Topic(fact, fact.kind, fact.meanings, words, unless)


def _stating(passage: Passage) -> Iterator[tuple[str, list[Fact]]]:
    """Yield the sentences that state something, folded."""
    if passage.facts:
        for start, end in sentences_of(passage.text):
            if stated := [fact for fact in passage.facts if start <= fact.start < end]:
                yield fold(passage.text[start:end]), stated


def _allowed(values: Iterable[Fact], meanings: Iterable[Meaning]) -> bool:
    """Say whether an allowed value is stated, wholly or in part, such as where opening hours begin."""
    stated = {fact[:2] for fact in values}
    return any(meaning <= stated or stated <= meaning for meaning in meanings)
