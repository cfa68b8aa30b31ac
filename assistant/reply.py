"""What the assistant answers: one reply that every surface (web, API, terminal) shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from assistant.conversation import Conversation
from corpus import ChannelKind, Language


class Decision(StrEnum):
    """The five outcomes of a question."""

    ESCALATE = "escalate"
    ANSWER = "answer"
    CLARIFY = "clarify"
    SUGGEST = "suggest"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or list item of an article, with the heading above it; empty where there is none."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article in a reply, in the language that is shown, with the reason it was found.

    ``reviewed`` is the day on which its owner last checked it, where that is told. ``extract`` are the pieces
    of its full answer that speak to a follow-up; empty for any other question.
    """

    id: str
    topic: str
    language: Language
    question: str
    short: str
    matched: str
    score: float
    reviewed: date | None = None
    extract: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelAdvice:
    """One way to reach a person, judged for this matter and this moment.

    ``consent`` is what a customer agrees to by using it, shown before the address; a channel that is
    ``discouraged`` does not fit the topic, and the reason says why.
    """

    id: str
    kind: ChannelKind
    name: str
    address: str
    cost: str
    duration: str
    have_ready: str | None
    consent: tuple[str, ...]
    open_now: bool
    opens_at: datetime | None
    suits: bool
    discouraged: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Promise:
    """The latest time an answer can take, with the reason in words."""

    team: str
    latest: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """Why a person takes over, the calm words, and at most one urgent action."""

    reason: str
    name: str
    priority: str
    message: str
    action: str | None
    action_article: FoundArticle | None
    action_channel: ChannelAdvice | None


@dataclass(frozen=True, slots=True)
class Reply:
    """The outcome of one question.

    ``articles`` holds the direct answer first for *answer*, the choices for *clarify*, at most
    three for *suggest*; it is empty for *hand over*. ``ranked`` holds the further articles that
    stand below an answer, or below the way to a person of *escalate*. ``confidence`` is the calibrated
    probability that the first article is right, ``None`` where none could be calibrated. ``follows`` is the
    question before, where this one was understood together with it. ``trace`` tells the rule that decided.
    """

    decision: Decision
    language: Language
    topic: str | None
    message: str
    confidence: float | None
    articles: tuple[FoundArticle, ...]
    ranked: tuple[FoundArticle, ...]
    channels: tuple[ChannelAdvice, ...]
    promise: Promise
    escalated: Escalated | None
    conversation: Conversation
    follows: str = ""
    trace: dict[str, object] = field(default_factory=dict)
