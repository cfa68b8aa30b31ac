"""Gathers what an alarm is fitted on: examples, look-alikes, ordinary questions, and examples beside one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from assistant.alarm import HARMLESS, labels_of
from assistant.message_features import BUCKETS, Examples, hashed
from index import Artifact, PassageKind, Vectors, example_texts
from index.joining import MOST_WORDS, join, short_questions

JOINED = 0.3
"""Share of the short examples that go with a question."""
_PHRASINGS = 60_000
"""Ordinary questions that are learned from: the more, the fewer of them raise an alarm."""
_ASKED = (PassageKind.QUESTION, PassageKind.PHRASING, PassageKind.NOTHING)

Rows: TypeAlias = npt.NDArray[np.int64]
Encode: TypeAlias = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Known:
    """The messages that are learned from; those that hold an example and a question are the last.

    ``itself`` has the row of the example that each is, or holds, -1 where there is none, shape ``(n,)``;
    ``first`` counts those without a question beside them. ``plain`` has vectors and hashed features,
    ``compared`` those of the neighbours before them, each with n rows.
    """

    texts: tuple[str, ...]
    labels: npt.NDArray[np.str_]
    itself: Rows
    first: int
    plain: csr_matrix
    compared: csr_matrix


def gather(artifact: Artifact, examples: Examples) -> Known:
    """Gather what an artifact's corpus tells by example, and ordinary questions.

    :param artifact: an opened index.
    :param examples: its examples, to be compared with.
    :return: the messages with their features; an example is no neighbour of itself.
    """
    reported = labels_of(artifact.corpus)
    rows, (own, joined) = _asked(artifact), join_examples(artifact)
    asked = [artifact.index.passages[row].text for row in rows]
    texts = (*example_texts(artifact.corpus), *asked, *joined)
    # A message is embedded as a query, and so must be what is learned from.
    longer = artifact.index.encoder.encode(joined, role="query")
    vectors = np.concatenate([_as_queries(artifact), artifact.index.query_vectors(rows.tolist()), longer])
    itself = np.concatenate([np.arange(len(reported)), np.full(len(rows), -1), own])
    plain = matrix(texts, vectors)
    return Known(
        texts=texts,
        labels=np.concatenate([reported, np.full(len(rows), HARMLESS), reported[own]]),
        itself=itself,
        first=len(texts) - len(joined),
        plain=plain,
        compared=compared(plain, examples.neighbours(vectors, own=itself)),
    )


def join_examples(artifact: Artifact) -> tuple[Rows, list[str]]:
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


def compared(plain: csr_matrix, near: npt.NDArray[np.float32]) -> csr_matrix:
    """Put what :meth:`assistant.message_features.Examples.neighbours` gives before the other features."""
    return csr_matrix(hstack([csr_matrix(near), plain]))


def evenly(rows: Rows, most: int) -> Rows:
    """Return all rows, or of more than ``most`` as many at equal distances."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most, dtype=np.int64)]


def _as_queries(artifact: Artifact) -> Vectors:
    encoder = artifact.index.encoder
    if encoder.symmetric:
        return artifact.examples
    return encoder.encode(example_texts(artifact.corpus), role="query")


def _asked(artifact: Artifact) -> Rows:
    rows = [row for row, one in enumerate(artifact.index.passages) if one.kind in _ASKED]
    return evenly(np.array(rows, dtype=np.int64), _PHRASINGS)
