"""The questions of one split: those that measure are never mixed with those that fit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from corpus import Corpus
from corpus.jsonl import LabelsError
from corpus.questions import Question, load_questions


def load_split(folder: Path, split: Literal["calibration", "test"], corpus: Corpus) -> list[Question]:
    """Read the questions of one split.

    :param folder: holds a file named after the split.
    :param split: which one.
    :param corpus: the articles the labels must name.
    :return: the questions, in order.
    :raises LabelsError: when the file cannot be used, or holds questions of the other split.
    """
    path = folder / f"{split}.jsonl"
    questions = load_questions(path, corpus.articles)
    others = [question.id for question in questions if question.split != split]
    if others:
        raise LabelsError(f"{path}: {len(others)} questions are of another split, the first is {others[0]}")
    return questions
