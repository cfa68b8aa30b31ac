"""Whether a language is served as well where an article exists in the other one alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from assistant import clean, identify_language
from assistant.confidence import Confidence
from corpus import LANGUAGES, Corpus, Language
from corpus.questions import Group, Question
from eval.groups import by_language
from eval.intervals import Figure, mean, share
from eval.metrics import hit
from eval.section import NAMES, Section, figure_columns
from index import LEARNED, Classifier, Filter, Index, Weights

Tick = Callable[[], object]
FOLDS = 5
_ROWS = (
    "recall@1, all versions",
    "recall@3, all versions",
    "recall@1, own-language version of the article removed",
    "recall@1, all own-language versions removed",
    "difference, version of the article removed",
    "difference, all versions removed",
)


@dataclass(frozen=True, slots=True)
class _Without:
    """What a search leaves out, with a classifier that has not learned from it."""

    leave_out: Filter
    classifier: Classifier | None


def parity_section(
    questions: Sequence[Question],
    corpus: Corpus,
    index: Index,
    confidence: Confidence | None,
    tick: Tick = lambda: None,
) -> Section:
    """Search for answerable questions as they are, and without versions in their language.

    :param questions: any; those that no article in both languages answers are left out.
    :param corpus: of the index.
    :param index: the one that serves.
    :param confidence: weighs the evidence; ``None``: the shipped weights.
    :param tick: called once a question.
    :return: recall@1 three times, recall@3 with all versions, and the paired differences.
    """
    found, hidden = [], hidden_articles(corpus)
    weights = confidence.ranking if confidence else LEARNED
    fold = {article: at % FOLDS for at, article in enumerate(index.articles.tolist())}
    asked = sorted(
        (one for one in questions if _is_translated(one, corpus)),
        key=lambda one: (one.language, fold[one.expected[0]]),
    )
    for language, own in groupby(asked, key=lambda one: one.language):
        none = _without(index, Filter(articles=hidden, languages=frozenset({_other(language)})))
        for number, group in groupby(own, key=lambda one: fold[one.expected[0]]):
            gone = frozenset(article for article, at in fold.items() if at == number)
            part = _without(index, Filter(articles=hidden, untranslated=gone, language=language))
            for one in group:
                searches = (_Without(Filter(articles=hidden), None), part, none)
                found.append((language, _found(one, index, weights, searches)))
                tick()
    groups = by_language(found, lambda one: one[0])
    named = [(NAMES[name], _figures([flags for _, flags in group])) for name, group in groups.items()]
    return Section(
        "parity",
        "Across languages",
        (
            "The same answerable questions, ranked without escalation, with every version and without those "
            "in their own language. The version of the article is removed together with those of a fifth of "
            "all articles, and nothing has learned from what is removed. Only questions whose article stands "
            "in both languages count.",
        ),
        tables=(figure_columns("", named),),
    )


def hidden_articles(corpus: Corpus) -> frozenset[str]:
    """Return the articles that may not be shown today."""
    today = date.today()
    return frozenset(key for key, article in corpus.articles.items() if not article.is_valid(today))


def _without(index: Index, leave_out: Filter) -> _Without:
    return _Without(leave_out, index.fit_classifier(index.rows_hidden(leave_out)))


def _found(
    question: Question, index: Index, weights: Weights, searches: Sequence[_Without]
) -> tuple[bool, bool, bool, bool]:
    """Say whether a right article is first and among three, and first without its own or any own version."""
    text, expected = clean(question.text), frozenset(question.expected)
    query = index.query(text, language=identify_language(text))
    rankings = [
        index.rank_query(query, leave_out=each.leave_out, weights=weights, classifier=each.classifier)
        for each in searches
    ]
    whole, own, none = (
        bool(ranking.articles)
        and ranking.articles[0].article in expected & (each.leave_out.untranslated or expected)
        for ranking, each in zip(rankings, searches, strict=True)
    )
    three = hit([each.article for each in rankings[0].articles], expected, 3)
    return whole, three, own, none


def _figures(flags: Sequence[tuple[bool, bool, bool, bool]]) -> dict[str, Figure]:
    whole, three, own, none = zip(*flags, strict=True)
    return dict(
        zip(
            _ROWS,
            (
                share(whole),
                share(three),
                share(own),
                share(none),
                mean([float(less) - float(all_) for less, all_ in zip(own, whole, strict=True)]),
                mean([float(less) - float(all_) for less, all_ in zip(none, whole, strict=True)]),
            ),
            strict=True,
        )
    )


def _is_translated(question: Question, corpus: Corpus) -> bool:
    versions = [corpus.articles[article] for article in question.expected]
    return question.group is Group.ANSWERABLE and any(
        all(article.translation(language) for language in LANGUAGES) for article in versions
    )


def _other(language: Language) -> Language:
    return "en" if language == "de" else "de"
