"""Judges before a search whether a person must take a message at once: by pattern and by example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.alarm import Alarm, Suspicion, Watch
from assistant.escalation import Escalation, Match
from assistant.parts import sections_of, with_parts
from corpus import Corpus, fold
from index import Encoder, Query, Vectors


class _Section(NamedTuple):
    """A section of a message and its vector, shape ``(dim,)``."""

    text: str
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found about a message.

    ``matched`` is the reason for which a person must take it, ``doubted`` what a pattern found and the
    examples overruled. ``suspicion`` is ``None`` where a glance was enough or there are no examples.
    """

    matched: Match | None
    doubted: Match | None = None
    suspicion: Suspicion | None = None


class Triage:
    """The rules of a corpus with its alarm.

    :param corpus: has the rules and the examples.
    :param alarm: fitted on these examples.
    :param examples: their vectors, shape ``(examples, dim)``.
    :param encoder: the one that made them.
    """

    def __init__(self, corpus: Corpus, alarm: Alarm, examples: Vectors, encoder: Encoder) -> None:
        self._escalation = Escalation(corpus.escalation)
        self._watch = Watch(alarm, corpus, examples)
        self._encoder = encoder

    def judge(self, query: Query, message: str | None = None) -> Judgement:
        """Judge a message by patterns, and by examples where a glance does not dismiss it.

        A long message is judged section by section: in thousands of characters one sentence tells nothing.

        :param query: the message, or what of it is searched.
        :param message: all of it, for the patterns; default: the query's text.
        :return: by pattern where one matches and the examples do not speak clearly against it, else by
            example. A reason that is never doubted needs the pattern alone.
        """
        message = query.text if message is None else message
        sections = self._sections(query)
        left = [section for section in sections if not self._watch.dismisses(*section)]
        if not left:
            return Judgement(next(self._escalation.matches(message, undoubted=True), None))
        doubted = None
        for match in self._escalation.matches(message):
            # What another section is about tells nothing of the words that were found in this one.
            of = [section for section in sections if match.words in fold(section.text)] or left
            suspicion = self._suspect(of)
            if not self._watch.doubts(match.reason, suspicion):
                return Judgement(match, doubted, suspicion)
            doubted = doubted or match
        suspicion = self._suspect(left)
        return Judgement(self._escalation.suspected(suspicion, self._watch.point), doubted, suspicion)

    def match(self, text: str) -> Match | None:
        """Return the first thing that a pattern finds in a message, whatever the examples say."""
        return self._escalation.match(text)

    def dismisses(self, query: Query) -> bool:
        """Say whether a glance at each section of a message tells that it is unlike all reports."""
        return all(self._watch.dismisses(*section) for section in self._sections(query))

    def suspect(self, query: Query) -> Suspicion | None:
        """Return how likely a message is a report, judged by example; ``None`` where there are none."""
        return self._suspect(self._sections(query))

    def _sections(self, query: Query) -> list[_Section]:
        texts = sections_of(query.text)
        vectors = query.vectors[:1] if len(texts) == 1 else self._encoder.encode(texts, role="query")
        return [_Section(*section) for section in zip(texts, vectors, strict=True)]

    def _suspect(self, sections: Sequence[_Section]) -> Suspicion | None:
        """Return the highest suspicion, or the first that escalates: no further one changes anything."""
        most: Suspicion | None = None
        for text, vector in sections if self._watch.knows else ():
            message, *parts = with_parts(text)
            vectors = vector[np.newaxis]
            if parts:
                vectors = np.concatenate([vectors, self._encoder.encode(parts, role="query")])
            suspicion = self._watch.suspect([message, *parts], vectors)
            if most is None or suspicion.probability > most.probability:
                most = suspicion
            if most.probability >= self._watch.point:
                break
        return most
