"""What ``lotse eval questions`` prints and keeps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import Decision
from corpus.questions import Group
from eval.groups import by_language
from eval.intervals import Figure, share
from eval.questions import Asked
from eval.table import figure_json, figure_text, table

_ANSWERABLE_BECAME = {
    Decision.ANSWER: "answerable: answered directly",
    Decision.SUGGEST: "answerable: suggested",
    Decision.CLARIFY: "answerable: clarified",
    Decision.HAND_OVER: "answerable: handed over",
    Decision.ESCALATE: "answerable: escalated by mistake",
}


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """All figures of one language, or of ``all``; ``decisions`` counts them a group."""

    language: str
    n: int
    figures: dict[str, Figure]
    decisions: dict[Group, Counter[Decision]]

    def as_json(self) -> dict[str, object]:
        """Return plain values by key; figures with interval and n."""
        return {
            "language": self.language,
            "n": self.n,
            **{_key(name): figure_json(figure) for name, figure in self.figures.items()},
            "decisions": {
                group.value: {decision.value: counts[decision] for decision in Decision}
                for group, counts in self.decisions.items()
            },
        }


@dataclass(frozen=True, slots=True)
class KindRow:
    """The figures of one way to write, in one language or in ``all``."""

    language: str
    kind: str
    figures: dict[str, Figure]

    def as_json(self) -> dict[str, object]:
        """Return plain values by key; figures with interval and n."""
        figures = {_key(name): figure_json(figure) for name, figure in self.figures.items()}
        return {"language": self.language, "kind": self.kind, **figures}


def question_rows(asked: Sequence[Asked]) -> list[QuestionRow]:
    """Measure each language that has questions, then all of them together."""
    groups = by_language(asked, lambda one: one.question.language)
    return [_row(name, group) for name, group in groups.items()]


def question_table(rows: Sequence[QuestionRow]) -> str:
    """Write the figures, then what became of each group."""
    names = list(rows[0].figures) if rows else []
    figures = table(
        ["", *(f"{row.language} (n = {row.n})" for row in rows)],
        [[name, *(_with_n(row.figures[name]) for row in rows)] for name in names],
    )
    decisions = [
        table(
            [f"decisions, {row.language}", *(decision.value for decision in Decision)],
            [
                [group.value, *(str(counts[decision]) for decision in Decision)]
                for group, counts in row.decisions.items()
            ],
        )
        for row in rows
    ]
    return "\n\n".join([figures, *decisions])


def kind_rows(asked: Sequence[Asked]) -> list[KindRow]:
    """Measure the answerable questions of each kind, language by language."""
    answerable = [one for one in asked if one.question.group is Group.ANSWERABLE]
    kinds = sorted({one.question.kind for one in answerable})
    groups = by_language(answerable, lambda one: one.question.language)
    return [
        KindRow(language, kind, _kind_figures(own))
        for language, group in groups.items()
        for kind in kinds
        if (own := [one for one in group if one.question.kind == kind])
    ]


def kind_table(rows: Sequence[KindRow]) -> str:
    """Write the figures of each kind."""
    names = list(rows[0].figures) if rows else []
    return table(
        ["answerable, by kind", *names],
        [[f"{row.language} {row.kind}", *(_with_n(row.figures[name]) for name in names)] for row in rows],
    )


def worst(asked: Sequence[Asked], most: int) -> list[Asked]:
    """Return the questions that went most wrong.

    Wrong direct answers come first, the surest of them leading; then what escalated or did not, against
    its label; then the answerable ones by the place of their article, the unfound leading.
    """
    return sorted((one for one in asked if one.faults), key=_badness)[:most]


def error_lines(asked: Sequence[Asked]) -> str:
    """Write questions with what was shown, and why it was decided so."""
    return "\n".join(_error(one) for one in asked)


def error_json(asked: Sequence[Asked]) -> list[dict[str, object]]:
    """Return questions with what was shown as plain values."""
    return [
        {
            "id": one.question.id,
            "language": one.question.language,
            "text": one.question.text,
            "faults": list(one.faults),
            "expected": list(one.question.expected),
            "ranked": list(one.ranked[:3]),
            "decision": one.reply.decision.value,
            "confidence": one.reply.confidence,
            "trace": one.reply.trace,
        }
        for one in asked
    ]


def _row(language: str, asked: Sequence[Asked]) -> QuestionRow:
    of = {group: [one for one in asked if one.question.group is group] for group in Group}
    answerable, direct = of[Group.ANSWERABLE], [one for one in asked if one.answered is not None]
    figures = {
        "recall@1": share([one.found(1) for one in answerable]),
        "recall@3": share([one.found(3) for one in answerable]),
        **{
            name: share([one.reply.decision is decision for one in answerable])
            for decision, name in _ANSWERABLE_BECAME.items()
        },
        "wrong among direct answers": share([one.answered not in one.question.expected for one in direct]),
        "near misses not answered directly": share([one.answered is None for one in of[Group.NEAR_MISS]]),
        "far questions not answered directly": share([one.answered is None for one in of[Group.FAR]]),
        "must escalate: escalated": share(_escalated(of[Group.ESCALATE])),
        "all others: false alarms": share(
            _escalated([one for one in asked if one.question.group is not Group.ESCALATE])
        ),
    }
    decisions = {group: Counter(one.reply.decision for one in members) for group, members in of.items()}
    return QuestionRow(language, len(asked), figures, decisions)


def _kind_figures(asked: Sequence[Asked]) -> dict[str, Figure]:
    direct = [one for one in asked if one.answered is not None]
    return {
        "recall@1": share([one.found(1) for one in asked]),
        "recall@3": share([one.found(3) for one in asked]),
        "answered directly": share([one.answered is not None for one in asked]),
        "wrong among direct answers": share([one.answered not in one.question.expected for one in direct]),
    }


def _badness(one: Asked) -> tuple[int, int, float]:
    confidence = one.reply.confidence or 0.0
    if one.answered is not None:
        return 0, 0, -confidence
    if (one.reply.decision is Decision.ESCALATE) != (one.question.group is Group.ESCALATE):
        return 1, 0, confidence
    found = [article in one.question.expected for article in one.ranked]
    place = found.index(True) if True in found else len(found)
    return 2, -place, confidence


def _escalated(asked: Sequence[Asked]) -> list[bool]:
    return [one.reply.decision is Decision.ESCALATE for one in asked]


def _error(one: Asked) -> str:
    confidence = "none" if one.reply.confidence is None else f"{one.reply.confidence:.3f}"
    return (
        f"{one.question.id} [{one.question.language}, {one.question.group}, {one.question.kind}] "
        f"{'; '.join(one.faults)}\n"
        f"    {one.question.text}\n"
        f"    expected {', '.join(one.question.expected) or 'no article'}; "
        f"found {', '.join(one.ranked[:3]) or 'nothing'}\n"
        f"    {one.reply.decision}, confidence {confidence}, "
        f"trace {json.dumps(one.reply.trace, ensure_ascii=False, default=str)}"
    )


def _with_n(figure: Figure) -> str:
    return f"{figure_text(figure)} n={figure.n}"


def _key(name: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in name.replace("@", " at "))
    return "_".join(words.split())
