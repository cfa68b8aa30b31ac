"""A real Redis with a password, in a temporary folder."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

PASSWORD = "very-hush"


class RedisServer:
    """A server of its own, reached by a socket; ``stop`` and ``start`` as one likes."""

    def __init__(self, program: str) -> None:
        self._program = program
        self.folder = Path(tempfile.mkdtemp(prefix="lotse-redis-"))
        self.url = f"unix://:{PASSWORD}@{self.folder}/socket"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        import redis

        options = {"port": "0", "unixsocket": f"{self.folder}/socket", "requirepass": PASSWORD, "save": ""}
        self._process = subprocess.Popen(
            [self._program, *(word for name, value in options.items() for word in (f"--{name}", value))],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        client = redis.Redis.from_url(self.url)
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        else:
            raise AssertionError("Redis does not answer")
        client.close()

    def stop(self) -> None:
        """Stop it, with all that it knew."""
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
