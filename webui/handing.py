"""Makes a hand-over packet of what a customer sends and said before, for the form and the API."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import g

from assistant import MAX_CHARACTERS, Case, Conversation, DatabaseError, HandOver, OpenedCase, Promise, Reply
from assistant.asked import visible
from assistant.attachments import Upload
from assistant.handover import Priority
from assistant.promise import make_promise, repeat_promise
from corpus import EscalationReason, Language, Team
from webui.context import assistant, runtime

logger = logging.getLogger(__name__)
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Sender:
    """What the customer typed about the matter and about how to answer; empty where nothing was."""

    message: str
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a message is about and who answers it; form and stored case are made from the same one.

    ``ahead`` is how many cases the team answers before it.
    """

    topic: str | None
    reason: EscalationReason | None
    team: Team
    ahead: int

    @property
    def priority(self) -> Priority:
        """How soon it is looked at."""
        return _priority(self.reason)

    @property
    def is_emergency(self) -> bool:
        """Whether its rule names a line that is kept free for emergencies."""
        action = self.reason.urgent_action if self.reason and self.priority == "urgent" else None
        return action is not None and action.channel is not None

    def kept_in(self, conversation: Conversation) -> Conversation:
        """Return the conversation that a form carries, so that an edited text stays what it was about."""
        return replace(
            conversation,
            topic=self.topic,
            escalated=self.reason.id if self.reason else conversation.escalated,
            ahead=(self.team.id, self.ahead),
        )


def hand_over(
    sender: Sender,
    conversation: Conversation,
    language: Language,
    *,
    submission_key: str,
    shown_team: str = "",
    uploads: Sequence[Upload] = (),
    errors_in: Language | None = None,
) -> OpenedCase:
    """Store a case for a person to answer, with all that was said and read before.

    :param sender: what the customer typed.
    :param conversation: what was said before, as far as it is passed on.
    :param language: the language to answer in.
    :param submission_key: the random text of the form; the same form sent twice is one case.
    :param shown_team: the team whose promise the form showed; a later one is not made, though more
        cases wait by now.
    :param uploads: the files that come with the message.
    :param errors_in: the language of errors, where it is not the one to answer in.
    :return: the case and its code.
    :raises HandOverError: naming every field that cannot be used.
    """
    now = datetime.now(UTC)
    matter = _no_later_than(shown_team, conversation, matter_of(sender.message, conversation, language), now)
    packet = HandOver(
        conversation_id=conversation.id,
        language=language,
        topic=matter.topic,
        message=sender.message,
        history=tuple(turn.text for turn in conversation.turns),
        articles_read=conversation.read,
        articles_rejected=conversation.rejected,
        name=sender.name,
        email=sender.email,
        phone=sender.phone,
        priority=matter.priority,
        escalation=matter.reason.id if matter.reason else None,
        team=matter.team.id,
        ahead=matter.ahead,
    )
    return runtime().cases.open(
        packet,
        submission_key=_key(submission_key, sender, uploads),
        now=now,
        uploads=uploads,
        errors_in=errors_in,
    )


def matter_of(message: str, conversation: Conversation, language: Language) -> Matter:
    """Say what a message is about and who answers it.

    Where nothing is known yet, the slowest team stands for all: whatever is typed, the promise holds.

    :param message: what stands in the form; all of it tells whether it is urgent, its beginning the topic.
    :param conversation: what was said before.
    :param language: the language of the page.
    :return: the matter.
    """
    company, text = assistant().corpus.company, message[:MAX_CHARACTERS].strip()
    reason = _escalation_of(message, conversation)
    topic = conversation.topic or assistant().topic(text, conversation=conversation)
    waiting = _waiting(_priority(reason))
    if not (text or reason or topic):
        matters = (Matter(None, None, team, waiting.get(team.id, 0)) for team in company.teams)
        now = datetime.now(UTC)
        return max(matters, key=lambda matter: promise_for(matter, language, now=now).latest)
    named = (team for team in company.teams if reason and team.id == reason.team)
    team = next(named, company.team_for(topic))
    return Matter(topic, reason, team, waiting.get(team.id, 0))


def matter_in(reply: Reply) -> Matter:
    """Say what a reply is about and who answers, should it be handed over as it is."""
    company = assistant().corpus.company
    reason = _reason_named(reply.escalated.reason if reply.escalated else None)
    named = (team for team in company.teams if reason and team.id == reason.team)
    team = next(named, company.team_for(reply.topic))
    return Matter(reply.topic, reason, team, _waiting(_priority(reason)).get(team.id, 0))


def promise_for(matter: Matter, language: Language, *, now: datetime | None = None) -> Promise:
    """Return what is promised for a matter: what the form shows, and what its case will hold."""
    return make_promise(
        assistant().corpus.company,
        matter.team,
        language=language,
        now=now or datetime.now(UTC),
        urgent=matter.priority == "urgent",
        ahead=matter.ahead,
    )


def promise_of(opened: OpenedCase, language: Language) -> Promise:
    """Say again, in a language, what was promised when the case was stored."""
    case, company = opened.case, assistant().corpus.company
    team = next((each for each in company.teams if each.id == case.team), company.team_for(case.topic))
    return repeat_promise(
        company,
        team,
        case.promised_at,
        language=language,
        given_at=case.created_at,
        urgent=case.priority == "urgent",
    )


def _no_later_than(shown_team: str, conversation: Conversation, matter: Matter, now: datetime) -> Matter:
    teams = assistant().corpus.company.teams
    shown = next((team for team in teams if team.id == shown_team), matter.team)
    if conversation.ahead and conversation.ahead[0] == shown.id:
        ahead = conversation.ahead[1]
    else:
        ahead = _waiting(matter.priority).get(shown.id, 0)
    promised = Matter(matter.topic, _reason_named(conversation.escalated), shown, ahead)
    later = promise_for(matter, "de", now=now).latest > promise_for(promised, "de", now=now).latest
    return replace(matter, team=shown, ahead=ahead) if later else matter


def _waiting(priority: Priority) -> Mapping[str, int]:
    """Return how many cases wait before a new one, by team; a promise never fails because of that."""
    if all(team.capacity is None for team in assistant().corpus.company.teams):
        return {}
    try:
        return runtime().cases.waiting(priority)
    except DatabaseError as problem:
        logger.error("an answer time was promised without counting the cases that wait: %s", problem)
        return {}


def _priority(reason: EscalationReason | None) -> Priority:
    return reason.priority if reason else "normal"


def _escalation_of(text: str, conversation: Conversation) -> EscalationReason | None:
    """Return the rule that fired before or that the text matches: the urgent one, else the first by order."""
    found = [reason for reason in (_reason_named(conversation.escalated), reported(text)) if reason]
    return min(found, key=_rank, default=None)


def graver_reason(text: str, case: Case) -> EscalationReason | None:
    """Return what an addition to a case reports, ``None`` where it is not graver than what the case is about.

    Only what is never doubted counts: an addition is short, and half of what it means stands before it.
    """
    reason, before = reported(text), _reason_named(case.escalation)
    if reason is None or not reason.never_doubted:
        return None
    return None if before and _rank(before) <= _rank(reason) else reason


def _rank(reason: EscalationReason) -> tuple[bool, int]:
    """Order reasons by gravity, the gravest first: the urgent ones, then as the corpus lists them."""
    return reason.priority != "urgent", assistant().corpus.escalation.reasons.index(reason)


def _reason_named(name: str | None) -> EscalationReason | None:
    return next((each for each in assistant().corpus.escalation.reasons if each.id == name), None)


def reported(text: str) -> EscalationReason | None:
    """Return the rule that a text matches, found once a request however often the form is made."""
    found: dict[str, EscalationReason | None] = g.setdefault("reported", {})
    if text not in found:
        words = visible(text)
        matched = assistant().escalation(words) if words else None
        found[text] = matched.reason if matched else None
    return found[text]


def _key(submission_key: str, sender: Sender, uploads: Sequence[Upload]) -> str:
    # Bound to the content: a changed text is a new message, and nobody opens a case by its key alone.
    # Without what was said before: a draft is sent again from a page that no longer knows it.
    content = json.dumps(
        [
            *(submission_key, sender.message, sender.name, sender.email, sender.phone),
            *([upload.name, _digest(upload)] for upload in uploads),
        ]
    )
    return hashlib.sha256(content.encode()).hexdigest()


def _digest(upload: Upload) -> str:
    digest = hashlib.sha256()
    upload.stream.seek(0)
    while piece := upload.stream.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()
