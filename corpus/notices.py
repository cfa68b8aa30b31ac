"""What is special just now: the incidents, maintenance, seasons and changes of ``notices.yaml``."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from corpus.ledger import Words
from corpus.model import Fault, Frozen, Language, Line, Localized, Slug, reject, repeated
from corpus.moment import WrittenMoment

PLACE_HINT = "Write a name, or two to five digits: 803 stands for 80300 to 80399."

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1200)]


class NoticeKind(StrEnum):
    """What a notice tells of."""

    INCIDENT = "incident"
    MAINTENANCE = "maintenance"
    SEASON = "season"
    CHANGE = "change"


class NoticeText(Frozen):
    """The words of a notice in both languages."""

    de: Prose
    en: Prose

    def in_language(self, language: Language) -> str:
        """Return the text in one language."""
        return self.de if language == "de" else self.en


def _same_in_both(value: object) -> object:
    """Read a text as the same in both languages; one sign is told here, since each language would tell it."""
    if not isinstance(value, str):
        return value
    if len(value.strip()) < 2:
        message = f"{value!r} is neither a name nor the beginning of a postcode"
        fault = Fault((), "bad-value", message, PLACE_HINT)
        raise PydanticCustomError("fault", "{message}", fault._asdict())
    return {"de": value, "en": value}


Place = Annotated[Localized, BeforeValidator(_same_in_both, json_schema_input_type=Localized | Line)]
"""A name or the first digits of a postcode; one text where both languages write it alike."""


class Notice(Frozen):
    """One thing that customers should know for a while."""

    id: Slug
    kind: NoticeKind
    start: WrittenMoment = Field(
        alias="from", description="When it begins: 2026-12-24, or 2026-12-24 14:10 on the company's clocks."
    )
    until: WrittenMoment | None = Field(
        default=None, description="When it ends; a day counts to its end. Only an incident may leave it open."
    )
    announce: WrittenMoment | None = Field(
        default=None, description="Customers see it from this moment on; without it, from its beginning."
    )
    updated: WrittenMoment | None = Field(default=None, description="How fresh the text is.")
    title: Localized
    text: NoticeText
    topics: tuple[Slug, ...] = Field(
        default=(), description="Questions on these topics show it, and so do their pages."
    )
    articles: tuple[Slug, ...] = Field(default=(), description="Where one of these answers, it is shown.")
    words: Words = Field(
        default=Words(),
        description="Questions show it that hold all words of one entry. A star is the rest of a word.",
    )
    places: tuple[Place, ...] = Field(
        default=(), description="Names, or the first digits of postcodes: 803 stands for 80300 to 80399."
    )
    article: Slug | None = Field(default=None, description="What to read about it.")
    at_fault: bool = Field(default=False, description="Whether it is our fault: then the text apologises.")

    @model_validator(mode="after")
    def _has_an_end(self) -> Notice:
        if self.until is None and self.kind is not NoticeKind.INCIDENT:
            hint = "Write 'until: …' with the last day, or the moment when it ends."
            message = f"the key 'until' is missing: only an incident may have no end, this is a {self.kind}"
            reject(Notice, [Fault(("kind",), "missing-key", message, hint)])
        return self

    @property
    def for_everybody(self) -> bool:
        """Whether it is bound to no topic, article or word."""
        return not (self.topics or self.articles or self.words.de or self.words.en)

    def begins(self, zone: ZoneInfo) -> datetime:
        """Return when it begins, on the company's clocks."""
        return self.start.starts(zone)

    def ends(self, zone: ZoneInfo) -> datetime | None:
        """Return from when on it is over, ``None`` while its end is open."""
        return self.until.ends(zone) if self.until else None

    def shown_from(self, zone: ZoneInfo) -> datetime:
        """Return from when on customers see it."""
        return (self.announce or self.start).starts(zone)


class Notices(Frozen):
    """The content of ``notices.yaml``."""

    notices: tuple[Notice, ...] = ()

    @model_validator(mode="after")
    def _ids_once(self) -> Notices:
        reject(Notices, repeated("notices", [notice.id for notice in self.notices]))
        return self
