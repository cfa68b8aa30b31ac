"""Cuts a message into sections that are judged, and these into parts that may each report something."""

from __future__ import annotations

import re
from textwrap import wrap

LEAST_WORDS = 3
"""A shorter part, such as a greeting, stays with the one before or after it."""
SECTION = 700
"""Characters that are judged as one: no example is longer, and in more of them a sentence is lost."""
_END = re.compile(
    r"(?<=[!?;:])\s+|\s+[-–—]+\s+|\s*\n\s*"
    r"|(?<=\.)(?<!\d\.)(?<!\b\w\.)(?<!\b(?:[DMS]r|Nr|No|St|ca)\.)(?<!\b(?:bzw|usw|Mrs|Tel)\.)\s+"
)
"""``z. B.``, ``5. Juni`` and ``Dr. Meier`` end no sentence."""


def sections_of(message: str) -> tuple[str, ...]:
    """Cut a letter into sections as long as messages that are known.

    :param message: as typed.
    :return: the message where it has no more than 700 characters, else sections of whole sentences, in order;
        only a sentence that is longer itself is cut between its words.
    """
    if len(message) <= SECTION:
        return (message,)
    sections: list[str] = []
    for part in parts_of(message):
        for piece in wrap(part, SECTION):
            if sections and len(sections[-1]) + len(piece) < SECTION:
                sections[-1] = f"{sections[-1]} {piece}"
            else:
                sections.append(piece)
    return tuple(sections) or (message,)


def parts_of(message: str) -> tuple[str, ...]:
    """Cut a message at the ends of its sentences, at colons, semicolons and dashes between words.

    :param message: as typed; capitals tell nothing there.
    :return: in order; none has fewer than three words but where the message has.
    """
    parts: list[str] = []
    for piece in filter(None, _END.split(message.strip())):
        if parts and min(len(piece.split()), len(parts[-1].split())) < LEAST_WORDS:
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return tuple(parts)


def with_parts(message: str) -> tuple[str, ...]:
    """Return a message, and after it its parts where it has several."""
    parts = parts_of(message)
    return (message, *parts) if len(parts) > 1 else (message,)
