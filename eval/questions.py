"""Golden questions with known outcomes, put to the real assistant one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from assistant import Assistant, Conversation, Decision, Reply
from corpus import Language, fold
from eval.errors import LabelsError
from eval.jsonl import StrictRow, read_rows

SHIPPED = Path(__file__).resolve().parent / "questions" / "calibration.jsonl"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Group(StrEnum):
    """What ought to become of a question.

    A near miss is about this company's trade, a far one about anything else; neither has an article.
    """

    ANSWERABLE = "answerable"
    NEAR_MISS = "near_miss"
    FAR = "far"
    ESCALATE = "escalate"


class Question(StrictRow):
    """One labelled question; any of the ``expected`` articles answers it."""

    id: Text
    language: Language
    text: Text
    expected: tuple[str, ...] = Field(description="Ids of the articles that answer it; none: no article.")
    group: Group
    kind: Text = Field(description="How it is asked: typo, compound, procedure …; for reading results.")
    split: Literal["calibration", "test"]

    @model_validator(mode="after")
    def _expected_fits_group(self) -> Question:
        if self.group is Group.ANSWERABLE and not self.expected:
            raise ValueError("an answerable question needs at least one expected article")
        if self.group in (Group.NEAR_MISS, Group.FAR) and self.expected:
            raise ValueError(f"a question of group {self.group.value} has no expected article")
        if len(set(self.expected)) < len(self.expected):
            raise ValueError("an expected article is named twice")
        return self


def load_questions(path: Path, articles: Collection[str]) -> list[Question]:
    """Read labelled questions and check them against the corpus.

    :param path: a file of one question a line.
    :param articles: the ids of the corpus.
    :return: the questions, in order.
    :raises LabelsError: naming file and line of every malformed row, unknown article, or question that
        occurs twice (by id, or by text in one language).
    """
    seen: dict[tuple[str, str], str] = {}

    def check(question: Question) -> Iterable[str]:
        for article in question.expected:
            if article not in articles:
                yield f"expected: the corpus has no article {article!r}"
        for key in (("id", question.id), (question.language, fold(question.text))):
            if key in seen:
                what = "id" if key[0] == "id" else "text"
                yield f"{what}: {key[1]!r} is used by question {seen[key]!r} already"
            seen.setdefault(key, question.id)

    questions = read_rows(path, Question, check)
    if not questions:
        raise LabelsError(f"{path}: holds no questions")
    return questions


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

    @property
    def answered(self) -> str | None:
        """The article that was answered directly, ``None`` for every other decision."""
        return self.reply.articles[0].id if self.reply.decision is Decision.ANSWER else None

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
