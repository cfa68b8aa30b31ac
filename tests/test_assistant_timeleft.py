"""Working time that is left of a promise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from companies import berlin, company_with, open_time, shipped_company, team
from hypothesis import given
from hypothesis import strategies as st

from assistant.hours import Calendar
from assistant.promise import make_promise
from assistant.timeleft import left_words, working_time_left
from corpus import Language

COMPANY = shipped_company()


@pytest.mark.parametrize(
    ("now", "until", "hours"),
    [
        ("2026-11-03T10:00", "2026-11-03T15:30", 5.5),
        ("2026-11-03T16:00", "2026-11-04T09:00", 3),
        ("2026-11-06T17:00", "2026-11-09T09:00", 2),
        ("2026-11-08T12:00", "2026-11-09T08:00", 0),
        ("2026-11-03T10:00", "2026-11-03T09:00", 0),
    ],
)
def test_only_the_teams_hours_count(now: str, until: str, hours: float) -> None:
    left = working_time_left(COMPANY, team("service"), berlin(now), berlin(until))
    assert left == timedelta(hours=hours)


def test_a_team_that_never_closes_has_all_the_time() -> None:
    data = COMPANY.model_dump(mode="json")
    week = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays")}
    teams = [{**each, "hours": week, "exceptions": []} for each in data["teams"]]
    company = company_with(teams=teams)
    start = berlin("2026-12-20T10:00")
    left = working_time_left(company, team("service", company), start, start + timedelta(days=9))
    assert left == timedelta(days=9)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from([each.id for each in COMPANY.teams]),
)
def test_a_fresh_promise_has_its_whole_time_left(moment: datetime, name: str) -> None:
    now, its = moment.replace(tzinfo=UTC), team(name)
    latest = make_promise(COMPANY, its, language="de", now=now).latest
    left = working_time_left(COMPANY, its, now, latest)
    promised = timedelta(hours=its.promise.working_hours)
    assert promised <= left <= promised + timedelta(minutes=15)
    assert left == open_time(Calendar(COMPANY), its.hours, its.exceptions, now, latest)


@pytest.mark.parametrize(
    ("minutes", "german", "english"),
    [
        (0, "weniger als eine Minute", "less than a minute"),
        (0.9, "weniger als eine Minute", "less than a minute"),
        (1, "1 Minute", "1 minute"),
        (60, "1 Stunde", "1 hour"),
        (135.5, "2 Stunden 15 Minuten", "2 hours 15 minutes"),
        (600, "10 Stunden", "10 hours"),
    ],
)
def test_time_left_is_said_in_words(minutes: float, german: str, english: str) -> None:
    languages: tuple[tuple[Language, str], ...] = (("de", german), ("en", english))
    for language, words in languages:
        assert left_words(timedelta(minutes=minutes), language) == words
