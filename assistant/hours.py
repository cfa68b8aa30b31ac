"""Opening hours in absolute time: weeks, public holidays, exceptions, nights and clock changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from corpus import Company, Hours, Interval, Localized
from corpus.company import HoursException
from corpus.public_holidays import PublicHoliday, public_holidays

_DAY = timedelta(days=1)
_LONGEST_SEARCH = 366


class DayKind(StrEnum):
    """Why a day has the hours it has."""

    USUAL = "usual"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day with its intervals; ``reason`` names the holiday or the exception.

    ``regional`` marks a holiday on which other Länder work.
    """

    date: date
    kind: DayKind
    intervals: tuple[Interval, ...]
    reason: Localized | None = None
    regional: bool = False


class Calendar:
    """A company's time: its time zone and the public holidays of its Land.

    ``hours`` of ``None`` are always open. All moments that come back are in UTC.
    """

    def __init__(self, company: Company) -> None:
        self.zone = ZoneInfo(company.time_zone)
        self._land = company.land

    def local(self, moment: datetime) -> datetime:
        """Return a moment on the company's clocks."""
        return moment.astimezone(self.zone)

    def holiday(self, day: date) -> PublicHoliday | None:
        """Return the public holiday on a day."""
        return public_holidays(self._land, day.year).get(day)

    def day(self, hours: Hours, exceptions: Sequence[HoursException], day: date) -> Day:
        """Return the hours of a day: an exception rules over a holiday, that over the weekday.

        A holiday on a weekday that is closed anyway is a day off like any other.
        """
        for exception in exceptions:
            if exception.date == day:
                return Day(day, DayKind.EXCEPTION, exception.hours, exception.reason)
        usual = hours.of_weekday(day.weekday())
        holiday = self.holiday(day)
        if holiday is not None and (usual or hours.holidays):
            regional = not holiday.everywhere
            return Day(day, DayKind.HOLIDAY, hours.holidays, holiday.name, regional)
        return Day(day, DayKind.USUAL if usual else DayKind.DAY_OFF, usual)

    def is_open(self, hours: Hours | None, exceptions: Sequence[HoursException], moment: datetime) -> bool:
        """Say whether it is open at a moment; the end of an interval is closed."""
        return self.next_opening(hours, exceptions, moment) == moment

    def next_opening(
        self, hours: Hours | None, exceptions: Sequence[HoursException], moment: datetime
    ) -> datetime | None:
        """Return the moment itself while it is open, else when it opens.

        :param hours: the opening hours.
        :param exceptions: days with other hours.
        :param moment: where to begin.
        :return: the moment, or ``None`` when it does not open within a year.
        """
        start, _ = next(self._spans(hours, exceptions, moment), (None, None))
        return start

    def closes(
        self, hours: Hours | None, exceptions: Sequence[HoursException], moment: datetime
    ) -> datetime | None:
        """Return when it closes again, or ``None`` when it stays open for at least a day more."""
        end = moment
        for start, later in self._spans(hours, exceptions, moment):
            if start > end or end - moment >= _DAY:
                break
            end = later
        return end if end - moment < _DAY else None

    def add_open_time(
        self,
        hours: Hours | None,
        exceptions: Sequence[HoursException],
        moment: datetime,
        wanted: timedelta,
    ) -> datetime:
        """Return when as much opening time as wanted has passed since a moment.

        :param hours: the opening hours.
        :param exceptions: days with other hours.
        :param moment: where to begin.
        :param wanted: the opening time that must pass.
        :return: the first such moment.
        :raises ValueError: when it does not open within a year, so that the time never passes.
        """
        left = wanted
        for start, end in self._spans(hours, exceptions, moment):
            if end - start >= left:
                return start + left
            left -= end - start
        raise ValueError("these hours do not open within a year")

    def special_days(
        self, hours: Hours, exceptions: Sequence[HoursException], start: datetime, end: datetime
    ) -> tuple[Day, ...]:
        """Return the days between two moments that make one wait longer than an ordinary week.

        They are days off, and those holidays and exceptions that take opening time away.
        """
        first, last = self.local(start).date(), self.local(end).date()
        dates = [first + n * _DAY for n in range((last - first).days + 1)]
        days = [self.day(hours, exceptions, date) for date in dates]
        return tuple(day for day in days if self._takes_time(day, hours, start, end))

    def _takes_time(self, day: Day, hours: Hours, start: datetime, end: datetime) -> bool:
        if day.kind in (DayKind.USUAL, DayKind.DAY_OFF):
            return day.kind is DayKind.DAY_OFF
        usual = Day(day.date, DayKind.USUAL, hours.of_weekday(day.date.weekday()))
        return self._open_on(day, start, end) < self._open_on(usual, start, end)

    def _open_on(self, day: Day, start: datetime, end: datetime) -> timedelta:
        parts = [min(shuts, end) - max(opens, start) for opens, shuts in self._of_day(day)]
        return sum((max(part, timedelta(0)) for part in parts), timedelta(0))

    def _spans(
        self, hours: Hours | None, exceptions: Sequence[HoursException], moment: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield what is open from a moment on, in order and without overlaps."""
        covered = moment.astimezone(UTC)
        if hours is None:
            yield covered, datetime.max.replace(tzinfo=UTC)
            return
        # An interval of the evening before may reach into this day.
        today = self.local(covered).date() - _DAY
        closed_days = 0
        while closed_days <= _LONGEST_SEARCH:
            closed_days += 1
            for start, end in self._of_day(self.day(hours, exceptions, today)):
                if end > covered:
                    yield max(start, covered), end
                    covered, closed_days = end, 0
            today += _DAY

    def _of_day(self, day: Day) -> Iterator[tuple[datetime, datetime]]:
        for interval in sorted(day.intervals, key=lambda interval: interval.start):
            last = day.date if interval.end > interval.start else day.date + _DAY
            start, end = self._instant(day.date, interval.start), self._instant(last, interval.end)
            if start < end:
                yield start, end

    def _instant(self, day: date, clock: time) -> datetime:
        wall = datetime.combine(day, clock.replace(tzinfo=None))
        instant = wall.replace(tzinfo=self.zone).astimezone(UTC)
        # In spring an hour is missing: what would start or end in it does so when the clock jumps.
        while instant.astimezone(self.zone).replace(tzinfo=None) != wall:
            wall += timedelta(minutes=1)
            instant = wall.replace(tzinfo=self.zone).astimezone(UTC)
        return instant
