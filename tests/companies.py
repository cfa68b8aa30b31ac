"""The shipped company, as it is or with changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

import corpus
from assistant.hours import Calendar
from corpus import Company, Hours, Team
from corpus.company import HoursException

BERLIN = ZoneInfo("Europe/Berlin")


@cache
def shipped_company() -> Company:
    """The company of the shipped corpus."""
    text = (Path(corpus.__file__).parent / "company.yaml").read_text(encoding="utf-8")
    return Company.model_validate(yaml.safe_load(text))


def company_with(**changes: object) -> Company:
    """The shipped company with some top-level keys changed."""
    data: dict[str, Any] = shipped_company().model_dump(mode="json")
    return Company.model_validate({**data, **changes})


def team(name: str, company: Company | None = None) -> Team:
    """A team of the shipped company."""
    return next(each for each in (company or shipped_company()).teams if each.id == name)


def berlin(text: str) -> datetime:
    """A moment on the clocks of the company."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def hours(**days: list[str]) -> Hours:
    """Opening hours from texts such as ``08:00-12:00``."""
    return Hours.model_validate(days)


def open_time(
    calendar: Calendar, week: Hours, special: Sequence[HoursException], start: datetime, end: datetime
) -> timedelta:
    """How long it is open between two moments, found by walking from opening to closing."""
    total = timedelta(0)
    while (opening := calendar.next_opening(week, special, start)) is not None and opening < end:
        closing = calendar.closes(week, special, opening) or opening + timedelta(days=1)
        total += min(closing, end) - opening
        start = closing
    return total
