"""Whether labelled questions can be trusted: nothing twice, nothing leaked, nothing forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import LANGUAGES, Corpus, fold
from corpus.jsonl import LabelsError
from corpus.questions import Group, Question, load_questions
from eval.likeness import Ngrams, plain, word_runs
from index import Passage, PassageKind, passages_of

TOO_CLOSE = 0.7
"""Dice's coefficient of character n-grams from which on two texts are one question asked twice."""
LONGEST_RUN = 8
"""Words in a row that nobody writes twice by chance."""
LEAST_PER_ARTICLE = 3
SPLITS = ("calibration", "test")
_KNOWN = (PassageKind.QUESTION, PassageKind.PHRASING)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that makes figures untrustworthy; ``questions`` are the ids that must go or change."""

    code: str
    message: str
    questions: tuple[str, ...] = ()


def load_split_questions(folder: Path, corpus: Corpus) -> list[Question]:
    """Read ``calibration.jsonl`` and ``test.jsonl`` of a folder.

    :param folder: holds both files.
    :param corpus: articles and escalation rules the labels must name.
    :return: all questions, calibration first.
    :raises LabelsError: when a file cannot be used, a question stands in the wrong one, or its reason is
        no escalation rule's.
    """
    questions = []
    for split in SPLITS:
        path = folder / f"{split}.jsonl"
        read = load_questions(path, corpus.articles)
        wrong = [question.id for question in read if question.split != split]
        if wrong:
            raise LabelsError(f"{path}: belongs to another split: {', '.join(wrong)}")
        questions += read
    reasons = {reason.id for reason in corpus.escalation.reasons}
    if unknown := {question.reason for question in questions} - reasons - {None}:
        names = ", ".join(sorted(map(str, unknown)))
        raise LabelsError(f"{folder}: the corpus has no escalation reason {names}")
    return questions


def audit_questions(questions: Sequence[Question], corpus: Corpus) -> list[Finding]:
    """Look for everything that would make the figures on these questions untrue.

    :param questions: of all splits together.
    :param corpus: the articles with their phrasings.
    :return: what was found, worst first; nothing where all is well.
    """
    findings = list(_repeated_ids(questions))
    for language in LANGUAGES:
        own = [question for question in questions if question.language == language]
        known = [p for p in passages_of(corpus) if p.kind in _KNOWN and p.language == language]
        findings += _leaks(own, known)
        findings += _repeated(own)
    return [*findings, *_thin(questions, corpus)]


def asked_of(questions: Sequence[Question]) -> Counter[tuple[str, str]]:
    """Count the answerable questions that accept an article, a pair of article and language."""
    return Counter(
        (article, question.language)
        for question in questions
        if question.group is Group.ANSWERABLE
        for article in question.expected
    )


def _repeated_ids(questions: Sequence[Question]) -> Iterator[Finding]:
    for key, count in Counter(question.id for question in questions).items():
        if count > 1:
            yield Finding("id-twice", f"{count} questions are called {key}", (key,))


def _leaks(questions: Sequence[Question], known: Sequence[Passage]) -> Iterator[Finding]:
    """A question that stands among the phrasings would be found by looking it up."""
    texts = [question.text for question in questions] + [passage.text for passage in known]
    rows, others = range(len(questions)), range(len(questions), len(texts))
    closest: dict[int, tuple[float, Passage]] = {}
    for row, other, dice in Ngrams(texts).alike(rows, others, TOO_CLOSE) if known and questions else ():
        nearest = (dice, known[other - len(questions)])
        closest[row] = max(closest.get(row, nearest), nearest, key=lambda each: each[0])
    runs = _by_run(known)
    for row, question in enumerate(questions):
        if row in closest:
            yield _leak(question, *closest[row])
        elif articles := {runs[run] for run in word_runs(question.text, LONGEST_RUN) if run in runs}:
            message = f"{LONGEST_RUN} words in a row stand in a phrasing of {', '.join(sorted(articles))}"
            yield Finding("leak-run", f"{_named(question)}: {message}", (question.id,))


def _leak(question: Question, dice: float, passage: Passage) -> Finding:
    if question.text == passage.text:
        code, how = "leak-exact", "is"
    elif fold(question.text) == fold(passage.text) or plain(question.text) == plain(passage.text):
        code, how = "leak-folded", "is, written otherwise,"
    else:
        code, how = "leak-close", f"is too close ({dice:.2f}) to"
    message = f"{_named(question)} {how} “{passage.text}” of {passage.article}"
    return Finding(code, message, (question.id,))


def _named(question: Question) -> str:
    """Name a question; the text of a test question is not for reading."""
    return question.id if question.split == "test" else f"{question.id} “{question.text}”"


def _repeated(questions: Sequence[Question]) -> Iterator[Finding]:
    """A question asked twice counts twice, and across splits what was tuned on is measured on."""
    texts = [question.text for question in questions]
    rows = range(len(texts))
    for row, other, dice in Ngrams(texts).alike(rows, rows, TOO_CLOSE) if texts else ():
        if row < other:
            one, two = questions[row], questions[other]
            code = "twice" if one.split == two.split else "split-leak"
            names = f"{_named(one)} ({one.split}) and {_named(two)} ({two.split})"
            equal = plain(one.text) == plain(two.text)
            same = "are the same question" if equal else f"are too close ({dice:.2f})"
            yield Finding(code, f"{names} {same}", (one.id, two.id))


def _thin(questions: Sequence[Question], corpus: Corpus) -> Iterator[Finding]:
    asked = asked_of(questions)
    for article, language in sorted({(p.article, p.language) for p in passages_of(corpus) if p.article}):
        if (count := asked[article, language]) < LEAST_PER_ARTICLE:
            yield Finding(
                "thin", f"{article}: {count} questions in {language}, at least {LEAST_PER_ARTICLE} are needed"
            )


def _by_run(known: Sequence[Passage]) -> dict[tuple[str, ...], str]:
    """The article of each run of words in a phrasing."""
    return {run: passage.article for passage in known for run in word_runs(passage.text, LONGEST_RUN)}
