"""The kinds of facts: how each is written in German and English, and its one normal form."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from corpus.clock import TIMES, times_of
from corpus.dates import DATES, ORDINALS, dates_of, ordinals_of

CONTACTS = frozenset({"phone number", "e-mail address", "web address"})
"""The kinds by which somebody is reached; all other kinds are values."""

_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_GAP = r"[ \u00a0\u202f]?"
_JOIN = rf"{_GAP}(?:[-–/]|bis zu|bis|to|und|and|oder|or){_GAP}"
_GERMAN = ["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
_ENGLISH = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WORDS = {word: number for words in (_GERMAN, _ENGLISH) for number, word in enumerate(words, 2)}
_COUNT = rf"\d{{1,3}}|{'|'.join(_WORDS)}"
_ONE_MONTH = (
    r"(?<!\bin )(?<!\bfür )(?:(?:einem|einen|ein|one)(?=[ \u00a0-]mon)|a(?= month (?:after|before|later)\b))"
)
"""Of one month contracts speak exactly; ``ein Tag`` and ``a day`` are said too loosely to be compared."""

_PERIODS = {
    "second": r"sekunden?|seconds?",
    "minute": r"minuten?|minütig\w*|minutes?|min\b\.?",
    "hour": r"stunden?|stündig\w*|hours?",
    "bank working day": r"bankarbeitstag\w*|bank working days?",
    "working day": r"werktag\w*|arbeitstag\w*|(?:working|business)[ -]days?",
    "day": r"tage?[ns]?|tägig\w*|(?:calendar )?days?|kalendertag\w*",
    "week": r"wochen?|wöchig\w*|weeks?",
    "month": r"monat\w*|months?",
    "year": r"jahr\w*|jährig\w*|years?",
}
_LENGTHS = {
    "digit": r"ziffern?|stellen|stellig\w*|digits?",
    "character": r"zeichen|characters?",
}
_SIZES = {"KB": "kilobytes?", "MB": "megabytes?", "GB": "gigabytes?", "TB": "terabytes?"}
_TOP_LEVELS = "at|ch|com|de|eu|example|info|io|net|org"


def _units(units: dict[str, str]) -> str:
    return "|".join(rf"(?P<{unit.replace(' ', '_')}>{words})" for unit, words in units.items())


def _decimal(number: str) -> Decimal:
    """Read ``1.234,50`` and ``1,234.50`` alike: three digits after a mark are thousands."""
    whole, mark, rest = re.match(r"(.*?)(?:([.,])(\d{1,2}))?$", number).groups("")  # type: ignore[union-attr]
    digits = re.sub(r"[.,]", "", whole)
    return Decimal(f"{digits}.{rest}" if mark else digits)


def _plain(number: str) -> str:
    return f"{_decimal(number).normalize():f}"


def _amounts(match: re.Match[str]) -> list[str]:
    return [f"€{_decimal(number):.2f}" for number in match.groups() if number]


def _cents(match: re.Match[str]) -> list[str]:
    return [f"€{_decimal(match[1]) / 100:.4f}".removesuffix("00")]


def _percent(match: re.Match[str]) -> list[str]:
    return [f"{_plain(match[1])} %"]


def _counted(match: re.Match[str]) -> list[str]:
    """Read numbers before a unit; the unit counts for all of them."""
    unit = (match.lastgroup or "").replace("_", " ")
    words = re.findall(_COUNT, match["numbers"].lower())
    numbers = [_WORDS.get(word) or int(word) for word in words] or [1]
    return [f"{number} × {unit}" for number in numbers]


def _sizes(match: re.Match[str]) -> list[str]:
    return [f"{_plain(number)} {match.lastgroup}" for number in re.findall(_NUMBER, match["numbers"])]


def _speeds(match: re.Match[str]) -> list[str]:
    unit = f"{match['prefix'].lower()}bit/s"
    return [f"{_plain(number)} {unit}" for number in re.findall(_NUMBER, match["numbers"])]


def _times(match: re.Match[str]) -> list[str]:
    return times_of(match[0])


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


def _numbers(match: re.Match[str]) -> list[str]:
    return [_plain(match[0])]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


Reader = Callable[[re.Match[str]], list[str]]
KINDS: tuple[tuple[str, re.Pattern[str], Reader], ...] = (
    ("web address", _compiled(r"(?:https?://|\bwww\.)[^\s<>()\[\]\"'„“”]*[^\s<>()\[\]\"'„“”.,;:!?]"), _web),
    ("e-mail address", _compiled(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), _email),
    (
        "web address",
        _compiled(rf"(?<![\w.@/-])(?:[a-z0-9-]+\.){{1,4}}(?:{_TOP_LEVELS})\b(?!\.?[\w-])(?:/[\w/.-]*\w)?"),
        _web,
    ),
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
    ("time of day", TIMES, _times),
    (
        "speed",
        _compiled(
            rf"(?<![\w.,])(?P<numbers>(?:(?:{_NUMBER}){_JOIN}){{0,3}}(?:{_NUMBER}))[ \u00a0\u202f-]?"
            r"(?P<prefix>[kmg])(?:bit(?:/s|s)?|bps)\b"
        ),
        _speeds,
    ),
    (
        "data volume",
        _compiled(
            rf"(?<![\w.,])(?P<numbers>(?:(?:{_NUMBER}){_JOIN}){{0,3}}(?:{_NUMBER}))[ \u00a0\u202f-]?"
            rf"(?:{'|'.join(f'(?P<{unit}>{unit}|{word})' for unit, word in _SIZES.items())})\b"
        ),
        _sizes,
    ),
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
            rf"(?<![\d.,])\b(?P<numbers>(?:(?:{_COUNT}){_JOIN}){{0,2}}(?:{_COUNT})|{_ONE_MONTH})[ \u00a0-]"
            rf"(?:(?:weiteren?|vollen?|more|further|full) )?(?:{_units(_PERIODS)})\b"
        ),
        _counted,
    ),
    (
        "length",
        _compiled(rf"(?<![\d.,])\b(?P<numbers>{_COUNT})[ \u00a0-]?(?:{_units(_LENGTHS)})\b"),
        _counted,
    ),
    (
        "phone number",
        _compiled(r"(?<![\w+])(?:\+|0)\d(?:[ /()–-]{0,2}\d){5,}|[*#]{1,2}\d[\d*#]*#|\b116 ?\d{3}\b"),
        _phone,
    ),
    ("date", DATES, dates_of),
    ("date", ORDINALS, ordinals_of),
    ("number", _compiled(rf"(?<![\w.,:/#+§=-])(?:{_NUMBER})(?![\w%€/=]|[.,:]\d)"), _numbers),
)
"""In the order in which they are looked for: what one kind has taken is hidden from the next."""
