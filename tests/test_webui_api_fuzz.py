"""The API keeps what its description promises, whatever is sent: schemathesis against a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from web_server import Server

from corpus.settings import Settings

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


def test_no_request_breaks_the_description(shipped: Settings, tmp_path: Path) -> None:
    server = Server(shipped, tmp_path, "--port", "0", posts_per_minute=100_000).wait(300)
    try:
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run"]
        done = subprocess.run(
            [*command, f"{server.url}/api/v1/openapi.json"],
            check=False,
            cwd=tmp_path,
            env={**os.environ, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
            assert f"✅ {phase}" in done.stdout, done.stdout
        assert "No issues found" in done.stdout, done.stdout
        assert " failed" not in server.output, server.output
    finally:
        server.stop()
