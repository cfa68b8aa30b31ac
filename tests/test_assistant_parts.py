"""Messages are cut where people end a sentence, however they write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.parts import LEAST_WORDS, MOST_PARTS, SECTION, parts_of, sections_of, with_parts


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


@given(st.lists(st.text(alphabet="ab .!?;:-–\n", min_size=1, max_size=60), min_size=30).map("".join))
def test_no_word_of_a_letter_is_lost_and_no_section_is_too_long(message: str) -> None:
    sections = sections_of(message)
    letters = "".join(message.replace("-", "").replace("–", "").split())

    assert "".join("".join(sections).replace("-", "").replace("–", "").split()) == letters
    assert all(len(section) <= SECTION for section in sections)


@pytest.mark.parametrize(("length", "sections"), [(SECTION, 1), (SECTION + 1, 2)])
def test_a_message_as_long_as_the_examples_is_one_section(length: int, sections: int) -> None:
    assert len(sections_of("ein Wort " * (length // 9) + "x" * (length % 9))) == sections


def test_sections_are_even_and_end_where_sentences_do() -> None:
    assert [section.count("Satz.") for section in sections_of("Das ist ein Satz. " * 60)] == [30, 30]
    letter = "Das ist ein Satz. " * 38 + "Vielen Dank schon jetzt. Mein Mann hat angerufen."
    assert [len(section) for section in sections_of(letter)] == [359, 373]


def test_white_space_takes_no_time() -> None:
    assert parts_of("Ein Anfang" + " " * 200_000 + "und ein Ende") == ("Ein Anfang und ein Ende",)


def test_a_section_has_no_more_than_forty_parts_and_loses_no_sentence() -> None:
    assert len(with_parts("das ist es. " * 58)) == 1 + MOST_PARTS
    assert sum(section.count("es.") for section in sections_of("das ist es. " * 200)) == 200
