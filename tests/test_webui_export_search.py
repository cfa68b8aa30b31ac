"""The static copy in a real browser: on a server, on a disk, without JavaScript; what its search finds."""

from __future__ import annotations

import functools
import http.server
import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import assert_fits, assert_targets, opened
from playwright.sync_api import Browser, Page, expect

from corpus import Legal, Redirects, load_corpus
from corpus.settings import PACKAGE
from webui.export import export_files, write_export
from webui.export.search_index import words_of

pytest_plugins = ["web_browser"]

PAGES = ("index.html", "contact.html", "topics/invoices.html", "articles/find-invoice.html")
QUESTIONS = [
    json.loads(line)
    for line in (PACKAGE.parent / "eval" / "questions" / "calibration.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
SCRIPTS = ((0x20, 0x700), (0x1D00, 0x302E), (0xFB00, 0x10000))
"""Latin and its neighbours, symbols, compatibility signs. Scripts of India and beyond have marks that Python
does not count as combining; their words are no words of either language."""
RANK = """([texts, count]) => {
    const index = lotse.prepare(lotseIndex);
    return texts.map(text => lotse.rank(index, text).slice(0, count).map(place => index.articles[place][0]));
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Keep the log of the tests clean."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy of the shipped articles, in a folder below another."""
    folder = tmp_path_factory.mktemp("www") / "hilfe" / "kopie"
    moved = Redirects(redirects={"find-bill": "find-invoice"})
    write_export(
        folder,
        export_files(
            load_corpus(PACKAGE),
            moved,
            Legal(),
            base="https://hilfe.example/hilfe/kopie",
            day=date(2026, 11, 28),
        ),
    )
    return folder


@pytest.fixture(scope="module")
def served(copy: Path) -> Iterator[str]:
    """The address of the copy on a server, below another path."""
    handler = functools.partial(Quiet, directory=str(copy.parent.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hilfe/kopie"
        server.shutdown()


@pytest.fixture(params=["http", "file"])
def address(request: pytest.FixtureRequest, served: str, copy: Path) -> str:
    """The address of the copy, on a server and on a disk."""
    return served if request.param == "http" else copy.as_uri()


@pytest.fixture(scope="module")
def searching(browser: Browser, served: str) -> Iterator[dict[str, Page]]:
    """A page in each language that has loaded its index."""
    with opened(browser) as german, opened(browser) as english:
        pages = {"de": german, "en": english}
        for language, page in pages.items():
            page.goto(f"{served}/{language}/index.html")
            page.locator("#search").focus()
            # Playwright's own way to wait evaluates a text in the page, which the page forbids.
            end = time.monotonic() + 30
            while not page.evaluate("Boolean(globalThis.lotseIndex)"):
                assert time.monotonic() < end, "the index was not loaded"
                page.wait_for_timeout(50)
        yield pages


def found(page: Page, *texts: str, count: int = 3) -> list[list[str]]:
    """The articles that the search ranks first."""
    ranked: list[list[str]] = page.evaluate(RANK, [texts, count])
    return [[each.removeprefix("articles/").removesuffix(".html") for each in one] for one in ranked]


def test_search_leads_to_an_article(browser: Browser, address: str) -> None:
    with opened(browser) as page:
        page.goto(f"{address}/de/index.html")
        assert page.evaluate("globalThis.lotseIndex") is None
        page.locator("#search").press_sequentially("rechung runterladen", delay=5)
        first = page.locator(".found a").first
        expect(first).to_contain_text("Rechnung")
        expect(page.locator("[data-said]")).to_have_text("Gefundene Artikel: 5")
        assert_fits(page)
        assert_targets(page)
        if address.startswith("http"):
            # On a disk axe itself would try to fetch the style, and be refused.
            assert Axe().run(page).response["violations"] == []
        page.keyboard.press("Enter")
        expect(first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/de/articles/find-invoice.html")


def test_search_works_on_every_page_and_says_when_nothing_fits(browser: Browser, address: str) -> None:
    with opened(browser, locale="en-GB") as page:
        for name in ("topics/invoices.html", "articles/find-invoice.html"):
            page.goto(f"{address}/en/{name}")
            page.locator("#search").fill("qqqqxxzz")
            expect(page.locator("[data-said]")).to_contain_text("Nothing found")
            page.locator("#search").fill("router lights")
            expect(page.locator(".found a").first).to_have_attribute("href", "../articles/router-lights.html")
            page.locator("#search").fill("")
            expect(page.locator(".found")).to_be_hidden()
            expect(page.locator("[data-said]")).to_have_text("")


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
)
def test_pages_fit_and_are_accessible(browser: Browser, served: str, width: int, scheme: str) -> None:
    with opened(browser, width=width) as page:
        # Colours that change slowly, as a page opens, would be measured half-way.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for name in ("404.html", *(f"{language}/{name}" for language in ("de", "en") for name in PAGES)):
            page.goto(f"{served}/{name}")
            assert_fits(page)
            assert_targets(page)
            assert Axe().run(page).response["violations"] == [], name


def test_first_page_goes_on_in_the_browsers_language(browser: Browser, address: str) -> None:
    for locale, language in (("de-AT", "de"), ("en-US", "en"), ("fr-FR", "de")):
        with opened(browser, locale=locale) as page:
            page.goto(f"{address}/index.html")
            expect(page).to_have_url(f"{address}/{language}/index.html")


def test_everything_is_reached_without_javascript(browser: Browser, address: str) -> None:
    with opened(browser, script=False) as page:
        page.goto(f"{address}/index.html")
        page.get_by_role("link", name="Go on in English").click()
        expect(page.locator("#search")).to_be_hidden()
        page.get_by_role("link", name="Invoices and payment").click()
        page.get_by_role("link", name="Where do I find my invoice, and when is it ready?").click()
        expect(page).to_have_url(f"{address}/en/articles/find-invoice.html")
        page.get_by_role("link", name="Deutsch").click()
        expect(page).to_have_url(f"{address}/de/articles/find-invoice.html")
        page.get_by_role("link", name="Mit einem Menschen sprechen").click()
        expect(page.locator("h1")).to_have_text("Mit einem Menschen sprechen")
        page.goto(f"{address}/de/articles/find-bill.html")
        expect(page).to_have_url(f"{address}/de/articles/find-invoice.html")


def test_missing_index_is_told_and_tried_again(browser: Browser, served: str, copy: Path) -> None:
    index = copy / "en" / "search-index.js"
    hidden = index.rename(index.with_suffix(".gone"))
    with opened(browser, refusals=True) as page:
        page.goto(f"{served}/en/index.html")
        page.locator("#search").fill("invoice")
        expect(page.locator("[data-said]")).to_contain_text("does not work just now")
        hidden.rename(index)
        page.locator("#search").fill("my invoice")
        expect(page.locator(".found a").first).to_be_visible()


def test_every_sign_is_folded_as_in_python(searching: dict[str, Page]) -> None:
    signs = [chr(code) for first, last in SCRIPTS for code in range(first, last)]
    texts = [f"a{sign}b {sign}" for sign in signs]
    folded = searching["de"].evaluate("texts => texts.map(text => lotse.words(text))", texts)
    differing = [
        hex(ord(sign))
        for sign, text, words in zip(signs, texts, folded, strict=True)
        if words_of(text) != words
    ]
    assert differing == []


@pytest.mark.parametrize(
    "text",
    [
        "Größe ÄRGER",
        "İstanbul ﬁx ①",
        "e\u0301te\u0301",
        "STRASSE straße ẞ",
        "100 % – ﬀ",
        "a\u00a0b\tc\n",
        "ΑΒΓ я",
    ],
)
def test_texts_are_folded_as_in_python(searching: dict[str, Page], text: str) -> None:
    assert searching["de"].evaluate("text => lotse.words(text)", text) == words_of(text)


@pytest.mark.parametrize(
    ("language", "text", "article"),
    [
        ("de", "Rechnugn finden", "find-invoice"),
        ("de", "RECHNUNGSKOPIE", "find-invoice"),
        ("de", "passwort vergesse", "reset-password"),
        ("de", "kuendigung", "cancel-contract"),
        ("de", "routerlampe rot", "router-lights"),
        ("de", "umzu", "move-house"),
        ("en", "forgoten pasword", "reset-password"),
        ("en", "invoices", "find-invoice"),
        ("en", "tracking my order", "order-status"),
    ],
)
def test_slips_compounds_endings_and_beginnings_are_found(
    searching: dict[str, Page], language: str, text: str, article: str
) -> None:
    assert article in found(searching[language], text)[0]


@pytest.mark.parametrize(("language", "first", "three"), [("de", 0.8, 0.9), ("en", 0.72, 0.86)])
def test_most_questions_lead_to_their_article(
    searching: dict[str, Page], language: str, first: float, three: float
) -> None:
    asked = [each for each in QUESTIONS if each["language"] == language and each["group"] == "answerable"]
    ranked = found(searching[language], *(each["text"] for each in asked))
    hits = [
        [article in each["expected"] for article in articles]
        for each, articles in zip(asked, ranked, strict=True)
    ]
    shares = sum(bool(one and one[0]) for one in hits) / len(asked), sum(map(any, hits)) / len(asked)
    assert shares >= (first, three), shares
    assert shares[1] >= three, shares
