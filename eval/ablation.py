"""What each kind of evidence brings: the ranking without it, weights learned anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.probes import Probe, ask_labelled
from assistant.weighing import Choice, learn_weights
from corpus import LANGUAGES
from corpus.questions import Question
from eval.errors import EvalError
from eval.intervals import Figure, mean_of_groups, share
from eval.table import figure_text, table
from index import EVIDENCE, Index

FOLDS = 5
WHOLE = "nothing"


@dataclass(frozen=True, slots=True)
class Ablation:
    """The ranking without one kind of evidence, or with all of it.

    ``right`` says of each question, in order, whether its first article is right; ``lost`` is the paired
    mean difference to the whole, negative where the evidence helps.
    """

    without: str
    right: tuple[bool, ...]
    figures: dict[str, Figure]
    lost: Figure


def ablate(index: Index, questions: Sequence[Question]) -> list[Ablation]:
    """Rank calibration questions without each kind of evidence, by weights that have not seen them.

    Weights are learned on four fifths of the questions, grouped by article, and used on the last.

    :param index: the index.
    :param questions: calibration questions.
    :return: the whole first, then one ablation a kind of evidence.
    :raises EvalError: when the questions are too few.
    """
    asked = ask_labelled(index, questions)
    if asked is None:
        raise EvalError("an ablation needs 50 questions with an article, and 50 without")
    probes = [probe for probe in asked[0] if probe.answerable]
    kinds = [frozenset[str](), *(frozenset({name}) for name in EVIDENCE if name != "foreign")]
    rows = [_right(probes, without) for without in kinds]
    return [
        Ablation(next(iter(without), WHOLE), right, _by_language(probes, right), _difference(right, rows[0]))
        for without, right in zip(kinds, rows, strict=True)
    ]


def ablation_table(ablations: Sequence[Ablation]) -> str:
    """Write recall@1 without each kind of evidence."""
    return table(
        ["without", *(f"recall@1 {language}" for language in LANGUAGES), "difference, both"],
        [
            [
                one.without,
                *(figure_text(one.figures[language]) for language in LANGUAGES),
                figure_text(one.lost),
            ]
            for one in ablations
        ],
    )


def _by_language(probes: Sequence[Probe], right: Sequence[bool]) -> dict[str, Figure]:
    pairs = list(zip(probes, right, strict=True))
    return {
        language: share([hit for probe, hit in pairs if probe.language == language]) for language in LANGUAGES
    }


def _difference(right: Sequence[bool], whole: Sequence[bool]) -> Figure:
    return mean_of_groups([[float(own) - float(other) for own, other in zip(right, whole, strict=True)]])


def _right(probes: Sequence[Probe], without: frozenset[str]) -> tuple[bool, ...]:
    groups = sorted({probe.group for probe in probes})
    fold = {group: at % FOLDS for at, group in enumerate(groups)}
    right = [False] * len(probes)
    for number in range(FOLDS):
        seen = [Choice(one.evidence.values, one.right) for one in probes if fold[one.group] != number]
        weights = learn_weights(seen, without=without)
        for at, probe in enumerate(probes):
            if fold[probe.group] == number and len(probe.right):
                first = int(np.argmax(weights.scores(probe.evidence.values)))
                right[at] = bool(probe.right[first])
    return tuple(right)
