"""One spelling for texts that mean the same: the folding shared by checks, search and rules."""

from __future__ import annotations

import re
import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """Lower-case, write umlauts as ae/oe/ue/ss, drop other accents, and join white space.

    Folding twice changes nothing.
    """
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).lower())
    plain = unicodedata.normalize("NFKD", lowered.translate(_GERMAN))
    without = "".join(char for char in plain if not unicodedata.combining(char))
    return _SPACE.sub(" ", without.lower().translate(_GERMAN)).strip()
