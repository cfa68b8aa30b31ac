"""Tells German from English, and says when it cannot."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from corpus import LANGUAGES, Language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE = 0.8


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def identify_language(text: str) -> Language | None:
    """Return the language of a text, ``None`` when it is unsure (a product name, one short word)."""
    if not any(char.isalpha() for char in text):
        return None
    language, probability = _identifier().classify(text.lower())
    return cast(Language, language) if probability >= SURE else None


def detect_language(text: str, fallback: Language) -> Language:
    """Return the language of a text, or the fallback (the page's language) when it is unsure."""
    return identify_language(text) or fallback
