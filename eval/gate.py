"""Whether the headline figures got worse by more than noise, on the same questions as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from eval.headline import MEASURES, NO, UNCOUNTED, YES, Headline, HeadlineError
from eval.table import table

LEVEL = 0.05
ERRORS = 2.0
"""Standard errors of the difference from which on a rate over other questions than before is worse."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure then and now, on the questions that both runs asked.

    ``n_before`` and ``n`` count the questions behind each value; ``why`` says what the verdict rests on.
    """

    name: str
    before: float | None
    n_before: int
    now: float | None
    n: int
    worse: bool
    why: str

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return {
            "figure": self.name,
            "before": self.before,
            "n_before": self.n_before,
            "now": self.now,
            "n": self.n,
            "worse": self.worse,
            "why": self.why,
        }


def compare(before: Headline, now: Headline) -> list[Change]:
    """Hold each headline figure against the stored one.

    Where both runs count the same questions, the exact one-sided McNemar test decides at 5 %: among the
    questions that changed sides, so many to the worse are rarer by chance (McNemar, Psychometrika 1947).
    Where they count others, as among direct answers, a loss of more than two standard errors does, those of
    the paired difference of two ratios (Cochran 1977, section 6.3).

    :param before: the stored figures.
    :param now: those of now.
    :return: one change a measure, in order.
    :raises HeadlineError: when no question was asked both times.
    """
    common = sorted(before.outcomes.keys() & now.outcomes.keys())
    if not common:
        raise HeadlineError(
            f"none of {len(now.outcomes)} questions is among the {len(before.outcomes)} stored; "
            "store anew: lotse eval gate --store"
        )
    return [
        change_of(
            measure.name,
            "".join(before.outcomes[key][at] for key in common),
            "".join(now.outcomes[key][at] for key in common),
            lower_is_better=measure.lower_is_better,
        )
        for at, measure in enumerate(MEASURES)
    ]


def change_of(name: str, before: str, now: str, *, lower_is_better: bool) -> Change:
    """Compare what became of the same questions twice.

    :param name: of the figure.
    :param before: one character a question.
    :param now: the same questions in the same order.
    :param lower_is_better: whether the figure counts what is bad.
    :return: the change.
    """
    same = all((one == UNCOUNTED) == (other == UNCOUNTED) for one, other in zip(before, now, strict=True))
    judge = _by_sides if same else _by_errors
    worse, why = judge(before, now, lower_is_better=lower_is_better)
    counts = [len(marks) - marks.count(UNCOUNTED) for marks in (before, now)]
    values = [marks.count(YES) / n if n else None for marks, n in zip((before, now), counts, strict=True)]
    return Change(name, values[0], counts[0], values[1], counts[1], worse, why)


def change_table(changes: Sequence[Change]) -> str:
    """Write all figures then and now."""
    return table(
        ["", "stored", "n", "now", "n", "", ""],
        [
            [
                change.name,
                _number(change.before),
                str(change.n_before),
                _number(change.now),
                str(change.n),
                "WORSE" if change.worse else "",
                change.why,
            ]
            for change in changes
        ],
    )


def verdict(changes: Sequence[Change]) -> str:
    """Say which figures got worse, and what to do."""
    lines = [
        f"{change.name}: {_number(change.now)} (n = {change.n}), "
        f"stored {_number(change.before)} (n = {change.n_before}); {change.why}"
        for change in changes
        if change.worse
    ]
    if not lines:
        return "no headline figure is worse by more than noise"
    return "\n".join(
        [
            "worse by more than noise:",
            *lines,
            "Look at what changed: lotse eval questions --worst 40. Mend it, or, where the loss is meant, "
            "store the figures of now and say why in the commit: lotse eval gate --store",
        ]
    )


def _by_sides(before: str, now: str, *, lower_is_better: bool) -> tuple[bool, str]:
    bad = YES if lower_is_better else NO
    changed = [(one, other) for one, other in zip(before, now, strict=True) if one != other]
    lost = sum(other == bad for _, other in changed)
    chance = float(binom.sf(lost - 1, len(changed), 0.5)) if changed else 1.0
    return chance < LEVEL, f"{lost} worse, {len(changed) - lost} better, p = {chance:.3f}"


def _by_errors(before: str, now: str, *, lower_is_better: bool) -> tuple[bool, str]:
    (old, old_parts), (new, new_parts) = _ratio(before), _ratio(now)
    if old is None or new is None:
        return False, "nothing to compare"
    error = float(np.sqrt(((new_parts - old_parts) ** 2).sum()))
    loss = new - old if lower_is_better else old - new
    return loss > ERRORS * error and loss > 0, f"difference {new - old:+.3f}, standard error {error:.3f}"


def _ratio(marks: str) -> tuple[float | None, NDArray[np.float64]]:
    """A share, and each question's part in its error, shape ``(questions,)``."""
    holds = np.array([mark == YES for mark in marks], dtype=np.float64)
    counts = np.array([mark != UNCOUNTED for mark in marks], dtype=np.float64)
    if not counts.any():
        return None, np.zeros(len(marks))
    share = float(holds.sum() / counts.sum())
    return share, (holds - share * counts) / counts.sum()


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
