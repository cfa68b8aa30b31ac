"""What of an address may stand in a log; as light as what the process needs that forks the workers."""

from __future__ import annotations

import re

_KEY = re.compile(r"(?<=^/desk/).+|(?<=^/status/)K-.+", re.DOTALL)


def loggable(path: str) -> str:
    """Return a path without what opens the desk, or whose case it is, so that no log is a bunch of keys."""
    return _KEY.sub("-", path)
