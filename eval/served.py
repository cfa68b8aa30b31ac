"""The real server as a process of its own, with records that are thrown away."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from corpus.settings import Settings
from eval.errors import ServedError

_ADDRESS = re.compile(r"answers at (http://\S+)")
_BOOTED = "Booting worker"
STARTED = 300
"""Seconds that the worker may take until it answers."""


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Start ``lotse serve`` on a free port, and end it afterwards.

    :param settings: say where the built index lies; questions are recorded in a database of their own.
    :yield: the server's address.
    :raises ServedError: when it does not start; the text is what it wrote.
    """
    with TemporaryDirectory() as folder:
        log = Path(folder) / "serve.log"
        environment = {
            **settings.environment(),
            "LOTSE_DATABASE_URL": f"sqlite:///{folder}/measured.sqlite3",
            "LOTSE_HOST": "127.0.0.1",
            "LOTSE_WATCH": "false",
        }
        with (
            log.open("w") as written,
            subprocess.Popen(
                [sys.executable, "-m", "webui", "--port", "0"],
                env=environment,
                stdout=written,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                address = _address(process, log)
                # Connections are taken while the worker still starts: the first visit would wait for that.
                with urlopen(f"{address}/healthz", timeout=STARTED) as awake:  # noqa: S310 (our own server)
                    awake.read()
                yield address
            finally:
                process.terminate()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    while True:
        ended = process.poll() is not None
        said = log.read_text(encoding="utf-8")
        if (found := _ADDRESS.search(said)) and _BOOTED in said:
            return found[1]
        if ended:
            raise ServedError(f"the server did not start: {said.strip()[-500:]}")
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
