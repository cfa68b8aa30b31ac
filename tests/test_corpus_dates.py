"""Days have one form, however German and English write them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.facts import find_facts

MONTHS = (
    re.findall(r"\w+", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    re.findall(
        r"\w+", "January February March April May June July August September October November December"
    ),
)


def days(text: str) -> list[str]:
    return [fact.value for fact in find_facts(text) if fact.kind == "date"]


@pytest.mark.parametrize(
    ("german", "english", "expected"),
    [
        ("am 24. Dezember", "on 24 December", ["12-24"]),
        ("am 24. und 31. Dezember", "on 24 and 31 December", ["12-24", "12-31"]),
        ("am 1. März 2026", "on March 1, 2026", ["2026-03-01"]),
        ("01.02.2026", "1 February 2026", ["2026-02-01"]),
        ("2026-12-31", "31st of December 2026", ["2026-12-31"]),
        ("am 5. jedes Monats", "on the 5th of each month", ["5."]),
        ("Am **12.** buchen wir ab", "On the **12th** we collect", ["12."]),
        ("für den 3. und 4. Tag", "for days 3 and 4", ["3.", "4."]),
        ("ab dem 5. Tag", "from day 5", ["5."]),
        ("bis zum 25.", "by the 25th", ["25."]),
    ],
)
def test_days(german: str, english: str, expected: list[str]) -> None:
    assert days(german) == expected
    assert days(english) == expected


@pytest.mark.parametrize(
    "text", ["1. Öffnen Sie es.", "You may 5 times", "Version 1.2.3", "24 hours", "3 Tage"]
)
def test_what_is_no_day(text: str) -> None:
    assert days(text) == []


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_the_same_in_all_notations(day: date) -> None:
    german, english = (names[day.month - 1] for names in MONTHS)
    expected = [day.isoformat()]
    assert days(f"am {day.day}. {german} {day.year}") == expected
    assert days(f"am {day:%d.%m.%Y}") == expected
    assert days(f"on {day.day} {english} {day.year}") == expected
    assert days(f"on {english} {day.day}, {day.year}") == expected
