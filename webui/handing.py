"""Makes a hand-over packet of what a customer sends and said before, for the form and the API."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant import Conversation, HandOver, OpenedCase, Promise
from assistant.escalation import Escalation
from assistant.promise import make_promise
from corpus import EscalationReason, Language
from webui.context import assistant, runtime


@dataclass(frozen=True, slots=True)
class Sender:
    """What the customer typed about the matter and about how to answer; empty where nothing was."""

    message: str
    name: str = ""
    email: str = ""
    phone: str = ""


def hand_over(
    sender: Sender, conversation: Conversation, language: Language, *, submission_key: str
) -> OpenedCase:
    """Store a case for a person to answer, with all that was said and read before.

    :param sender: what the customer typed.
    :param conversation: what was said before.
    :param language: the language to answer in.
    :param submission_key: the random text of the form; the same form sent twice is one case.
    :return: the case and its code.
    :raises HandOverError: naming every field that cannot be used.
    """
    reason = escalation_of(sender.message, conversation)
    packet = HandOver(
        conversation_id=conversation.id,
        language=language,
        topic=topic_of(sender.message, conversation, language),
        message=sender.message,
        history=tuple(turn.text for turn in conversation.turns),
        articles_read=conversation.read,
        articles_rejected=conversation.rejected,
        name=sender.name,
        email=sender.email,
        phone=sender.phone,
        priority=reason.priority if reason else "normal",
        escalation=reason.id if reason else None,
        team=reason.team if reason else None,
    )
    return runtime().cases.open(packet, submission_key=_key(submission_key, sender), now=datetime.now(UTC))


def escalation_of(message: str, conversation: Conversation) -> EscalationReason | None:
    """Return the rule that gives a message priority: one that fired before, or one it matches now."""
    rules = assistant().corpus.escalation
    known = next((reason for reason in rules.reasons if reason.id == conversation.escalated), None)
    matched = None if known else Escalation(rules).match(message)
    return matched.reason if matched else known


def topic_of(message: str, conversation: Conversation, language: Language) -> str | None:
    """Return the conversation's topic, or that of the article nearest to the message, if one is near."""
    if conversation.topic:
        return conversation.topic
    found = assistant().suggest(message, language=language, conversation=conversation)
    return found[0].topic if found else None


def promise_of(opened: OpenedCase) -> Promise:
    """Say again what was promised when the case was stored."""
    case, company = opened.case, assistant().corpus.company
    team = next((each for each in company.teams if each.id == case.team), company.team_for(case.topic))
    return make_promise(
        company, team, language=case.language, now=case.created_at, urgent=case.priority == "urgent"
    )


def _key(submission_key: str, sender: Sender) -> str:
    # Bound to the content: a changed text is a new message, and nobody opens a case by its key alone.
    parts = (submission_key, sender.message, sender.name, sender.email, sender.phone)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
