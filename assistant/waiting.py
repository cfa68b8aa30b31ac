"""How many cases a team answers before another one: what is as urgent or more, and open."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.case import WAITING
from assistant.handover import Priority
from assistant.tables import CaseRow
from corpus import Company

_BY_URGENCY: tuple[Priority, ...] = ("urgent", "high", "normal")


def waiting_before(
    session: Session, company: Company, priority: Priority, *, besides: int | None = None
) -> dict[str, int]:
    """Count the open cases that are answered before a new one.

    :param session: a session of the records database.
    :param company: the company; its default team has the cases of a team that is gone.
    :param priority: the new case's priority; less urgent ones wait behind it.
    :param besides: the id of a case that is not counted, because it is the one that waits.
    :return: the number by the id of the team; a team without such cases is missing.
    """
    as_urgent = _BY_URGENCY[: _BY_URGENCY.index(priority) + 1]
    rows = session.execute(
        select(CaseRow.team, func.count().label("waiting"))
        .where(
            CaseRow.state.in_(WAITING),
            CaseRow.priority.in_(as_urgent),
            CaseRow.id != (besides or 0),
        )
        .group_by(CaseRow.team)
    )
    known, default = {team.id for team in company.teams}, company.team_for(None).id
    waiting: Counter[str] = Counter()
    for row in rows:
        waiting[row.team if row.team in known else default] += row.waiting
    return dict(waiting)
