"""Imprint, privacy and accessibility: what they say, where they stand, and how an edit gets there."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from babel.support import Translations
from flask.testing import FlaskClient
from legal_files import LEGAL, write_legal
from web_page import Page
from web_server import ROOT, make_service

from assistant import Decision, Runtime
from corpus import LANGUAGES, Language
from corpus.settings import Settings
from webui import create_app
from webui.legal import DRAFT_DAYS

pytest_plugins = ["web_client"]

NAMES = {"imprint": "Impressum", "privacy": "Datenschutz", "accessibility": "Barrierefreiheit"}


def plain(page: Page) -> str:
    """The text of a page in one line."""
    return " ".join(page.text.split())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a corpus whose legal pages the tests change."""
    return write_legal(tmp_path_factory.mktemp("legal") / "corpus")


@pytest.fixture(scope="module")
def own(shipped: Settings, place: Path) -> Iterator[Runtime]:
    """A service with legal pages and a retention of its own."""
    runtime = make_service(shipped, place.parent, corpus=place, retention_days=33, attachments=0)
    yield runtime
    runtime.close()


@pytest.fixture
def visitor(own: Runtime, place: Path) -> FlaskClient:
    """A browser that asks for German, on a fresh application with the first state of the file."""
    write_legal(place)
    client = create_app(own).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    return client


@pytest.mark.parametrize(
    "path", ["/", "/contact", "/status", "/topics/contract", "/articles/find-invoice", "/x"]
)
def test_every_page_links_them(client: FlaskClient, path: str) -> None:
    page = Page.of(client.get(path))
    links = re.findall(r'<li><a href="([^"]+)"[^>]*>([^<]+)</a></li>', page.html.partition("<footer")[2])
    assert links == [(f"/{name}", title) for name, title in NAMES.items()]


@pytest.mark.parametrize(("name", "title"), NAMES.items())
def test_a_page_has_its_title_and_says_where_one_is(client: FlaskClient, name: str, title: str) -> None:
    page = Page.of(client.get(f"/{name}"))
    assert page.title == f"{title} – Musterkom"
    assert f'<a href="/{name}" aria-current="page">{title}</a>' in page.html
    assert page.html.count('aria-current="page"') == 1
    english = Page.of(client.get(f"/{name}?lang=en"))
    assert english.language == "en"
    assert english.title == f"{name.capitalize()} – Musterkom"


def test_the_imprint_says_who_is_behind_the_pages(client: FlaskClient) -> None:
    for language, words in (("de", "Vertreten durch:"), ("en", "Represented by:")):
        text = plain(Page.of(client.get(f"/imprint?lang={language}")))
        assert f"{words} Erika Mustermann, Max Mustermann" in text
        for fact in ("Musterkom GmbH", "Beispielstraße 12", "HRB 000000", "DE000000000", "service@musterkom"):
            assert fact in text


def test_facts_that_are_not_given_leave_no_trace(visitor: FlaskClient) -> None:
    text = plain(Page.of(visitor.get("/imprint")))
    assert "Telefon:" not in text
    assert "Aufsichtsbehörde" not in text
    privacy = plain(Page.of(visitor.get("/privacy")))
    assert "Datenschutzbeauftragte" not in privacy
    assert "Sonst gibt es keine Empfänger." in privacy
    assert "Uns ist keine Barriere bekannt." in plain(Page.of(visitor.get("/accessibility")))


@pytest.mark.parametrize(("language", "days"), [("de", "33 Tage"), ("en", "33 days")])
def test_how_long_data_is_kept_comes_from_the_settings(
    visitor: FlaskClient, language: Language, days: str
) -> None:
    text = plain(Page.of(visitor.get(f"/privacy?lang={language}")))
    assert text.count(days) == 3
    assert "Dateien" not in text
    assert "files" not in text


def test_drafts_stay_as_long_as_the_page_says(client: FlaskClient) -> None:
    script = (ROOT / "webui" / "static" / "contact.js").read_text(encoding="utf-8")
    assert f"Date.now() - old.at > {DRAFT_DAYS} * DAY" in script
    assert f"höchstens {DRAFT_DAYS} Tage" in plain(Page.of(client.get("/privacy")))
    assert f"{DRAFT_DAYS} days at most" in plain(Page.of(client.get("/privacy?lang=en")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_quoted_from_other_pages_stands_there(client: FlaskClient, language: Language) -> None:
    translations = Translations.load(ROOT / "webui" / "translations", [language])
    for name, quoted in (
        ("privacy", ["What we pass on", "Delete draft"]),
        ("accessibility", ["Talk to a person", "My request"]),
    ):
        body = Page.of(client.get(f"/{name}?lang={language}")).html.partition("<main")[2]
        for text in quoted:
            assert translations.gettext(text) in unescape(body.partition("</main>")[0])


def test_the_accessibility_statement_names_gaps_and_who_watches(client: FlaskClient) -> None:
    text = plain(Page.of(client.get("/accessibility")))
    assert "Zuletzt geprüft am 29. Mai 2026" in text
    assert "Gebärdensprache" in text
    assert "Magdeburg" in text
    assert "Last checked on 29 May 2026" in plain(Page.of(client.get("/accessibility?lang=en")))


def test_whoever_writes_reads_what_happens_with_it(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    for response in (
        client.get("/contact"),
        client.post("/", data={"question": examples[Decision.HAND_OVER]}),
    ):
        html = response.get_data(as_text=True)
        form = html.partition('id="contact-form"')[2].partition("</form>")[0]
        before, _, _ = form.partition('class="send"')
        assert "Wir nutzen Ihre Angaben nur, um Ihre Nachricht zu bearbeiten." in before
        assert '<a href="/privacy" target="_blank" rel="noopener">Mehr zum Datenschutz' in before


def test_a_text_of_ones_own_is_shown_without_its_code(visitor: FlaskClient, place: Path) -> None:
    write_legal(place, "imprint_text: {de: '# Über <b>uns</b>', en: '# About <b>us</b>'}\n")
    html = visitor.get("/imprint").get_data(as_text=True)
    assert "<h2>Über &lt;b&gt;uns&lt;/b&gt;</h2>" in html
    assert "About" in visitor.get("/imprint?lang=en").get_data(as_text=True)


def test_a_page_elsewhere_is_linked_and_our_address_leads_there(visitor: FlaskClient, place: Path) -> None:
    write_legal(place, "privacy_url: {de: https://beispiel.example/ds, en: https://beispiel.example/pp}\n")
    footer = visitor.get("/").get_data(as_text=True).partition("<footer")[2]
    assert '<a href="https://beispiel.example/ds">Datenschutz</a>' in footer
    assert "Impressum" not in footer
    assert visitor.get("/privacy?lang=en").headers["Location"] == "https://beispiel.example/pp"
    assert '<a href="https://beispiel.example/ds"' in visitor.get("/contact").get_data(as_text=True)


def test_without_the_file_there_are_no_pages_and_no_links(visitor: FlaskClient, place: Path) -> None:
    (place / "legal.yaml").unlink()
    for name in NAMES:
        assert visitor.get(f"/{name}").status_code == 404
    html = visitor.get("/contact").get_data(as_text=True)
    assert 'class="legal"' not in html
    assert "nur, um Ihre Nachricht zu bearbeiten.</p>" in html


def test_an_edit_shows_at_once_and_a_broken_one_keeps_the_last(
    visitor: FlaskClient, place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert "Erika Beispiel" in visitor.get("/imprint").get_data(as_text=True)
    write_legal(place, LEGAL.replace("Erika Beispiel", "Mia Beispielsen"))
    assert "Mia Beispielsen" in visitor.get("/imprint").get_data(as_text=True)
    with caplog.at_level(logging.ERROR):
        write_legal(place, LEGAL.replace("imprint:", "imprnt:"))
        assert "Mia Beispielsen" in visitor.get("/imprint").get_data(as_text=True)
    assert "legal.yaml:1:1" in caplog.text
    ready = visitor.get("/readyz")
    assert ready.status_code == 200
    assert "the log says why" in ready.json["last_error"]
    write_legal(place)
    assert visitor.get("/readyz").json["last_error"] is None
