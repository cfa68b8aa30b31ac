"""Promises recomputed by brute force: every quarter of an hour, every Land, many years and time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from babel.dates import get_day_names, get_month_names
from companies import shipped_company, team
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assistant.hours import Calendar
from assistant.promise import make_promise, repeat_promise
from corpus import Company, Hours, Language, Team
from corpus.company import AnswerPromise, HoursException

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
LAENDER = ["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]
ZONES = ["Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]

# Clocks jump between one and four o'clock; what opens or closes just then has tests of its own.
clocks = st.builds(time, st.sampled_from([0, *range(4, 24)]), st.sampled_from([0, 15, 30, 45]))
intervals = st.lists(st.builds("{0:%H:%M}-{1:%H:%M}".format, clocks, clocks), max_size=2)
weeks = st.fixed_dictionaries(
    dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays"), intervals)
).map(Hours.model_validate)
companies = st.builds(
    lambda land, zone: shipped_company().model_copy(update={"land": land, "time_zone": zone}),
    st.sampled_from(LAENDER),
    st.sampled_from(ZONES),
)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
ALL_MINUTES = (datetime(2035, 12, 1, tzinfo=UTC) - FIRST) // timedelta(minutes=1)
moments = st.integers(0, ALL_MINUTES).map(lambda minutes: FIRST + timedelta(minutes=minutes))
# Around Easter, around both changes of the clocks, and over the turn of the year.
tense = st.builds(
    lambda year, day, minutes: datetime(year, *day, tzinfo=UTC) + timedelta(minutes=minutes),
    st.integers(2024, 2035),
    st.sampled_from([(3, 24), (4, 1), (5, 1), (10, 22), (10, 30), (12, 22)]),
    st.integers(0, 10 * 24 * 60),
)
exceptions = st.lists(st.tuples(st.integers(0, 9), intervals), max_size=2)


@cache
def public(land: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DE", subdiv=land, years=year))


def who(
    week: Hours, special: list[tuple[int, list[str]]], now: datetime, wanted: float, **changes: object
) -> Team:
    """A team with these hours; exceptions are counted in days from now."""
    assume(any(week.of_weekday(day) for day in range(7)))
    reason = {"de": "Inventur", "en": "Stocktaking"}
    closed = tuple(
        HoursException.model_validate({"date": now.date() + days * DAY, "hours": spans, "reason": reason})
        for days, spans in special
    )
    promise = AnswerPromise(working_hours=wanted, urgent_working_hours=wanted)
    return team("service").model_copy(
        update={"hours": week, "exceptions": closed, "promise": promise, **changes}
    )


def stands_open(company: Company, team: Team, moment: datetime) -> bool:
    """Say whether the team works, by the clock on the wall and the calendar beside it."""
    wall = moment.astimezone(ZoneInfo(company.time_zone)).replace(tzinfo=None)
    for day in (wall.date(), wall.date() - DAY):
        special = next((each.hours for each in team.exceptions if each.date == day), None)
        usual = (
            team.hours.holidays
            if day in public(company.land, day.year)
            else team.hours.of_weekday(day.weekday())
        )
        for interval in usual if special is None else special:
            start, end = datetime.combine(day, interval.start), datetime.combine(day, interval.end)
            if start <= wall < (end if end > start else end + DAY):
                return True
    return False


def worked(company: Company, team: Team, start: datetime, end: datetime) -> timedelta:
    """How long the team works between two moments, counted by quarters of an hour."""
    slot, total = start - (start - FIRST) % QUARTER, timedelta(0)
    while slot < end:
        if stands_open(company, team, slot):
            total += min(slot + QUARTER, end) - max(slot, start)
        slot += QUARTER
    return total


@given(
    companies, weeks, exceptions, st.one_of(moments, tense), st.integers(1, 64), st.sampled_from(["de", "en"])
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
def test_exactly_the_promised_hours_lie_before_the_promise(
    company: Company,
    week: Hours,
    special: list[tuple[int, list[str]]],
    now: datetime,
    quarters: int,
    language: Language,
) -> None:
    wanted = quarters * QUARTER
    who_answers = who(week, special, now, wanted / timedelta(hours=1))
    promise = make_promise(company, who_answers, language=language, now=now)
    latest = promise.latest.astimezone(UTC)
    assume(latest - now < 120 * DAY)
    assert worked(company, who_answers, now, latest) >= wanted
    assert worked(company, who_answers, now, latest - QUARTER) < wanted
    assert stands_open(company, who_answers, latest - MOMENT)
    assert (latest - FIRST) % QUARTER == timedelta(0)
    assert said_day(company, promise.latest, now, language) in promise.sentence
    assert ", weil ." not in promise.sentence
    assert "  " not in promise.sentence


def said_day(company: Company, latest: datetime, now: datetime, language: Language) -> str:
    """The words by which a sentence must name a time, put together from the names that CLDR has."""
    today = now.astimezone(ZoneInfo(company.time_zone)).date()
    day = get_day_names("wide", locale=language)[latest.weekday()]
    month = get_month_names("wide", "format", locale=language)[latest.month]
    year = "" if latest.year == today.year else f" {latest.year}"
    if language == "de":
        clock = f"um {latest.hour}:{latest.minute:02} Uhr"
        full = f"{day}, {latest.day}. {month}{year}"
        words = {0: f"heute {clock}", 1: f"morgen ({full}) {clock}"}
        return f"spätestens {words.get((latest.date() - today).days, f'am {full}, {clock}')} eine Antwort"
    clock, full = f"by {latest.hour:02}:{latest.minute:02}", f"{day}, {latest.day} {month}{year}"
    words = {0: f"{clock} today", 1: f"{clock} tomorrow ({full})"}
    return words.get((latest.date() - today).days, f"{clock} on {full}")


@given(
    companies,
    weeks,
    exceptions,
    st.one_of(moments, tense),
    st.integers(0, 5 * 24 * 60),
    st.floats(0.1, 40),
    st.integers(0, 50),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
def test_who_asks_later_or_has_more_before_is_not_answered_earlier(
    company: Company,
    week: Hours,
    special: list[tuple[int, list[str]]],
    now: datetime,
    minutes: int,
    wanted: float,
    ahead: int,
) -> None:
    who_answers = who(week, special, now, wanted, capacity=2.0)

    def latest(moment: datetime, waiting: int) -> datetime:
        return make_promise(company, who_answers, language="de", now=moment, ahead=waiting).latest

    first = latest(now, ahead)
    assert latest(now + timedelta(minutes=minutes), ahead) >= first
    assert latest(now, ahead + 1) >= first
    assert (
        latest(now, 0)
        == make_promise(company, who(week, special, now, max(wanted, 0.5)), language="de", now=now).latest
    )


def short_interval(start: int, length: int) -> str:
    end = start + length
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


# Short and off the quarters: rounding up a promise easily leads behind the end of the work.
odd_intervals = st.lists(
    st.builds(short_interval, st.integers(4 * 60, 22 * 60), st.integers(3, 50)), max_size=2
)
odd_weeks = st.fixed_dictionaries(dict.fromkeys(("mon", "wed", "thu", "sun"), odd_intervals)).map(
    Hours.model_validate
)


@given(companies, odd_weeks, moments, st.floats(0.05, 3), st.integers(0, 9), st.sampled_from(["de", "en"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_promise_never_lies_where_nobody_works_and_reads_the_same_again(
    company: Company, week: Hours, now: datetime, wanted: float, ahead: int, language: Language
) -> None:
    who_answers = who(week, [], now, wanted, capacity=4.0)
    promise = make_promise(company, who_answers, language=language, now=now, ahead=ahead)
    before = promise.latest.astimezone(UTC) - MOMENT
    assert stands_open(company, who_answers, before)
    assert Calendar(company).is_open(week, (), before)
    busy = "gerade viele Anfragen vorliegen" if language == "de" else "many requests are waiting"
    calm = make_promise(company, who_answers, language=language, now=now)
    assert (busy in promise.sentence) == (promise.latest > calm.latest)
    again = repeat_promise(company, who_answers, promise.latest, language=language, given_at=now)
    assert again == promise
