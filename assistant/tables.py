"""The tables of the records database; times are UTC, texts can always be stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, LargeBinary, MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python on every database; one without a time zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn a moment into UTC.

        :param value: an aware moment.
        :param dialect: the database's dialect.
        :return: the same moment in UTC.
        :raises ValueError: when the moment has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; moments are stored in UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the moment with its time zone, which SQLite does not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text as customers send it, less what no database can store (NUL, lone surrogates)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text in a form that every database stores."""
        return None if value is None else storable(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it was stored."""
        return value


def storable(text: str) -> str:
    """Replace what PostgreSQL and SQLite refuse in a text: NUL goes, lone surrogates become ``?``."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class Table(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        str: Words(),
        bytes: LargeBinary(),
        list[str]: JSON(),
        dict[str, Any]: JSON(),
    }


class QuestionRow(Table):
    """A question that was asked, redacted, with what became of it."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str]
    decision: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float | None]
    articles: Mapped[list[str]]
    topic: Mapped[str | None]
    outcome: Mapped[str | None] = mapped_column(String(16))


class FeedbackRow(Table):
    """A customer's word on whether an article helped."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), index=True
    )
    conversation_id: Mapped[str]
    article_id: Mapped[str]
    helpful: Mapped[bool]
    reason: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)


class CaseRow(Table):
    """A matter that a person answers; the packet holds what the customer had said and read before.

    ``warned_at`` and ``overdue_at`` say when the team was told that the present promise is in danger,
    and that it broke; ``mail_off``, that the customer wants no more mail about it.
    """

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    submission_key: Mapped[str] = mapped_column(String(64), unique=True)
    conversation_id: Mapped[str] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(2))
    topic: Mapped[str | None]
    team: Mapped[str] = mapped_column(String(80))
    priority: Mapped[str] = mapped_column(String(16))
    name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    contact_key: Mapped[str | None] = mapped_column(String(64), index=True)
    message: Mapped[str]
    packet: Mapped[dict[str, Any]]
    promised_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    mail_off: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class CaseEventRow(Table):
    """One step in the life of a case; rows are added, never changed but to blank a deleted text."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    actor: Mapped[str]
    text: Mapped[str]


class AttachmentRow(Table):
    """A file that came with a message; ``file`` is its random name in the folder of attachments."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    file: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]


class CaseCodeRow(Table):
    """A code that was mailed because the first one was lost; the last of a case opens it too."""

    __tablename__ = "case_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class OutboxRow(Table):
    """A mail to send; ``next_attempt_at`` is empty once it was sent or given up."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    sender: Mapped[str]
    recipient: Mapped[str]
    mail: Mapped[bytes]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
