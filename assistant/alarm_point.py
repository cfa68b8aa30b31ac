"""Sets the point of an alarm: the probability that few harmless messages reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from assistant.alarm import HARMLESS, Shares, log_odds, together
from assistant.alarm_data import Encode, Known, Rows, compared, evenly, matrix
from assistant.message_features import Examples
from assistant.parts import with_parts
from assistant.triage import Triage
from index import Query

MOST_FALSE_ALARMS = 0.01
LEAST_POINT = 0.5
"""However few harmless questions are known, nothing that is likelier harmless escalates by example."""
_FOLDS = 5
_JUDGED = 4_000
"""Harmless messages that are enough to tell what one in a hundred reaches."""

Fit = Callable[[csr_matrix, npt.NDArray[np.str_]], Any]
"""Fits a model of scikit-learn to features, shape ``(n, features)``, and labels, shape ``(n,)``."""


def point_of(raised: Shares) -> float:
    """Return the probability that at most 1 % of harmless messages reach, but no less than one half.

    What escalates whatever the point uses up what is allowed, and where it does so wholly, the point is above
    all others.

    :param raised: the probability of each, 1 where it escalates whatever the point, shape ``(n,)``.
    :return: the point.
    """
    by_example = np.sort(raised[raised < 1.0])[::-1]
    allowed = max(0, int(MOST_FALSE_ALARMS * len(raised)) - (len(raised) - len(by_example)))
    reached = float(by_example[allowed]) if allowed < len(by_example) else 0.0
    return max(LEAST_POINT, reached + 1e-6)


def raised_by(triage: Triage, queries: Sequence[Query]) -> Shares:
    """Return the probability that messages which an alarm was not fitted on are given.

    :param triage: with an alarm that is never raised yet.
    :param queries: the messages.
    :return: shape ``(n,)``; 1 where a pattern escalates a message whatever the point.
    """
    judged = [triage.judge(query) for query in queries]
    return np.array(
        [
            1.0 if found.matched else found.suspicion.probability if found.suspicion else 0.0
            for found in judged
        ]
    )


def raised_unseen(known: Known, examples: Examples, encode: Encode, fit: Fit) -> Shares:
    """Return the probability of what is harmless among the known messages, by fits that have not seen it.

    :param known: what is learned from.
    :param examples: what messages are compared with.
    :param encode: embeds messages.
    :param fit: fits a closer look.
    :return: shape ``(n,)``; of many messages 4,000 are enough.
    """
    rows = evenly(np.flatnonzero(known.labels[: known.first] == HARMLESS), _JUDGED)
    cut = [with_parts(known.texts[row])[1:] for row in rows]
    texts, of = [part for parts in cut for part in parts], np.repeat(rows, [len(parts) for parts in cut])
    if texts:
        vectors = encode(texts)
        parts = compared(matrix(texts, vectors), examples.neighbours(vectors, own=known.itself[of]))
    else:
        parts = known.compared[:0]
    whole, alone = held_out(known, parts, of, fit)
    return np.array([together(log_odds(np.append(whole[row], alone[of == row]))) for row in rows])


def held_out(known: Known, parts: csr_matrix, of: Rows, fit: Fit) -> tuple[Shares, Shares]:
    """Return the probability that a message reports nothing, each from a fit that has not seen it.

    :param known: what is learned from.
    :param parts: features of parts of messages, p rows.
    :param of: the row of the message that each part is of, shape ``(p,)``.
    :param fit: fits a closer look.
    :return: of the messages without a question beside them, shape ``(known.first,)``, and of the parts, shape
        ``(p,)``.
    """
    from sklearn.model_selection import StratifiedKFold

    x, labels, first = known.compared, known.labels, known.first
    whole, alone = np.empty(first), np.empty(len(of))
    for train, test in StratifiedKFold(_FOLDS).split(x[:first], labels[:first]):
        seen = np.concatenate([train, first + np.flatnonzero(np.isin(known.itself[first:], train))])
        model, unseen = fit(x[seen], labels[seen]), np.isin(of, test)
        whole[test] = model.predict_proba(x[test])[:, 0]
        if unseen.any():
            alone[unseen] = model.predict_proba(parts[unseen])[:, 0]
    return whole, alone
