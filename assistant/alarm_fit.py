"""Fits the alarm on the examples of each reason, against look-alikes, phrasings and unanswered questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from assistant.alarm import HARMLESS, NEVER, SILENT, Alarm, labels_of
from assistant.alarm_data import gather
from assistant.alarm_point import point_of, raised_by, raised_unseen
from assistant.message_features import Examples
from assistant.triage import Triage
from index import Artifact

_LEAST = 20
"""Examples from which on there is something to fit."""
SLACK = 30.0
"""How little weights are held back, as sklearn's C: a glance must be sure enough to dismiss most messages."""
SLACK_OF_ALL = 150_000.0
"""The most that the examples share in a closer look: among few each must count, among thousands none needs to
be trusted alone, least of all by how near they are to each other when the encoder has learned from them."""


def fit_alarm(artifact: Artifact, harmless: Sequence[str] = ()) -> Alarm:
    """Fit the alarm of an artifact on its corpus' examples.

    Some short examples go with an ordinary question as well: what is grave stays so. The point is set where
    at most 1 % of what is harmless escalates: of the questions given, by pattern or by example; else of the
    look-alikes, phrasings and unanswered questions by example, each judged by a fit that has not seen it.

    :param artifact: an opened index.
    :param harmless: questions of which none must escalate, not used for fitting.
    :return: the alarm; one that is never raised where there are fewer than 20 examples.
    """
    reported = labels_of(artifact.corpus)
    if (reported != HARMLESS).sum() < _LEAST:
        return SILENT
    examples = Examples(artifact.examples, reported)
    known, closer = gather(artifact, examples), partial(regression, slack=slack_of(len(reported)))
    glance, look = regression(known.plain, known.labels, slack=SLACK), closer(known.compared, known.labels)
    reasons = tuple(str(reason) for reason in look.classes_)
    alarm = Alarm(reasons, _weights(glance), _weights(look), NEVER)
    encoder = artifact.index.encoder
    if harmless:
        triage = Triage(artifact.corpus, alarm, artifact.examples, encoder)
        raised = raised_by(triage, [artifact.index.query(text, language=None) for text in harmless])
    else:
        raised = raised_unseen(known, examples, partial(encoder.encode, role="query"), closer)
    return replace(alarm, point=point_of(raised))


def slack_of(examples: int) -> float:
    """Return sklearn's C for a closer look: the more examples there are, the more weights are held back."""
    return min(SLACK, SLACK_OF_ALL / examples)


def regression(x: csr_matrix, labels: npt.NDArray[np.str_], *, slack: float):  # type: ignore[no-untyped-def]
    """Fit a multinomial logistic regression; the more slack, the weaker the penalty on its weights."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=slack, max_iter=300).fit(x, labels)


def _weights(model) -> npt.NDArray[np.float32]:  # type: ignore[no-untyped-def]
    weights = np.concatenate([model.intercept_[np.newaxis], model.coef_.T]).astype(np.float32)
    # Of two classes only the second one's logit is kept; the first one's is 0.
    return np.concatenate([np.zeros_like(weights), weights], axis=1) if weights.shape[1] == 1 else weights
