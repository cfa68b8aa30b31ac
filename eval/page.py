"""Writes a report as one page that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.intervals import Figure
from eval.section import Section

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def write_page(path: Path, sections: Sequence[Section]) -> None:
    """Write sections as HTML.

    :param path: the file; its folder is made.
    :param sections: in order.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page_of(sections, datetime.now(UTC)), encoding="utf-8")


def page_of(sections: Sequence[Section], made_at: datetime) -> str:
    """Return sections as HTML.

    :param sections: in order.
    :param made_at: the moment, in UTC.
    :return: the whole page.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["figure"] = lambda cell: isinstance(cell, Figure)
    template = environment.get_template("report.html")
    return template.render(sections=sections, made_at=made_at.strftime("%Y-%m-%d %H:%M UTC"))
