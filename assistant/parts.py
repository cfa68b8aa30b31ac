"""Cuts a message into the parts that may each report something."""

from __future__ import annotations

import re

LEAST_WORDS = 3
"""A shorter part, such as a greeting, stays with the one before or after it."""
MOST_PARTS = 40
"""However long a message is, no more of it is compared part by part."""
_END = re.compile(
    r"(?<=[!?;:])\s+|\s+[-–—]+\s+|\s*\n\s*"
    r"|(?<=\.)(?<!\d\.)(?<!\b\w\.)(?<!\b(?:[DMS]r|Nr|No|St|ca)\.)(?<!\b(?:bzw|usw|Mrs|Tel)\.)\s+"
)
"""``z. B.``, ``5. Juni`` and ``Dr. Meier`` end no sentence."""


def parts_of(message: str) -> tuple[str, ...]:
    """Cut a message at the ends of its sentences, at colons, semicolons and dashes between words.

    :param message: as typed; capitals tell nothing there.
    :return: the first 40 parts, in order, none of which has fewer than three words but where the message has.
    """
    parts: list[str] = []
    for piece in filter(None, _END.split(message.strip())):
        if parts and min(len(piece.split()), len(parts[-1].split())) < LEAST_WORDS:
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return tuple(parts[:MOST_PARTS])


def with_parts(message: str) -> tuple[str, ...]:
    """Return a message, and after it its parts where it has several."""
    parts = parts_of(message)
    return (message, *parts) if len(parts) > 1 else (message,)
