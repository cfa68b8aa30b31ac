"""Makes a hand-over packet of what a customer sends and said before, for the form and the API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assistant import MAX_CHARACTERS, Conversation, HandOver, OpenedCase, Promise
from assistant.attachments import Upload
from assistant.escalation import Escalation
from assistant.handover import Priority
from assistant.promise import make_promise
from corpus import EscalationReason, Language, Team
from webui.context import assistant, runtime

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
    """What a message is about and who answers it; form and stored case are made from the same one."""

    topic: str | None
    reason: EscalationReason | None
    team: Team

    @property
    def priority(self) -> Priority:
        """How soon it is looked at."""
        return self.reason.priority if self.reason else "normal"

    def kept_in(self, conversation: Conversation) -> Conversation:
        """Return the conversation that a form carries, so that an edited text stays what it was about."""
        return replace(
            conversation,
            topic=self.topic,
            escalated=self.reason.id if self.reason else conversation.escalated,
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
    :param shown_team: the team whose promise the form showed; a later one is not made.
    :param uploads: the files that come with the message.
    :param errors_in: the language of errors, where it is not the one to answer in.
    :return: the case and its code.
    :raises HandOverError: naming every field that cannot be used.
    """
    now = datetime.now(UTC)
    matter = matter_of(sender.message, conversation, language)
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
        team=_no_later_than(shown_team, matter, language, now).id,
    )
    return runtime().cases.open(
        packet,
        submission_key=_key(submission_key, sender, conversation, language, uploads),
        now=now,
        uploads=uploads,
        errors_in=errors_in,
    )


def matter_of(message: str, conversation: Conversation, language: Language) -> Matter:
    """Say what a message is about and who answers it.

    Where nothing is known yet, the slowest team stands for all: whatever is typed, the promise holds.

    :param message: what stands in the form; its beginning is looked at, as much as a question may hold.
    :param conversation: what was said before.
    :param language: the language of the page.
    :return: the matter.
    """
    company, text = assistant().corpus.company, message[:MAX_CHARACTERS].strip()
    reason = _escalation_of(text, conversation)
    topic = conversation.topic or _topic_of(text, conversation, language)
    if not (text or reason or topic):
        now = datetime.now(UTC)
        slowest = max(
            company.teams, key=lambda team: make_promise(company, team, language=language, now=now).latest
        )
        return Matter(None, None, slowest)
    named = (team for team in company.teams if reason and team.id == reason.team)
    return Matter(topic, reason, next(named, company.team_for(topic)))


def promise_for(matter: Matter, language: Language, *, now: datetime | None = None) -> Promise:
    """Return what is promised for a matter: what the form shows, and what its case will hold."""
    return make_promise(
        assistant().corpus.company,
        matter.team,
        language=language,
        now=now or datetime.now(UTC),
        urgent=matter.priority == "urgent",
    )


def promise_of(opened: OpenedCase, language: Language) -> Promise:
    """Say again, in a language, what was promised when the case was stored."""
    case, company = opened.case, assistant().corpus.company
    team = next((each for each in company.teams if each.id == case.team), company.team_for(case.topic))
    return make_promise(
        company, team, language=language, now=case.created_at, urgent=case.priority == "urgent"
    )


def _no_later_than(shown_team: str, matter: Matter, language: Language, now: datetime) -> Team:
    shown = next((team for team in assistant().corpus.company.teams if team.id == shown_team), matter.team)
    kept = replace(matter, team=shown)
    later = promise_for(matter, language, now=now).latest > promise_for(kept, language, now=now).latest
    return shown if later else matter.team


def _escalation_of(text: str, conversation: Conversation) -> EscalationReason | None:
    """Return the rule that fired before or that the text matches, the more urgent one of both."""
    rules = assistant().corpus.escalation
    known = next((reason for reason in rules.reasons if reason.id == conversation.escalated), None)
    if known and known.priority == "urgent":
        return known
    matched = Escalation(rules).match(text)
    if matched and (known is None or matched.reason.priority == "urgent"):
        return matched.reason
    return known


def _topic_of(text: str, conversation: Conversation, language: Language) -> str | None:
    found = assistant().suggest(text, language=language, conversation=conversation)
    return found[0].topic if found else None


def _key(
    submission_key: str,
    sender: Sender,
    conversation: Conversation,
    language: Language,
    uploads: Sequence[Upload],
) -> str:
    # Bound to the content: a changed text is a new message, and nobody opens a case by its key alone.
    content = json.dumps(
        [
            *(submission_key, sender.message, sender.name, sender.email, sender.phone),
            *(language, conversation.topic, conversation.own_words),
            *(conversation.read, conversation.rejected),
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
