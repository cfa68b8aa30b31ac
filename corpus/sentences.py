"""Cuts texts into sentences and says of what a sentence speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.fold import fold
from corpus.model import Language

_END = re.compile(
    r"\n+"
    r"|(?<!\b[a-zA-Z])(?<!\b(?:Nr|No|St|ca))(?<!\b(?:bzw|usw|max|min|Min|Tel))(?<!\b(?:inkl|zzgl))(?<!\D\d)(?<!\D\d\d)"
    r"[.!?][)\"”“*]*\s+(?=[\"„“(*]*[A-ZÄÖÜ0-9])"
    r"|(?<=[ap]\.m)\.[)\"”“*]*\s+(?=[\"„“(*]*[A-Z])"
)
"""The end of a paragraph, list item or sentence; ``z. B.``, ``5. Juni`` and ``8 a.m.`` do not end one."""

_ENDINGS: dict[Language, str] = {
    "de": r"(?:e[nrsm]?|n|s|se[ns]?|nen)?",
    "en": r"(?:e?s|e?d|ing)?",
}

Search = tuple[re.Pattern[str], ...]
"""The words of one entry; all of them must be found."""


class Sentence(NamedTuple):
    """Where a sentence begins and ends in its text."""

    start: int
    end: int


def sentences_of(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text whose wrapped lines are joined; headings and list items count as such."""
    start = 0
    for match in _END.finditer(text):
        yield Sentence(start, match.start())
        start = match.end()
    yield Sentence(start, len(text))


def searches_for(entries: Iterable[str], language: Language) -> tuple[Search, ...]:
    """Make the tests by which folded sentences are searched for entries.

    :param entries: one or more words each; a star stands for the rest of a word.
    :param language: the language whose endings a word may have.
    :return: one test for each entry.
    """
    return tuple(tuple(_word(word, language) for word in fold(entry).split()) for entry in entries)


def speaks_of(folded: str, searches: Iterable[Search]) -> bool:
    """Say whether a folded sentence has all words of one entry, in any order."""
    return any(all(word.search(folded) for word in search) for search in searches)


def _word(word: str, language: Language) -> re.Pattern[str]:
    ending = "" if word.endswith("*") else _ENDINGS[language]
    pattern = re.escape(word).replace(r"\*", r"[\w-]*")
    return re.compile(rf"(?<![\w/-]){pattern}{ending}(?![\w/-])")
