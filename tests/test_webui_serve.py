"""``lotse serve`` as a real process: it prepares what is missing, serves, and stops cleanly."""

from __future__ import annotations

import json
import shutil
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from web_server import Server

from corpus.settings import PACKAGE, Settings
from webui.commands import serve
from webui.serve import PathOnly, ServeError, listen, open_listener

pytest_plugins = ["web_client"]


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=20) as response:
        return response.status, response.read().decode()


def test_server_answers_and_tells_its_address(server: Server) -> None:
    assert get(server.url + "/healthz") == (200, "alive\n")
    status, ready = get(server.url + "/readyz")
    assert status == 200
    assert json.loads(ready)["ready"] is True
    assert "Womit können wir helfen?" in get(server.url + "/")[1]


def test_access_log_tells_no_query_and_no_address_of_a_customer(server: Server) -> None:
    get(server.url + "/?lang=en&geheim=1")
    lines = [line for line in server.output.splitlines() if "GET / 200" in line]
    assert lines
    assert "geheim" not in server.output
    assert not any("127.0.0.1" in line for line in lines)


@pytest.mark.parametrize("path", ["/desk/WzEsImJpbGxpbmciXQ.key", "/desk/team/key", "/desk/a\nb"])
def test_access_log_is_no_bunch_of_keys(path: str) -> None:
    assert PathOnly({"U": path, "q": "", "r": "", "h": ""})["U"] == "/desk/-"


def test_access_log_cannot_be_forged() -> None:
    atoms = PathOnly({"U": "/x\n[now] POST /forged", "q": "a=b", "r": "GET /x?a=b", "h": "203.0.113.1"})
    assert atoms["U"] == "/x%0A%5Bnow%5D%20POST%20/forged"
    assert (atoms["q"], atoms["r"], atoms["h"]) == ("-", "-", "-")


def test_taken_port_is_told_in_one_line(server: Server, shipped: Settings, tmp_path: Path) -> None:
    port = server.url.rsplit(":", 1)[1]
    second = Server(shipped, tmp_path, "--port", port)
    assert second.process.wait(timeout=60) == 1
    assert second.output.strip().splitlines() == [
        f"Error: port {port} on 127.0.0.1 is in use already; choose another one with --port or LOTSE_PORT"
    ]


def test_foreign_address_is_told(tmp_path: Path) -> None:
    with pytest.raises(ServeError, match=r"203\.0\.113\.1:8000 cannot be opened"):
        open_listener("203.0.113.1", 8000)


def test_listener_takes_the_port_without_listening_yet() -> None:
    listener = open_listener("127.0.0.1", 0)
    with listener, socket.socket() as visitor:
        with pytest.raises(ConnectionRefusedError):
            visitor.connect(listener.getsockname())
        second = open_listener(*listener.getsockname())
        listen(listener)
        with pytest.raises(ServeError, match="in use already"):
            listen(second)
        visitor.connect(listener.getsockname())


def test_wrong_port_is_a_usage_error() -> None:
    result = CliRunner().invoke(serve, ["--port", "99999"])
    assert result.exit_code == 2
    assert "99999" in result.output


def test_broken_corpus_without_an_index_ends_with_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    settings = Settings(data=tmp_path / "var", corpus=tmp_path / "corpus", _env_file=None)
    server = Server(settings, tmp_path, "--port", "0")
    assert server.process.wait(timeout=60) == 1
    assert "company.yaml" in server.output
    assert "Traceback" not in server.output


def test_the_process_that_forks_loads_neither_runtime_nor_index() -> None:
    # Loaded before a fork, they abort the worker when it ends.
    heavy = "{'onnxruntime', 'faiss', 'assistant', 'index'} & set(sys.modules)"
    script = f"import sys, webui.serve, webui.commands; print(sorted({heavy}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_edited_corpus_that_is_broken_does_not_stop_the_last_good_one(
    shipped: Settings, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("company.yaml", "escalation.yaml"):
        shutil.copy(PACKAGE / name, corpus)
    shutil.copytree(PACKAGE / "articles", corpus / "articles")
    broken = next(iter(sorted((corpus / "articles").rglob("*.yaml"))))
    broken.write_text("id: [\n", encoding="utf-8")
    data = tmp_path / "var"
    shutil.copytree(shipped.data, data)
    settings = shipped.model_copy(update={"data": data, "corpus": corpus})
    server = Server(settings, tmp_path, "--port", "0").wait()
    try:
        assert "the last good index" in server.output
        assert broken.name in server.output
        facts = json.loads(get(server.url + "/readyz")[1])
        assert facts["ready"] is True
        assert "newest edit" in facts["last_error"]
        assert "/" not in facts["last_error"]
        key = data / "secret_key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    finally:
        assert server.stop() == 0
    assert "Traceback" not in server.output
    assert "SIGABRT" not in server.output, server.output
