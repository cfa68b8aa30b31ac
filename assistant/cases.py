"""Cases: stored before "thank you" is shown, answered by a person, found again by number and code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy import case as choose
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.attachments import Attachment, AttachmentFolder, CheckedFile, KeptFile, Upload
from assistant.case import (
    Case,
    CaseEvent,
    CaseState,
    EventKind,
    NotTakenError,
    OpenedCase,
    UnknownCaseError,
    packet_of,
    to_case,
    to_event,
)
from assistant.codes import hash_code, keyed_hash, make_code, new_number, plain_number
from assistant.database import Database
from assistant.handover import HandOver, HandOverError, Priority, check_hand_over, check_message
from assistant.mail import answer_mail, message_mail, receipt_mail, team_mail
from assistant.outbox import put
from assistant.promise import make_promise
from assistant.questions import mark_failed
from assistant.recovery import opens
from assistant.tables import AttachmentRow, CaseCodeRow, CaseEventRow, CaseRow, OutboxRow
from assistant.waiting import waiting_before
from corpus import Company, Language, Team

CUSTOMER = "customer"
_TRIES = 5


class Cases:
    """Opens, shows and answers cases.

    ``company_source`` is asked each time, so that a corpus that was changed while the server runs
    counts at once. ``secret_key`` makes the codes: with another key old codes open nothing.
    ``attachments`` is where the files of the cases are.
    """

    def __init__(
        self,
        database: Database,
        company_source: Callable[[], Company],
        secret_key: str,
        public_url: str,
        *,
        attachments: AttachmentFolder,
    ) -> None:
        self._attachments = attachments
        self._database = database
        self._company = company_source
        self._secret = secret_key
        self._url = public_url.rstrip("/")

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
        # Whatever fails from here on, the files stay: whether a case names them may not be known.
        kept = () if self._is_known(key) else self._attachments.keep(files)
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._database.writing() as session:
                    known = session.scalar(select(CaseRow).where(CaseRow.submission_key == key))
                    row = known or self._store(session, packet, key, code, now, kept)
                if known:
                    self._attachments.remove(file.file for file in kept)
                return OpenedCase(to_case(row), code, created=known is None)
            except IntegrityError:
                # The number was drawn before, or another process stored this very submission.
                if not tries_left:
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

    def attachments(self, case_id: int) -> tuple[Attachment, ...]:
        """Return the files that came with a case, in the order in which they were sent."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(AttachmentRow).where(AttachmentRow.case_id == case_id).order_by(AttachmentRow.id)
            )
            return tuple(self._attachment(row) for row in rows)

    def attachment(self, attachment_id: int) -> Attachment | None:
        """Return one file, ``None`` where there is none or its case was deleted.

        Whoever gives it out sends it as a download (``Content-Disposition: attachment``) with its
        media type and ``nosniff``; a customer made it, so no browser may open it as a page of ours.

        :param attachment_id: the file's number.
        :return: the file, with its path, name and media type.
        """
        with self._database.reading() as session:
            row = session.get(AttachmentRow, attachment_id)
            return self._attachment(row) if row else None

    def events(self, case_id: int) -> tuple[CaseEvent, ...]:
        """Return everything that happened to a case, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(CaseEventRow).where(CaseEventRow.case_id == case_id).order_by(CaseEventRow.id)
            )
            return tuple(to_event(row) for row in rows)

    def add_message(self, case_id: int, text: str, *, now: datetime) -> Case:
        """Add a customer's message and tell the team; an answered or closed case opens again.

        A case that opens again has a new promise, counted from this message.

        :param case_id: the case.
        :param text: the message, 1 to 20,000 characters.
        :param now: the present moment.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises HandOverError: when the message is empty or too long.
        """
        with self._database.writing() as session:
            row = _locked(session, CaseRow.id == case_id, f"number {case_id}")
            message = check_message(text, to_case(row).language)
            company = self._company()
            team = _team(company, row.team)
            if row.state in (CaseState.ANSWERED, CaseState.CLOSED):
                row.state, row.promised_at = CaseState.RECEIVED, _promise(session, company, team, row, now)
            _log(session, row, EventKind.MESSAGE, CUSTOMER, message, now)
            put(session, row.id, message_mail(company, team, to_case(row), message), now)
            return to_case(row)

    def waiting(self, priority: Priority) -> Mapping[str, int]:
        """Return how many open cases each team answers before a new one of a priority, by team id."""
        with self._database.reading() as session:
            return waiting_before(session, priority)

    def list_open(self) -> tuple[Case, ...]:
        """Return all cases that wait for an answer: urgent before high before normal, then by promise."""
        urgency = choose({"urgent": 0, "high": 1}, value=CaseRow.priority, else_=2)
        waiting = CaseRow.state.in_([CaseState.RECEIVED, CaseState.IN_PROGRESS])
        with self._database.reading() as session:
            rows = session.scalars(
                select(CaseRow)
                .where(waiting, CaseRow.deleted_at.is_(None))
                .order_by(urgency, CaseRow.promised_at, CaseRow.id)
            )
            return tuple(to_case(row) for row in rows)

    def takers(self) -> dict[str, str]:
        """Return who works on each case that is being worked on, by case number."""
        with self._database.reading() as session:
            rows = session.execute(
                select(CaseRow.number, CaseEventRow.actor)
                .join(CaseEventRow, CaseEventRow.case_id == CaseRow.id)
                .where(CaseRow.state == CaseState.IN_PROGRESS, CaseEventRow.kind == EventKind.TAKEN)
                .order_by(CaseEventRow.id)
            )
            return {row.number: row.actor for row in rows}

    def show(self, number: str) -> Case:
        """Return a case by its number, for people at the desk.

        :param number: the case number.
        :return: the case.
        :raises UnknownCaseError: when there is no such case.
        """
        with self._database.reading() as session:
            row = session.scalar(select(CaseRow).where(CaseRow.number == plain_number(number)))
            if row is None:
                raise _unknown(number)
            return to_case(row)

    def take(self, number: str, *, actor: str, now: datetime) -> Case:
        """Mark a case as being worked on; who has it already keeps it.

        :param number: the case number.
        :param actor: who works on it.
        :param now: the present moment.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises NotTakenError: when another person has it, or it is closed.
        """
        with self._database.writing() as session:
            row = _locked(session, CaseRow.number == plain_number(number), number)
            if row.state == CaseState.CLOSED:
                raise NotTakenError(f"{row.number} is closed; a new message of the customer opens it again.")
            holder = _holder(session, row)
            if holder == actor:
                return to_case(row)
            if holder is not None:
                raise NotTakenError(
                    f"{row.number} is being worked on by {holder}; ask there, or take another."
                )
            row.state = CaseState.IN_PROGRESS
            _log(session, row, EventKind.TAKEN, actor, "", now)
            return to_case(row)

    def answer(self, number: str, text: str, *, actor: str, now: datetime) -> Case:
        """Answer a case; a customer who gave an e-mail address gets the answer by mail.

        :param number: the case number.
        :param text: the answer, 1 to 20,000 characters.
        :param actor: who answers.
        :param now: the present moment.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises HandOverError: when the answer is empty or too long.
        """
        with self._database.writing() as session:
            row = _locked(session, CaseRow.number == plain_number(number), number)
            words = check_message(text, to_case(row).language)
            row.state = CaseState.ANSWERED
            _log(session, row, EventKind.ANSWERED, actor, words, now)
            if row.email:
                put(session, row.id, answer_mail(self._company(), to_case(row), words, self._url), now)
            return to_case(row)

    def close(self, number: str, *, actor: str, now: datetime) -> Case:
        """Close a case, answered or not.

        :param number: the case number.
        :param actor: who closes it.
        :param now: the present moment.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        """
        with self._database.writing() as session:
            row = _locked(session, CaseRow.number == plain_number(number), number)
            row.state = CaseState.CLOSED
            _log(session, row, EventKind.CLOSED, actor, "", now)
            return to_case(row)

    def delete(self, case_id: int, *, now: datetime | None = None) -> None:
        """Blank all texts and contact data of a case and its mails; its event rows stay.

        :param case_id: the case.
        :param now: the present moment, when it is not now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        """
        with self._database.writing() as session:
            row = _locked(session, CaseRow.id == case_id, f"number {case_id}")
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

    def _attachment(self, row: AttachmentRow) -> Attachment:
        path = self._attachments.path / row.file
        return Attachment(row.id, row.case_id, row.name, row.media_type, row.size, path)

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
        team = _team(company, packet.team or company.team_for(packet.topic).id)
        urgent = packet.priority == "urgent"
        ahead = waiting_before(session, packet.priority).get(team.id, 0)
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
        _log(session, row, EventKind.OPENED, CUSTOMER, packet.message, now)
        mark_failed(session, packet.conversation_id, row.contact_key, now)
        case = to_case(row)
        put(session, row.id, team_mail(company, team, case, files), now)
        if case.email:
            put(session, row.id, receipt_mail(company, case, code, promise.sentence, self._url), now)
        return row


def blank(session: Session, row: CaseRow, now: datetime) -> tuple[str, ...]:
    """Blank a case inside a transaction: texts, contact data, codes and mails go, the rows stay.

    :param session: a session that writes.
    :param row: the case.
    :param now: the present moment.
    :return: the files to remove from the folder of attachments once the transaction is done.
    """
    row.name = row.email = row.phone = row.contact_key = None
    row.message, row.packet = "", {}
    row.state, row.deleted_at = CaseState.CLOSED, now
    for event in session.scalars(select(CaseEventRow).where(CaseEventRow.case_id == row.id)):
        event.text = ""
    for mail in session.scalars(select(OutboxRow).where(OutboxRow.case_id == row.id)):
        mail.mail, mail.recipient, mail.next_attempt_at, mail.lease_owner = b"", "", None, None
        if mail.sent_at is None:
            mail.last_error = "not sent: the case was deleted"
    session.execute(delete(CaseCodeRow).where(CaseCodeRow.case_id == row.id))
    files = session.scalars(select(AttachmentRow.file).where(AttachmentRow.case_id == row.id)).all()
    session.execute(delete(AttachmentRow).where(AttachmentRow.case_id == row.id))
    _log(session, row, EventKind.DELETED, "system", "", now)
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


def _log(session: Session, row: CaseRow, kind: EventKind, actor: str, text: str, now: datetime) -> None:
    row.updated_at = now
    session.add(CaseEventRow(case_id=row.id, kind=kind, at=now, actor=actor, text=text))


def _locked(session: Session, which: ColumnElement[bool], named: str) -> CaseRow:
    row = session.scalar(select(CaseRow).where(which, CaseRow.deleted_at.is_(None)).with_for_update())
    if row is None:
        raise _unknown(named)
    return row


def _holder(session: Session, row: CaseRow) -> str | None:
    """Return who works on a case at present."""
    if row.state != CaseState.IN_PROGRESS:
        return None
    taken = (CaseEventRow.case_id == row.id, CaseEventRow.kind == EventKind.TAKEN)
    return session.scalar(select(CaseEventRow.actor).where(*taken).order_by(CaseEventRow.id.desc()).limit(1))


def _promise(session: Session, company: Company, team: Team, row: CaseRow, now: datetime) -> datetime:
    case = to_case(row)
    promise = make_promise(
        company,
        team,
        language=case.language,
        now=now,
        urgent=case.priority == "urgent",
        ahead=waiting_before(session, case.priority, besides=row.id).get(team.id, 0),
    )
    return promise.latest.astimezone(UTC)


def _team(company: Company, team_id: str) -> Team:
    return next((team for team in company.teams if team.id == team_id), company.team_for(None))


def _unknown(named: str) -> UnknownCaseError:
    return UnknownCaseError(f"There is no case {named}; lotse case list shows the open ones.")
