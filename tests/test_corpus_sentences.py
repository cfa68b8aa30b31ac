"""Sentences end where a reader would end them, and words are found with their endings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fold import fold
from corpus.model import Language
from corpus.sentences import searches_for, sentences_of, speaks_of


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences_of(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Es kostet 5 €. Danach nichts.", ["Es kostet 5 €", "Danach nichts."]),
        ("Das gilt z. B. Montag. Ja!", ["Das gilt z. B. Montag", "Ja!"]),
        ("Am 5. Juni ist Schluss. Ende", ["Am 5. Juni ist Schluss", "Ende"]),
        ("Rufen Sie 0800 000 1234. Wir helfen.", ["Rufen Sie 0800 000 1234", "Wir helfen."]),
        ("Open 8 a.m. to 8 p.m. and later. Good", ["Open 8 a.m. to 8 p.m. and later", "Good"]),
        ("Until 8 p.m. We help.", ["Until 8 p.m", "We help."]),
        ("### Kosten\n\n- **Ja.** Eins\n- Zwei", ["### Kosten", "- **Ja", "Eins", "- Zwei"]),
        ("Nr. 5 und ca. 6 GB", ["Nr. 5 und ca. 6 GB"]),
        ("", [""]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


@given(st.text("aB1 .!?\n*)", max_size=60))
def test_only_ends_and_space_are_left_out(text: str) -> None:
    pieces = list(sentences_of(text))
    assert pieces[0].start == 0
    assert pieces[-1].end == len(text)
    for one, other in pairwise(pieces):
        assert one.end < other.start
        assert not set(text[one.end : other.start]) & set("aB1")


@pytest.mark.parametrize(
    ("language", "entry", "text", "found"),
    [
        ("de", "Mahnung", "Zwei Mahnungen kosten", True),
        ("de", "Mahnung", "Die Mahnungsgebühr", False),
        ("de", "*gebühr", "Die Mahngebühren", True),
        ("de", "Rückgabe*", "Die Rückgabefrist", True),
        ("de", "zweit* Mahnung", "Eine Mahnung, die zweite, kostet", True),
        ("de", "zweit* Mahnung", "Eine Mahnung kostet", False),
        ("de", "Mobil S", "Mobil M mit 5 Mbit/s", False),
        ("de", "SIM", "Die SIM-Karte", False),
        ("de", "höher", "in einem HÖHEREN Tarif", True),
        ("en", "reminder", "The second reminder's fee", True),
        ("en", "return", "You returned it", True),
        ("en", "art", "smart", False),
    ],
)
def test_words(language: Language, entry: str, text: str, found: bool) -> None:
    assert speaks_of(fold(text), searches_for([entry], language)) is found


def test_one_entry_of_several_is_enough() -> None:
    searches = searches_for(["Rückruf", "rufen an"], "de")
    assert speaks_of(fold("Wir rufen Sie an"), searches)
    assert not speaks_of(fold("Wir rufen"), searches)
    assert not speaks_of(fold("Wir rufen"), ())
