"""Fits ranking and confidence on questions whose answer is known.

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
from assistant.proof import provable_share
from assistant.weighing import PRIOR_OF_PHRASINGS, Choice, learn_weights
from corpus import LANGUAGES, Language
from corpus.questions import Group, Question
from index import Classifier, Evidence, Filter, Index, PassageKind, Query, Weights, split_words

MIN_PROBES = 50
MOST_PROBES = 1500
"""More say hardly more, and a build has to end; they are spread evenly over the articles."""
FOLDS = 5
PROOF = 2
"""How many questions a proof will count for each one that is calibrated on: a third and two thirds of all."""
COVERAGES = tuple(share / 100 for share in range(40, 96, 2))
"""Shares of the answerable questions that the candidates for an answer point answer."""
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


def calibrate_index(
    index: Index,
    *,
    max_wrong: float,
    expected_unanswerable: float,
    questions: Sequence[Question] = (),
    progress: Progress | None = None,
) -> Confidence | None:
    """Fit ranking and confidence of an index on labelled questions, or on its own phrasings.

    :param index: the index.
    :param max_wrong: the wrong share of direct answers at which the answer points are set.
    :param expected_unanswerable: the share of questions without an article, 0..1; weighs examples.
    :param questions: labelled ones; those that must escalate are never ranked, so they do not count. With
        fewer than 50 that have an article, or 50 that have none, the phrasings serve.
    :param progress: called with the number of probes done and their total.
    :return: the confidence, ``None`` with fewer than 50 probes or five articles, or where every
        probe ended the same way.
    """
    labelled = ask_labelled(index, questions)
    if labelled is not None:
        probes, choices = labelled
        weights = learn_weights([*_choices(probes), *choices])
        return _fit(index, probes, weights, max_wrong, expected_unanswerable, proven=True)
    rows = [row for row, passage in enumerate(index.passages) if passage.kind in _ASKED]
    if len(rows) < MIN_PROBES or len(index.articles) < FOLDS:
        return None
    if len(rows) > MOST_PROBES:
        rows = [rows[place] for place in np.linspace(0, len(rows) - 1, MOST_PROBES, dtype=np.int64)]
    probes = list(_phrasings(index, rows, progress))
    weights = learn_weights(_choices(probes), prior=PRIOR_OF_PHRASINGS)
    return _fit(index, probes, weights, max_wrong, expected_unanswerable, proven=False)


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


def _phrasings(index: Index, rows: list[int], progress: Progress | None) -> Iterator[Probe]:
    """Ask each row without itself, and some without their article, of a classifier that has seen neither.

    The rows are dealt into folds. In each, one fifth of all articles is not learned from at all, and of the
    others the fold's own rows are not.
    """
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


def _choices(probes: Sequence[Probe]) -> list[Choice]:
    return [Choice(probe.evidence.values, probe.right) for probe in probes if probe.answerable]


def _fit(
    index: Index,
    probes: Sequence[Probe],
    ranking: Weights,
    max_wrong: float,
    expected_unanswerable: float,
    *,
    proven: bool,
) -> Confidence | None:
    described, right = _described(index, probes, ranking)
    answerable = np.array([probe.answerable for probe in probes])
    if len(set(right.tolist())) < 2 or answerable.all() or not answerable.any():
        return None
    language = np.array([probe.language for probe in probes])
    mean, scale = described.mean(axis=0), described.std(axis=0) + 1e-9
    x = (described - mean) / scale
    weight = np.where(
        answerable,
        (1.0 - expected_unanswerable) / answerable.sum(),
        expected_unanswerable / (~answerable).sum(),
    ) * len(x)
    model = _regression(x, right, weight)
    held_out = _held_out(x, right, weight, np.array([probe.group for probe in probes]))
    points: dict[str, float] = {}
    ladder: dict[str, tuple[float, ...]] = {}
    for each in LANGUAGES:
        own = language == each
        if own.sum() >= 2 * MIN_PROBES:
            # What is proven afterwards need not be predicted cautiously as well.
            target = provable_share(max_wrong, PROOF * int(answerable[own].sum())) if proven else max_wrong
            seen = (held_out[own], right[own], weight[own])
            points[each] = answer_point(*seen, target, cautious=not proven)
            ladder[each] = coverage_ladder(held_out[own & answerable])
    return Confidence(
        ranking=ranking,
        mean=tuple(mean.tolist()),
        scale=tuple(scale.tolist()),
        weights=tuple(model.coef_[0].tolist()),
        intercept=float(model.intercept_[0]),
        answer_points=points,
        ladder=ladder,
        probes={each: int((language == each).sum()) for each in LANGUAGES},
        max_wrong=max_wrong,
        expected_unanswerable=expected_unanswerable,
    )


def _described(
    index: Index, probes: Sequence[Probe], ranking: Weights
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The features of each probe's ranking, shape ``(n, features)``; whether its first article is right."""
    described = np.stack([features(index.weigh(probe.query, probe.evidence, ranking)) for probe in probes])
    first = [int(np.argmax(ranking.scores(probe.evidence.values))) for probe in probes]
    right = [bool(probe.right[at]) for probe, at in zip(probes, first, strict=True)]
    return described, np.array(right)


def _regression(x: npt.NDArray[np.float64], y: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]):  # type: ignore[no-untyped-def]
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.1, max_iter=1000).fit(x, y, sample_weight=weight)


def _held_out(
    x: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    groups: npt.NDArray[np.str_],
) -> npt.NDArray[np.float64]:
    """Probabilities, shape (n,), each from a fit that has not seen the probe's group."""
    from sklearn.model_selection import GroupKFold

    probability = np.empty(len(x))
    for train, test in GroupKFold(FOLDS).split(x, right, groups):
        model = _regression(x[train], right[train], weight[train])
        probability[test] = model.predict_proba(x[test])[:, 1]
    return probability


def coverage_ladder(probability: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Return candidates for an answer point that answer more and more, the strictest first.

    :param probability: of the answerable questions, shape (n,).
    :return: one probability for each of :data:`COVERAGES`, each once.
    """
    points = np.quantile(probability, 1.0 - np.array(COVERAGES), method="lower")
    return tuple(sorted(set(points.tolist()), reverse=True))


def answer_point(
    probability: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    max_wrong: float,
    *,
    cautious: bool = True,
) -> float:
    """Find the lowest probability above which the wrong share stays within ``max_wrong``.

    :param probability: shape (n,).
    :param right: whether the first article was right, shape (n,).
    :param weight: weight of each example, shape (n,).
    :param max_wrong: the wrong share allowed.
    :param cautious: take the share both ways, as observed and as predicted by the probabilities, and let the
        worse one count; else it counts as observed.
    :return: the answer point; above 1 where no point is good enough.
    """
    order = np.argsort(-probability, kind="stable")
    p, w = probability[order], weight[order]
    answered = np.cumsum(w)
    observed = np.cumsum(w * ~right[order]) / answered
    predicted = np.cumsum(w * (1.0 - p)) / answered
    last_of_value = np.append(p[1:] != p[:-1], True)
    share = np.maximum(observed, predicted) if cautious else observed
    good = np.flatnonzero((share <= max_wrong) & last_of_value)
    return float(p[good[-1]]) if good.size else NEVER
