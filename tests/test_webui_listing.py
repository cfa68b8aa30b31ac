"""Search engines: what pages tell them, which pages they may list, and where the addresses come from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import schema_org
import xmlschema
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from web_page import Page
from web_server import make_service

from assistant import Decision, Runtime
from corpus import Article
from corpus.settings import Settings
from webui import create_app
from webui.article_view import today
from webui.listing import article_listing, in_script
from webui.site import HOME, LiveSite, Place
from webui.sitemap import robots, sitemap

pytest_plugins = ["web_client"]

BASE = "https://hilfe.example/service"
PROTOCOL = Path(__file__).parent / "sitemap.xsd"


@pytest.fixture(scope="module")
def public(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A browser at a server that knows its public address."""
    runtime = make_service(shipped, tmp_path_factory.mktemp("public"), base_url=BASE + "/")
    yield create_app(runtime).test_client()
    runtime.close()


def links(page: Page, rel: str) -> list[dict[str, str]]:
    """The ``link`` elements of one kind."""
    return [given for tag, given in page.tags if tag == "link" and given.get("rel") == rel]


def meta(page: Page) -> dict[str, str]:
    """The page's meta texts by name."""
    given = [each for tag, each in page.tags if tag == "meta"]
    return {each.get("name") or each.get("property", ""): each.get("content", "") for each in given}


def structured(html: str) -> list[dict[str, Any]]:
    """The page's JSON-LD."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(each) for each in found]


def by_vocabulary(data: dict[str, Any]) -> Any:
    """Rebuild JSON-LD with the models of schema.org, which refuse unknown properties and wrong values."""
    made = {
        name: [by_vocabulary(each) for each in value]
        if isinstance(value, list)
        else by_vocabulary(value)
        if isinstance(value, dict)
        else date.fromisoformat(value)
        if name == "lastReviewed"
        else value
        for name, value in data.items()
        if name not in {"@context", "@type"}
    }
    return getattr(schema_org, data["@type"])(**made)


def test_article_names_its_one_address_a_language(public: FlaskClient, article: Article) -> None:
    for address in (f"/articles/{article.id}?lang=en", f"/articles/{article.id}?lang=en-GB"):
        page = Page.of(public.get(address, headers={"Host": "evil.example"}))
        assert [each["href"] for each in links(page, "canonical")] == [
            f"{BASE}/articles/{article.id}?lang=en"
        ]
        assert {each["hreflang"]: each["href"] for each in links(page, "alternate")} == {
            "de": f"{BASE}/articles/{article.id}?lang=de",
            "en": f"{BASE}/articles/{article.id}?lang=en",
            "x-default": f"{BASE}/articles/{article.id}",
        }
        assert "evil.example" not in page.html


def test_article_shows_its_approved_short_answer_to_search_engines(
    public: FlaskClient, article: Article
) -> None:
    words = article.translation("de")
    assert words is not None
    page = Page.of(public.get(f"/articles/{article.id}?lang=de"))
    said = meta(page)
    assert said["description"] == said["og:description"] == " ".join(words.short.split())
    assert said["og:title"] == words.question
    assert said["og:type"] == "article"
    assert said["og:locale"] == "de_DE"
    assert said["og:locale:alternate"] == "en_GB"
    assert said["og:url"] == f"{BASE}/articles/{article.id}?lang=de"
    assert said["twitter:card"] == "summary"


def test_question_and_breadcrumbs_follow_schema_org(public: FlaskClient, service: Runtime) -> None:
    articles = list(service.assistant.corpus.articles.values())[::20]
    for article in articles:
        page, trail = structured(public.get(f"/articles/{article.id}?lang=de").get_data(as_text=True))
        words = article.translation("de")
        assert words is not None
        for data in (page, trail):
            assert json.loads(by_vocabulary(data).to_jsonld_json()) == data
        assert page["@type"] == "FAQPage"
        assert page["mainEntity"]["name"] == words.question
        assert unescape(page["mainEntity"]["acceptedAnswer"]["text"]).startswith(f"<p>{words.short}</p>")
        assert [each["position"] for each in trail["itemListElement"]] == [1, 2, 3]
        assert trail["itemListElement"][0]["item"]["@id"] == f"{BASE}/?lang=de"
        assert trail["itemListElement"][1]["item"]["@id"] == f"{BASE}/topics/{article.topic}?lang=de"


def test_vocabulary_refuses_what_schema_org_does_not_know() -> None:
    with pytest.raises(ValueError, match="extra_forbidden"):
        by_vocabulary({"@type": "FAQPage", "mainEntitty": {"@type": "Question", "name": "?"}})


def test_without_a_public_address_none_is_made_of_the_host(client: FlaskClient, article: Article) -> None:
    for path in ("/", f"/topics/{article.topic}", f"/articles/{article.id}"):
        html = client.get(path, headers={"Host": "evil.example"}).get_data(as_text=True)
        assert "evil.example" not in html
        assert "canonical" not in html
        assert 'hreflang="x-default"' not in html
        assert [each["@type"] for each in structured(html)] in ([], ["FAQPage"])
    assert client.get("/sitemap.xml").status_code == 404
    assert "Sitemap" not in client.get("/robots.txt").get_data(as_text=True)


def test_private_pages_are_not_listed(
    public: FlaskClient, article: Article, examples: dict[Decision, str]
) -> None:
    thread = Page.of(public.post("/", data={"question": examples[Decision.HAND_OVER]}))
    opened = Page.of(public.post(f"/articles/{article.id}", data=thread.carried))
    others = [Page.of(public.get(path)) for path in ("/contact", "/status", "/desk/x", "/nowhere")]
    for page in (thread, opened, *others):
        assert meta(page)["robots"] == "noindex"
        assert not links(page, "canonical")
        assert not structured(page.html)
    for path in ("/", f"/topics/{article.topic}", f"/articles/{article.id}"):
        assert "robots" not in meta(Page.of(public.get(path)))


def test_sitemap_keeps_to_the_protocol_and_lists_every_page_once(
    public: FlaskClient, service: Runtime
) -> None:
    corpus = service.assistant.corpus
    response = public.get("/sitemap.xml", headers={"Host": "evil.example"})
    text = response.get_data(as_text=True)
    assert response.mimetype == "application/xml"
    xmlschema.validate(text, str(PROTOCOL))
    listed = [unescape(each) for each in re.findall(r"<loc>(.*?)</loc>", text)]
    topics = {article.topic for article in corpus.articles.values()}
    valid = corpus.valid_articles(today(corpus.company))
    assert len(listed) == len(set(listed)) == 2 * (1 + len(topics) + len(valid))
    for where in listed[:: len(listed) // 20]:
        page = Page.of(public.get(where.removeprefix(BASE)))
        assert [each["href"] for each in links(page, "canonical")] == [where]


def test_sitemap_leaves_out_what_is_not_shown_and_tells_honest_days(service: Runtime) -> None:
    corpus = service.assistant.corpus
    article = next(iter(corpus.articles.values()))
    german = article.model_copy(
        update={
            "translations": article.translations.model_copy(update={"en": None}),
            "reviewed": date(2026, 7, 31),
        }
    )
    text = sitemap(LiveSite(BASE), corpus, (german,))
    xmlschema.validate(text, str(PROTOCOL))
    assert text.count(f"/articles/{article.id}") == 2
    assert f"/articles/{article.id}?lang=en" not in text
    assert text.count("<lastmod>2026-07-31</lastmod>") == 1
    assert text.count("/topics/") == 2 * 4
    unknown = german.model_copy(update={"reviewed": None})
    assert "lastmod" not in sitemap(LiveSite(BASE), corpus, (unknown,))


def test_article_in_one_language_has_one_address(service: Runtime) -> None:
    corpus = service.assistant.corpus
    article = next(iter(corpus.articles.values()))
    german = article.model_copy(update={"translations": article.translations.model_copy(update={"en": None})})
    listing = article_listing(LiveSite(BASE), german, corpus.company, "en")
    assert listing.canonical == f"{BASE}/articles/{article.id}?lang=de"
    assert listing.alternates == (("de", f"{BASE}/articles/{article.id}?lang=de"),)
    assert (listing.locale, listing.other_locales) == ("de_DE", ())


def test_robots_keep_programs_out_and_name_the_sitemap(public: FlaskClient) -> None:
    assert public.get("/robots.txt").get_data(as_text=True).splitlines() == [
        "User-agent: *",
        "Disallow: /api/",
        f"Sitemap: {BASE}/sitemap.xml",
    ]
    assert robots(LiveSite(None)).splitlines() == ["User-agent: *", "Allow: /"]


def test_paths_are_those_of_the_application(client: FlaskClient, article: Article) -> None:
    site = LiveSite(BASE)
    for place in (HOME, Place("topic", article.topic), Place("article", article.id)):
        for language in ("de", "en", None):
            assert client.get(site.path(place, language)).status_code == 200


@given(st.text())
def test_no_text_ends_the_script_that_holds_it(text: str) -> None:
    written = str(in_script({"text": text}))
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"text": text}


@pytest.fixture
def article(service: Runtime) -> Article:
    """Some article that has both languages."""
    return next(iter(service.assistant.corpus.articles.values()))
