"""What is wrong with ``notices.yaml``, or may be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from corpus.company import Company
from corpus.fold import fold
from corpus.model import LANGUAGES, Language
from corpus.notices import PLACE_HINT, Notice, NoticeKind, Notices
from corpus.passages import LANGUAGE_NAMES
from corpus.problem import Problem, Severity, did_you_mean
from corpus.tree import Steps
from corpus.validation import Sheet

LONGEST_TITLE = 90
LONGEST_TEXT = 400
_APOLOGIES: dict[Language, re.Pattern[str]] = {
    "de": re.compile(r"\bentschuldig\w*|\bverzeihung\b|\btut uns (?:\w+ )?leid\b|\bbedauern\b"),
    "en": re.compile(r"\bsorry\b|\bapolog\w+"),
}
_FORGOTTEN = timedelta(days=90)
"""A notice that has ended is shown to nobody, and may serve again next season; after this it is clutter."""
_STALE = timedelta(days=3)
"""Who reads of an incident wants to know how it stands; what nobody touched for longer is forgotten."""
_POSTCODE = re.compile(r"[\d ]+")


def find_notice_errors(sheet: Sheet[Notices], company: Company, articles: Collection[str]) -> list[Problem]:
    """Find what keeps the notices from being shown.

    :param sheet: the notices and their file.
    :param company: whose topics there are, and on whose clocks they are written.
    :param articles: the ids of all articles.
    :return: errors, in no particular order.
    """
    zone = ZoneInfo(company.time_zone)
    topics = [topic.id for topic in company.topics]
    return [
        problem
        for number, notice in enumerate(sheet.value.notices)
        for problem in (
            *_order(sheet, number, notice, zone),
            *_unknown(sheet, ("notices", number, "topics"), "topic", notice.topics, topics),
            *_unknown(sheet, ("notices", number, "articles"), "article", notice.articles, articles),
            *_unknown_reading(sheet, number, notice, articles),
            *_places(sheet, number, notice),
        )
    ]


def advise_notices(sheet: Sheet[Notices], company: Company, today: date) -> list[Problem]:
    """Find what an editor should look at.

    :param sheet: the notices and their file.
    :param company: on whose clocks they are written.
    :param today: the day on which they are over or not.
    :return: warnings, in no particular order.
    """
    zone = ZoneInfo(company.time_zone)
    midnight = datetime.combine(today, time.min, zone)
    return [
        problem
        for number, notice in enumerate(sheet.value.notices)
        for problem in (
            *_ended(sheet, number, notice, zone, midnight),
            *_stale(sheet, number, notice, zone, midnight),
            *_words_in_one_language(sheet, number, notice),
            *_lengths(sheet, number, notice),
            *_apology(sheet, number, notice),
        )
    ]


def _error(sheet: Sheet[Notices], steps: Steps, code: str, message: str, hint: str) -> Problem:
    return sheet.source.problem(sheet.source.place(*steps), Severity.ERROR, code, message, hint)


def _warn(sheet: Sheet[Notices], steps: Steps, code: str, message: str, hint: str) -> Problem:
    return sheet.source.problem(sheet.source.place(*steps), Severity.WARNING, code, message, hint)


def _order(sheet: Sheet[Notices], number: int, notice: Notice, zone: ZoneInfo) -> Iterator[Problem]:
    ends = notice.ends(zone)
    if ends is not None and ends <= notice.begins(zone):
        message = f"'until' ({notice.until}) does not lie after 'from' ({notice.start})"
        yield _error(sheet, ("notices", number, "until"), "bad-value", message, "Correct one of the two.")
    if notice.announce and notice.shown_from(zone) > notice.begins(zone):
        message = f"'announce' ({notice.announce}) lies after 'from' ({notice.start})"
        hint = "Announce it before it begins, or delete the line."
        yield _error(sheet, ("notices", number, "announce"), "bad-value", message, hint)


def _unknown(
    sheet: Sheet[Notices], steps: Steps, kind: str, named: Sequence[str], known: Collection[str]
) -> Iterator[Problem]:
    for position, name in enumerate(named):
        if name not in known:
            place = " in company.yaml" if kind == "topic" else ""
            message = f"there is no {kind} {name!r}{place}"
            yield _error(
                sheet, (*steps, position), f"unknown-{kind}", message, did_you_mean(name, sorted(known))
            )


def _unknown_reading(
    sheet: Sheet[Notices], number: int, notice: Notice, articles: Collection[str]
) -> Iterator[Problem]:
    if notice.article and notice.article not in articles:
        message = f"there is no article {notice.article!r}"
        hint = did_you_mean(notice.article, sorted(articles))
        yield _error(sheet, ("notices", number, "article"), "unknown-article", message, hint)


def _places(sheet: Sheet[Notices], number: int, notice: Notice) -> Iterator[Problem]:
    for position, place in enumerate(notice.places):
        for name in dict.fromkeys((place.de, place.en)):
            if not fold(name) or (_POSTCODE.fullmatch(name) and not 2 <= len(name.replace(" ", "")) <= 5):
                message = f"{name!r} is neither a name nor the beginning of a postcode"
                yield _error(sheet, ("notices", number, "places", position), "bad-value", message, PLACE_HINT)


def _ended(
    sheet: Sheet[Notices], number: int, notice: Notice, zone: ZoneInfo, midnight: datetime
) -> Iterator[Problem]:
    ends = notice.ends(zone)
    if ends is not None and notice.begins(zone) < ends <= midnight - _FORGOTTEN:
        last = (ends - timedelta(microseconds=1)).date()
        message = f"the notice {notice.id!r} ended on {last}; customers no longer see it"
        hint = "Take it out, or correct 'until'."
        yield _warn(sheet, ("notices", number, "until"), "ended", message, hint)


def _stale(
    sheet: Sheet[Notices], number: int, notice: Notice, zone: ZoneInfo, midnight: datetime
) -> Iterator[Problem]:
    ends = notice.ends(zone)
    if notice.kind is not NoticeKind.INCIDENT or (ends is not None and ends <= midnight):
        return
    told = (notice.updated or notice.start).starts(zone)
    if told <= midnight - _STALE:
        key = "updated" if notice.updated else "from"
        message = f"the incident {notice.id!r} is still shown, and was last updated on {told.date()}"
        hint = "Say how it stands and set 'updated', or set 'until' once it is over."
        yield _warn(sheet, ("notices", number, key), "stale", message, hint)


def _words_in_one_language(sheet: Sheet[Notices], number: int, notice: Notice) -> Iterator[Problem]:
    for language in LANGUAGES:
        if not notice.words.in_language(language) and (notice.words.de or notice.words.en):
            message = f"the notice {notice.id!r} has no {LANGUAGE_NAMES[language]} words"
            hint = f"Add '{language}: […]', so that questions in that language show it, too."
            yield _warn(sheet, ("notices", number, "words"), "missing-translation", message, hint)


def _lengths(sheet: Sheet[Notices], number: int, notice: Notice) -> Iterator[Problem]:
    for part, texts, most in (
        ("title", notice.title, LONGEST_TITLE),
        ("text", notice.text, LONGEST_TEXT),
    ):
        for language in LANGUAGES:
            if (length := len(texts.in_language(language))) > most:
                message = f"the {LANGUAGE_NAMES[language]} {part} has {length} characters, more than {most}"
                hint = "Say what happens and what to do; put the rest into an article and name it."
                yield _warn(sheet, ("notices", number, part, language), "long-text", message, hint)


def _apology(sheet: Sheet[Notices], number: int, notice: Notice) -> Iterator[Problem]:
    if not notice.at_fault:
        return
    for language, sorry in _APOLOGIES.items():
        if not sorry.search(fold(notice.text.in_language(language))):
            message = f"the {LANGUAGE_NAMES[language]} text holds no apology, though it is our fault"
            example = "Das tut uns leid." if language == "de" else "We are sorry about this."
            hint = f"Apologise once and plainly, as in “{example}”, or delete 'at_fault'."
            yield _warn(sheet, ("notices", number, "text", language), "no-apology", message, hint)
