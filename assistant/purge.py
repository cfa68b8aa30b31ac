"""Forgets what is older than the retention: questions, finished cases, sent mail, files of no case."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, or_, select
from sqlalchemy.orm import Session

from assistant.attachments import AttachmentFolder
from assistant.background import Background
from assistant.case import CaseState
from assistant.cases import blank
from assistant.database import Database, DatabaseError
from assistant.tables import AttachmentRow, CaseRow, FeedbackRow, OutboxRow, QuestionRow, Table

log = logging.getLogger(__name__)
DAY_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """How many were forgotten: rows deleted or blanked (cases), files that belonged to no case removed."""

    questions: int
    feedback: int
    cases: int
    mails: int
    files: int


_UNCLAIMED = timedelta(days=1)
# Earlier versions only emptied a mail that was not to be sent any more.
_TAKEN_BACK = and_(OutboxRow.sent_at.is_(None), OutboxRow.recipient == "")


def purge(
    database: Database, attachments: AttachmentFolder, *, now: datetime, retention_days: int
) -> PurgeReport:
    """Forget personal data that is not needed any more, in one transaction.

    Questions and feedback past the retention are deleted; answered and closed cases that nothing
    happened to since are blanked and their files removed; sent mails, empty since they were sent, are
    deleted. Files that belong to no case go after a day, whatever the retention.

    :param database: the records database.
    :param attachments: the folder of the cases' files.
    :param now: the present moment.
    :param retention_days: the retention.
    :return: what was forgotten.
    """
    before = now - timedelta(days=retention_days)
    with database.writing() as session:
        feedback = _delete(session, FeedbackRow, FeedbackRow.at < before)
        orphaned = select(QuestionRow.id).where(QuestionRow.asked_at < before)
        feedback += _delete(session, FeedbackRow, FeedbackRow.question_id.in_(orphaned))
        questions = _delete(session, QuestionRow, QuestionRow.asked_at < before)
        cases, files = _blank_finished(session, before, now)
        mails = _delete(session, OutboxRow, or_(OutboxRow.sent_at < before, _TAKEN_BACK))
        known = frozenset(session.scalars(select(AttachmentRow.file)))
    attachments.remove(files)
    swept = attachments.sweep(known, before=now - _UNCLAIMED)
    return PurgeReport(questions, feedback, cases, mails, swept)


def daily_purge(database: Database, attachments: AttachmentFolder, retention_days: int) -> Background:
    """Return work that forgets what is due when it starts and once a day after.

    :param database: the records database.
    :param attachments: the folder of the cases' files.
    :param retention_days: the retention.
    :return: the work, not started yet; several processes may do it at once.
    """

    def forget() -> None:
        try:
            forgotten = purge(database, attachments, now=datetime.now(UTC), retention_days=retention_days)
        except DatabaseError as error:
            log.error("old personal data cannot be forgotten: %s", error)
        else:
            log.info("forgotten after %d days: %s", retention_days, forgotten)

    return Background("old personal data", forget, DAY_SECONDS)


def _blank_finished(session: Session, before: datetime, now: datetime) -> tuple[int, list[str]]:
    rows = session.scalars(
        select(CaseRow)
        .where(
            CaseRow.state.in_([CaseState.ANSWERED, CaseState.CLOSED]),
            CaseRow.updated_at < before,
            CaseRow.deleted_at.is_(None),
        )
        # Another process may be at it.
        .with_for_update(skip_locked=True)
    ).all()
    return len(rows), [file for row in rows for file in blank(session, row, now)]


def _delete(session: Session, table: type[Table], which: ColumnElement[bool]) -> int:
    return cast(CursorResult[Any], session.execute(delete(table).where(which))).rowcount
