"""A runtime over the shipped corpus, and a real server process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from assistant import Database, Runtime
from corpus.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def make_service(shipped: Settings, folder: Path, **changes: object) -> Runtime:
    """Open a runtime over the shipped corpus with a database of its own."""
    settings = shipped.model_copy(
        update={
            "database_url": f"sqlite:///{folder / 'web.sqlite3'}",
            "watch": False,
            "posts_per_minute": 100_000,
            **changes,
        }
    )
    database = Database(settings.sqlalchemy_url)
    database.migrate()
    database.close()
    return Runtime.open(settings)


class Server:
    """A ``lotse serve`` process; ``changes`` are further settings of it."""

    def __init__(self, settings: Settings, folder: Path, *options: str, **changes: object) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")},
            "LOTSE_DATA": str(settings.data),
            "LOTSE_CORPUS": str(settings.corpus),
            "LOTSE_DATABASE_URL": f"sqlite:///{folder / 'served.sqlite3'}",
            "LOTSE_WATCH": "false",
            "LOTSE_HOST": "127.0.0.1",
            "PYTHONPATH": str(ROOT),
            **{f"LOTSE_{name.upper()}": str(value) for name, value in changes.items()},
        }
        self.log = folder / "serve.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webui", *options],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        """All it has printed."""
        return self.log.read_text()

    @property
    def url(self) -> str:
        """The address it printed."""
        found = re.search(r"answers at (http://\S+)", self.output)
        assert found, self.output
        return found[1]

    def wait(self, seconds: float = 120) -> Server:
        """Wait until it answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.output
            if "answers at" in self.output:
                try:
                    with urllib.request.urlopen(self.url + "/healthz", timeout=5):
                        return self
                except (urllib.error.URLError, ConnectionError, TimeoutError):
                    pass
            time.sleep(0.1)
        self.stop()
        raise AssertionError(self.output)

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=40)
