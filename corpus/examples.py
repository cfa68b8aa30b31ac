"""Questions by example: what a person must take, what no article answers, and words of the same meaning.

Each kind has a file of its own beside the articles; every file may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from corpus.model import LANGUAGES, Frozen, Language, Slug

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=700)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]


class Texts(Frozen):
    """Customers' messages a language."""

    de: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()

    def in_language(self, language: Language) -> tuple[Text, ...]:
        """Return those of one language."""
        return self.de if language == "de" else self.en

    def __iter__(self) -> Iterator[tuple[Language, str]]:  # type: ignore[override]
        """Yield language and text of each."""
        for language in LANGUAGES:
            for text in self.in_language(language):
                yield language, text


class Reported(Texts):
    """Messages that report one's own case of a reason."""

    reason: Slug = Field(description="The id of the reason in escalation.yaml.")


class EscalationExamples(Frozen):
    """The content of ``escalation-examples.yaml``: rules by example, where patterns cannot tell."""

    reasons: tuple[Reported, ...] = ()
    harmless: Texts = Field(
        default=Texts(),
        description="Look-alikes that must not escalate: procedure, in advance, figures of speech.",
    )


class Unanswered(Frozen):
    """The content of ``unanswered.yaml``: questions known to have no article."""

    near: Texts = Field(default=Texts(), description="About the company's own trade.")
    far: Texts = Field(default=Texts(), description="About anything else.")


class Synonyms(Frozen):
    """The content of ``synonyms.yaml``."""

    groups: tuple[Annotated[tuple[Word, ...], Field(min_length=2)], ...] = Field(
        default=(), description="Words, or short phrases, that customers use for the same thing."
    )
