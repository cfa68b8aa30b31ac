"""How a customer is greeted: by the name as it was given, or by none; nobody's gender is guessed."""

from __future__ import annotations

import re
import unicodedata

from corpus import Language

# Letters with what joins them in names, and no dot inside a word: nothing that a mail program links.
_NAME = re.compile(r"[^\W\d_]+(?:(?:\. |\.?-|[ '’])[^\W\d_]+)*\.?")
_LONGEST = 60
# A title alone names nobody.
_TITLES = frozenset(
    {"herr", "herrn", "frau", "familie", "firma", "dr", "prof", "dipl", "ing", "med"}
    | {"mr", "mrs", "ms", "miss", "mx", "sir", "madam"}
)


def greeting(name: str | None, language: Language) -> str:
    """Return the line that greets, such as ``Guten Tag Aylin Kaya,``.

    :param name: the name as the customer gave it, if one was given; what is no name is left out.
    :param language: the language to greet in.
    :return: the line with its comma.
    """
    hello = "Guten Tag" if language == "de" else "Hello"
    return f"{hello} {name}," if is_name(name or "") else f"{hello},"


def is_name(text: str) -> bool:
    """Say whether a text reads as a name and holds nothing else."""
    # Accents may come as characters of their own.
    plain = unicodedata.normalize("NFC", text)
    if len(plain) > _LONGEST or _NAME.fullmatch(plain) is None:
        return False
    return any(word.lower() not in _TITLES for word in re.split(r"[ .\-]+", text) if word)
