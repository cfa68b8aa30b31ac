"""Fits the confidence on questions whose answer is known.

Labelled questions are asked as they are. Without them every phrasing is such a question: it is asked
with itself left out (is its article still first?) and with its whole article left out (nothing can be
right), both computed as if the left-out passages had never been there. Phrasings are written to differ
from each other, so what is fitted on them is too careful with what customers really ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.confidence import NEVER, Confidence, features
from corpus import LANGUAGES
from corpus.questions import Group, Question
from index import Filter, Index, PassageKind
from index.spelling import split_words

MIN_PROBES = 50
MOST_PROBES = 3000
"""More say hardly more, and a build has to end; they are spread evenly over the articles."""
FOLDS = 5
_ASKED = (PassageKind.QUESTION, PassageKind.PHRASING)


@dataclass(frozen=True, slots=True)
class Probes:
    """Questions with a known outcome.

    ``x`` has shape ``(n, features)``, ``right`` (n,) bool, ``answerable`` (n,) bool; ``article``
    and ``language`` (n,) name what was asked.
    """

    x: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    answerable: npt.NDArray[np.bool_]
    article: npt.NDArray[np.str_]
    language: npt.NDArray[np.str_]


def calibrate_index(
    index: Index,
    *,
    max_wrong: float,
    expected_unanswerable: float,
    questions: Sequence[Question] = (),
    progress: Callable[[int, int], object] | None = None,
) -> Confidence | None:
    """Fit the confidence of an index on labelled questions, or on its own phrasings.

    :param index: the index.
    :param max_wrong: the wrong share of direct answers at which the answer points are set.
    :param expected_unanswerable: the share of questions without an article, 0..1; weighs examples.
    :param questions: labelled ones; those that must escalate are never ranked, so they do not count. With
        fewer than 50 that have an article, or 50 that have none, the phrasings serve.
    :param progress: called with the number of probes done and their total.
    :return: the confidence, ``None`` with fewer than 50 probes or five articles, or where every
        probe ended the same way.
    """
    if (probes := _labelled(index, questions)) is not None:
        return _fit(probes, max_wrong, expected_unanswerable)
    rows = [row for row, passage in enumerate(index.passages) if passage.kind in _ASKED]
    if len(rows) < MIN_PROBES or len(index.articles) < FOLDS:
        return None
    if len(rows) > MOST_PROBES:
        rows = [rows[place] for place in np.linspace(0, len(rows) - 1, MOST_PROBES, dtype=np.int64)]
    probes = _collect(_examples(index, rows, progress))
    if len(set(probes.right.tolist())) < 2:
        return None
    return _fit(probes, max_wrong, expected_unanswerable)


def _labelled(index: Index, questions: Sequence[Question]) -> Probes | None:
    """Ask the labelled questions; ``None`` where they are too few, or all ended the same way."""
    asked = []
    for question in questions:
        if question.group is Group.ESCALATE:
            continue
        ranking = index.rank(question.text, language=question.language)
        expected = [article for article in question.expected if article in index.articles]
        # Questions on one article stay together when some are held out.
        group = expected[0] if expected else question.id
        if ranking.articles:
            right = ranking.articles[0].article in expected
            asked.append((features(ranking), right, bool(expected), group, question.language))
    answerable = sum(example[2] for example in asked)
    if min(answerable, len(asked) - answerable) < MIN_PROBES or len({example[1] for example in asked}) < 2:
        return None
    return _collect(iter(asked))


def _examples(
    index: Index, rows: list[int], progress: Callable[[int, int], object] | None
) -> Iterator[tuple[npt.NDArray[np.float64], bool, bool, str, str]]:
    """Ask each row twice; yields features, right, answerable, article, language."""
    articles = np.array([passage.article for passage in index.passages])
    # The same words as keyword, or in the other language, would give the answer away.
    texts = [" ".join(split_words(passage.text)) for passage in index.passages]
    for done, (row, vector) in enumerate(zip(rows, index.query_vectors(rows), strict=True), start=1):
        passage = index.passages[row]
        whole_article = tuple(np.flatnonzero(articles == passage.article).tolist())
        copies = tuple(each for each in whole_article if texts[each] == texts[row])
        for without, answerable in ((copies, True), (whole_article, False)):
            ranking = index.rank_vector(
                vector, passage.text, language=passage.language, leave_out=Filter(without=without)
            )
            if ranking.articles:
                right = answerable and ranking.articles[0].article == passage.article
                yield features(ranking), right, answerable, passage.article, passage.language
        if progress is not None:
            progress(done, len(rows))


def _collect(examples: Iterator[tuple[npt.NDArray[np.float64], bool, bool, str, str]]) -> Probes:
    x, right, answerable, article, language = zip(*examples, strict=True)
    return Probes(np.stack(x), np.array(right), np.array(answerable), np.array(article), np.array(language))


def _fit(probes: Probes, max_wrong: float, expected_unanswerable: float) -> Confidence:
    mean, scale = probes.x.mean(axis=0), probes.x.std(axis=0) + 1e-9
    x = (probes.x - mean) / scale
    weight = np.where(
        probes.answerable,
        (1.0 - expected_unanswerable) / probes.answerable.sum(),
        expected_unanswerable / (~probes.answerable).sum(),
    ) * len(x)
    model = _regression(x, probes.right, weight)
    held_out = _held_out(x, probes, weight)
    return Confidence(
        mean=tuple(mean.tolist()),
        scale=tuple(scale.tolist()),
        weights=tuple(model.coef_[0].tolist()),
        intercept=float(model.intercept_[0]),
        answer_points={
            language: answer_point(held_out[own], probes.right[own], weight[own], max_wrong)
            for language in LANGUAGES
            if (own := probes.language == language).sum() >= 2 * MIN_PROBES
        },
        probes={language: int((probes.language == language).sum()) for language in LANGUAGES},
        max_wrong=max_wrong,
        expected_unanswerable=expected_unanswerable,
    )


def _regression(x: npt.NDArray[np.float64], y: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]):  # type: ignore[no-untyped-def]
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, max_iter=1000).fit(x, y, sample_weight=weight)


def _held_out(
    x: npt.NDArray[np.float64], probes: Probes, weight: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Probabilities, shape (n,), each from a fit that has not seen the probe's article."""
    from sklearn.model_selection import GroupKFold

    probability = np.empty(len(x))
    for train, test in GroupKFold(FOLDS).split(x, probes.right, probes.article):
        model = _regression(x[train], probes.right[train], weight[train])
        probability[test] = model.predict_proba(x[test])[:, 1]
    return probability


def answer_point(
    probability: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    max_wrong: float,
) -> float:
    """Find the lowest probability above which the wrong share stays within ``max_wrong``.

    The share is taken both ways, as observed and as predicted by the probabilities, and the worse
    counts.

    :param probability: shape (n,).
    :param right: whether the first article was right, shape (n,).
    :param weight: weight of each example, shape (n,).
    :param max_wrong: the wrong share allowed.
    :return: the answer point; above 1 where no point is good enough.
    """
    order = np.argsort(-probability, kind="stable")
    p, w = probability[order], weight[order]
    answered = np.cumsum(w)
    observed = np.cumsum(w * ~right[order]) / answered
    predicted = np.cumsum(w * (1.0 - p)) / answered
    last_of_value = np.append(p[1:] != p[:-1], True)
    good = np.flatnonzero((np.maximum(observed, predicted) <= max_wrong) & last_of_value)
    return float(p[good[-1]]) if good.size else NEVER
