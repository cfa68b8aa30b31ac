"""Renders a static copy: every page in both languages, and what search engines and the search need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from babel.dates import format_date
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader

from corpus import LANGUAGES, Article, Corpus, Language, Legal, LegalPage, Redirects, Topic
from webui.article_view import by_title, view
from webui.export.addresses import DEFAULT, StaticSite, file_of, relative
from webui.export.contact import channel_texts
from webui.export.search_index import Entry, search_index
from webui.listing import Listing, article_listing, home_listing, topic_listing
from webui.prose import render_markdown
from webui.site import HOME, Place, alternates
from webui.sitemap import robots, sitemap
from webui.tongues import LOCALES, NAMES

_WEBUI = Path(__file__).resolve().parents[1]
_STATIC = ("icon.svg", "language.js", "search.js", "style.css")


@dataclass(frozen=True, slots=True)
class _Copy:
    """What all pages are made of."""

    corpus: Corpus
    articles: tuple[Article, ...]
    moved: Mapping[str, str]
    legal: Legal
    site: StaticSite
    day: date

    @property
    def topics(self) -> list[Topic]:
        """The topics that have articles."""
        filled = {article.topic for article in self.articles}
        return [topic for topic in self.corpus.company.topics if topic.id in filled]


def export_files(
    corpus: Corpus, redirects: Redirects, legal: Legal, *, base: str | None, day: date
) -> dict[str, bytes]:
    """Make all files of a static copy; the same corpus, address and day give the same bytes.

    :param corpus: the articles and the company.
    :param redirects: the articles that were renamed.
    :param legal: who is behind the pages.
    :param base: the address at which the copy will stand, without a slash at its end; ``None``: unknown.
    :param day: articles that are valid on it are in the copy.
    :return: the content of each file, by its path inside the copy.
    """
    copy = _Copy(corpus, corpus.valid_articles(day), redirects.redirects, legal, StaticSite(base), day)
    files = {name: (_WEBUI / "static" / name).read_bytes() for name in _STATIC}
    for language in LANGUAGES:
        pages = _pages(copy, language)
        files |= {name: text.encode() for name, text in pages}
    files |= {name: text.encode() for name, text in _top(copy)}
    return dict(sorted(files.items()))


def _pages(copy: _Copy, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the pages of one language."""
    translations = Translations.load(_WEBUI / "translations", [language])
    environment, company, site = _environment(language, translations), copy.corpus.company, copy.site
    known = {article.id: article for article in copy.articles}
    other: Language = "en" if language == "de" else "de"
    legal = _legal(copy.legal, language, translations)

    def page(
        name: str, file: str, other_page: str, listing: Listing | None = None, **given: object
    ) -> tuple[str, str]:
        text = environment.get_template(f"export/{name}.html").render(
            company=company,
            day=copy.day,
            language=language,
            legal=legal,
            listing=listing,
            other_language=other,
            other_language_name=NAMES[other],
            other_page=other_page,
            to=partial(relative, page=file),
            **given,
        )
        return file, text

    title = translations.gettext("How can we help?")
    description = translations.gettext("Find answers by topic, or search for them.")
    home = home_listing(site, language, title=title, description=description)
    yield page("home", file_of(HOME, language), file_of(HOME, other), home, topics=copy.topics)
    yield page(
        "contact",
        f"{language}/contact.html",
        f"{other}/contact.html",
        channels=channel_texts(company, language, copy.day),
    )
    for each in legal:
        if each.url is None:
            own = copy.legal.text(each.page)
            yield page(
                "legal",
                each.file,
                each.file.replace(language, other, 1),
                title=each.title,
                own=render_markdown(own.in_language(language)) if own else None,
                template=f"legal/{each.page}.{language}.html",
                facts=getattr(copy.legal, each.page),
                in_copy=True,
            )
    for topic in copy.topics:
        place = Place("topic", topic.id)
        listed = by_title((each for each in copy.articles if each.topic == topic.id), language)
        listing = topic_listing(site, topic, company, language)
        yield page(
            "topic", file_of(place, language), file_of(place, other), listing, topic=topic, articles=listed
        )
    for article in copy.articles:
        if article.translation(language) is None:
            continue
        place = Place("article", article.id)
        yield page(
            "article",
            file_of(place, language),
            file_of(place if article.translation(other) else HOME, other),
            article_listing(site, article, company, language),
            article=view(article, language),
            topic=next(each for each in company.topics if each.id == article.topic),
            related=[view(known[each], language) for each in article.related if each in known],
        )
    for old, new in sorted(copy.moved.items()):
        if old not in known and new in known and known[new].translation(language):
            file = file_of(Place("article", old), language)
            yield page("moved", file, file_of(HOME, other), article=view(known[new], language))
    entries = [_entry(article, language) for article in copy.articles]
    yield f"{language}/search-index.js", search_index(entries, copy.corpus.synonyms, language)


@dataclass(frozen=True, slots=True)
class _LegalLink:
    """A legal page of the copy, or where the operator has it."""

    page: LegalPage
    title: str
    url: str | None
    file: str


def _legal(legal: Legal, language: Language, translations: NullTranslations) -> list[_LegalLink]:
    """Return what is linked everywhere.

    Our own texts on privacy and accessibility tell of forms, which a copy has not: only the imprint is
    made of its facts.
    """
    titles = {
        LegalPage.IMPRINT: translations.gettext("Imprint"),
        LegalPage.PRIVACY: translations.gettext("Privacy"),
        LegalPage.ACCESSIBILITY: translations.gettext("Accessibility"),
    }
    links = []
    for page, title in titles.items():
        url, fits = legal.url(page), page is LegalPage.IMPRINT or legal.text(page) is not None
        if legal.has(page) and (url or fits):
            address = url.in_language(language) if url else None
            links.append(_LegalLink(page, title, address, f"{language}/{page}.html"))
    return links


def _entry(article: Article, language: Language) -> Entry:
    """Return an article as the search of a language finds it, in its other one where it lacks that."""
    spoken, words = next(
        (each, words) for each in (language, *LANGUAGES) if (words := article.translation(each)) is not None
    )
    file = file_of(Place("article", article.id), spoken)
    return Entry(relative(file, f"{language}/index.html"), words, None if spoken == language else spoken)


def _top(copy: _Copy) -> Iterator[tuple[str, str]]:
    """Yield what belongs to no language: first page, 404 page, sitemap and rules."""
    template = _environment(DEFAULT, NullTranslations()).get_template("export/choose.html")
    given = {"company": copy.corpus.company, "alternates": alternates(copy.site, HOME, LANGUAGES)}
    labels = {
        "de": ("Hilfe auf Deutsch", "Antworten nach Themen, mit Suche.", "Auf Deutsch weiter"),
        "en": ("Help in English", "Answers by topic, with a search.", "Go on in English"),
    }
    yield (
        "index.html",
        template.render(**given, title="Hilfe · Help", root="", missing=False, pages=_sections(labels)),
    )
    labels = {
        "de": ("Diese Seite gibt es nicht", "Vielleicht ist sie umgezogen.", "Zur Startseite"),
        "en": ("We cannot find this page", "Perhaps it has moved.", "Go to the first page"),
    }
    # A server shows it at any address, so that its links begin at the top of the copy.
    root = (
        "/"
        if copy.site.base is None
        else f"/{copy.site.base.partition('://')[2].partition('/')[2]}/".replace("//", "/")
    )
    yield "404.html", template.render(**given, title="404", root=root, missing=True, pages=_sections(labels))
    yield "robots.txt", robots(copy.site)
    if copy.site.base is not None:
        yield "sitemap.xml", sitemap(copy.site, copy.corpus, copy.articles)


def _sections(labels: Mapping[str, tuple[str, str, str]]) -> list[dict[str, str]]:
    return [
        {"language": language, "heading": heading, "advice": advice, "label": label}
        for language, (heading, advice, label) in labels.items()
    ]


def _environment(language: Language, translations: NullTranslations) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_WEBUI / "templates"),
        autoescape=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["day"] = partial(format_date, format="long", locale=LOCALES[language])
    return environment
