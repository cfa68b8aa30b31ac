"""How customers misspell: small, seeded changes to a text that leave its meaning alone.

Training uses them so that noisy German stays close to clean German; ``lotse eval encoder`` measures
with each of them by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random

_WORD = re.compile(r"[^\W\d_]+")
_DIGRAPHS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "SS"}
)
_NO_DOTS = str.maketrans("äöüÄÖÜ", "aouAOU")
_NEIGHBOURS = {
    letter: (row[at - 1] if at else "") + row[at + 1 : at + 2]
    for row in ("qwertzuiopü", "asdfghjklöä", "yxcvbnm")
    for at, letter in enumerate(row)
}
_LINKS = ("", "s", "es", "n", "en")
_SHORTEST_PART = 4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of a body of text, in lower case: what a compound's parts are looked up in."""

    words: frozenset[str]

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> Lexicon:
        """Collect the words of texts."""
        return cls(frozenset(word.lower() for text in texts for word in _WORD.findall(text)))

    def cut(self, word: str) -> int | None:
        """Return where a compound of two known words is cut, ``None`` where it is not one.

        The first part may end in a linking element (Rechnung-s-nummer); of several cuts the most even
        one is taken.
        """
        low = word.lower()
        cuts = [
            at
            for at in range(_SHORTEST_PART, len(low) - _SHORTEST_PART + 1)
            if low[at:] in self.words and any(self._holds(low[:at], link) for link in _LINKS)
        ]
        return min(cuts, key=lambda at: abs(2 * at - len(low)), default=None)

    def _holds(self, part: str, link: str) -> bool:
        stem = part.removesuffix(link)
        return part.endswith(link) and len(stem) >= _SHORTEST_PART and stem in self.words


Noise = Callable[[str, Random, Lexicon], str]
"""Changes a text once, or returns it as it is where there is nothing to change."""


def typo(text: str, rng: Random, lexicon: Lexicon) -> str:
    """Swap, drop, double or mistype one letter of one word, never a word's first."""
    words = [match for match in _WORD.finditer(text) if len(match[0]) >= 4]
    if not words:
        return text
    word = rng.choice(words)
    return text[: word.start()] + _mistype(word[0], rng) + text[word.end() :]


def digraphs(text: str, rng: Random, lexicon: Lexicon) -> str:
    """Write ae, oe, ue and ss, as on a keyboard without umlauts."""
    return text.translate(_DIGRAPHS)


def no_dots(text: str, rng: Random, lexicon: Lexicon) -> str:
    """Leave out the dots of all umlauts."""
    return text.translate(_NO_DOTS)


def lower_case(text: str, rng: Random, lexicon: Lexicon) -> str:
    """Write everything in lower case."""
    return text.lower()


def split_compound(text: str, rng: Random, lexicon: Lexicon) -> str:
    """Write one compound as two words (Kunden konto)."""
    cuts = [(word, at) for word in _WORD.finditer(text) if (at := lexicon.cut(word[0])) is not None]
    if not cuts:
        return text
    word, at = rng.choice(cuts)
    cut = word.start() + at
    return f"{text[:cut]} {text[cut:]}"


def joined_compound(text: str, rng: Random, lexicon: Lexicon) -> str:
    """Write two neighbouring words as one (Routerneustart)."""
    words = [word for word in _WORD.finditer(text) if len(word[0]) >= _SHORTEST_PART]
    pairs = [(a, b) for a, b in pairwise(words) if text[a.end() : b.start()] == " "]
    if not pairs:
        return text
    first, second = rng.choice(pairs)
    return text[: first.end()] + second[0].lower() + text[second.end() :]


NOISES: Mapping[str, Noise] = {
    "typo": typo,
    "digraphs": digraphs,
    "no dots": no_dots,
    "lower case": lower_case,
    "split compound": split_compound,
    "joined compound": joined_compound,
}
"""All kinds, by the name that reports print."""


def _mistype(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word))
    kind = rng.choice(("swap", "drop", "double", "neighbour"))
    if kind == "swap":
        at = min(at, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice(_NEIGHBOURS.get(word[at].lower()) or word[at]) + word[at + 1 :]
