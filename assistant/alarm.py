"""Recognises by example what patterns cannot tell: that a message must go to a person at once.

A multinomial logistic regression over a message's vector and its hashed character n-grams, fitted on the
corpus' examples of each reason against look-alikes, phrasings and unanswered questions; applied with numpy.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from assistant.errors import ConfidenceError
from corpus import Corpus
from index import Artifact, PassageKind, Vectors, char_ngrams, example_texts

BUCKETS = 1 << 13
HARMLESS = ""
MOST_FALSE_ALARMS = 0.01
DISMISSED = 0.004
"""Below this probability the examples dismiss what a pattern matched: 250 to one against it."""
NEVER = 1.01
LEAST_POINT = 0.2
"""However few harmless questions are known, nothing less likely escalates."""
_LEAST = 20
"""Examples from which on there is something to fit."""
_PHRASINGS = 60_000
"""Ordinary questions that are learned from: the more, the fewer of them raise an alarm."""
_FOLDS = 5
_ASKED = (PassageKind.QUESTION, PassageKind.PHRASING)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The likeliest reason, the probability, 0..1, that any reason holds, and the nearest example of it."""

    reason: str
    probability: float
    example: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A fitted recogniser. ``reasons`` begins with :data:`HARMLESS`.

    ``weights`` has shape ``(dim + BUCKETS, reasons)``, float32; ``intercepts`` ``(reasons,)``. From
    ``point`` on a message escalates.
    """

    reasons: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    intercepts: npt.NDArray[np.float32]
    point: float

    def probabilities(self, text: str, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the probability of each reason.

        :param text: the message.
        :param vector: its vector, shape ``(dim,)``.
        :return: shape ``(reasons,)``, in the order of ``reasons``.
        """
        columns, values = _hashed(text)
        dim = len(vector)
        logits = vector @ self.weights[:dim] + values @ self.weights[dim + columns] + self.intercepts
        shares = np.exp(logits - logits.max(), dtype=np.float64)
        return np.asarray(shares / shares.sum(), dtype=np.float64)

    def save(self, folder: Path, *, artifact: str, source: str) -> None:
        """Write ``alarm.npz`` beside the index it belongs to."""
        fresh = folder / "alarm.new.npz"
        np.savez(
            fresh,
            weights=self.weights.astype(np.float16),
            intercepts=self.intercepts,
            point=np.array(self.point),
            about=np.array(json.dumps([artifact, _code_hash(), source, list(self.reasons)])),
        )
        fresh.replace(folder / "alarm.npz")

    @classmethod
    def load(cls, folder: Path, *, artifact: str) -> Alarm:
        """Read ``alarm.npz``.

        :param folder: the artifact's folder.
        :param artifact: the id the alarm must belong to.
        :return: the alarm.
        :raises ConfidenceError: when it is missing, incomplete or belongs to another index.
        """
        try:
            with (folder / "alarm.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
                key, code, _, reasons = json.loads(str(stored["about"]))
                if (key, code) != (artifact, _code_hash()):
                    raise ConfidenceError(
                        f"{folder}/alarm.npz belongs to another index or version; run: lotse build"
                    )
                weights = stored["weights"].astype(np.float32)
                return cls(tuple(reasons), weights, stored["intercepts"], float(stored["point"]))
        except (OSError, EOFError, BadZipFile, ValueError, KeyError):
            raise ConfidenceError(f"{folder}/alarm.npz is missing or incomplete; run: lotse build") from None


SILENT = Alarm((HARMLESS,), np.zeros((0, 1), np.float32), np.zeros(1, np.float32), NEVER)
"""What serves where the corpus has no examples."""


class Watch:
    """An alarm with the examples it can point at."""

    def __init__(self, alarm: Alarm, corpus: Corpus, examples: Vectors) -> None:
        self._alarm = alarm
        self._texts = example_texts(corpus)
        labels = np.array(_labels(corpus), dtype=np.str_)
        self._rows = {reason: np.flatnonzero(labels == reason) for reason in alarm.reasons}
        self._examples = {reason: examples[rows] for reason, rows in self._rows.items() if reason != HARMLESS}

    @property
    def point(self) -> float:
        """The probability from which on a message escalates."""
        return self._alarm.point

    def dismisses(self, text: str, vector: npt.NDArray[np.float32]) -> bool:
        """Say whether the examples speak so clearly against an alarm that no pattern need be tried.

        :param text: the message.
        :param vector: its vector, shape ``(dim,)``.
        :return: false where there are no examples to judge by.
        """
        known = len(self._alarm.reasons) > 1
        return known and 1.0 - float(self._alarm.probabilities(text, vector)[0]) < DISMISSED

    def suspect(self, text: str, vector: npt.NDArray[np.float32]) -> Suspicion | None:
        """Judge a message.

        :param text: the message.
        :param vector: its vector, shape ``(dim,)``.
        :return: the suspicion, ``None`` where there are no examples to judge by.
        """
        if len(self._alarm.reasons) < 2:
            return None
        shares = self._alarm.probabilities(text, vector)
        reason = self._alarm.reasons[1 + int(np.argmax(shares[1:]))]
        nearest = self._rows[reason][int(np.argmax(self._examples[reason] @ vector))]
        return Suspicion(reason, float(1.0 - shares[0]), self._texts[nearest])


def fit_alarm(
    artifact: Artifact, harmless: Sequence[str] = (), harmless_vectors: Vectors | None = None
) -> Alarm:
    """Fit the alarm of an artifact on its corpus' examples.

    The point is set where at most 1 % of what is harmless raises an alarm: of the questions given, else of
    the look-alikes, phrasings and unanswered questions, each judged by a fit that has not seen it.

    :param artifact: an opened index.
    :param harmless: questions of which none must escalate, not used for fitting.
    :param harmless_vectors: their vectors, shape ``(n, dim)``.
    :return: the alarm; one that is never raised where there are fewer than 20 examples.
    """
    reported = _labels(artifact.corpus)
    if sum(label != HARMLESS for label in reported) < _LEAST:
        return SILENT
    passages = artifact.index.passages
    rows = [row for row, one in enumerate(passages) if one.kind in (*_ASKED, PassageKind.NOTHING)]
    if len(rows) > _PHRASINGS:
        rows = [rows[place] for place in np.linspace(0, len(rows) - 1, _PHRASINGS, dtype=np.int64)]
    texts = example_texts(artifact.corpus) + [passages[row].text for row in rows]
    labels = np.array(reported + [HARMLESS] * len(rows), dtype=np.str_)
    x = _matrix(texts, np.concatenate([artifact.examples, artifact.index.vectors[rows]]))
    model = _regression(x, labels)
    alarm = Alarm(
        tuple(str(reason) for reason in model.classes_),
        model.coef_.T.astype(np.float32),
        model.intercept_.astype(np.float32),
        NEVER,
    )
    if len(harmless) and harmless_vectors is not None:
        pairs = zip(harmless, harmless_vectors, strict=True)
        raised = np.array([1.0 - alarm.probabilities(text, vector)[0] for text, vector in pairs])
    else:
        raised = _held_out(x, labels)[labels == HARMLESS]
    return Alarm(alarm.reasons, alarm.weights, alarm.intercepts, _point(raised))


def _labels(corpus: Corpus) -> list[str]:
    """The reason of each example text, :data:`HARMLESS` for look-alikes."""
    examples = corpus.examples
    reported = [reason.reason for reason in examples.reasons for _ in reason]
    return [*reported, *(HARMLESS for _ in examples.harmless)]


def _point(raised: npt.NDArray[np.float64]) -> float:
    """The lowest probability that at most 1 % of harmless messages reach, and no less than one fifth."""
    allowed = int(MOST_FALSE_ALARMS * len(raised))
    return max(LEAST_POINT, float(np.sort(raised)[::-1][allowed]) + 1e-6)


def _hashed(text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The buckets of a text's n-grams, and their weights at length 1."""
    counts = Counter(crc32(gram.encode()) % BUCKETS for gram in char_ngrams(text))
    columns = np.array(list(counts), dtype=np.int64)
    values = 1.0 + np.log(np.array(list(counts.values()), dtype=np.float32))
    return columns, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


def _matrix(texts: Sequence[str], vectors: Vectors) -> csr_matrix:
    hashed = [_hashed(text) for text in texts]
    pointers = np.concatenate(([0], np.cumsum([len(columns) for columns, _ in hashed])))
    columns = np.concatenate([columns for columns, _ in hashed])
    values = np.concatenate([values for _, values in hashed])
    grams = csr_matrix((values, columns, pointers), shape=(len(texts), BUCKETS))
    return csr_matrix(hstack([csr_matrix(vectors), grams]))


def _regression(x: csr_matrix, labels: npt.NDArray[np.str_]):  # type: ignore[no-untyped-def]
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=30.0, max_iter=300).fit(x, labels)


def _held_out(x: csr_matrix, labels: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
    """The probability of any reason, shape ``(n,)``, each from a fit that has not seen the message."""
    from sklearn.model_selection import StratifiedKFold

    raised = np.empty(len(labels))
    for train, test in StratifiedKFold(_FOLDS).split(x, labels):
        raised[test] = 1.0 - _regression(x[train], labels[train]).predict_proba(x[test])[:, 0]
    return raised


def _code_hash() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
