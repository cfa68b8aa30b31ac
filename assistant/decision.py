"""Chooses among the five outcomes: pure rules over a confidence and what was said before."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.confidence import RELEVANCE_POINT
from assistant.conversation import Conversation
from assistant.reply import Decision
from index import Ranking

MAX_SUGGESTED = 3
CLOSE = 0.06
"""Articles whose scores differ by no more than this are about equally likely."""
HINT_POINT = 0.3
"""Below the relevance point, but close articles from here on are worth one question back."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision with the number of articles it shows and the rule that led to it."""

    decision: Decision
    shown: int
    rule: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What an operator allows: direct answers at all, and for which articles."""

    answer_directly: bool
    high_risk: frozenset[str]


def decide(
    ranking: Ranking,
    probability: float | None,
    *,
    answer_point: float | None,
    conversation: Conversation,
    policy: Policy,
) -> Verdict:
    """Decide what to do with a ranking; escalation was ruled out before.

    :param ranking: articles already rejected in the conversation are not in it.
    :param probability: calibrated probability that the first article is right, ``None`` where the
        corpus was too small to calibrate.
    :param answer_point: probability from which on an answer is given directly in this language.
    :param conversation: what was said before.
    :param policy: what the operator allows.
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
        if not policy.answer_directly:
            return Verdict(Decision.SUGGEST, MAX_SUGGESTED, "no certificate: suggested, not answered")
        if ranking.doubtful:
            return Verdict(Decision.SUGGEST, MAX_SUGGESTED, "a misspelt word leaves it open: suggested")
        if first in policy.high_risk:
            return Verdict(Decision.SUGGEST, MAX_SUGGESTED, "high risk: suggested, not answered")
        if ranking.known:
            return Verdict(Decision.ANSWER, 1, "a phrasing of the article, word for word")
        return Verdict(Decision.ANSWER, 1, f"p {probability:.3f} >= answer point {answer_point:.3f}")
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
