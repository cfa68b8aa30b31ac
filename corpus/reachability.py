"""Warnings about ``company.yaml``: who cannot be reached, and what no longer counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from corpus.company import Channel, ChannelKind, Company, Hours, HoursException, Team
from corpus.problem import Problem, Severity
from corpus.public_holidays import public_holidays
from corpus.reading import Reading
from corpus.tree import Steps
from corpus.validation import Sheet

_LOOK_AHEAD = 14
# Nobody needs to edit the file on the day after Christmas.
_FORGOTTEN = timedelta(days=90)
_WHOLE_DAY = "00:00-00:00"


def find_unreachable(reading: Reading, today: date) -> list[Problem]:
    """Find topics, teams and channels that leave customers alone.

    :param reading: all files of a corpus.
    :param today: the day from which teams must have hours, and before which exceptions lie behind.
    :return: warnings, in no particular order.
    """
    return [] if reading.company is None else list(_of_company(reading.company, today))


def _of_company(sheet: Sheet[Company], today: date) -> Iterator[Problem]:
    yield from _topics(sheet)
    for number, channel in enumerate(sheet.value.channels):
        yield from _channel(sheet, ("channels", number), channel)
        yield from _past(sheet, ("channels", number), f"channel {channel.id!r}", channel.exceptions, today)
    for number, team in enumerate(sheet.value.teams):
        yield from _team(sheet, ("teams", number), team, today)
        yield from _past(sheet, ("teams", number), f"team {team.id!r}", team.exceptions, today)


def _warn(sheet: Sheet[Company], steps: Steps, code: str, message: str, hint: str) -> Problem:
    return sheet.source.problem(sheet.source.place(*steps), Severity.WARNING, code, message, hint)


def _topics(sheet: Sheet[Company]) -> Iterator[Problem]:
    suited = {topic for channel in sheet.value.channels for fit in channel.suits for topic in fit.topics}
    for number, topic in enumerate(sheet.value.topics):
        if topic.id not in suited:
            message = f"no channel suits the topic {topic.id!r}, so customers are given no reason for any"
            hint = "Name the topic under 'suits' of at least one channel."
            yield _warn(sheet, ("topics", number, "id"), "topic-without-channel", message, hint)


def _channel(sheet: Sheet[Company], steps: Steps, channel: Channel) -> Iterator[Problem]:
    if channel.kind is ChannelKind.REMOTE and not channel.consent:
        message = f"the channel {channel.id!r} shows a helper the customer's screen without a word on consent"
        hint = "Add 'consent': what the helper sees, how to end it, that nobody asks for passwords."
        yield _warn(sheet, (*steps, "id"), "remote-without-consent", message, hint)
    closes = channel.hours is not None and not _is_always_open(channel.hours)
    if channel.emergency and (closes or channel.exceptions):
        message = f"the emergency channel {channel.id!r} is not reachable around the clock"
        hint = "Delete its hours and exceptions, or 'emergency: true'."
        yield _warn(sheet, (*steps, "emergency"), "emergency-not-always", message, hint)


def _is_always_open(hours: Hours) -> bool:
    days = [*(hours.of_weekday(number) for number in range(7)), hours.holidays]
    return all(any(str(interval) == _WHOLE_DAY for interval in day) for day in days)


def _team(sheet: Sheet[Company], steps: Steps, team: Team, today: date) -> Iterator[Problem]:
    days = [today + timedelta(days=number) for number in range(_LOOK_AHEAD)]
    if not any(_opens(sheet.value, team, day) for day in days):
        message = f"the team {team.id!r} does not work from {days[0]} to {days[-1]}"
        hint = "Correct its hours or exceptions, or let another team take its topics."
        yield _warn(sheet, (*steps, "hours"), "team-away", message, hint)


def _opens(company: Company, team: Team, day: date) -> bool:
    for exception in team.exceptions:
        if exception.date == day:
            return bool(exception.hours)
    if day in public_holidays(company.land, day.year):
        return bool(team.hours.holidays)
    return bool(team.hours.of_weekday(day.weekday()))


def _past(
    sheet: Sheet[Company], steps: Steps, named: str, exceptions: Sequence[HoursException], today: date
) -> Iterator[Problem]:
    past = [position for position, exception in enumerate(exceptions) if exception.date < today - _FORGOTTEN]
    if past:
        others = f" and {len(past) - 1} more" if len(past) > 1 else ""
        message = f"the exception on {exceptions[past[0]].date}{others} of the {named} has long been over"
        hint = "Delete it, or enter the day on which it comes next."
        yield _warn(sheet, (*steps, "exceptions", past[0], "date"), "exception-over", message, hint)
