"""What ``lotse eval questions`` prints and keeps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import Decision
from eval.groups import by_language
from eval.intervals import Figure, share
from eval.metrics import hit
from eval.questions import Asked, Group
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


def error_lines(asked: Sequence[Asked]) -> str:
    """Write every question with a wrong outcome, what was shown, and why it was decided so."""
    return "\n".join(_error(one) for one in asked if one.faults)


def error_json(asked: Sequence[Asked]) -> list[dict[str, object]]:
    """Return every question with a wrong outcome as plain values."""
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
        if one.faults
    ]


def _row(language: str, asked: Sequence[Asked]) -> QuestionRow:
    of = {group: [one for one in asked if one.question.group is group] for group in Group}
    answerable, direct = of[Group.ANSWERABLE], [one for one in asked if one.answered is not None]
    figures = {
        "recall@1": share([hit(one.ranked, one.question.expected, 1) for one in answerable]),
        "recall@3": share([hit(one.ranked, one.question.expected, 3) for one in answerable]),
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
