"""A new code for who lost the old one: only ever sent to the address that the case holds.

A code cannot be sent again, for only its hash is kept. The new one opens the case beside the first:
who asks for it in somebody else's name neither learns anything nor makes the noted code useless.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.case import to_case
from assistant.codes import hash_code, is_right, make_code, plain_number
from assistant.database import Database
from assistant.handover import plain_email
from assistant.mail import code_mail
from assistant.outbox import put
from assistant.tables import CaseCodeRow, CaseRow
from corpus import Company

PAUSE = timedelta(minutes=10)
DAY = timedelta(days=1)
MOST_A_DAY = 3


class LostCodes:
    """Mails new codes, at most three a day for a case and none within ten minutes of the last."""

    def __init__(
        self, database: Database, company_source: Callable[[], Company], secret_key: str, public_url: str
    ) -> None:
        self._database = database
        self._company = company_source
        self._secret = secret_key
        self._url = public_url

    def mail_new(self, number: str, email: str, *, now: datetime) -> bool:
        """Mail a new code if the address is the one that the case holds.

        :param number: the case number, typed as carelessly as it may be.
        :param email: the address that the customer gave with the message.
        :param now: the present moment.
        :return: whether a mail waits in the outbox; nobody outside may learn it.
        """
        address = (plain_email(email) or "").lower()
        with self._database.writing() as session:
            row = session.scalar(
                select(CaseRow)
                .where(CaseRow.number == plain_number(number), CaseRow.deleted_at.is_(None))
                .with_for_update()
            )
            if row is None or not address or (row.email or "").lower() != address:
                return False
            if not _is_due(session, row.id, now):
                return False
            code = make_code(self._secret, secrets.token_urlsafe(32))
            hashed = hash_code(self._secret, row.number, code)
            session.add(CaseCodeRow(case_id=row.id, code_hash=hashed, at=now))
            put(session, row.id, code_mail(self._company(), to_case(row), code, self._url), now)
            return True


def opens(session: Session, row: CaseRow | None, code: str, secret_key: str) -> bool:
    """Say whether a code opens a case: the one of its receipt, or the last one that was mailed.

    An unknown case takes as long as a wrong code.

    :param session: a session that reads.
    :param row: the case, if there is one.
    :param code: the code as it was typed.
    :param secret_key: what the codes were made with.
    :return: whether it opens the case.
    """
    number, first, case_id = (row.number, row.code_hash, row.id) if row else ("", "", 0)
    mailed = session.scalar(
        select(CaseCodeRow.code_hash)
        .where(CaseCodeRow.case_id == case_id)
        .order_by(CaseCodeRow.id.desc())
        .limit(1)
    )
    right = [is_right(secret_key, number, code, each) for each in (first, mailed or first)]
    return row is not None and any(right)


def _is_due(session: Session, case_id: int, now: datetime) -> bool:
    lately = session.scalars(
        select(CaseCodeRow.at).where(CaseCodeRow.case_id == case_id, CaseCodeRow.at > now - DAY)
    ).all()
    return len(lately) < MOST_A_DAY and all(at <= now - PAUSE for at in lately)
