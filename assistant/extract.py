"""Picks the pieces of an article that speak to a follow-up, word for word as the editors wrote them.

A follow-up without a subject is known by what it asks for: a price, a deadline, a time, what is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.reply import Piece
from corpus import Translation, fold

MOST = 3
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)]|>)\s+")
_MARKUP = re.compile(r"\*\*|__|`")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_BLANK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Aspect:
    asked: re.Pattern[str]
    told: re.Pattern[str]


_TIME = r"\d+[- ](?:minute|stunde|tag|werktag|woche|monat|hour|day|working day|week|month)"
_PHONE = re.compile(r"(?:\+|\b0)\d[\d ]{5,}")
_ASPECTS = (
    _Aspect(
        re.compile(
            r"\b(?:kost|teuer|preis|gebuehr|umsonst|gratis|cost|expensive|price|fee|free|charge|pay|how much)"
        ),
        re.compile(
            r"€|\beuro\b|kost(?:et|en|enlos|enfrei)|gebuehr|gratis|\bfree\b|\bfees?\b|\bcosts?\b|charge"
        ),
    ),
    _Aspect(
        re.compile(r"\b(?:frist|deadline)"),
        re.compile(
            rf"frist|deadline|notice|spaetestens|innerhalb|\bwithin\b|at the latest|{_TIME}\w* (?:vor|before)"
        ),
    ),
    _Aspect(
        re.compile(r"\b(?:dauer|lange?\b|wann|schnell|bald|long|when|soon|fast|quick)"),
        re.compile(rf"{_TIME}|dauer|sofort|\bat once\b|\bimmediately\b|\btakes?\b"),
    ),
    _Aspect(
        re.compile(r"\b(?:brauch|noetig|voraussetz|need|required|requirement)"),
        re.compile(r"brauch|noetig|voraussetz|bereit|\bneed|required|requirement|\bready\b"),
    ),
)
"""What a follow-up may ask for, and how articles tell it."""


def extract(article: Translation, text: str) -> tuple[Piece, ...] | None:
    """Return what an article says about a follow-up; how to call is no answer to it.

    :param article: the article in one language.
    :param text: the follow-up.
    :return: pieces of the full answer, at most three; empty where the short answer alone says it, or where
        the follow-up asks for nothing in particular; ``None`` where the article says nothing about it.
    """
    asked = fold(text)
    told = next((aspect.told for aspect in _ASPECTS if aspect.asked.search(asked)), None)
    if told is None:
        return ()
    pieces = tuple(
        piece
        for piece in pieces_of(article.answer)
        if told.search(fold(f"{piece.heading} {piece.text}")) and not _PHONE.search(piece.text)
    )
    return pieces[:MOST] if pieces or told.search(fold(article.short)) else None


def pieces_of(markdown: str) -> list[Piece]:
    """Cut a Markdown answer into its paragraphs and list items, each with its heading."""
    pieces: list[Piece] = []
    heading = ""
    for block in _BLANK.split(markdown):
        lines = block.strip().splitlines()
        if lines and (found := _HEADING.match(lines[0])):
            heading, lines = _plain(found[1]), lines[1:]
        if lines and lines[0].lstrip().startswith("|"):
            pieces.extend(Piece(heading, row) for row in _rows(lines))
            continue
        joined: list[str] = []
        for line in lines:
            if _ITEM.match(line) or not joined:
                joined.append(_ITEM.sub("", line))
            else:
                joined[-1] += f" {line.strip()}"
        pieces.extend(Piece(heading, _plain(line)) for line in joined)
    return pieces


def _rows(lines: list[str]) -> list[str]:
    """Write a table's rows as sentences: the first cell, then each other with the name of its column."""
    header, *rows = [[_plain(cell) for cell in line.strip().strip("|").split("|")] for line in lines]
    return [
        f"{row[0]}: "
        + ", ".join(f"{name} {cell}".strip() for name, cell in zip(header[1:], row[1:], strict=False))
        for row in rows[1:]
    ]


def _plain(text: str) -> str:
    return " ".join(_LINK.sub(r"\1", _MARKUP.sub("", text)).split())
