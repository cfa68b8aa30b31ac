"""Warnings: what an editor should look at; they never block a build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from corpus.agreement import find_disagreements
from corpus.checks import questions_of
from corpus.fold import fold
from corpus.markdown import find_slips
from corpus.model import LANGUAGES, Article, State
from corpus.passages import LANGUAGE_NAMES
from corpus.problem import Problem, Severity
from corpus.reachability import find_unreachable
from corpus.reading import Reading
from corpus.tree import Steps
from corpus.validation import Sheet

FEWEST_PHRASINGS = 4
_ESCAPES = re.compile(r"\\.|\(\?P(?=[<=>])")


def advise(reading: Reading, today: date) -> list[Problem]:
    """Find what may be wrong without being an error.

    :param reading: all files of a corpus.
    :param today: the day on which articles are stale or not.
    :return: warnings, in no particular order.
    """
    states = {sheet.value.id: sheet.value.state for sheet in reading.articles}
    problems = [*_patterns(reading), *find_disagreements(reading), *find_unreachable(reading, today)]
    for sheet in reading.articles:
        problems += _name(sheet)
        problems += _dates(sheet, today)
        problems += _related(sheet, states)
        problems += _translations(sheet)
        problems += _repeated_questions(sheet)
        problems += _markdown(sheet)
    return problems


def _warn(sheet: Sheet[Article], steps: Steps, code: str, message: str, hint: str) -> Problem:
    return sheet.source.problem(sheet.source.place(*steps), Severity.WARNING, code, message, hint)


def _name(sheet: Sheet[Article]) -> Iterator[Problem]:
    name, stem = sheet.value.id, sheet.source.file.stem
    if name != stem:
        message = f"the article {name!r} stands in a file named {stem!r}"
        yield _warn(sheet, ("id",), "file-name", message, f"Rename the file to {name}.yaml.")


def _dates(sheet: Sheet[Article], today: date) -> Iterator[Problem]:
    article = sheet.value
    if article.state is State.ARCHIVED:
        return
    if article.review_by <= today:
        message = f"the article was to be reviewed by {article.review_by}"
        hint = f"Let {article.owner} check it, then set a new review_by."
        yield _warn(sheet, ("review_by",), "stale", message, hint)
    if article.reviewed and article.reviewed > today:
        message = f"the article was reviewed on {article.reviewed}, which is still to come"
        yield _warn(sheet, ("reviewed",), "not-yet", message, "Set the day on which it was checked.")
    if article.valid_until and article.valid_until < today:
        message = f"the article ended on {article.valid_until}; customers no longer find it"
        hint = "Correct valid_until, or set 'state: archived'."
        yield _warn(sheet, ("valid_until",), "expired", message, hint)


def _related(sheet: Sheet[Article], states: dict[str, State]) -> Iterator[Problem]:
    for position, name in enumerate(sheet.value.related):
        steps: Steps = ("related", position)
        if name == sheet.value.id:
            yield _warn(sheet, steps, "related-self", "the article is related to itself", "Delete the entry.")
        elif name in sheet.value.related[:position]:
            yield _warn(sheet, steps, "related-twice", f"{name!r} is listed twice", "Delete one of the two.")
        elif sheet.value.state is State.PUBLISHED and states.get(name) in {State.DRAFT, State.ARCHIVED}:
            message = f"the related article {name!r} is {states[name]}; customers cannot open it"
            yield _warn(sheet, steps, "related-hidden", message, "Publish that article, or delete the entry.")


def _translations(sheet: Sheet[Article]) -> Iterator[Problem]:
    for language in LANGUAGES:
        translation = sheet.value.translation(language)
        steps: Steps = ("translations", language)
        if translation is None:
            message = f"the {LANGUAGE_NAMES[language]} version is missing"
            place = sheet.source.key_place("translations")
            hint = f"Add a part '{language}:'; until then customers see the other language."
            yield sheet.source.problem(place, Severity.WARNING, "missing-translation", message, hint)
        elif len(translation.phrasings) < FEWEST_PHRASINGS:
            found = len(translation.phrasings)
            name = LANGUAGE_NAMES[language]
            message = f"the {name} version has {found} phrasing(s), fewer than {FEWEST_PHRASINGS}"
            place = sheet.source.key_place(*steps, "phrasings")
            hint = "Add other ways in which customers ask this; the more differ, the better it is found."
            yield sheet.source.problem(place, Severity.WARNING, "few-phrasings", message, hint)


def _repeated_questions(sheet: Sheet[Article]) -> Iterator[Problem]:
    first: dict[tuple[object, str], Steps] = {}
    for wanting in questions_of(sheet):
        language = wanting.steps[1]
        earlier = first.setdefault((language, wanting.folded), wanting.steps)
        if earlier == wanting.steps:
            continue
        if earlier[-1] == "question":
            code, message = "phrasing-is-question", "this phrasing repeats the question"
        else:
            line = sheet.source.place(*earlier).line
            code, message = "repeated-phrasing", f"this phrasing stands in line {line} already"
        hint = "Delete it, or replace it by words that customers use otherwise."
        yield _warn(sheet, wanting.steps, code, message, hint)


def _markdown(sheet: Sheet[Article]) -> Iterator[Problem]:
    for language in LANGUAGES:
        steps: Steps = ("translations", language, "answer")
        for slip in find_slips(sheet.source.text(*steps)):
            place = sheet.source.place_in(steps, slip.start)
            yield sheet.source.problem(place, Severity.WARNING, slip.code, slip.message, slip.hint)


def _patterns(reading: Reading) -> Iterator[Problem]:
    if reading.escalation is None:
        return
    source = reading.escalation.source
    for number, reason in enumerate(reading.escalation.value.reasons):
        for part in ("report", "unless"):
            for language in LANGUAGES:
                for position, pattern in enumerate(getattr(getattr(reason, part), language)):
                    if sign := _never_matching(pattern):
                        yield source.problem(
                            source.place("reasons", number, part, language, position),
                            Severity.WARNING,
                            "pattern-never-matches",
                            f"{sign!r} in this pattern never matches: texts are compared in lower case, "
                            "with ae, oe, ue and ss",
                            f"Write {fold(sign)!r} instead." if fold(sign) else "Delete it.",
                        )


def _never_matching(pattern: str) -> str | None:
    """Return the first sign of a pattern that folded text cannot contain."""
    plain = _ESCAPES.sub("", pattern)
    return next((sign for sign in plain if fold(sign) != sign and not sign.isspace()), None)
