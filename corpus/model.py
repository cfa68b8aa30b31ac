"""What an article is: the contract between editors' YAML and every layer above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]
Phrasing = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=700)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=700)]
Markdown = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=20_000)]


def _iso_day(value: object) -> object:
    """Refuse what pydantic would read as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("date_parsing", "a date is written like 2026-12-31")
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]


class Fault(NamedTuple):
    """A contradiction inside a model: where (keys and list positions), what is wrong, what to do."""

    steps: tuple[str | int, ...]
    code: str
    message: str
    hint: str


def reject(model: type[BaseModel], faults: Sequence[Fault]) -> None:
    """Refuse a model for all its contradictions at once, each at its own place; none, no refusal.

    :param model: the model that is being validated.
    :param faults: what is wrong.
    :raises ValidationError: when there is a fault.
    """
    errors = [
        InitErrorDetails(
            type=PydanticCustomError("fault", "{message}", fault._asdict()), loc=fault.steps, input=None
        )
        for fault in faults
    ]
    if errors:
        raise ValidationError.from_exception_data(model.__name__, errors)


def repeated(part: str, ids: Sequence[str]) -> list[Fault]:
    """Return a fault for each id that stood before in the list ``part``."""
    return [
        Fault((part, position, "id"), "duplicate-id", f"{part!r} has the id {name!r} twice", "Rename one.")
        for position, name in enumerate(ids)
        if name in ids[:position]
    ]


class Frozen(BaseModel):
    """Base of all corpus models: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Localized(Frozen):
    """The same text in both languages."""

    de: Line
    en: Line

    def in_language(self, language: Language) -> str:
        """Return the text in one language."""
        return self.de if language == "de" else self.en


class Risk(StrEnum):
    """How much harm a wrong answer does; ``high`` is not answered directly until proven."""

    LOW = "low"
    HIGH = "high"


class State(StrEnum):
    """Publication state; only ``published`` articles are found by customers."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Translation(Frozen):
    """One language's version of an article."""

    question: Line = Field(description="The title, asked as a customer would ask it.")
    phrasings: tuple[Phrasing, ...] = Field(
        default=(), description="Other ways customers ask the same thing; typos are welcome here."
    )
    short: Short = Field(description="The direct answer: one to three sentences that stand alone.")
    answer: Markdown = Field(description="The full answer in Markdown.")
    keywords: tuple[Line, ...] = Field(default=(), description="Synonyms and product words.")


class Translations(Frozen):
    """The language versions of an article; at least one is present."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    de: Translation | None = None
    en: Translation | None = None

    @model_validator(mode="after")
    def _one_language(self) -> Translations:
        if self.de is None and self.en is None:
            hint = "Add a part 'de:' or 'en:' with question, short and answer."
            reject(Translations, [Fault((), "missing-key", "the article has no translation", hint)])
        return self


class Article(Frozen):
    """One answer with a stable id; German and English are two views of the same facts."""

    id: Slug
    topic: Slug
    translations: Translations
    review_by: Day = Field(description="From this day on the checks warn that the article is stale.")
    reviewed: Day | None = Field(
        default=None, description="The day on which its owner last checked it; customers see it."
    )
    valid_from: Day | None = Field(default=None, description="Before this day it is never answered.")
    valid_until: Day | None = Field(default=None, description="After this day it is never answered.")
    owner: Line = Field(description="Who keeps the article right: a team or a person.")
    risk: Risk = Risk.LOW
    related: tuple[Slug, ...] = ()
    state: State = State.PUBLISHED

    @model_validator(mode="after")
    def _dates_in_order(self) -> Article:
        if self.reviewed and self.review_by <= self.reviewed:
            message = f"review_by ({self.review_by}) does not lie after reviewed ({self.reviewed})"
            reject(Article, [Fault(("review_by",), "bad-value", message, "Set the next review.")])
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            message = f"valid_until ({self.valid_until}) lies before valid_from ({self.valid_from})"
            reject(Article, [Fault(("valid_until",), "bad-value", message, "Correct one of the two dates.")])
        return self

    def translation(self, language: Language) -> Translation | None:
        """Return the version in ``language``, or ``None`` where it is missing."""
        return self.translations.de if language == "de" else self.translations.en

    def is_valid(self, day: date) -> bool:
        """Say whether the article may be shown on ``day``: published and inside its validity."""
        return (
            self.state is State.PUBLISHED
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )
