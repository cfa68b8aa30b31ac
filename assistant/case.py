"""A case as everybody sees it: the customer's status page, the desk and the mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, cast

from assistant.handover import HandOver, Priority
from assistant.tables import CaseEventRow, CaseRow
from corpus import Language, LotseError


class CaseState(StrEnum):
    """How far a case has come."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    CLOSED = "closed"


class EventKind(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    MESSAGE = "message"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    PHONED = "phoned"
    HANDED_OVER = "handed_over"
    NOTE = "note"
    SOLVED = "solved"
    CLOSED = "closed"
    MAIL_OFF = "mail_off"
    MAIL_ON = "mail_on"
    WARNED = "warned"
    OVERDUE = "overdue"
    DELETED = "deleted"

    @property
    def internal(self) -> bool:
        """Whether the customer never sees it."""
        return self in _INTERNAL

    @property
    def automatic(self) -> bool:
        """Whether the program did it by itself, so that nobody needs to read it before acting."""
        return self in (EventKind.WARNED, EventKind.OVERDUE)


_INTERNAL = frozenset({EventKind.NOTE, EventKind.WARNED, EventKind.OVERDUE})
WAITING = (CaseState.RECEIVED, CaseState.IN_PROGRESS)


StepReason = Literal["held", "closed", "done", "there", "no_team", "stale"]


@dataclass(frozen=True, slots=True)
class Case:
    """A matter that a person answers, with everything the customer had said and read before."""

    id: int
    number: str
    conversation_id: str
    language: Language
    topic: str | None
    team: str
    priority: Priority
    escalation: str | None
    name: str | None
    email: str | None
    phone: str | None
    message: str
    history: tuple[str, ...]
    articles_read: tuple[str, ...]
    articles_rejected: tuple[str, ...]
    promised_at: datetime
    state: CaseState
    created_at: datetime
    updated_at: datetime
    deleted: bool
    wants_mail: bool = True

    @property
    def waits(self) -> bool:
        """Whether the customer still waits for an answer."""
        return self.state in WAITING

    @property
    def asked_before(self) -> tuple[str, ...]:
        """The earlier questions that the message does not hold already, oldest first."""
        return tuple(text for text in self.history if text not in self.message)


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One step in the life of a case; ``actor`` is ``customer``, ``system`` or who acted at the desk.

    The text of a hand-over is the id of the team that the case went to.
    """

    id: int
    case_id: int
    kind: EventKind
    at: datetime
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case with the code that opens its status page; ``created`` is false when it existed before."""

    case: Case
    code: str
    created: bool


class UnknownCaseError(LotseError):
    """There is no case with this number."""


class StepError(LotseError):
    """A step that a case does not allow as it stands.

    ``held``: ``holder`` works on it. ``closed``: it is closed. ``done``: it is answered or closed.
    ``there``: it is with that team already. ``no_team``: there is no such team. ``stale``: something
    happened that was not seen yet.
    """

    def __init__(self, reason: StepReason, text: str, *, holder: str = "") -> None:
        self.reason = reason
        self.holder = holder
        super().__init__(text)


def packet_of(hand_over: HandOver) -> dict[str, object]:
    """Return the parts of a hand-over packet that are stored as JSON."""
    return {
        "history": list(hand_over.history),
        "articles_read": list(hand_over.articles_read),
        "articles_rejected": list(hand_over.articles_rejected),
        "escalation": hand_over.escalation,
    }


def to_case(row: CaseRow) -> Case:
    """Return the case of a table row."""
    packet = row.packet
    return Case(
        id=row.id,
        number=row.number,
        conversation_id=row.conversation_id,
        language=cast(Language, row.language),
        topic=row.topic,
        team=row.team,
        priority=cast(Priority, row.priority),
        escalation=packet.get("escalation"),
        name=row.name,
        email=row.email,
        phone=row.phone,
        message=row.message,
        history=tuple(packet.get("history", ())),
        articles_read=tuple(packet.get("articles_read", ())),
        articles_rejected=tuple(packet.get("articles_rejected", ())),
        promised_at=row.promised_at,
        state=CaseState(row.state),
        created_at=row.created_at,
        updated_at=row.updated_at,
        deleted=row.deleted_at is not None,
        wants_mail=not row.mail_off,
    )


def to_event(row: CaseEventRow) -> CaseEvent:
    """Return the event of a table row."""
    return CaseEvent(row.id, row.case_id, EventKind(row.kind), row.at, row.actor, row.text)
