"""Errors that show only when all files are looked at together; they block a build."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from corpus.fold import fold
from corpus.model import LANGUAGES, Article, State
from corpus.problem import Problem, Severity, did_you_mean
from corpus.reading import Reading
from corpus.tree import Steps
from corpus.validation import Sheet


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
        *_unknown_topics(reading),
        *_unknown_related(reading),
        *_unknown_in_rules(reading),
        *_shared_questions(reading),
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


def _alike(text: str) -> str:
    """Punctuation at the end does not make two questions different."""
    return fold(text).rstrip("?!. ")


def _error(sheet: Sheet, steps: Steps, code: str, message: str, hint: str) -> Problem:  # type: ignore[type-arg]
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


def _unknown_topics(reading: Reading) -> Iterator[Problem]:
    if reading.company is None:
        return
    known = [topic.id for topic in reading.company.value.topics]
    for sheet in reading.articles:
        if sheet.value.topic not in known:
            yield _error(
                sheet,
                ("topic",),
                "unknown-topic",
                f"company.yaml has no topic {sheet.value.topic!r}",
                did_you_mean(sheet.value.topic, known),
            )


def _unknown_related(reading: Reading) -> Iterator[Problem]:
    for sheet in reading.articles:
        for position, name in enumerate(sheet.value.related):
            yield from _unknown_article(reading, sheet, ("related", position), name)


def _unknown_article(
    reading: Reading,
    sheet: Sheet,  # type: ignore[type-arg]
    steps: Steps,
    name: str,
) -> Iterator[Problem]:
    known = {sheet.value.id for sheet in reading.articles}
    if name not in known | reading.broken:
        hint = did_you_mean(name, sorted(known))
        yield _error(sheet, steps, "unknown-article", f"there is no article {name!r}", hint)


def _unknown_in_rules(reading: Reading) -> Iterator[Problem]:
    if reading.escalation is None:
        return
    sheet = reading.escalation
    for number, reason in enumerate(sheet.value.reasons):
        steps: Steps = ("reasons", number)
        action = reason.urgent_action
        if action and action.article:
            yield from _unknown_article(reading, sheet, (*steps, "urgent_action", "article"), action.article)
        if reading.company is None:
            continue
        company = reading.company.value
        teams = [team.id for team in company.teams]
        channels = [channel.id for channel in company.channels]
        if reason.team and reason.team not in teams:
            message, hint = f"company.yaml has no team {reason.team!r}", did_you_mean(reason.team, teams)
            yield _error(sheet, (*steps, "team"), "unknown-team", message, hint)
        if action and action.channel and action.channel not in channels:
            message = f"company.yaml has no channel {action.channel!r}"
            hint = did_you_mean(action.channel, channels)
            yield _error(sheet, (*steps, "urgent_action", "channel"), "unknown-channel", message, hint)


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


def _at_one_time(one: Article, other: Article) -> bool:
    """Different articles whose validity overlaps."""
    start = max(one.valid_from or date.min, other.valid_from or date.min)
    end = min(one.valid_until or date.max, other.valid_until or date.max)
    return one.id != other.id and start <= end
