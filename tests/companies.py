"""The shipped company, as it is or with changes."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

import corpus
from corpus import Company, Hours, Team

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
