"""Where the pages of a static copy stand."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import dirname, relpath

from corpus import Language
from webui.site import Place

DEFAULT: Language = "de"


@dataclass(frozen=True, slots=True)
class StaticSite:
    """The pages of a static copy: a folder a language, whose names are those on a server."""

    base: str | None

    def path(self, place: Place, language: Language | None) -> str:
        """Return the page's path; the first one of all lets readers choose their language."""
        if place.kind == "home":
            return f"/{language}/" if language else "/"
        return "/" + file_of(place, language or DEFAULT)


def file_of(place: Place, language: Language) -> str:
    """Return the file of a page, from the top of the copy."""
    if place.kind == "home":
        return f"{language}/index.html"
    return f"{language}/{place.kind}s/{place.id}.html"


def relative(target: str, page: str) -> str:
    """Return the link from one file of the copy to another, which works wherever the copy lies."""
    link = relpath(target, dirname(page) or ".")
    return f"{link}/" if target.endswith("/") else link
