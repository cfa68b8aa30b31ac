"""Lost codes: a new one goes to the address of the case and nowhere else, and breaks nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from case_files import NO_FILES
from companies import shipped_company
from mail_server import MailServer, serving

from assistant.cases import Cases
from assistant.database import Database
from assistant.delivery import SmtpTransport, deliver_due
from assistant.handover import HandOver
from assistant.recovery import LostCodes
from corpus.settings import Settings

pytest_plugins = ["database_backends"]
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PACKET = HandOver("c1", "en", None, "My phone is broken.", name="Aylin Kaya", email="Aylin@example.org")


@pytest.fixture
def cases(database: Database) -> Cases:
    return Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)


@pytest.fixture
def lost(database: Database) -> LostCodes:
    return LostCodes(database, shipped_company, "secret", "https://help.example")


def delivered(database: Database, now: datetime) -> list[str]:
    """Send what is due to a real mail server; return the bodies."""
    server = MailServer()
    controller = serving(server)
    try:
        settings = Settings(smtp_host="127.0.0.1", smtp_port=controller.port, _env_file=None)
        deliver_due(database, SmtpTransport(settings), now=now)
    finally:
        controller.stop()
    return [
        str(message_from_bytes(envelope.content, policy=default).get_content()).replace("\r\n", "\n")
        for envelope in server.envelopes
        if envelope.rcpt_tos == ["Aylin@example.org"]
    ]


def code_in(body: str) -> str:
    found = re.search(r"Code: +(\S+)", body)
    assert found, body
    return found[1]


def test_the_new_code_opens_the_case_and_the_first_one_still_does(
    database: Database, cases: Cases, lost: LostCodes
) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    (receipt,) = delivered(database, NOW)
    assert receipt.startswith("Hello Aylin Kaya,\n")
    assert code_in(receipt) == opened.code
    assert lost.mail_new(opened.case.number.lower(), " aylin@EXAMPLE.org", now=NOW + MINUTE)
    (body,) = delivered(database, NOW + MINUTE)
    assert body.startswith("Hello Aylin Kaya,\n")
    assert opened.case.number in body
    assert code_in(body) != opened.code
    for code in (code_in(body), opened.code):
        assert cases.find(opened.case.number, code) is not None
    assert cases.find(opened.case.number, "0000-00000-0000") is None


def test_only_the_newest_code_that_was_mailed_counts(
    database: Database, cases: Cases, lost: LostCodes
) -> None:
    number = cases.open(PACKET, submission_key="form 1", now=NOW).case.number
    delivered(database, NOW)
    codes = []
    for hour in (1, 2):
        assert lost.mail_new(number, "aylin@example.org", now=NOW + hour * 60 * MINUTE)
        codes += [code_in(body) for body in delivered(database, NOW + hour * 60 * MINUTE)]
    old, new = codes
    assert cases.find(number, old) is None
    assert cases.find(number, new) is not None


@pytest.mark.parametrize(
    ("number", "email"),
    [("K-26-1", "aylin@example.org"), ("", ""), ("{}", "other@example.org"), ("{}", ""), ("{}", "x")],
)
def test_nothing_goes_out_unless_both_fit(
    database: Database, cases: Cases, lost: LostCodes, number: str, email: str
) -> None:
    known = cases.open(PACKET, submission_key="form 1", now=NOW).case.number
    delivered(database, NOW)
    assert not lost.mail_new(number.format(known), email, now=NOW)
    assert delivered(database, NOW) == []


def test_a_case_without_an_address_and_a_deleted_one_get_none(cases: Cases, lost: LostCodes) -> None:
    phone = replace(PACKET, email=None, phone="0171 1234567")
    assert not lost.mail_new(
        cases.open(phone, submission_key="1", now=NOW).case.number, "aylin@example.org", now=NOW
    )
    gone = cases.open(PACKET, submission_key="2", now=NOW).case
    assert lost.mail_new(gone.number, "aylin@example.org", now=NOW)
    cases.delete(gone.id, now=NOW)
    assert not lost.mail_new(gone.number, "aylin@example.org", now=NOW + 60 * MINUTE)


def test_three_a_day_and_none_within_ten_minutes(cases: Cases, lost: LostCodes) -> None:
    number = cases.open(PACKET, submission_key="form 1", now=NOW).case.number

    def at(minutes: int) -> bool:
        return lost.mail_new(number, "aylin@example.org", now=NOW + minutes * MINUTE)

    assert [at(minutes) for minutes in (0, 9, 10, 15, 20, 60, 1439, 1441)] == [
        *(True, False, True, False, True, False, False, True)
    ]


def test_the_same_form_still_shows_a_code_that_opens(cases: Cases, lost: LostCodes) -> None:
    first = cases.open(PACKET, submission_key="form 1", now=NOW)
    lost.mail_new(first.case.number, "aylin@example.org", now=NOW)
    again = cases.open(PACKET, submission_key="form 1", now=NOW)
    assert cases.find(again.case.number, again.code) is not None
