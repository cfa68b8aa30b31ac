"""Slows down who types wrong codes, and nobody else.

What waits is one case number from one address: the customer of the case, elsewhere, is never held up,
and behind the same address for a minute at most. More is not needed: nobody guesses 65 bits.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import cast

from flask import current_app, request
from werkzeug.exceptions import TooManyRequests

from webui.rate import MOST_ADDRESSES, network

FREE = 5
LONGEST = 60.0
FORGET = 3600.0


class SlowDown:
    """Counts wrong tries; after five each one doubles the wait, from two seconds to a minute.

    :param clock: seconds that only ever grow.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def wait_seconds(self, what: str, address: str | None) -> float:
        """Return the seconds until the next try counts, 0 when it may be made now."""
        with self._lock:
            tries, last = self._wrong.get((what, network(address)), (0, 0.0))
            passed = self._clock() - last
        if tries < FREE or passed >= FORGET:
            return 0.0
        doublings: int = min(tries - FREE + 1, 6)
        return max(0.0, min(float(1 << doublings), LONGEST) - passed)

    def count(self, what: str, address: str | None) -> None:
        """Count a wrong try."""
        key = (what, network(address))
        with self._lock:
            now = self._clock()
            tries, last = self._wrong.pop(key, (0, now))
            self._wrong[key] = (tries + 1 if now - last < FORGET else 1, now)
            if len(self._wrong) > MOST_ADDRESSES:
                self._wrong.popitem(last=False)

    def forget(self, what: str, address: str | None) -> None:
        """Forget the wrong tries of who got it right."""
        with self._lock:
            self._wrong.pop((what, network(address)), None)


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
    return cast(SlowDown, current_app.extensions.setdefault("lotse.guessing", SlowDown()))
