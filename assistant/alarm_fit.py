"""Fits the alarm on the examples of each reason, against look-alikes, phrasings and unanswered questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from assistant.alarm import HARMLESS, NEVER, SILENT, Alarm, labels_of
from assistant.message_features import BUCKETS, Examples, hashed
from index import Artifact, PassageKind, Vectors, example_texts
from index.joining import MOST_WORDS, join, short_questions

MOST_FALSE_ALARMS = 0.01
LEAST_POINT = 0.2
"""However few harmless questions are known, nothing less likely escalates."""
_LEAST = 20
"""Examples from which on there is something to fit."""
_PHRASINGS = 60_000
"""Ordinary questions that are learned from: the more, the fewer of them raise an alarm."""
SLACK = 30.0
"""How little weights are held back, as sklearn's C: a glance must be sure enough to dismiss most messages."""
SLACK_OF_ALL = 12_000.0
"""The most that the examples share in a closer look: among few each must count, among thousands none needs to
be trusted alone, least of all by how near they are to each other when the encoder has learned from them."""
JOINED = 0.3
"""Share of the short examples that go with a question."""
_FOLDS = 5
_ASKED = (PassageKind.QUESTION, PassageKind.PHRASING, PassageKind.NOTHING)


def fit_alarm(
    artifact: Artifact, harmless: Sequence[str] = (), harmless_vectors: Vectors | None = None
) -> Alarm:
    """Fit the alarm of an artifact on its corpus' examples.

    Some short examples go with an ordinary question as well: what is grave stays so. An example is no
    neighbour of itself. The point is set where at most 1 % of what is harmless raises an alarm: of the
    questions given, else of the look-alikes, phrasings and unanswered questions, each judged by a fit that
    has not seen it.

    :param artifact: an opened index.
    :param harmless: questions of which none must escalate, not used for fitting.
    :param harmless_vectors: their vectors, shape ``(n, dim)``.
    :return: the alarm; one that is never raised where there are fewer than 20 examples.
    """
    reported = labels_of(artifact.corpus)
    if (reported != HARMLESS).sum() < _LEAST:
        return SILENT
    rows, (own, joined) = _asked(artifact), join_examples(artifact)
    asked = [artifact.index.passages[row].text for row in rows]
    texts = [*example_texts(artifact.corpus), *asked, *joined]
    labels = np.concatenate([reported, np.full(len(rows), HARMLESS), reported[own]])
    # A message is embedded as a query, and so must be what is learned from.
    longer = artifact.index.encoder.encode(joined, role="query")
    vectors = np.concatenate([_as_queries(artifact), artifact.index.query_vectors(rows), longer])
    itself = np.concatenate([np.arange(len(reported)), np.full(len(rows), -1), own])
    examples = Examples(artifact.examples, reported)
    known = matrix(texts, vectors)
    compared = csr_matrix(hstack([csr_matrix(examples.neighbours(vectors, own=itself)), known]))
    slack = slack_of(len(reported))
    glance, look = regression(known, labels, SLACK), regression(compared, labels, slack)
    reasons = tuple(str(reason) for reason in look.classes_)
    alarm = Alarm(reasons, _weights(glance), _weights(look), NEVER)
    if len(harmless) and harmless_vectors is not None:
        parts = zip(harmless, harmless_vectors, examples.neighbours(harmless_vectors), strict=True)
        raised = np.array([1.0 - alarm.probabilities(*each)[0] for each in parts])
    else:
        raised = held_out(compared, labels, own, slack)[labels[: len(labels) - len(own)] == HARMLESS]
    return replace(alarm, point=_point(raised))


def join_examples(artifact: Artifact) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Let some short examples go with a question that an article answers.

    :param artifact: an opened index.
    :return: the example that each of these messages holds, shape ``(n,)``, and the messages.
    """
    rng = Random(0)  # noqa: S311
    questions, examples = short_questions(artifact.index.passages), artifact.corpus.examples
    each = [pair for texts in (*examples.reasons, examples.harmless) for pair in texts]
    joined = [
        (row, join(text, questions[language], rng))
        for row, (language, text) in enumerate(each)
        if questions[language] and len(text.split()) <= MOST_WORDS and rng.random() < JOINED
    ]
    return np.array([row for row, _ in joined], dtype=np.int64), [text for _, text in joined]


def matrix(texts: Sequence[str], vectors: Vectors) -> csr_matrix:
    """Return vectors and hashed features of messages, shape ``(n, dim + BUCKETS)``, float32."""
    features = [hashed(text) for text in texts]
    pointers = np.concatenate(([0], np.cumsum([len(columns) for columns, _ in features])))
    columns = np.concatenate([columns for columns, _ in features])
    values = np.concatenate([values for _, values in features])
    sparse = csr_matrix((values, columns, pointers), shape=(len(texts), BUCKETS))
    sparse.sum_duplicates()
    return csr_matrix(hstack([csr_matrix(vectors), sparse]))


def slack_of(examples: int) -> float:
    """Return how little the weights of a closer look are held back, the less the more examples there are."""
    return min(SLACK, SLACK_OF_ALL / examples)


def regression(x: csr_matrix, labels: npt.NDArray[np.str_], slack: float):  # type: ignore[no-untyped-def]
    """Fit a multinomial logistic regression; the more slack, the weaker the penalty on its weights."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=slack, max_iter=300).fit(x, labels)


def _as_queries(artifact: Artifact) -> Vectors:
    encoder = artifact.index.encoder
    if encoder.symmetric:
        return artifact.examples
    return encoder.encode(example_texts(artifact.corpus), role="query")


def _asked(artifact: Artifact) -> list[int]:
    rows = [row for row, one in enumerate(artifact.index.passages) if one.kind in _ASKED]
    if len(rows) <= _PHRASINGS:
        return rows
    return [rows[place] for place in np.linspace(0, len(rows) - 1, _PHRASINGS, dtype=np.int64)]


def _weights(model) -> npt.NDArray[np.float32]:  # type: ignore[no-untyped-def]
    weights = np.concatenate([model.intercept_[np.newaxis], model.coef_.T]).astype(np.float32)
    # Of two classes only the second one's logit is kept; the first one's is 0.
    return np.concatenate([np.zeros_like(weights), weights], axis=1) if weights.shape[1] == 1 else weights


def _point(raised: npt.NDArray[np.float64]) -> float:
    """The lowest probability that at most 1 % of harmless messages reach, and no less than one fifth."""
    allowed = int(MOST_FALSE_ALARMS * len(raised))
    return max(LEAST_POINT, float(np.sort(raised)[::-1][allowed]) + 1e-6)


def held_out(
    x: csr_matrix, labels: npt.NDArray[np.str_], own: npt.NDArray[np.int64], slack: float
) -> npt.NDArray[np.float64]:
    """The probability of any reason, each from a fit that has not seen the message.

    :param x: the features, those of messages that hold an example last.
    :param labels: the reason of each, shape ``(n,)``.
    :param own: the row of the example that each of the last holds, shape ``(m,)``.
    :param slack: how weak the penalty on the weights is.
    :return: shape ``(n - m,)``: of all but the last.
    """
    from sklearn.model_selection import StratifiedKFold

    first = len(labels) - len(own)
    raised = np.empty(first)
    for train, test in StratifiedKFold(_FOLDS).split(x[:first], labels[:first]):
        seen = np.concatenate([train, first + np.flatnonzero(np.isin(own, train))])
        raised[test] = 1.0 - regression(x[seen], labels[seen], slack).predict_proba(x[test])[:, 0]
    return raised
