"""Reads times of day as German and English write them: ``8 bis 20 Uhr``, ``8 a.m. to 8 p.m.``, ``08:00``."""

from __future__ import annotations

import re

_TIME = r"(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?"
_GAP = r"[ \u00a0\u202f]?"
_HALF = r"(?:[ap]\.m\.|[ap]m\b|noon\b|midnight\b|o.clock\b)"
_JOIN = rf"{_GAP}(?:bis|und|oder|to|until|and|or|[-–]){_GAP}"

TIMES = re.compile(
    rf"(?<![\w.,:€$])(?:{_TIME}(?:{_GAP}Uhr)?{_JOIN}){{0,5}}{_TIME}{_GAP}Uhr\b"
    rf"|(?<![\w.,:€$])(?:{_TIME}(?:{_GAP}{_HALF})?{_JOIN}){{1,5}}(?:noon|midnight|mitternacht)\b"
    rf"|(?<![\w.,:€$])(?:{_TIME}(?:{_GAP}{_HALF})?{_JOIN}){{0,5}}{_TIME}{_GAP}{_HALF}"
    r"|(?<![\w.,:])(?:[01]?\d|2[0-4]):[0-5]\d(?![\w:])",
    re.IGNORECASE,
)
"""Times of day that belong together: the mark at the end counts for the numbers before it too."""

_ONE = re.compile(
    rf"(\d{{1,2}})(?:[:.](\d\d))?(?:{_GAP}(?:([ap])\.?m|(noon|midnight)))?|(noon|midnight|mitternacht)", re.I
)


def times_of(text: str) -> list[str]:
    """Return what a match of ``TIMES`` says, each time as ``08:00``; midnight is ``00:00``."""
    times: list[str] = []
    later: tuple[str, int] | None = None
    for match in reversed(list(_ONE.finditer(text))):
        hour, minute, half, name, alone = match.groups()
        if alone or name:
            half, hour = "p" if (alone or name).lower() == "noon" else "a", "12"
        number = int(hour)
        half = half.lower() if half else _inherited(number, later)
        if half:
            later = half, number % 12
            number = number % 12 + (12 if half == "p" else 0)
        times.append(f"{number % 24:02}:{minute or '00'}")
    return times[::-1]


def _inherited(hour: int, later: tuple[str, int] | None) -> str | None:
    """In ``9 to 11 a.m.`` both are in the morning, in ``9 to 5 p.m.`` the first one is."""
    if later is None or hour > 12:
        return None
    half, following = later
    return half if hour % 12 < following else {"a": "p", "p": "a"}[half]
