"""Messages are cut where people end a sentence, however they write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.parts import LEAST_WORDS, MOST_PARTS, parts_of, with_parts


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Mein Router brennt. Wie bekomme ich einen neuen?", 2),
        ("mein router brennt! wie bekomme ich einen neuen", 2),
        ("Mein Router brennt – wie bekomme ich einen neuen?", 2),
        ("my router is smoking; how do I get a new one", 2),
        ("one more thing: my router is smoking", 2),
        ("Mein Router brennt.\nWie bekomme ich einen neuen?", 2),
        ("Hallo! Mein Router brennt.", 1),
        ("Mein Router brennt. Hilfe!", 1),
        ("Der Tarif kostet 9.99 Euro im Monat", 1),
        ("Der WLAN-Router geht nicht mehr", 1),
        ("Hilfe!", 1),
        ("Mein Handy wurde am 12. Dezember in Berlin gestohlen", 1),
        ("Ich habe z. B. gestern mein Handy verloren", 1),
        ("Ich war bei Dr. Müller im Wartezimmer", 1),
    ],
)
def test_sentences_are_parts(message: str, parts: int) -> None:
    assert len(parts_of(message)) == parts


def test_a_message_comes_before_its_parts() -> None:
    assert with_parts("Er raucht noch. Was tun wir da?") == (
        "Er raucht noch. Was tun wir da?",
        "Er raucht noch.",
        "Was tun wir da?",
    )
    assert with_parts("Er raucht noch, was tun?") == ("Er raucht noch, was tun?",)


@given(st.text(alphabet="ab .!?;:-–\n", max_size=200))
def test_no_word_is_lost_and_no_part_is_too_short(message: str) -> None:
    parts = parts_of(message)
    words = [word for word in message.split() if word.strip("-–")]

    assert [word for part in parts for word in part.split() if word.strip("-–")] == words
    assert len(parts) < 2 or all(len(part.split()) >= LEAST_WORDS for part in parts)


def test_a_long_message_has_no_more_than_forty_parts() -> None:
    assert len(parts_of("das ist ein Satz. " * 200)) == MOST_PARTS
