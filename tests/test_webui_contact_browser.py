"""The contact form in a real browser: without a network, as a draft, with files, and without JavaScript."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import pytest
from browser import assert_fits, assert_targets, opened
from case_files import FILES
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect
from web_server import Server

from assistant import Decision

pytest_plugins = ["web_client", "web_browser"]
PHOTO: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": FILES["image/jpeg"]}
RECEIPT = "Danke, Ihre Nachricht ist da."


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The form on a small screen; the network fails in some tests."""
    with opened(browser, width=320, refusals=True) as page:
        page.goto(f"{server.url}/contact")
        yield page


@pytest.fixture
def context(page: Page) -> BrowserContext:
    """The browser's profile that the page belongs to."""
    return page.context


def fill(page: Page, message: str, **fields: str) -> None:
    for name, value in {"message": message, "email": "erika@example.org", **fields}.items():
        page.fill(f"#{name}", value)


def send(page: Page) -> None:
    page.get_by_role("button", name="Nachricht senden").click()


def received(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(RECEIPT, timeout=20_000)


def stored(server: Server, message: str) -> int:
    with sqlite3.connect(server.log.parent / "served.sqlite3") as database:
        (count,) = database.execute("SELECT count(*) FROM cases WHERE message = ?", (message,)).fetchone()
    database.close()
    return int(count)


def place_of(page: Page, selector: str) -> Any:
    """Where an element stands on the whole page, however far that is scrolled."""
    return page.evaluate(
        "selector => { const box = document.querySelector(selector).getBoundingClientRect();"
        " return [box.x, box.y + scrollY]; }",
        selector,
    )


def test_a_message_waits_for_the_network_and_becomes_one_case(
    page: Page, context: BrowserContext, server: Server
) -> None:
    fill(page, "Ohne Netz geschrieben")
    before = place_of(page, ".send")
    context.set_offline(True)
    send(page)
    waiting = page.locator("#contact-form").get_by_text("Gerade keine Verbindung.")
    expect(waiting).to_be_visible()
    send(page)
    assert place_of(page, ".send") == before
    assert stored(server, "Ohne Netz geschrieben") == 0
    page.wait_for_timeout(1_500)
    context.set_offline(False)
    received(page)
    assert stored(server, "Ohne Netz geschrieben") == 1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_an_answer_that_got_lost_makes_no_second_case(page: Page, server: Server) -> None:
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route("**/contact/send", lose_the_first)
    fill(page, "Antwort ging verloren")
    page.set_input_files("#files", [PHOTO])
    send(page)
    received(page)
    assert lost == [200]
    assert stored(server, "Antwort ging verloren") == 1
    expect(page.get_by_text("foto.jpg")).to_be_visible()


def test_a_message_that_was_sent_before_a_reload_is_the_same_case(page: Page, server: Server) -> None:
    page.route("**/contact/send", lambda route: (route.fetch(), route.abort()))
    fill(page, "Neu geladen")
    send(page)
    expect(page.locator("#contact-form").get_by_text("Gerade keine Verbindung.")).to_be_visible(
        timeout=20_000
    )
    page.get_by_role("button", name="Nachricht doch noch ändern").click()
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    assert page.input_value("#message") == "Neu geladen"
    send(page)
    received(page)
    assert stored(server, "Neu geladen") == 1


def test_a_draft_of_a_conversation_is_the_same_case_from_a_fresh_form(
    page: Page, server: Server, examples: dict[Decision, str]
) -> None:
    page.goto(server.url)
    page.fill("#question", examples[Decision.HAND_OVER])
    page.get_by_role("button", name="Fragen").click()
    fill(page, "Aus einem Gespräch")
    page.route("**/contact/send", lambda route: (route.fetch(), route.abort()))
    send(page)
    expect(page.locator("#contact-form").get_by_text("Gerade keine Verbindung.")).to_be_visible(
        timeout=20_000
    )
    page.get_by_role("button", name="Nachricht doch noch ändern").click()
    page.unroute_all(behavior="ignoreErrors")
    page.goto(f"{server.url}/contact")
    assert page.input_value("#message") == "Aus einem Gespräch"
    send(page)
    received(page)
    assert stored(server, "Aus einem Gespräch") == 1


def test_the_draft_outlives_an_error_page_until_the_message_is_emptied(page: Page, server: Server) -> None:
    fill(page, "Mit Tippfehler", email="nope")
    send(page)
    expect(page.get_by_role("alert").first).to_contain_text("name@example.org")
    page.fill("#email", "erika@example.org")
    page.goto(f"{server.url}/contact")
    assert page.input_value("#message") == "Mit Tippfehler"
    page.fill("#message", "")
    page.reload()
    assert page.input_value("#message") == ""


def test_a_busy_server_is_told_apart_and_has_the_last_word(page: Page, server: Server) -> None:
    posts: list[float] = []

    def refuse(route: Route) -> None:
        posts.append(time.monotonic())
        headers = {"Retry-After": "3"} if len(posts) == 1 else {}
        route.fulfill(status=429, headers=headers, content_type="text/html", body="<h1>Bitte warten</h1>")

    page.route("**/contact/send", refuse)
    fill(page, "Viel los")
    send(page)
    expect(page.locator("#contact-form").get_by_text("Gerade ist bei uns viel los.")).to_be_visible(
        timeout=20_000
    )
    expect(page.locator("#contact-form").get_by_text("Gerade keine Verbindung.")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte warten", timeout=40_000)
    assert len(posts) == 4
    assert posts[1] - posts[0] >= 3
    page.goto(f"{server.url}/contact")
    assert page.input_value("#message") == "Viel los"
    page.unroute_all(behavior="ignoreErrors")
    send(page)
    received(page)
    assert stored(server, "Viel los") == 1


def test_several_clicks_send_once(page: Page, server: Server) -> None:
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.url.endswith("/contact/send") else None)
    fill(page, "Doppelt geklickt")
    page.evaluate("() => { for (const _ of '123') document.querySelector('.send button').click(); }")
    received(page)
    assert len(posts) == 1
    assert stored(server, "Doppelt geklickt") == 1


def test_waiting_can_be_stopped_to_change_the_message(
    page: Page, context: BrowserContext, server: Server
) -> None:
    fill(page, "Noch unfertig")
    context.set_offline(True)
    send(page)
    expect(page.locator("#message")).to_have_attribute("readonly", "")
    page.get_by_role("button", name="Nachricht doch noch ändern").click()
    page.fill("#message", "Jetzt fertig")
    context.set_offline(False)
    page.wait_for_timeout(1_500)
    assert stored(server, "Noch unfertig") == 0
    send(page)
    received(page)
    assert stored(server, "Jetzt fertig") == 1


def test_an_error_page_takes_the_place_and_keeps_text_and_files(page: Page, server: Server) -> None:
    fill(page, "Mit Foto", email="nope")
    page.set_input_files("#files", [PHOTO])
    send(page)
    expect(page.get_by_role("alert").first).to_contain_text("name@example.org")
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.input_value("#message") == "Mit Foto"
    assert page.evaluate("document.querySelector('#files').files.length") == 1
    page.fill("#email", "erika@example.org")
    send(page)
    received(page)
    expect(page.get_by_text("foto.jpg")).to_be_visible()
    page.reload()
    expect(page).to_have_url(f"{server.url}/status")


def test_a_file_that_is_too_large_is_not_sent(page: Page, server: Server) -> None:
    large: FilePayload = {"name": "film.txt", "mimeType": "text/plain", "buffer": b"x" * (10 * 1024**2 + 1)}
    fill(page, "Mit Film")
    page.set_input_files("#files", [large])
    expect(page.locator("#files-error")).to_have_text("film.txt: Diese Datei ist zu groß: höchstens 10 MB.")
    send(page)
    page.wait_for_timeout(300)
    assert stored(server, "Mit Film") == 0
    page.set_input_files("#files", [PHOTO])
    expect(page.locator("#files-error")).to_be_hidden()
    send(page)
    received(page)


def test_the_draft_survives_a_reload_and_one_click_deletes_it(
    page: Page, context: BrowserContext, server: Server
) -> None:
    delete = page.get_by_role("button", name="Entwurf löschen")
    expect(delete).to_be_hidden()
    fill(page, "Halb geschrieben", name="Erika", phone="089 123456")
    page.reload()
    kept = {name: page.input_value(f"#{name}") for name in ("message", "email", "phone", "name")}
    assert kept == {
        "message": "Halb geschrieben",
        "email": "erika@example.org",
        "phone": "089 123456",
        "name": "Erika",
    }
    expect(page.get_by_text("Ihr Entwurf bleibt nur auf diesem Gerät")).to_be_visible()
    other = context.new_page()
    other.goto(f"{server.url}/contact")
    assert other.input_value("#message") == "Halb geschrieben"
    assert other.input_value("#email") == other.input_value("#name") == ""
    other.close()
    delete.click()
    page.reload()
    assert page.input_value("#message") == page.input_value("#email") == page.input_value("#name") == ""
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_draft_expires_after_a_week(page: Page) -> None:
    fill(page, "Uralt")
    page.evaluate(
        "() => { const old = JSON.parse(localStorage['lotse:contact']); old.at -= 7 * 86400000 + 1;"
        " localStorage['lotse:contact'] = JSON.stringify(old); }"
    )
    page.reload()
    assert page.input_value("#message") == ""


def test_suggestions_come_while_typing_and_move_nothing(page: Page, examples: dict[Decision, str]) -> None:
    page.fill("#message", examples[Decision.ANSWER])
    before = place_of(page, ".send")
    found = page.locator("[data-suggestions] details")
    expect(found.first).to_be_visible(timeout=15_000)
    assert found.count() <= 3
    assert place_of(page, ".send") == before
    found.first.locator("summary").click()
    page.fill("#message", "Ganz etwas anderes: Wie hoch ist der Mond?")
    page.wait_for_timeout(1_500)
    expect(found.first).to_have_attribute("open", "")


def test_number_and_code_can_be_copied(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    fill(page, "Zum Kopieren")
    send(page)
    received(page)
    number, code = page.locator(".keys dd").all_inner_texts()
    page.get_by_role("button", name="Nummer und Code kopieren").click()
    expect(page.get_by_role("button", name="Kopiert")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert number in copied
    assert code in copied


def test_a_small_screen_holds_the_packet_and_its_targets(page: Page) -> None:
    page.locator(".packet summary").click()
    assert_fits(page)
    assert_targets(page)


def test_it_all_works_without_javascript(browser: Browser, server: Server) -> None:
    context = browser.new_context(locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/contact")
    assert not page.get_by_role("button", name="Entwurf löschen").is_visible()
    fill(page, "Ohne Skript", email="nope")
    page.set_input_files("#files", [PHOTO])
    send(page)
    expect(page.get_by_role("link", name="Bitte wählen Sie Ihre Dateien noch einmal aus.")).to_be_visible()
    page.set_input_files("#files", [PHOTO])
    page.fill("#email", "")
    page.fill("#phone", "089 1234567")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Talk to a person")
    assert page.input_value("#message") == "Ohne Skript"
    page.set_input_files("#files", [PHOTO])
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your message.")
    expect(page.get_by_text("foto.jpg")).to_be_visible()
    expect(page.get_by_text("Number and code are shown on this page only")).to_be_visible()
    assert stored(server, "Ohne Skript") == 1
    context.close()
