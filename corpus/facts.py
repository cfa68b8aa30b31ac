"""Finds what must be the same in every language: amounts, periods, numbers to call, addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_WRAP = re.compile(r"\n(?!\n|\s*(?:\d{1,2}[.)]|[-*+])\s) *")
"""A line end inside a paragraph; list items and paragraphs stay apart."""

_GAP = r"[ \u00a0\u202f]?"
_GERMAN = ["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
_ENGLISH = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WORDS = {word: number for words in (_GERMAN, _ENGLISH) for number, word in enumerate(words, 2)}
_UNITS = {
    "minute": r"minuten?|minütig\w*|minutes?|min\b\.?",
    "hour": r"stunden?|stündig\w*|hours?",
    "working day": r"werktag\w*|arbeitstag\w*|(?:working|business)[ -]days?",
    "day": r"tage?[ns]?|tägig\w*|(?:calendar )?days?|kalendertag\w*",
    "week": r"wochen?|wöchig\w*|weeks?",
    "month": r"monat\w*|months?",
    "year": r"jahr\w*|jährig\w*|years?",
}


class Fact(NamedTuple):
    """One statement in a normal form, and where it begins in the text."""

    kind: str
    value: str
    start: int


def find_facts(text: str) -> list[Fact]:
    """Find the amounts, percentages, periods, phone numbers and addresses of a text, in order."""
    facts: list[Fact] = []
    text, places = _unwrapped(text)
    for kind, pattern, values in _KINDS:
        for match in pattern.finditer(text):
            facts.extend(Fact(kind, value, places[match.start()]) for value in values(match))
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return sorted(facts, key=lambda fact: fact.start)


def _unwrapped(text: str) -> tuple[str, list[int]]:
    """Join wrapped lines; also return where each character of the result stood before."""
    joined = _WRAP.sub(lambda match: " ".ljust(len(match[0]), "\0"), text)
    return joined.replace("\0", ""), [place for place, char in enumerate(joined) if char != "\0"]


def differing(one: list[Fact], other: list[Fact]) -> list[Fact]:
    """Return the facts that stand in the first text more often than in the second.

    :param one: the facts of one text.
    :param other: the facts of its translation.
    :return: what the translation lacks, each with its place in the first text.
    """
    left = Counter((fact.kind, fact.value) for fact in other)
    lacking = []
    for fact in one:
        left[fact[:2]] -= 1
        if left[fact[:2]] < 0:
            lacking.append(fact)
    return lacking


def _decimal(number: str) -> Decimal:
    """Read ``1.234,50`` and ``1,234.50`` alike: three digits after a mark are thousands."""
    whole, mark, rest = re.match(r"(.*?)(?:([.,])(\d{1,2}))?$", number).groups("")  # type: ignore[union-attr]
    digits = re.sub(r"[.,]", "", whole)
    return Decimal(f"{digits}.{rest}" if mark else digits)


def _amounts(match: re.Match[str]) -> list[str]:
    return [f"€{_decimal(number):.2f}" for number in match.groups() if number]


def _cents(match: re.Match[str]) -> list[str]:
    return [f"€{_decimal(match[1]) / 100:.4f}".removesuffix("00")]


def _percent(match: re.Match[str]) -> list[str]:
    return [f"{_decimal(match[1]).normalize():f} %"]


def _period(match: re.Match[str]) -> list[str]:
    number = _WORDS.get(match[1].lower()) or int(match[1])
    return [f"{number} × {match.lastgroup.replace('_', ' ')}"] if match.lastgroup else []


def _none(_match: re.Match[str]) -> list[str]:
    """Being there all day is said in too many ways to be compared."""
    return []


def _email(match: re.Match[str]) -> list[str]:
    return [match[0].lower()]


def _web(match: re.Match[str]) -> list[str]:
    address = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0].lower())
    return [re.sub(r"/(?:de|en)(?=/|$)", "", address).rstrip("/")]


def _phone(match: re.Match[str]) -> list[str]:
    number = re.sub(r"[^\d+*#]", "", match[0].replace("(0)", ""))
    return [re.sub(r"^(?:\+|00)49", "0", number)]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], list[str]]], ...] = (
    ("web address", _compiled(r"(?:https?://|\bwww\.)[^\s<>()\[\]\"'„“”]*[^\s<>()\[\]\"'„“”.,;:!?]"), _web),
    ("e-mail address", _compiled(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), _email),
    (
        "amount",
        _compiled(
            rf"(?:€|\bEUR){_GAP}({_NUMBER})(?:{_GAP}[-–]{_GAP}({_NUMBER}))?"
            rf"|(?<![\d.,])(?:({_NUMBER}){_GAP}(?:[-–]|bis|to|und|and|oder|or){_GAP})?"
            rf"({_NUMBER})(?:,[-–]+)?[ \u00a0\u202f-]?(?:€|EUR\b|Euros?\b)"
        ),
        _amounts,
    ),
    ("amount", _compiled(rf"(?<![\d.,])({_NUMBER})[ \u00a0-]?(?:ct|cents?)\b"), _cents),
    ("percentage", _compiled(rf"(?<![\d.,])({_NUMBER}){_GAP}(?:%|prozent\b|per ?cent\b)"), _percent),
    (
        "period",
        _compiled(
            r"\b24 (?:stunden (?:am|pro) tag|hours (?:a|every|per) day)\b"
            r"|\b24-hour (?:hotline|helpline|line|service)\b"
        ),
        _none,
    ),
    (
        "period",
        _compiled(
            rf"(?<![\d.,])\b(\d{{1,3}}|{'|'.join(_WORDS)})[ \u00a0-]"
            + r"(?:(?:weiteren?|vollen?|more|further|full) )?(?:"
            + "|".join(rf"(?P<{unit.replace(' ', '_')}>{words})" for unit, words in _UNITS.items())
            + r")\b"
        ),
        _period,
    ),
    (
        "phone number",
        _compiled(r"(?<![\w+])(?:\+|0)\d(?:[ /()–-]{0,2}\d){5,}|\*#?\d[\d*#]*#|\b116 ?\d{3}\b"),
        _phone,
    ),
)
