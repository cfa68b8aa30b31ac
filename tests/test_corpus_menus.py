"""Paths are found bold and plain, whole and without their beginning, and unknown ones are told."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.menus import Finder, nearest_path

NAMES = [
    "Mein Konto > Vertrag",
    "Mein Konto > Vertrag > Daten",
    "Mein Konto > Vertrag > Datenvolumen",
    "Vertrag > Daten",
    "Hilfe > Rückruf",
]


def found(text: str) -> list[tuple[str, bool]]:
    return [(path.name, path.known) for path in Finder(NAMES).find(text)]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("Öffnen Sie **Mein Konto > Vertrag > Daten**.", [("Mein Konto > Vertrag > Daten", True)]),
        ("Öffnen Sie **Vertrag > Daten:** jetzt", [("Vertrag > Daten", True)]),
        ("**Mein Konto >\nVertrag**", [("Mein Konto > Vertrag", True)]),
        ("Unter Mein Konto > Vertrag > Datenvolumen steht", [("Mein Konto > Vertrag > Datenvolumen", True)]),
        ("Unter Mein Konto > Vertrag. Danach", [("Mein Konto > Vertrag", True)]),
        (
            "Mein Konto >   Vertrag und Hilfe > Rückruf",
            [("Mein Konto > Vertrag", True), ("Hilfe > Rückruf", True)],
        ),
        ("Unter Mein Konto > Vertrag > Dateien, dann", [("Mein Konto > Vertrag > Dateien", False)]),
        ("Unter Mein Konto > Verträge steht es", [("Mein Konto > Verträge steht es", False)]),
        ("Meine Kontos > Vertrag > Daten", [("Kontos > Vertrag > Daten", False)]),
        (
            "**Hilfe > Rueckruf** und Hilfe > Rückruf",
            [("Hilfe > Rueckruf", False), ("Hilfe > Rückruf", True)],
        ),
        ("Eins\n> Zitat > hier nicht Hilfe", [("Zitat > hier nicht Hilfe", False)]),
        ("5 > 3", [("5 > 3", False)]),
        ("**Fett** und <b>", []),
    ],
)
def test_paths(text: str, paths: list[tuple[str, bool]]) -> None:
    assert found(text) == paths


def test_a_quoted_path_is_told() -> None:
    (plain, quoted) = Finder(NAMES).find("Hilfe > Rückruf, auf Deutsch: „Hilfe > Rückruf“")
    assert (plain.quoted, quoted.quoted) == (False, True)


def test_without_names_every_path_is_unknown() -> None:
    assert [path.known for path in Finder([]).find("**A > B** und C > D")] == [False, False]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Mein Konto > Vertrag > Dateien", "Mein Konto > Vertrag > Daten"),
        ("Hilfe > Ruckruf buchen wir", "Hilfe > Rückruf"),
        ("Ganz > anders", None),
    ],
)
def test_the_nearest_path(name: str, near: str | None) -> None:
    assert nearest_path(name, NAMES) == near


@given(st.sampled_from(NAMES), st.sampled_from(["**{}**", "Öffnen Sie {}.", "({})", "„{}“", "{}"]))
def test_a_known_path_is_known_wherever_it_stands(name: str, frame: str) -> None:
    assert found(frame.format(name)) == [(name, True)]


@pytest.mark.parametrize("unit", ["a > ", "**", "** > ", "Mein Konto > "])
def test_long_texts_take_no_time(unit: str) -> None:
    start = time.monotonic()
    Finder(NAMES).find(unit * (20_000 // len(unit)))
    assert time.monotonic() - start < 2
