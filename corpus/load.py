"""Reads a corpus folder and says everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from corpus.advice import advise
from corpus.checks import find_errors, known_articles
from corpus.company import Company
from corpus.escalation import EscalationRules
from corpus.examples import HARMLESS_FILE, EscalationExamples, Reported, Synonyms, Texts, Unanswered
from corpus.legal import Legal
from corpus.legal_checks import advise_legal
from corpus.model import LANGUAGES, Article, Language
from corpus.notice_checks import advise_notices, find_notice_errors
from corpus.notices import Notices
from corpus.problem import CorpusError, Problem, Severity
from corpus.reading import Reading, read_folder, read_legal, read_notices, read_redirects
from corpus.redirects import Redirects, advise_redirects, find_redirect_errors
from corpus.validation import Sheet


@dataclass(frozen=True, slots=True)
class Corpus:
    """A valid corpus: the company, the escalation rules, all articles by id, and what is told by example."""

    folder: Path
    company: Company
    escalation: EscalationRules
    articles: MappingProxyType[str, Article]
    examples: EscalationExamples
    unanswered: Unanswered
    synonyms: Synonyms

    def valid_articles(self, day: date) -> tuple[Article, ...]:
        """Return the articles that may be shown on ``day``, ordered by id."""
        return tuple(self.articles[key] for key in sorted(self.articles) if self.articles[key].is_valid(day))


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: the problems in the order of their places, and what was looked at."""

    problems: tuple[Problem, ...]
    articles: int
    languages: int
    topics: int

    def count(self, severity: Severity) -> int:
        """Return how many problems are of one severity."""
        return sum(problem.severity is severity for problem in self.problems)


def load_corpus(folder: Path) -> Corpus:
    """Read a corpus that is going to be used.

    :param folder: holds ``company.yaml``, ``escalation.yaml`` and ``articles/``.
    :return: the corpus, which has no errors.
    :raises CorpusError: with the errors of all files; warnings are left to ``check_corpus``.
    """
    reading = read_folder(folder)
    problems = [*reading.problems, *find_errors(reading)]
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors or reading.company is None:
        raise CorpusError(_ordered(errors))
    return Corpus(
        folder=folder,
        company=reading.company.value,
        escalation=reading.escalation.value if reading.escalation else EscalationRules(reasons=()),
        articles=MappingProxyType(
            {
                sheet.value.id: sheet.value
                for sheet in sorted(reading.articles, key=lambda each: each.value.id)
            }
        ),
        examples=_examples(reading.examples),
        unanswered=reading.unanswered.value if reading.unanswered else Unanswered(),
        synonyms=reading.synonyms.value if reading.synonyms else Synonyms(),
    )


def check_corpus(folder: Path, today: date) -> Report:
    """Find everything that is wrong, or may be, with a corpus; nothing is raised.

    :param folder: holds ``company.yaml``, ``escalation.yaml``, ``articles/`` and perhaps ``facts.yaml``,
        ``notices.yaml``, ``redirects.yaml`` and ``legal.yaml``.
    :param today: the day on which articles are stale, and notices over, or not.
    :return: all errors and warnings.
    """
    reading = read_folder(folder)
    read_notices(reading)
    read_redirects(reading)
    read_legal(reading)
    problems = [*reading.problems, *find_errors(reading), *advise(reading, today)]
    problems += advise_legal(reading, today)
    if reading.notices and reading.company:
        company = reading.company.value
        problems += find_notice_errors(reading.notices, company, known_articles(reading))
        problems += advise_notices(reading.notices, company, today)
    if reading.redirects:
        problems += find_redirect_errors(reading.redirects, known_articles(reading))
        problems += advise_redirects(
            reading.redirects, {each.value.id: each.value for each in reading.articles}
        )
    return Report(
        problems=_ordered(problems),
        articles=reading.files,
        languages=len(_languages(reading)),
        topics=len(reading.company.value.topics) if reading.company else 0,
    )


def load_notices(folder: Path, company: Company, articles: Collection[str]) -> Notices:
    """Read the notices beside a corpus; a build does not need them.

    :param folder: holds ``notices.yaml``, if there is one.
    :param company: the company that serves.
    :param articles: the ids of the articles that serve.
    :return: the notices, which have no errors.
    :raises CorpusError: with all errors of the file.
    """
    reading = Reading(folder)
    read_notices(reading)
    problems = list(reading.problems)
    if reading.notices:
        problems += find_notice_errors(reading.notices, company, articles)
    if errors := [problem for problem in problems if problem.severity is Severity.ERROR]:
        raise CorpusError(_ordered(errors))
    return reading.notices.value if reading.notices else Notices()


def load_redirects(folder: Path) -> Redirects:
    """Read the redirects beside a corpus; a build does not need them.

    Which articles there are is left to :func:`check_corpus`: right after a rename the articles that serve are
    still the old ones.

    :param folder: holds ``redirects.yaml``, if there is one.
    :return: the redirects, each of which leads to its end in one step.
    :raises CorpusError: with all errors of the file.
    """
    reading = Reading(folder)
    read_redirects(reading)
    problems = list(reading.problems)
    if reading.redirects:
        problems += find_redirect_errors(reading.redirects)
    if errors := [problem for problem in problems if problem.severity is Severity.ERROR]:
        raise CorpusError(_ordered(errors))
    return reading.redirects.value if reading.redirects else Redirects()


def load_legal(folder: Path) -> Legal:
    """Read what the legal pages hold; a build does not need it.

    :param folder: holds ``legal.yaml``, if there is one.
    :return: the facts, texts and addresses of the pages, which have no errors.
    :raises CorpusError: with all errors of the file.
    """
    reading = Reading(folder)
    read_legal(reading)
    if errors := [problem for problem in reading.problems if problem.severity is Severity.ERROR]:
        raise CorpusError(_ordered(errors))
    return reading.legal.value if reading.legal else Legal()


def _examples(sheets: Iterable[Sheet[Texts]]) -> EscalationExamples:
    """Put all files together; each is named after its reason."""
    named = [(sheet.source.file.stem, sheet.value) for sheet in sheets]
    harmless = [texts for name, texts in named if name == HARMLESS_FILE]
    return EscalationExamples(
        reasons=tuple(
            Reported(reason=name, de=texts.de, en=texts.en) for name, texts in named if name != HARMLESS_FILE
        ),
        harmless=Texts(
            de=tuple(text for texts in harmless for text in texts.de),
            en=tuple(text for texts in harmless for text in texts.en),
        ),
    )


def _languages(reading: Reading) -> set[Language]:
    return {
        language for language in LANGUAGES for sheet in reading.articles if sheet.value.translation(language)
    }


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(
        sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column, problem.code))
    )
