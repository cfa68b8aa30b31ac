"""Work that a serving process does beside its requests, again and again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Background:
    """A daemon thread that does its work at once and then every so many seconds, until it is stopped.

    Work says itself what went wrong with it; whatever it raises all the same is logged by its type alone,
    as it may quote what a customer wrote, and never ends the thread.
    """

    def __init__(self, name: str, work: Callable[[], None], seconds: float) -> None:
        self._name = name
        self._work = work
        self._seconds = seconds
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def stopping(self) -> bool:
        """Whether the work is asked to come to its end."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Do the work now."""
        self._wake.set()

    def stop(self, timeout: float = 10.0) -> None:
        """End after the work at hand; wait ``timeout`` seconds for it at most."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def _run(self) -> None:
        while not self.stopping:
            self._wake.clear()
            try:
                self._work()
            except Exception as error:
                log.error("%s cannot be looked after: %s", self._name, type(error).__name__)
            if not self.stopping:
                self._wake.wait(self._seconds)
