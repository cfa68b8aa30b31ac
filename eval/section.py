"""What a report is made of: sections of tables and plots, the same for the page and for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from eval.intervals import Figure
from eval.plot import Plot
from eval.table import figure_json

Cell: TypeAlias = str | int | Figure

NAMES = {"de": "German", "en": "English", "all": "both"}
"""Languages as the page calls them."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads; the first cell of a row names it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def as_json(self) -> list[dict[str, object]]:
        """Return one object a row, by column head; a head without text is called ``name``."""
        keys = [column or "name" for column in self.columns]
        return [dict(zip(keys, map(_plain, row), strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with a heading and sentences above its plots and tables."""

    id: str
    title: str
    sentences: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()
    tables: tuple[Table, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return plain values; plots are for eyes, their numbers stand in the tables."""
        return {
            "section": self.id,
            "sentences": list(self.sentences),
            "tables": [table.as_json() for table in self.tables],
        }


def figure_columns(first: str, named: Sequence[tuple[str, dict[str, Figure]]]) -> Table:
    """Return figures as rows, with one column a group.

    :param first: head of the first column.
    :param named: groups with the same figures.
    :return: the table.
    """
    rows = named[0][1] if named else {}
    return Table(
        (first, *(name for name, _ in named)),
        tuple((row, *(figures[row] for _, figures in named)) for row in rows),
    )


def _plain(cell: Cell) -> object:
    return figure_json(cell) if isinstance(cell, Figure) else cell
