"""Questions with known outcomes: what customers ask, and the articles that answer it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from corpus.fold import fold
from corpus.jsonl import LabelsError, StrictRow, read_rows
from corpus.model import Language

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
    kind: Text = Field(description="How it is written: keyword, typo, dictated …; for reading results.")
    split: Literal["calibration", "test"]
    reason: Text | None = Field(None, description="Id of the escalation rule, where it must escalate.")

    @model_validator(mode="after")
    def _expected_fits_group(self) -> Question:
        if self.group is Group.ANSWERABLE and not self.expected:
            raise ValueError("an answerable question needs at least one expected article")
        if self.group in (Group.NEAR_MISS, Group.FAR) and self.expected:
            raise ValueError(f"a question of group {self.group.value} has no expected article")
        if (self.group is Group.ESCALATE) != (self.reason is not None):
            raise ValueError("a question that must escalate needs a reason, no other may have one")
        if len(set(self.expected)) < len(self.expected):
            raise ValueError("an expected article is named twice")
        return self


def load_questions(path: Path, articles: Collection[str] | None) -> list[Question]:
    """Read labelled questions and check them against the corpus.

    :param path: a file of one question a line.
    :param articles: the ids of the corpus; ``None`` where a question may name one that has gone.
    :return: the questions, in order.
    :raises LabelsError: naming file and line of every malformed row, unknown article, or question that
        occurs twice (by id, or by text in one language).
    """
    seen: dict[tuple[str, str], str] = {}

    def check(question: Question) -> Iterable[str]:
        for article in question.expected:
            if articles is not None and article not in articles:
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


def labels_hash(questions: Sequence[Question]) -> str:
    """Hash of labelled questions, in any order."""
    rows = sorted(question.model_dump_json() for question in questions)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
