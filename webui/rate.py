"""Keeps one address from flooding the forms, far above what a person types.

The generic cell rate algorithm: a sender's state is the moment at which all of its requests are paid off.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TYPE_CHECKING

from webui.shared import Shared

if TYPE_CHECKING:
    from redis import Redis

MOST_ADDRESSES = 20_000
_HAIR = 1e-6
"""Seconds by which sums of intervals may be off."""

_TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local owed = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) - now, 0)
owed = math.min(owed, burst * interval)
local wait = owed + interval - burst * interval
if wait <= 0.000001 then
    wait, owed = 0, owed + interval
    redis.call('SET', KEYS[1], string.format('%.6f', now + owed), 'PX', math.ceil(owed * 1000))
end
return {string.format('%.6f', wait), string.format('%.6f', owed)}
"""


@dataclass(frozen=True, slots=True)
class Quota:
    """What one sender may send: so many requests a minute on average, half of them at once."""

    name: str
    per_minute: int

    @property
    def burst(self) -> int:
        """How many may come at once."""
        return max(1, self.per_minute // 2)

    @property
    def interval(self) -> float:
        """Seconds after which one more may come."""
        return 60 / self.per_minute

    @property
    def window(self) -> int:
        """Seconds in which ``burst`` requests may come, on average."""
        return math.ceil(self.burst * self.interval)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one request.

    ``wait`` is 0 when it may pass, else the seconds until the next one may; ``remaining`` how many more
    may come at once, ``full_in`` the seconds until ``burst`` of them may again.
    """

    quota: Quota
    wait: float
    remaining: int
    full_in: float


class RateLimit:
    """Counts the requests of each address against a quota.

    :param quota: what an address may send.
    :param shared: where several server processes count together, if they do.
    :param clock: seconds that only ever grow.
    """

    def __init__(
        self, quota: Quota, shared: Shared | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.quota = quota
        self._shared = shared
        self._clock = clock
        self._paid_off: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str | None) -> Taken:
        """Count one request of an address; a refused one costs nothing."""
        key, quota = network(address), self.quota
        counted = self._shared.ask(lambda redis: _take_shared(redis, quota, key)) if self._shared else None
        wait, owed = counted or self._take_here(key)
        return Taken(quota, wait, math.floor(quota.burst - owed / quota.interval + _HAIR), owed)

    def _take_here(self, key: str) -> tuple[float, float]:
        interval, most = self.quota.interval, self.quota.burst * self.quota.interval
        with self._lock:
            now = self._clock()
            owed = max(self._paid_off.pop(key, now) - now, 0.0)
            wait = owed + interval - most
            if wait <= _HAIR:
                wait, owed = 0.0, owed + interval
            self._paid_off[key] = now + owed
            if len(self._paid_off) > MOST_ADDRESSES:
                self._paid_off.popitem(last=False)
        return wait, owed


def network(address: str | None) -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 that a household gets in IPv6."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return address or ""
    return str(IPv6Address(int(ip) >> 64 << 64)) if isinstance(ip, IPv6Address) else str(ip)


def _take_shared(redis: Redis, quota: Quota, key: str) -> tuple[float, float]:
    key = f"lotse:rate:{quota.name}:{key}"
    wait, owed = redis.register_script(_TAKE)(keys=[key], args=[quota.interval, quota.burst])
    return float(wait), float(owed)
