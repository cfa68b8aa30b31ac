"""What all texts must agree on: menus, facts that several articles state, and contacts of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from corpus.facts import find_facts
from corpus.fold import fold
from corpus.kinds import CONTACTS
from corpus.model import LANGUAGES, Fault, Frozen, Language, Line, Localized, Slug, reject, repeated

STEP = " > "
"""Stands between the steps of a menu."""

Meaning = frozenset[tuple[str, str]]
"""What a value states: pairs of kind and normal form."""


Value = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Words(Frozen):
    """The words by which each language speaks of a fact."""

    de: tuple[Line, ...] = ()
    en: tuple[Line, ...] = ()

    def in_language(self, language: Language) -> tuple[Line, ...]:
        """Return the entries of one language."""
        return self.de if language == "de" else self.en


class SharedFact(Frozen):
    """A fact that several texts state; a sentence that speaks of it states no other value."""

    id: Slug
    words: Words = Field(
        description="A sentence with all words of one entry speaks of this fact. Endings may differ; "
        "a star stands for the rest of a word, as in *gebühr and Rückgabe*."
    )
    unless: Words = Field(
        default=Words(),
        description="With all words of one of these entries a sentence speaks of something else.",
    )
    values: tuple[Value, ...] = Field(
        min_length=1, description="What is right, in German or English notation: 2,50 €, 14 Tage, 8–20 Uhr."
    )

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """What each allowed value states."""
        return tuple(meaning_of(value) for value in self.values)

    @property
    def kind(self) -> str:
        """The kind that all values have."""
        return next((kind for meaning in self.meanings for kind, _ in meaning), "")


class Contact(Frozen):
    """A phone number, e-mail or web address that company.yaml does not have."""

    address: Line
    of: Line = Field(description="Whose it is, or what it is for.")


class Ledger(Frozen):
    """The content of ``facts.yaml``."""

    menus: tuple[Localized, ...] = Field(
        default=(), description="Places in portal, app and router, each step as it is written on the screen."
    )
    facts: tuple[SharedFact, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Ledger:
        reject(
            Ledger,
            [
                *self._bad_menus(),
                *repeated("facts", [fact.id for fact in self.facts]),
                *(fault for number, fact in enumerate(self.facts) for fault in _bad_fact(number, fact)),
                *self._bad_contacts(),
            ],
        )
        return self

    def _bad_menus(self) -> Iterator[Fault]:
        taken: dict[tuple[Language, str], str] = {}
        for number, menu in enumerate(self.menus):
            if bad := next((each for each in LANGUAGES if not _is_path(menu.in_language(each))), None):
                message = f"{menu.in_language(bad)!r} is no path"
                hint = "Write at least two steps with ' > ' between them, like 'Help > Callback'."
                yield Fault(("menus", number, bad), "bad-value", message, hint)
                continue
            for de, en in _pieces(menu):
                for language, name, other in (("de", de, en), ("en", en, de)):
                    if taken.setdefault((language, name), other) != other:  # type: ignore[arg-type]
                        known = taken[language, name]  # type: ignore[index]
                        message = f"{name!r} is translated as {known!r} and as {other!r}"
                        hint = "Every place has one name in each language."
                        yield Fault(("menus", number, language), "ambiguous-menu", message, hint)

    def _bad_contacts(self) -> Iterator[Fault]:
        for number, contact in enumerate(self.contacts):
            kinds = [fact.kind for fact in find_facts(contact.address)]
            if len(kinds) != 1 or kinds[0] not in CONTACTS:
                message = f"{contact.address!r} is no phone number, e-mail or web address"
                hint = "Write one in each entry, like 0800 123456, help@example.org or example.org/help."
                yield Fault(("contacts", number, "address"), "bad-value", message, hint)

    def names(self, language: Language) -> dict[str, str]:
        """Return every name of a menu in one language with its name in the other.

        A text may leave out the beginning of a path where both names have the same number of steps.
        """
        pairs = (pair for menu in self.menus for pair in _pieces(menu))
        return {de if language == "de" else en: en if language == "de" else de for de, en in pairs}


def meaning_of(text: str) -> Meaning:
    """Return what a text states."""
    return frozenset((fact.kind, fact.value) for fact in find_facts(text))


def _is_path(name: str) -> bool:
    steps = name.split(STEP)
    return len(steps) > 1 and all(step == step.strip() and step for step in steps)


def _pieces(menu: Localized) -> Iterator[tuple[str, str]]:
    """Yield the path in both languages, whole and without its beginning, down to two steps."""
    de, en = menu.de.split(STEP), menu.en.split(STEP)
    yield menu.de, menu.en
    if len(de) == len(en):
        for start in range(1, len(de) - 1):
            yield STEP.join(de[start:]), STEP.join(en[start:])


def _bad_fact(number: int, fact: SharedFact) -> Iterator[Fault]:
    for part, words in (("words", fact.words), ("unless", fact.unless)):
        for language in LANGUAGES:
            for position, entry in enumerate(words.in_language(language)):
                if not all(any(char.isalnum() for char in word) for word in fold(entry).split()):
                    message = f"{entry!r} has a part without letters"
                    hint = "Write words; a star stands for the rest of a word, as in *gebühr."
                    yield Fault(("facts", number, part, language, position), "bad-value", message, hint)
    for language in LANGUAGES:
        if not fact.words.in_language(language):
            message = f"the fact {fact.id!r} has no words in {language!r}"
            hint = f"Add '{language}: […]' with the words by which sentences speak of it."
            yield Fault(("facts", number, "words"), "missing-key", message, hint)
    for position, meaning in enumerate(fact.meanings):
        kinds = {kind for kind, _ in meaning}
        steps = ("facts", number, "values", position)
        if len(kinds) != 1 or kinds & CONTACTS:
            message = f"{fact.values[position]!r} is no single value"
            hint = "Write an amount, period, time, date, volume, speed or number, like 2,50 € or 14 Tage."
            yield Fault(steps, "bad-value", message, hint)
        elif fact.kind not in kinds:
            message = f"{fact.values[position]!r} is a {kinds.pop()}, the first value a {fact.kind}"
            yield Fault(steps, "bad-value", message, "Make two facts of it.")
