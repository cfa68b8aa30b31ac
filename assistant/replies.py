"""Puts a reply together: what was found, chosen or escalated, with the ways to a person beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypedDict

from assistant.channels import advise_channels
from assistant.conversation import Conversation, Turn
from assistant.decision import MAX_SUGGESTED, Verdict
from assistant.escalation import Match
from assistant.promise import make_promise
from assistant.reply import ChannelAdvice, Decision, Escalated, Promise, Reply
from assistant.shelf import Shelf
from assistant.topic import Found, keep_topic
from assistant.wording import sentence
from corpus import Article, Corpus, Language
from index import EVIDENCE, Ranking

MAX_RANKED = 4
_MINUTE = timedelta(minutes=1)
_KEPT = 256
"""Channel advices and promises that are kept: a few minutes' topics."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The ways to a person for a topic, and the latest time an answer takes."""

    channels: tuple[ChannelAdvice, ...]
    promise: Promise


class _WayToAPerson(TypedDict):
    channels: tuple[ChannelAdvice, ...]
    promise: Promise


class Replies:
    """Makes the replies of one state of the service."""

    def __init__(self, corpus: Corpus, shelf: Shelf) -> None:
        self._corpus = corpus
        self._shelf = shelf
        self._advice = lru_cache(_KEPT)(self._advised)
        self._promise = lru_cache(_KEPT)(self._promised)

    def contact(self, topic: str | None, language: Language, now: datetime, *, urgent: bool) -> Contact:
        """Return the ways to a person for a topic at a moment, and what is promised."""
        return Contact(**self._way_to_a_person(topic, language, now, urgent=urgent))

    def chosen(
        self, article: Article, language: Language, conversation: Conversation, now: datetime
    ) -> Reply:
        """Answer with an article that the customer picked; the conversation knows of it already."""
        return Reply(
            decision=Decision.ANSWER,
            language=language,
            topic=article.topic,
            message=sentence(Decision.ANSWER, language),
            confidence=None,
            articles=(self._shelf.found(article, language),),
            ranked=(),
            escalated=None,
            conversation=conversation,
            trace={"rule": "chosen by the customer"},
            **self._way_to_a_person(article.topic, language, now),
        )

    def found(
        self,
        question: str,
        found: Found,
        verdict: Verdict,
        language: Language,
        conversation: Conversation,
        now: datetime,
    ) -> Reply:
        """Reply to a question as it was decided, and take it into the conversation."""
        verdict, ranking = keep_topic(verdict, found, lambda article: self._corpus.articles[article].topic)
        listed = [
            self._shelf.from_ranked(ranked, language)
            for ranked in ranking.articles[: MAX_SUGGESTED + MAX_RANKED]
        ]
        shown = tuple(listed[: verdict.shown])
        below = tuple(listed[1 : 1 + MAX_RANKED]) if verdict.decision is Decision.ANSWER else ()
        if verdict.decision is Decision.ANSWER and found.pieces:
            shown = (replace(shown[0], extract=found.pieces),)
        topic = shown[0].topic if shown else conversation.topic
        turn = Turn(question, verdict.decision.value, tuple(article.id for article in shown))
        after = replace(conversation.with_turn(turn), topic=topic)
        if verdict.decision is Decision.ANSWER:
            after = after.with_read(shown[0].id)
        if verdict.decision is Decision.CLARIFY:
            after = replace(after, clarified=True)
        return Reply(
            decision=verdict.decision,
            language=language,
            topic=topic,
            message=sentence(verdict.decision, language, rejected_twice=conversation.human_only),
            confidence=found.probability,
            articles=shown,
            ranked=below,
            escalated=None,
            conversation=after,
            follows=found.lean.before if found.lean else "",
            trace={
                "rule": verdict.rule,
                "sure": verdict.sure,
                "searched": ranking.query,
                "found": [
                    {"article": a.article, "score": a.score, **dict(zip(EVIDENCE, a.evidence, strict=True))}
                    for a in ranking.articles
                ],
            },
            **self._way_to_a_person(topic, language, now),
        )

    def escalated(
        self,
        matched: Match,
        question: str,
        likely: Ranking | None,
        language: Language,
        conversation: Conversation,
        now: datetime,
    ) -> Reply:
        """Hand a message over to a person at once, with the one thing that cannot wait.

        ``likely`` are articles that may help until then, ``None`` where none is likely to.
        """
        reason, company = matched.reason, self._corpus.company
        urgent = reason.priority == "urgent"
        team = next((team for team in company.teams if team.id == reason.team), None) or company.team_for(
            conversation.topic
        )
        action = reason.urgent_action
        # The emergency line is kept free for the cases whose rule names it.
        emergency = urgent and action is not None and action.channel is not None
        channels = self._channels(conversation.topic, language, now, urgent=emergency)
        article = self._shelf.article(action.article, now) if action and action.article else None
        escalated = Escalated(
            reason=reason.id,
            name=reason.name.in_language(language),
            priority=reason.priority,
            message=reason.message.in_language(language),
            action=action.text.in_language(language) if action else None,
            action_article=self._shelf.found(article, language) if article else None,
            action_channel=next(
                (channel for channel in channels if action and channel.id == action.channel), None
            ),
        )
        found = likely.articles[:MAX_SUGGESTED] if likely else ()
        return Reply(
            decision=Decision.ESCALATE,
            language=language,
            topic=conversation.topic,
            message=escalated.message,
            confidence=None,
            articles=(),
            ranked=tuple(self._shelf.from_ranked(each, language) for each in found),
            channels=channels,
            promise=make_promise(company, team, language=language, now=now, urgent=urgent),
            escalated=escalated,
            conversation=replace(
                conversation.with_turn(Turn(question, Decision.ESCALATE.value, ())), escalated=reason.id
            ),
            trace={"rule": f"escalation {reason.id}", "by": matched.rule, "words": matched.words},
        )

    def _way_to_a_person(
        self, topic: str | None, language: Language, now: datetime, *, urgent: bool = False
    ) -> _WayToAPerson:
        # A promise counts from the minute's end, or it would be early for whoever asks within it.
        end = now if now == _minute(now) else _minute(now) + _MINUTE
        return {
            "channels": self._channels(topic, language, now, urgent=urgent),
            "promise": self._promise(topic, language, end, urgent),
        }

    def _promised(self, topic: str | None, language: Language, minute: datetime, urgent: bool) -> Promise:
        company = self._corpus.company
        return make_promise(company, company.team_for(topic), language=language, now=minute, urgent=urgent)

    def _channels(
        self, topic: str | None, language: Language, now: datetime, *, urgent: bool
    ) -> tuple[ChannelAdvice, ...]:
        # Every opening begins and ends on a full minute, so what holds at its start holds throughout it.
        return self._advice(topic, language, _minute(now), urgent)

    def _advised(
        self, topic: str | None, language: Language, minute: datetime, urgent: bool
    ) -> tuple[ChannelAdvice, ...]:
        return advise_channels(self._corpus.company, topic, language=language, now=minute, urgent=urgent)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
