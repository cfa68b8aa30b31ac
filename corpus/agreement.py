"""Warnings where one text states what its translation does not."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.contradictions import find_contradictions
from corpus.facts import differing
from corpus.model import LANGUAGES, Language
from corpus.passages import LANGUAGE_NAMES, Saying, passages_of
from corpus.problem import Problem, Severity
from corpus.reading import Reading


def find_disagreements(reading: Reading) -> list[Problem]:
    """Find what one text says otherwise than another.

    :param reading: all files of a corpus; without a ledger only the languages are compared.
    :return: warnings, in no particular order.
    """
    sayings = passages_of(reading)
    problems = [problem for saying in sayings for problem in _differing_facts(saying)]
    if reading.ledger:
        complete = not any(
            problem.severity is Severity.ERROR or problem.code == "file-name" for problem in reading.problems
        )
        problems += find_contradictions(reading.ledger, reading.company, sayings, complete=complete)
    return problems


def _differing_facts(saying: Saying) -> Iterator[Problem]:
    if len(saying) < len(LANGUAGES):
        return
    pairs: tuple[tuple[Language, Language], ...] = (("de", "en"), ("en", "de"))
    for language, other in pairs:
        passage = saying[language]
        for fact in differing(passage.facts, saying[other].facts):
            yield passage.warn(
                fact.start,
                "facts-differ",
                f"{fact.kind} {fact.value} stands in the {LANGUAGE_NAMES[language]} {passage.part!r}, "
                f"but not (or less often) in the {LANGUAGE_NAMES[other]} one",
                "Make both languages state the same.",
            )
