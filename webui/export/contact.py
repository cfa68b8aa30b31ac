"""Channels as text: when they are open as a rule, since a static page does not know what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from assistant.days import full_date, working_week
from corpus import Channel, ChannelKind, Company, Hours, Interval, Language
from webui.channels import channel_link

_NEAR = timedelta(days=183)
"""Nobody asks a page for the hours of a day that is further away."""
_ALWAYS = {"de": "jederzeit", "en": "at any time"}
_DAYS_ONLY = {"de": "nur an den genannten Tagen", "en": "on the days named only"}
_CLOSED = {"de": "geschlossen", "en": "closed"}
_HOLIDAYS = {"de": "an Feiertagen", "en": "on public holidays"}


@dataclass(frozen=True, slots=True)
class ChannelText:
    """One way to reach the company, in one language."""

    name: str
    address: str
    link: str | None
    hours: str
    exceptions: tuple[str, ...]
    cost: str
    duration: str
    have_ready: str
    consent: tuple[str, ...]


def channel_texts(company: Company, language: Language, day: date) -> list[ChannelText]:
    """Return all ways but the form, which only a server can take.

    :param company: whose channels they are.
    :param language: to tell them in.
    :param day: exceptions of the half-year that begins with it are told.
    :return: the channels, in the order of ``company.yaml``.
    """
    return [
        _text(channel, language, day) for channel in company.channels if channel.kind is not ChannelKind.FORM
    ]


def opening(hours: Hours | None, language: Language) -> str:
    """Return the hours of a week and of public holidays in words."""
    if hours is None:
        return _ALWAYS[language]
    if hours.never_open:
        return _DAYS_ONLY[language]
    return f"{working_week(hours, language)}; {_HOLIDAYS[language]} {_times(hours.holidays, language)}"


def _text(channel: Channel, language: Language, day: date) -> ChannelText:
    return ChannelText(
        name=channel.name.in_language(language),
        address=channel.address,
        link=channel_link(channel),
        hours=opening(channel.hours, language),
        exceptions=tuple(
            f"{full_date(each.date, day, language)} ({each.reason.in_language(language)}): "
            f"{_times(each.hours, language)}"
            for each in sorted(channel.exceptions, key=lambda each: each.date)
            if day <= each.date < day + _NEAR
        ),
        cost=channel.cost.in_language(language),
        duration=channel.duration.in_language(language),
        have_ready=channel.have_ready.in_language(language) if channel.have_ready else "",
        consent=tuple(line.in_language(language) for line in channel.consent),
    )


def _times(intervals: tuple[Interval, ...], language: Language) -> str:
    if not intervals:
        return _CLOSED[language]
    shown = ", ".join(
        f"{_clock(each.start, language)}–{_clock(each.end, language, last=True)}" for each in intervals
    )
    return f"{shown} Uhr" if language == "de" else shown


def _clock(moment: time, language: Language, *, last: bool = False) -> str:
    if last and moment == time.min:
        return "24:00"
    return f"{moment.hour}:{moment:%M}" if language == "de" else f"{moment:%H:%M}"
