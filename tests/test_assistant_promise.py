"""Promises: the latest answer time, said with its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from companies import BERLIN, berlin, company_with, hours, open_time, shipped_company, team
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.days import in_land, working_week
from assistant.errors import AssistantError
from assistant.hours import Calendar
from assistant.promise import make_promise, promised_words
from corpus import Hours, Language

COMPANY = shipped_company()

SENTENCES = [
    # Within the opening time.
    ("service", "2026-11-03 09:00", "heute um 17:00 Uhr eine Antwort.", "by 17:00 today."),
    # Into the next day.
    (
        "service",
        "2026-11-03 16:30",
        "morgen (Mittwoch, 4. November) um 14:30 Uhr eine Antwort, "
        "weil unser Team heute nur noch bis 18:00 Uhr arbeitet.",
        "by 14:30 tomorrow (Wednesday, 4 November), because our team works until 18:00 today.",
    ),
    # Long before the end of the day, and over several ordinary days, the usual hours are the reason.
    (
        "care",
        "2026-11-03 10:00",
        "morgen (Mittwoch, 4. November) um 10:00 Uhr eine Antwort, "
        "weil unser Team montags bis freitags von 9:00 bis 17:00 Uhr arbeitet.",
        "by 10:00 tomorrow (Wednesday, 4 November), because our team works Monday to Friday "
        "from 09:00 to 17:00.",
    ),
    (
        "technical",
        "2026-11-03 16:30",
        "morgen (Mittwoch, 4. November) um 10:30 Uhr eine Antwort, weil unser Team montags bis freitags von "
        "8:00 bis 20:00 Uhr und samstags von 9:00 bis 16:00 Uhr arbeitet.",
        "by 10:30 tomorrow (Wednesday, 4 November), because our team works Monday to Friday "
        "from 08:00 to 20:00 and Saturdays from 09:00 to 16:00.",
    ),
    (
        "billing",
        "2026-11-03 16:30",
        "am Donnerstag, 5. November, um 14:30 Uhr eine Antwort, "
        "weil unser Team montags bis freitags von 8:00 bis 17:00 Uhr arbeitet.",
        "by 14:30 on Thursday, 5 November, because our team works Monday to Friday from 08:00 to 17:00.",
    ),
    # After hours, and before them.
    (
        "service",
        "2026-11-03 20:30",
        "morgen (Mittwoch, 4. November) um 16:00 Uhr eine Antwort, "
        "weil unser Team erst morgen ab 8:00 Uhr wieder da ist.",
        "by 16:00 tomorrow (Wednesday, 4 November), because our team is available again from 08:00 tomorrow.",
    ),
    (
        "service",
        "2026-11-03 06:30",
        "heute um 16:00 Uhr eine Antwort, weil unser Team heute erst ab 8:00 Uhr da ist.",
        "by 16:00 today, because our team starts work at 08:00 today.",
    ),
    # Before and during a weekend; a team that works on Saturdays.
    (
        "service",
        "2026-10-30 16:00",
        "am Montag, 2. November, um 14:00 Uhr eine Antwort, weil unser Team am Wochenende nicht arbeitet.",
        "by 14:00 on Monday, 2 November, because our team does not work at weekends.",
    ),
    (
        "service",
        "2026-11-01 11:00",
        "morgen (Montag, 2. November) um 16:00 Uhr eine Antwort, "
        "weil unser Team am Wochenende nicht arbeitet.",
        "by 16:00 tomorrow (Monday, 2 November), because our team does not work at weekends.",
    ),
    (
        "technical",
        "2026-11-07 15:00",
        "am Montag, 9. November, um 13:00 Uhr eine Antwort, weil unser Team sonntags nicht arbeitet.",
        "by 13:00 on Monday, 9 November, because our team does not work on Sundays.",
    ),
    # Public holidays: one tomorrow, one today, two around a weekend, one on a working Saturday.
    (
        "service",
        "2026-05-13 17:00",
        "am Freitag, 15. Mai, um 15:00 Uhr eine Antwort, weil morgen Feiertag ist (Christi Himmelfahrt).",
        "by 15:00 on Friday, 15 May, because tomorrow is a public holiday (Ascension Day).",
    ),
    (
        "service",
        "2027-01-06 10:00",
        "morgen (Donnerstag, 7. Januar) um 16:00 Uhr eine Antwort, "
        "weil heute Heilige Drei Könige ist und unser Team in Bayern sitzt.",
        "by 16:00 tomorrow (Thursday, 7 January), because today is Epiphany "
        "and our team is based in Bavaria.",
    ),
    (
        "service",
        "2026-04-02 15:00",
        "am Dienstag, 7. April, um 13:00 Uhr eine Antwort, weil morgen (Karfreitag) und "
        "am Montag (Ostermontag) Feiertag ist.",
        "by 13:00 on Tuesday, 7 April, because tomorrow (Good Friday) and Monday (Easter Monday) "
        "are public holidays.",
    ),
    (
        "technical",
        "2026-10-02 19:00",
        "am Montag, 5. Oktober, um 13:00 Uhr eine Antwort, weil morgen Feiertag ist "
        "(Tag der Deutschen Einheit) und unser Team sonntags nicht arbeitet.",
        "by 13:00 on Monday, 5 October, because tomorrow is a public holiday "
        "(German Unity Day) and our team does not work on Sundays.",
    ),
    # Exceptions, the turn of the year.
    (
        "service",
        "2026-12-30 17:00",
        "am Montag, 4. Januar 2027, um 11:00 Uhr eine Antwort, weil morgen andere Zeiten gelten (Silvester) "
        "und am Freitag Feiertag ist (Neujahr).",
        "by 11:00 on Monday, 4 January 2027, because our hours are different tomorrow (New Year's Eve) "
        "and Friday is a public holiday (New Year's Day).",
    ),
]


@pytest.mark.parametrize(("name", "now", "german", "english"), SENTENCES)
def test_the_promise_is_said_with_its_reason(name: str, now: str, german: str, english: str) -> None:
    said = make_promise(COMPANY, team(name), language="de", now=berlin(now)).sentence
    assert said == f"Sie bekommen spätestens {german}"
    said = make_promise(COMPANY, team(name), language="en", now=berlin(now)).sentence
    assert said == f"You will have an answer {english}"


def test_urgent_cases_have_a_promise_of_their_own() -> None:
    now = berlin("2026-11-03 09:00")
    calm = make_promise(COMPANY, team("security"), language="de", now=now)
    urgent = make_promise(COMPANY, team("security"), language="de", now=now, urgent=True)
    assert urgent.latest == berlin("2026-11-03 10:00")
    assert calm.latest == berlin("2026-11-04 15:00")


def test_the_time_is_rounded_up_to_a_quarter_of_an_hour_on_the_clocks_of_the_company() -> None:
    promise = make_promise(COMPANY, team("service"), language="de", now=berlin("2026-11-03 09:00:01"))
    assert promise.latest == berlin("2026-11-03 17:15")
    assert promise.latest.tzinfo == BERLIN


def test_a_closed_day_is_named() -> None:
    data = COMPANY.model_dump(mode="json")
    day = {"date": "2026-11-04", "reason": {"de": "Betriebsversammlung.", "en": "Staff meeting."}}
    data["teams"][0]["exceptions"] = [day]
    company = company_with(teams=data["teams"])
    now = berlin("2026-11-03 15:00")
    german = make_promise(company, team("service", company), language="de", now=now).sentence
    assert german.endswith(", weil morgen geschlossen ist (Betriebsversammlung).")
    english = make_promise(company, team("service", company), language="en", now=now).sentence
    assert english.endswith(", because we are closed tomorrow (Staff meeting).")


def test_a_team_that_never_closes_gives_the_time_it_needs_as_reason() -> None:
    data = COMPANY.model_dump(mode="json")
    always = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays")}
    promise = {"working_hours": 40.5, "urgent_working_hours": 1}
    data["teams"][0] = {**data["teams"][0], "hours": always, "exceptions": [], "promise": promise}
    company = company_with(teams=data["teams"])
    now = berlin("2026-11-03 09:00")
    german = make_promise(company, team("service", company), language="de", now=now).sentence
    assert german == (
        "Sie bekommen spätestens am Donnerstag, 5. November, um 1:30 Uhr eine Antwort, "
        "weil unser Team dafür bis zu 40,5 Stunden braucht."
    )
    english = make_promise(company, team("service", company), language="en", now=now).sentence
    assert english.endswith(", because our team may need up to 40.5 hours for it.")


def test_a_working_week_with_breaks_and_midnight_in_words() -> None:
    week = hours(mon=["08:00-12:00", "13:00-24:00"], wed=["08:00-12:00"], thu=["08:00-12:00"])
    assert working_week(week, "de") == (
        "montags von 8:00 bis 12:00 Uhr und von 13:00 bis 24:00 Uhr und "
        "mittwochs bis donnerstags von 8:00 bis 12:00 Uhr"
    )
    assert working_week(week, "en") == (
        "Mondays from 08:00 to 12:00 and from 13:00 to midnight and Wednesday to Thursday from 08:00 to 12:00"
    )


def test_a_team_that_never_opens_promises_nothing() -> None:
    closed = team("service").model_copy(update={"hours": Hours(), "exceptions": ()})
    with pytest.raises(AssistantError, match="The team service never opens"):
        make_promise(COMPANY, closed, language="de", now=berlin("2026-11-03 09:00"))


def test_a_holiday_that_others_do_not_have_is_said_with_where_the_team_is() -> None:
    now = berlin("2027-10-29 19:00")
    said = make_promise(COMPANY, team("service"), language="de", now=now).sentence
    assert said == (
        "Sie bekommen spätestens am Dienstag, 2. November, um 16:00 Uhr eine Antwort, "
        "weil am Montag Allerheiligen ist und unser Team in Bayern sitzt."
    )
    said = make_promise(COMPANY, team("service"), language="en", now=now).sentence
    assert said == (
        "You will have an answer by 16:00 on Tuesday, 2 November, "
        "because Monday is All Saints' Day and our team is based in Bavaria."
    )


@pytest.mark.parametrize(
    ("land", "german", "english", "said", "told"),
    [
        ("BB", "Brandenburg", "Brandenburg", "in Brandenburg", "in Brandenburg"),
        ("BE", "Berlin", "Berlin", "in Berlin", "in Berlin"),
        ("BW", "Baden-Württemberg", "Baden-Württemberg", "in Baden-Württemberg", "in Baden-Württemberg"),
        (
            "BY",
            "Freistaat Bayern",
            "Free State of Bavaria",
            "im Freistaat Bayern",
            "in the Free State of Bavaria",
        ),
        ("HB", "Freie Hansestadt Bremen", "Bremen", "in der Freien Hansestadt Bremen", "in Bremen"),
        ("HE", "Hessen", "Hesse", "in Hessen", "in Hesse"),
        (
            "HH",
            "Freie und Hansestadt Hamburg",
            "Hamburg",
            "in der Freien und Hansestadt Hamburg",
            "in Hamburg",
        ),
        ("MV", "Mecklenburg-Vorpommern", "Mecklenburg", "in Mecklenburg-Vorpommern", "in Mecklenburg"),
        ("NI", "Niedersachsen", "Lower Saxony", "in Niedersachsen", "in Lower Saxony"),
        ("NW", "Land Nordrhein-Westfalen", "NRW", "im Land Nordrhein-Westfalen", "in NRW"),
        ("RP", "Rheinland-Pfalz", "Rhineland-Palatinate", "in Rheinland-Pfalz", "in Rhineland-Palatinate"),
        ("SH", "Schleswig-Holstein", "Schleswig-Holstein", "in Schleswig-Holstein", "in Schleswig-Holstein"),
        ("SL", "Saarland", "Saarland", "im Saarland", "in Saarland"),
        ("SN", "Sachsen", "State of Saxony", "in Sachsen", "in the State of Saxony"),
        ("ST", "Sachsen-Anhalt", "Saxony-Anhalt", "in Sachsen-Anhalt", "in Saxony-Anhalt"),
        ("TH", "Thüringen", "Thuringia", "in Thüringen", "in Thuringia"),
    ],
)
def test_every_land_is_said_as_people_say_it(
    land: str, german: str, english: str, said: str, told: str
) -> None:
    company = company_with(land=land, land_name={"de": german, "en": english})
    assert in_land(company, "de") == said
    assert in_land(company, "en") == told


def test_a_holiday_with_a_name_like_a_sentence_is_put_in_brackets() -> None:
    company = company_with(land="BE", land_name={"de": "Berlin", "en": "Berlin"})
    now = berlin("2028-06-16 19:30")
    said = make_promise(company, team("technical", company), language="de", now=now).sentence
    assert "weil morgen Feiertag ist (75. Jahrestag des Aufstandes vom 17. Juni 1953)" in said
    assert said.endswith(" und unser Team in Berlin sitzt.")


def test_the_team_is_named_in_the_language() -> None:
    now = berlin("2026-11-03 09:00")
    assert make_promise(COMPANY, team("billing"), language="de", now=now).team == "Rechnungsteam"
    assert make_promise(COMPANY, team("billing"), language="en", now=now).team == "Billing team"


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Dienstag, 3. November 2026, 16:00 Uhr"), ("en", "Tuesday, 3 November 2026, 16:00")],
)
def test_a_promised_time_reads_the_same_on_any_day(language: Language, words: str) -> None:
    assert promised_words(COMPANY, datetime(2026, 11, 3, 15, tzinfo=UTC), language=language) == words


@given(
    st.integers(0, 2 * 366 * 24 * 60),
    st.sampled_from([each.id for each in COMPANY.teams]),
    st.sampled_from(["de", "en"]),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_every_promise_can_be_kept_and_said(
    minutes: int, name: str, language: Language, urgent: bool
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    who, calendar = team(name), Calendar(COMPANY)
    promise = make_promise(COMPANY, who, language=language, now=now, urgent=urgent)
    wanted = who.promise.urgent_working_hours if urgent else who.promise.working_hours
    worked = open_time(calendar, who.hours, who.exceptions, now, promise.latest)
    assert timedelta(hours=wanted) <= worked <= timedelta(hours=wanted, minutes=15)
    assert promise.latest.minute % 15 == promise.latest.second == 0
    assert promise.sentence.count(".") >= 1
    assert promise.sentence.endswith(".")
    assert "  " not in promise.sentence
    far = promise.latest.date() > calendar.local(now).date() + timedelta(days=1)
    assert not far or (", weil " if language == "de" else ", because ") in promise.sentence
