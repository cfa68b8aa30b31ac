"""Takes every text that customers read out of the files, with its place and the facts it states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.facts import Fact, find_facts, flatten
from corpus.model import LANGUAGES, Language
from corpus.problem import Problem, Severity
from corpus.reading import Reading
from corpus.source import Source
from corpus.tree import Plain, Steps

LANGUAGE_NAMES: dict[Language, str] = {"de": "German", "en": "English"}
_PARTS = ("question", "short", "answer")


@dataclass(frozen=True, slots=True)
class Passage:
    """One text in one language; in ``text`` wrapped lines are joined, and no character has moved."""

    source: Source
    steps: Steps
    part: str
    language: Language
    text: str
    facts: tuple[Fact, ...]

    def warn(self, start: int, code: str, message: str, hint: str) -> Problem:
        """Make a warning about what begins at a character of the text."""
        place = self.source.place_in(self.steps, start)
        return self.source.problem(place, Severity.WARNING, code, message, hint)


Saying = dict[Language, Passage]
"""The same thing said in the languages in which it is there."""


def passages_of(reading: Reading) -> list[Saying]:
    """Return what articles, company, escalation rules and notices say, in the order of the files."""
    sayings: list[Saying] = []
    for sheet in reading.articles:
        for part in _PARTS:
            sides: dict[Language, Steps] = {each: ("translations", each, part) for each in LANGUAGES}
            sayings.append(_saying(sheet.source, part, sides))
    for other in (reading.company, reading.escalation, reading.notices):
        if other and other.source.data:
            for steps in _localized(other.source.data, ()):
                places: dict[Language, Steps] = {language: (*steps, language) for language in LANGUAGES}
                sayings.append(_saying(other.source, str(steps[-1]), places))
    return [saying for saying in sayings if saying]


def _saying(source: Source, part: str, sides: dict[Language, Steps]) -> Saying:
    return {
        language: Passage(source, steps, part, language, flatten(text), tuple(find_facts(text)))
        for language, steps in sides.items()
        if (text := source.text(*steps))
    }


def _localized(node: Plain, steps: Steps) -> Iterator[Steps]:
    """Yield the path of every text that stands there in both languages."""
    if isinstance(node, dict):
        if all(isinstance(node.get(language), str) for language in LANGUAGES):
            yield steps
        for key, value in node.items():
            yield from _localized(value, (*steps, key))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _localized(value, (*steps, position))
