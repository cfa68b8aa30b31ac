"""Labelled questions, put to the real assistant one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, Conversation, Decision, Reply
from corpus.questions import Group, Question
from eval.metrics import hit

FOLDER = Path(__file__).resolve().parent / "questions"
SHIPPED = FOLDER / "calibration.jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the assistant's reply."""

    question: Question
    reply: Reply

    @property
    def ranked(self) -> tuple[str, ...]:
        """The articles that were found, best first; none where a person takes over at once."""
        found = self.reply.trace.get("found", [])
        assert isinstance(found, list)  # noqa: S101
        return tuple(str(article["article"]) for article in found)

    def found(self, k: int) -> bool:
        """Whether an acceptable article is among the first ``k`` that were found.

        Where a person takes over at once, nothing is first; what stands below the way to a person is listed.
        """
        if self.reply.decision is not Decision.ESCALATE:
            return hit(self.ranked, self.question.expected, k)
        return k > 1 and hit([article.id for article in self.reply.ranked], self.question.expected, k)

    @property
    def answered(self) -> str | None:
        """The article that was answered directly, ``None`` for every other decision."""
        return self.reply.articles[0].id if self.reply.decision is Decision.ANSWER else None

    @property
    def sure(self) -> bool:
        """Whether the confidence reaches the answer point, whatever else keeps it from being answered."""
        return self.reply.trace.get("sure") is True

    @property
    def shown_right(self) -> bool:
        """Whether an acceptable article is among those shown."""
        shown = (*self.reply.articles, *self.reply.ranked)
        return any(article.id in self.question.expected for article in shown)

    @property
    def faults(self) -> tuple[str, ...]:
        """What went wrong, in words; nothing where the outcome is fine."""
        must, escalated = self.question.group is Group.ESCALATE, self.reply.decision is Decision.ESCALATE
        found = {
            "must escalate, was not": must and not escalated,
            "false alarm": escalated and not must,
            "wrong direct answer": self.answered is not None and self.answered not in self.question.expected,
            "handed over though an article answers it": self.question.group is Group.ANSWERABLE
            and self.reply.decision is Decision.HAND_OVER,
            "no acceptable article shown": self.question.group is Group.ANSWERABLE
            and self.reply.decision in (Decision.SUGGEST, Decision.CLARIFY)
            and not self.shown_right,
        }
        return tuple(fault for fault, holds in found.items() if holds)


def ask_questions(
    assistant: Assistant, questions: Sequence[Question], tick: Callable[[], object] = lambda: None
) -> list[Asked]:
    """Ask each question in a fresh conversation, on a page in its own language.

    :param assistant: the real one.
    :param questions: what to ask.
    :param tick: called once a question.
    :return: one result a question, in order.
    """
    asked = []
    for question in questions:
        reply = assistant.ask(
            question.text, page_language=question.language, conversation=Conversation.start()
        )
        asked.append(Asked(question, reply))
        tick()
    return asked
