"""Puts pydantic's findings into words for an editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from corpus.problem import did_you_mean, nearest

_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_LIST_HINT = "Write each entry in a line of its own that begins with '- '."
_COLON_HINT = "Where a text holds a colon followed by a space, put the whole text in quotes."


class Wording(NamedTuple):
    """The code, message and hint of a problem."""

    code: str
    message: str
    hint: str


class _Found(NamedTuple):
    """What pydantic found: the key concerned, the value, and the limits that were broken."""

    key: str
    in_list: bool
    value: object
    limits: Mapping[str, Any]
    said: str

    @property
    def name(self) -> str:
        """The key, or what an entry of its list is called."""
        return f"an entry of {self.key!r}" if self.in_list else repr(self.key)

    @property
    def shown(self) -> str:
        """The value as a message shows it."""
        return repr(clip(self.value)) if isinstance(self.value, str) else _kind(self.value)


def clip(text: str, length: int = 60) -> str:
    """Shorten a text for a message."""
    joined = " ".join(text.split())
    return joined if len(joined) <= length else joined[: length - 1] + "…"


def describe(error: ErrorDetails) -> Wording:
    """Say what a pydantic error means for the person who edits the file.

    :param error: one entry of ``ValidationError.errors()``.
    :return: its code, message and hint.
    """
    limits: dict[str, Any] = dict(error.get("ctx", {}))
    if error["type"] == "fault":
        return Wording(limits["code"], limits["message"], limits["hint"])
    keys = [step for step in error["loc"] if isinstance(step, str)]
    in_list = bool(error["loc"]) and isinstance(error["loc"][-1], int)
    found = _Found(keys[-1] if keys else "file", in_list, error["input"], limits, error["msg"])
    return Wording("bad-value", *_WORDS.get(error["type"], _said)(found))


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a group of keys"
    return "a list" if isinstance(value, list) else "a text"


def _text_expected(found: _Found) -> tuple[str, str]:
    hint = _COLON_HINT if isinstance(found.value, dict) else "Write one text after the colon, not a list."
    return f"{found.name} must be a text, but is {_kind(found.value)}", hint


def _list_expected(found: _Found) -> tuple[str, str]:
    return f"{found.name} must be a list, but is {_kind(found.value)}", _LIST_HINT


def _group_expected(found: _Found) -> tuple[str, str]:
    return (
        f"{found.name} must be a group of keys, but is {_kind(found.value)}",
        "Write its keys below it, each in a line of its own and indented by two more spaces.",
    )


def _too_short(found: _Found) -> tuple[str, str]:
    least = found.limits["min_length"]
    if found.value == "":
        return f"{found.name} is empty", f"Write at least {least} characters."
    return f"{found.name} is too short: {found.shown}", f"Write at least {least} characters."


def _too_long(found: _Found) -> tuple[str, str]:
    most, length = found.limits["max_length"], len(str(found.value))
    return f"{found.name} has {length} characters, {most} are allowed", "Shorten it."


def _too_few(found: _Found) -> tuple[str, str]:
    least = found.limits["min_length"]
    if found.value:
        return f"{found.name} has too few entries", f"At least {least} are needed."
    return f"{found.key!r} is an empty list", f"{_LIST_HINT} At least {least} is needed."


def _slug(found: _Found) -> tuple[str, str]:
    return (
        f"{found.shown} cannot be used as {found.name}",
        "Use lower-case letters a-z, digits and single hyphens, like 'change-tariff'.",
    )


def _choice(found: _Found) -> tuple[str, str]:
    choices = re.findall(r"'([^']*)'", str(found.limits["expected"])) or [str(found.limits["expected"])]
    hint = f"Choose one of: {', '.join(choices)}."
    if isinstance(found.value, str) and nearest(found.value, choices):
        hint = f"{did_you_mean(found.value, choices)} {hint}"
    return f"{found.shown} is none of the values that {found.name} can have", hint


def _day(found: _Found) -> tuple[str, str]:
    match = _GERMAN_DAY.fullmatch(str(found.value))
    day = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else "2026-12-31"
    return f"{found.shown} is not a date", f"Write it as year-month-day, like {day}."


def _yes_no(found: _Found) -> tuple[str, str]:
    return f"{found.shown} is neither true nor false", f"Write '{found.key}: true' or '{found.key}: false'."


def _number(found: _Found) -> tuple[str, str]:
    return f"{found.shown} is not a number", "Write digits, with a point before decimals, like 4 or 1.5."


def _limit(found: _Found) -> tuple[str, str]:
    words = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    limits = " and ".join(f"{words[key]} {limit:g}" for key, limit in found.limits.items() if key in words)
    return f"{found.shown} is out of range for {found.key!r}", f"Write a number that is {limits}."


def _said(found: _Found) -> tuple[str, str]:
    said = re.sub(r"^Value error, ", "", found.said)
    return f"{found.shown} cannot be used: {clip(said, 200)}", f"Correct the value of {found.key!r}."


_WORDS: Mapping[str, Callable[[_Found], tuple[str, str]]] = {
    "string_type": _text_expected,
    "tuple_type": _list_expected,
    "model_type": _group_expected,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "too_short": _too_few,
    "string_pattern_mismatch": _slug,
    "enum": _choice,
    "literal_error": _choice,
    "date_parsing": _day,
    "date_from_datetime_parsing": _day,
    "date_type": _day,
    "bool_parsing": _yes_no,
    "bool_type": _yes_no,
    "float_parsing": _number,
    "float_type": _number,
    "greater_than": _limit,
    "less_than_equal": _limit,
}
