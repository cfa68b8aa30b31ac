"""``sitemap.xml`` and ``robots.txt``, for a server and for a static copy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from corpus import Article, Corpus, Language
from webui.site import Place, Site, address, alternates, places_of

MOST = 50_000
"""The protocol allows no more addresses in one file."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


def sitemap(site: Site, corpus: Corpus, articles: tuple[Article, ...]) -> str:
    """List every page in each of its languages.

    The day of an article's last change is known for none: ``lastmod`` is the day on which its owner checked
    it last, and left out where that is missing. Search engines distrust a site whose dates are guessed.

    :param site: where the pages stand; it must know its address.
    :param corpus: the company and its topics.
    :param articles: those that may be shown.
    :return: the file's text.
    """
    checked = {article.id: article.reviewed for article in articles}
    entries = [
        _entry(site, place, languages, language, checked.get(place.id) if place.kind == "article" else None)
        for place, languages in places_of(corpus, articles)
        for language in languages
    ]
    return _HEAD + "".join(entries[:MOST]) + "</urlset>\n"


def robots(site: Site, closed: Iterable[str] = ()) -> str:
    """Return ``robots.txt``.

    Pages that must not be listed say so themselves: a crawler that is kept away would never read it.

    :param site: where the pages stand.
    :param closed: paths that are no pages.
    :return: the file's text.
    """
    rules = [f"Disallow: {path}" for path in closed] or ["Allow: /"]
    where = [f"Sitemap: {site.base}/sitemap.xml"] if site.base else []
    return "\n".join(["User-agent: *", *rules, *where, ""])


def _entry(
    site: Site, place: Place, languages: tuple[Language, ...], language: Language, checked: date | None
) -> str:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{name}" href={quoteattr(where)}/>'
        for name, where in alternates(site, place, languages)
    )
    day = f"<lastmod>{checked.isoformat()}</lastmod>" if checked else ""
    return f"<url><loc>{escape(address(site, place, language) or '')}</loc>{day}{links}</url>\n"
