"""Lets a message go on with an ordinary question, as customers do who report something grave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from corpus import LANGUAGES, Language
from index.ranking import Passage, PassageKind

MOST_WORDS = 30
"""Words up to which a message is short enough to go on."""
_WORDS = range(3, 15)
"""Words of a question that can go with another message."""
_BEHIND = 0.7
"""Share of questions that stand behind the message, not before it."""


def short_questions(passages: Iterable[Passage]) -> dict[Language, list[str]]:
    """Return the short questions that articles answer, by language."""
    found: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
    for passage in passages:
        asked = passage.article and passage.kind in (PassageKind.QUESTION, PassageKind.PHRASING)
        if asked and len(passage.text.split()) in _WORDS:
            found[passage.language].append(passage.text)
    return found


def join(message: str, questions: Sequence[str], rng: Random) -> str:
    """Put a message and one of some questions one behind the other."""
    question = rng.choice(questions)
    first, second = (message, question) if rng.random() < _BEHIND else (question, message)
    return f"{first if first.endswith(('.', '!', '?')) else first + '.'} {second}"
