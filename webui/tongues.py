"""What the two languages are called, and whose dates and prices they are written with."""

from __future__ import annotations

from corpus import Language

NAMES: dict[Language, str] = {"de": "Deutsch", "en": "English"}
LOCALES: dict[Language, str] = {"de": "de_DE", "en": "en_GB"}
