"""Cuts a message into sections that are judged, and these into parts that may each report something."""

from __future__ import annotations

import re
from textwrap import wrap

LEAST_WORDS = 3
"""A shorter part, such as a greeting, stays with the one before or after it."""
MOST_PARTS = 40
"""However short its sentences are, no more parts of a section are compared."""
SECTION = 700
"""Characters that are judged as one: no example is longer, and in more of them a sentence is lost."""
_END = re.compile(
    r"(?<=[!?;:])\s+|\s+[-–—]+\s+|\s*\n\s*"
    r"|(?<=\.)(?<!\d\.)(?<!\b\w\.)(?<!\b(?:[DMS]r|Nr|No|St|ca)\.)(?<!\b(?:bzw|usw|Mrs|Tel)\.)\s+"
)
"""``z. B.``, ``5. Juni`` and ``Dr. Meier`` end no sentence."""
_SPACES = re.compile(r"[^\S\n]+")
"""Run together before sentences are looked for, which takes the square of their number."""


def sections_of(message: str) -> tuple[str, ...]:
    """Cut a letter into sections as long as messages that are known.

    :param message: as typed.
    :return: the message where it has no more than 700 characters, else sections of whole sentences, in order
        and about equally long, so that none is a sentence alone; only a sentence that is longer itself is cut
        between its words.
    """
    if len(message) <= SECTION:
        return (message,)
    pieces: list[str] = []
    for part in parts_of(message):
        pieces += [part] if len(part) <= SECTION else wrap(part, SECTION // 2)
    length = sum(map(len, pieces)) + len(pieces)
    even = length / -(-length // SECTION)
    sections: list[str] = []
    for piece in pieces:
        before = len(sections[-1]) if sections else SECTION
        if before + len(piece) < SECTION and before + len(piece) / 2 < even:
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
    for piece in filter(None, _END.split(_SPACES.sub(" ", message).strip())):
        if parts and min(len(piece.split()), len(parts[-1].split())) < LEAST_WORDS:
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return tuple(parts)


def with_parts(message: str) -> tuple[str, ...]:
    """Return a message, and after it its parts where it has several, the first 40."""
    parts = parts_of(message)[:MOST_PARTS]
    return (message, *parts) if len(parts) > 1 else (message,)
