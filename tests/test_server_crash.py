"""kill -9 between "case stored" and "mail sent": after a restart the case is there, and so is the mail."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from email import message_from_bytes
from pathlib import Path

from mail_server import MailServer, serving

from corpus.settings import Settings


def serve(
    settings: Settings, folder: Path, log: Path, **environment: str
) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server in a process group of its own and wait until it answers."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "webui", "--port", "0"],
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")},
                "LOTSE_DATA": str(settings.data),
                "LOTSE_DATABASE_URL": f"sqlite:///{folder / 'crash.sqlite3'}",
                "LOTSE_WATCH": "false",
                "LOTSE_POLL_SECONDS": "0.2",
                **environment,
            },
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found = re.search(r"answers at (http://\S+)", log.read_text())
        if found and "Booting worker" in log.read_text():
            return process, found[1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def post(url: str, **fields: str) -> str:
    data = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(url, data, timeout=60) as response:
        return response.read().decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def test_a_killed_server_loses_neither_case_nor_mail(shipped: Settings, tmp_path: Path) -> None:
    process, url = serve(shipped, tmp_path, tmp_path / "first.log")
    try:
        with urllib.request.urlopen(f"{url}/contact?lang=de", timeout=60) as response:
            form = response.read().decode()
        receipt = post(
            f"{url}/contact/send",
            message="Mein Router blinkt seit Tagen nur noch orange.",
            email="kim@example.org",
            conversation=hidden(form, "conversation"),
            submission_key=hidden(form, "submission_key"),
            lang="de",
        )
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)

    mailbox = MailServer()
    controller = serving(mailbox)
    mail_server = {"LOTSE_SMTP_HOST": "127.0.0.1", "LOTSE_SMTP_PORT": str(controller.port)}
    process, url = serve(shipped, tmp_path, tmp_path / "second.log", **mail_server)
    try:
        end = time.monotonic() + 60
        while len(mailbox.envelopes) < 2 and time.monotonic() < end:
            time.sleep(0.1)
        number, code = hidden(receipt, "number"), hidden(receipt, "code")
        status = post(f"{url}/status", number=number, code=code)
    finally:
        process.terminate()
        process.wait(timeout=40)
        controller.stop()

    mails = [message_from_bytes(bytes(envelope.content)) for envelope in mailbox.envelopes]
    assert mailbox.recipients == ["kim@example.org", "technik-team@musterkom.example"]
    assert len({mail["Message-ID"] for mail in mails}) == 2
    assert number in status
    assert "orange" in status
