"""The log of questions: what was asked (redacted), what was answered, and whether it helped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.database import Database
from assistant.redaction import redact
from assistant.reply import Decision, Reply
from assistant.tables import CaseRow, FeedbackRow, QuestionRow

SETTLED_AFTER = timedelta(hours=72)
_DEFLECTING = (Decision.ANSWER, Decision.CLARIFY, Decision.SUGGEST)
REASON_LIMIT = 2_000
_LARGEST_ID = 2**63 - 1


class Outcome(StrEnum):
    """What became of an answer, as far as the customer has told.

    A question without an outcome is pending for 72 hours; after that a direct answer counts as
    assumed to have helped, everything else as abandoned.
    """

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    FAILED = "failed"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Deflection:
    """How many questions needed no person; only ``confirmed`` may count as saved.

    ``failed``: the customer wrote in all the same within 72 hours. ``handed_over``: the assistant
    itself called for a person.
    """

    confirmed: int
    assumed: int
    failed: int
    abandoned: int
    handed_over: int
    pending: int


class QuestionLog:
    """Keeps questions and feedback without personal data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, reply: Reply, text: str, *, now: datetime) -> int:
        """Store a question, redacted, with the reply it got.

        :param reply: the reply.
        :param text: the question as it was asked.
        :param now: the present moment.
        :return: the question's id.
        """
        deflects = reply.decision in _DEFLECTING
        row = QuestionRow(
            conversation_id=reply.conversation.id,
            asked_at=now,
            language=reply.language,
            text=redact(text),
            decision=reply.decision,
            confidence=reply.confidence,
            articles=[article.id for article in reply.articles],
            topic=reply.topic,
            outcome=None if deflects else Outcome.HANDED_OVER,
        )
        with self._database.writing() as session:
            session.add(row)
            session.flush()
            return row.id

    def feedback(
        self,
        question_id: int | None,
        article_id: str,
        helpful: bool,
        reason: str | None,
        *,
        conversation_id: str,
        now: datetime,
    ) -> None:
        """Store whether an article helped, and what that says about the question.

        A question of another conversation is not touched, and an id that no question can have is that
        of none; without an id the conversation's latest question counts.

        :param question_id: the question, where it is known.
        :param article_id: the article.
        :param helpful: whether it helped.
        :param reason: what was missing, in the customer's words; stored redacted.
        :param conversation_id: the conversation.
        :param now: the present moment.
        """
        with self._database.writing() as session:
            question = _asked(session, question_id, conversation_id)
            if question and question.outcome not in (Outcome.FAILED, Outcome.HANDED_OVER):
                question.outcome = Outcome.CONFIRMED if helpful else Outcome.REJECTED
            session.add(
                FeedbackRow(
                    question_id=question.id if question else None,
                    conversation_id=conversation_id,
                    article_id=article_id,
                    helpful=helpful,
                    reason=redact(reason[:REASON_LIMIT]) if reason else None,
                    at=now,
                )
            )

    def deflection(self, *, since: datetime, until: datetime, now: datetime) -> Deflection:
        """Count what became of the questions of a period.

        :param since: the period's first moment.
        :param until: the first moment after the period.
        :param now: the present moment; younger questions than 72 hours without a word are pending.
        :return: the counts.
        """
        period = (QuestionRow.asked_at >= since, QuestionRow.asked_at < until)
        with self._database.reading() as session:
            rows = session.execute(
                select(QuestionRow.outcome, QuestionRow.decision, QuestionRow.asked_at).where(*period)
            ).all()
        counts = Counter(_settled(outcome, decision, now - asked) for outcome, decision, asked in rows)
        return Deflection(**{name: counts[name] for name in Deflection.__slots__})


def mark_failed(session: Session, conversation_id: str, contact_key: str | None, now: datetime) -> None:
    """Mark the answers of the last 72 hours as failed, because their customer writes in.

    They are those of this conversation, and of every other one in which the same contact opened a case.
    """
    recent = now - SETTLED_AFTER
    same_contact = select(CaseRow.conversation_id).where(
        CaseRow.contact_key == contact_key, CaseRow.created_at >= recent
    )
    session.execute(
        update(QuestionRow)
        .where(
            (QuestionRow.conversation_id == conversation_id) | QuestionRow.conversation_id.in_(same_contact),
            QuestionRow.asked_at >= recent,
            QuestionRow.decision.in_(_DEFLECTING),
        )
        .values(outcome=Outcome.FAILED)
        .execution_options(synchronize_session=False)
    )


def _asked(session: Session, question_id: int | None, conversation_id: str) -> QuestionRow | None:
    asked = select(QuestionRow).where(QuestionRow.conversation_id == conversation_id)
    if question_id is not None:
        if not 0 < question_id <= _LARGEST_ID:
            return None
        asked = asked.where(QuestionRow.id == question_id)
    return session.scalar(asked.order_by(QuestionRow.id.desc()).limit(1))


def _settled(outcome: str | None, decision: str, age: timedelta) -> str:
    if outcome == Outcome.REJECTED:
        return "abandoned" if age >= SETTLED_AFTER else "pending"
    if outcome is not None:
        return outcome
    if age < SETTLED_AFTER:
        return "pending"
    return "assumed" if decision == Decision.ANSWER else "abandoned"
