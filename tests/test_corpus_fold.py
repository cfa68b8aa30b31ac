"""Folding: one spelling, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import fold

ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Grüße  aus\n Köln ", "gruesse aus koeln"),
        ("GRÜẞE", "gruesse"),
        ("Ärger über Öl", "aerger ueber oel"),
        ("a\u0308u\u0308o\u0308", "aeueoe"),
        ("Café Señor", "cafe senor"),
        ("ﬁnde ｅＳＩＭ №5", "finde esim no5"),
        ("İstanbul", "istanbul"),
        ("\u00a0x\u2003y\t", "x y"),
        ("\ud800 A", "\ud800 a"),
        ("", ""),
    ],
)
def test_examples(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
def test_nothing_is_left_to_lower_and_no_umlaut(text: str) -> None:
    folded = fold(text)
    assert folded == folded.lower()
    assert not set(folded) & set("äöüßÄÖÜẞ")


@given(ANY_TEXT)
def test_white_space_is_single_and_inside(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())


@given(st.text("aäoöuüsßAÄOÖUÜSẞ xyzXYZ"))
def test_umlauts_and_case_make_no_difference(text: str) -> None:
    spelled = text
    for umlaut, letters in zip("äöüßÄÖÜẞ", ["ae", "oe", "ue", "ss", "AE", "OE", "UE", "SS"], strict=True):
        spelled = spelled.replace(umlaut, letters)
    assert fold(text) == fold(spelled) == fold(text.upper())
