"""Cutting a letter into stretches that may be asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.asked import MAX_CHARACTERS, stretches


@given(st.integers(0, 20_000), st.integers(0, 19_900), st.integers(1, 100))
def test_no_phrase_is_lost_where_a_stretch_ends(length: int, start: int, words: int) -> None:
    letter = "".join(f"{place:05d}" for place in range(length // 5))
    phrase = letter[start : start + words]

    assert any(phrase in stretch for stretch in stretches(letter))
    assert all(len(stretch) <= MAX_CHARACTERS for stretch in stretches(letter))


@given(st.text(max_size=MAX_CHARACTERS))
def test_what_may_be_asked_is_one_stretch(text: str) -> None:
    assert stretches(text) == (text,)
