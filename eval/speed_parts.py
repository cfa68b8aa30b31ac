"""Where the time of one question goes."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from assistant import Assistant, Conversation, clean, identify_language
from assistant.decision import Policy, decide
from corpus import LANGUAGES, Language
from index import Encoder, Query

PARTS = ("normalise", "language", "encode", "lexical", "search", "rank", "decide")
"""``lexical`` looks a question's n-grams and words up, ``search`` gathers all evidence (look-up included),
``rank`` weighs it, ``decide`` judges escalation, confidence and outcome."""


def measure_parts(
    assistant: Assistant, encoder: Encoder, asked: Sequence[tuple[Language, str]]
) -> dict[str, list[float]]:
    """Time each step on each question, one step after the other.

    :param assistant: a warm one.
    :param encoder: its encoder.
    :param asked: language and text of each question.
    :return: milliseconds a question, by the names of :data:`PARTS`.
    """
    times: dict[str, list[float]] = {name: [] for name in PARTS}
    policy = Policy(answer_in=frozenset(LANGUAGES), high_risk=frozenset())
    index, confidence = assistant.index, assistant.confidence
    for language, text in asked:
        marks = [perf_counter()]
        question = clean(text)
        marks.append(perf_counter())
        certain = identify_language(question)
        marks.append(perf_counter())
        vectors = encoder.encode([question], role="query")
        marks.append(perf_counter())
        index.look_up(question)
        marks.append(perf_counter())
        query = Query(question, question, vectors, certain)
        evidence = index.evidence(query)
        marks.append(perf_counter())
        ranking = index.weigh(query, evidence, assistant.weights)
        marks.append(perf_counter())
        assistant.triage.judge(query)
        probability = confidence.probability(ranking) if confidence else None
        decide(
            ranking,
            probability,
            answer_point=confidence.answer_point(language) if confidence else None,
            conversation=Conversation.start(),
            policy=policy,
            language=language,
        )
        marks.append(perf_counter())
        for name, begin, end in zip(PARTS, marks, marks[1:], strict=False):
            times[name].append(1000 * (end - begin))
    return times
