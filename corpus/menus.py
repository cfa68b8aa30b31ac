"""Finds the names of menus in a text, such as **Hilfe > Rückruf**."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.ledger import STEP

_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_ARROW = re.compile(r"(?<=[^\s>]) +> +(?=[^\s>])")
_STOP = re.compile(r"[.,;:!?()„“”\"\n*]")
_QUOTED = re.compile(r"[„“\"]$")


class Path(NamedTuple):
    """A path as it stands in a text, and where; a quoted one may be in another language."""

    name: str
    start: int
    known: bool
    quoted: bool


class Finder:
    """Finds the paths in texts of one language; those of another one are found, but not known."""

    def __init__(self, names: Iterable[str], foreign: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        longest_first = sorted(self._names.union(foreign), key=lambda name: (-len(name), name))
        either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first) or r"(?!)"
        roots = "|".join(sorted({re.escape(name.split(STEP)[0]) for name in longest_first}, reverse=True))
        self._root = re.compile(rf"(?<![\w-])(?:{roots})$|[^\s*„“(\"]*$")
        self._plain = re.compile(rf"(?<![\w-])(?<!>\s)(?:{either})(?![\w-])(?!\s+>\s)")

    def find(self, text: str) -> list[Path]:
        """Find the paths of a text: bold ones as they stand, plain ones as far as they are known."""
        if ">" not in text:
            return []
        found: list[Path] = []
        for match in _BOLD.finditer(text):
            if _ARROW.search(match[1]):
                name = _spaced(match[1]).rstrip(".,:;")
                found.append(self._path(text, name, match.start(1)))
                text = _hide(text, match.start(), match.end())
        for match in self._plain.finditer(text):
            found.append(self._path(text, _spaced(match[0]), match.start()))
            text = _hide(text, match.start(), match.end())
        found.extend(self._path(text, name, start) for name, start in self._unknown(text))
        return sorted(found, key=lambda path: path.start)

    def _unknown(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield what is left around arrows: from a known first step, or one word, to the next stop."""
        position = 0
        while arrow := _ARROW.search(text, position):
            root = self._root.search(text, position, arrow.start())
            start = root.start() if root else position
            stop = _STOP.search(text, arrow.end())
            position = stop.start() if stop else len(text)
            first, _, last = _spaced(text[start:position]).rpartition(STEP)
            yield f"{first}{STEP}{' '.join(last.split()[:3])}", start

    def _path(self, text: str, name: str, start: int) -> Path:
        return Path(name, start, name in self._names, bool(_QUOTED.search(text[:start])))


def nearest_path(name: str, known: Iterable[str]) -> str | None:
    """Return the known path that a text probably means; the name may have words of the sentence after it."""

    def likeness(other: str) -> float:
        part = name[: len(other)] if name.count(STEP) == other.count(STEP) else name
        return difflib.SequenceMatcher(None, part.lower(), other.lower()).ratio()

    best = max(known, key=likeness, default=None)
    return best if best is not None and likeness(best) >= 0.6 else None


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _hide(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{'*' * (end - start)}{text[end:]}"
