"""Warnings where a text contradicts ``facts.yaml``, and where that file says what no text needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import NamedTuple

from corpus.company import Company
from corpus.kinds import CONTACTS
from corpus.ledger import Ledger, meaning_of
from corpus.menus import Finder, Path, nearest_path
from corpus.model import LANGUAGES, Language
from corpus.passages import LANGUAGE_NAMES, Passage, Saying
from corpus.problem import Problem, Severity, nearest
from corpus.statements import Statement, statements_of
from corpus.validation import Sheet

FEWEST_FILES = 2
"""A fact that only one file states can contradict nothing."""

_OTHER: dict[Language, Language] = {"de": "en", "en": "de"}

Names = Mapping[Language, Mapping[str, str]]
"""In each language, the names of menus with what they are called in the other."""


class _Read(NamedTuple):
    """A text and the paths in it."""

    passage: Passage
    paths: list[Path]


def find_contradictions(
    sheet: Sheet[Ledger], company: Sheet[Company] | None, sayings: Sequence[Saying], *, complete: bool
) -> list[Problem]:
    """Find what texts say otherwise than the ledger, and what of it no text needs.

    :param sheet: the ledger and its file.
    :param company: where contacts stand too, if it could be read.
    :param sayings: all texts.
    :param complete: whether every file could be read; else another one may need an entry.
    :return: warnings, in no particular order.
    """
    names: Names = {language: sheet.value.names(language) for language in LANGUAGES}
    finders = {language: Finder(names[language], names[_OTHER[language]]) for language in LANGUAGES}
    read = [
        {language: _Read(passage, finders[language].find(passage.text)) for language, passage in each.items()}
        for each in sayings
    ]
    passages = [passage for saying in sayings for passage in saying.values()]
    statements = list(statements_of(sheet.value.facts, passages))
    single = [one for saying in read for one in saying.values()]
    problems = [
        *(problem for one in single for problem in _unknown_menus(one, names)),
        *(problem for saying in read for problem in _differing_menus(saying, names)),
        *(_contradiction(statement, sheet) for statement in statements if not statement.right),
        *_unknown_contacts(sheet.value, company, passages),
    ]
    if complete:
        problems += _unused_menus(sheet, single)
        problems += _unused_facts(sheet, statements, {passage.language for passage in passages})
        problems += _unused_contacts(sheet, passages)
    return problems


def _unknown_menus(read: _Read, names: Names) -> Iterator[Problem]:
    language = read.passage.language
    for path in read.paths:
        translation = names[_OTHER[language]].get(path.name)
        if path.known or (path.quoted and translation):
            continue
        if translation:
            hint = f"In {LANGUAGE_NAMES[language]} it is called {translation!r}."
        elif near := nearest_path(path.name, names[language]):
            hint = f"Did you mean {near!r}? A new place is added to facts.yaml, in both languages."
        else:
            hint = "Add it to facts.yaml, in both languages, or correct it."
        message = f"there is no menu {path.name!r} in facts.yaml"
        yield read.passage.warn(path.start, "unknown-menu", message, hint)


def _differing_menus(saying: Mapping[Language, _Read], names: Names) -> Iterator[Problem]:
    if len(saying) < len(LANGUAGES):
        return
    for language, (passage, paths) in saying.items():
        other = saying[_OTHER[language]]
        left = Counter(path.name for path in other.paths)
        for path in paths:
            if not path.known:
                continue
            translation = names[language][path.name]
            left[translation] -= 1
            if left[translation] < 0:
                message = (
                    f"the menu {path.name!r} stands in the {LANGUAGE_NAMES[language]} {passage.part!r}, "
                    f"but {translation!r} does not (or less often) in the "
                    f"{LANGUAGE_NAMES[other.passage.language]} one"
                )
                hint = "Make both languages name the same places."
                yield passage.warn(path.start, "menus-differ", message, hint)


def _contradiction(statement: Statement, sheet: Sheet[Ledger]) -> Problem:
    fact = statement.fact
    line = sheet.source.place("facts", sheet.value.facts.index(fact)).line
    stated = ", ".join(dict.fromkeys(value.value for value in statement.values))
    return statement.passage.warn(
        statement.values[0].start,
        "fact-contradicted",
        f"this sentence speaks of {fact.id!r} and states {stated}; right is {' or '.join(fact.values)}",
        f"Correct the sentence, or line {line} of facts.yaml where the fact has changed; "
        "'unless' names words by which a sentence speaks of something else.",
    )


def _unknown_contacts(
    ledger: Ledger, company: Sheet[Company] | None, passages: Sequence[Passage]
) -> Iterator[Problem]:
    if company is None:
        return
    known = {each for text in _texts(company.source.data) for each in meaning_of(text) if each[0] in CONTACTS}
    known |= {each for contact in ledger.contacts for each in meaning_of(contact.address)}
    for passage in passages:
        for fact in passage.facts:
            if fact.kind in CONTACTS and fact[:2] not in known:
                message = f"the {fact.kind} {fact.value} stands neither in company.yaml nor in facts.yaml"
                near = nearest(fact.value, [value for kind, value in known if kind == fact.kind])
                hint = "Correct it, or add it to the contacts in facts.yaml."
                if near:
                    hint = f"Did you mean {near}? A new one is added to the contacts in facts.yaml."
                yield passage.warn(fact.start, "unknown-contact", message, hint)


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list)):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _texts(part)


def _unused(sheet: Sheet[Ledger], part: str, number: int, message: str, hint: str) -> Problem:
    place = sheet.source.place(part, number)
    return sheet.source.problem(place, Severity.WARNING, "unused-entry", message, hint)


def _unused_menus(sheet: Sheet[Ledger], read: Sequence[_Read]) -> Iterator[Problem]:
    named = {path.name for one in read for path in one.paths}
    for number, menu in enumerate(sheet.value.menus):
        pieces = Ledger(menus=(menu,))
        if not any(name in named for language in LANGUAGES for name in pieces.names(language)):
            hint = "Delete it, or correct it as the articles write it."
            yield _unused(sheet, "menus", number, f"no text names the menu {menu.de!r}", hint)


def _unused_facts(
    sheet: Sheet[Ledger], statements: Sequence[Statement], languages: set[Language]
) -> Iterator[Problem]:
    files: defaultdict[tuple[str, Language], set[FilePath]] = defaultdict(set)
    for statement in statements:
        if statement.right:
            files[statement.fact.id, statement.passage.language].add(statement.passage.source.file)
    for number, fact in enumerate(sheet.value.facts):
        for language in sorted(languages):
            if (found := len(files[fact.id, language])) < FEWEST_FILES:
                message = (
                    f"the {LANGUAGE_NAMES[language]} words of {fact.id!r} find it in {found} file(s), "
                    f"fewer than {FEWEST_FILES}"
                )
                hint = "Correct the words or the values, or delete the fact: there is nothing to compare."
                yield _unused(sheet, "facts", number, message, hint)


def _unused_contacts(sheet: Sheet[Ledger], passages: Sequence[Passage]) -> Iterator[Problem]:
    named = {fact[:2] for passage in passages for fact in passage.facts}
    for number, contact in enumerate(sheet.value.contacts):
        if not meaning_of(contact.address) & named:
            message = f"no text names {contact.address!r}"
            yield _unused(sheet, "contacts", number, message, "Delete it, or correct it.")
