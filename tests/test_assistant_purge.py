"""Purging: what is older than the retention is forgotten, and only that."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from case_files import NO_FILES
from companies import shipped_company
from sqlalchemy import func, select
from web_server import make_service

from assistant.case import EventKind
from assistant.cases import Cases
from assistant.conversation import Conversation
from assistant.database import Database
from assistant.handover import HandOver
from assistant.outbox import MailState, Outbox
from assistant.purge import PurgeReport, purge
from assistant.questions import QuestionLog
from assistant.reply import Decision, Promise, Reply
from assistant.tables import FeedbackRow, OutboxRow, QuestionRow, Table
from corpus.settings import Settings

pytest_plugins = ["database_backends"]
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def ask(database: Database, at: datetime) -> int:
    promise = Promise("Technik", at, "Heute.")
    reply = Reply(Decision.ANSWER, "de", None, "", None, (), (), (), promise, None, Conversation("c1"))
    return QuestionLog(database).record(reply, "Frage", now=at)


def count(database: Database, table: type[Table]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def cases(database: Database) -> Cases:
    return Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)


def open_case(cases: Cases, at: datetime) -> tuple[str, str]:
    packet = HandOver("c1", "de", None, "Es geht nicht.", name="Alex", email="alex@example.org")
    opened = cases.open(packet, submission_key=f"form {at}", now=at)
    return opened.case.number, opened.code


def send_all(database: Database, at: datetime) -> None:
    outbox = Outbox(database)
    while leased := outbox.lease(now=at):
        outbox.sent(leased, now=at)


def test_old_questions_and_feedback_go_and_young_ones_stay(database: Database) -> None:
    log = QuestionLog(database)
    old = ask(database, NOW - 91 * DAY)
    log.feedback(old, "a", True, None, conversation_id="c1", now=NOW - 91 * DAY)
    log.feedback(old, "a", True, None, conversation_id="c1", now=NOW - 89 * DAY)
    log.feedback(None, "a", True, None, conversation_id="unknown", now=NOW - 91 * DAY)
    young = ask(database, NOW - 89 * DAY)
    log.feedback(young, "a", True, None, conversation_id="c1", now=NOW - 89 * DAY)
    report = purge(database, NO_FILES, now=NOW, retention_days=90)
    assert report == PurgeReport(questions=1, feedback=3, cases=0, mails=0, files=0)
    assert count(database, QuestionRow) == count(database, FeedbackRow) == 1
    assert purge(database, NO_FILES, now=NOW, retention_days=90) == PurgeReport(0, 0, 0, 0, 0)


def test_finished_cases_are_blanked_and_open_ones_kept(database: Database, cases: Cases) -> None:
    closed, closed_code = open_case(cases, NOW - 200 * DAY)
    answered, _ = open_case(cases, NOW - 199 * DAY)
    waiting, waiting_code = open_case(cases, NOW - 198 * DAY)
    recent, recent_code = open_case(cases, NOW - 197 * DAY)
    cases.close(closed, actor="kim", now=NOW - 91 * DAY)
    cases.answer(answered, "Neu starten.", actor="kim", now=NOW - 91 * DAY)
    cases.close(recent, actor="kim", now=NOW - 89 * DAY)
    assert purge(database, NO_FILES, now=NOW, retention_days=90).cases == 2
    for number in (closed, answered):
        case = cases.show(number)
        assert (case.deleted, case.name, case.email, case.message) == (True, None, None, "")
    assert {event.text for event in cases.events(cases.show(answered).id)} == {""}
    assert cases.find(closed, closed_code) is None
    for number, code in ((waiting, waiting_code), (recent, recent_code)):
        found = cases.find(number, code)
        assert found is not None
        assert found.message == "Es geht nicht."
    assert purge(database, NO_FILES, now=NOW, retention_days=90).cases == 0


def test_two_processes_forget_a_case_once(database: Database, cases: Cases) -> None:
    numbers = [open_case(cases, NOW - 200 * DAY)[0]]
    for hours in range(1, 20):
        numbers.append(open_case(cases, NOW - 200 * DAY + timedelta(hours=hours))[0])
    for number in numbers:
        cases.close(number, actor="kim", now=NOW - 91 * DAY)
    together = Barrier(2)

    def forget(_: int) -> PurgeReport:
        together.wait()
        return purge(database, NO_FILES, now=NOW, retention_days=90)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(forget, range(2)))
    assert sum(report.cases for report in reports) == len(numbers)
    for number in numbers:
        kinds = [event.kind for event in cases.events(cases.show(number).id)]
        assert kinds.count(EventKind.DELETED) == 1


def test_sent_mail_goes_with_the_retention_and_other_mail_stays(database: Database, cases: Cases) -> None:
    open_case(cases, NOW - 100 * DAY)
    send_all(database, NOW - 91 * DAY)
    open_case(cases, NOW - DAY)
    send_all(database, NOW)
    open_case(cases, NOW)
    assert purge(database, NO_FILES, now=NOW, retention_days=90).mails == 2
    assert [entry.state for entry in Outbox(database).entries()] == [
        MailState.SENT,
        MailState.SENT,
        MailState.WAITING,
        MailState.WAITING,
    ]
    with database.reading() as session:
        mails = session.scalars(select(OutboxRow.mail).order_by(OutboxRow.id)).all()
    assert [bool(mail) for mail in mails] == [False, False, True, True]


def test_mail_that_an_earlier_version_emptied_unsent_goes(database: Database, cases: Cases) -> None:
    open_case(cases, NOW)
    with database.writing() as session:
        first = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).first()
        assert first is not None
        first.mail, first.recipient, first.next_attempt_at = b"", "", None
    assert purge(database, NO_FILES, now=NOW, retention_days=90).mails == 1
    assert [entry.state for entry in Outbox(database).entries()] == [MailState.WAITING]


def test_nothing_of_a_purged_text_is_left_in_the_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.sqlite3")
    database.migrate()
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    packet = HandOver("c1", "de", None, "Xylophonkonzert", email="alex@example.org")
    opened = cases.open(packet, submission_key="form", now=NOW - 200 * DAY)
    send_all(database, NOW - 200 * DAY)
    cases.close(opened.case.number, actor="kim", now=NOW - 200 * DAY)
    assert b"Xylophonkonzert" in everything(tmp_path)
    purge(database, NO_FILES, now=NOW, retention_days=90)
    database.close()
    assert b"Xylophonkonzert" not in everything(tmp_path)


def test_a_server_forgets_by_itself(shipped: Settings, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/web.sqlite3")
    database.migrate()
    ask(database, datetime.now(UTC) - 8 * DAY)
    ask(database, datetime.now(UTC) - 6 * DAY)
    service = make_service(shipped, tmp_path, retention_days=7)
    try:
        end = time.monotonic() + 30
        while count(database, QuestionRow) > 1 and time.monotonic() < end:
            time.sleep(0.05)
        assert count(database, QuestionRow) == 1
    finally:
        service.close()
        database.close()


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
