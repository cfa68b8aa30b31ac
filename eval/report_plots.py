"""The report's two pictures: wrong share by coverage, and right share by confidence."""

from __future__ import annotations

from collections.abc import Sequence

from corpus import LANGUAGES
from corpus.questions import Group
from eval.curves import Bin, CurvePoint, confidences, reliability, risk_coverage
from eval.headline import is_wrong_answer
from eval.intervals import Figure, wilson
from eval.paired import PRODUCT, Systems
from eval.plot import Frame, Line, Mark, Plot
from eval.questions import Asked
from eval.report_figures import outcomes_of, searched_of
from eval.section import NAMES, Cell, Section, Table
from eval.table import figure_text

_HIGHEST = 0.5
"""Where the wrong share's axis ends."""
_STEPS = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Coverages that the table beside the curves gives."""


def risk_section(asked: Sequence[Asked], systems: Systems) -> Section:
    """Draw the wrong share among the surest questions, by how many of them are answered."""
    own = {NAMES[language]: _in(asked, language) for language in LANGUAGES}
    curves = {name: outcomes_of(group) for name, group in own.items()}
    curves |= {name: list(outcomes) for name, outcomes in systems.items() if name != PRODUCT}
    known = {name: curve for name, outcomes in curves.items() if (curve := risk_coverage(outcomes))}
    frame = Frame(_HIGHEST)
    numbers = {name: at for at, name in enumerate(curves)}
    lines = tuple(
        Line(name, numbers[name], frame.points([(point.coverage, point.risk) for point in curve]))
        for name, curve in known.items()
    )
    points = {name: _operating_point(group) for name, group in own.items()}
    marks = tuple(
        Mark(
            numbers[name],
            frame.x(point.coverage),
            frame.y(point.risk),
            f"{name}, as it serves: answered {_told(point.answered, point.n)}, "
            f"wrong among these {_told(point.wrong, point.answered)}",
        )
        for name, point in points.items()
        if point.answered
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(_risk_at(curve, step) for step in _STEPS)) for name, curve in known.items()
    )
    return Section(
        "risk",
        "Risk by coverage",
        (
            "If the surest questions were answered and all others refused: the wrong share by the share "
            "answered, over questions that need not escalate. A dot is what the product answers today.",
            *(mark.text + "." for mark in marks),
        ),
        plots=(
            Plot(
                "Risk by coverage",
                f"Curves of {', '.join(known) or 'nothing: there is no confidence'}; lower is better.",
                "share of questions answered",
                "wrong share among them",
                frame.x_ticks(),
                frame.y_ticks(),
                lines,
                marks,
            ),
        ),
        tables=(Table(("wrong share when answered:", *(f"{step:.0%}" for step in _STEPS)), rows),),
    )


def reliability_section(asked: Sequence[Asked]) -> Section:
    """Draw how often the first article is right, by how sure the product is."""
    bins = reliability(*confidences(searched_of(asked)))
    frame = Frame()
    marks = tuple(_mark(frame, each) for each in bins)
    counts = [each.right.n for each in bins]
    held = f"{min(counts)} to {max(counts)} questions a bin" if counts else "no confidence is calibrated"
    return Section(
        "reliability",
        "Reliability of the confidence",
        (f"Searched questions of both languages in {len(bins)} bins by confidence; {held}, 95 % intervals.",),
        plots=(
            Plot(
                "Reliability",
                f"Share of right first articles by mean confidence, {held}; the diagonal is perfect.",
                "mean confidence of a bin",
                "share of right first articles",
                frame.x_ticks(),
                frame.y_ticks(),
                (Line("perfect", 5, frame.points([(0.0, 0.0), (1.0, 1.0)])),),
                marks,
            ),
        ),
        tables=(
            Table(
                ("mean confidence", "n", "right first article"),
                tuple((f"{each.confidence:.3f}", each.right.n, each.right) for each in bins),
            ),
        ),
    )


def _mark(frame: Frame, each: Bin) -> Mark:
    interval, value = each.right.interval, each.right.value or 0.0
    return Mark(
        0,
        frame.x(each.confidence),
        frame.y(value),
        f"confidence {each.confidence:.3f}: {value:.3f} right of {each.right.n}",
        frame.y(interval.low) if interval else None,
        frame.y(interval.high) if interval else None,
    )


def _operating_point(asked: Sequence[Asked]) -> CurvePoint:
    """What is answered directly today, and what of it is wrong."""
    direct = [one for one in asked if one.answered is not None]
    return CurvePoint(len(direct), sum(map(is_wrong_answer, direct)), len(asked))


def _risk_at(curve: Sequence[CurvePoint], coverage: float) -> Figure:
    """The wrong share when at least so many are answered."""
    point = next((point for point in curve if point.coverage >= coverage - 1e-9), curve[-1])
    return _share(point.wrong, point.answered)


def _told(count: int, n: int) -> str:
    return f"{figure_text(_share(count, n))} (n = {n})"


def _share(count: int, n: int) -> Figure:
    return Figure(count / n, wilson(count, n), n)


def _in(asked: Sequence[Asked], language: str) -> list[Asked]:
    return [
        one for one in asked if one.question.language == language and one.question.group is not Group.ESCALATE
    ]
