"""What a team does with a case: see it, claim it, answer it, hand it on, close it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import case as choose
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.attachments import Attachment, AttachmentFolder
from assistant.case import WAITING, Case, CaseEvent, CaseState, EventKind, StepError, to_case, to_event
from assistant.case_rows import holder_of, last_event, locked_row, log_event, team_named, unknown_case
from assistant.codes import plain_number
from assistant.database import Database
from assistant.handover import Priority, check_message
from assistant.links import LINK_DAYS, DeskLinks
from assistant.mail import HandedOver, answer_mail, team_mail
from assistant.outbox import put
from assistant.tables import AttachmentRow, CaseEventRow, CaseRow
from assistant.waiting import waiting_before
from corpus import Company, Language, Team


class CaseWork:
    """The team's side of the cases; every step is one transaction with its event and its mail.

    While somebody has a case, nobody else answers or closes it; who wants to, takes it over by
    naming whom from. A step may say which event its page showed last (``seen``): when something has
    happened since, it is refused as stale, so that nothing is answered twice or past each other.

    ``company_source`` is asked each time, so that a corpus that was changed while the server runs
    counts at once. ``attachments`` is where the files of the cases are. ``title_of`` names an article
    in mails to the team, ``reason_of`` an escalation reason. ``secret_key`` makes the codes and signs
    the links: with another key old ones open nothing.
    """

    def __init__(
        self,
        database: Database,
        company_source: Callable[[], Company],
        secret_key: str,
        public_url: str,
        *,
        attachments: AttachmentFolder,
        link_days: int = LINK_DAYS,
        title_of: Callable[[str, Language], str] = lambda article, _: article,
        reason_of: Callable[[str, Language], str] = lambda reason, _: reason,
    ) -> None:
        self._attachments = attachments
        self._database = database
        self._company = company_source
        self._secret = secret_key
        self._url = public_url.rstrip("/")
        self._title_of = title_of
        self._reason_of = reason_of
        self.links = DeskLinks(secret_key, public_url, link_days)

    def list_open(self, team: str | None = None) -> tuple[Case, ...]:
        """Return the cases that wait for an answer: urgent before high before normal, then by promise.

        :param team: the team they are with; without it those of all teams.
        :return: the cases; those of a team that is gone are with the default team.
        """
        urgency = choose({"urgent": 0, "high": 1}, value=CaseRow.priority, else_=2)
        with self._database.reading() as session:
            rows = session.scalars(
                select(CaseRow)
                .where(CaseRow.state.in_(WAITING), CaseRow.deleted_at.is_(None))
                .order_by(urgency, CaseRow.promised_at, CaseRow.id)
            )
            found = tuple(to_case(row) for row in rows)
        company = self._company()
        return tuple(case for case in found if team in (None, team_named(company, case.team).id))

    def holders(self) -> dict[str, str]:
        """Return who works on each case that is being worked on, by case number."""
        with self._database.reading() as session:
            rows = session.execute(
                select(CaseRow.number, CaseEventRow.actor)
                .join(CaseEventRow, CaseEventRow.case_id == CaseRow.id)
                .where(CaseRow.state == CaseState.IN_PROGRESS, CaseEventRow.kind == EventKind.CLAIMED)
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
                raise unknown_case(number)
            return to_case(row)

    def get(self, case_id: int) -> Case | None:
        """Return the case that a link names, ``None`` when it was deleted."""
        with self._database.reading() as session:
            row = session.get(CaseRow, case_id)
            return to_case(row) if row is not None and row.deleted_at is None else None

    def events(self, case_id: int) -> tuple[CaseEvent, ...]:
        """Return everything that happened to a case, oldest first."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(CaseEventRow).where(CaseEventRow.case_id == case_id).order_by(CaseEventRow.id)
            )
            return tuple(to_event(row) for row in rows)

    def attachments(self, case_id: int) -> tuple[Attachment, ...]:
        """Return the files that came with a case, in the order in which they were sent."""
        with self._database.reading() as session:
            return self._files(session, case_id)

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

    def waiting(self, priority: Priority) -> Mapping[str, int]:
        """Return how many open cases each team answers before a new one of a priority, by team id."""
        with self._database.reading() as session:
            return waiting_before(session, self._company(), priority)

    def claim(self, number: str, *, actor: str, now: datetime, instead_of: str = "") -> Case:
        """Mark a case as being worked on; who has it already keeps it.

        :param number: the case number.
        :param actor: who works on it.
        :param now: the present moment.
        :param instead_of: who has it now, to take it over.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises StepError: when another person has it, or it is closed.
        """
        with self._database.writing() as session:
            row = self._row(session, number)
            if row.state == CaseState.CLOSED:
                text = f"{row.number} is closed; a new message of the customer opens it again."
                raise StepError("closed", text)
            holder = holder_of(session, row)
            if holder and same_person(holder, actor):
                return to_case(row)
            if holder and not same_person(holder, instead_of):
                raise _held(row, holder)
            row.state = CaseState.IN_PROGRESS
            log_event(session, row, EventKind.CLAIMED, actor, now=now)
            return to_case(row)

    def answer(
        self,
        number: str,
        text: str,
        *,
        actor: str,
        now: datetime,
        by_phone: bool = False,
        seen: int | None = None,
    ) -> Case:
        """Answer a case; the customer gets the answer by mail, unless that is not wanted or not possible.

        :param number: the case number.
        :param text: the answer, 1 to 20,000 characters; of one by phone, what was said.
        :param actor: who answers.
        :param now: the present moment.
        :param by_phone: whether the customer was told on the phone, so that no mail is needed.
        :param seen: the last event that was read.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises HandOverError: when the answer is empty or too long.
        :raises StepError: when another person has it, or something happened since ``seen``.
        """
        with self._database.writing() as session:
            row = self._row(session, number, seen=seen)
            _check_holder(session, row, actor)
            words = check_message(text, to_case(row).language)
            row.state = CaseState.ANSWERED
            kind = EventKind.PHONED if by_phone else EventKind.ANSWERED
            log_event(session, row, kind, actor, words, now=now)
            if row.email and not row.mail_off and not by_phone:
                put(session, row.id, answer_mail(self._company(), to_case(row), words, self._url), now)
            return to_case(row)

    def hand_over(
        self, number: str, team_id: str, note: str, *, actor: str, now: datetime, seen: int | None = None
    ) -> Case:
        """Hand a case on to another team, which gets all of it by mail; what was promised stays promised.

        :param number: the case number.
        :param team_id: the team that is to answer.
        :param note: what that team should know, at most 20,000 characters; the customer never sees it.
        :param actor: who hands it on.
        :param now: the present moment.
        :param seen: the last event that was read.
        :return: the case as it is now, in nobody's hands.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises HandOverError: when the note is too long.
        :raises StepError: when the case waits for no answer, is with that team, or something happened
            since ``seen``; when there is no such team.
        """
        with self._database.writing() as session:
            row = self._row(session, number, seen=seen)
            company = self._company()
            if row.state not in WAITING:
                raise StepError("done", f"{row.number} is {row.state}; there is nothing to hand over.")
            before, team = team_named(company, row.team), _existing_team(company, team_id)
            if team.id == row.team:
                raise StepError("there", f"{row.number} is with the team {team.id} already.")
            words = check_message(note, to_case(row).language) if note.strip() else ""
            row.team, row.state = team.id, CaseState.RECEIVED
            if row.overdue_at is None:
                row.warned_at = None
            log_event(session, row, EventKind.HANDED_OVER, actor, team.id, now=now)
            if words:
                log_event(session, row, EventKind.NOTE, actor, words, now=now)
            case, desk = to_case(row), self.links.addresses(row.id, team.id, now=now)
            told = HandedOver(actor, before, words)
            mail = team_mail(
                company,
                team,
                case,
                desk,
                files=self._files(session, row.id),
                title_of=self._title_of,
                reason_of=self._reason_of,
                handed_over=told,
            )
            put(session, row.id, mail, now)
            return case

    def note(self, number: str, text: str, *, actor: str, now: datetime, seen: int | None = None) -> Case:
        """Write down what the team should know and the customer never sees.

        :param number: the case number.
        :param text: the note, 1 to 20,000 characters.
        :param actor: who writes it.
        :param now: the present moment.
        :param seen: the last event that was read.
        :return: the case.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises HandOverError: when the note is empty or too long.
        :raises StepError: when something happened since ``seen``.
        """
        with self._database.writing() as session:
            row = self._row(session, number, seen=seen)
            words = check_message(text, to_case(row).language)
            log_event(session, row, EventKind.NOTE, actor, words, now=now)
            return to_case(row)

    def close(self, number: str, *, actor: str, now: datetime, seen: int | None = None) -> Case:
        """Close a case, answered or not.

        :param number: the case number.
        :param actor: who closes it.
        :param now: the present moment.
        :param seen: the last event that was read.
        :return: the case as it is now.
        :raises UnknownCaseError: when there is no such case, or it was deleted.
        :raises StepError: when another person has it, it is closed, or something happened since ``seen``.
        """
        with self._database.writing() as session:
            row = self._row(session, number, seen=seen)
            if row.state == CaseState.CLOSED:
                raise StepError("closed", f"{row.number} is closed already.")
            _check_holder(session, row, actor)
            row.state = CaseState.CLOSED
            log_event(session, row, EventKind.CLOSED, actor, now=now)
            return to_case(row)

    def _files(self, session: Session, case_id: int) -> tuple[Attachment, ...]:
        rows = select(AttachmentRow).where(AttachmentRow.case_id == case_id).order_by(AttachmentRow.id)
        return tuple(self._attachment(row) for row in session.scalars(rows))

    def _attachment(self, row: AttachmentRow) -> Attachment:
        path = self._attachments.path / row.file
        return Attachment(row.id, row.case_id, row.name, row.media_type, row.size, path)

    def _row(self, session: Session, number: str, *, seen: int | None = None) -> CaseRow:
        row = locked_row(session, CaseRow.number == plain_number(number), number)
        if seen is not None and last_event(session, row) > seen:
            raise StepError("stale", f"Something has happened to {row.number} in the meantime.")
        return row


def same_person(one: str, other: str) -> bool:
    """Say whether two names were typed by the same person, as far as names tell."""
    return one.casefold() == other.casefold()


def last_seen(events: Iterable[CaseEvent]) -> int:
    """Return the number of the newest of these events, to be sent with a step as ``seen``."""
    return max((event.id for event in events if not event.kind.automatic), default=0)


def _existing_team(company: Company, team_id: str) -> Team:
    found = next((team for team in company.teams if team.id == team_id), None)
    if found is None:
        known = ", ".join(team.id for team in company.teams)
        raise StepError("no_team", f"There is no team {team_id!r}; there are {known}.")
    return found


def _check_holder(session: Session, row: CaseRow, actor: str) -> None:
    holder = holder_of(session, row)
    if holder and not same_person(holder, actor):
        raise _held(row, holder)


def _held(row: CaseRow, holder: str) -> StepError:
    text = f"{row.number} is being worked on by {holder}; ask there, or take it over (claim --instead-of)."
    return StepError("held", text, holder=holder)
