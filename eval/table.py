"""Figures as text: aligned columns, intervals in brackets, a dash where nothing is defined."""

from __future__ import annotations

from collections.abc import Sequence

from eval.intervals import Figure


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Align columns: the first to the left, all others to the right."""
    cells = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def figure_text(figure: Figure) -> str:
    """Write a figure with its interval, ``0.912 [0.884, 0.934]``."""
    if figure.value is None:
        return "–"
    if figure.interval is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.interval.low:.3f}, {figure.interval.high:.3f}]"


def figure_json(figure: Figure) -> dict[str, float | int | None]:
    """Return a figure with both ends of its interval and its n."""
    low, high = (figure.interval.low, figure.interval.high) if figure.interval else (None, None)
    return {"value": figure.value, "low": low, "high": high, "n": figure.n}
