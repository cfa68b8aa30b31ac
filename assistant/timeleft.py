"""How much of a promise is left, in a team's own working time, and in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.hours import Calendar
from corpus import Company, Language, Team

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def working_time_left(company: Company, team: Team, now: datetime, until: datetime) -> timedelta:
    """Return how long a team works between now and a moment; nothing when that has passed."""
    calendar, left, start = Calendar(company), timedelta(0), now
    while (
        opening := calendar.next_opening(team.hours, team.exceptions, start)
    ) is not None and opening < until:
        # Nothing closes within a day of what is open around the clock.
        closing = calendar.closes(team.hours, team.exceptions, opening) or opening + _DAY
        left += min(closing, until) - opening
        start = closing
    return left


def left_words(left: timedelta, language: Language) -> str:
    """Return ``2 Stunden 15 Minuten`` or ``2 hours 15 minutes``, to the full minute below."""
    hours, minutes = divmod(left // _MINUTE, 60)
    if not hours and not minutes:
        return "weniger als eine Minute" if language == "de" else "less than a minute"
    names = (
        (("Stunde", "Stunden"), ("Minute", "Minuten"))
        if language == "de"
        else (("hour", "hours"), ("minute", "minutes"))
    )
    parts = zip((hours, minutes), names, strict=True)
    return " ".join(f"{count} {one if count == 1 else many}" for count, (one, many) in parts if count)
