"""Moments as editors write them: a day, or a day and a time, on the company's clocks or with an offset."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

from corpus.model import Fault, Frozen

_OFFSET = r"Z|[+-](?:0\d|1[0-4]):[0-5]\d"
_MOMENT = rf"^(2[01]\d\d-\d\d-\d\d)(?:[ T]([01]?\d|2[0-3]):([0-5]\d)(?::00)? ?({_OFFSET})?)?$"
_GERMAN = re.compile(
    r"(\d{1,2})\.\s?(\d{1,2})\.\s?(2[01]\d\d)(?:,? *(?:um )?(\d{1,2})(?:[:.](\d\d))?(?: Uhr)?)?"
)


class Moment(Frozen):
    """A day or a point in time; ``clock`` without an offset is read on the company's clocks.

    A day alone begins at its midnight and ends at the next one.
    """

    day: date
    clock: time | None = None

    def __str__(self) -> str:
        return f"{self.day}" if self.clock is None else f"{self.day} {self.clock:%H:%M%z}"

    def starts(self, zone: ZoneInfo) -> datetime:
        """Return the first instant, on the company's clocks."""
        return _instant(self.day, self.clock or time.min, zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """Return the instant from which on it is over: that of a day is the next midnight."""
        if self.clock is None:
            return _instant(self.day + timedelta(days=1), time.min, zone)
        return self.starts(zone)


def parse_moment(value: object) -> object:
    """Read ``2026-12-24``, ``2026-12-24 14:10`` or ``2026-12-24T14:10+01:00``.

    :param value: the text, or a moment, which is returned as it is.
    :return: the moment.
    :raises PydanticCustomError: when it is none of these, with a word on how to write it.
    """
    if isinstance(value, Moment):
        return value
    match = re.match(_MOMENT, value.strip()) if isinstance(value, str) else None
    try:
        if match:
            day, hour, minute, offset = match.groups()
            clock = None if hour is None else time.fromisoformat(f"{hour:0>2}:{minute}{offset or ''}")
            return Moment(day=date.fromisoformat(day), clock=clock)
    except ValueError:
        pass
    raise _refusal(value)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    moment = datetime.combine(day, clock)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(zone)


def _refusal(value: object) -> PydanticCustomError:
    shown = f"{value!r}" if isinstance(value, str) else "this"
    like = "2026-12-24 14:10"
    if german := _GERMAN.fullmatch(value.strip()) if isinstance(value, str) else None:
        day, month, year, hour, minute = german.groups()
        like = f"{year}-{month:0>2}-{day:0>2}" + (f" {hour:0>2}:{minute or '00'}" if hour else "")
    hint = f"Write it as year-month-day, with a time if need be, like {like}."
    fault = Fault((), "bad-value", f"{shown} is neither a day nor a day with a time", hint)
    return PydanticCustomError("fault", "{message}", fault._asdict())


WrittenMoment = Annotated[
    Moment,
    BeforeValidator(parse_moment, json_schema_input_type=Annotated[str, StringConstraints(pattern=_MOMENT)]),
    PlainSerializer(str, return_type=str),
]
