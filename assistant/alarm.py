"""Recognises by example what patterns cannot tell: that a message must go to a person at once.

Two multinomial logistic regressions, fitted by :mod:`assistant.alarm_fit` and applied with numpy. The first
glances at a message's vector, n-grams and words, which is enough for most questions; only what it cannot
dismiss is compared with all examples, as a whole and part by part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from assistant.errors import ConfidenceError
from assistant.message_features import Examples, hashed
from corpus import Corpus, EscalationReason
from index import Vectors, example_texts

HARMLESS = ""
DISMISSED = 0.004
"""Below this probability a glance is enough: 250 to one against a report."""
DOUBTED = 0.05
"""Below this probability even what a pattern found is no report: 20 to one against."""
MANY = 200
"""Examples of a reason from which on its patterns are doubted: a few do not know all that a pattern finds."""
SELECTED = 1.5
"""Taken off the log odds for each doubling of a message's parts: the worst of many is so by chance, too."""
MOST_DOUBLINGS = 2.0
"""More parts than four take no more off: a long letter may be a report, too."""
NEVER = 1.01

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The likeliest reason, the probability, 0..1, that any reason holds, and the nearest example of it.

    ``part`` is the most suspicious part of a message that has several, else the message or a section of it.
    """

    reason: str
    probability: float
    example: str
    part: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A fitted recogniser. ``reasons`` begins with :data:`HARMLESS`.

    ``glance`` has shape ``(1 + dim + BUCKETS, reasons)``, float32, the intercepts first; ``look`` has as many
    rows more as there are features of neighbours, behind the intercepts. From ``point`` on a message
    escalates.
    """

    reasons: tuple[str, ...]
    glance: npt.NDArray[np.float32]
    look: npt.NDArray[np.float32]
    point: float

    def glanced(self, text: str, vector: npt.NDArray[np.float32]) -> float:
        """Return the probability of any reason, by the message alone.

        :param text: the message.
        :param vector: its vector, shape ``(dim,)``.
        :return: 0..1.
        """
        return float(1.0 - _shares(self.glance, text, vector)[0])

    def probabilities(
        self, text: str, vector: npt.NDArray[np.float32], near: npt.NDArray[np.float32]
    ) -> Shares:
        """Return the probability of each reason, by the message and the examples that it is like.

        :param text: the message.
        :param vector: its vector, shape ``(dim,)``.
        :param near: from :meth:`assistant.message_features.Examples.neighbours`, shape ``(4,)``.
        :return: shape ``(reasons,)``, in the order of ``reasons``.
        """
        return _shares(self.look, text, np.concatenate([near, vector]))

    def save(self, folder: Path, *, artifact: str, source: str) -> None:
        """Write ``alarm.npz`` beside the index it belongs to."""
        fresh = folder / "alarm.new.npz"
        np.savez(
            fresh,
            glance=self.glance.astype(np.float16),
            look=self.look.astype(np.float16),
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
                glance, look = (stored[name].astype(np.float32) for name in ("glance", "look"))
                return cls(tuple(reasons), glance, look, float(stored["point"]))
        except (OSError, EOFError, BadZipFile, ValueError, KeyError):
            raise ConfidenceError(f"{folder}/alarm.npz is missing or incomplete; run: lotse build") from None


SILENT = Alarm((HARMLESS,), np.zeros((0, 1), np.float32), np.zeros((0, 1), np.float32), NEVER)
"""What serves where the corpus has no examples."""


class Watch:
    """An alarm with the examples it compares a message with."""

    def __init__(self, alarm: Alarm, corpus: Corpus, examples: Vectors) -> None:
        self._alarm = alarm
        self._texts = example_texts(corpus)
        labels = labels_of(corpus)
        self._examples = Examples(examples, labels)
        self._rows = {reason: np.flatnonzero(labels == reason) for reason in alarm.reasons[1:]}
        self._vectors = {reason: examples[rows] for reason, rows in self._rows.items()}

    @property
    def knows(self) -> bool:
        """Whether there are examples to judge by."""
        return len(self._alarm.reasons) > 1

    @property
    def point(self) -> float:
        """The probability from which on a message escalates."""
        return self._alarm.point

    def dismisses(self, text: str, vector: npt.NDArray[np.float32]) -> bool:
        """Say whether a glance at a message shows that no example need be tried.

        :param text: the message.
        :param vector: its vector, shape ``(dim,)``.
        :return: false where there are no examples to judge by.
        """
        return self.knows and self._alarm.glanced(text, vector) < DISMISSED

    def doubts(self, reason: EscalationReason, suspicion: Suspicion | None) -> bool:
        """Say whether the examples speak clearly against what a pattern found.

        :param reason: the pattern's reason.
        :param suspicion: of the message, from :meth:`suspect`.
        :return: false where few examples of the reason are known, or it is never doubted.
        """
        known = not reason.never_doubted and len(self._rows.get(reason.id, ())) >= MANY
        return known and suspicion is not None and suspicion.probability < DOUBTED

    def suspect(self, texts: Sequence[str], vectors: Vectors) -> Suspicion:
        """Judge a message where there are examples to judge by.

        :param texts: the message, then its parts where it has several.
        :param vectors: their vectors, shape ``(texts, dim)``.
        :return: the suspicion.
        """
        near = self._examples.neighbours(vectors)
        shares = [self._alarm.probabilities(*each) for each in zip(texts, vectors, near, strict=True)]
        odds = log_odds(np.array([each[0] for each in shares]))
        most = 1 + int(np.argmax(odds[1:])) if len(texts) > 1 else 0
        reason = self._alarm.reasons[1 + int(np.argmax(shares[most][1:]))]
        nearest = self._rows[reason][int(np.argmax(self._vectors[reason] @ vectors[most]))]
        return Suspicion(reason, together(odds), self._texts[nearest], texts[most])


def log_odds(harmless: Shares) -> Shares:
    """Return the log odds of a report.

    :param harmless: probabilities that messages report nothing, shape ``(n,)``.
    :return: shape ``(n,)``, finite.
    """
    kept = np.clip(harmless, 1e-12, 1.0 - 1e-12)
    return np.asarray(np.log1p(-kept) - np.log(kept), dtype=np.float64)


def together(odds: Shares) -> float:
    """Return the probability that a message is a report, from the log odds of all of it and of its parts.

    What is grave may stand in one sentence of many, and a sentence alone may mean something else: of a
    message with several parts the whole and the most suspicious part count equally, less what choosing the
    most suspicious one adds.

    :param odds: of the message, then of its parts where it has several, shape ``(texts,)``.
    :return: 0..1.
    """
    logit = odds[0]
    if parts := len(odds) - 1:
        logit = (odds[0] + odds[1:].max()) / 2.0 - SELECTED * min(MOST_DOUBLINGS, np.log2(parts))
    return float(1.0 / (1.0 + np.exp(-logit)))


def labels_of(corpus: Corpus) -> npt.NDArray[np.str_]:
    """Return the reason of each text of :func:`index.example_texts`, :data:`HARMLESS` for look-alikes."""
    examples = corpus.examples
    reported = [reason.reason for reason in examples.reasons for _ in reason]
    return np.array([*reported, *(HARMLESS for _ in examples.harmless)], dtype=np.str_)


def _shares(weights: npt.NDArray[np.float32], text: str, dense: npt.NDArray[np.float32]) -> Shares:
    """Softmax of what the intercepts, the dense features and the hashed ones of a text add up to."""
    columns, values = hashed(text)
    first = 1 + len(dense)
    logits = weights[0] + dense @ weights[1:first] + values @ weights[first + columns]
    shares = np.exp(logits - logits.max(), dtype=np.float64)
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _code_hash() -> str:
    here = Path(__file__).resolve().parent
    names = (
        "alarm",
        "alarm_data",
        "alarm_fit",
        "alarm_point",
        "escalation",
        "message_features",
        "parts",
        "triage",
    )
    parts = (here / f"{name}.py" for name in names)
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:16]
