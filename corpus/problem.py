"""What is wrong in a corpus, said to the person who edits it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MOST_NAMES = 16
"""So many names are listed in a hint (the Länder are 16)."""


class Severity(StrEnum):
    """Errors block a build, warnings never do."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding with its place (line and column count from 1) and what to do about it."""

    file: Path
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    hint: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.severity} [{self.code}] {self.message}\n    {self.hint}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a mistyped one was probably meant to be."""
    near = difflib.get_close_matches(word.strip().casefold()[:80], list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Suggest the nearest known word as a sentence; where none is near, list what is known."""
    if near := nearest(word, known):
        return f"Did you mean {near!r}?"
    if not known:
        return "None is defined yet."
    more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
    return f"Known: {', '.join(known[:MOST_NAMES])}{more}."


class LotseError(Exception):
    """Base of all errors whose text is meant for people: commands print it without a traceback."""


class CorpusError(LotseError):
    """A corpus that cannot be used; ``problems`` holds everything found, not the first alone."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = sum(problem.severity is Severity.ERROR for problem in self.problems)
        found = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"the corpus has {errors} error(s):\n{found}")
