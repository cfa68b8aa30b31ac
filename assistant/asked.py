"""Makes what a customer sent fit to be asked."""

from __future__ import annotations

import unicodedata

from assistant.errors import QuestionError

MAX_CHARACTERS = 4000


def clean(text: str) -> str:
    """Normalise what a customer sent: control characters become spaces, ends are trimmed.

    :param text: raw text.
    :return: the question, never empty.
    :raises QuestionError: when nothing is left or it is longer than 4,000 characters.
    """
    question = visible(text)
    if not question:
        raise QuestionError("empty", limit=MAX_CHARACTERS)
    if len(question) > MAX_CHARACTERS:
        raise QuestionError("too_long", limit=MAX_CHARACTERS)
    return question


def visible(text: str) -> str:
    """Return a text with control and unassigned characters as spaces; empty when nothing can be seen."""
    shown = "".join(
        " " if unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") and char != "\n" else char
        for char in unicodedata.normalize("NFC", text)
    ).strip()
    return shown if any(unicodedata.category(char)[0] not in "CZM" for char in shown) else ""
