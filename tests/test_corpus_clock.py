"""Times of day have one form, however German and English write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.facts import find_facts


def times(text: str) -> list[str]:
    return [fact.value for fact in find_facts(text) if fact.kind == "time of day"]


@pytest.mark.parametrize(
    ("german", "english", "expected"),
    [
        ("um 8 Uhr", "at 8 a.m.", ["08:00"]),
        ("8 bis 20 Uhr", "8 a.m. to 8 p.m.", ["08:00", "20:00"]),
        ("8–20 Uhr", "8am–8pm", ["08:00", "20:00"]),
        ("08:00-20:00 Uhr", "08:00–20:00", ["08:00", "20:00"]),
        ("8.30 Uhr", "8:30 a.m.", ["08:30"]),
        ("2 bis 5 Uhr", "2 to 5 a.m.", ["02:00", "05:00"]),
        ("9 bis 17 Uhr", "9 to 5 p.m.", ["09:00", "17:00"]),
        ("19 bis 23 Uhr", "7 to 11 p.m.", ["19:00", "23:00"]),
        (
            "8 bis 12 oder 12 bis 17 Uhr",
            "8 a.m. to 12 noon or 12 noon to 5 p.m.",
            ["08:00", "12:00", "12:00", "17:00"],
        ),
        ("von 8 bis 12 Uhr", "from 8 a.m. to noon", ["08:00", "12:00"]),
        ("20 bis 24 Uhr", "8 p.m. to midnight", ["20:00", "00:00"]),
        ("0 Uhr", "12 a.m.", ["00:00"]),
        ("zwischen 22 und 7 Uhr", "between 10 p.m. and 7 a.m.", ["22:00", "07:00"]),
    ],
)
def test_times(german: str, english: str, expected: list[str]) -> None:
    assert times(german) == expected
    assert times(english) == expected


@pytest.mark.parametrize(
    "text",
    [
        "rund um die Uhr",
        "5 Uhren",
        "am Mittag",
        "at noon",
        "3 pm2",
        "16:9",
        "25:00",
        "8 Minuten",
        "Armband-Uhr",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert times(text) == []


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_of_a_day_is_the_same_in_both_notations(hour: int, minute: int) -> None:
    half = "a.m." if hour < 12 else "p.m."
    expected = [f"{hour:02}:{minute:02}"]
    assert times(f"Es ist {hour}.{minute:02} Uhr") == expected
    assert times(f"It is {(hour + 11) % 12 + 1}:{minute:02} {half}") == expected


@given(st.integers(0, 23), st.integers(1, 24))
def test_a_range_ends_where_it_says(start: int, end: int) -> None:
    assert times(f"Montag {start} bis {end} Uhr") == [f"{start:02}:00", f"{end % 24:02}:00"]


@pytest.mark.parametrize("unit", ["10 bis ", "8 a.m. to ", "8:00", "1 Uhr bis "])
def test_long_texts_take_no_time(unit: str) -> None:
    start = time.monotonic()
    find_facts(unit * (20_000 // len(unit)))
    assert time.monotonic() - start < 2
