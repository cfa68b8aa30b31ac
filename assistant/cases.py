"""Cases: stored before "thank you" is shown, answered by a person, found again by number and code."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.attachments import CheckedFile, KeptFile, Upload
from assistant.case import Case, CaseState, EventKind, OpenedCase, packet_of, to_case
from assistant.case_rows import CUSTOMER, SYSTEM, locked_row, log_event, new_promise, team_named
from assistant.case_work import CaseWork
from assistant.codes import hash_code, keyed_hash, make_code, new_number, plain_number
from assistant.handover import HandOver, HandOverError, check_hand_over, check_message
from assistant.mail import deleted_mail, message_mail, receipt_mail, team_mail
from assistant.outbox import drop, put
from assistant.promise import make_promise
from assistant.questions import mark_failed
from assistant.recovery import opens
from assistant.tables import AttachmentRow, CaseCodeRow, CaseEventRow, CaseRow, OutboxRow
from assistant.waiting import waiting_before
from corpus import EscalationReason, Language

_TRIES = 5


class Cases(CaseWork):
    """The customer's side of the cases, on top of the team's: opened, found, added to, ended."""

    def open(
        self,
        hand_over: HandOver,
        *,
        submission_key: str,
        now: datetime,
        uploads: Sequence[Upload] = (),
        errors_in: Language | None = None,
    ) -> OpenedCase:
        """Store a case with its first event and its mails, in one transaction, after its files.

        :param hand_over: the packet as the customer sent it.
        :param submission_key: a random text made with the form; the same key gives the same case.
        :param now: the present moment.
        :param uploads: the files that come with the message.
        :param errors_in: the language of errors, where it is not the one to answer in.
        :return: the case and its code.
        :raises HandOverError: when a field or a file cannot be used; then nothing is stored.
        """
        packet, files = self._checked(hand_over, uploads, errors_in or hand_over.language)
        key = keyed_hash(self._secret, "submission", submission_key)
        code = make_code(self._secret, submission_key)
        kept = () if self._is_known(key) else self._attachments.keep(files)
        for tries_left in reversed(range(_TRIES)):
            committing = False
            try:
                with self._database.writing() as session:
                    known = session.scalar(select(CaseRow).where(CaseRow.submission_key == key))
                    row = known or self._store(session, packet, key, code, now, kept)
                    session.flush()
                    committing = True
                if known:
                    self._attachments.remove(file.file for file in kept)
                return OpenedCase(to_case(row), code, created=known is None)
            except Exception as error:
                # The number was drawn before, or another process stored this very submission.
                if isinstance(error, IntegrityError) and not committing and tries_left:
                    continue
                # Once a commit has begun, a case may name the files, whatever is heard of it.
                if not committing:
                    self._attachments.remove(file.file for file in kept)
                raise
        raise AssertionError("the last try returns or raises")

    def find(self, number: str, code: str) -> Case | None:
        """Return the case that a customer names, or ``None`` when number or code is wrong.

        Wrong codes lock no case: nobody guesses 65 bits, and a lock would shut the customer out. The
        pages only slow down who types wrong ones, for that case and from that address alone.

        :param number: the case number; spaces, lower case and O for 0 are understood.
        :param code: the code, read as kindly.
        :return: the case.
        """
        with self._database.reading() as session:
            row = session.scalar(select(CaseRow).where(CaseRow.number == plain_number(number)))
            right = opens(session, row, code, self._secret)
            return to_case(row) if row and right and row.deleted_at is None else None

    def add_message(
        self, case_id: int, text: str, *, now: datetime, graver: EscalationReason | None = None
    ) -> Case:
        """Add a customer's message and tell the team; an answered or closed case opens again.

        A case that opens again has a new promise, counted from this message; one that becomes urgent is
        answered sooner. The team stays the same: somebody there may work on it.

        :param case_id: the case.
        :param text: the message, 1 to 20,000 characters.
        :param now: the present moment.
        :param graver: the reason that the message gives the case, where it is graver than the one before.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises HandOverError: when the message is empty or too long.
        """
        with self._database.writing() as session:
            row = _row(session, case_id)
            message = check_message(text, to_case(row).language)
            company = self._company()
            team = team_named(company, row.team)
            if graver:
                row.priority, row.packet = graver.priority, {**row.packet, "escalation": graver.id}
            if row.state in (CaseState.ANSWERED, CaseState.CLOSED):
                row.state = CaseState.RECEIVED
                new_promise(session, company, team, row, now)
            elif graver:
                new_promise(session, company, team, row, now, sooner=True)
            log_event(session, row, EventKind.MESSAGE, CUSTOMER, message, now=now)
            desk = self.links.addresses(row.id, team.id, now=now)
            mail = message_mail(company, team, to_case(row), message, desk, reason_of=self._reason_of)
            put(session, row.id, mail, now)
            return to_case(row)

    def solved(self, case_id: int, *, now: datetime) -> Case:
        """Close a case because its customer says that it is solved.

        :param case_id: the case.
        :param now: the present moment.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        """
        with self._database.writing() as session:
            row = _row(session, case_id)
            if row.state != CaseState.CLOSED:
                row.state = CaseState.CLOSED
                log_event(session, row, EventKind.SOLVED, CUSTOMER, now=now)
            return to_case(row)

    def want_mail(self, case_id: int, wanted: bool, *, now: datetime) -> Case:
        """Send a customer no more mail about a case, or mail again.

        What still waits in the outbox for the customer is not sent; the status page shows it all.

        :param case_id: the case.
        :param wanted: whether the customer wants mail.
        :param now: the present moment.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        """
        with self._database.writing() as session:
            row = _row(session, case_id)
            if row.mail_off == wanted:
                row.mail_off = not wanted
                log_event(
                    session, row, EventKind.MAIL_ON if wanted else EventKind.MAIL_OFF, CUSTOMER, now=now
                )
                waiting = (OutboxRow.case_id == row.id, OutboxRow.sent_at.is_(None))
                for mail in session.scalars(select(OutboxRow).where(*waiting)):
                    if row.mail_off and mail.recipient == row.email:
                        drop(session, mail)
            return to_case(row)

    def withdraw(self, case_id: int, *, now: datetime) -> None:
        """Delete a case because its customer wants that, and tell the team to delete its mails.

        :param case_id: the case.
        :param now: the present moment.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        """
        with self._database.writing() as session:
            row = _row(session, case_id)
            files = blank(session, row, now, actor=CUSTOMER)
            company = self._company()
            put(session, row.id, deleted_mail(company, team_named(company, row.team), to_case(row)), now)
        self._attachments.remove(files)

    def delete(self, case_id: int, *, now: datetime | None = None) -> None:
        """Blank all texts and contact data of a case and its mails; its event rows stay.

        :param case_id: the case.
        :param now: the present moment, when it is not now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        """
        with self._database.writing() as session:
            row = _row(session, case_id)
            files = blank(session, row, now or datetime.now(UTC))
        self._attachments.remove(files)

    def _checked(
        self, given: HandOver, uploads: Sequence[Upload], language: Language
    ) -> tuple[HandOver, tuple[CheckedFile, ...]]:
        """Check packet and files, so that all that is wrong is said at once."""
        problems: dict[str, str] = {}
        packet = given
        files: tuple[CheckedFile, ...] = ()
        try:
            checked = check_hand_over(replace(given, language=language))
            packet = replace(checked, language=given.language)
        except HandOverError as problem:
            problems |= problem.fields
        try:
            files = self._attachments.check(uploads, language)
        except HandOverError as problem:
            problems |= problem.fields
        if problems:
            raise HandOverError(problems)
        return packet, files

    def _is_known(self, key: str) -> bool:
        with self._database.reading() as session:
            return session.scalar(select(CaseRow.id).where(CaseRow.submission_key == key)) is not None

    def _store(
        self,
        session: Session,
        packet: HandOver,
        key: str,
        code: str,
        now: datetime,
        files: Sequence[KeptFile],
    ) -> CaseRow:
        company = self._company()
        team = team_named(company, packet.team or company.team_for(packet.topic).id)
        urgent = packet.priority == "urgent"
        ahead = waiting_before(session, company, packet.priority).get(team.id, 0)
        if packet.ahead is not None:
            ahead = min(ahead, packet.ahead)
        promise = make_promise(company, team, language=packet.language, now=now, urgent=urgent, ahead=ahead)
        number = new_number(now.year)
        contact = packet.email or packet.phone or ""
        row = CaseRow(
            number=number,
            code_hash=hash_code(self._secret, number, code),
            submission_key=key,
            conversation_id=packet.conversation_id,
            language=packet.language,
            topic=packet.topic,
            team=team.id,
            priority=packet.priority,
            name=packet.name,
            email=packet.email,
            phone=packet.phone,
            contact_key=keyed_hash(self._secret, "contact", contact.lower()),
            message=packet.message,
            packet=packet_of(packet),
            promised_at=promise.latest.astimezone(UTC),
            state=CaseState.RECEIVED,
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        session.add_all(_attachment_row(row.id, file, now) for file in files)
        log_event(session, row, EventKind.OPENED, CUSTOMER, packet.message, now=now)
        mark_failed(session, packet.conversation_id, row.contact_key, now)
        case = to_case(row)
        desk = self.links.addresses(row.id, team.id, now=now)
        mail = team_mail(
            company, team, case, desk, files=files, title_of=self._title_of, reason_of=self._reason_of
        )
        put(session, row.id, mail, now)
        if case.email:
            put(session, row.id, receipt_mail(company, case, code, promise.sentence, self._url), now)
        return row


def blank(session: Session, row: CaseRow, now: datetime, *, actor: str = SYSTEM) -> tuple[str, ...]:
    """Blank a case inside a transaction: texts, contact data, codes and mails go, the rows stay.

    :param session: a session that writes.
    :param row: the case.
    :param now: the present moment.
    :param actor: who wants it.
    :return: the files to remove from the folder of attachments once the transaction is done.
    """
    row.name = row.email = row.phone = row.contact_key = None
    row.message, row.packet = "", {}
    row.state, row.deleted_at = CaseState.CLOSED, now
    # The form may be sent once more: that is a new case, not this one.
    row.submission_key = secrets.token_hex(32)
    for event in session.scalars(select(CaseEventRow).where(CaseEventRow.case_id == row.id)):
        event.text = ""
    for mail in session.scalars(select(OutboxRow).where(OutboxRow.case_id == row.id)):
        drop(session, mail)
    session.execute(delete(CaseCodeRow).where(CaseCodeRow.case_id == row.id))
    files = session.scalars(select(AttachmentRow.file).where(AttachmentRow.case_id == row.id)).all()
    session.execute(delete(AttachmentRow).where(AttachmentRow.case_id == row.id))
    log_event(session, row, EventKind.DELETED, actor, now=now)
    return tuple(files)


def _attachment_row(case_id: int, file: KeptFile, now: datetime) -> AttachmentRow:
    return AttachmentRow(
        case_id=case_id,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        file=file.file,
        at=now,
    )


def _row(session: Session, case_id: int) -> CaseRow:
    return locked_row(session, CaseRow.id == case_id, f"number {case_id}")
