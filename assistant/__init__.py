"""What we answer: language, confidence, decision, hand-over, records."""

from assistant.asked import MAX_CHARACTERS, clean
from assistant.assistant import Assistant
from assistant.calibration import calibrate_index
from assistant.case import Case, CaseEvent, OpenedCase
from assistant.cases import Cases
from assistant.confidence import Confidence
from assistant.conversation import Conversation, ConversationTokens, Turn
from assistant.database import Database, DatabaseError
from assistant.errors import AssistantError, ConfidenceError, QuestionError
from assistant.handover import HandOver, HandOverError
from assistant.language import detect_language, identify_language
from assistant.notices import Asked, NoticeBoard, ShownNotice, notices_of
from assistant.questions import QuestionLog
from assistant.redaction import redact
from assistant.replies import Contact
from assistant.reply import ChannelAdvice, Decision, Escalated, FoundArticle, Promise, Reply
from assistant.runtime import Runtime
from assistant.snapshot import load_assistant

__all__ = [
    "MAX_CHARACTERS",
    "Asked",
    "Assistant",
    "AssistantError",
    "Case",
    "CaseEvent",
    "Cases",
    "ChannelAdvice",
    "Confidence",
    "ConfidenceError",
    "Contact",
    "Conversation",
    "ConversationTokens",
    "Database",
    "DatabaseError",
    "Decision",
    "Escalated",
    "FoundArticle",
    "HandOver",
    "HandOverError",
    "NoticeBoard",
    "OpenedCase",
    "Promise",
    "QuestionError",
    "QuestionLog",
    "Reply",
    "Runtime",
    "ShownNotice",
    "Turn",
    "calibrate_index",
    "clean",
    "detect_language",
    "identify_language",
    "load_assistant",
    "notices_of",
    "redact",
]
