"""Promises: the team is warned in time, once, and the one above learns of a broken one."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from case_files import NO_FILES
from companies import company_with, shipped_company, team
from processes import run_at_once
from sqlalchemy import Engine, event, select, update

from assistant.case import Case, EventKind
from assistant.cases import Cases
from assistant.database import Database
from assistant.handover import HandOver
from assistant.tables import CaseRow, OutboxRow
from assistant.watch import PromiseWatch, team_above, warn_of_promises
from corpus import Company

pytest_plugins = ["database_backends"]
# A Tuesday, 10:00 in Berlin: the technical team promises six hours, that is 16:00.
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
COMPANY = shipped_company()
TECHNICAL, CARE = "technik-team@musterkom.example", "care-team@musterkom.example"


@pytest.fixture
def cases(database: Database) -> Cases:
    return Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)


@pytest.fixture
def case(cases: Cases, database: Database) -> Iterator[Case]:
    """A case of the technical team, its first mails out of the way."""
    packet = HandOver("c1", "de", "faults", "Internet weg.", email="alex@example.org")
    yield cases.open(packet, submission_key="form 1", now=NOW).case


def mails(database: Database) -> list[tuple[str, str]]:
    """Recipient and subject of the mails after the first two."""
    with database.reading() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
    read = [(row.recipient, message_from_bytes(row.mail, policy=default)["Subject"]) for row in rows[2:]]
    return [(recipient, subject.partition("] ")[2]) for recipient, subject in read]


def look(database: Database, cases: Cases, now: datetime) -> int:
    return warn_of_promises(database, COMPANY, cases.links, now=now)


def kinds(cases: Cases, case: Case) -> list[EventKind]:
    return [event.kind for event in cases.events(case.id)]


def test_a_team_is_warned_once_when_a_quarter_of_the_time_is_left(
    database: Database, cases: Cases, case: Case
) -> None:
    due = case.promised_at - 1.5 * HOUR
    assert look(database, cases, due - MINUTE) == 0
    assert look(database, cases, due) == 1
    assert look(database, cases, due + MINUTE) == 0
    assert mails(database) == [(TECHNICAL, "Antwort bald fällig")]
    assert kinds(cases, case) == [EventKind.OPENED, EventKind.WARNED]


def test_a_broken_promise_is_told_once_to_the_team_and_the_one_above(
    database: Database, cases: Cases, case: Case
) -> None:
    assert look(database, cases, case.promised_at) == 1
    assert look(database, cases, case.promised_at + HOUR) == 0
    assert mails(database) == [(TECHNICAL, "Zusage überschritten"), (CARE, "Zusage überschritten")]
    assert kinds(cases, case) == [EventKind.OPENED, EventKind.OVERDUE]


def test_both_are_told_of_a_case_that_nobody_looked_at(database: Database, cases: Cases, case: Case) -> None:
    look(database, cases, case.promised_at - HOUR)
    look(database, cases, case.promised_at + HOUR)
    assert [subject for _, subject in mails(database)] == [
        "Antwort bald fällig",
        *["Zusage überschritten"] * 2,
    ]


def test_the_links_of_the_mail_fit_their_readers(database: Database, cases: Cases, case: Case) -> None:
    look(database, cases, case.promised_at)
    with database.reading() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()[2:]
    for row, name in zip(rows, ("technical", "care"), strict=True):
        text = message_from_bytes(row.mail, policy=default).get_content()
        found = re.search(r"/desk/([\w.-]+)\s", text)
        assert found
        link = cases.links.read_case(found[1], now=NOW)
        assert link is not None
        assert (link.case_id, link.team) == (case.id, name)


def test_answered_closed_and_deleted_cases_are_left_alone(
    database: Database, cases: Cases, case: Case
) -> None:
    cases.answer(case.number, "Neu starten.", actor="kim", now=NOW)
    assert look(database, cases, case.promised_at + HOUR) == 0
    cases.close(case.number, actor="kim", now=NOW)
    assert look(database, cases, case.promised_at + HOUR) == 0
    cases.delete(case.id, now=NOW)
    assert look(database, cases, case.promised_at + HOUR) == 0
    assert not {EventKind.WARNED, EventKind.OVERDUE} & set(kinds(cases, case))


def test_a_case_that_opens_again_is_watched_anew(database: Database, cases: Cases, case: Case) -> None:
    look(database, cases, case.promised_at)
    cases.answer(case.number, "Neu starten.", actor="kim", now=NOW + 7 * HOUR)
    again = cases.add_message(case.id, "Hilft nicht.", now=NOW + 24 * HOUR)
    assert look(database, cases, again.promised_at - HOUR) == 1
    assert look(database, cases, again.promised_at) == 1
    assert kinds(cases, case).count(EventKind.OVERDUE) == 2


def test_a_team_that_is_handed_a_case_is_warned_too(database: Database, cases: Cases, case: Case) -> None:
    look(database, cases, case.promised_at - HOUR)
    cases.hand_over(case.number, "care", "", actor="kim", now=case.promised_at - HOUR)
    assert look(database, cases, case.promised_at - MINUTE) == 1
    assert look(database, cases, case.promised_at - MINUTE) == 0
    assert mails(database)[-1] == (CARE, "Antwort bald fällig")
    assert look(database, cases, case.promised_at) == 1
    cases.hand_over(case.number, "technical", "", actor="kim", now=case.promised_at)
    assert look(database, cases, case.promised_at + HOUR) == 0


def test_the_warning_says_who_has_the_case(database: Database, cases: Cases, case: Case) -> None:
    cases.claim(case.number, actor="Kim", now=NOW)
    look(database, cases, case.promised_at - HOUR)
    with database.reading() as session:
        row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first()
    assert row is not None
    assert "Kim arbeitet daran." in message_from_bytes(row.mail, policy=default).get_content()


def test_nothing_is_locked_until_a_case_is_due(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/watch.sqlite3")
    database.migrate()
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    packet = HandOver("c1", "de", "faults", "Internet weg.", email="alex@example.org")
    case = cases.open(packet, submission_key="form 1", now=NOW).case
    begun: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        begun.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        look(database, cases, NOW)
        quiet = [statement for statement in begun if "IMMEDIATE" in statement]
        look(database, cases, case.promised_at)
        loud = [statement for statement in begun if "IMMEDIATE" in statement]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        database.close()
    assert (quiet, len(loud)) == ([], 1)


def test_a_case_that_cannot_be_read_does_not_stop_the_warnings_of_others(
    database: Database, cases: Cases, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    packet = HandOver("c1", "de", "faults", "Auch weg.", email="alex@example.org")
    other = cases.open(packet, submission_key="form 2", now=NOW + MINUTE).case
    with database.writing() as session:
        session.execute(update(CaseRow).where(CaseRow.id == case.id).values(language="xx"))
    assert look(database, cases, other.promised_at) == 1
    assert kinds(cases, other) == [EventKind.OPENED, EventKind.OVERDUE]
    assert f"the promise of case {case.id} cannot be looked after: KeyError" in caplog.text


def test_only_working_time_counts(database: Database, cases: Cases) -> None:
    friday = datetime(2026, 11, 6, 16, tzinfo=UTC)  # 17:00, the team of service works until 18:00
    packet = HandOver("c1", "de", "contract", "Frage.", email="alex@example.org", priority="urgent")
    case = cases.open(packet, submission_key="form 1", now=friday).case
    assert case.promised_at == datetime(2026, 11, 9, 8, tzinfo=UTC)
    monday = datetime(2026, 11, 9, 7, tzinfo=UTC)
    assert look(database, cases, monday) == 0, "an hour is half of the two promised"
    assert look(database, cases, monday + 31 * MINUTE) == 1


@pytest.mark.parametrize(
    ("name", "topic", "above"),
    [
        ("service", "contract", "care"),
        ("billing", "invoices", "care"),
        ("service", "faults", "technical"),
        ("technical", "faults", "care"),
        ("care", "contact", None),
    ],
)
def test_the_team_above(name: str, topic: str, above: str | None) -> None:
    found = team_above(COMPANY, team(name), topic)
    assert (found.id if found else None) == above


def test_any_team_of_a_higher_level_stands_in_when_none_fits_better() -> None:
    teams = [each for each in COMPANY.model_dump(mode="json")["teams"] if each["id"] != "care"]
    small = company_with(teams=teams)
    found = team_above(small, team("billing", small), "invoices")
    assert found is not None
    assert found.level == 2


def test_several_processes_warn_once(database: Database, cases: Cases, database_url: str) -> None:
    packet = HandOver("c1", "de", "faults", "Internet weg.", email="alex@example.org")
    opened = [cases.open(packet, submission_key=f"form {n}", now=NOW).case for n in range(12)]
    code = """
from datetime import UTC, datetime
from assistant.database import Database
from assistant.links import DeskLinks
from assistant.watch import warn_of_promises
from companies import shipped_company

def work(url, now):
    links = DeskLinks("secret", "https://help.example")
    print(warn_of_promises(Database(url), shipped_company(), links, now=datetime.fromisoformat(now)))
"""
    for now in (opened[0].promised_at - HOUR, opened[0].promised_at):
        output = run_at_once(code, database_url, now.isoformat(), count=3)
        assert sum(int(line) for line in output.splitlines()) == 12
    for case in opened:
        assert kinds(cases, case) == [EventKind.OPENED, EventKind.WARNED, EventKind.OVERDUE]
    with database.reading() as session:
        count = len(session.scalars(select(OutboxRow.id)).all())
    assert count == 12 * (2 + 1 + 2)


def test_the_watch_goes_on_after_an_error_that_nobody_expects(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path}/watch.sqlite3")
    database.migrate()
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    packet = HandOver("c1", "de", "faults", "Internet weg.", email="alex@example.org")
    cases.open(packet, submission_key="form 1", now=datetime.now(UTC) - timedelta(days=30))
    companies = iter([None, COMPANY])
    woken: list[bool] = []

    def company() -> Company:
        found = next(companies)
        if found is None:
            raise ValueError("secret words")
        return found

    monkeypatch.setattr("assistant.watch.POLL_SECONDS", 0.01)
    watch = PromiseWatch(database, company, cases.links, told=lambda: woken.append(True))
    watch.start()
    end = time.monotonic() + 20
    while not woken and time.monotonic() < end:
        time.sleep(0.02)
    watch.stop()
    database.close()
    assert woken == [True]
    assert "promises cannot be looked after: ValueError" in caplog.text
    assert "secret words" not in caplog.text


def test_the_watch_looks_by_itself_and_wakes_the_outbox(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/watch.sqlite3")
    database.migrate()
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    packet = HandOver("c1", "de", "faults", "Internet weg.", email="alex@example.org")
    long_ago = datetime.now(UTC) - timedelta(days=30)
    case = cases.open(packet, submission_key="form 1", now=long_ago).case
    woken: list[bool] = []
    watch = PromiseWatch(database, shipped_company, cases.links, told=lambda: woken.append(True))
    watch.start()
    end = time.monotonic() + 20
    while not woken and time.monotonic() < end:
        time.sleep(0.02)
    watch.stop()
    assert woken == [True]
    assert EventKind.OVERDUE in kinds(cases, case)
    database.close()
