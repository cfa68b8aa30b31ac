"""Chooses among the five outcomes: pure rules over a confidence and what was said before."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.confidence import RELEVANCE_POINT
from assistant.conversation import Conversation
from assistant.reply import Decision
from corpus import Language
from index import Ranking

MAX_SUGGESTED = 3
CLOSE = 0.7
"""Articles whose logits differ by no more than this are about equally likely: at most two to one."""
HINT_POINT = 0.3
"""Below the relevance point, but close articles from here on are worth one question back."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision with the number of articles it shows and the rule that led to it.

    ``sure`` says that the confidence reaches the answer point, whatever else keeps it from being answered.
    """

    decision: Decision
    shown: int
    rule: str
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be answered directly: in which languages, and with which articles only where that is proven.

    ``high_risk`` articles need a proof of their own; ``high_risk_proven`` names the languages that have it.
    """

    answer_in: frozenset[Language]
    high_risk: frozenset[str]
    high_risk_proven: frozenset[Language] = frozenset()


def decide(
    ranking: Ranking,
    probability: float | None,
    *,
    answer_point: float | None,
    conversation: Conversation,
    policy: Policy,
    language: Language,
) -> Verdict:
    """Decide what to do with a ranking; escalation was ruled out before.

    :param ranking: articles already rejected in the conversation are not in it.
    :param probability: calibrated probability that the first article is right, ``None`` where the
        corpus was too small to calibrate.
    :param answer_point: probability from which on an answer is given directly in this language.
    :param conversation: what was said before.
    :param policy: what may be answered directly.
    :param language: of the question.
    :return: the verdict.
    """
    if conversation.human_only:
        return Verdict(Decision.HAND_OVER, 0, "two articles did not help")
    if not ranking.articles:
        return Verdict(Decision.HAND_OVER, 0, "no article is left")
    if probability is None or answer_point is None:
        shown = min(MAX_SUGGESTED, len(ranking.articles))
        return Verdict(Decision.SUGGEST, shown, "too few phrasings to calibrate: ranking only")
    first = ranking.articles[0].article
    if ranking.known or probability >= answer_point:
        if language not in policy.answer_in:
            return Verdict(Decision.SUGGEST, MAX_SUGGESTED, "no certificate: suggested, not answered", True)
        if first in policy.high_risk and language not in policy.high_risk_proven:
            return Verdict(Decision.SUGGEST, MAX_SUGGESTED, "high risk: suggested, not answered", True)
        if ranking.known:
            return Verdict(Decision.ANSWER, 1, "a phrasing of the article, word for word", True)
        return Verdict(Decision.ANSWER, 1, f"p {probability:.3f} >= answer point {answer_point:.3f}", True)
    close = _close(ranking)
    if close > 1 and probability >= HINT_POINT and not conversation.clarified:
        return Verdict(Decision.CLARIFY, close, f"{close} articles within {CLOSE}")
    if probability >= RELEVANCE_POINT:
        return Verdict(Decision.SUGGEST, MAX_SUGGESTED, f"p {probability:.3f} >= relevance point")
    return Verdict(Decision.HAND_OVER, 0, f"p {probability:.3f} < relevance point {RELEVANCE_POINT}")


def _close(ranking: Ranking) -> int:
    """Count the leading articles that are about equally likely, at most three."""
    best = ranking.articles[0].score
    return sum(best - ranked.score <= CLOSE for ranked in ranking.articles[:MAX_SUGGESTED])
