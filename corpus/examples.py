"""Questions by example: what a person must take, what no article answers, and words of the same meaning.

They stand in files of their own beside the articles; every one may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from corpus.model import LANGUAGES, Frozen, Language

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=700)]
HARMLESS_FILE = "harmless"
"""The name of the file of look-alikes; no reason may have it."""
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
    """Messages that report one's own case of a reason of ``escalation.yaml``."""

    reason: str


class EscalationExamples(Frozen):
    """The files of ``escalation-examples/``: rules by example, where patterns cannot tell.

    Each file is named after its reason, but for :data:`HARMLESS_FILE`, which has look-alikes that must not
    escalate: procedure, in advance, figures of speech.
    """

    reasons: tuple[Reported, ...] = ()
    harmless: Texts = Texts()


class Unanswered(Frozen):
    """The content of ``unanswered.yaml``: questions known to have no article."""

    near: Texts = Field(default=Texts(), description="About the company's own trade.")
    far: Texts = Field(default=Texts(), description="About anything else.")


class Synonyms(Frozen):
    """The content of ``synonyms.yaml``."""

    groups: tuple[Annotated[tuple[Word, ...], Field(min_length=2)], ...] = Field(
        default=(), description="Words, or short phrases, that customers use for the same thing."
    )
