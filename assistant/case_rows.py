"""What every step of a case does to its row, inside the transaction of the step."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assistant.case import CaseState, EventKind, UnknownCaseError, to_case
from assistant.promise import make_promise
from assistant.tables import CaseEventRow, CaseRow
from assistant.waiting import waiting_before
from corpus import Company, Team

CUSTOMER = "customer"
SYSTEM = "system"


def log_event(
    session: Session, row: CaseRow, kind: EventKind, actor: str, text: str = "", *, now: datetime
) -> None:
    """Add an event to a case."""
    row.updated_at = now
    session.add(CaseEventRow(case_id=row.id, kind=kind, at=now, actor=actor, text=text))


def locked_row(session: Session, which: ColumnElement[bool], named: str) -> CaseRow:
    """Return the row of a case that nobody else changes until the transaction ends.

    :param session: a session that writes.
    :param which: what picks the row.
    :param named: how an error calls the case.
    :return: the row.
    :raises UnknownCaseError: when there is no such case, or it was deleted.
    """
    row = session.scalar(select(CaseRow).where(which, CaseRow.deleted_at.is_(None)).with_for_update())
    if row is None:
        raise unknown_case(named)
    return row


def holder_of(session: Session, row: CaseRow) -> str | None:
    """Return who works on a case at present."""
    if row.state != CaseState.IN_PROGRESS:
        return None
    claimed = (CaseEventRow.case_id == row.id, CaseEventRow.kind == EventKind.CLAIMED)
    return session.scalar(
        select(CaseEventRow.actor).where(*claimed).order_by(CaseEventRow.id.desc()).limit(1)
    )


def last_event(session: Session, row: CaseRow) -> int:
    """Return the number of the newest event that a person should have read before acting."""
    kinds = [kind for kind in EventKind if not kind.automatic]
    of_people = (CaseEventRow.case_id == row.id, CaseEventRow.kind.in_(kinds))
    return (
        session.scalar(select(CaseEventRow.id).where(*of_people).order_by(CaseEventRow.id.desc()).limit(1))
        or 0
    )


def new_promise(
    session: Session, company: Company, team: Team, row: CaseRow, now: datetime, *, sooner: bool = False
) -> None:
    """Promise an answer anew, counted from now.

    :param session: a session that writes.
    :param company: the company.
    :param team: the team that has the case.
    :param row: the case, with the priority that counts.
    :param now: the present moment.
    :param sooner: keep what was promised where that is no later.
    """
    case = to_case(row)
    ahead = waiting_before(session, company, case.priority, besides=row.id).get(team.id, 0)
    urgent = case.priority == "urgent"
    promise = make_promise(company, team, language=case.language, now=now, urgent=urgent, ahead=ahead)
    if sooner and promise.latest >= row.promised_at:
        return
    row.promised_at = promise.latest.astimezone(UTC)
    row.warned_at = row.overdue_at = None


def team_named(company: Company, team_id: str) -> Team:
    """Return a team by its id; the default team stands in for one that is gone."""
    return next((team for team in company.teams if team.id == team_id), company.team_for(None))


def unknown_case(named: str) -> UnknownCaseError:
    """Return the error for a case that is not there."""
    return UnknownCaseError(f"There is no case {named}; lotse case list shows the open ones.")
