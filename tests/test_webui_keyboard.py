"""From a question to an answered case by keyboard alone, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import opened
from keyboard import Keyboard
from playwright.sync_api import Browser, Page, expect
from test_webui_walk import NUMBER
from web_server import Server

pytest_plugins = ["web_client", "web_browser"]

PATIENCE = 30_000


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The first page on a small screen; forms of these tests are refused once."""
    with opened(browser, script=request.param, refusals=True) as page:
        yield page


def focused(page: Page, selector: str) -> None:
    """Wait until something has the focus: after a form was sent the reading goes on there."""
    expect(page.locator(selector).first).to_be_focused(timeout=PATIENCE)


def test_a_case_is_opened_and_read_without_a_mouse(page: Page, server: Server) -> None:
    keys = Keyboard(page)
    page.goto(server.url)
    keys.tab()
    assert keys.is_at(".skip")
    keys.press("Enter")
    keys.tab()
    assert keys.is_at("#question"), "the skip link leads past the head of the page"

    keys.use("#ask-form .button")
    focused(page, "#question[aria-invalid]")
    page.keyboard.type(NUMBER["de"])
    keys.use("#ask-form .button")
    focused(page, "#reply-title")
    first = page.locator("#reply-title").inner_text()
    keys.walk_through()
    page.locator("#reply-title").focus()
    keys.use(".helped summary")
    keys.use(".chip", "Space")
    expect(page.locator("#reply-title")).not_to_have_text(first, timeout=PATIENCE)
    focused(page, "#reply-title")

    keys.go_to("button.human", "Shift+Tab")
    keys.press("Enter")
    page.wait_for_selector(".packet")
    keys.walk_through()
    page.locator("#main").focus()
    keys.use(".packet summary", "Space")
    keys.use(".packet [type=checkbox]", "Space")
    expect(page.locator(".packet [type=checkbox]").first).not_to_be_checked()
    keys.go_to("#answer_language")
    keys.press("ArrowDown")
    assert page.input_value("#answer_language") == "en"
    keys.use("#contact-form .send .button")
    focused(page, ".errors")
    keys.tab()
    keys.press("Enter")
    focused(page, "#email[aria-invalid][aria-describedby='email-error']")
    page.keyboard.type("aylin@example.org")
    keys.press("Enter")
    page.wait_for_selector(".keys")
    focused(page, "h1")
    number = page.locator(".keys dd").first.inner_text()

    keys.use("#receipt-form .button")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number, timeout=PATIENCE)
    focused(page, "h1")
    keys.walk_through()


@pytest.mark.parametrize(
    "path", ["/", "/contact", "/status", "/status/lost", "/articles/find-invoice", "/privacy"]
)
def test_pages_are_walked_through_in_their_order(page: Page, server: Server, path: str) -> None:
    page.goto(server.url + path)
    Keyboard(page).walk_through()


def test_errors_of_every_form_take_the_focus(page: Page, server: Server) -> None:
    keys = Keyboard(page)
    for path, button in (("/status", ".contact .button"), ("/status/lost", ".contact .button")):
        page.goto(server.url + path)
        keys.use(button)
        focused(page, ".errors")
        for field in page.locator("[aria-invalid=true]").all():
            described = field.get_attribute("aria-describedby")
            assert described
            assert page.locator(f"#{described.split()[0]}").inner_text()


def test_what_happens_out_of_sight_is_said(browser: Browser, server: Server) -> None:
    with opened(browser, refusals=True) as page:
        live = page.locator("[data-live]")
        page.goto(server.url)
        page.locator("#question").press_sequentially("Wie bekomme ich eine neue SIM?")
        expect(live).to_have_text("Passende Antworten unter dem Feld: 3")
        page.goto(server.url + "/contact")
        page.fill("#message", "Ist die Nachricht angekommen?")
        page.fill("#email", "aylin@example.org")
        page.context.set_offline(True)
        page.click("#contact-form .send .button")
        expect(live).to_contain_text("Gerade keine Verbindung.")
        expect(page.locator("[data-sending] p")).to_be_visible()
        page.context.set_offline(False)
        page.wait_for_selector(".keys")
