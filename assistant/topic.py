"""Keeps a follow-up to what the conversation is about: which ranking counts, and what is shown for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.confidence import RELEVANCE_POINT
from assistant.decision import MAX_SUGGESTED, Verdict
from assistant.followup import FollowUp, Lean
from assistant.reply import Decision, Piece
from index import Ranking


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, how likely its first article is right, and whether that is sure enough.

    ``lean`` is set where the text was searched together with the question before; ``pieces`` are those of the
    article shown before that speak to it, ``None`` where it says nothing about it.
    """

    ranking: Ranking
    probability: float | None
    sure: bool
    lean: Lean | None = None
    pieces: tuple[Piece, ...] | None = ()

    @property
    def relevant(self) -> bool:
        """Say whether the first article is more likely right than not."""
        return self.sure or (self.probability or 0.0) >= RELEVANCE_POINT

    @property
    def first(self) -> str | None:
        """The first article."""
        return self.ranking.articles[0].article if self.ranking.articles else None


def choose_found(alone: Found, together: Found, lean: Lean) -> Found:
    """Choose between a text searched alone and together with the question before it.

    A text without a subject always leans. One with a subject of its own is taken alone where it is likely
    about another article than the one before, unless both together surely lead to one that is about both.

    :param alone: what the text found.
    :param together: what it found with the question before it.
    :param lean: how it leans.
    :return: one of both.
    """
    if lean.kind is FollowUp.BARE:
        return together
    about_both = together.sure and together.first != lean.shown
    return alone if alone.relevant and alone.first != lean.shown and not about_both else together


def keep_topic(verdict: Verdict, found: Found, topic_of: Callable[[str], str]) -> tuple[Verdict, Ranking]:
    """Where a follow-up is not answered, suggest the article it follows and others of its topic.

    :param verdict: what was decided on the ranking.
    :param found: what was found; only where it was searched together with the question before is it changed.
    :param topic_of: tells an article's topic.
    :return: the verdict and the ranking to show.
    """
    ranking, lean = found.ranking, found.lean
    if lean is None:
        return verdict, ranking
    if verdict.decision is Decision.ANSWER and found.pieces is None:
        verdict = Verdict(Decision.SUGGEST, MAX_SUGGESTED, "the same article may not tell it", verdict.sure)
    verdict = replace(verdict, rule=f"with the question before: {verdict.rule}")
    offered = {Decision.CLARIFY, Decision.SUGGEST}
    if lean.kind is FollowUp.BARE:
        # It cannot be about anything else, so that its topic's articles are worth more than nothing.
        offered.add(Decision.HAND_OVER)
    if lean.shown is None or verdict.decision not in offered:
        return verdict, ranking
    topic = topic_of(lean.shown)
    near = sorted(
        (each for each in ranking.articles if topic_of(each.article) == topic),
        key=lambda each: each.article != lean.shown,
    )
    if not near:
        return verdict, ranking
    kept = replace(ranking, articles=tuple(near))
    return replace(verdict, decision=Decision.SUGGEST, shown=MAX_SUGGESTED), kept
