"""Every piece of text that a page shows or reads out, with the language that it is marked with."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "circle", "rect"})
_SILENT = frozenset({"script", "style", "textarea", "svg"})
_SPOKEN = ("alt", "aria-label", "placeholder", "title")
_LATER = (
    *("data-busy", "data-copied", "data-crowded", "data-deleted", "data-found", "data-live", "data-offline"),
    *("data-too-large", "data-too-many"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A text with its language; ``own`` is what a customer or a colleague wrote, or what no language owns."""

    language: str
    text: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    language: str
    own: bool
    silent: bool


class MarkedText(HTMLParser):
    """Reads a page as a screen reader does."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[Said] = []
        self.unclosed: list[str] = []
        self._open = [_Open("", "", own=False, silent=False)]
        self.feed(html)
        self.close()
        self.unclosed += [each.tag for each in self._open[1:]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element; what its attributes say is read in its own language."""
        given, outer = {name: value or "" for name, value in attrs}, self._open[-1]
        own = outer.own or tag == "bdi" or given.get("translate") == "no"
        inner = _Open(tag, given.get("lang", outer.language), own, outer.silent or tag in _SILENT)
        for name in (*_SPOKEN, *_LATER):
            self._say(given.get(name, ""), inner)
        if tag not in _VOID:
            self._open.append(inner)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass an element that holds nothing."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if self._open[-1].tag == tag:
            self._open.pop()
        elif tag not in {"p", "li"}:
            self.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if not self._open[-1].silent:
            self._say(data, self._open[-1])

    def _say(self, text: str, where: _Open) -> None:
        if words := " ".join(text.split()):
            self.said.append(Said(where.language, words, where.own))
