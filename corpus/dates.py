"""Reads days as German and English write them: ``24. Dezember``, ``24 December``, ``am 5.``, ``the 5th``."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MONTHS = {
    **{"januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7, "oktober": 10, "dezember": 12},
    **{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8},
    **{"september": 9, "october": 10, "november": 11, "december": 12},
}
_MONTH = "|".join(_MONTHS)
_TH = r"(?:\.|st\b|nd\b|rd\b|th\b)?"
_DAY = rf"(?<![\w.,])\d{{1,2}}{_TH}"
_JOIN = r" ?(?:und|oder|bis|and|or|to|[-–]) ?"

DATES = re.compile(
    rf"(?P<days>{_DAY}(?:{_JOIN}\d{{1,2}}{_TH}){{0,3}}) (?:of )?(?P<month>{_MONTH})\b"
    r"(?: (?P<year>\d{4})\b)?"
    rf"|\b(?-i:(?=[A-Z]))(?P<month_first>{_MONTH}) (?P<day_after>\d{{1,2}}){_TH}(?![\d.,]\d)"
    r"(?:, (?P<year_after>\d{4})\b)?"
    r"|(?<![\w.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})?(?!\d)"
    r"|(?<![\w-])(?P<iso>\d{4}-\d{2}-\d{2})(?![\w-])",
    re.IGNORECASE,
)
"""Days of a year."""

ORDINALS = re.compile(
    rf"\b(?:am|vom|zum|beim|dem|den|der|ab|bis|jeden|nächsten) \**(?:\d{{1,2}}\.?{_JOIN})?\d{{1,2}}\.(?!\d)"
    r"|(?<![\w.,])\d{1,2}(?:st|nd|rd|th)\b"
    rf"|(?<![\w.,])\d{{1,2}}\.(?:{_JOIN}\d{{1,2}}\.)? (?:tag\b|monat\b)"
    rf"|\b(?:tage?|days?) \d{{1,2}}\b(?!\.\d)(?:{_JOIN}\d{{1,2}}\b(?!\.\d))?",
    re.IGNORECASE,
)
"""Days of a month or of a period: ``am 5.``, ``the 5th``, ``day 5``."""


def dates_of(match: re.Match[str]) -> list[str]:
    """Return what a match of ``DATES`` says: ``12-24`` or ``2026-12-24``."""
    part = match.groupdict()
    if part["iso"]:
        return [part["iso"]]
    if part["d"]:
        return _written(int(part["m"]), [part["d"]], part["y"])
    month = _MONTHS[(part["month"] or part["month_first"]).lower()]
    days = re.findall(r"\d+", part["days"]) if part["days"] else [part["day_after"]]
    return _written(month, days, part["year"] or part["year_after"])


def ordinals_of(match: re.Match[str]) -> list[str]:
    """Return what a match of ``ORDINALS`` says, as ``5.``."""
    return [f"{int(number)}." for number in re.findall(r"\d+", match[0])]


def _written(month: int, days: Sequence[str], year: str | None) -> list[str]:
    return [f"{f'{year}-' if year else ''}{month:02}-{int(day):02}" for day in days]
