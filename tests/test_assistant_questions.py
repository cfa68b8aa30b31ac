"""The question log: redacted, and honest about what was deflected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from case_files import NO_FILES
from companies import shipped_company
from sqlalchemy import select

from assistant.cases import Cases
from assistant.conversation import Conversation
from assistant.database import Database
from assistant.handover import HandOver
from assistant.questions import Deflection, QuestionLog
from assistant.reply import Decision, FoundArticle, Promise, Reply
from assistant.tables import FeedbackRow, QuestionRow

pytest_plugins = ["database_backends"]
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reply(decision: Decision = Decision.ANSWER, conversation: str = "c1", *articles: str) -> Reply:
    found = [FoundArticle(each, "faults", "de", "Frage?", "Kurz.", "frage", 1.0) for each in articles]
    return Reply(
        decision=decision,
        language="de",
        topic="faults",
        message="",
        confidence=0.93,
        articles=tuple(found),
        ranked=(),
        channels=(),
        promise=Promise("Technik", NOW, "Sie bekommen heute eine Antwort."),
        escalated=None,
        conversation=Conversation(id=conversation),
    )


@pytest.fixture
def log(database: Database) -> QuestionLog:
    return QuestionLog(database)


def question(database: Database, question_id: int) -> QuestionRow:
    with database.reading() as session:
        return session.scalars(select(QuestionRow).where(QuestionRow.id == question_id)).one()


def count(log: QuestionLog, *, now: datetime = NOW + 100 * HOUR) -> Deflection:
    return log.deflection(since=NOW - 1000 * HOUR, until=NOW + 1000 * HOUR, now=now)


def open_case(database: Database, conversation: str, now: datetime, email: str = "a@example.org") -> None:
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    packet = HandOver(conversation, "de", "faults", "Es geht nicht.", email=email)
    cases.open(packet, submission_key=f"{conversation} {now}", now=now)


def test_a_question_is_stored_redacted_with_its_reply(database: Database, log: QuestionLog) -> None:
    number = log.record(
        reply(Decision.SUGGEST, "c1", "no-internet", "slow-internet"),
        "Ich heiße Alex Meier, 0171 1234567: Internet weg",
        now=NOW,
    )
    row = question(database, number)
    assert row.text == "Ich heiße [Name], [Telefon]: Internet weg"
    assert (row.decision, row.language, row.topic, row.confidence) == ("suggest", "de", "faults", 0.93)
    assert row.articles == ["no-internet", "slow-internet"]
    assert (row.conversation_id, row.asked_at, row.outcome) == ("c1", NOW, None)


def test_feedback_is_stored_redacted(database: Database, log: QuestionLog) -> None:
    number = log.record(reply(), "Internet weg", now=NOW)
    log.feedback(number, "no-internet", False, "Mailt a@example.org", conversation_id="c1", now=NOW)
    with database.reading() as session:
        row = session.scalars(select(FeedbackRow)).one()
    assert (row.question_id, row.article_id, row.helpful) == (number, "no-internet", False)
    assert row.reason == "Mailt [E-Mail]"
    assert question(database, number).outcome == "rejected"


def test_feedback_without_a_question_counts_for_the_latest_of_the_conversation(
    database: Database, log: QuestionLog
) -> None:
    first, second = (log.record(reply(), text, now=NOW) for text in ("eins", "zwei"))
    log.feedback(None, "no-internet", True, None, conversation_id="c1", now=NOW)
    assert question(database, first).outcome is None
    assert question(database, second).outcome == "confirmed"


def test_feedback_does_not_touch_another_conversation(database: Database, log: QuestionLog) -> None:
    number = log.record(reply(), "Internet weg", now=NOW)
    log.feedback(number, "no-internet", True, None, conversation_id="somebody else", now=NOW)
    assert question(database, number).outcome is None
    with database.reading() as session:
        assert session.scalars(select(FeedbackRow.question_id)).one() is None


@pytest.mark.parametrize("impossible", [2**63, -(2**63) - 1, 10**40, 0, -1])
def test_feedback_on_a_question_that_cannot_be_counts_for_none(
    database: Database, log: QuestionLog, impossible: int
) -> None:
    number = log.record(reply(), "Internet weg", now=NOW)
    log.feedback(impossible, "no-internet", True, None, conversation_id="c1", now=NOW)
    assert question(database, number).outcome is None
    with database.reading() as session:
        assert session.scalars(select(FeedbackRow.question_id)).one() is None


def test_a_case_makes_the_answers_of_its_conversation_failed(database: Database, log: QuestionLog) -> None:
    helped = log.record(reply(), "eins", now=NOW)
    log.feedback(helped, "no-internet", True, None, conversation_id="c1", now=NOW)
    suggested = log.record(reply(Decision.SUGGEST), "zwei", now=NOW)
    refused = log.record(reply(Decision.HAND_OVER), "drei", now=NOW)
    other = log.record(reply(Decision.ANSWER, "c2"), "vier", now=NOW)
    old = log.record(reply(), "fünf", now=NOW - 73 * HOUR)
    open_case(database, "c1", NOW + HOUR)
    outcomes = [question(database, each).outcome for each in (helped, suggested, refused, other, old)]
    assert outcomes == ["failed", "failed", "handed_over", None, None]
    log.feedback(suggested, "no-internet", True, None, conversation_id="c1", now=NOW + 2 * HOUR)
    assert question(database, suggested).outcome == "failed"


def test_the_same_contact_in_another_conversation_makes_answers_failed(
    database: Database, log: QuestionLog
) -> None:
    open_case(database, "c1", NOW)
    later = log.record(reply(Decision.ANSWER, "c1"), "und noch etwas", now=NOW + HOUR)
    open_case(database, "c2", NOW + 2 * HOUR, "b@example.org")
    assert question(database, later).outcome is None
    open_case(database, "c3", NOW + 3 * HOUR, "A@example.org")
    assert question(database, later).outcome == "failed"


def test_deflection_is_counted_honestly(database: Database, log: QuestionLog) -> None:
    confirmed = log.record(reply(), "bestätigt", now=NOW)
    log.feedback(confirmed, "a", True, None, conversation_id="c1", now=NOW)
    rejected = log.record(reply(), "abgelehnt", now=NOW)
    log.feedback(rejected, "a", False, None, conversation_id="c1", now=NOW)
    log.record(reply(), "still beantwortet", now=NOW)
    log.record(reply(Decision.CLARIFY), "still gefragt", now=NOW)
    log.record(reply(Decision.ESCALATE), "Beschwerde", now=NOW)
    log.record(reply(Decision.ANSWER, "c2"), "doch geschrieben", now=NOW)
    open_case(database, "c2", NOW + HOUR)
    assert count(log) == Deflection(confirmed=1, assumed=1, failed=1, abandoned=2, handed_over=1, pending=0)
    assert count(log, now=NOW + 2 * HOUR) == Deflection(
        confirmed=1, assumed=0, failed=1, abandoned=0, handed_over=1, pending=3
    )


def test_only_the_period_is_counted(log: QuestionLog) -> None:
    log.record(reply(), "davor", now=NOW - HOUR)
    log.record(reply(), "darin", now=NOW)
    log.record(reply(), "danach", now=NOW + HOUR)
    found = log.deflection(since=NOW, until=NOW + HOUR, now=NOW + 100 * HOUR)
    assert found == Deflection(confirmed=0, assumed=1, failed=0, abandoned=0, handed_over=0, pending=0)
