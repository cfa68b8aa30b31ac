"""Who answers: channels, hours, teams and promises of ``company.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from corpus.model import Day, Fault, Frozen, Line, Localized, Slug, reject, repeated
from corpus.problem import did_you_mean

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _refusal(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("fault", "{message}", Fault((), "bad-value", message, hint)._asdict())


def _header(text: str) -> str:
    if _CONTROL.search(text):
        raise _refusal(
            "a name that stands at the head of mails holds a line break or another control character",
            "Write it in one line.",
        )
    return text


def _mail_address(text: str) -> str:
    """Return an address that every mail server takes: an umlaut domain in its ASCII form."""
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email or text
    except EmailNotValidError:
        message = f"{text!r} is not an e-mail address"
        if not text.isascii():
            message += " that every mail server takes: before the @ stand letters without accents or umlauts"
        raise _refusal(message, "Write one like team@example.org.") from None


HeaderLine = Annotated[Line, AfterValidator(_header)]
MailAddress = Annotated[str, AfterValidator(_mail_address), Field(json_schema_extra={"format": "email"})]


class Interval(Frozen):
    """Open from ``start`` to ``end``; an end at or before the start lies on the next day."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_INTERVAL = rf"^({_CLOCK}) *[-–] *({_CLOCK}|24:00)$"


def parse_interval(value: object) -> object:
    """Read ``08:00-18:30``; ``24:00`` is midnight at the day's end.

    :param value: the text, or an interval, which is returned as it is.
    :return: the interval.
    :raises ValueError: when it is not two clock times joined by a hyphen.
    """
    if isinstance(value, Interval):
        return value
    match = re.match(_INTERVAL, value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("opening hours are written like 08:00-18:30")
    start, end = (_clock(text) for text in match.groups())
    return Interval(start=start, end=end)


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour) % 24, int(minute))


_FromText = BeforeValidator(
    parse_interval, json_schema_input_type=Annotated[str, StringConstraints(pattern=_INTERVAL)]
)
Intervals = tuple[Annotated[Interval, _FromText, PlainSerializer(str, return_type=str)], ...]


class Hours(Frozen):
    """Opening hours of a week; a weekday that is missing is closed."""

    mon: Intervals = ()
    tue: Intervals = ()
    wed: Intervals = ()
    thu: Intervals = ()
    fri: Intervals = ()
    sat: Intervals = ()
    sun: Intervals = ()
    holidays: Intervals = Field(default=(), description="Hours on public holidays of the Land.")

    def of_weekday(self, weekday: int) -> tuple[Interval, ...]:
        """Return the intervals of a weekday, Monday = 0."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)[weekday]

    @property
    def never_open(self) -> bool:
        """Whether no weekday has hours, so that it opens on exceptional days at most."""
        return not any(self.of_weekday(day) for day in range(len(_WEEKDAYS)))


class HoursException(Frozen):
    """A day with other hours than usual; no intervals means closed."""

    date: Day
    hours: Intervals = ()
    reason: Localized


class ChannelKind(StrEnum):
    """The ways to reach a company, or to prove who one is."""

    PHONE = "phone"
    CHAT = "chat"
    FORM = "form"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    CALLBACK = "callback"
    REMOTE = "remote"
    VIDEO_IDENT = "video_ident"
    POST_IDENT = "post_ident"
    FAX = "fax"
    POST = "post"


class Fit(Frozen):
    """Topics a channel suits, or does not, and why."""

    topics: tuple[Slug, ...] = Field(min_length=1)
    reason: Localized


class Channel(Frozen):
    """One way to reach the company, with what a customer should know before using it."""

    id: Slug
    kind: ChannelKind
    name: Localized
    address: Line = Field(description="Number, address or path: what the customer dials or opens.")
    cost: Localized
    duration: Localized = Field(description="How long it typically takes.")
    have_ready: Localized | None = None
    consent: tuple[Localized, ...] = Field(
        default=(), description="What a customer agrees to by using it, shown before the address."
    )
    hours: Hours | None = Field(default=None, description="Missing: always open.")
    exceptions: tuple[HoursException, ...] = ()
    suits: tuple[Fit, ...] = ()
    avoid: tuple[Fit, ...] = ()
    emergency: bool = Field(default=False, description="Reachable for urgent cases at any hour.")


class AnswerPromise(Frozen):
    """The latest answer, in hours of the team's opening time."""

    working_hours: float = Field(gt=0, le=200)
    urgent_working_hours: float = Field(gt=0, le=200)


class Team(Frozen):
    """People who answer cases."""

    id: Slug
    name: Localized
    level: int = Field(default=1, ge=1, le=3)
    email: MailAddress
    topics: tuple[Slug, ...] = ()
    hours: Annotated[
        Hours,
        Field(
            description="At least one weekday has hours: a team that never opens can promise no answer.",
            json_schema_extra={
                "anyOf": [{"required": [day], "properties": {day: {"minItems": 1}}} for day in _WEEKDAYS]
            },
        ),
    ]
    exceptions: tuple[HoursException, ...] = ()
    promise: AnswerPromise
    capacity: float | None = Field(
        default=None,
        gt=0,
        le=10_000,
        description="Cases it answers in one working hour; where more wait, the promise is later. "
        "Missing: the promise does not depend on how many wait.",
    )


class Topic(Frozen):
    """A shelf of articles."""

    id: Slug
    name: Localized


class Company(Frozen):
    """The company whose customers ask."""

    name: HeaderLine
    legal_name: Line
    fictional: bool = False
    street: Line
    city: Line
    land: Literal[
        "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"
    ] = Field(description="The German Land whose public holidays count.")
    land_name: Localized
    time_zone: Line = "Europe/Berlin"
    sender: MailAddress = Field(description="The address that mail to customers comes from.")
    topics: tuple[Topic, ...] = Field(min_length=1)
    channels: tuple[Channel, ...] = Field(min_length=1)
    teams: tuple[Team, ...] = Field(min_length=1)
    default_team: Slug = Field(description="Takes every case whose topic no team takes.")

    @model_validator(mode="after")
    def _consistent(self) -> Company:
        reject(
            Company,
            [
                *repeated("topics", [topic.id for topic in self.topics]),
                *repeated("channels", [channel.id for channel in self.channels]),
                *repeated("teams", [team.id for team in self.teams]),
                *self._unknown_names(),
            ],
        )
        return self

    def _unknown_names(self) -> Iterator[Fault]:
        teams = [team.id for team in self.teams]
        if self.default_team not in teams:
            message = f"there is no team {self.default_team!r}"
            yield Fault(("default_team",), "unknown-team", message, did_you_mean(self.default_team, teams))
        for number, channel in enumerate(self.channels):
            for name in ("suits", "avoid"):
                for position, fit in enumerate(getattr(channel, name)):
                    yield from self._unknown_topics(
                        ("channels", number, name, position, "topics"), fit.topics
                    )
        for number, team in enumerate(self.teams):
            if team.hours.never_open:
                message = f"the team {team.id!r} never opens, so it can promise no answer"
                hint = "Give at least one weekday hours, such as 'mon: [08:00-18:00]'."
                yield Fault(("teams", number, "hours"), "bad-value", message, hint)
            yield from self._unknown_topics(("teams", number, "topics"), team.topics)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = f"there is no time zone {self.time_zone!r}"
            yield Fault(("time_zone",), "bad-value", message, "Write one like Europe/Berlin.")

    def _unknown_topics(self, steps: tuple[str | int, ...], named: Sequence[str]) -> Iterator[Fault]:
        known = [topic.id for topic in self.topics]
        for position, topic in enumerate(named):
            if topic not in known:
                message = f"there is no topic {topic!r}"
                yield Fault((*steps, position), "unknown-topic", message, did_you_mean(topic, known))

    def team_for(self, topic: str | None) -> Team:
        """Return the first team that takes ``topic``, else the default team."""
        teams = {team.id: team for team in self.teams}
        return next((team for team in self.teams if topic in team.topics), teams[self.default_team])
