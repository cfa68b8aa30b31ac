"""What the law wants said: imprint, privacy and accessibility, as ``legal.yaml`` holds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from corpus.company import MailAddress
from corpus.model import Day, Fault, Frozen, Language, Line, Localized, Markdown, reject

_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+")
_VAT_ID = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}")


def _web_address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        message = f"{text!r} is not the address of a page"
        fault = Fault((), "bad-value", message, "Write it in full, like https://example.org/imprint.")
        raise PydanticCustomError("fault", "{message}", fault._asdict())
    return text


def _vat_id(text: str) -> str:
    """Return a VAT id without the spaces in which it is often written."""
    plain = text.replace(" ", "").upper()
    if not _VAT_ID.fullmatch(plain):
        message = f"{text!r} is not a VAT id"
        fault = Fault((), "bad-value", message, "Write it with its country, like DE123456789.")
        raise PydanticCustomError("fault", "{message}", fault._asdict())
    return plain


def _same_in_both(value: object) -> object:
    return {"de": value, "en": value} if isinstance(value, str) else value


WebAddress = Annotated[Line, AfterValidator(_web_address), Field(json_schema_extra={"format": "uri"})]
VatId = Annotated[Line, AfterValidator(_vat_id)]


class WebAddresses(Frozen):
    """The address of a page for readers of either language."""

    de: WebAddress
    en: WebAddress

    def in_language(self, language: Language) -> str:
        """Return the address for readers of one language."""
        return self.de if language == "de" else self.en


class OwnText(Frozen):
    """The operator's own page in Markdown."""

    de: Markdown
    en: Markdown

    def in_language(self, language: Language) -> str:
        """Return the text in one language."""
        return self.de if language == "de" else self.en


Elsewhere = Annotated[
    WebAddresses, BeforeValidator(_same_in_both, json_schema_input_type=WebAddresses | WebAddress)
]
"""A page on another site; one address where it serves both languages."""


class LegalPage(StrEnum):
    """The pages that the law asks for, in the order of their links."""

    IMPRINT = "imprint"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"


class Office(Frozen):
    """An authority that watches over a law, or a person to turn to."""

    name: Localized
    address: Line | None = None
    email: MailAddress | None = None
    url: WebAddress | None = None


class Register(Frozen):
    """Where a company is registered."""

    court: Line = Field(description="Such as: Amtsgericht München.")
    number: Line = Field(description="Such as: HRB 12345.")


class Imprint(Frozen):
    """Who is behind the pages (§ 5 DDG); name and address stand in company.yaml."""

    representatives: tuple[Line, ...] = Field(min_length=1, description="Who represents the company.")
    email: MailAddress
    phone: Line | None = None
    register_entry: Register | None = Field(default=None, alias="register")
    vat_id: VatId | None = None
    regulator: Localized | None = Field(
        default=None, description="The authority that supervises the company, where it needs a permit."
    )
    responsible: Line | None = Field(
        default=None, description="Name and address of who answers for journalistic texts (§ 18 MStV)."
    )
    disputes: Localized | None = Field(
        default=None, description="Whether the company takes part in consumer arbitration (§ 36 VSBG)."
    )


class Privacy(Frozen):
    """What a privacy page cannot know of itself (art. 13 GDPR); what is stored, and how long, it knows."""

    email: MailAddress = Field(description="Where questions about data, and requests, arrive.")
    officer: Office | None = Field(default=None, description="The data protection officer.")
    recipients: tuple[Localized, ...] = Field(
        default=(), description="Others who process the data for the company, such as who runs the server."
    )
    third_countries: Localized | None = Field(
        default=None, description="Which data leaves the EU, and on what basis. Missing: none does."
    )
    server_logs: Localized | None = Field(
        default=None, description="What a web server in front of this one stores, and how long."
    )
    authority: Office = Field(description="The supervisory authority for data protection.")


class Gap(Frozen):
    """What is not accessible yet, and what to use instead."""

    what: Localized
    instead: Localized | None = None


MARKET_SURVEILLANCE = Office(
    name=Localized(
        de="Marktüberwachungsstelle der Länder für die Barrierefreiheit von Produkten und "
        "Dienstleistungen (MLBF)",
        en="Market surveillance authority of the German Länder for the accessibility of products and "
        "services (MLBF)",
    ),
    address="Postfach 39 11 55, 39135 Magdeburg",
    email="MLBF@ms.sachsen-anhalt.de",
)


class Accessibility(Frozen):
    """What the accessibility page cannot know of itself (§ 14 BFSG and its annex 3)."""

    assessed: Day = Field(description="The day on which the pages were last checked.")
    assessed_by: Localized = Field(description="Who checked them, and how.")
    gaps: tuple[Gap, ...] = ()
    email: MailAddress = Field(description="Where reports of barriers arrive.")
    phone: Line | None = None
    authority: Office = Field(default=MARKET_SURVEILLANCE, description="Missing: the MLBF in Magdeburg.")


class Legal(Frozen):
    """The content of ``legal.yaml``: each page by its facts, as a text of one's own, or as an address."""

    imprint: Imprint | None = None
    imprint_text: OwnText | None = None
    imprint_url: Elsewhere | None = None
    privacy: Privacy | None = None
    privacy_text: OwnText | None = None
    privacy_url: Elsewhere | None = None
    accessibility: Accessibility | None = None
    accessibility_text: OwnText | None = None
    accessibility_url: Elsewhere | None = None

    @model_validator(mode="after")
    def _each_page_once(self) -> Legal:
        reject(Legal, list(self._second_sources()))
        return self

    def _second_sources(self) -> Iterator[Fault]:
        for page in LegalPage:
            given = [name for name in (page, f"{page}_text", f"{page}_url") if getattr(self, name)]
            for name in given[1:]:
                message = f"{name!r} and {str(given[0])!r} are both given; only one of them can be shown"
                yield Fault((name,), "bad-value", message, "Keep one of the two.")

    def text(self, page: LegalPage) -> OwnText | None:
        """Return the operator's own text of a page."""
        own: OwnText | None = getattr(self, f"{page}_text")
        return own

    def url(self, page: LegalPage) -> WebAddresses | None:
        """Return where a page stands on another site."""
        elsewhere: WebAddresses | None = getattr(self, f"{page}_url")
        return elsewhere

    def has(self, page: LegalPage) -> bool:
        """Say whether there is a page, here or elsewhere."""
        return any((getattr(self, page), self.text(page), self.url(page)))
