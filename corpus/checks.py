"""Errors that show only when all files are looked at together; they block a build."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from corpus.examples import HARMLESS_FILE
from corpus.fold import fold
from corpus.model import LANGUAGES, Article, State
from corpus.problem import Problem, Severity, did_you_mean
from corpus.reading import Reading
from corpus.tree import Steps
from corpus.validation import Sheet

_PLACES = {"article": "", "escalation reason": " in escalation.yaml"}


class Wanting(NamedTuple):
    """One way in which a customer asks for an article, and where it stands."""

    sheet: Sheet[Article]
    steps: Steps
    folded: str


def find_errors(reading: Reading) -> list[Problem]:
    """Find contradictions between files.

    :param reading: all files of a corpus.
    :return: errors, in no particular order.
    """
    return [
        *_repeated_ids(reading),
        *_unknown_names(reading),
        *_shared_questions(reading),
        *_claimed_questions(reading),
    ]


def questions_of(sheet: Sheet[Article]) -> Iterator[Wanting]:
    """Yield the question and the phrasings of an article in all its languages."""
    for language in LANGUAGES:
        translation = sheet.value.translation(language)
        if translation is None:
            continue
        steps: Steps = ("translations", language)
        yield Wanting(sheet, (*steps, "question"), _alike(translation.question))
        for position, phrasing in enumerate(translation.phrasings):
            yield Wanting(sheet, (*steps, "phrasings", position), _alike(phrasing))


def known_articles(reading: Reading) -> set[str]:
    """Return the ids of all articles, those that could not be read included."""
    return {sheet.value.id for sheet in reading.articles} | reading.broken - {""}


def _alike(text: str) -> str:
    """Punctuation at the end does not make two questions different."""
    return fold(text).rstrip("?!. ")


def _error(sheet: Sheet[Any], steps: Steps, code: str, message: str, hint: str) -> Problem:
    return sheet.source.problem(sheet.source.place(*steps), Severity.ERROR, code, message, hint)


def _where(sheet: Sheet[Article], steps: Steps, reading: Reading) -> str:
    return f"{sheet.source.file.relative_to(reading.folder)}, line {sheet.source.place(*steps).line}"


def _repeated_ids(reading: Reading) -> Iterator[Problem]:
    first: dict[str, Sheet[Article]] = {}
    for sheet in reading.articles:
        other = first.setdefault(sheet.value.id, sheet)
        if other is not sheet:
            yield _error(
                sheet,
                ("id",),
                "duplicate-id",
                f"the id {sheet.value.id!r} is taken by {_where(other, ('id',), reading)}",
                "Give one of the two articles another id.",
            )


def _unknown_names(reading: Reading) -> Iterator[Problem]:
    known = _known_names(reading)
    for sheet, steps, kind, name in _references(reading):
        if kind in known and name not in known[kind]:
            place = _PLACES.get(kind, " in company.yaml")
            message = f"there is no {kind} {name!r}{place}"
            yield _error(sheet, steps, f"unknown-{kind}", message, did_you_mean(name, sorted(known[kind])))


def _known_names(reading: Reading) -> dict[str, set[str]]:
    """What each kind of name may be; a broken company.yaml judges no topic, team or channel."""
    known = {"article": known_articles(reading)}
    if reading.escalation:
        known["escalation reason"] = {reason.id for reason in reading.escalation.value.reasons}
    if reading.company:
        company = reading.company.value
        known["topic"] = {topic.id for topic in company.topics}
        known["team"] = {team.id for team in company.teams}
        known["channel"] = {channel.id for channel in company.channels}
    return known


def _references(reading: Reading) -> Iterator[tuple[Sheet[Any], Steps, str, str]]:
    """Yield every name that one file uses of another: where it stands, its kind, and the name."""
    for sheet in reading.articles:
        yield sheet, ("topic",), "topic", sheet.value.topic
        for position, name in enumerate(sheet.value.related):
            yield sheet, ("related", position), "article", name
    for examples in reading.examples:
        if examples.source.file.stem != HARMLESS_FILE:
            yield examples, (), "escalation reason", examples.source.file.stem
    if reading.escalation is None:
        return
    for number, reason in enumerate(reading.escalation.value.reasons):
        steps: Steps = ("reasons", number)
        action = reason.urgent_action
        if reason.team:
            yield reading.escalation, (*steps, "team"), "team", reason.team
        if action and action.channel:
            yield reading.escalation, (*steps, "urgent_action", "channel"), "channel", action.channel
        if action and action.article:
            yield reading.escalation, (*steps, "urgent_action", "article"), "article", action.article


def _shared_questions(reading: Reading) -> Iterator[Problem]:
    asked: dict[str, list[Wanting]] = {}
    for sheet in reading.articles:
        if sheet.value.state is not State.PUBLISHED:
            continue
        for wanting in questions_of(sheet):
            others = asked.setdefault(wanting.folded, [])
            other = next((each for each in others if _at_one_time(each.sheet.value, sheet.value)), None)
            if other:
                yield _error(
                    sheet,
                    wanting.steps,
                    "duplicate-question",
                    f"this question also leads to {other.sheet.value.id!r} "
                    f"({_where(other.sheet, other.steps, reading)})",
                    "Keep it in the article that answers it; to the other one it would lead astray.",
                )
            others.append(wanting)


def _claimed_questions(reading: Reading) -> Iterator[Problem]:
    """A question that an article claims is not one that nothing answers, or that a person must take."""
    claimed = {
        wanting.folded: wanting
        for sheet in reading.articles
        if sheet.value.state is State.PUBLISHED
        for wanting in questions_of(sheet)
    }
    for sheet, steps, text in _other_questions(reading):
        if (wanting := claimed.get(_alike(text))) is not None:
            where = _where(wanting.sheet, wanting.steps, reading)
            yield _error(
                sheet,
                steps,
                "claimed-question",
                f"the article {wanting.sheet.value.id!r} answers this question ({where})",
                "Take it out here, or out of the article.",
            )


def _other_questions(reading: Reading) -> Iterator[tuple[Sheet[Any], Steps, str]]:
    for language in LANGUAGES:
        if reading.unanswered:
            for part in ("near", "far"):
                texts = getattr(reading.unanswered.value, part).in_language(language)
                for position, text in enumerate(texts):
                    yield reading.unanswered, (part, language, position), text
        for examples in reading.examples:
            if examples.source.file.stem != HARMLESS_FILE:
                for position, text in enumerate(examples.value.in_language(language)):
                    yield examples, (language, position), text


def _at_one_time(one: Article, other: Article) -> bool:
    """Different articles whose validity overlaps."""
    start = max(one.valid_from or date.min, other.valid_from or date.min)
    end = min(one.valid_until or date.max, other.valid_until or date.max)
    return one.id != other.id and start <= end
