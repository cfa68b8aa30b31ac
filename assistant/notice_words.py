"""When a notice holds, in words: ``Seit 14:10 Uhr, voraussichtlich bis 18 Uhr``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assistant.days import full_date
from corpus import Language, Notice, NoticeKind

_MOMENT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; ``at`` is the moment that it names, if it names one."""

    text: str
    at: datetime | None = None


Sentence = tuple[Part, ...]


def when(notice: Notice, *, now: datetime, zone: ZoneInfo, language: Language) -> Sentence:
    """Say when a notice holds.

    :param notice: what is told of.
    :param now: the present moment; what lies before it has begun.
    :param zone: the company's clocks.
    :param language: the language to say it in.
    :return: the sentence without its full stop, in parts.
    """
    today, german = now.astimezone(zone), language == "de"
    begins, ends = notice.begins(zone), notice.ends(zone)
    start = _start(notice, today, zone, language)
    if ends is None or notice.kind is NoticeKind.CHANGE:
        words = ("Seit", "Since") if begins <= now else ("Ab", "From")
        return _said(words[0 if german else 1], start)
    end = _end(notice, ends, today, language)
    if notice.kind is NoticeKind.SEASON and begins <= now:
        return _said("Bis" if german else "Until", end)
    if begins <= now:
        expected = ", voraussichtlich bis" if german else ", expected until"
        return (*_said("Seit" if german else "Since", start), *_said(expected, end))
    if (ends - _MOMENT).date() == begins.date():
        return _on_one_day(notice, begins, ends, today, language)
    return (*_said("Von" if german else "From", start), *_said(" bis" if german else " to", end))


def as_of(notice: Notice, *, now: datetime, zone: ZoneInfo, language: Language) -> Sentence:
    """Say how fresh the text is; empty where nothing is known."""
    if notice.updated is None:
        return ()
    whole = notice.updated.clock is None
    named = _point(notice.updated.starts(zone), now.astimezone(zone), language, whole=whole)
    return _said("Stand:" if language == "de" else "As of", Part(named, notice.updated.starts(zone)))


def plain(sentence: Sentence) -> str:
    """Return a sentence as text."""
    return "".join(part.text for part in sentence)


def _said(words: str, moment: Part) -> Sentence:
    return (Part(f"{words} "), moment)


def _start(notice: Notice, today: datetime, zone: ZoneInfo, language: Language) -> Part:
    begins, whole = notice.begins(zone), notice.start.clock is None
    return Part(_point(begins, today, language, whole=whole), begins)


def _end(notice: Notice, ends: datetime, today: datetime, language: Language) -> Part:
    if notice.until is None or notice.until.clock is not None:
        return Part(_point(ends, today, language), ends)
    last = ends - _MOMENT
    if last.date() == today.date():
        return Part("Mitternacht" if language == "de" else "midnight", ends)
    return Part(_point(last, today, language, whole=True), ends)


def _on_one_day(
    notice: Notice, begins: datetime, ends: datetime, today: datetime, language: Language
) -> Sentence:
    day = _point(begins, today, language, whole=True)
    day = day[0].upper() + day[1:]
    if notice.start.clock is None:
        return (Part(day, begins),)
    last = ends - _MOMENT if notice.until and notice.until.clock is None else ends
    clocks = (_clock(begins, language, short=True), "24 Uhr" if last != ends else _clock(ends, language))
    if language == "en":
        clocks = (clocks[0], "midnight" if last != ends else clocks[1])
    to = " bis " if language == "de" else " to "
    return (Part(f"{day}, "), Part(clocks[0], begins), Part(to), Part(clocks[1], ends))


def _point(moment: datetime, today: datetime, language: Language, *, whole: bool = False) -> str:
    away = (moment.date() - today.date()).days
    near = {-1: ("gestern", "yesterday"), 0: ("heute", "today"), 1: ("morgen", "tomorrow")}
    if away == 0 and not whole:
        return _clock(moment, language)
    day = near[away][language == "en"] if away in near else full_date(moment.date(), today.date(), language)
    return day if whole else f"{day}, {_clock(moment, language)}"


def _clock(moment: datetime, language: Language, *, short: bool = False) -> str:
    """Return ``18 Uhr`` or ``18:00``; ``short`` leaves out the word that follows later."""
    if language == "en":
        return f"{moment:%H:%M}"
    time = f"{moment.hour}:{moment:%M}" if moment.minute else f"{moment.hour}"
    return time if short else f"{time} Uhr"
