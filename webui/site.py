"""The public addresses of the pages that search engines may list, on a server and in a static copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import quote

from corpus import LANGUAGES, Article, Corpus, Language


@dataclass(frozen=True, slots=True)
class Place:
    """A page that stays where it is; ``id`` names the topic or the article."""

    kind: Literal["home", "topic", "article"]
    id: str = ""


HOME = Place("home")


class Site(Protocol):
    """Where pages stand."""

    @property
    def base(self) -> str | None:
        """The public address that all paths follow, without a slash at its end; ``None``: unknown."""

    def path(self, place: Place, language: Language | None) -> str:
        """Return a page's path; without a language that of the page for readers of any language."""


@dataclass(frozen=True, slots=True)
class LiveSite:
    """The pages of a running server: the language stands in the query, as everywhere on it.

    ``base`` is the setting LOTSE_BASE_URL alone. The header Host says what a client claims: an address made
    of it could make search engines, and caches, list our pages under a foreign name.
    """

    base: str | None

    def path(self, place: Place, language: Language | None) -> str:
        """Return the page's path."""
        folder = {"home": "", "topic": "topics/", "article": "articles/"}[place.kind]
        return f"/{folder}{quote(place.id)}" + (f"?lang={language}" if language else "")


def address(site: Site, place: Place, language: Language | None) -> str | None:
    """Return the full address of a page, ``None`` where the site does not know its own."""
    return None if site.base is None else site.base + site.path(place, language)


def alternates(site: Site, place: Place, languages: tuple[Language, ...]) -> tuple[tuple[str, str], ...]:
    """Return a page's address in each of its languages, and that for readers of any other.

    :param site: where the pages stand.
    :param place: the page.
    :param languages: those that it is written in; with one alone there is nothing to choose from.
    :return: pairs of language, or ``x-default``, and address; none where the site does not know its own.
    """
    chosen = (*languages, *((None,) if len(languages) > 1 else ()))
    found = ((each or "x-default", address(site, place, each)) for each in chosen)
    return tuple((name, where) for name, where in found if where is not None)


def languages_of(article: Article) -> tuple[Language, ...]:
    """Return the languages that an article is written in."""
    return tuple(each for each in LANGUAGES if article.translation(each) is not None)


def places_of(corpus: Corpus, articles: tuple[Article, ...]) -> list[tuple[Place, tuple[Language, ...]]]:
    """Return all pages that may be listed, each with its languages."""
    filled = {article.topic for article in articles}
    topics = [Place("topic", topic.id) for topic in corpus.company.topics if topic.id in filled]
    return [
        *((place, LANGUAGES) for place in (HOME, *topics)),
        *((Place("article", article.id), languages_of(article)) for article in articles),
    ]
