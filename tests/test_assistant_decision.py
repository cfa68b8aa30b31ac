"""The five outcomes, rule by rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Conversation, Decision
from assistant.decision import Policy, decide
from index import Passage, PassageKind, RankedArticle, Ranking

ALLOWED = Policy(answer_directly=True, high_risk=frozenset({"risky"}))


def ranking(*scores: float, first: str = "a0") -> Ranking:
    names = [first, *(f"a{n}" for n in range(1, len(scores)))]
    articles = tuple(
        RankedArticle(name, score, score, 0.0, score, Passage(name, "de", PassageKind.QUESTION, name))
        for name, score in zip(names, scores, strict=True)
    )
    return Ranking("?", articles, 0.2, 0.3)


def outcome(
    scores: tuple[float, ...],
    p: float | None,
    *,
    conversation: Conversation | None = None,
    policy: Policy = ALLOWED,
    first: str = "a0",
) -> tuple[Decision, int]:
    verdict = decide(
        ranking(*scores, first=first),
        p,
        answer_point=None if p is None else 0.9,
        conversation=conversation or Conversation.start(),
        policy=policy,
    )
    return verdict.decision, verdict.shown


@pytest.mark.parametrize(
    ("p", "scores", "decision", "shown"),
    [
        (0.95, (0.9, 0.5, 0.4), Decision.ANSWER, 1),
        (0.90, (0.9, 0.5, 0.4), Decision.ANSWER, 1),
        (0.89, (0.9, 0.5, 0.4), Decision.SUGGEST, 3),
        (0.50, (0.9, 0.5, 0.4), Decision.SUGGEST, 3),
        (0.49, (0.9, 0.5, 0.4), Decision.HAND_OVER, 0),
        (0.60, (0.9, 0.88, 0.4), Decision.CLARIFY, 2),
        (0.40, (0.9, 0.88, 0.87), Decision.CLARIFY, 3),
        (0.10, (0.9, 0.88, 0.87), Decision.HAND_OVER, 0),
        (None, (0.9, 0.5), Decision.SUGGEST, 2),
    ],
)
def test_confidence_decides(
    p: float | None, scores: tuple[float, ...], decision: Decision, shown: int
) -> None:
    assert outcome(scores, p) == (decision, shown)


def test_a_phrasing_of_the_article_is_answered_whatever_the_confidence() -> None:
    known = replace(ranking(0.9, 0.88, first="a0"), known=True)
    risky = replace(ranking(0.9, 0.5, first="risky"), known=True)
    verdicts = [
        decide(found, 0.2, answer_point=1.01, conversation=Conversation.start(), policy=ALLOWED)
        for found in (known, risky)
    ]

    assert [verdict.decision for verdict in verdicts] == [Decision.ANSWER, Decision.SUGGEST]
    assert verdicts[0].rule == "a phrasing of the article, word for word"


def test_a_question_back_is_asked_once() -> None:
    asked = replace(Conversation.start(), clarified=True)

    assert outcome((0.9, 0.88), 0.6, conversation=asked)[0] is Decision.SUGGEST
    assert outcome((0.9, 0.88), 0.4, conversation=asked)[0] is Decision.HAND_OVER


def test_high_risk_is_suggested_not_answered() -> None:
    assert outcome((0.9, 0.5), 0.99, first="risky")[0] is Decision.SUGGEST


def test_an_article_found_only_by_mending_words_is_suggested() -> None:
    verdict = decide(
        replace(ranking(0.9, 0.5), doubtful=True),
        0.99,
        answer_point=0.9,
        conversation=Conversation.start(),
        policy=ALLOWED,
    )

    assert verdict.decision is Decision.SUGGEST


def test_without_permission_nothing_is_answered_directly() -> None:
    forbidden = Policy(answer_directly=False, high_risk=frozenset())

    assert outcome((0.9, 0.5), 0.99, policy=forbidden)[0] is Decision.SUGGEST


def test_after_two_rejections_only_a_person_is_left() -> None:
    tired = Conversation.start().with_rejected("x").with_rejected("y")

    assert outcome((0.9, 0.5), 0.99, conversation=tired) == (Decision.HAND_OVER, 0)


def test_nothing_found_is_handed_over() -> None:
    verdict = decide(
        Ranking("?", (), 0.0, 0.0),
        0.0,
        answer_point=0.9,
        conversation=Conversation.start(),
        policy=ALLOWED,
    )

    assert (verdict.decision, verdict.shown) == (Decision.HAND_OVER, 0)
