"""Writes down what was asked and whether it helped; an answer never fails because of that."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from assistant import Conversation, DatabaseError, Reply
from webui.context import runtime

logger = logging.getLogger(__name__)


def record_question(reply: Reply, text: str) -> int | None:
    """Store a question with its reply; return its number, ``None`` when the database is down."""
    try:
        return runtime().questions.record(reply, text, now=datetime.now(UTC))
    except DatabaseError as error:
        logger.error("a question was answered but not recorded: %s", error)
        return None


def record_feedback(
    question_id: int | None,
    article_id: str,
    *,
    helped: bool,
    reason: str | None,
    conversation: Conversation,
) -> None:
    """Store whether an article helped, unless the database is down."""
    try:
        runtime().questions.feedback(
            question_id,
            article_id,
            helped,
            reason,
            conversation_id=conversation.id,
            now=datetime.now(UTC),
        )
    except DatabaseError as error:
        logger.error("feedback was not recorded: %s", error)
