"""What search engines, and whoever is sent a link, are told about a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from corpus import LANGUAGES, Article, Company, Language, Topic
from webui.article_view import ArticleView, view
from webui.site import HOME, Place, Site, address, alternates, languages_of
from webui.tongues import LOCALES

_CONTEXT = "https://schema.org"


@dataclass(frozen=True, slots=True)
class Listing:
    """The head of one page; ``canonical`` and ``alternates`` are empty while our address is unknown."""

    kind: Literal["website", "article"]
    title: str
    description: str
    locale: str
    other_locales: tuple[str, ...]
    canonical: str | None
    alternates: tuple[tuple[str, str], ...]
    data: tuple[Markup, ...] = ()


def home_listing(site: Site, language: Language, *, title: str, description: str) -> Listing:
    """Describe the first page."""
    return _listing(site, HOME, LANGUAGES, language, "website", title, description)


def topic_listing(site: Site, topic: Topic, company: Company, language: Language) -> Listing:
    """Describe the page of a topic."""
    name = topic.name.in_language(language)
    place = Place("topic", topic.id)
    trail = _breadcrumbs(site, language, [(HOME, company.name), (place, name)])
    return _listing(site, place, LANGUAGES, language, "website", name, "", data=trail)


def article_listing(site: Site, article: Article, company: Company, language: Language) -> Listing:
    """Describe an article in ``language`` where it has that, else in its other one."""
    shown = view(article, language)
    place = Place("article", article.id)
    topic = next(each for each in company.topics if each.id == article.topic)
    steps = [
        (HOME, company.name),
        (Place("topic", topic.id), topic.name.in_language(shown.language)),
        (place, shown.question),
    ]
    return _listing(
        site,
        place,
        languages_of(article),
        shown.language,
        "article",
        shown.question,
        shown.short,
        data=(
            _question(shown, address(site, place, shown.language)),
            *_breadcrumbs(site, shown.language, steps),
        ),
    )


def _listing(
    site: Site,
    place: Place,
    languages: tuple[Language, ...],
    language: Language,
    kind: Literal["website", "article"],
    title: str,
    description: str,
    *,
    data: tuple[Markup, ...] = (),
) -> Listing:
    return Listing(
        kind=kind,
        title=title,
        description=" ".join(description.split()),
        locale=LOCALES[language],
        other_locales=tuple(LOCALES[each] for each in languages if each != language),
        canonical=address(site, place, language),
        alternates=alternates(site, place, languages),
        data=data,
    )


def _question(shown: ArticleView, where: str | None) -> Markup:
    """The approved texts as a ``FAQPage``: the short answer, then the full one."""
    page: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "FAQPage",
        "inLanguage": shown.language,
        "mainEntity": {
            "@type": "Question",
            "name": shown.question,
            "acceptedAnswer": {
                "@type": "Answer",
                "text": f"<p>{escape(shown.short)}</p>\n{shown.html}".strip(),
            },
        },
    }
    if where:
        page["url"] = where
    if shown.reviewed:
        page["lastReviewed"] = shown.reviewed.isoformat()
    return in_script(page)


def _breadcrumbs(site: Site, language: Language, steps: list[tuple[Place, str]]) -> tuple[Markup, ...]:
    """The way from the first page to this one; without addresses there is none."""
    if site.base is None:
        return ()
    items = [
        {
            "@type": "ListItem",
            "position": number,
            "name": name,
            "item": {"@type": "WebPage", "@id": address(site, place, language)},
        }
        for number, (place, name) in enumerate(steps, 1)
    ]
    return (in_script({"@context": _CONTEXT, "@type": "BreadcrumbList", "itemListElement": items}),)


def in_script(data: object) -> Markup:
    """Return JSON that can stand inside a ``script`` element: no text in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 (nothing in it can end the element)
