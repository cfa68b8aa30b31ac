"""The outbox: mail that waits in the database until a mail server has taken it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from assistant.database import Database
from assistant.tables import CaseRow, OutboxRow

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MAX_REFUSALS = 10


class MailState(StrEnum):
    """Where a mail stands; one that was given up stays until somebody sends it again."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A mail in the outbox, without its contents."""

    id: int
    case_number: str | None
    recipient: str
    state: MailState
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    sent_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class LeasedMail:
    """A mail that one process may send now; ``owner`` proves that it still may."""

    id: int
    owner: str
    sender: str
    recipient: str
    mail: bytes


class Outbox:
    """Leases mails to whoever sends them, so that a mail whose sender died is sent by the next."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self, *, now: datetime) -> LeasedMail | None:
        """Take the mail that has waited longest among those that are due.

        :param now: the present moment.
        :return: the mail, for five minutes this caller's alone, or ``None`` when none is due.
        """
        due = (
            select(OutboxRow)
            .where(
                OutboxRow.next_attempt_at <= now,
                or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now),
            )
            .order_by(OutboxRow.next_attempt_at, OutboxRow.id)
            .limit(1)
        )
        with self._database.reading() as session:
            if session.scalar(due) is None:
                return None
        with self._database.writing() as session:
            row = session.scalar(due.with_for_update(skip_locked=True))
            if row is None:
                return None
            row.leased_until, row.lease_owner = now + LEASE, secrets.token_hex(16)
            return LeasedMail(row.id, row.lease_owner, row.sender, row.recipient, row.mail)

    def sent(self, mail: LeasedMail, *, now: datetime) -> None:
        """Note that a leased mail was sent; its contents, which may hold an access code, go at once."""
        with self._database.writing() as session:
            if row := _still_leased(session, mail):
                row.attempts += 1
                row.sent_at, row.next_attempt_at, row.last_error = now, None, None
                row.mail = b""
                row.leased_until = row.lease_owner = None

    def failed(self, mail: LeasedMail, error: str, *, now: datetime, refused: bool = False) -> None:
        """Note that a leased mail could not be sent.

        It waits 30 s, then twice as long each time, up to an hour. Only a mail that the server
        refused for good ten times is given up: an outage may last as long as it will.

        :param mail: the leased mail.
        :param error: what went wrong, without contents of the mail.
        :param now: the present moment.
        :param refused: whether the server answered that it will never take this mail.
        """
        with self._database.writing() as session:
            if row := _still_leased(session, mail):
                row.attempts += 1
                row.refusals += refused
                row.next_attempt_at = now + _wait(row.attempts) if row.refusals < MAX_REFUSALS else None
                row.last_error = error
                row.leased_until = row.lease_owner = None

    def entries(self, *states: MailState) -> tuple[OutboxEntry, ...]:
        """Return the mails in these states (all without any), oldest first."""
        wanted = states or tuple(MailState)
        with self._database.reading() as session:
            rows = session.execute(
                select(OutboxRow, CaseRow.number)
                .outerjoin(CaseRow)
                .options(defer(OutboxRow.mail))
                .order_by(OutboxRow.id)
            )
            entries = [_entry(row, number) for row, number in rows]
        return tuple(entry for entry in entries if entry.state in wanted)

    def retry(self, *, now: datetime) -> int:
        """Let every mail that was given up be tried again.

        :param now: the present moment.
        :return: how many there were.
        """
        with self._database.writing() as session:
            rows = session.scalars(
                select(OutboxRow).where(
                    OutboxRow.sent_at.is_(None),
                    OutboxRow.next_attempt_at.is_(None),
                    OutboxRow.recipient != "",
                )
            ).all()
            for row in rows:
                row.attempts, row.refusals, row.next_attempt_at = 0, 0, now
            return len(rows)


def put(session: Session, case_id: int | None, message: EmailMessage, now: datetime) -> None:
    """Put a mail into the outbox, within the transaction that stores what it tells of."""
    session.add(
        OutboxRow(
            case_id=case_id,
            message_id=str(message["Message-ID"]),
            sender=message["From"].addresses[0].addr_spec,
            recipient=message["To"].addresses[0].addr_spec,
            mail=message.as_bytes(),
            created_at=now,
            next_attempt_at=now,
        )
    )


def drop(session: Session, row: OutboxRow) -> None:
    """Take a mail back inside a transaction: one not sent yet goes, of one that was sent the address."""
    if row.sent_at is None:
        session.delete(row)
    else:
        row.mail, row.recipient = b"", ""


def _wait(attempts: int) -> timedelta:
    # No more doublings than it takes to reach the longest wait: attempts may be many.
    doublings: int = min(attempts - 1, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _still_leased(session: Session, mail: LeasedMail) -> OutboxRow | None:
    mine = (OutboxRow.id == mail.id, OutboxRow.lease_owner == mail.owner)
    return session.scalar(select(OutboxRow).where(*mine).with_for_update())


def _entry(row: OutboxRow, number: str | None) -> OutboxEntry:
    if row.sent_at is not None:
        state = MailState.SENT
    else:
        state = MailState.GIVEN_UP if row.next_attempt_at is None else MailState.WAITING
    return OutboxEntry(
        row.id,
        number,
        row.recipient,
        state,
        row.created_at,
        row.attempts,
        row.next_attempt_at,
        row.sent_at,
        row.last_error,
    )
