"""Shows every setting with its default and its value; secrets are masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import SecretStr

from corpus.settings import PACKAGE, Settings

_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):([^@\s]*)@")
_IN_QUERY = re.compile(r"([?&][^=&\s]*(?:pass|secret|token|key)[^=&\s]*=)[^&\s]*", re.IGNORECASE)


class Row(NamedTuple):
    """One setting as it is shown."""

    variable: str
    default: str
    value: str
    help: str


def setting_rows(settings: Settings) -> tuple[Row, ...]:
    """Return one row a setting, in the order of the class."""
    return tuple(
        Row(
            variable=f"LOTSE_{name.upper()}",
            default=_shown(field.default),
            value=_shown(getattr(settings, name)),
            help=field.description or "",
        )
        for name, field in Settings.model_fields.items()
    )


def as_plain(rows: tuple[Row, ...]) -> str:
    """Return the settings for a terminal, two lines each."""
    return "\n".join(_plain(rows))


def as_markdown(rows: tuple[Row, ...]) -> str:
    """Return the settings as a Markdown table, without the values of this installation."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for row in rows:
        cells = (f"`{row.variable}`", f"`{row.default}`" if row.default else "–", row.help)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _plain(rows: tuple[Row, ...]) -> Iterator[str]:
    for row in rows:
        changed = "" if row.value == row.default else f" (default: {row.default or 'none'})"
        yield f"{row.variable}={row.value}{changed}"
        yield f"    {row.help}"


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return "********"
    if value == PACKAGE:
        return "the shipped corpus"
    if isinstance(value, bool):
        return str(value).lower()
    return _IN_QUERY.sub(r"\1********", _PASSWORD.sub(r"\1:********@", str(value)))
