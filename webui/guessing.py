"""Slows down who types wrong codes, and nobody else.

What waits is one case number from one address: the customer of the case, elsewhere, is never held up,
and behind the same address for a minute at most. More is not needed: nobody guesses 65 bits.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

from webui.rate import MOST_ADDRESSES, network
from webui.shared import Shared

if TYPE_CHECKING:
    from redis import Redis

FREE = 5
LONGEST = 60.0
FORGET = 3600.0


class SlowDown:
    """Counts wrong tries; after five each one doubles the wait, from two seconds to a minute.

    :param shared: where several server processes count together, if they do.
    :param clock: seconds that only ever grow.
    """

    def __init__(self, shared: Shared | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def wait_seconds(self, what: str, address: str | None) -> float:
        """Return the seconds until the next try counts, 0 when it may be made now."""
        key = _key(what, address)
        counted = self._shared.ask(lambda redis: _tries(redis, key)) if self._shared else None
        tries, passed = counted or self._tries_here(key)
        if tries < FREE or passed >= FORGET:
            return 0.0
        doublings: int = min(tries - FREE + 1, 6)
        return max(0.0, min(float(1 << doublings), LONGEST) - passed)

    def count(self, what: str, address: str | None) -> None:
        """Count a wrong try."""
        key = _key(what, address)
        if self._shared and self._shared.ask(lambda redis: _count(redis, key)):
            return
        with self._lock:
            now = self._clock()
            tries, last = self._wrong.pop(key, (0, now))
            self._wrong[key] = (tries + 1 if now - last < FORGET else 1, now)
            if len(self._wrong) > MOST_ADDRESSES:
                self._wrong.popitem(last=False)

    def forget(self, what: str, address: str | None) -> None:
        """Forget the wrong tries of who got it right."""
        key = _key(what, address)
        if self._shared:
            self._shared.ask(lambda redis: redis.delete(key))
        with self._lock:
            self._wrong.pop(key, None)

    def _tries_here(self, key: str) -> tuple[int, float]:
        with self._lock:
            tries, last = self._wrong.get(key, (0, 0.0))
            return tries, self._clock() - last


def install(app: Flask, shared: Shared | None) -> None:
    """Count the wrong codes of this app, together with other processes where they share."""
    app.extensions["lotse.guessing"] = SlowDown(shared)


def refuse_hurry(what: str) -> None:
    """Refuse a request that comes before its wait is over.

    :param what: what is tried, such as a case number.
    :raises TooManyRequests: with the seconds that are left.
    """
    if wait := _slow_down().wait_seconds(what, request.remote_addr):
        raise TooManyRequests(retry_after=int(wait) + 1)


def note_try(what: str, *, right: bool) -> None:
    """Remember how a try of this address ended."""
    note = _slow_down().forget if right else _slow_down().count
    note(what, request.remote_addr)


def _slow_down() -> SlowDown:
    return cast(SlowDown, current_app.extensions["lotse.guessing"])


def _key(what: str, address: str | None) -> str:
    # What is tried is any text that somebody typed, however long.
    tried = f"{network(address)} {what}".encode(errors="replace")
    return f"lotse:guess:{hashlib.blake2b(tried, digest_size=16).hexdigest()}"


def _tries(redis: Redis, key: str) -> tuple[int, float]:
    """Return how often it was tried and how long ago: as long as its time to live has shrunk."""
    pipeline = redis.pipeline()
    pipeline.get(key)
    pipeline.pttl(key)
    tries, left = pipeline.execute()
    return int(tries or 0), FORGET - max(int(left), 0) / 1000


def _count(redis: Redis, key: str) -> int:
    pipeline = redis.pipeline()
    pipeline.incr(key)
    pipeline.expire(key, int(FORGET))
    return int(pipeline.execute()[0])
