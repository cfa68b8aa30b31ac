"""Counts what several server processes must count together, in Redis; without Redis each goes on alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Self, TypeVar

from corpus import LotseError
from corpus.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

logger = logging.getLogger(__name__)

PATIENCE = 0.25
"""Seconds that a request waits for Redis at most."""
PAUSE = 10.0
"""Seconds in which nobody asks a Redis that did not answer."""

Answer = TypeVar("Answer")


class SharedError(LotseError):
    """The shared counts cannot be opened."""


class Shared:
    """A Redis that may be away: then ``ask`` gives ``None``, and whoever asks counts alone.

    :param url: where it is; never told to anybody, it may hold a password.
    :param clock: seconds that only ever grow.
    :raises SharedError: when the package is missing or the URL cannot be used.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        try:
            import redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError:
            raise SharedError(
                "LOTSE_RATE_STORAGE needs the package redis: pip install 'kundenlotse[redis]'"
            ) from None
        try:
            self._client: Redis = redis.Redis.from_url(
                url,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                # One: a connection that lay idle while Redis restarted is closed.
                retry=Retry(NoBackoff(), 1),
            )
        except ValueError:
            raise SharedError("LOTSE_RATE_STORAGE is no URL of a Redis") from None
        self._failure = redis.RedisError
        self._clock = clock
        self._away_until: float | None = None
        self._lock = Lock()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """Open the Redis that the settings name, ``None`` where they name none."""
        return cls(settings.rate_storage.get_secret_value()) if settings.rate_storage else None

    def ask(self, question: Callable[[Redis], Answer]) -> Answer | None:
        """Return what Redis answers, ``None`` while it cannot be reached.

        :param question: what to ask, given the client.
        :return: the answer.
        """
        away_until = self._away_until
        if away_until is not None and self._clock() < away_until:
            return None
        try:
            answer = question(self._client)
        except self._failure as error:
            self._lost(error)
            return None
        self._found()
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _lost(self, error: Exception) -> None:
        with self._lock:
            known, self._away_until = self._away_until is not None, self._clock() + PAUSE
        if not known:
            # The kind alone: what the error says may name the URL.
            logger.error(
                "the Redis of LOTSE_RATE_STORAGE does not answer (%s); each process counts alone until then",
                type(error).__name__,
            )

    def _found(self) -> None:
        if self._away_until is None:
            return
        with self._lock:
            known, self._away_until = self._away_until is not None, None
        if known:
            logger.info("the Redis of LOTSE_RATE_STORAGE answers again")
