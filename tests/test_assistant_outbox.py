"""The outbox: no mail is lost, by refusals, outages, kills or several senders at once."""

from __future__ import annotations

import logging
import signal
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from case_files import NO_FILES
from companies import shipped_company
from mail_server import MailServer, serving
from processes import run_at_once, start
from sqlalchemy import select

from assistant.cases import Cases
from assistant.database import Database
from assistant.delivery import OutboxWorker, SmtpTransport, deliver_due
from assistant.handover import HandOver
from assistant.outbox import MailState, Outbox
from assistant.tables import OutboxRow
from corpus.settings import Settings

pytest_plugins = ["database_backends"]
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
TEAM, CUSTOMER = "technik-team@musterkom.example", "alex@example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    handler = MailServer()
    controller = serving(handler)
    handler.port = controller.port
    yield handler
    controller.stop()


def settings(port: int | None, **changes: object) -> Settings:
    host = "127.0.0.1" if port is not None else None
    values = {"smtp_host": host, "smtp_port": port or 25, "smtp_timeout": 5.0, **changes}
    return Settings.model_validate(values)


@pytest.fixture
def transport(server: MailServer) -> SmtpTransport:
    return SmtpTransport(settings(server.port))


def open_case(database: Database, key: str = "form 1", now: datetime = NOW) -> None:
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    packet = HandOver("c1", "de", "faults", "Es geht nicht – schon länger.", email=CUSTOMER)
    cases.open(packet, submission_key=key, now=now)


def states(database: Database) -> list[MailState]:
    return [entry.state for entry in Outbox(database).entries()]


def test_mail_leaves_as_it_was_written(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    open_case(database)
    assert deliver_due(database, transport, now=NOW) == 2
    assert deliver_due(database, transport, now=NOW + MINUTE) == 0
    assert server.recipients == [CUSTOMER, TEAM]
    with database.reading() as session:
        rows = {row.recipient: row for row in session.scalars(select(OutboxRow))}
    for envelope in server.envelopes:
        row = rows[envelope.rcpt_tos[0]]
        mail = message_from_bytes(envelope.content, policy=default)
        assert envelope.mail_from == "service@musterkom.example"
        assert mail["Message-ID"] == row.message_id
        assert ("Es geht nicht – schon länger." in mail.get_content()) == (row.recipient == TEAM)
        assert (row.attempts, row.leased_until, row.last_error) == (1, None, None)
        assert row.sent_at is not None


def test_what_a_mail_said_is_forgotten_when_it_was_sent_and_kept_until_then(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    server.refused[TEAM] = "450 try again"
    open_case(database)
    assert deliver_due(database, transport, now=NOW) == 1
    with database.reading() as session:
        left = {row.recipient: bool(row.mail) for row in session.scalars(select(OutboxRow))}
    assert left == {TEAM: True, CUSTOMER: False}


def test_a_refused_mail_waits_longer_each_time_and_does_not_hold_up_the_others(
    database: Database, server: MailServer, transport: SmtpTransport, caplog: pytest.LogCaptureFixture
) -> None:
    server.refused[TEAM] = f"550 unknown: {TEAM}, Es geht nicht"
    open_case(database)
    now, waits = NOW, []
    for _ in range(10):
        deliver_due(database, transport, now=now)
        (failing,) = Outbox(database).entries(MailState.WAITING, MailState.GIVEN_UP)
        if failing.next_attempt_at is None:
            break
        waits.append(round((failing.next_attempt_at - now).total_seconds()))
        deliver_due(database, transport, now=failing.next_attempt_at - SECOND)
        assert Outbox(database).entries(MailState.WAITING)[0].attempts == len(waits)
        now = failing.next_attempt_at
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert server.recipients == [CUSTOMER]
    (given_up,) = Outbox(database).entries(MailState.GIVEN_UP)
    assert (given_up.recipient, given_up.attempts) == (TEAM, 10)
    assert given_up.last_error == "SMTPRecipientsRefused: 550"
    assert "Es geht nicht" not in caplog.text
    assert TEAM not in caplog.text


def test_a_mail_that_was_given_up_can_be_sent_again(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    open_case(database)
    with database.writing() as session:
        for row in session.scalars(select(OutboxRow)):
            row.attempts, row.refusals, row.next_attempt_at = 10, 10, None
    assert states(database) == [MailState.GIVEN_UP] * 2
    assert deliver_due(database, transport, now=NOW) == 0
    assert Outbox(database).retry(now=NOW) == 2
    assert deliver_due(database, transport, now=NOW) == 2
    assert len(server.envelopes) == 2


def test_an_outage_loses_nothing_however_long_it_lasts(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    away, now = SmtpTransport(settings(9)), NOW
    open_case(database)
    for _ in range(30):
        assert deliver_due(database, away, now=now) == 0
        now += 61 * MINUTE
    assert states(database) == [MailState.WAITING] * 2
    first = Outbox(database).entries()[0]
    assert (first.attempts, first.last_error) == (30, "ConnectionRefusedError: Connection refused")
    assert deliver_due(database, transport, now=now) == 2


def test_after_thousands_of_attempts_the_wait_is_still_an_hour(database: Database) -> None:
    open_case(database)
    with database.writing() as session:
        for row in session.scalars(select(OutboxRow)):
            row.attempts = 5_000
    outbox = Outbox(database)
    leased = outbox.lease(now=NOW)
    assert leased is not None
    outbox.failed(leased, "timed out", now=NOW)
    assert outbox.entries()[0].next_attempt_at == NOW + 60 * MINUTE


def test_a_server_that_is_busy_is_asked_until_it_takes_the_mail(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    server.refused[TEAM] = "451 greylisted"
    open_case(database)
    now = NOW
    for _ in range(15):
        deliver_due(database, transport, now=now)
        now += 61 * MINUTE
    (waiting,) = Outbox(database).entries(MailState.WAITING)
    assert (waiting.attempts, waiting.last_error) == (15, "SMTPRecipientsRefused: 451")
    server.refused.clear()
    assert deliver_due(database, transport, now=now) == 1


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1"])
def test_a_password_never_goes_in_clear_to_another_machine(
    database: Database, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    open_case(database)
    login = {"smtp_user": "lotse", "smtp_password": "geheim", "smtp_host": host}
    assert deliver_due(database, SmtpTransport(settings(25, **login)), now=NOW) == 0
    (error, _) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert f"LOTSE_SMTP_SECURITY=none would send the password of LOTSE_SMTP_USER to {host}" in (
        error.getMessage()
    )
    assert "geheim" not in caplog.text
    assert states(database) == [MailState.WAITING] * 2


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_login_in_clear_stays_on_this_machine(database: Database) -> None:
    def check(*_: object) -> AuthResult:
        return AuthResult(success=True)

    handler = MailServer()
    controller = serving(handler, auth_required=True, auth_require_tls=False, authenticator=check)
    open_case(database)
    login = {"smtp_user": "lotse", "smtp_password": "geheim"}
    try:
        assert deliver_due(database, SmtpTransport(settings(controller.port, **login)), now=NOW) == 2
    finally:
        controller.stop()


def test_without_a_mail_server_mail_waits_and_one_warning_is_logged(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    open_case(database)
    nowhere = SmtpTransport(settings(None))
    assert deliver_due(database, nowhere, now=NOW) == 0
    worker = OutboxWorker(database, nowhere, 0.01)
    with caplog.at_level(logging.WARNING):
        worker.start()
        worker.wake()
        worker.stop()
    assert [record.getMessage() for record in caplog.records] == [
        "LOTSE_SMTP_HOST is not set: mail waits in the outbox until it is."
    ]
    (first, second) = Outbox(database).entries()
    assert (first.attempts, second.attempts) == (0, 0)


def test_a_leased_mail_is_left_to_its_sender_until_the_lease_ends(database: Database) -> None:
    open_case(database)
    outbox = Outbox(database)
    first, second = outbox.lease(now=NOW), outbox.lease(now=NOW)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert outbox.lease(now=NOW + 4 * MINUTE) is None
    again = outbox.lease(now=NOW + 5 * MINUTE)
    assert again is not None
    assert again.id == first.id
    # The first sender comes back late: the mail is not its own any more.
    outbox.failed(first, "late", now=NOW + 6 * MINUTE)
    outbox.sent(first, now=NOW + 6 * MINUTE)
    entry = next(entry for entry in outbox.entries() if entry.id == first.id)
    assert (entry.state, entry.attempts, entry.last_error) == (MailState.WAITING, 0, None)
    outbox.sent(again, now=NOW + 6 * MINUTE)
    entry = next(entry for entry in outbox.entries() if entry.id == first.id)
    assert (entry.state, entry.attempts) == (MailState.SENT, 1)


def test_the_longest_waiting_mail_goes_first(database: Database) -> None:
    open_case(database, "late", NOW + MINUTE)
    open_case(database, "early", NOW)
    outbox = Outbox(database)
    order = []
    while leased := outbox.lease(now=NOW + 2 * MINUTE):
        order.append(leased.id)
    assert order == [3, 4, 1, 2]


def test_several_senders_send_every_mail_once(
    database: Database, database_url: str, server: MailServer
) -> None:
    for number in range(10):
        open_case(database, f"form {number}")
    code = """
from datetime import UTC, datetime
from assistant.database import Database
from assistant.delivery import SmtpTransport, deliver_due
from corpus.settings import Settings

def work(url, port):
    settings = Settings(smtp_host="127.0.0.1", smtp_port=int(port))
    print(deliver_due(Database(url), SmtpTransport(settings), now=datetime.now(UTC)))
"""
    output = run_at_once(code, database_url, str(server.port))
    assert sum(int(line) for line in output.splitlines()) == 20
    ids = [message_from_bytes(envelope.content)["Message-ID"] for envelope in server.envelopes]
    assert len(ids) == len(set(ids)) == 20


OPEN_AND_HANG = """
import sys, time
from datetime import UTC, datetime
from assistant.cases import Cases
from assistant.database import Database
from assistant.delivery import deliver_due
from assistant.handover import HandOver
from case_files import NO_FILES
from companies import shipped_company

class Hanging:
    ready = True
    def send(self, sender, recipient, mail):
        print("sending", flush=True)
        time.sleep(600)

database = Database(sys.argv[1])
now = datetime(2026, 11, 3, 9, tzinfo=UTC)
packet = HandOver("c1", "de", "faults", "Es geht nicht.", email="alex@example.org")
opened = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES).open(
    packet, submission_key="form 1", now=now
)
print(opened.case.number, opened.code, flush=True)
if sys.argv[2] == "while sending":
    deliver_due(database, Hanging(), now=now)
time.sleep(600)
"""


@pytest.mark.parametrize(
    ("when", "last_line", "after"),
    [("before sending", "K-26-", 0 * MINUTE), ("while sending", "sending", 6 * MINUTE)],
)
def test_a_killed_process_loses_neither_case_nor_mail(
    database: Database,
    database_url: str,
    server: MailServer,
    transport: SmtpTransport,
    when: str,
    last_line: str,
    after: timedelta,
) -> None:
    process = start(OPEN_AND_HANG, database_url, when)
    assert process.stdout is not None
    number, code = process.stdout.readline().split()
    if when == "while sending":
        assert process.stdout.readline().startswith(last_line)
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    process.stdout.close()
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    assert cases.find(number, code) is not None
    sent = deliver_due(database, transport, now=NOW)
    sent += deliver_due(database, transport, now=NOW + after)
    assert sent == 2
    assert server.recipients == [CUSTOMER, TEAM]
    assert states(database) == [MailState.SENT] * 2


class Explodes:
    """A way to a mail server with a bug in it."""

    ready = True

    def send(self, sender: str, recipient: str, mail: bytes) -> None:
        """Raise what nobody expects."""
        if recipient == TEAM:
            raise ValueError("secret words")


def test_an_unexpected_error_keeps_the_mail_and_the_others_going(database: Database) -> None:
    open_case(database)
    assert deliver_due(database, Explodes(), now=NOW) == 1
    (waiting,) = Outbox(database).entries(MailState.WAITING)
    assert (waiting.recipient, waiting.last_error) == (TEAM, "ValueError")


def wait_for(condition: Any, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_worker_sends_what_comes_and_stops(
    database: Database, server: MailServer, transport: SmtpTransport
) -> None:
    worker = OutboxWorker(database, transport, 600)
    worker.start()
    try:
        wait_for(lambda: any(thread.name == "outbox" for thread in threading.enumerate()))
        open_case(database, now=datetime.now(UTC))
        worker.wake()
        wait_for(lambda: len(server.envelopes) == 2)
    finally:
        worker.stop()
    assert not any(thread.name == "outbox" for thread in threading.enumerate())


def test_the_worker_lives_through_a_database_that_fails(
    tmp_path: Path, server: MailServer, transport: SmtpTransport, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(f"sqlite:///{tmp_path}/late.sqlite3")
    worker = OutboxWorker(database, transport, 0.02)
    worker.start()
    try:
        wait_for(lambda: "the outbox cannot be read" in caplog.text)
        database.migrate()
        open_case(database, now=datetime.now(UTC))
        wait_for(lambda: len(server.envelopes) == 2)
    finally:
        worker.stop()
        database.close()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command, *names], check=True, capture_output=True, timeout=60)
    return cert, key


def tls_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_and_after_login(
    tmp_path: Path,
    certificate: tuple[Path, Path],
    security: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def check(
        _server: object, _session: object, _envelope: object, _mechanism: str, data: object
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"lotse", b"geheim")
        return AuthResult(success=right, handled=False)

    handler, context = MailServer(), tls_context(certificate)
    options: dict[str, Any] = {"auth_required": True, "authenticator": check}
    if security == "starttls":
        controller = serving(handler, tls_context=context, require_starttls=True, **options)
    else:
        controller = serving(handler, ssl_context=context, auth_require_tls=False, **options)
    database = Database(f"sqlite:///{tmp_path}/a.sqlite3")
    database.migrate()
    open_case(database)
    login = {"smtp_security": security, "smtp_user": "lotse"}
    try:
        distrustful = SmtpTransport(settings(controller.port, **login, smtp_password="geheim"))
        assert deliver_due(database, distrustful, now=NOW) == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        wrong = SmtpTransport(settings(controller.port, **login, smtp_password="falsch"))
        assert deliver_due(database, wrong, now=NOW + MINUTE) == 0
        assert Outbox(database).entries()[0].last_error == "SMTPAuthenticationError: 535"
        right = SmtpTransport(settings(controller.port, **login, smtp_password="geheim"))
        assert deliver_due(database, right, now=NOW + 5 * MINUTE) == 2
    finally:
        controller.stop()
        database.close()
    assert handler.recipients == [CUSTOMER, TEAM]
    assert "geheim" not in caplog.text
    assert "falsch" not in caplog.text
