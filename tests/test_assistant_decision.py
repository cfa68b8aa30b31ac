"""The five outcomes, rule by rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Conversation, Decision
from assistant.decision import CLOSE, Policy, Verdict, decide
from corpus import LANGUAGES, Language
from index import EVIDENCE, Passage, PassageKind, RankedArticle, Ranking

ALLOWED = Policy(answer_in=frozenset(LANGUAGES), high_risk=frozenset({"risky"}))
NO_EVIDENCE = (0.0,) * len(EVIDENCE)


def ranking(*scores: float, first: str = "a0") -> Ranking:
    names = [first, *(f"a{n}" for n in range(1, len(scores)))]
    articles = tuple(
        RankedArticle(name, score, NO_EVIDENCE, (Passage(name, "de", PassageKind.QUESTION, name),))
        for name, score in zip(names, scores, strict=True)
    )
    return Ranking("?", articles, (1.0 / len(articles),) * len(articles))


def judge(
    found: Ranking,
    p: float | None,
    *,
    point: float = 0.9,
    conversation: Conversation | None = None,
    policy: Policy = ALLOWED,
    language: Language = "de",
) -> Verdict:
    return decide(
        found,
        p,
        answer_point=None if p is None else point,
        conversation=conversation or Conversation.start(),
        policy=policy,
        language=language,
    )


def outcome(
    scores: tuple[float, ...], p: float | None, *, conversation: Conversation | None = None
) -> tuple[Decision, int]:
    verdict = judge(ranking(*scores), p, conversation=conversation)
    return verdict.decision, verdict.shown


@pytest.mark.parametrize(
    ("p", "scores", "decision", "shown"),
    [
        (0.95, (9.0, 5.0, 4.0), Decision.ANSWER, 1),
        (0.90, (9.0, 5.0, 4.0), Decision.ANSWER, 1),
        (0.89, (9.0, 5.0, 4.0), Decision.SUGGEST, 3),
        (0.50, (9.0, 5.0, 4.0), Decision.SUGGEST, 3),
        (0.49, (9.0, 5.0, 4.0), Decision.HAND_OVER, 0),
        (0.60, (9.0, 8.8, 4.0), Decision.CLARIFY, 2),
        (0.40, (9.0, 8.8, 8.7), Decision.CLARIFY, 3),
        (0.10, (9.0, 8.8, 8.7), Decision.HAND_OVER, 0),
        (None, (9.0, 5.0), Decision.SUGGEST, 2),
    ],
)
def test_confidence_decides(
    p: float | None, scores: tuple[float, ...], decision: Decision, shown: int
) -> None:
    assert outcome(scores, p) == (decision, shown)


@pytest.mark.parametrize(("apart", "decision"), [(CLOSE, Decision.CLARIFY), (CLOSE + 0.01, Decision.SUGGEST)])
def test_close_is_at_most_two_to_one(apart: float, decision: Decision) -> None:
    assert outcome((0.0, -apart), 0.6)[0] is decision


def test_a_phrasing_of_the_article_is_answered_whatever_the_confidence() -> None:
    known = replace(ranking(9.0, 8.8), known=True)
    risky = replace(ranking(9.0, 5.0, first="risky"), known=True)
    verdicts = [judge(found, 0.2, point=1.01) for found in (known, risky)]

    assert [verdict.decision for verdict in verdicts] == [Decision.ANSWER, Decision.SUGGEST]
    assert verdicts[0].rule == "a phrasing of the article, word for word"


def test_a_question_back_is_asked_once() -> None:
    asked = replace(Conversation.start(), clarified=True)

    assert outcome((9.0, 8.8), 0.6, conversation=asked)[0] is Decision.SUGGEST
    assert outcome((9.0, 8.8), 0.4, conversation=asked)[0] is Decision.HAND_OVER


def test_high_risk_is_suggested_not_answered() -> None:
    verdict = judge(ranking(9.0, 5.0, first="risky"), 0.99)

    assert (verdict.decision, verdict.rule) == (Decision.SUGGEST, "high risk: suggested, not answered")


def test_high_risk_is_answered_in_the_language_it_is_proven_for() -> None:
    proven = replace(ALLOWED, high_risk_proven=frozenset[Language]({"en"}))
    decisions = {
        language: judge(ranking(9.0, 5.0, first="risky"), 0.99, policy=proven, language=language).decision
        for language in LANGUAGES
    }

    assert decisions == {"de": Decision.SUGGEST, "en": Decision.ANSWER}


def test_without_permission_nothing_is_answered_directly() -> None:
    forbidden = Policy(answer_in=frozenset(), high_risk=frozenset())
    verdict = judge(ranking(9.0, 5.0), 0.99, policy=forbidden)

    assert (verdict.decision, verdict.rule) == (
        Decision.SUGGEST,
        "no certificate: suggested, not answered",
    )


def test_a_language_without_proof_does_not_use_that_of_the_other() -> None:
    english = replace(ALLOWED, answer_in=frozenset[Language]({"en"}))
    decisions = {
        language: judge(ranking(9.0, 5.0), 0.99, policy=english, language=language).decision
        for language in LANGUAGES
    }

    assert decisions == {"de": Decision.SUGGEST, "en": Decision.ANSWER}


def test_what_is_sure_stays_sure_where_it_may_not_be_answered() -> None:
    forbidden = Policy(answer_in=frozenset(), high_risk=frozenset())

    assert judge(ranking(9.0, 5.0), 0.9).sure
    assert judge(ranking(9.0, 5.0), 0.9, policy=forbidden).sure
    assert judge(ranking(9.0, 5.0, first="risky"), 0.9).sure
    assert judge(replace(ranking(9.0, 8.8), known=True), 0.2).sure
    assert not judge(ranking(9.0, 5.0), 0.89).sure
    assert not judge(ranking(9.0, 8.8), 0.89).sure
    assert not judge(ranking(9.0, 5.0), None).sure


def test_after_two_rejections_only_a_person_is_left() -> None:
    tired = Conversation.start().with_rejected("x").with_rejected("y")

    assert outcome((9.0, 5.0), 0.99, conversation=tired) == (Decision.HAND_OVER, 0)


def test_nothing_found_is_handed_over() -> None:
    verdict = judge(Ranking("?", ()), 0.0)

    assert (verdict.decision, verdict.shown) == (Decision.HAND_OVER, 0)
