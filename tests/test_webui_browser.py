"""The way through the service in a real browser, with and without JavaScript, on a small screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser import assert_fits, assert_targets, opened
from playwright.sync_api import Browser, Page, expect
from web_server import Server

from assistant import Decision

pytest_plugins = ["web_client", "web_browser"]

ANSWER = re.compile("^Antwort: ")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of 360 px; some requests of these tests are refused."""
    with opened(browser, script=request.param, refusals=True) as page:
        yield page


def test_from_a_question_to_a_case_and_its_status(
    page: Page, server: Server, examples: dict[Decision, str]
) -> None:
    page.goto(server.url)
    assert_fits(page)
    assert_targets(page)
    page.fill("#question", examples[Decision.ANSWER])
    page.get_by_role("button", name="Fragen").click()
    expect(page).to_have_title(ANSWER)
    assert_fits(page)
    assert_targets(page)

    page.get_by_role("button", name="Ganzen Artikel lesen").click()
    page.wait_for_selector(".prose")
    assert_fits(page)
    page.get_by_role("button", name="Zurück zu Ihrem Gespräch").click()
    page.locator("summary", has_text="Nein").click()
    assert_fits(page)
    assert_targets(page)
    page.get_by_role("button", name="Probiert, klappt nicht").click()
    expect(page.locator("#reply-title")).to_be_visible()
    expect(page.get_by_text("Schade, dass das nicht geholfen hat.")).to_be_visible()
    assert_fits(page)

    page.get_by_role("button", name="Mit einem Menschen sprechen").click()
    page.wait_for_selector("h1:has-text('Mit einem Menschen sprechen')")
    assert page.input_value("#message") == examples[Decision.ANSWER]
    assert_fits(page)
    page.get_by_role("button", name="Nachricht senden").click()
    expect(page.get_by_role("alert")).to_contain_text("E-Mail-Adresse")
    assert page.input_value("#message") == examples[Decision.ANSWER]
    page.fill("#email", "erika@example.org")
    page.get_by_role("button", name="Nachricht senden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Nachricht ist da.")
    assert_fits(page)
    number, code = page.locator(".keys dd").all_inner_texts()

    page.goto(f"{server.url}/status/{number}")
    page.fill("#code", code)
    page.get_by_role("button", name="Anfrage ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    page.fill("#message", "Noch eine Ergänzung")
    page.get_by_role("button", name="Senden").click()
    expect(page.locator(".events")).to_contain_text("Noch eine Ergänzung")
    assert_fits(page)


@pytest.mark.parametrize("decision", list(Decision))
def test_every_outcome_fits_a_small_screen(
    page: Page, server: Server, examples: dict[Decision, str], decision: Decision
) -> None:
    page.goto(server.url)
    page.fill("#question", examples[decision])
    page.get_by_role("button", name="Fragen").click()
    page.wait_for_selector("#reply-title")
    assert_fits(page)
    assert_targets(page)


@pytest.mark.parametrize("text", ["https://example.org/" + "a" * 90, "x" * 1_500])
def test_long_words_do_not_stretch_a_small_screen(page: Page, server: Server, text: str) -> None:
    page.goto(server.url)
    page.fill("#question", text)
    assert_fits(page)
    page.get_by_role("button", name="Fragen").click()
    page.wait_for_selector("#reply-title")
    assert_fits(page)
    page.get_by_role("button", name="Mit einem Menschen sprechen").click()
    page.wait_for_selector("h1:has-text('Mit einem Menschen sprechen')")
    assert page.input_value("#message") == text
    assert_fits(page)
    page.fill("#email", "erika@example.org")
    page.get_by_role("button", name="Nachricht senden").click()
    page.wait_for_selector(".keys")
    assert_fits(page)


def scripted(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE")
    return context.new_page()


def test_draft_is_kept_until_it_is_sent(
    browser: Browser, server: Server, examples: dict[Decision, str]
) -> None:
    page = scripted(browser)
    page.goto(server.url)
    page.fill("#question", examples[Decision.ANSWER])
    page.goto(server.url + "/status")
    page.goto(server.url)
    assert page.input_value("#question") == examples[Decision.ANSWER]
    page.get_by_role("button", name="Fragen").click()
    page.wait_for_selector("#reply-title")
    page.goto(server.url)
    assert page.input_value("#question") == ""
    page.context.close()


def test_control_enter_sends_and_the_reading_starts_at_the_reply(
    browser: Browser, server: Server, examples: dict[Decision, str]
) -> None:
    page = scripted(browser)
    page.goto(server.url)
    page.fill("#question", examples[Decision.ANSWER])
    page.press("#question", "Control+Enter")
    page.wait_for_selector("#reply-title")
    assert page.evaluate("document.activeElement.id") == "reply-title"
    page.context.close()


def test_second_click_sends_nothing_twice(browser: Browser, server: Server) -> None:
    page = scripted(browser)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(server.url)
    # Typed and clicked at once: a busy machine would ask for suggestions in between.
    page.evaluate(
        "() => { document.querySelector('#question').value = 'Wie ändere ich meine Adresse?';"
        " const b = document.querySelector('#ask-form button'); b.click(); b.click(); b.click(); }"
    )
    page.wait_for_selector("#reply-title")
    assert len(posts) == 1
    page.context.close()


def test_back_leads_from_an_article_to_the_answer(
    browser: Browser, server: Server, examples: dict[Decision, str]
) -> None:
    page = scripted(browser)
    page.goto(server.url)
    page.fill("#question", examples[Decision.ANSWER])
    page.get_by_role("button", name="Fragen").click()
    page.get_by_role("button", name="Ganzen Artikel lesen").click()
    page.wait_for_selector(".prose")
    page.go_back()
    expect(page).to_have_title(ANSWER)
    page.context.close()


def test_keyboard_reaches_the_content_first(browser: Browser, server: Server) -> None:
    page = scripted(browser)
    page.goto(server.url)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Zum Inhalt springen"
    box = focused.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "question"
    page.context.close()
