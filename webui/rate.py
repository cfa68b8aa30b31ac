"""Keeps one address from flooding the forms, far above what a person types."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock

MOST_ADDRESSES = 20_000


class RateLimit:
    """A token bucket for each address: ``per_minute`` requests a minute, half of them at once.

    :param per_minute: how many requests an address may send in a minute, on average.
    :param clock: seconds that only ever grow.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.burst = max(1.0, per_minute / 2)
        self.per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait_seconds(self, address: str | None) -> float:
        """Count one request; return 0 when it may pass, else the seconds until the next one may."""
        key = network(address)
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.pop(key, (self.burst, now))
            tokens = min(self.burst, tokens + (now - then) * self.per_second)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > MOST_ADDRESSES:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self.per_second


def network(address: str | None) -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 that a household gets in IPv6."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return address or ""
    return str(IPv6Address(int(ip) >> 64 << 64)) if isinstance(ip, IPv6Address) else str(ip)
