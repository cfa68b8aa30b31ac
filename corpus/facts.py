"""Finds what must be the same wherever it is stated: amounts, periods, times, volumes, numbers, addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from corpus.kinds import KINDS

_WRAP = re.compile(r"\n(?!\n|\s*(?:\d{1,2}[.)]|[-*+>]|#+)\s|\|) *")
"""A line end inside a paragraph; list items, headings, table rows and paragraphs stay apart."""

_MARKER = re.compile(r"^ *(?:#+ |[-*+>] )? *\d{1,2}[a-z]?[.)](?= )", re.MULTILINE)
"""The number of a list item or heading counts steps and states nothing."""


class Fact(NamedTuple):
    """One statement in a normal form, and where it begins in the text."""

    kind: str
    value: str
    start: int


def find_facts(text: str) -> list[Fact]:
    """Find the values, numbers to call and addresses of a text, in order."""
    facts: list[Fact] = []
    text, places = _unwrapped(_MARKER.sub(_blank, text))
    for kind, pattern, values in KINDS:
        if found := list(pattern.finditer(text)):
            facts += [Fact(kind, value, places[match.start()]) for match in found for value in values(match)]
            text = pattern.sub(_blank, text)
    return sorted(facts, key=lambda fact: fact.start)


def flatten(text: str) -> str:
    """Join wrapped lines; every character stays where it was."""
    return _WRAP.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _unwrapped(text: str) -> tuple[str, list[int]]:
    """Join wrapped lines; also return where each character of the result stood before."""
    joined = _WRAP.sub(lambda match: " ".ljust(len(match[0]), "\0"), text)
    return joined.replace("\0", ""), [place for place, char in enumerate(joined) if char != "\0"]


def differing(one: Sequence[Fact], other: Sequence[Fact]) -> list[Fact]:
    """Return the facts that stand in the first text more often than in the second.

    :param one: the facts of one text.
    :param other: the facts of its translation.
    :return: what the translation lacks, each with its place in the first text.
    """
    left = Counter((fact.kind, fact.value) for fact in other)
    lacking = []
    for fact in one:
        left[fact[:2]] -= 1
        if left[fact[:2]] < 0:
            lacking.append(fact)
    return lacking
