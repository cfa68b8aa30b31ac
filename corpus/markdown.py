"""Finds what an answer's Markdown would show wrongly: broken links and raw HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_CODE = re.compile(
    r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1[^\n]*$|\Z)|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)", re.M | re.S
)
_ESCAPED = re.compile(r"\\[\[\]()<>`\\]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_PLAIN_BRACKETS = re.compile(r"\[[^\[\]]*\](?!\()")
_AUTOLINK = re.compile(r"(?<=\]\()<[^<>\n]*>|<(?:https?://|mailto:|tel:)[^<>\s]*>|<[\w.+-]+@[\w.-]+>")
_HTML = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<!--|&(?:[a-z]{2,8}|#\d{1,7});", re.I)


class Slip(NamedTuple):
    """One mistake in Markdown: what, and where it begins in the text."""

    code: str
    message: str
    hint: str
    start: int


def find_slips(text: str) -> list[Slip]:
    """Find links that do not close and HTML in a Markdown text; code is left alone."""
    for pattern in (_CODE, _ESCAPED, _AUTOLINK):
        text = pattern.sub(_blank, text)
    return sorted([*_broken_links(text), *_raw_html(text)], key=lambda slip: slip.start)


def _blank(match: re.Match[str]) -> str:
    """Keep every place where it is."""
    return re.sub(r"[^\n]", " ", match[0])


def _broken_links(text: str) -> Iterator[Slip]:
    rest = text
    for pattern in (_LINK, _PLAIN_BRACKETS):
        rest = pattern.sub(_blank, rest)
    for match in re.finditer(r"\[|\]\(|\]", rest):
        yield Slip(
            "broken-link",
            "this bracket belongs to no complete link",
            "Write a link as [text](address), without spaces in the address; a lone bracket as \\[ or \\].",
            match.start(),
        )


def _raw_html(text: str) -> Iterator[Slip]:
    for match in _HTML.finditer(text):
        yield Slip(
            "raw-html",
            f"{match[0][:40]!r} is HTML, which is not shown",
            "Use Markdown: **bold**, lists with '- ', links as [text](address); write signs like € directly.",
            match.start(),
        )
