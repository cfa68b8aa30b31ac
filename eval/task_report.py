"""What ``lotse eval tasks`` prints and keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.groups import by_language
from eval.intervals import Figure
from eval.outcome import FIGURES, Outcome, measure
from eval.paired import Difference
from eval.table import figure_json, figure_text, table


@dataclass(frozen=True, slots=True)
class TaskRow:
    """All figures of one system on one task in one language, or in ``all``."""

    task: str
    system: str
    language: str
    n: int
    answerable: int
    figures: dict[str, Figure]

    def as_json(self, *, with_system: bool) -> dict[str, object]:
        """Return plain values by key; the system is named only where several are compared."""
        return {
            "task": self.task,
            **({"system": self.system} if with_system else {}),
            "language": self.language,
            "n": self.n,
            "answerable": self.answerable,
            **{name: figure.value for name, figure in self.figures.items()},
        }

    def as_result(self) -> dict[str, object]:
        """Return values with intervals and n, for a file that is kept."""
        figures = {name: figure_json(figure) for name, figure in self.figures.items()}
        return {**self.as_json(with_system=True), **figures}


def task_rows(task: str, system: str, outcomes: Sequence[Outcome]) -> list[TaskRow]:
    """Measure each language that has queries, then all of them together."""
    return [
        TaskRow(task, system, name, len(group), sum(bool(o.expected) for o in group), measure(group))
        for name, group in by_language(outcomes, lambda outcome: outcome.language).items()
    ]


def task_table(rows: Sequence[TaskRow]) -> str:
    """Write a table for each task and system, a line for each figure."""
    groups = dict.fromkeys((row.task, row.system) for row in rows)
    return "\n\n".join(
        _one_table(f"{task}: {system}", [row for row in rows if (row.task, row.system) == (task, system)])
        for task, system in groups
    )


def difference_table(differences: Sequence[Difference]) -> str:
    """Write the product less each rival: on average, then task by task, with what is significantly worse."""
    rows = [
        [
            f"{one.rival}, {one.measure}, {one.task or f'mean of {one.tasks} tasks'}",
            figure_text(one.figure),
            str(one.figure.n),
            "worse" if one.worse else "",
        ]
        for one in sorted(differences, key=lambda one: one.task is not None)
    ]
    return table(["product less rival", "difference", "n", ""], rows)


def difference_json(differences: Sequence[Difference]) -> list[dict[str, object]]:
    """Return differences as plain values; ``task`` is null for the mean over tasks."""
    return [
        {
            "rival": one.rival,
            "figure": one.measure,
            "task": one.task,
            "tasks": one.tasks,
            "difference": figure_json(one.figure),
            "significantly_worse": one.worse,
        }
        for one in differences
    ]


def _one_table(title: str, rows: Sequence[TaskRow]) -> str:
    counts = ["n / answerable", *(f"{row.n} / {row.answerable}" for row in rows)]
    lines = [[name, *(figure_text(row.figures[name]) for row in rows)] for name in FIGURES]
    return f"{title}\n{table(['', *(row.language for row in rows)], [counts, *lines])}"
