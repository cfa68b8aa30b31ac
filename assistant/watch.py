"""Warns a team before a promise breaks, and tells it and the one above when it did."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from assistant.background import Background
from assistant.case import WAITING, EventKind, to_case
from assistant.case_rows import SYSTEM, holder_of, log_event, team_named
from assistant.database import Database
from assistant.links import DeskLinks
from assistant.mail import overdue_mail, warning_mail
from assistant.outbox import put
from assistant.tables import CaseRow
from assistant.timeleft import working_time_left
from corpus import Company, LotseError, Team

log = logging.getLogger(__name__)
# The share of the promised working time that is left when the team is warned.
WARN_AT = 0.25
POLL_SECONDS = 30.0


def warn_of_promises(database: Database, company: Company, links: DeskLinks, *, now: datetime) -> int:
    """Put the warnings that are due into the outbox, each once, however many processes look.

    :param database: the records database.
    :param company: the company, whose hours count.
    :param links: makes the links of the mails.
    :param now: the present moment.
    :return: how many cases there was something to say about.
    """
    with database.reading() as session:
        found = session.scalars(select(CaseRow.id).where(_unwatched(now)).order_by(CaseRow.promised_at)).all()
        due = []
        for case_id in found:
            with _alone(case_id):
                row = session.get(CaseRow, case_id)
                if row is not None and _is_due(company, row, now):
                    due.append(case_id)
    told = 0
    for case_id in due:
        with _alone(case_id), database.writing() as session:
            # Asked again under the lock: another process may have told of it by now.
            which = select(CaseRow).where(CaseRow.id == case_id, _unwatched(now))
            row = session.scalar(which.with_for_update(skip_locked=True))
            if row is not None and _is_due(company, row, now):
                _tell(session, row, company, links, now)
                told += 1
    return told


def team_above(company: Company, team: Team, topic: str | None) -> Team | None:
    """Return who decides when a team cannot keep a promise.

    Among the teams of a higher level one that takes the topic comes first, then one for special cases
    (without topics), then any; among equals the lower level.
    """

    def order(each: Team) -> tuple[bool, bool, int]:
        return (topic not in each.topics, bool(each.topics), each.level)

    return min((each for each in company.teams if each.level > team.level), key=order, default=None)


def _unwatched(now: datetime) -> ColumnElement[bool]:
    return and_(
        CaseRow.state.in_(WAITING),
        CaseRow.deleted_at.is_(None),
        CaseRow.overdue_at.is_(None),
        or_(CaseRow.warned_at.is_(None), CaseRow.promised_at <= now),
    )


@contextmanager
def _alone(case_id: int) -> Iterator[None]:
    """Log what goes wrong with a case, so that the others are looked after all the same."""
    try:
        yield
    except LotseError as error:
        log.error("the promise of case %d cannot be looked after: %s", case_id, error)
    except Exception as error:
        # An error of the database's driver may quote what a customer wrote; its name says enough.
        log.error("the promise of case %d cannot be looked after: %s", case_id, type(error).__name__)


def _is_due(company: Company, row: CaseRow, now: datetime) -> bool:
    if row.promised_at <= now:
        return True
    team = team_named(company, row.team)
    left = working_time_left(company, team, now, row.promised_at)
    return left <= _promised_hours(team, urgent=row.priority == "urgent") * WARN_AT


def _tell(session: Session, row: CaseRow, company: Company, links: DeskLinks, now: datetime) -> None:
    team, holder = team_named(company, row.team), holder_of(session, row)
    case = to_case(row)
    if case.promised_at <= now:
        row.overdue_at = now
        log_event(session, row, EventKind.OVERDUE, SYSTEM, now=now)
        above = team_above(company, team, case.topic)
        for reader in (team, above) if above else (team,):
            desk = links.addresses(row.id, reader.id, now=now)
            put(session, row.id, overdue_mail(company, reader, team, case, desk, holder=holder), now)
        return
    left = working_time_left(company, team, now, case.promised_at)
    row.warned_at = now
    log_event(session, row, EventKind.WARNED, SYSTEM, now=now)
    desk = links.addresses(row.id, team.id, now=now)
    put(session, row.id, warning_mail(company, team, case, desk, left=left, holder=holder), now)


def _promised_hours(team: Team, *, urgent: bool) -> timedelta:
    promise = team.promise
    return timedelta(hours=promise.urgent_working_hours if urgent else promise.working_hours)


class PromiseWatch:
    """Looks after the promises of all open cases."""

    def __init__(
        self,
        database: Database,
        company_source: Callable[[], Company],
        links: DeskLinks,
        *,
        told: Callable[[], None],
    ) -> None:
        self._database = database
        self._company = company_source
        self._links = links
        self._told = told
        self._background = Background("promises", self._look, POLL_SECONDS)

    def start(self) -> None:
        """Begin to look."""
        self._background.start()

    def stop(self, timeout: float = 10.0) -> None:
        """End looking; wait ``timeout`` seconds for it at most."""
        self._background.stop(timeout)

    def _look(self) -> None:
        try:
            if warn_of_promises(self._database, self._company(), self._links, now=datetime.now(UTC)):
                self._told()
        except LotseError as error:
            log.error("promises cannot be looked after: %s", error)
