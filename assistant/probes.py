"""Asks an index questions whose answer is known: labelled ones, or its own phrasings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.weighing import Choice
from corpus import LANGUAGES, Language
from corpus.questions import Group, Question
from index import Classifier, Evidence, Filter, Index, PassageKind, Query, split_words

MIN_PROBES = 50
MOST_PROBES = 1500
"""More say hardly more, and a build has to end; they are spread evenly over the articles."""
FOLDS = 5
UNTRANSLATED = 0.3
"""Share of articles whose version in the question's language is taken away, to learn to do without."""
_ASKED = (PassageKind.QUESTION, PassageKind.PHRASING)

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Probe:
    """A question with a known outcome: its evidence, and which of the candidates are right.

    ``answerable`` is false where nothing can be right; probes of one ``group`` are held out together.
    """

    query: Query
    evidence: Evidence
    right: npt.NDArray[np.bool_]
    answerable: bool
    group: str
    language: str


def ask_labelled(index: Index, questions: Sequence[Question]) -> tuple[list[Probe], list[Choice]] | None:
    """Ask labelled questions.

    :param index: the index.
    :param questions: those that must escalate are left out.
    :return: the probes, and each answerable question once more with a share of all articles not
        translated; ``None`` where fewer than 50 have an article, or fewer than 50 have none.
    """
    probes, choices = [], []
    partial = {language: _partly_translated(index, language) for language in LANGUAGES}
    for question in questions:
        if question.group is Group.ESCALATE:
            continue
        query = index.query(question.text, language=question.language)
        expected = [article for article in question.expected if article in index.articles]
        # Questions on one article stay together when some are held out.
        group = expected[0] if expected else question.id
        probes.append(_probe(index, query, Filter(), expected, group, question.language))
        if expected:
            missing, classifier = partial[question.language]
            evidence = index.evidence(query, leave_out=missing, classifier=classifier)
            choices.append(Choice(evidence.values, index.numbered(evidence, expected), 0.5))
    answerable = sum(probe.answerable for probe in probes)
    if min(answerable, len(probes) - answerable) < MIN_PROBES:
        return None
    return probes, choices


def _partly_translated(index: Index, language: Language) -> tuple[Filter, Classifier]:
    """Take the version in a language from a share of all articles, and learn without it."""
    drawn = np.random.default_rng(LANGUAGES.index(language)).random(len(index.articles)) < UNTRANSLATED
    missing = Filter(untranslated=frozenset(index.articles[drawn].tolist()), language=language)
    return missing, index.fit_classifier(index.rows_hidden(missing))


def ask_phrasings(index: Index, progress: Progress | None) -> Iterator[Probe]:
    """Ask each phrasing without itself, and some without their article.

    They are dealt into folds. In each, the classifier has seen nothing of one fifth of all articles, and of
    the others not the fold's own phrasings.

    :param index: the index.
    :param progress: called with the number of probes done and their total.
    :yield: the probes; none with fewer than 50 phrasings or five articles.
    """
    rows = [row for row, passage in enumerate(index.passages) if passage.kind in _ASKED]
    if len(rows) < MIN_PROBES or len(index.articles) < FOLDS:
        return
    if len(rows) > MOST_PROBES:
        rows = [rows[place] for place in np.linspace(0, len(rows) - 1, MOST_PROBES, dtype=np.int64)]
    articles = np.array([passage.article for passage in index.passages])
    # The same words as keyword, or in the other language, would give the answer away.
    texts = np.array([" ".join(split_words(passage.text)) for passage in index.passages])
    groups = {article: at % FOLDS for at, article in enumerate(index.articles)}
    group = np.array([groups.get(article, -1) for article in articles])
    vectors = dict(zip(rows, index.query_vectors(rows), strict=True))
    done = 0
    for fold in range(FOLDS):
        own = rows[fold::FOLDS]
        gone = group == fold
        classifier = index.fit_classifier(gone | np.isin(texts, texts[own]) & (articles != ""))
        for row in rows:
            asked = (row in own, group[row] == fold)
            if not any(asked):
                continue
            passage, whole_article = index.passages[row], articles == articles[row]
            query = Query(passage.text, passage.text, vectors[row][np.newaxis, :], passage.language)
            hidden = np.flatnonzero(whole_article if asked[1] else whole_article & (texts == texts[row]))
            expected = [] if asked[1] else [passage.article]
            probe = _probe(
                index,
                query,
                Filter(without=tuple(hidden.tolist())),
                expected,
                passage.article,
                passage.language,
                classifier,
            )
            if len(probe.evidence.articles):
                yield probe
            done += 1
            if progress is not None:
                progress(done, 2 * len(rows))


def _probe(
    index: Index,
    query: Query,
    leave_out: Filter,
    expected: Sequence[str],
    group: str,
    language: str,
    classifier: Classifier | None = None,
) -> Probe:
    evidence = index.evidence(query, leave_out=leave_out, classifier=classifier)
    right = index.numbered(evidence, expected)
    return Probe(query, evidence, right, bool(expected), group, language)


def choices_of(probes: Sequence[Probe]) -> list[Choice]:
    """Return what can be learned from about the weights of evidence."""
    return [Choice(probe.evidence.values, probe.right) for probe in probes if probe.answerable]
