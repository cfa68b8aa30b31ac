"""Greetings: by the name as it was given, nobody's gender guessed, nothing odd without one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.greeting import greeting, is_name


@pytest.mark.parametrize(
    "name",
    [
        "Aylin Kaya",
        "Dr. Aylin Kaya",
        "Prof. Dr.-Ing. Jörg Müller-Lüdenscheidt",
        "Seán O’Brien",
        "J. Weber",
        "Frau Kaya",
        "Familie Weber",
        "Anna und Jan Weber",
        "Max von der Tann",
        "Nguyễn Văn An",
        "Jose\u0301 García",
        "李小龙",
    ],
)
def test_names_are_greeted_as_they_were_given(name: str) -> None:
    assert greeting(name, "de").startswith("Guten Tag ")
    assert greeting(name, "en").endswith(",")
    assert is_name(greeting(name, "en")[6:-1])


def test_the_whole_line() -> None:
    assert greeting("Aylin Kaya", "de") == "Guten Tag Aylin Kaya,"
    assert greeting("Aylin Kaya", "en") == "Hello Aylin Kaya,"


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "Herr",
        "Frau Dr.",
        "Mrs",
        "https://spam.example",
        "spam.example",
        "Gewinn! Klick hier",
        "a@example.org",
        "Kunde 4711",
        "A" * 61,
        "Aylin\nKaya",
    ],
)
def test_what_is_no_name_is_left_out(name: str | None) -> None:
    assert greeting(name, "de") == "Guten Tag,"
    assert greeting(name, "en") == "Hello,"


@given(st.text())
def test_any_text_gives_one_line_that_holds_no_link(name: str) -> None:
    line = greeting(name, "de")
    assert line.startswith("Guten Tag")
    assert len(line.splitlines()) == 1
    assert not set(line) & set("/@:<>0123456789")
