"""Opening hours: nights, holidays, exceptions and clock changes, in absolute time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from companies import berlin, company_with, hours, open_time, shipped_company
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.hours import Calendar, DayKind
from corpus import Hours
from corpus.company import HoursException

CALENDAR = Calendar(shipped_company())
OFFICE = hours(**{day: ["08:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")})
NIGHT = hours(fri=["22:00-06:00"], sat=["22:00-06:00"], sun=["22:00-06:00"])
ALWAYS = hours(
    **{day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays")}
)
NEVER = Hours()
HOUR = timedelta(hours=1)


def exception(day: str, *intervals: str) -> HoursException:
    return HoursException.model_validate(
        {"date": day, "hours": intervals, "reason": {"de": "Inventur", "en": "Stocktaking"}}
    )


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
intervals = st.lists(st.builds("{0:%H:%M}-{1:%H:%M}".format, clocks, clocks), max_size=2)
weeks = st.fixed_dictionaries(
    dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays"), intervals)
).map(Hours.model_validate)
exceptions = st.lists(
    st.builds(
        lambda offset, spans: HoursException.model_validate(
            {
                "date": date(2026, 3, 20) + timedelta(days=offset),
                "hours": spans,
                "reason": {"de": "Inventur", "en": "Stocktaking"},
            }
        ),
        st.integers(0, 20),
        intervals,
    ),
    max_size=2,
)
# From before the clocks change in spring until after Easter.
moments = st.integers(0, 21 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)
durations = st.integers(0, 40 * 60).map(lambda minutes: timedelta(minutes=minutes))


def opens_at_all(week: Hours) -> bool:
    return any(week.of_weekday(number) for number in range(7))


@given(weeks, exceptions, moments, durations)
@settings(max_examples=150, deadline=None)
def test_exactly_the_wanted_opening_time_lies_before_the_result(
    week: Hours, special: list[HoursException], moment: datetime, wanted: timedelta
) -> None:
    assume(opens_at_all(week))
    result = CALENDAR.add_open_time(week, special, moment, wanted)
    assert result >= moment
    assert open_time(CALENDAR, week, special, moment, result) == wanted


@given(weeks, exceptions, moments, durations, durations)
@settings(max_examples=100, deadline=None)
def test_later_questions_are_not_answered_earlier(
    week: Hours, special: list[HoursException], moment: datetime, later: timedelta, wanted: timedelta
) -> None:
    assume(opens_at_all(week))
    first = CALENDAR.add_open_time(week, special, moment, wanted)
    assert CALENDAR.add_open_time(week, special, moment + later, wanted) >= first
    assert CALENDAR.add_open_time(week, special, moment, wanted + later) >= first


def stands_open(week: Hours, special: list[HoursException], moment: datetime) -> bool:
    """Say whether it is open by looking at the clock on the wall, minute by minute."""
    wall = moment.astimezone(CALENDAR.zone).replace(tzinfo=None)
    for day in (wall.date(), wall.date() - timedelta(days=1)):
        for interval in CALENDAR.day(week, special, day).intervals:
            start, end = datetime.combine(day, interval.start), datetime.combine(day, interval.end)
            if start <= wall < (end if end > start else end + timedelta(days=1)):
                return True
    return False


@given(weeks, exceptions, moments)
@settings(max_examples=200, deadline=None)
def test_open_is_what_the_clock_on_the_wall_says(
    week: Hours, special: list[HoursException], moment: datetime
) -> None:
    # In the night of a clock change the wall shows some times twice and others never.
    assume(moment.astimezone(CALENDAR.zone).date() != date(2026, 3, 29))
    assert CALENDAR.is_open(week, special, moment) == stands_open(week, special, moment)


@given(weeks, exceptions, moments)
@settings(max_examples=100, deadline=None)
def test_it_is_open_at_the_next_opening_and_not_before(
    week: Hours, special: list[HoursException], moment: datetime
) -> None:
    opening = CALENDAR.next_opening(week, special, moment)
    assume(opening is not None)
    assert opening is not None
    assert CALENDAR.is_open(week, special, opening)
    assert open_time(CALENDAR, week, special, moment, opening) == timedelta(0)


@given(weeks, exceptions, moments)
@settings(max_examples=100, deadline=None)
def test_it_closes_when_the_opening_time_ends(
    week: Hours, special: list[HoursException], moment: datetime
) -> None:
    assume(CALENDAR.is_open(week, special, moment))
    closing = CALENDAR.closes(week, special, moment)
    if closing is None:
        closing = moment + timedelta(days=1)
    else:
        assert not CALENDAR.is_open(week, special, closing)
    assert open_time(CALENDAR, week, special, moment, closing) == closing - moment


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-03 08:00", "2026-11-03 08:00"),
        ("2026-11-03 12:00", "2026-11-03 13:00"),
        ("2026-11-03 17:00", "2026-11-04 08:00"),
        ("2026-10-30 17:00", "2026-11-02 08:00"),
        ("2026-05-13 18:00", "2026-05-15 08:00"),
        ("2026-04-02 18:00", "2026-04-07 08:00"),
    ],
)
def test_next_opening(moment: str, opening: str) -> None:
    assert CALENDAR.next_opening(OFFICE, (), berlin(moment)) == berlin(opening)


def test_exceptions_rule_over_holidays_and_weekdays() -> None:
    special = [exception("2026-05-14", "10:00-11:00"), exception("2026-05-13")]
    assert CALENDAR.next_opening(OFFICE, special, berlin("2026-05-13 09:00")) == berlin("2026-05-14 10:00")


def test_holidays_can_have_hours_of_their_own() -> None:
    week = hours(thu=["08:00-18:00"], holidays=["10:00-12:00"])
    assert not CALENDAR.is_open(week, (), berlin("2026-05-14 09:00"))
    assert CALENDAR.is_open(week, (), berlin("2026-05-14 10:30"))


def test_a_night_before_a_holiday_reaches_into_it() -> None:
    assert CALENDAR.is_open(hours(wed=["22:00-02:00"]), (), berlin("2026-05-14 01:30"))


def test_what_never_opens_is_said_so() -> None:
    assert CALENDAR.next_opening(NEVER, (), berlin("2026-11-03 09:00")) is None
    assert not CALENDAR.is_open(NEVER, (), berlin("2026-11-03 09:00"))
    with pytest.raises(ValueError, match="do not open within a year"):
        CALENDAR.add_open_time(NEVER, (), berlin("2026-11-03 09:00"), HOUR)


def test_a_lone_exception_far_ahead_is_found() -> None:
    special = [exception("2027-10-01", "10:00-11:00")]
    assert CALENDAR.next_opening(NEVER, special, berlin("2026-11-03 09:00")) == berlin("2027-10-01 10:00")


def test_without_hours_it_is_always_open() -> None:
    moment = berlin("2026-12-25 03:00")
    assert CALENDAR.is_open(None, (), moment)
    assert CALENDAR.add_open_time(None, (), moment, 5 * HOUR) == moment + 5 * HOUR
    assert CALENDAR.closes(None, (), moment) is None


def test_round_the_clock_has_no_gap_at_midnight() -> None:
    moment = berlin("2026-11-03 23:00")
    assert CALENDAR.add_open_time(ALWAYS, (), moment, 50 * HOUR) == moment + 50 * HOUR
    assert CALENDAR.closes(ALWAYS, (), moment) is None


@pytest.mark.parametrize(
    ("start", "real_hours"),
    [("2026-03-28 22:00", 7), ("2026-10-24 22:00", 9), ("2026-11-07 22:00", 8)],
)
def test_the_night_of_a_clock_change_counts_as_long_as_it_is(start: str, real_hours: int) -> None:
    begin = berlin(start)
    end = CALENDAR.add_open_time(NIGHT, (), begin, real_hours * HOUR)
    assert end.astimezone(CALENDAR.zone).time() == time(6)
    assert (end - begin.astimezone(UTC)) == real_hours * HOUR
    assert CALENDAR.closes(NIGHT, (), begin) == end


def test_what_opens_in_the_missing_hour_opens_when_the_clock_jumps() -> None:
    week = hours(sun=["02:30-03:10"])
    opening = CALENDAR.next_opening(week, (), berlin("2026-03-29 00:00"))
    assert opening == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert CALENDAR.closes(week, (), opening) == datetime(2026, 3, 29, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("land", "day", "german", "english"),
    [
        ("BY", date(2026, 11, 1), "Allerheiligen", "All Saints' Day"),
        ("BY", date(2026, 5, 1), "Tag der Arbeit", "Labour Day"),
        ("SN", date(2026, 11, 18), "Buß- und Bettag", "Repentance and Prayer Day"),
        ("BE", date(2026, 3, 8), "Frauentag", "Women's Day"),
    ],
)
def test_holidays_of_a_land_have_names_in_both_languages(
    land: str, day: date, german: str, english: str
) -> None:
    found = Calendar(company_with(land=land)).holiday(day)
    assert found is not None
    assert (found.name.de, found.name.en) == (german, english)
    assert found.everywhere == (german == "Tag der Arbeit")


def test_a_holiday_of_another_land_is_an_ordinary_day() -> None:
    assert CALENDAR.holiday(date(2026, 11, 18)) is None
    assert CALENDAR.is_open(OFFICE, (), berlin("2026-11-18 10:00"))


@pytest.mark.parametrize(
    ("day", "kind", "reason"),
    [
        (date(2026, 11, 3), DayKind.USUAL, None),
        (date(2026, 11, 1), DayKind.DAY_OFF, None),
        (date(2026, 5, 14), DayKind.HOLIDAY, "Christi Himmelfahrt"),
        (date(2026, 11, 5), DayKind.EXCEPTION, "Inventur"),
    ],
)
def test_a_day_tells_why_it_has_its_hours(day: date, kind: DayKind, reason: str | None) -> None:
    found = CALENDAR.day(OFFICE, [exception("2026-11-05")], day)
    assert found.kind is kind
    assert (found.reason and found.reason.de) == reason


@pytest.mark.parametrize(
    ("start", "end", "special", "days"),
    [
        ("2026-11-03 09:00", "2026-11-04 09:00", [], []),
        ("2026-10-30 16:00", "2026-11-02 09:00", [], ["2026-10-31", "2026-11-01"]),
        ("2026-05-13 16:00", "2026-05-15 09:00", [], ["2026-05-14"]),
        # The holiday is over when the question comes, or begins after the answer.
        ("2026-05-14 18:00", "2026-05-15 09:00", [], []),
        ("2026-05-13 09:00", "2026-05-13 10:00", [], []),
        ("2026-11-03 09:00", "2026-11-05 09:00", [exception("2026-11-04")], ["2026-11-04"]),
        ("2026-11-03 09:00", "2026-11-05 09:00", [exception("2026-11-04", "07:00-20:00")], []),
        ("2026-11-04 09:00", "2026-11-04 10:00", [exception("2026-11-04", "08:00-11:00")], []),
    ],
)
def test_only_days_that_take_time_away_are_special(
    start: str, end: str, special: list[Any], days: list[str]
) -> None:
    found = CALENDAR.special_days(OFFICE, special, berlin(start), berlin(end))
    assert [day.date.isoformat() for day in found] == days
