"""The public holidays of a Land, named as people here name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

from corpus.model import Localized

# The package says "Labor Day" and "Erster Mai"; this is what people here say.
_USUAL_NAMES = {"Erster Mai": "Tag der Arbeit", "Labor Day": "Labour Day"}


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A public holiday; ``everywhere`` is false where other Länder work on it."""

    name: Localized
    everywhere: bool


@cache
def public_holidays(land: str, year: int) -> dict[date, PublicHoliday]:
    """Return the public holidays that a whole Land has in a year.

    Those of single municipalities (Augsburger Friedensfest, Mariä Himmelfahrt in parts of Bavaria,
    Fronleichnam in parts of Saxony and Thuringia) are not among them: where the company has one, it
    stands among the exceptions of ``company.yaml``.

    :param land: the two letters of a German Land.
    :param year: the year.
    :return: the holidays by their day.
    """
    german = holidays.country_holidays("DE", subdiv=land, years=year, language="de")
    english = holidays.country_holidays("DE", subdiv=land, years=year, language="en_US")
    nationwide = holidays.country_holidays("DE", years=year)
    return {
        day: PublicHoliday(Localized(de=_usual(german[day]), en=_usual(english[day])), day in nationwide)
        for day in list(german)
    }


def _usual(name: str) -> str:
    return _USUAL_NAMES.get(name, name)
