"""Plots as numbers for the template: everything in the units of the picture, nothing drawn here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 400
"""Of the picture, in its own units; it is drawn as wide as the page."""
LEFT, RIGHT, TOP, BOTTOM = 78, 24, 12, 56


@dataclass(frozen=True, slots=True)
class Tick:
    """A number at an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A curve; ``number`` gives its colour and dashes, ``points`` is what SVG's polyline takes."""

    name: str
    number: int
    points: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot, with a bar from ``low`` to ``high`` where it has an interval, and a text for the pointer."""

    number: int
    x: float
    y: float
    text: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with axes from 0; ``description`` says in words what it shows."""

    title: str
    description: str
    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = WIDTH - RIGHT
    top = TOP
    bottom = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Frame:
    """Turns shares from 0 to ``top`` into places in the picture; both axes start at 0, x ends at 1."""

    top: float = 1.0

    def x(self, value: float) -> float:
        """Return the place of a share on the x axis."""
        return round(LEFT + value * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """Return the place of a share on the y axis; what is higher than the picture ends at its edge."""
        return round(HEIGHT - BOTTOM - min(value / self.top, 1.0) * (HEIGHT - TOP - BOTTOM), 1)

    def points(self, pairs: Sequence[tuple[float, float]]) -> str:
        """Return a polyline through pairs of shares."""
        return " ".join(f"{self.x(x)},{self.y(y)}" for x, y in pairs)

    def x_ticks(self) -> tuple[Tick, ...]:
        """Return five steps along the x axis."""
        return tuple(Tick(self.x(step / 5), f"{step / 5:.1f}") for step in range(6))

    def y_ticks(self) -> tuple[Tick, ...]:
        """Return five steps along the y axis."""
        return tuple(Tick(self.y(self.top * step / 5), f"{self.top * step / 5:.2f}") for step in range(6))
