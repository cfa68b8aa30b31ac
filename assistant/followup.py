"""Recognises questions that only make sense after the one before: "und was kostet das?", "and if I move?".

Transparent rules over short texts, no model. A *bare* follow-up has no subject of its own; a *varied* one
opens like a condition ("und wenn …") and changes the question before. Everything else stands on its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from assistant.asked import MAX_CHARACTERS
from assistant.conversation import Conversation, Turn
from assistant.followup_words import ADVERBS, ASKED, BACK, LINKING, OPENINGS, POINTING, QUESTION_WORDS
from assistant.reply import Decision
from index import split_words

LONGEST = 9
"""Words of the longest text that may lean on the one before."""


class FollowUp(StrEnum):
    """How a text leans on the question before it."""

    BARE = "bare"
    VARIED = "varied"


@dataclass(frozen=True, slots=True)
class Lean:
    """How a text leans on a question ``before``, the last one that stands on its own.

    ``shown`` is the article that it led to or that was opened since, unless it was rejected.
    """

    kind: FollowUp
    before: str
    shown: str | None

    def with_question(self, text: str) -> str:
        """Return the question before with a text that leans on it, as much of it as may be asked."""
        return f"{self.before[: MAX_CHARACTERS - len(text) - 1]}\n{text}"


def follow_up(text: str) -> FollowUp | None:
    """Say how a text leans on the question before it, ``None`` where it stands on its own.

    :param text: what the customer wrote.
    :return: bare, varied, or ``None``.
    """
    words = split_words(text)
    if not 2 <= len(words) <= LONGEST:
        return None
    if not QUESTION_WORDS & set(words[:2]) and {"nicht", "not"} & set(words):
        return None
    if set(words) <= POINTING | ASKED | LINKING:
        return FollowUp.BARE if _asks_on(words) else None
    opened = any(tuple(words[: len(opening)]) == opening for opening in OPENINGS)
    return FollowUp.VARIED if opened or _points_back(words) else None


def leaning(text: str, conversation: Conversation) -> Lean | None:
    """Say whether and how a text leans on what was said before, ``None`` where it stands on its own.

    It never leans on a question for which a person took over.

    :param text: what the customer wrote.
    :param conversation: what was said before.
    :return: how it leans.
    """
    kind = follow_up(text)
    if kind is None:
        return None
    shown: str | None = None
    for turn in reversed(conversation.turns):
        if turn.decision == Decision.ESCALATE:
            return None
        shown = shown or _article_of(turn, conversation)
        if follow_up(turn.text) is None:
            return Lean(kind, turn.text, shown)
    return None


def in_full(conversation: Conversation) -> str:
    """Return a conversation's last question, led by the one that it leans on; empty where there is none."""
    if not conversation.turns:
        return ""
    *before, last = conversation.turns
    lean = leaning(last.text, replace(conversation, turns=tuple(before)))
    return last.text if lean is None else lean.with_question(last.text)


def _article_of(turn: Turn, conversation: Conversation) -> str | None:
    seen = (each for each in turn.articles if each in conversation.read)
    return next((each for each in seen if each not in conversation.rejected), None)


def _asks_on(words: list[str]) -> bool:
    """Say whether words without a subject ask something about what was said before."""
    held = set(words)
    return bool(held & ASKED and (held & POINTING or words[0] in {"und", "and"}))


def _points_back(words: list[str]) -> bool:
    """Say whether a word stands for what was said before, with nothing of its own in front of it."""
    for word, after in pairwise([*words, ""]):
        if word in BACK or (word in {"das", "it", "that"} and after in ADVERBS):
            return True
        if word not in POINTING | ASKED | LINKING:
            return False
    return False
