"""Sends what waits in the outbox, from one thread, as often as it takes."""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

from assistant.background import Background
from assistant.database import Database, DatabaseError
from assistant.outbox import Outbox
from corpus.settings import Settings

log = logging.getLogger(__name__)


LOOPBACK = ("localhost", "127.0.0.1", "::1")


class InsecureLoginError(OSError):
    """The login for the mail server would cross the network in clear, so nothing was sent."""


class Transport(Protocol):
    """A way to hand a finished mail to a mail server."""

    @property
    def ready(self) -> bool:
        """Whether there is a mail server to hand mails to."""

    def send(self, sender: str, recipient: str, mail: bytes) -> None:
        """Hand over one mail.

        :param sender: the envelope's sender.
        :param recipient: the envelope's recipient.
        :param mail: the whole mail, with CRLF line ends.
        :raises OSError: when the mail server did not take it (``smtplib``'s errors are such).
        """


class SmtpTransport:
    """Hands mails to the mail server of the settings, each over a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def ready(self) -> bool:
        """Whether the settings name a mail server."""
        return self._settings.smtp_host is not None

    def send(self, sender: str, recipient: str, mail: bytes) -> None:
        """Hand over one mail.

        :param sender: the envelope's sender.
        :param recipient: the envelope's recipient.
        :param mail: the whole mail, with CRLF line ends.
        :raises OSError: when the mail server did not take it, or must not see the password in clear.
        """
        self._check_login()
        with self._connect() as server:
            if self._settings.smtp_user is not None:
                password = self._settings.smtp_password
                server.login(self._settings.smtp_user, password.get_secret_value() if password else "")
            server.sendmail(sender, [recipient], mail)

    def _check_login(self) -> None:
        chosen = self._settings
        if chosen.smtp_user is None or chosen.smtp_security != "none" or chosen.smtp_host in LOOPBACK:
            return
        raise InsecureLoginError(
            f"LOTSE_SMTP_SECURITY=none would send the password of LOTSE_SMTP_USER to {chosen.smtp_host} "
            "in clear: set LOTSE_SMTP_SECURITY to starttls or tls"
        )

    def _connect(self) -> smtplib.SMTP:
        host, port = self._settings.smtp_host or "", self._settings.smtp_port
        timeout = self._settings.smtp_timeout
        if self._settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
        server = smtplib.SMTP(host, port, timeout=timeout)
        if self._settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server


def deliver_due(database: Database, transport: Transport, *, now: datetime) -> int:
    """Send every mail that is due; what cannot be sent is tried again later.

    :param database: the records database.
    :param transport: the way to the mail server.
    :param now: the present moment.
    :return: how many mails were sent; none without a mail server.
    """
    return sum(_deliveries(database, transport, now))


def _deliveries(database: Database, transport: Transport, now: datetime) -> Iterator[bool]:
    outbox, started = Outbox(database), time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    while transport.ready and (mail := outbox.lease(now=clock())):
        try:
            transport.send(mail.sender, mail.recipient, mail.mail)
        except Exception as error:
            # One mail that no server takes must never keep the others waiting.
            reason = _reason(error)
            level = logging.ERROR if isinstance(error, InsecureLoginError) else logging.WARNING
            log.log(level, "mail %d was not sent: %s", mail.id, reason)
            outbox.failed(mail, reason, now=clock(), refused=_is_final(error))
            yield False
        else:
            outbox.sent(mail, now=clock())
            yield True


class OutboxWorker:
    """Sends mail as it comes; ``wake`` spares it the wait."""

    def __init__(self, database: Database, transport: Transport, poll_seconds: float) -> None:
        self._database = database
        self._transport = transport
        self._background = Background("outbox", self._deliver, poll_seconds)

    def start(self) -> None:
        """Begin to send; without a mail server say so once, and let the mail wait."""
        if self._transport.ready:
            self._background.start()
        else:
            log.warning("LOTSE_SMTP_HOST is not set: mail waits in the outbox until it is.")

    def wake(self) -> None:
        """Look into the outbox now."""
        self._background.wake()

    def stop(self, timeout: float = 10.0) -> None:
        """End after the mail that is being sent; wait ``timeout`` seconds for it at most."""
        self._background.stop(timeout)

    def _deliver(self) -> None:
        try:
            for _ in _deliveries(self._database, self._transport, datetime.now(UTC)):
                if self._background.stopping:
                    return
        except DatabaseError as error:
            log.error("the outbox cannot be read: %s", error)


def _is_final(error: Exception) -> bool:
    """Say whether the server refused this very mail for good; a failed login says nothing of the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError) and error.smtp_code >= 500


def _reason(error: Exception) -> str:
    # The server's own words may quote the mail or the login; the code says enough.
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = ", ".join(str(code) for code, _ in error.recipients.values())
        return f"{type(error).__name__}: {codes}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code}"
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return f"{type(error).__name__}: {error.strerror or error}"
    return type(error).__name__
