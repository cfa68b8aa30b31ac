"""How tests read the pages of the application."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from werkzeug.test import TestResponse


class Page(HTMLParser):
    """A page as a test reads it: its fields, its title, its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.fields: dict[str, str] = {}
        self.buttons: list[dict[str, str]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._textarea: str | None = None
        self._select = ""
        self.feed(html)

    @classmethod
    def of(cls, response: TestResponse) -> Page:
        """Read a response."""
        return cls(response.get_data(as_text=True))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note fields, buttons and tags."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        kind = given.get("type")
        unchecked = kind == "checkbox" and "checked" not in given
        if tag == "input" and "name" in given and kind != "file" and not unchecked:
            self.fields[given["name"]] = given.get("value", "")
        if tag == "select":
            self._select = given["name"]
        if tag == "option" and (self._select not in self.fields or "selected" in given):
            self.fields[self._select] = given.get("value", "")
        if tag == "button":
            self.buttons.append(given)
        self._textarea = given.get("name") if tag == "textarea" else None
        if self._textarea:
            self.fields[self._textarea] = ""

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if self._textarea:
            self.fields[self._textarea] += data
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a text area."""
        if tag == "textarea":
            self._textarea = None

    @property
    def title(self) -> str:
        """The page's title."""
        found = re.search(r"<title>(.*?)</title>", self.html, re.DOTALL)
        return unescape(found[1]) if found else ""

    @property
    def language(self) -> str:
        """The page's language."""
        return next(given["lang"] for tag, given in self.tags if tag == "html")

    @property
    def carried(self) -> dict[str, str]:
        """The hidden fields of the thread, to be sent with the next step."""
        return {name: self.fields[name] for name in ("conversation", "question_id") if name in self.fields}

    def button(self, name: str) -> str:
        """Return the value of the first button with a name."""
        return next(given["value"] for given in self.buttons if given.get("name") == name)

    def has_button(self, name: str) -> bool:
        """Say whether there is a button with a name."""
        return any(given.get("name") == name for given in self.buttons)
