"""The client, and every line that the documentation shows, against a server that runs."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from web_server import Server

from webui.client import LONGEST_WAIT, LotseApiError, LotseClient

pytest_plugins = ["web_client"]

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "webui" / "README.md").read_text(encoding="utf-8")


def test_question_feedback_and_case(server: Server) -> None:
    client = LotseClient(server.url, language="en")
    reply = client.ask("Where do I find my invoice?")
    assert (reply.decision, reply.language, reply.articles[0].id) == ("answer", "en", "find-invoice")
    after = client.give_feedback(reply, reply.articles[0], helped=False, reason="not-my-case")
    assert after.only_people is False
    again = client.ask("Where do I find my invoice?", conversation=after.conversation)
    assert "find-invoice" not in [article.id for article in again.articles]
    sent = {"email": "erika@example.org", "conversation": again.conversation, "key": "0123456789abcdef"}
    case = client.open_case("My invoice is missing.", **sent)
    assert case.created
    assert case.status_url.endswith(case.number)
    assert "answer" in case.promise
    repeated = client.open_case("My invoice is missing.", **sent)
    assert (repeated.number, repeated.created) == (case.number, False)


def test_refusal_says_what_is_wrong_in_the_callers_language(server: Server) -> None:
    client = LotseClient(server.url, language="en")
    with pytest.raises(LotseApiError, match="few words") as refused:
        client.ask("  ")
    assert (refused.value.status, refused.value.code) == (422, "empty")
    with pytest.raises(LotseApiError) as refused:
        client.open_case("Hello", email="nobody")
    assert list(refused.value.fields) == ["email"]


class Moody(BaseHTTPRequestHandler):
    """Answers what the test has prepared, in order."""

    prepared: list[tuple[int, dict[str, str], bytes]]
    keys: list[str | None]

    def do_POST(self) -> None:  # noqa: D102
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        status, headers, body = self.prepared.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:  # noqa: D102
        pass


@pytest.fixture
def moody() -> Iterator[str]:
    Moody.prepared, Moody.keys = [], []
    server = HTTPServer(("127.0.0.1", 0), Moody)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def refused(code: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": "Later."}}).encode()


CASE: dict[str, Any] = {
    "number": "K-26-1",
    "code": "A",
    "created": True,
    "promise": {"sentence": "Soon."},
    "status_url": "https://help.example.org/status/K-26-1",
}


def test_client_waits_as_long_as_it_is_told_and_keeps_the_key(moody: str) -> None:
    waits: list[float] = []
    Moody.prepared = [
        (429, {"Retry-After": "7"}, refused("too_many_requests")),
        (503, {"Retry-After": "3600"}, refused("unavailable")),
        (503, {}, b"<html>proxy</html>"),
        (201, {}, json.dumps(CASE).encode()),
    ]
    case = LotseClient(moody, wait=waits.append).open_case("Hallo", phone="089 1234567")
    assert case.number == "K-26-1"
    assert waits == [7.0, LONGEST_WAIT, 4.0]
    assert len(set(Moody.keys)) == 1
    assert len(str(Moody.keys[0])) >= 16


def test_client_gives_up_at_last_and_never_repeats_what_is_wrong(moody: str) -> None:
    waits: list[float] = []
    client = LotseClient(moody, tries=2, wait=waits.append)
    Moody.prepared = [(429, {}, refused("too_many_requests"))] * 2 + [(422, {}, refused("invalid"))]
    with pytest.raises(LotseApiError) as later:
        client.ask("x")
    assert (later.value.code, waits) == ("too_many_requests", [1.0])
    with pytest.raises(LotseApiError) as wrong:
        client.ask("x")
    assert (wrong.value.status, waits, Moody.prepared) == (422, [1.0], [])
    Moody.prepared = [(502, {}, b"<html>proxy</html>")]
    with pytest.raises(LotseApiError, match="502") as foreign:
        client.ask("x")
    assert foreign.value.code == "no_api"


def test_client_tries_again_when_nobody_is_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    waits: list[float] = []
    with pytest.raises(OSError, match="refused"):
        LotseClient(address, tries=3, wait=waits.append).ask("x")
    assert waits == [1.0, 2.0]


def test_shown_python_runs(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert shown
    exec(shown[1].replace("http://127.0.0.1:8000", server.url), {})
    assert re.search(r"K-\d\d-\d+", capsys.readouterr().out)


@pytest.mark.parametrize("file", ["README.md", "webui/README.md"])
def test_shown_commands_run(server: Server, file: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    text = (ROOT / file).read_text(encoding="utf-8")
    commands = re.findall(r"^ *(curl (?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert commands
    for command in commands:
        line = command.replace("http://127.0.0.1:8000", server.url).replace(
            "curl ", "curl --fail-with-body ", 1
        )
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert json.loads(done.stdout)
