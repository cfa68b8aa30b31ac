"""Lets a message go on with an ordinary question, as customers do who report something grave."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

MOST_WORDS = 30
"""Words up to which a message is short enough to go on."""
WORDS = range(3, 15)
"""Words of a question that can go with another message."""
_BEHIND = 0.7
"""Share of questions that stand behind the message, not before it."""


def join(message: str, questions: Sequence[str], rng: Random) -> str:
    """Put a message and one of some questions one behind the other."""
    question = rng.choice(questions)
    first, second = (message, question) if rng.random() < _BEHIND else (question, message)
    return f"{first if first.endswith(('.', '!', '?')) else first + '.'} {second}"
