"""The few figures that must not get worse, with what became of each question, so that runs are paired.

A kept file names questions by a hash of their id and holds no text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Decision
from corpus.questions import Group, labels_hash
from eval.errors import EvalError
from eval.questions import Asked

HEADLINE = Path(__file__).resolve().parent / "results" / "headline.json"
YES, NO, UNCOUNTED = "1", "0", "-"


class HeadlineError(EvalError):
    """Stored headline figures are missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One headline figure: the share of ``holds`` among the questions that count."""

    name: str
    counts: Callable[[Asked], bool]
    holds: Callable[[Asked], bool]
    lower_is_better: bool = False

    def mark(self, one: Asked) -> str:
        """Write what became of a question in one character."""
        return (YES if self.holds(one) else NO) if self.counts(one) else UNCOUNTED


def is_wrong_answer(one: Asked) -> bool:
    """Say whether a direct answer was given, and a wrong one; to what must escalate every answer is wrong."""
    escalates = one.question.group is Group.ESCALATE
    return one.answered is not None and (escalates or one.answered not in one.question.expected)


def _of(group: Group, language: str | None = None) -> Callable[[Asked], bool]:
    return lambda one: one.question.group is group and language in (None, one.question.language)


def _found(k: int) -> Callable[[Asked], bool]:
    return lambda one: one.found(k)


def _answered(one: Asked) -> bool:
    return one.answered is not None


def _escalated(one: Asked) -> bool:
    return one.reply.decision is Decision.ESCALATE


def _must_not_escalate(one: Asked) -> bool:
    return one.question.group is not Group.ESCALATE


MEASURES = (
    Measure("recall@1, de", _of(Group.ANSWERABLE, "de"), _found(1)),
    Measure("recall@1, en", _of(Group.ANSWERABLE, "en"), _found(1)),
    Measure("recall@3, de", _of(Group.ANSWERABLE, "de"), _found(3)),
    Measure("recall@3, en", _of(Group.ANSWERABLE, "en"), _found(3)),
    Measure("wrong among direct answers", _answered, is_wrong_answer, lower_is_better=True),
    Measure("answerable: answered directly", _of(Group.ANSWERABLE), _answered),
    Measure("near misses answered directly", _of(Group.NEAR_MISS), _answered, lower_is_better=True),
    Measure("far questions answered directly", _of(Group.FAR), _answered, lower_is_better=True),
    Measure("must escalate: escalated", _of(Group.ESCALATE), _escalated),
    Measure("all others: false alarms", _must_not_escalate, _escalated, lower_is_better=True),
)


@dataclass(frozen=True, slots=True)
class Headline:
    """What became of each question: its id's hash, and one character a measure."""

    measures: tuple[str, ...]
    labels: str
    outcomes: Mapping[str, str]

    @classmethod
    def of(cls, asked: Sequence[Asked]) -> Headline:
        """Note what became of questions."""
        return cls(
            tuple(measure.name for measure in MEASURES),
            labels_hash([one.question for one in asked]),
            {_key(one.question.id): "".join(m.mark(one) for m in MEASURES) for one in asked},
        )

    @classmethod
    def load(cls, path: Path) -> Headline:
        """Read stored figures.

        :param path: written by ``lotse eval gate --store``.
        :return: what became of each question then.
        :raises HeadlineError: when there are none, or they are of another version.
        """
        again = "store those of a state you trust: lotse eval gate --store"
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))["figures"]
            found = cls(tuple(stored["measures"]), str(stored["labels"]), dict(stored["outcomes"]))
        except FileNotFoundError:
            raise HeadlineError(f"{path}: no headline figures are stored; {again}") from None
        except (OSError, ValueError, TypeError, KeyError):
            raise HeadlineError(f"{path}: cannot be read as headline figures; {again}") from None
        wanted = tuple(measure.name for measure in MEASURES)
        if found.measures != wanted or any(len(marks) != len(wanted) for marks in found.outcomes.values()):
            raise HeadlineError(f"{path}: holds other figures than this version measures; {again}")
        return found

    def as_json(self) -> dict[str, object]:
        """Return plain values, the shares among them for people."""
        return {
            "measures": list(self.measures),
            "labels": self.labels,
            "shares": {name: self._share(at) for at, name in enumerate(self.measures)},
            "outcomes": dict(sorted(self.outcomes.items())),
        }

    def _share(self, at: int) -> dict[str, float | int | None]:
        marks = [outcome[at] for outcome in self.outcomes.values() if outcome[at] != UNCOUNTED]
        return {"value": marks.count(YES) / len(marks) if marks else None, "n": len(marks)}


def _key(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:12]
