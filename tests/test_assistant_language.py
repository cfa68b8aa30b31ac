"""German or English, or honestly unsure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import detect_language, identify_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wo finde ich meine Rechnung?", "de"),
        ("mein internet ist weg", "de"),
        ("WO BLEIBT MEIN PAKET", "de"),
        ("Kündigung", "de"),
        ("how do i cancel my contract", "en"),
        ("my bill is too high", "en"),
        ("Where is the parcel that you sent on Monday?", "en"),
    ],
)
def test_clear_text_is_recognised(text: str, language: str) -> None:
    assert identify_language(text) == language


@pytest.mark.parametrize("text", ["", "12345", "☎️ 🤷", "?!", "hi", "refund"])
def test_unclear_text_is_unsure(text: str) -> None:
    assert identify_language(text) is None
    assert detect_language(text, "en") == "en"
    assert detect_language(text, "de") == "de"


@given(st.text(max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    assert identify_language(text) in ("de", "en", None)
