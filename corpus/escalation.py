"""When a person must take over at once: the transparent rules of ``escalation.yaml``."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from corpus.examples import HARMLESS_FILE
from corpus.model import Fault, Frozen, Localized, Slug, reject, repeated


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return pattern


Pattern = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=2000),
    AfterValidator(_compiles),
]


class Patterns(Frozen):
    """Regular expressions a language, matched against folded text.

    Folded text is lower case, umlauts are written ae/oe/ue/ss, runs of white space are one space
    (``corpus.fold``). Both languages are always tried: customers mix them.
    """

    de: tuple[Pattern, ...] = ()
    en: tuple[Pattern, ...] = ()


class UrgentAction(Frozen):
    """The one thing a customer should do at once."""

    text: Localized
    channel: Slug | None = None
    article: Slug | None = None


class EscalationReason(Frozen):
    """A kind of case that is never deflected."""

    id: Slug
    name: Localized
    priority: Literal["urgent", "high"] = "high"
    report: Patterns = Field(
        description="A report of one's own case: a match escalates, unless examples overrule it."
    )
    unless: Patterns = Field(
        default=Patterns(), description="A question about procedure: a match here does not escalate."
    )
    message: Localized = Field(description="Calm words, shown above the direct route.")
    urgent_action: UrgentAction | None = None
    never_doubted: bool = Field(
        default=False,
        description="Whether a pattern escalates whatever the examples say: rather one alarm too many.",
    )
    further_articles: bool = Field(
        default=True, description="Whether articles that are likely to help stand below the way to a person."
    )
    team: Slug | None = None


class EscalationRules(Frozen):
    """All reasons, in the order in which they are tried."""

    reasons: tuple[EscalationReason, ...]

    @model_validator(mode="after")
    def _ids_once_and_free(self) -> EscalationRules:
        ids = [reason.id for reason in self.reasons]
        reserved = [
            Fault(
                ("reasons", position, "id"),
                "bad-value",
                f"a reason cannot have the id {HARMLESS_FILE!r}",
                f"Rename it: escalation-examples/{HARMLESS_FILE}.yaml holds what is no case of any reason.",
            )
            for position, name in enumerate(ids)
            if name == HARMLESS_FILE
        ]
        reject(EscalationRules, [*repeated("reasons", ids), *reserved])
        return self
